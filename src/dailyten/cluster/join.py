"""Entries to stories: the one door of this stage."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dailyten.cluster.background import with_background
from dailyten.cluster.candidates import pairs
from dailyten.cluster.joining import groups
from dailyten.cluster.lead import lead_of
from dailyten.cluster.likeness import Rareness, explain, odds, rareness, veto
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
) -> tuple[Story, ...]:
    """Join what arrived into stories, each arrived entry in exactly one, the earliest story first.

    A story that an earlier one has told already says so: `development_of` when it brings news, else `repeats`.
    `networks` gives the networks of an entry by its id, `trust` the editors' weight of a feed by its id. The order of
    the input does not matter, and joining the same arrivals again gives the same stories, also where their own stories
    are among the earlier ones.
    """
    fresh = {kept.entry_id for kept in arrived}
    past = [each for each in earlier if not fresh & set(each.story.entry_ids)]
    day = _day([*arrived, *(kept for each in past for kept in each.entries)], networks)
    place = {kept.entry_id: here for here, kept in enumerate(day.kept)}
    fixed = [[place[kept.entry_id] for kept in each.entries] for each in past]
    story_at = {here: each for each, members in zip(past, fixed, strict=True) for here in members}
    told = []
    for members in groups([each.at for each in day.traits], _scores(day, policy), fixed, policy):
        new = [here for here in members if day.kept[here].entry_id in fresh]
        before = next((story_at[here] for here in members if here in story_at), None)
        if new:
            told.append(_story(day, new, before, [here for here in members if here in story_at], trust or {}))
    return tuple(sorted(told, key=lambda story: (story.first_seen_at, story.story_id)))


def why_joined(
    one: KeptEntry, other: KeptEntry, networks: Mapping[str, tuple[str, ...]] | None = None
) -> tuple[str, ...]:
    """Say in words what speaks for two entries telling one event, the strongest first."""
    day = _day([one, other], networks or {})
    return explain(*day.traits, day.rare)


def _day(entries: Sequence[KeptEntry], networks: Mapping[str, tuple[str, ...]]) -> _Day:
    known = {kept.entry_id: kept for kept in entries}
    read = [(traits_of(kept, networks.get(kept.entry_id, ())), kept) for kept in known.values()]
    read.sort(key=lambda each: (each[0].at, each[0].entry_id))
    traits = tuple(each for each, _ in read)
    rarity = with_background(each.words for each in traits)
    return _Day(tuple(kept for _, kept in read), traits, rareness(rarity, {w for each in traits for w in each.words}))


def _scores(day: _Day, policy: JoinPolicy) -> dict[tuple[int, int], float]:
    at = [each.at for each in day.traits]
    crowd = [here - bisect_left(at, each - policy.window) for here, each in enumerate(at)]
    return {
        (one, other): odds(day.traits[one], day.traits[other], day.rare, crowd[other])
        for one, other in pairs(day.traits, day.rare, policy.window)
        if not veto(day.traits[one], day.traits[other])
    }


def _story(day: _Day, new: list[int], before: Earlier | None, told: list[int], trust: Mapping[str, float]) -> Story:
    first = min(new, key=lambda here: (day.kept[here].first_seen_at, day.kept[here].entry_id))
    brings = bool(before) and bool(news([day.traits[here] for here in new], [day.traits[here] for here in told]))
    before_id = before.story.story_id if before else ""
    return Story(
        story_id=short_id("story", day.kept[first].entry_id),
        lead_id=lead_of([(day.kept[here], day.traits[here]) for here in new], trust),
        entry_ids=tuple(day.kept[here].entry_id for here in new),
        first_seen_at=day.kept[first].first_seen_at,
        development_of=before_id if brings else "",
        repeats="" if brings else before_id,
    )
