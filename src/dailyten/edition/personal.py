"""A person's edition: chosen from frozen candidates by wishes and minutes, without what this person already had.

Pure. What is no news for anybody (off topic, noise, told before) stays cut; what only found no room is weighed again.
Wishes add named points to the editors' own, so a good story about something else still beats a poor one about what was
asked for. The story that the editors put first keeps a place, where it needs no more than half of the minutes.
Without wishes, and with nothing had before, the choice is the edition's own.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from heapq import heapify, heappop, heapreplace

from dailyten.edition.budget import Budget
from dailyten.edition.choose import counted_seconds
from dailyten.model.edition import NEAR_MISSES, Candidate, Cut, CutReason, Edition, Reason
from dailyten.model.issue import Issue, IssueKind, Place
from dailyten.model.subscriber import Wishes
from dailyten.text.reading import minutes_of

WEIGHED_AGAIN = NEAR_MISSES
QUIET_UP_TO = 4
"""Stories up to which an issue that left minutes over is quiet; the site's wording draws the same line."""
LEAD = "lead"


@dataclass(frozen=True, slots=True, kw_only=True)
class WishPoints:
    """What a wish is worth, where one grade of usefulness is worth ten.

    `other_network` is for a story that is only about networks which somebody who named some did not name.
    """

    network: float = 8.0
    topic: float = 6.0
    goal: float = 3.0
    other_network: float = -5.0


POINTS = WishPoints()


@dataclass(frozen=True, kw_only=True)
class Board:
    """The stories that may be chosen from some editions, the oldest first, and what choosing looks up in them.

    `goals` gives the topics that serve a goal. A story that a newer one on the board carries on is not on it.
    """

    editions: tuple[Edition, ...]
    budget: Budget
    goals: Mapping[str, tuple[str, ...]]
    points: WishPoints = POINTS

    @cached_property
    def stories(self) -> tuple[Candidate, ...]:
        """The candidates that are news for somebody."""
        fit = [each for edition in self.editions for each in _fit(edition)]
        carried_on = {each.development_of for each in fit}
        return tuple({each.story_id: each for each in fit if each.story_id not in carried_on}.values())

    @cached_property
    def place_of(self) -> dict[str, int]:
        """Where each story stands on the board."""
        return {story.story_id: place for place, story in enumerate(self.stories)}

    @cached_property
    def seconds(self) -> list[int]:
        """What each story uses of the minutes."""
        return [counted_seconds(story, self.budget) for story in self.stories]

    @cached_property
    def least_seconds(self) -> int:
        """What the shortest story uses of the minutes."""
        return min(self.seconds, default=0)

    @cached_property
    def base(self) -> list[float]:
        """The editors' points of each story."""
        return [story.score_points for story in self.stories]

    @cached_property
    def feeds(self) -> list[int]:
        """The feed of each story, counted from 0."""
        return _numbered(story.lead.feed_id for story in self.stories)

    @cached_property
    def topics(self) -> list[int]:
        """The primary topic of each story, counted from 0."""
        return _numbered(story.primary for story in self.stories)

    @cached_property
    def of_network(self) -> dict[str, list[int]]:
        """The stories about each network."""
        return _by_key(story.networks for story in self.stories)

    @cached_property
    def of_topic(self) -> dict[str, list[int]]:
        """The stories about each topic."""
        return _by_key(story.topics for story in self.stories)

    @cached_property
    def serving(self) -> Mapping[str, frozenset[int]]:
        """The stories that serve each goal; none serves one that the pack does not know."""
        found = {
            goal: frozenset(place for topic in topics for place in self.of_topic.get(topic, ()))
            for goal, topics in self.goals.items()
        }
        return defaultdict(frozenset, found)

    @cached_property
    def numbered(self) -> list[tuple[str, int]]:
        """The id and the place of each story."""
        return [(story.story_id, place) for place, story in enumerate(self.stories)]

    @cached_property
    def with_network(self) -> list[int]:
        """The stories about some network."""
        return [place for place, story in enumerate(self.stories) if story.networks]

    @cached_property
    def leads(self) -> list[int]:
        """The story that the editors put first in each edition, the one with the most points first."""
        firsts = (edition.places[0] for edition in self.editions if edition.places)
        found = [self.place_of[story_id] for story_id in firsts if story_id in self.place_of]
        return sorted(found, key=lambda place: (-self.base[place], self.stories[place].story_id))

    @cached_property
    def considered(self) -> int:
        """How many stories these editions considered."""
        return sum(len(edition.candidates) for edition in self.editions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """An issue with what a person may ask about it: the reasons of each place, and every cut."""

    issue: Issue
    reasons: Mapping[str, tuple[Reason, ...]]
    cuts: tuple[Cut, ...]


def issue_for(wishes: Wishes, board: Board, kind: IssueKind, had: AbstractSet[str] = frozenset()) -> Issue:
    """Choose a person's issue. `had` are the ids of stories that this person was sent before."""
    if _as_edited(wishes, board, had):
        return _edited(board.editions[0], board, kind)
    return _issue(_walk(wishes, board, had), wishes, board, kind)


def explain(wishes: Wishes, board: Board, kind: IssueKind, had: AbstractSet[str] = frozenset()) -> Explained:
    """Choose as `issue_for` does, and say why each story is in or out."""
    issue = issue_for(wishes, board, kind, had)
    walked = _walk(wishes, board, had, to_the_end=True)
    told = {place.story_id: _reasons(place, board, wishes) for place in issue.places}
    if _as_edited(wishes, board, had):
        return Explained(issue=issue, reasons=told, cuts=board.editions[0].cuts)
    final = {cut.story_id: cut for edition in board.editions for cut in edition.cuts}
    refused = {board.stories[place].story_id: reason for place, reason in walked.refused.items()}
    cuts = [
        _cut(each, refused.get(each.story_id), final.get(each.story_id), had)
        for edition in board.editions
        for each in edition.candidates
        if each.story_id not in told
    ]
    return Explained(issue=issue, reasons=told, cuts=tuple(cuts))


@lru_cache(maxsize=1024)
def budget_for(minutes: int | None, budget: Budget) -> Budget:
    """Give the room of a person's issue: the digest's own, or in proportion to the minutes that were asked for."""
    if minutes is None or minutes == budget.minutes:
        return budget
    share = minutes / budget.minutes
    return replace(
        budget,
        minutes=minutes,
        most_stories=max(1, round(budget.most_stories * share)),
        most_per_feed=max(2, round(budget.most_per_feed * share)),
        most_per_topic=max(2, round(budget.most_per_topic * share)),
    )


def asked_of(wishes: Wishes) -> tuple[str, ...]:
    """Name what a person asked for, in the spelling of `Place.why`."""
    return (
        *(f"network:{key}" for key in wishes.networks),
        *(f"topic:{key}" for key in wishes.topics),
        *(f"goal:{key}" for key in wishes.goals),
    )


def _as_edited(wishes: Wishes, board: Board, had: AbstractSet[str]) -> bool:
    """Say whether there is nothing to choose: one edition, no wishes, nothing of it had."""
    plain = not (wishes.networks or wishes.topics or wishes.goals)
    usual = wishes.minutes in (None, board.budget.minutes)
    return len(board.editions) == 1 and plain and usual and had.isdisjoint(board.editions[0].places)


def _edited(edition: Edition, board: Board, kind: IssueKind) -> Issue:
    full = any(cut.reason is CutReason.NO_TIME for cut in edition.cuts)
    return Issue(
        kind=kind,
        editions=(edition.edition_id,),
        places=tuple(Place(story_id=each) for each in edition.places),
        minutes=edition.minutes,
        considered=board.considered,
        quiet=len(edition.places) <= QUIET_UP_TO and not full,
    )


@dataclass(frozen=True, slots=True)
class _Walked:
    taken: list[int]
    seconds: int
    refused: dict[int, CutReason]
    lead: int
    full: bool


def _issue(walked: _Walked, wishes: Wishes, board: Board, kind: IssueKind) -> Issue:
    usual = wishes.minutes in (None, board.budget.minutes)
    told = asked_of(wishes) if usual else (*asked_of(wishes), f"minutes:{wishes.minutes}")
    return Issue(
        kind=kind,
        editions=tuple([edition.edition_id for edition in board.editions]),
        places=tuple([_place(place, walked.lead, wishes, board) for place in walked.taken]),
        minutes=minutes_of(walked.seconds),
        considered=board.considered,
        asked=told,
        quiet=len(walked.taken) <= QUIET_UP_TO and not walked.full,
    )


def _place(place: int, lead: int, wishes: Wishes, board: Board) -> Place:
    story = board.stories[place]
    why = [f"network:{key}" for key in story.networks if key in wishes.networks]
    why += [f"topic:{key}" for key in story.topics if key in wishes.topics]
    why += [f"goal:{goal}" for goal in wishes.goals if place in board.serving[goal]][:1]
    if place == lead and not why and (wishes.networks or wishes.topics or wishes.goals):
        why = [LEAD]
    return Place(story_id=story.story_id, why=tuple(why))


def _weighed(wishes: Wishes, board: Board) -> list[float]:
    """Add to the editors' points what a person's wishes are worth; of several wishes of one kind the first counts."""
    points = board.base.copy()
    if wishes.networks:
        named = {place for key in wishes.networks for place in board.of_network.get(key, ())}
        for place in board.with_network:
            points[place] += board.points.network if place in named else board.points.other_network
    for place in {place for key in wishes.topics for place in board.of_topic.get(key, ())}:
        points[place] += board.points.topic
    for place in frozenset[int]().union(*(board.serving[goal] for goal in wishes.goals)):
        points[place] += board.points.goal
    return points


def _walk(wishes: Wishes, board: Board, had: AbstractSet[str], *, to_the_end: bool = False) -> _Walked:
    """Walk down the points as `choose` does, with room kept for the editors' lead.

    A toll only ever grows, so the heap's best is looked at again before it is taken: the order is that of sorting
    anew for each place. Only `to_the_end` looks at what is left when no story can find room any more.
    """
    budget = budget_for(wishes.minutes, board.budget)
    gone = {board.place_of[story_id] for story_id in had if story_id in board.place_of} if had else frozenset()
    points, seconds, feeds, topics = _weighed(wishes, board), board.seconds, board.feeds, board.topics
    heap = [(-points[place], story_id, place) for story_id, place in board.numbered if place not in gone]
    heapify(heap)
    limit, free = budget.minutes * 60, frozenset(wishes.topics)
    lead = next((place for place in board.leads if place not in gone and seconds[place] * 2 <= limit), -1)
    kept, kept_stories = (seconds[lead], 1) if lead >= 0 else (0, 0)
    of_feed, of_topic = [0] * len(points), [0] * len(points)
    taken: list[int] = []
    used, refused, full, shortest = 0, {}, False, board.least_seconds
    while heap and (to_the_end or not full):
        weight, story_id, place = heap[0]
        feed, topic = feeds[place], topics[place]
        toll = of_feed[feed] * budget.feed_toll_points + of_topic[topic] * budget.topic_toll_points
        if weight != toll - points[place]:
            heapreplace(heap, (toll - points[place], story_id, place))
            continue
        heappop(heap)
        if place == lead:
            kept, kept_stories = 0, 0
        elif of_feed[feed] >= budget.most_per_feed:
            refused[place] = CutReason.SAME_FEED
            continue
        elif of_topic[topic] >= budget.most_per_topic and board.stories[place].primary not in free:
            refused[place] = CutReason.SAME_TOPIC
            continue
        elif (taken or kept) and (
            used + kept + seconds[place] > limit or len(taken) + kept_stories >= budget.most_stories
        ):
            refused[place] = CutReason.NO_TIME
            full = full or (not kept and (len(taken) >= budget.most_stories or used + shortest > limit))
            continue
        taken.append(place)
        used += seconds[place]
        of_feed[feed] += 1
        of_topic[topic] += 1
    no_time = full or CutReason.NO_TIME in refused.values()
    return _Walked(taken, used, refused, lead, no_time)


def _reasons(place: Place, board: Board, wishes: Wishes) -> tuple[Reason, ...]:
    """Give the editors' reasons of a story and a person's own, the strongest first."""
    story = board.stories[board.place_of[place.story_id]]
    own = []
    for why in place.why:
        kind, _, key = why.partition(":")
        if kind == LEAD:
            own.append(Reason(name=LEAD, points=0.0, words="the editors put it first"))
        elif not any(each.name == f"{kind}_wish" for each in own):
            words = f"you asked for {key}" if kind != "goal" else f"serves your goal: {key}"
            own.append(Reason(name=f"{kind}_wish", points=getattr(board.points, kind), words=words))
    if wishes.networks and story.networks and not set(story.networks) & set(wishes.networks):
        words = "about others than those you named"
        own.append(Reason(name="other_network", points=board.points.other_network, words=words))
    return tuple(sorted((*own, *story.reasons), key=lambda reason: (-abs(reason.points), reason.name)))


ROOM_WORDS = {
    CutReason.NO_TIME: "would have gone over your minutes of reading",
    CutReason.SAME_FEED: "better stories of its feed are in already",
    CutReason.SAME_TOPIC: "better stories about its topic are in already",
    CutReason.SAID_BEFORE: "a newer story carries it on",
}


def _cut(story: Candidate, refused: CutReason | None, final: Cut | None, had: AbstractSet[str]) -> Cut:
    if story.story_id in had:
        return Cut(story_id=story.story_id, reason=CutReason.SAID_BEFORE, words="you had it already")
    if refused is None and final is not None and final.reason not in WEIGHED_AGAIN:
        return final
    reason = refused or CutReason.SAID_BEFORE
    return Cut(story_id=story.story_id, reason=reason, words=ROOM_WORDS[reason])


def _fit(edition: Edition) -> list[Candidate]:
    out = {cut.story_id for cut in edition.cuts if cut.reason not in WEIGHED_AGAIN}
    return [each for each in edition.candidates if each.story_id not in out]


def _numbered(keys: Iterable[str]) -> list[int]:
    numbers: dict[str, int] = {}
    return [numbers.setdefault(key, len(numbers)) for key in keys]


def _by_key(keys: Iterable[Sequence[str]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, each in enumerate(keys):
        for key in each:
            found.setdefault(key, []).append(place)
    return found
