"""What the search knows of each story, a file for each month: written once, read by the page's script and by us.

The file is a script of one call, not JSON, so that a page that is opened from disk may load it too. Readers' words
never leave their machine. (Decision 0018.)
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dailyten.render.links import edition_path
from dailyten.render.sheet import Sheet, Shown
from dailyten.text.shorten import shorten

CALL = "dailyten"
MOST_SUMMARY = 240
_LINE_ENDS = str.maketrans({"\u2028": "\\u2028", "\u2029": "\\u2029"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Findable:
    """A story as the search knows it. Topics and networks are slugs, `feed` is the slug of the feed's page."""

    on: date
    anchor: str
    title: str
    url: str
    feed: str
    source: str
    topics: tuple[str, ...]
    networks: tuple[str, ...]
    minutes: int
    language: str
    summary: str

    @property
    def story_id(self) -> str:
        """The story's id, which its anchor ends in."""
        return self.anchor.removeprefix("story-")

    @property
    def path(self) -> str:
        """Where the edition that told it lies."""
        return edition_path(self.on)


def month_key(on: date) -> str:
    """Name a month: "2026-11"."""
    return f"{on.year:04}-{on.month:02}"


def shard_path(month: str) -> str:
    """Say where the findable stories of a month lie."""
    return f"search/{month}.js"


def findables(sheet: Sheet) -> tuple[Findable, ...]:
    """Give the stories of an edition as the search knows them."""
    return tuple(_findable(story, sheet.edition.on) for story in sheet.stories)


def write_shard(month: str, stories: Iterable[Findable]) -> bytes:
    """Write the stories of a month, the newest edition first. Feeds are named once and referred to by their place."""
    rows: list[list[object]] = []
    feeds: dict[str, str] = {}
    for each in stories:
        place = list(feeds).index(each.feed) if each.feed in feeds else len(feeds)
        feeds.setdefault(each.feed, each.source)
        rows.append(
            [
                *(each.on.day, each.anchor, each.title, each.url, place, list(each.topics), list(each.networks)),
                *(each.minutes, each.language, each.summary),
            ]
        )
    body = {"month": month, "feeds": list(feeds.items()), "stories": rows}
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).translate(_LINE_ENDS)
    return f"{CALL}({text});\n".encode()


def read_shard(body: bytes) -> tuple[Findable, ...]:
    """Read a month back; one that is not as we wrote it counts as empty."""
    try:
        text = body.decode().strip().removeprefix(f"{CALL}(").removesuffix(");")
        shard = json.loads(text)
        year, month = (int(part) for part in shard["month"].split("-"))
        return tuple(_read(row, year, month, shard["feeds"]) for row in shard["stories"])
    except (ValueError, KeyError, TypeError, IndexError):
        return ()


def by_month(stories: Iterable[Findable]) -> dict[str, list[Findable]]:
    """Group stories by month, in the order in which they come."""
    months: dict[str, list[Findable]] = {}
    for each in stories:
        months.setdefault(month_key(each.on), []).append(each)
    return months


def read_shards(shards: Mapping[str, bytes]) -> list[Findable]:
    """Read months, the newest first."""
    return [each for month in sorted(shards, reverse=True) for each in read_shard(shards[month])]


def _read(row: Sequence[Any], year: int, month: int, feeds: Sequence[Sequence[str]]) -> Findable:
    day, anchor, title, url, place, topics, networks, minutes, language, summary = row
    feed, source = feeds[place]
    return Findable(
        on=date(year, month, day),
        anchor=anchor,
        title=title,
        url=url,
        feed=feed,
        source=source,
        topics=tuple(topics),
        networks=tuple(networks),
        minutes=minutes,
        language=language,
        summary=summary,
    )


def _findable(story: Shown, on: date) -> Findable:
    return Findable(
        on=on,
        anchor=story.anchor,
        title=story.title,
        url=story.url,
        feed=story.feed_slug,
        source=story.source,
        topics=tuple(label.slug for label in story.topics),
        networks=tuple(label.slug for label in story.networks),
        minutes=story.minutes,
        language=story.language,
        summary=shorten(story.summary, MOST_SUMMARY),
    )
