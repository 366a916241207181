"""Dates as publishers write them: RFC 822, ISO 8601, and what is met in life.

A date is repaired only where one reading is possible. Everything else is unknown, or read with a doubt that is said
aloud: a missing or senseless zone counts as UTC, for the day is then right within hours, and the doubt is reported.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from dailyten.parse.months import MONTHS

FARTHEST_AHEAD = timedelta(days=1)
"""How far in the future a date is still believed: no place is more than 14 hours ahead of UTC."""
EARLIEST = datetime(1970, 1, 3, tzinfo=UTC)
"""Dates before are what machines write that know none: the Unix epoch in some zone, year 0, year 1."""
LONGEST = 100
"""Characters of a date that are looked at."""
WIDEST_OFFSET_MINUTES = 14 * 60
MONTHS_A_YEAR = 12
LONGEST_YEAR = 366
MIDNIGHT_AT_THE_END = 24
LEAP_SECOND = 60
THIS_CENTURY_UNTIL = 50
"""A year of two digits below this is of the 2000s (RFC 5322 §4.3)."""


@dataclass(frozen=True, slots=True)
class Dated:
    """An instant in UTC or None for unknown, and in plain words what had to be doubted, if anything."""

    at: datetime | None
    doubt: str = ""


UNKNOWN = Dated(None, "cannot be read")
NONSENSE = Dated(None, "means that the publisher does not know")
AHEAD = Dated(None, "lies more than a day ahead")
NO_ZONE = "names no time zone, read as UTC"
ODD_ZONE = "names a time zone that does not exist, read as UTC"
TWO_ZONES = "names a time zone of several countries, read as India's"
TWO_ORDERS = Dated(None, "could mean two days")
NO_DAY = "names no day, read as the first"

_HOURS = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "zulu": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "mez": 1,
    "mesz": 2, "met": 1, "mest": 2, "eet": 2, "eest": 3, "sast": 2, "msk": 3, "msd": 4, "trt": 3, "gst": 4,
    "pkt": 5, "ist": 5.5, "npt": 5.75, "wib": 7, "ict": 7, "hkt": 8, "sgt": 8, "myt": 8, "pht": 8, "awst": 8,
    "jst": 9, "kst": 9, "acst": 9.5, "aest": 10, "acdt": 10.5, "aedt": 11, "nzst": 12, "nzdt": 13, "nst": -3.5,
    "ndt": -2.5, "ast": -4, "adt": -3, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8,
    "pdt": -7, "akst": -9, "akdt": -8, "hst": -10, "brt": -3, "brst": -2, "art": -3, "clt": -4, "clst": -3,
    "cot": -5, "pet": -5, "uyt": -3,
}  # fmt: skip
"""Hours east of UTC. North American names as in RFC 5322 §4.3; "bst" is British Summer Time."""
_PLACES = {"et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles"}

_CLOCK = (
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{1,2})(?:[:.](?P<second>\d{1,2})(?:[.,](?P<part>\d+))?)?"
    r"\s*(?P<half>[aApP]\.?\s?[mM]\b\.?)?"
)
_MAYBE_CLOCK = rf"(?:[\s,T]*(?:at\s+|um\s+|[-\u2013\u00e0]\s+)?{_CLOCK})?(?P<zone>.*)\Z"
_ISO = re.compile(
    r"(?:[^\W\d]{2,}\.?\s*,?\s+)?(?P<year>\d{4})(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})"
    rf"(?:[tT\s_]+(?:at\s+)?{_CLOCK})?(?P<zone>.*)\Z"
)
_DENSE_CLOCK = re.compile(r"\A(\d{4}-\d{2}-\d{2}[tT ])(\d{2})(\d{2})(\d{2})(?=[zZ+-]|\Z)")
_COMMENT = re.compile(r"\([^()]*\)")
_RFC = re.compile(
    r"(?:[^\W\d]{2,}\.?\s*,?\s*)?(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.|\u00ba)?[\s,-]*(?:de\s+)?(?P<name>[^\W\d]{3,})\.?,?[\s-]*"
    rf"(?:de\s+|del\s+)?(?P<year>\d{{4}}|\d{{2,3}})(?![\d:]){_MAYBE_CLOCK}"
)
_AMERICAN = re.compile(
    r"(?:[^\W\d]{2,}\.?\s*,?\s+)?(?P<name>[^\W\d]{3,})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?(?:,\s*|\s+)(?P<year>\d{4})(?!\d)"
    rf"{_MAYBE_CLOCK}"
)
_YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})\s+(?P<name>[^\W\d]{{3,}})\.?,?\s+(?P<day>\d{{1,2}})(?!\d){_MAYBE_CLOCK}")
_NAME_AND_YEAR = re.compile(r"([^\W\d]{3,})\.?,?\s+(\d{4})\Z")
_ASCTIME = re.compile(
    rf"(?:[^\W\d]{{2,}}\s*,?\s+)?(?P<name>[^\W\d]{{3,}})\s+(?P<day>\d{{1,2}})\s+{_CLOCK}\s*(?P<zone>.*?)\s*(?P<year>\d{{4}})\Z"
)
_ASCTIME_BEFORE_ZONE = re.compile(
    rf"(?:[^\W\d]{{2,}}\s*,?\s+)?(?P<name>[^\W\d]{{3,}})\s+(?P<day>\d{{1,2}})\s+{_CLOCK}\s+(?P<year>\d{{4}})(?!\d)(?P<zone>.*)\Z"
)
_NUMBERS = re.compile(
    rf"(?:(?P<weekday>[^\W\d]+)\.?\s*,?\s*)?(?P<one>\d{{1,2}})(?P<sep>[-/. ])(?P<two>\d{{1,2}})(?P=sep)"
    rf"(?P<year>\d{{4}}){_MAYBE_CLOCK}"
)
_SHORT_NUMBERS = re.compile(
    rf"(?:[^\W\d]{{2,}}\.?\s*,?\s*)?(?P<one>\d{{1,2}})(?P<sep>[/.])(?P<two>\d{{1,2}})(?P=sep)"
    rf"(?P<three>\d{{2}})(?!\d){_MAYBE_CLOCK}"
)
_CJK = re.compile(
    r"(?P<year>\d{4})\s*[\u5e74\ub144]\s*(?P<month>\d{1,2})\s*[\u6708\uc6d4]\s*(?P<day>\d{1,2})\s*[\u65e5\uc77c]"
    r"(?:\s*[(\uff08]?[\u6708\u706b\u6c34\u6728\u91d1\u571f\u65e5\uc6d4\ud654\uc218\ubaa9\uae08\ud1a0\uc77c][)\uff09])?"
    rf"\s*(?P<cjk>\u4e0a\u5348|\u4e0b\u5348|\u5348\u524d|\u5348\u5f8c|\uc624\uc804|\uc624\ud6c4)?(?:[\s,T]*{_CLOCK})?(?P<zone>.*)\Z"
)
_COMPACT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:[tT\s]?(?P<hour>\d{2}):?(?P<minute>\d{2}):?(?P<second>\d{2})?"
    r"(?:[.,](?P<part>\d+))?)?(?P<half>)(?P<zone>.*)\Z"
)
_ORDINAL = re.compile(r"(\d{4})-?(\d{3})\Z")
_WEEK = re.compile(r"(\d{4})-?W(\d{2})(?:-?(\d))?\Z")
_MONTH_ONLY = re.compile(r"(\d{4})(?:-(\d{2}))?\Z")
_SECONDS = re.compile(r"(\d{10})(?:\d{3}|\.\d+)?\Z")
_NOTHING = re.compile(r"[0\s:TZ+.,/-]+\Z|0{4}[-/.]|0001-0?1-0?1|.*-0001 00:00:00", re.DOTALL)
_OFFSET = re.compile(r"(?:[a-z]{1,4}|etc/gmt)?\s*([+\u2212-])-?\s*(\d{1,2})(?:[:.h]?(\d{2}))?(?:[:.]?00)?(?!\d)")
_LONG_OFFSET = re.compile(r"([+\u2212-])0(\d\d:)")
_CUT_OFFSET = re.compile(r"([+\u2212-]0\d)0(?![\d:])")
"""An offset that has lost its last zero, "-040": no zone is forty minutes off."""
_ZONE_NAME = re.compile(r"[a-z]+/[a-z_]+(?:/[a-z_]+)?|(?:est5edt|cst6cdt|mst7mdt|pst8pdt)")
_UHR = re.compile(r"\A(?:uhr|hrs?|h)\b[ .]*")
_CASED = re.compile(r"(?:^|(?<=[/_]))[a-z]")
_WEEKDAYS = {name: number for number, name in enumerate("mon tue wed thu fri sat sun".split())}
_AFTERNOON = frozenset("\u4e0b\u5348 \u5348\u5f8c \uc624\ud6c4".split())


def read_date(text: str, now: datetime) -> Dated:
    """Read one date. More than a day after `now`, or from before there could be a feed, counts as unknown.

    Source: RFC 5322 §3.3 and §4.3, RFC 3339 §5.6.
    """
    found = read_written(text[:LONGEST])
    if found.at is None:
        return found
    if found.at > now + FARTHEST_AHEAD:
        return AHEAD
    return NONSENSE if found.at < EARLIEST else found


@lru_cache(maxsize=4_096)
def read_written(text: str) -> Dated:
    """Read what is written, whatever year it names."""
    said = " ".join(text.split()).strip(" ,;")
    if not said:
        return Dated(None)
    quick = _quick(said)
    if quick:
        return Dated(quick)
    if _NOTHING.match(said):
        return NONSENSE
    said = _DENSE_CLOCK.sub(r"\1\2:\3:\4", said)
    for pattern, reading in _READINGS:
        match = pattern.match(said)
        if match and (found := reading(match)):
            return found
    bare = _COMMENT.sub("", said)
    return read_written(bare) if bare != said else UNKNOWN


def _quick(said: str) -> datetime | None:
    """Read the complete forms of ISO 8601 the fast way."""
    if len(said) < len("2003-12-31T10:14:55Z") or said[10] not in "Tt ":
        return None
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        return None
    offset = at.utcoffset()
    if offset is None or abs(offset) > timedelta(minutes=WIDEST_OFFSET_MINUTES):
        return None
    return _in_utc(at)


def _in_utc(at: datetime) -> datetime | None:
    try:
        return at.astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def _by_number(match: re.Match[str]) -> Dated | None:
    year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
    return _instant(match, year, day, month) if month > MONTHS_A_YEAR >= day else _instant(match, year, month, day)


def _by_name(match: re.Match[str]) -> Dated | None:
    month = MONTHS.get(match["name"].lower())
    return _instant(match, _whole_year(match["year"]), month, int(match["day"])) if month else None


def _by_two_numbers(match: re.Match[str]) -> Dated | None:
    one, two, year = int(match["one"]), int(match["two"]), int(match["year"])
    if one == two or (two > MONTHS_A_YEAR >= one):
        return _instant(match, year, one, two)
    if one > MONTHS_A_YEAR >= two or match["sep"] == ".":
        return _instant(match, year, two, one)
    if max(one, two) > MONTHS_A_YEAR:
        return None
    fitting = [(month, day) for month, day in ((one, two), (two, one)) if _falls_on(match["weekday"], year, month, day)]
    return _instant(match, year, *fitting[0]) if len(fitting) == 1 else TWO_ORDERS


def _by_short_numbers(match: re.Match[str]) -> Dated | None:
    """Read a date whose year has two digits where it can be one day alone; between points the day comes first."""
    one, two, three = int(match["one"]), int(match["two"]), int(match["three"])
    orders = [(match["three"], two, one), (match["three"], one, two), (match["one"], two, three)]
    possible = orders[:1] if match["sep"] == "." else orders
    found = {_instant(match, _whole_year(year.zfill(2)), month, day) for year, month, day in possible} - {None}
    return found.pop() if len(found) == 1 else TWO_ORDERS if found else None


def _by_name_alone(match: re.Match[str]) -> Dated | None:
    month = MONTHS.get(match[1].lower())
    return Dated(datetime(int(match[2]), month, 1, tzinfo=UTC), NO_DAY) if month and int(match[2]) else None


def _falls_on(weekday: str | None, year: int, month: int, day: int) -> bool:
    """Say whether an English weekday is that of a date."""
    try:
        return _WEEKDAYS.get((weekday or "")[:3].lower()) == date(year, month, day).weekday()
    except ValueError:
        return False


def _by_ordinal(match: re.Match[str]) -> Dated | None:
    days = int(match[2])
    if not 1 <= days <= LONGEST_YEAR or int(match[1]) < 1:
        return None
    return Dated(datetime(int(match[1]), 1, 1, tzinfo=UTC) + timedelta(days=days - 1), NO_ZONE)


def _by_week(match: re.Match[str]) -> Dated | None:
    try:
        at = datetime.fromisocalendar(int(match[1]), int(match[2]), int(match[3] or 1))
    except ValueError:
        return None
    return Dated(at.replace(tzinfo=UTC), NO_ZONE if match[3] else NO_DAY)


def _by_month(match: re.Match[str]) -> Dated | None:
    month = int(match[2] or 1)
    return Dated(datetime(int(match[1]), month, 1, tzinfo=UTC), NO_DAY) if 1 <= month <= MONTHS_A_YEAR else None


def _by_seconds(match: re.Match[str]) -> Dated | None:
    return Dated(datetime.fromtimestamp(int(match[1]), UTC))


_READINGS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Dated | None]], ...] = (
    (_RFC, _by_name),
    (_ISO, _by_number),
    (_AMERICAN, _by_name),
    (_ASCTIME, _by_name),
    (_ASCTIME_BEFORE_ZONE, _by_name),
    (_NUMBERS, _by_two_numbers),
    (_SHORT_NUMBERS, _by_short_numbers),
    (_CJK, _by_number),
    (_SECONDS, _by_seconds),
    (_ORDINAL, _by_ordinal),
    (_COMPACT, _by_number),
    (_WEEK, _by_week),
    (_MONTH_ONLY, _by_month),
    (_YEAR_FIRST, _by_name),
    (_NAME_AND_YEAR, _by_name_alone),
)


def _whole_year(written: str) -> int:
    """Complete a short year as RFC 5322 §4.3 says."""
    year = int(written)
    if len(written) == len("2026"):
        return year
    return year + (1900 if len(written) == len("126") or year >= THIS_CENTURY_UNTIL else 2000)


def _instant(match: re.Match[str], year: int, month: int, day: int) -> Dated | None:
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    half = "pm" if match.groupdict().get("cjk") in _AFTERNOON else (match["half"] or "").lower()
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    next_day = hour == MIDNIGHT_AT_THE_END
    zone, doubt = _zone(match["zone"], has_clock=match["hour"] is not None)
    try:
        at = datetime(year, month, day, 0 if next_day else hour, minute, min(second, 59), tzinfo=zone)
        at = (at + timedelta(days=1) if next_day else at).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return (
        Dated(at.replace(microsecond=_microsecond(match.groupdict().get("part"))), doubt)
        if second <= LEAP_SECOND
        else None
    )


def _microsecond(part: str | None) -> int:
    return int(part[:6].ljust(6, "0")) if part else 0


def _zone(written: str, *, has_clock: bool) -> tuple[tzinfo, str]:
    said = _UHR.sub("", " ".join(written.lower().split()).strip(" ,.;"))
    if not said:
        return UTC, NO_ZONE if has_clock else ""
    if said == "ist":
        return timezone(timedelta(hours=_HOURS["ist"])), TWO_ZONES
    bare = said.strip("()[]").partition(" ")[0]
    if bare in _HOURS:
        return timezone(timedelta(hours=_HOURS[bare])), ""
    if found := _OFFSET.match(_CUT_OFFSET.sub(r"\1", _LONG_OFFSET.sub(r"\1\2", said))):
        minutes = _offset_minutes(found[2], found[3])
        if minutes <= WIDEST_OFFSET_MINUTES:
            return timezone(timedelta(minutes=minutes if found[1] == "+" else -minutes)), ""
        return UTC, ODD_ZONE
    return _named_zone(bare)


def _offset_minutes(hours: str, minutes: str | None) -> int:
    """Read "0530", "530", "5:30", "5": hours and minutes."""
    return int(hours) * 60 + int(minutes or 0)


def _named_zone(bare: str) -> tuple[tzinfo, str]:
    name = _PLACES.get(bare)
    if name is None and _ZONE_NAME.fullmatch(bare):
        name = bare.upper() if "/" not in bare else _CASED.sub(lambda found: found[0].upper(), bare)
    try:
        return (ZoneInfo(name), "") if name else (UTC, ODD_ZONE)
    except (OSError, ValueError):
        return UTC, ODD_ZONE
