"""Months as calendars: which days had an edition."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dailyten.render.library import Listed
from dailyten.render.links import month_path
from dailyten.render.wording import month_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day of a calendar; `path` is empty when it had no edition."""

    number: int
    path: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month of a calendar: weeks of seven days from Monday, None outside the month."""

    on: date
    name: str
    path: str
    weeks: tuple[tuple[Day | None, ...], ...]


def calendars(listed: Sequence[Listed]) -> list[Month]:
    """Draw the months that had editions, the newest first."""
    by_day = {each.on: each for each in listed}
    firsts = sorted({each.on.replace(day=1) for each in listed}, reverse=True)
    return [
        Month(
            on=first,
            name=month_name(first),
            path=month_path(first),
            weeks=tuple(
                tuple(_day(first.replace(day=number), by_day) if number else None for number in week)
                for week in calendar.Calendar().monthdayscalendar(first.year, first.month)
            ),
        )
        for first in firsts
    ]


def _day(on: date, by_day: dict[date, Listed]) -> Day:
    listed = by_day.get(on)
    return Day(number=on.day, path=listed.path, title=listed.title) if listed else Day(number=on.day)
