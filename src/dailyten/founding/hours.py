"""When a timer that only knows UTC must wake the digest, so that it is awake at its hour the whole year round."""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from zlib import crc32
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
LEAST_DELAY = 4
MOST_DELAY = 23
CATCH_UP = 60
POLLS = (8 * 60, 16 * 60)
"""Minutes after the edition at which feeds are asked once more: some show only their last few entries."""


def wake_ups(zone: str, hour: int, on: date, name: str) -> tuple[str, ...]:
    """Give the schedule as crontab lines in UTC, for a digest at this hour of this zone.

    Clocks change, UTC does not: it wakes at every UTC time at which the hour strikes on some day of the year after
    `on`, an hour after the last of them (timers of shared machines are late or skip a beat), and twice more to ask the
    feeds. A few minutes past, which ones goes by the digest's name: not all digests at once, and not at the full hour.
    """
    due = _due_minutes(zone, hour, on)
    delay = LEAST_DELAY + crc32(name.encode()) % (MOST_DELAY - LEAST_DELAY + 1)
    wanted = {*due, max(due) + CATCH_UP, *(min(due) + later for later in POLLS)}
    hours: dict[int, set[int]] = defaultdict(set)
    for each in wanted:
        at = (each + delay) % DAY_MINUTES
        hours[at % 60].add(at // 60)
    return tuple(f"{minute} {','.join(map(str, sorted(found)))} * * *" for minute, found in sorted(hours.items()))


def _due_minutes(zone: str, hour: int, on: date) -> list[int]:
    """List the minutes of the UTC day at which the hour strikes in a year, unwrapped so that the last is the latest."""
    place = ZoneInfo(zone)
    days = (on + timedelta(days=day) for day in range(366))
    moments = (datetime.combine(day, time(hour), place).astimezone(UTC) for day in days)
    due = {moment.hour * 60 + moment.minute for moment in moments}
    if max(due) - min(due) > DAY_MINUTES // 2:
        due = {each + DAY_MINUTES if each < DAY_MINUTES // 2 else each for each in due}
    return sorted(due)
