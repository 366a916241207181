from datetime import UTC, date, datetime, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.edition.morning import due_at, local_date, morning_due

ZONES = st.sampled_from(sorted(available_timezones() - {"localtime"}))
DATES = st.dates(date(2015, 1, 1), date(2035, 1, 1))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("on", "zone", "hour", "at"),
    [
        pytest.param(date(2026, 11, 24), "Europe/Berlin", 7, utc(2026, 11, 24, 6), id="winter"),
        pytest.param(date(2026, 3, 29), "Europe/Berlin", 2, utc(2026, 3, 29, 1), id="an hour the spring change skips"),
        pytest.param(
            date(2026, 10, 25), "Europe/Berlin", 2, utc(2026, 10, 25, 0), id="an hour the autumn change repeats"
        ),
        pytest.param(date(2026, 10, 4), "Australia/Lord_Howe", 2, utc(2026, 10, 3, 15, 30), id="a gap of half an hour"),
        pytest.param(date(2026, 11, 24), "Pacific/Kiritimati", 7, utc(2026, 11, 23, 17), id="fourteen hours ahead"),
    ],
)
def test_each_date_is_due_at_one_instant(on: date, zone: str, hour: int, at: datetime) -> None:
    assert due_at(on, zone, hour) == at


@given(DATES, ZONES, st.integers(0, 23))
def test_mornings_follow_one_another(on: date, zone: str, hour: int) -> None:
    assert due_at(on, zone, hour) < due_at(on + timedelta(days=2), zone, hour)
    assert due_at(on, zone, hour) <= due_at(on + timedelta(days=1), zone, hour)


@given(st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)), ZONES, st.integers(0, 23))  # noqa: DTZ001 - hypothesis adds the zone
def test_the_morning_that_is_due_has_come_and_the_next_has_not(now: datetime, zone: str, hour: int) -> None:
    due = morning_due(now, zone, hour)

    assert due_at(due, zone, hour) <= now or due == local_date(now, zone) - timedelta(days=1)
    assert due == local_date(now, zone) or now < due_at(local_date(now, zone), zone, hour)


def test_the_date_is_the_readers_date() -> None:
    assert local_date(utc(2026, 11, 24, 23), "Asia/Tokyo") == date(2026, 11, 25)
    assert morning_due(utc(2026, 11, 24, 5, 59), "Europe/Berlin", 7) == date(2026, 11, 23)
    assert morning_due(utc(2026, 11, 24, 6), "Europe/Berlin", 7) == date(2026, 11, 24)
