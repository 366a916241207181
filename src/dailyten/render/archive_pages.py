"""The archive: a calendar of all editions, and the headlines of each month."""

from collections.abc import Iterator

from dailyten.render.library import Listed
from dailyten.render.links import month_path
from dailyten.render.months import Month, calendars
from dailyten.render.press import Page, Press
from dailyten.render.sheet import Sheet
from dailyten.render.wording import month_name, short_date

OPEN_MONTHS = 12
"""Months whose calendars stand open; older ones are folded by year."""


def archive_page(press: Press) -> Page:
    """Give the calendar of all editions."""
    listed = press.library.listed
    months = calendars(listed)
    years: dict[int, list[Month]] = {}
    for month in months[OPEN_MONTHS:]:
        years.setdefault(month.on.year, []).append(month)
    return press.page(
        "archive.html",
        "archive/index.html",
        title=press.titled("Archive"),
        description=f"All editions of {press.settings.name}, by day.",
        months=months[:OPEN_MONTHS],
        years=list(years.items()),
        count=len(listed),
        first=short_date(listed[-1].on) if listed else "",
    )


def month_pages(press: Press) -> Iterator[Page]:
    """Give a page of headlines for each month that has an edition of these."""
    sheets = {sheet.edition.on: sheet for sheet in press.library.days}
    for path in dict.fromkeys(month_path(on) for on in sheets):
        days = [each for each in press.library.listed if month_path(each.on) == path]
        name = month_name(days[0].on)
        yield press.page(
            "month.html",
            path + "index.html",
            title=press.titled(name),
            description=f"The headlines of {name}.",
            name=name,
            days=[_day(each, sheets.get(each.on)) for each in days],
            story_count=sum(each.stories for each in days),
        )


def _day(listed: Listed, sheet: Sheet | None) -> dict[str, object]:
    return {
        "path": listed.path,
        "date_words": listed.words,
        "stories": sheet.stories if sheet else (),
        "quiet": sheet.quiet if sheet else listed.title,
    }
