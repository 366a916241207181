"""A feed that was found, looked at before it is listed: its rhythm, its topics, what of it the list has already."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dailyten.cli.saying import plural, say
from dailyten.model.canonical import to_plain
from dailyten.pipeline.previewing import Overlap, Preview, overlap, preview
from dailyten.pipeline.seeking import FoundFeed, Sought, seek
from dailyten.store.store import Store
from dailyten.wiring import Parts
from dailyten.wiring.packs import names_of

NEARLY_ALL = 0.8
_RARELY = timedelta(days=45)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A found feed with what the digest would have of it."""

    found: FoundFeed
    preview: Preview
    overlap: Overlap


async def sought_feeds(parts: Parts, said: str, most: int | None = None) -> Sought:
    """Seek the feeds of what a person said, with at most `most` requests."""
    poller = parts.poller()
    async with poller.fetching() as fetch, poller.reading() as read:
        if most is None:
            return await seek(fetch, read, said, now=parts.clock())
        return await seek(fetch, read, said, now=parts.clock(), most=most)


def look_at(store: Store, parts: Parts, found: FoundFeed) -> Look:
    """See what the digest would have of a found feed."""
    now, listed, pack = parts.clock(), parts.feed_list().feeds, parts.pack()
    joining = parts.settings.digest.join, parts.background(pack)
    seen = overlap(store, listed, found.address, found.document, now, *joining)
    return Look(found=found, preview=preview(found.document, parts.classifier(pack), now), overlap=seen)


def say_look(parts: Parts, look: Look) -> None:
    """Show a found feed: what it is, its newest entries with their topics, what the list has of it already."""
    found, seen = look.found, look.preview
    say(f"{found.document.title or '(no title)'}")
    say(f"  {found.address}  ({found.document.kind})")
    for line in facts(seen, parts.clock()):
        say(f"  {line}")
    names = names_of(parts.pack()).topics
    if seen.samples:
        say("\nNewest entries:")
    for sample in seen.samples:
        day = f"{sample.published_at:%Y-%m-%d}" if sample.published_at else "no date   "
        topics = ", ".join(names.get(topic, topic) for topic in sample.topics) or "no topic of ours"
        say(f"  {day}  {sample.title[:90]}\n              {topics}")
    say()
    for line in overlap_lines(look):
        say(line)


def facts(seen: Preview, now: datetime) -> Iterator[str]:
    """Say in lines how often, how fully and in which language it writes, and how much of it is ours."""
    if not seen.judged:
        yield "! It holds no entries at the moment."
        return
    language = seen.language or "language not said"
    yield f"{_rhythm(seen)}, {seen.content}, {language}, {plural(seen.entries, 'entry', 'entries')}"
    yield f"{seen.on_topic} of its {seen.judged} newest entries have a topic of ours."
    if seen.in_another_language * 2 > seen.judged:
        yield "! Most of it is in a language that the digest cannot judge; it would get no topics."
    if seen.newest_at is not None and now - seen.newest_at > _RARELY * 2:
        yield f"! Its newest entry is of {seen.newest_at:%d %B %Y}: is the site still written?"


def _rhythm(seen: Preview) -> str:
    if seen.gap is None:
        return "one dated entry" if seen.newest_at else "no dates"
    a_week = timedelta(days=7) / max(seen.gap, timedelta(minutes=10))
    if a_week >= 10:  # noqa: PLR2004 - beyond that people count by the day
        return f"about {round(a_week / 7)} a day"
    if a_week >= 0.8:  # noqa: PLR2004 - below that people count by the month
        return f"about {max(1, round(a_week))} a week"
    a_month = timedelta(days=30) / seen.gap
    return f"about {max(1, round(a_month))} a month" if seen.gap <= _RARELY else "less than one a month"


def overlap_lines(look: Look) -> Iterator[str]:
    """Say in lines how much of it the list carries already."""
    seen = look.overlap
    for feed in seen.same_site:
        yield f'The list holds another feed of this site: "{feed.title}" ({feed.address}).'
    if not seen.shared:
        yield "None of its newest entries was carried by a feed of the list."
        return
    by = ", ".join(f"{each.feed.title} ({each.entries})" for each in seen.carried[:3])
    yield f"{seen.shared} of its {seen.compared} newest entries were carried by feeds of the list: {by}."
    if seen.shared >= NEARLY_ALL * seen.compared:
        yield "! It would bring almost nothing new."


def look_told(look: Look) -> dict[str, Any]:
    """Give the same for programs."""
    seen = look.overlap
    gap = look.preview.gap
    return {
        "address": look.found.address,
        "title": look.found.document.title,
        "preview": {
            **{name: value for name, value in to_plain(look.preview).items() if name != "gap"},
            "gap_hours": None if gap is None else round(gap.total_seconds() / 3600, 1),
        },
        "overlap": {
            "listed": seen.listed.address if seen.listed else None,
            "same_site": [feed.address for feed in seen.same_site],
            "compared": seen.compared,
            "shared": seen.shared,
            "carried": [{"address": each.feed.address, "entries": each.entries} for each in seen.carried],
        },
    }
