"""When a reader's issue is due, and which date's edition it is about. Pure: zones, dates and the clock's two changes.

A reader's turn comes once on each of their due days, at their hour. The edition it is about is that of the same date,
or of a date before, when the digest's is made too late for their hour: the same distance all the year, so that a
change of clocks neither skips an edition nor brings one twice (decision 0017).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from dailyten.edition.morning import due_at, local_date
from dailyten.model.subscriber import Days, Wishes

WEEKLY_ON = 0
"""The weekday of who gets one issue a week: Monday, as `date.weekday` counts."""
SATURDAY = 5
FARTHEST = 3
"""Days between a reader's date and an edition's at the most: 26 hours of zones and 24 of hours."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """When somebody wants the mail. Without an `hour` it comes with the edition, in the digest's own zone."""

    days: str
    zone: str
    hour: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """An issue is due: on which of the reader's dates, and at what instant."""

    on: date
    at: datetime


def rhythm_of(wishes: Wishes, zone: str) -> Rhythm:
    """Read a rhythm from wishes; `zone` is the digest's.

    Who named neither a zone nor another hour than the usual one has not chosen a time.
    """
    hour = wishes.hour if wishes.names_a_time else None
    return Rhythm(days=wishes.days, zone=wishes.zone or zone, hour=hour)


def is_due_day(on: date, days: str) -> bool:
    """Say whether somebody with that wish gets an issue on a date."""
    match days:
        case Days.WEEKDAYS:
            return on.weekday() < SATURDAY
        case Days.WEEKLY:
            return on.weekday() == WEEKLY_ON
        case _:
            return True


def is_a_date_of(on: date, zone: str) -> bool:
    """Say whether a zone has that date: Samoa went from 29 to 31 December 2011."""
    return local_date(due_at(on, zone, 0), zone) == on


@lru_cache(maxsize=20_000)
def turn_on(on: date, days: str, zone: str, hour: int) -> Turn | None:
    """Give the turn of a date; None when there is none on it.

    Where a change of clocks jumps over the hour up to midnight, the day's last instant is its turn.
    """
    if not is_due_day(on, days) or not is_a_date_of(on, zone):
        return None
    at = due_at(on, zone, hour)
    if local_date(at, zone) != on:
        at -= timedelta(seconds=1)
    return Turn(on=on, at=at)


def last_turn(rhythm: Rhythm, now: datetime) -> Turn | None:
    """Give the newest turn that has come; None for who has chosen no hour."""
    return _search(rhythm, now, forward=False)


def next_turn(rhythm: Rhythm, now: datetime) -> Turn | None:
    """Give the first turn that is still to come; None for who has chosen no hour."""
    return _search(rhythm, now, forward=True)


def edition_date(on: date, rhythm: Rhythm, digest_zone: str, digest_hour: int) -> date:
    """Say which date's edition a reader gets on a date of theirs."""
    if rhythm.hour is None:
        return on
    return on - timedelta(days=_distance(on.year, rhythm.zone, rhythm.hour, digest_zone, digest_hour))


def _search(rhythm: Rhythm, now: datetime, *, forward: bool) -> Turn | None:
    if rhythm.hour is None:
        return None
    today, step = local_date(now, rhythm.zone), DAY if forward else -DAY
    for away in range(-1, 10):
        turn = turn_on(today + away * step, rhythm.days, rhythm.zone, rhythm.hour)
        if turn is not None and (turn.at > now) == forward:
            return turn
    raise AssertionError("ten days hold a turn of every rhythm")


@lru_cache(maxsize=20_000)
def _distance(year: int, zone: str, hour: int, digest_zone: str, digest_hour: int) -> int:
    """Count the days to go back so that the edition is out by the reader's hour on every day of a year."""
    start = date(year, 1, 1)
    dates = [start + timedelta(days=day) for day in range(365)]
    read_at = [due_at(on, zone, hour) for on in dates]
    for days in range(FARTHEST):
        back = timedelta(days=days)
        if all(_made_at(on - back, digest_zone, digest_hour) <= at for on, at in zip(dates, read_at, strict=True)):
            return days
    return FARTHEST


@lru_cache(maxsize=2_000)
def _made_at(on: date, zone: str, hour: int) -> datetime:
    return due_at(on, zone, hour).astimezone(UTC)
