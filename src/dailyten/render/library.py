"""All editions of a site, in order and indexed: by day, by topic, by network, by feed, by story."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from dailyten.model.edition import ArchiveLine, Edition, FeedReport
from dailyten.render.findable import Findable
from dailyten.render.harmless import line
from dailyten.render.links import edition_path
from dailyten.render.names import Names
from dailyten.render.sheet import Sheet, Shown, lay_out
from dailyten.render.wording import long_date


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An edition as a list shows it."""

    on: date
    path: str
    title: str
    words: str
    stories: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """Where a story of an earlier day stands, for its developments."""

    on: date
    path: str
    anchor: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A story and the edition that told it."""

    sheet: Sheet
    story: Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Bygone:
    """What editions before these name and their pages link to: feeds as read last, keys of topics, networks."""

    feeds: dict[str, FeedReport] = field(default_factory=dict)
    topics: set[str] = field(default_factory=set)
    networks: set[str] = field(default_factory=set)

    def note(self, library: "Library") -> None:
        """Take in what these editions name; call it with older ones first."""
        sheets = [*library.days, *(each for older in library.replaced.values() for each in older)]
        for sheet in reversed(sheets):
            self.feeds.update({report.feed_id: report for report in sheet.edition.feeds})
            for story in sheet.stories:
                self.topics.update(label.key for label in story.topics)
                self.networks.update(label.key for label in story.networks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """What a site is built from. `days` are the newest revisions, the newest day first; `listed` knows older ones."""

    days: tuple[Sheet, ...]
    replaced: dict[date, tuple[Sheet, ...]]
    listed: tuple[Listed, ...]
    by_topic: dict[str, tuple[Placed, ...]]
    by_network: dict[str, tuple[Placed, ...]]
    by_feed: dict[str, tuple[Placed, ...]]
    by_story: dict[str, Earlier]
    bygone: Bygone

    @property
    def newest(self) -> Sheet | None:
        """The edition of today, None before the first."""
        return self.days[0] if self.days else None

    @property
    def editions(self) -> tuple[Edition, ...]:
        """The newest revisions, the newest day first."""
        return tuple(sheet.edition for sheet in self.days)


def shelve(
    editions: Iterable[Edition],
    names: Names,
    earlier: Sequence[ArchiveLine] = (),
    *,
    told_before: Iterable[Findable] = (),
    bygone: Bygone | None = None,
) -> Library:
    """Put editions in order. Raises ValueError when they are of several time zones: a site has one.

    `told_before` are stories of earlier editions, the newest first, that these may carry on.
    """
    by_day: dict[date, list[Edition]] = defaultdict(list)
    for edition in editions:
        by_day[edition.on].append(edition)
    zones = {edition.zone for day in by_day.values() for edition in day}
    if len(zones) > 1:
        raise ValueError(f"a site shows the editions of one time zone, came {', '.join(sorted(zones))}")
    in_order = {on: sorted(day, key=lambda edition: -edition.revision) for on, day in by_day.items()}
    days = tuple(lay_out(in_order[on][0], names) for on in sorted(in_order, reverse=True))
    placed = [Placed(sheet=sheet, story=story) for sheet in days for story in sheet.stories]
    return Library(
        days=days,
        replaced={
            on: tuple(lay_out(edition, names) for edition in day[1:]) for on, day in in_order.items() if len(day) > 1
        },
        listed=_listed(days, earlier),
        by_topic=_indexed((label.key, each) for each in placed for label in each.story.topics),
        by_network=_indexed((label.key, each) for each in placed for label in each.story.networks),
        by_feed=_indexed((each.story.feed_id, each) for each in placed),
        by_story={each.story_id: _before(each) for each in told_before}
        | {each.story.story_id: _earlier(each) for each in reversed(placed)},
        bygone=bygone or Bygone(),
    )


def by_day(placed: Sequence[Placed], most: int) -> list[dict[str, object]]:
    """Group the first `most` stories by their day, for a page that lists them."""
    groups: dict[date, list[Placed]] = defaultdict(list)
    for each in placed[:most]:
        groups[each.sheet.edition.on].append(each)
    return [
        {
            "path": edition_path(on),
            "date_words": long_date(on),
            "stories": [each.story for each in group],
        }
        for on, group in groups.items()
    ]


def _indexed(pairs: Iterable[tuple[str, Placed]]) -> dict[str, tuple[Placed, ...]]:
    index: dict[str, list[Placed]] = defaultdict(list)
    for key, placed in pairs:
        index[key].append(placed)
    return {key: tuple(found) for key, found in index.items()}


def _listed(days: Sequence[Sheet], earlier: Sequence[ArchiveLine]) -> tuple[Listed, ...]:
    full = {sheet.edition.on: _of_sheet(sheet) for sheet in days}
    lines = {known.on: _of_line(known) for known in sorted(earlier, key=lambda each: each.revision)}
    return tuple(listed for _, listed in sorted((lines | full).items(), reverse=True))


def _of_sheet(sheet: Sheet) -> Listed:
    on = sheet.edition.on
    title = sheet.stories[0].title if sheet.stories else sheet.quiet or "No story"
    return Listed(on=on, path=edition_path(on), title=title, words=sheet.date_words, stories=len(sheet.stories))


def _of_line(known: ArchiveLine) -> Listed:
    return Listed(
        on=known.on,
        path=edition_path(known.on),
        title=line(known.title, 240),
        words=long_date(known.on),
        stories=known.stories,
    )


def _earlier(placed: Placed) -> Earlier:
    on = placed.sheet.edition.on
    return Earlier(on=on, path=edition_path(on), anchor=placed.story.anchor, title=placed.story.title)


def _before(told: Findable) -> Earlier:
    return Earlier(on=told.on, path=told.path, anchor=told.anchor, title=told.title)
