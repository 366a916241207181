"""What pages and mails say about an edition: dates, counts, the honest header, the words for a quiet day.

Names of months and days stand here because those of the machine follow its locale.
"""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dailyten.model.edition import CutReason, Edition, FeedReport, Teller
from dailyten.render.harmless import line

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
FEW_STORIES = 4
"""Stories up to which a day that left minutes over is called quiet."""
NAMED_FEEDS = 3
"""Failed feeds that the header names; the feed list names all."""

_SMALL_NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

CUT_WORDS = {
    CutReason.NO_TIME: "over the minutes",
    CutReason.SAME_FEED: "more from the same feed",
    CutReason.SAME_TOPIC: "more on the same topic",
    CutReason.SAID_BEFORE: "told before",
    CutReason.NO_LINK: "without a link",
    CutReason.OTHER_LANGUAGE: "in another language",
    CutReason.MUTED: "muted by the editors",
    CutReason.UNLISTED: "from feeds no longer listed",
    CutReason.NOISE: "of little use",
    CutReason.OFF_TOPIC: "off topic",
}
"""What follows a count of stories left out ("3 told before"), nearest misses first."""


def opened(words: str) -> str:
    """Begin words with a capital letter and leave the rest as it is."""
    return words[:1].upper() + words[1:]


TELLER_WORDS = {
    Teller.OTHERS: "",
    Teller.ITSELF: "The source's own figure.",
    Teller.SELLER: "From a source that sells something here: check it before you count on it.",
}
"""What is said beside a story's number of who stands behind it."""


def plural(count: int, one: str, many: str = "") -> str:
    """Count things in words: "1 story", "1,240 stories"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def spelled(count: int) -> str:
    """Spell a number up to ten, as prose does."""
    return _SMALL_NUMBERS[count] if count < len(_SMALL_NUMBERS) else f"{count:,}"


def long_date(on: date) -> str:
    """Say a date in full: "Tuesday 24 November 2026"."""
    return f"{DAYS[on.weekday()]} {on.day} {MONTHS[on.month - 1]} {on.year}"


def short_date(on: date) -> str:
    """Say a date in short: "24 Nov 2026"."""
    return f"{on.day} {MONTHS[on.month - 1][:3]} {on.year}"


def month_name(on: date) -> str:
    """Say a month: "November 2026"."""
    return f"{MONTHS[on.month - 1]} {on.year}"


def moment(at: datetime, on: date, zone: str) -> str:
    """Say an instant as its reader's clock showed it, seen from the day of the edition but true on any later day.

    "05:06" on the day itself, "Mon 22:30" on the days before, "7 Nov" or "7 Nov 2025" further back.
    """
    local = at.astimezone(ZoneInfo(zone))
    clock = f"{local.hour:02}:{local.minute:02}"
    days = (on - local.date()).days
    if days <= 0:
        return clock
    if days < len(DAYS):
        return f"{DAYS[local.weekday()][:3]} {clock}"
    return short_date(local.date()) if local.year != on.year else short_date(local.date()).rsplit(" ", 1)[0]


def since(at: datetime, on: date, zone: str) -> str:
    """Say since when something lasts: "06:10" on the day of the edition, "Friday 22:00", "2 November"."""
    local = at.astimezone(ZoneInfo(zone))
    clock = f"{local.hour:02}:{local.minute:02}"
    days = (on - local.date()).days
    if days <= 0:
        return clock
    if days < len(DAYS):
        return f"{DAYS[local.weekday()]} {clock}"
    return f"{local.day} {MONTHS[local.month - 1]}" + (f" {local.year}" if local.year != on.year else "")


def at_clock(edition: Edition) -> str:
    """Say when an edition was built, by the clock of its readers: "06:30 on Tuesday 24 November 2026"."""
    local = edition.built_at.astimezone(ZoneInfo(edition.zone))
    return f"{local.hour:02}:{local.minute:02} on {long_date(local.date())}"


def hours_and_minutes(minutes: int) -> str:
    """Say a span: "45 minutes", "3 hours", "3 hours and 46 minutes"."""
    hours, rest = divmod(minutes, 60)
    return listing([plural(count, unit) for count, unit in ((hours, "hour"), (rest, "minute")) if count]) or "no time"


def feeds_read(edition: Edition) -> str:
    """Say honestly how the reading went: "9 of 10 feeds read; X unreachable since 06:10."."""
    if not edition.feeds:
        return "No feeds are listed yet."
    failed = [report for report in edition.feeds if not report.read]
    read = f"{len(edition.feeds) - len(failed):,} of {plural(len(edition.feeds), 'feed')} read"
    if not failed:
        return f"{read}."
    named = [_unreachable(report, edition) for report in failed[:NAMED_FEEDS]]
    if len(failed) > NAMED_FEEDS:
        named.append(f"{len(failed) - NAMED_FEEDS} more unreachable")
    return f"{read}; {', '.join(named)}."


def counts(edition: Edition) -> str:
    """Say what was read and what is left of it: "143 entries, 9 stories, 14 minutes."."""
    entries = plural(edition.entries, "entry", "entries")
    return f"{entries}, {plural(len(edition.places), 'story', 'stories')}, {plural(edition.minutes, 'minute')}."


def quiet_day(edition: Edition) -> str:
    """Say that a day was quiet, if it was: fewer stories than usual although there were minutes left."""
    stories = len(edition.places)
    if stories > FEW_STORIES:
        return ""
    if stories:
        if any(cut.reason is CutReason.NO_TIME for cut in edition.cuts):
            return ""
        return f"A quiet day: nothing worth ten stories, so here {'is' if stories == 1 else 'are'} {spelled(stories)}."
    if edition.feeds and not any(report.read for report in edition.feeds):
        return "No feed could be read this morning, so there is nothing to tell."
    if not edition.entries:
        return "A quiet day: the feeds published nothing new. Your fifteen minutes are your own."
    entries = "the one new entry was not" if edition.entries == 1 else f"none of {edition.entries:,} new entries was"
    return f"A quiet day: {entries} worth your time. Nothing is padded."


def listing(parts: Sequence[str]) -> str:
    """Join words as prose does: "a", "a and b", "a, b and c"."""
    if len(parts) <= 1:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def _unreachable(report: FeedReport, edition: Edition) -> str:
    title = line(report.title or report.address, 60)
    if report.since is None:
        return f"{title} unreachable"
    return f"{title} unreachable since {since(report.since, edition.on, edition.zone)}"
