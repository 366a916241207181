"""Entries to stories: the one door of this stage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dailyten.cluster.background import Background, share_unknown, with_background
from dailyten.cluster.candidates import pairs
from dailyten.cluster.feeds import without_feed_words
from dailyten.cluster.joining import SURE, Compare, groups
from dailyten.cluster.lead import lead_of
from dailyten.cluster.likeness import Rareness, explain, odds, rareness, veto
from dailyten.cluster.nearby import Nearby
from dailyten.cluster.news import news
from dailyten.cluster.policy import JoinPolicy
from dailyten.cluster.traits import Traits, traits_of
from dailyten.model.canonical import short_id
from dailyten.model.entry import KeptEntry
from dailyten.model.story import Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A story of an earlier edition with the entries it was told by."""

    story: Story
    entries: tuple[KeptEntry, ...]


@dataclass(frozen=True, slots=True)
class _Day:
    """Everything that is compared, in order of time: `kept[i]` has the traits `traits[i]`."""

    kept: tuple[KeptEntry, ...]
    traits: tuple[Traits, ...]
    rare: Rareness


def join(
    arrived: Sequence[KeptEntry],
    earlier: Sequence[Earlier],
    networks: Mapping[str, tuple[str, ...]],
    policy: JoinPolicy,
    *,
    trust: Mapping[str, float] | None = None,
    background: Background | None = None,
) -> tuple[Story, ...]:
    """Join what arrived into stories, each arrived entry in exactly one, the earliest story first.

    A story that an earlier one has told already says so: `development_of` when it brings news, else `repeats`.
    `networks` gives the networks of an entry by its id, `trust` the editors' weight of a feed by its id, `background`
    what is known of the trade's words (see `dailyten.cluster.background`). The order of the input does not matter, and
    joining the same arrivals again gives the same stories, also where their own stories are among the earlier ones.
    """
    fresh = {kept.entry_id for kept in arrived}
    past = [each for each in earlier if not fresh & set(each.story.entry_ids)]
    day = _day([*arrived, *(kept for each in past for kept in each.entries)], networks, background)
    place = {kept.entry_id: here for here, kept in enumerate(day.kept)}
    story_at = {place[kept.entry_id]: each.story for each in past for kept in each.entries}
    compare = _comparer(day, policy, background)
    scores = {pair: compare(*pair) for pair in pairs(day.traits, day.rare, policy.window)}
    told = []
    for members in groups([each.at for each in day.traits], scores, compare, _threads(story_at), policy):
        new = [here for here in members if here not in story_at]
        before = [here for here in members if here in story_at]
        if new:
            nearest = max(before, key=lambda old: max(compare(*sorted((old, here))) for here in new), default=None)
            link = story_at[nearest] if nearest is not None else None
            told.append(_story(day, new, before, link, trust or {}))
    return tuple(sorted(told, key=lambda story: (story.first_seen_at, story.story_id)))


def why_joined(
    one: KeptEntry,
    other: KeptEntry,
    networks: Mapping[str, tuple[str, ...]] | None = None,
    background: Background | None = None,
) -> tuple[str, ...]:
    """Say in words what speaks for two entries telling one event, the strongest first; nothing for one and itself."""
    if one.entry_id == other.entry_id:
        return ()
    day = _day([one, other], networks or {}, background)
    first, second = day.traits
    return explain(first, second, day.rare)


def _day(
    entries: Sequence[KeptEntry], networks: Mapping[str, tuple[str, ...]], background: Background | None = None
) -> _Day:
    known = {kept.entry_id: kept for kept in entries}
    words, counted = (background.kindred, background.rarity) if background else (None, None)
    read = [(traits_of(kept, networks.get(kept.entry_id, ()), words), kept) for kept in known.values()]
    read.sort(key=lambda each: (each[0].at, each[0].entry_id))
    told = [replace(each, outside=share_unknown(each.words, counted)) if counted else each for each, _ in read]
    traits = without_feed_words(told)
    rarity = with_background((each.words for each in traits), counted)
    return _Day(tuple(kept for _, kept in read), traits, rareness(rarity, traits))


def _comparer(day: _Day, policy: JoinPolicy, background: Background | None = None) -> Compare:
    crowd = _crowds([each.at for each in day.traits], policy.window)
    nearby = Nearby(day.traits, day.rare, background.rarity if background else None, policy.window)

    def compare(earlier: int, later: int) -> float:
        one, other = day.traits[earlier], day.traits[later]
        return -SURE if veto(one, other) else odds(one, other, nearby.rareness(later), crowd[later])

    return compare


def _crowds(at: Sequence[datetime], window: timedelta) -> list[int]:
    """Count for each instant, all in order, those before it within the window."""
    first = 0
    found = []
    for here, each in enumerate(at):
        while each - at[first] > window:
            first += 1
        found.append(here - first)
    return found


def _threads(story_at: Mapping[int, Story]) -> list[list[int]]:
    """Gather all that was told of each event: by a story and by those that carry it on or repeat it."""
    by_id = {story.story_id: story for story in story_at.values()}
    threads: dict[str, list[int]] = {}
    for here, story in story_at.items():
        threads.setdefault(_root(story, by_id), []).append(here)
    return list(threads.values())


def _root(story: Story, by_id: Mapping[str, Story]) -> str:
    """Follow the links back to the first telling, as far as it is among the earlier stories."""
    seen = {story.story_id}
    while (before := story.development_of or story.repeats) in by_id and before not in seen:
        story = by_id[before]
        seen.add(before)
    return story.development_of or story.repeats or story.story_id


def _story(
    day: _Day, new: Sequence[int], before: Sequence[int], nearest: Story | None, trust: Mapping[str, float]
) -> Story:
    first = min(new, key=lambda here: (day.kept[here].first_seen_at, day.kept[here].entry_id))
    brings = nearest and news([day.traits[here] for here in new], [day.traits[here] for here in before])
    link = (nearest.repeats or nearest.story_id) if nearest else ""
    return Story(
        story_id=short_id("story", day.kept[first].entry_id),
        lead_id=lead_of([(day.kept[here], day.traits[here]) for here in new], trust),
        entry_ids=tuple(day.kept[here].entry_id for here in new),
        first_seen_at=day.kept[first].first_seen_at,
        development_of=link if brings else "",
        repeats="" if brings else link,
    )
