"""Whose morning it is: from a date, a time zone and an hour to an instant, and back.

A local hour that the spring change skips means the first instant after the gap; one that the autumn change repeats
means its first occurrence. So each date has exactly one due instant in each zone (PEP 495 explains both cases).
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def local_date(now: datetime, zone: str) -> date:
    """Say which date it is for the readers of a zone."""
    return now.astimezone(ZoneInfo(zone)).date()


def due_at(on: date, zone: str, hour: int) -> datetime:
    """Say when the edition of a date is due, as an instant in UTC."""
    local = datetime.combine(on, time(hour), ZoneInfo(zone))
    instant = local.astimezone(UTC)
    if instant.astimezone(local.tzinfo).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    return _end_of_gap(zone, instant)


def morning_due(now: datetime, zone: str, hour: int) -> date:
    """Name the date whose edition should be out by now: today once its hour has come, yesterday before."""
    today = local_date(now, zone)
    return today if now >= due_at(today, zone, hour) else today - timedelta(days=1)


def _end_of_gap(zone: str, near: datetime) -> datetime:
    """Find the first instant after a gap: offsets differ on its two sides, halve the span between them."""
    tz = ZoneInfo(zone)
    before, after = near - timedelta(hours=26), near + timedelta(hours=26)
    start = before.astimezone(tz).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(tz).utcoffset() == start:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)
