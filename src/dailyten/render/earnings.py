"""What each feed earned its place with, lately: what it brought, what was told of it, what it told first.

Computed from the frozen editions alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dailyten.model.edition import Candidate, Edition
from dailyten.render.harmless import line
from dailyten.render.plots import Part, parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Earning:
    """A feed: its new entries, the told stories that it carried, and those of several feeds that it was first with."""

    feed_id: str
    title: str
    entries: int
    told: int
    first: int


def earnings(editions: Sequence[Edition]) -> list[Earning]:
    """Count for each feed of the newest edition, those that were told most first."""
    if not editions:
        return []
    told = [story for edition in editions for story in edition.told()]
    reports = [report for edition in editions for report in edition.feeds]
    rows = [
        Earning(
            feed_id=feed.feed_id,
            title=line(feed.title or feed.address, 80),
            entries=sum(report.entries for report in reports if report.feed_id == feed.feed_id),
            told=sum(feed.feed_id in _carriers(story) for story in told),
            first=sum(_first(story) == feed.feed_id for story in told),
        )
        for feed in editions[0].feeds
    ]
    return sorted(rows, key=lambda each: (-each.told, -each.entries, each.title))


def draw_earnings(rows: Sequence[Earning]) -> str:
    """Draw how much of what each feed brought was told."""
    best = rows[0] if rows else None
    said = f"Told most: {best.title}, {best.told} of {best.entries}." if best else "Nothing yet."
    return parts(
        [
            Part(
                name=f"{each.title}: {each.told} of {each.entries}",
                whole=each.entries,
                part=min(each.told, each.entries),
            )
            for each in rows
        ],
        key="earns",
        title="New entries of each feed, and how many of them were told",
        description=said,
    )


def _carriers(story: Candidate) -> set[str]:
    return {telling.feed_id for telling in (story.lead, *story.also_in)}


def _first(story: Candidate) -> str:
    """Name the feed that told a story of several feeds first; nothing where only one carries it."""
    if len(_carriers(story)) == 1:
        return ""
    return min((story.lead, *story.also_in), key=lambda each: each.published_at or each.first_seen_at).feed_id
