"""A simulated year: readers in thirty time zones, both changes of clocks, pauses and outages, on a clock of its own.

The deciding part alone is lived through, from one look at a reader to the next; the store's part is in
`test_queueing.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from dailyten.edition.morning import due_at
from dailyten.edition.rhythm import is_due_day, rhythm_of
from dailyten.model.edition import ArchiveLine
from dailyten.model.issue import IssueKind
from dailyten.model.subscriber import Days, Wishes
from dailyten.pipeline.queueing import Due, Known, Post, look
from dailyten.pipeline.settings import DigestSettings
from dailyten.store.turns import Reader

ZONES = """Europe/Berlin Europe/London Europe/Lisbon Europe/Kyiv Africa/Casablanca Africa/Cairo Africa/Lagos
    Atlantic/Azores America/Nuuk America/St_Johns America/Halifax America/New_York America/Chicago America/Denver
    America/Los_Angeles America/Sao_Paulo America/Santiago Asia/Jerusalem Asia/Tehran Asia/Kolkata Asia/Kathmandu
    Asia/Tokyo Asia/Shanghai Australia/Lord_Howe Australia/Sydney Pacific/Auckland Pacific/Chatham Pacific/Apia
    Pacific/Kiritimati Pacific/Niue""".split()
HOME = DigestSettings(zone="Europe/Berlin", hour=7)
POST = Post(settings=HOME, goals={}, mail_domain="example.org")
DAY = timedelta(days=1)
START, END = date(2026, 1, 1), date(2027, 1, 1)
DATES = [START + day * DAY for day in range((END - START).days)]

NIGHT_DOWN = (datetime(2026, 5, 12, 3, tzinfo=UTC), datetime(2026, 5, 12, 9, 30, tzinfo=UTC))
DAYS_DOWN = (datetime(2026, 8, 3, 15, tzinfo=UTC), datetime(2026, 8, 6, 2, tzinfo=UTC))
OUTAGES = (NIGHT_DOWN, DAYS_DOWN)
TOUCHED = {*(date(2026, 5, day) for day in (11, 12, 13)), *(date(2026, 8, day) for day in range(2, 8))}
"""Dates, in any zone, on which the service was down for a while."""


def up(at: datetime) -> datetime:
    """Say when something is done that is due: at once, or when the service is back."""
    return next((end for begin, end in OUTAGES if begin <= at < end), at)


def the_editions() -> dict[date, ArchiveLine]:
    """Make the year's editions: each at its hour, after an outage late, and none when its day is over."""
    made = {}
    for on in DATES:
        built_at = up(due_at(on, HOME.zone, HOME.hour))
        if built_at.astimezone(ZoneInfo(HOME.zone)).date() == on:
            made[on] = ArchiveLine(
                edition_id=f"{on:%j}",
                on=on,
                zone=HOME.zone,
                revision=1,
                title="",
                minutes=9,
                stories=5,
                built_at=built_at,
            )
    return made


EDITIONS = the_editions()


@dataclass
class Life:
    """One reader's year: what came, when."""

    wishes: Wishes
    pause: tuple[datetime, datetime] | None = None
    issues: list[tuple[datetime, Due]] = field(default_factory=list)

    def live(self) -> "Life":
        joined_at = datetime(2026, 1, 2, 8, 30, 30, tzinfo=UTC)
        reader = Reader("anna", "anna@example.org", joined_at, self.wishes)
        rhythm, now = rhythm_of(self.wishes, HOME.zone), joined_at
        last: dict[str, date] = {}
        while now.date() < END - 2 * DAY:
            lines = {on: line for on, line in self._lately(now.date()) if line.built_at <= now}
            due, later = look(reader, rhythm, Known(lines=lines, last=last), POST, now)
            if due is not None:
                self.issues.append((now, due))
                last = {"anna": due.editions[-1].on}
            now = self._awake(max(later, now + timedelta(seconds=1)))
        return self

    def _lately(self, today: date) -> Iterator[tuple[date, ArchiveLine]]:
        for away in range(33):
            if (on := today + DAY - away * DAY) in EDITIONS:
                yield on, EDITIONS[on]

    def _awake(self, at: datetime) -> datetime:
        if self.pause is not None and self.pause[0] <= at < self.pause[1]:
            at = self.pause[1]
        return up(at)

    @property
    def told(self) -> list[date]:
        return [line.on for _, due in self.issues for line in due.editions]


def on_the_hour(at: datetime, zone: str, hour: int) -> bool:
    """Say whether a reader's clock shows that hour, or jumped over it just now."""
    local, before = at.astimezone(ZoneInfo(zone)), (at - timedelta(seconds=1)).astimezone(ZoneInfo(zone))
    jumped = local.utcoffset() != before.utcoffset() and before.hour < hour <= local.hour
    return (local.hour, local.minute) == (hour, 0) or jumped


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("hour", [2, 7])
def test_each_reader_gets_one_issue_a_day_at_their_hour_and_no_edition_twice_or_never(zone: str, hour: int) -> None:
    life = Life(Wishes(zone=zone, hour=hour)).live()

    dates = [due.turn.on for _, due in life.issues]
    assert len(set(dates)) == len(dates)
    expected = [on for on in DATES if dates[0] <= on <= dates[-1] and on not in TOUCHED]
    assert [on for on in dates if on not in TOUCHED] == expected
    for at, due in life.issues:
        if due.turn.on not in TOUCHED:
            assert at.astimezone(ZoneInfo(zone)).date() == due.turn.on
            assert on_the_hour(at, zone, hour)
    every = [on for on in EDITIONS if life.told[0] <= on <= life.told[-1]]
    assert life.told == every


@pytest.mark.parametrize("zone", ZONES)
def test_weekdays_and_weeks_lose_nothing_either(zone: str) -> None:
    lives = {days: Life(Wishes(zone=zone, hour=9, days=days)).live() for days in (Days.WEEKDAYS, Days.WEEKLY)}

    for days, life in lives.items():
        assert {due.turn.on.weekday() for _, due in life.issues} == {
            on.weekday() for on in DATES if is_due_day(on, days)
        }
        assert set(life.told) == {on for on in EDITIONS if life.told[0] <= on <= life.told[-1]}
    weekdays = lives[Days.WEEKDAYS]
    assert len(set(weekdays.told)) == len(weekdays.told)
    quiet_times = [
        due for _, due in lives[Days.WEEKLY].issues[1:] if not 0 <= (due.turn.on - date(2026, 5, 1)).days < 120
    ]
    assert {len(due.editions) for due in quiet_times} == {7}


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Tokyo", "America/Los_Angeles", "Pacific/Kiritimati"])
@pytest.mark.parametrize("days", list(Days))
def test_after_a_pause_comes_one_issue_for_all_of_it(zone: str, days: Days) -> None:
    pause = (datetime(2026, 3, 20, 12, tzinfo=UTC), datetime(2026, 4, 8, 12, tzinfo=UTC))
    life = Life(Wishes(zone=zone, hour=9, days=days), pause).live()

    before = [due for at, due in life.issues if at < pause[0]]
    first, *others = [due for at, due in life.issues if at >= pause[1]]
    assert not [at for at, _ in life.issues if pause[0] <= at < pause[1]]
    assert first.kind is (IssueKind.WEEKLY if days is Days.WEEKLY else IssueKind.CATCH_UP)
    assert {line.on for line in first.editions} >= {
        on for on in EDITIONS if before[-1].editions[-1].on < on <= first.editions[-1].on
    }
    assert others[0].kind is not IssueKind.CATCH_UP


def test_a_pause_of_half_a_year_is_told_from_its_last_four_weeks() -> None:
    pause = (datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC))
    life = Life(Wishes(zone="UTC", hour=9), pause).live()

    first = next(due for at, due in life.issues if at >= pause[1])
    assert first.kind is IssueKind.CATCH_UP
    assert [line.on for line in first.editions] == [on for on in EDITIONS if 0 <= (date(2026, 9, 1) - on).days < 28]


def test_a_night_without_service_costs_some_hours_and_days_without_it_one_catching_up() -> None:
    life = Life(Wishes(zone="Europe/Berlin", hour=7)).live()
    by_date = {due.turn.on: (at, due) for at, due in life.issues}

    assert by_date[date(2026, 5, 12)][0] == NIGHT_DOWN[1]
    assert by_date[date(2026, 5, 12)][1].kind is IssueKind.DAILY
    assert not {date(2026, 8, 4), date(2026, 8, 5)} & by_date.keys()
    assert by_date[date(2026, 8, 6)][1].kind is IssueKind.DAILY
    assert all(a < b for (a, _), (b, _) in pairwise(life.issues))


def test_who_chose_no_hour_gets_it_with_the_edition() -> None:
    reader = Reader("anna", "anna@example.org", datetime(2025, 1, 1, tzinfo=UTC), Wishes())
    now = EDITIONS[date(2026, 6, 10)].built_at + timedelta(minutes=3)

    due, _ = look(reader, rhythm_of(Wishes(), HOME.zone), Known(lines=EDITIONS, last={}), POST, now)

    assert due is not None
    assert [line.on for line in due.editions] == [date(2026, 6, 10)]
