"""Choosing what fits: a greedy walk down the scores that keeps the minutes and the variety of an edition.

Each step takes the story with the most points left after a toll for every story already taken from its feed, its
topic. Room only shrinks, so what is refused once is refused for good. What does not get in is returned with its
reason; nothing disappears.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dailyten.edition.budget import Budget
from dailyten.model.edition import Candidate, Cut, CutReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The places of an edition in order of reading, the cuts, and the seconds that the places count for."""

    places: tuple[str, ...]
    cuts: tuple[Cut, ...]
    seconds: int


def counted_seconds(candidate: Candidate, budget: Budget) -> int:
    """Say how many seconds of the budget a story uses."""
    return min(candidate.reading_seconds, int(budget.longest_counted.total_seconds()))


def choose(candidates: Sequence[Candidate], budget: Budget, ruled_out: Iterable[Cut] = ()) -> Choice:
    """Choose the stories of an edition; `ruled_out` are cuts that were decided before (told before, muted).

    The best story always gets in, however long: an edition with one long story beats an empty one.
    """
    cuts = {cut.story_id: cut for cut in ruled_out}
    for candidate in candidates:
        if candidate.story_id not in cuts and (cut := _unfit(candidate, budget)) is not None:
            cuts[candidate.story_id] = cut
    taken: list[Candidate] = []
    left = [candidate for candidate in candidates if candidate.story_id not in cuts]
    while left:
        left.sort(key=lambda candidate: (-_points_left(candidate, taken, budget), candidate.story_id))
        refused = {}
        for candidate in left:
            refusal = _no_room(candidate, taken, budget)
            if refusal is None:
                taken.append(candidate)
                break
            refused[candidate.story_id] = refusal
        cuts |= refused
        left = [candidate for candidate in left if candidate.story_id not in refused and candidate not in taken]
    return Choice(
        places=tuple(candidate.story_id for candidate in taken),
        cuts=tuple(cuts[candidate.story_id] for candidate in candidates if candidate.story_id in cuts),
        seconds=sum(counted_seconds(candidate, budget) for candidate in taken),
    )


def _unfit(candidate: Candidate, budget: Budget) -> Cut | None:
    if not candidate.primary:
        return _cut(candidate, CutReason.OFF_TOPIC, "about none of this digest's topics")
    if candidate.usefulness < budget.least_usefulness:
        return _cut(candidate, CutReason.NOISE, f"little use to a shop owner ({candidate.usefulness:.1f} of 3)")
    if not candidate.lead.url:
        return _cut(candidate, CutReason.NO_LINK, "its feed gives no link to read it at")
    return None


def _points_left(candidate: Candidate, taken: Sequence[Candidate], budget: Budget) -> float:
    feeds = Counter(story.lead.feed_id for story in taken)
    topics = Counter(story.primary for story in taken)
    toll = (
        feeds[candidate.lead.feed_id] * budget.feed_toll_points + topics[candidate.primary] * budget.topic_toll_points
    )
    return candidate.score_points - toll


def _no_room(candidate: Candidate, taken: Sequence[Candidate], budget: Budget) -> Cut | None:
    seconds = sum(counted_seconds(story, budget) for story in taken) + counted_seconds(candidate, budget)
    if sum(story.lead.feed_id == candidate.lead.feed_id for story in taken) >= budget.most_per_feed:
        words = f"{budget.most_per_feed} better stories of {candidate.lead.feed_title} are in already"
        return _cut(candidate, CutReason.SAME_FEED, words)
    if sum(story.primary == candidate.primary for story in taken) >= budget.most_per_topic:
        words = f"{budget.most_per_topic} better stories about {candidate.primary} are in already"
        return _cut(candidate, CutReason.SAME_TOPIC, words)
    if taken and (seconds > budget.minutes * 60 or len(taken) >= budget.most_stories):
        return _cut(candidate, CutReason.NO_TIME, f"would have gone over {budget.minutes} minutes of reading")
    return None


def _cut(candidate: Candidate, reason: CutReason, words: str) -> Cut:
    return Cut(story_id=candidate.story_id, reason=reason, words=words)
