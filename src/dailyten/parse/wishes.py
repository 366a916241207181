"""When a publisher wishes to be asked: ttl, skipHours, skipDays (RSS 2.0) and the syndication module (RSS 1.0)."""

from dailyten.parse.raw import RawFeed

_PERIODS = {"hourly": 60, "daily": 1_440, "weekly": 10_080, "monthly": 43_200, "yearly": 525_600}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOURS_A_DAY = 24


def minutes_of(feed: RawFeed) -> int | None:
    """Give the least wait between two visits: the longest that the document wishes, None if it wishes nothing."""
    wishes = [_number(feed.ttl)]
    if period := _PERIODS.get(feed.update_period.strip().lower()):
        wishes.append(max(1, period // (_number(feed.update_frequency) or 1)))
    return max(filter(None, wishes), default=None)


def quiet_hours_of(feed: RawFeed) -> tuple[int, ...]:
    """Give the hours of the week in UTC, Monday 00:00 first, in which the publisher wants no visit.

    Hours count from 0, and 24 is midnight as in RSS 0.91. A document that forbids every hour is not believed.
    """
    days = {_DAYS.index(day) for said in feed.quiet_days if (day := said.strip().lower()) in _DAYS}
    hours = {hour % _HOURS_A_DAY for said in feed.quiet_hours if (hour := _number(said, none=-1)) in range(25)}
    quiet = [day * _HOURS_A_DAY + hour for day in range(7) for hour in range(24) if day in days or hour in hours]
    return tuple(quiet) if len(quiet) < len(_DAYS) * _HOURS_A_DAY else ()


def _number(said: str, none: int = 0) -> int:
    said = said.strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) <= len("9999999") else none
