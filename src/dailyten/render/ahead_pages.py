"""Dates ahead: a page and a calendar file of the days that told stories name, such as the end of a feature."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dailyten.model.canonical import short_id
from dailyten.render.calendar_file import Event, calendar_file
from dailyten.render.findable import Findable, findables
from dailyten.render.harmless import line
from dailyten.render.links import absolute
from dailyten.render.press import Page, Press
from dailyten.render.wording import MONTHS, long_date, plural
from dailyten.text.ahead import dates_ahead

KEPT = timedelta(days=60)
"""How long a day that has passed stays in the calendar file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A day, the story that named it, and the sentence it stands in."""

    on: date
    story: Findable
    sentence: str


def ahead_pages(press: Press, earlier: Iterable[Findable]) -> Iterator[Page]:
    """Give the page of dates ahead of the newest edition, and the calendar file. `earlier` are older stories."""
    newest = press.library.newest
    today = newest.edition.on if newest else date(1970, 1, 1)
    told = [each for sheet in press.library.days for each in findables(sheet)]
    dated = _dated([*told, *earlier])
    coming = [each for each in dated if each.on >= today]
    yield press.page(
        "dates.html",
        "dates/index.html",
        title=press.titled("Dates ahead"),
        description=f"Deadlines and changes to come, as named in {press.settings.name}.",
        days=_by_day(coming, today),
    )
    recent = [each for each in dated if each.on >= today - KEPT]
    zone = newest.edition.zone if newest else "UTC"
    events = [_event(press, each, zone) for each in recent]
    yield Page(path="calendar.ics", body=calendar_file(f"{press.settings.name}: dates ahead", events))


def _dated(stories: Iterable[Findable]) -> list[Dated]:
    """Find the dates, in their order; a headline that names a day in several editions stands once."""
    found: dict[tuple[date, str, str], Dated] = {}
    for story in sorted(stories, key=lambda each: (each.on, each.anchor)):
        for ahead in dates_ahead(f"{story.title}. {story.summary}", story.on):
            key = (ahead.on, story.title, story.source)
            found.setdefault(key, Dated(on=ahead.on, story=story, sentence=line(ahead.sentence, 240)))
    return sorted(found.values(), key=lambda each: (each.on, each.story.on, each.story.anchor))


def _by_day(coming: Sequence[Dated], today: date) -> list[dict[str, object]]:
    days: dict[date, list[Dated]] = {}
    for each in coming:
        days.setdefault(each.on, []).append(each)
    return [
        {"on": on, "date_words": long_date(on), "month": MONTHS[on.month - 1][:3], "away": _away(on, today), "dated": d}
        for on, d in days.items()
    ]


def _away(on: date, today: date) -> str:
    days = (on - today).days
    if days < 14:  # noqa: PLR2004 - from two weeks on people count in weeks
        return "today" if not days else f"in {plural(days, 'day')}"
    return f"in {plural(days // 7, 'week')}"


def _event(press: Press, dated: Dated, zone: str) -> Event:
    story = dated.story
    stamp = datetime.combine(story.on, time(), ZoneInfo(zone)).astimezone(UTC)
    names = {label.slug: label.name for label in press.networks()}
    return Event(
        uid=f"{short_id('date', story.story_id, dated.on.isoformat())}@dailyten.example",
        on=dated.on,
        stamp=stamp,
        title=story.title,
        words=f"{dated.sentence}\n{story.source}, told on {long_date(story.on)}",
        url=story.url or absolute(press.settings, story.path, story.anchor),
        categories=tuple(names.get(each, each) for each in story.networks),
    )
