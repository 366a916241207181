from datetime import UTC, date, datetime, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dailyten.edition.morning import due_at, local_date
from dailyten.edition.rhythm import (
    WEEKLY_ON,
    Rhythm,
    edition_date,
    is_due_day,
    last_turn,
    next_turn,
    rhythm_of,
    turn_on,
)
from dailyten.model.subscriber import Days, Wishes

ZONES = sorted(available_timezones() - {"localtime"})
HOURS = st.integers(0, 23)
DATES = st.dates(date(1900, 1, 1), date(2037, 12, 20))
INSTANTS = st.datetimes(datetime(1900, 1, 10), datetime(2037, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001
RHYTHMS = st.builds(Rhythm, days=st.sampled_from(list(Days)), zone=st.sampled_from(ZONES), hour=HOURS)
WEEK = timedelta(days=7)


def daily(zone: str, hour: int = 7) -> Rhythm:
    return Rhythm(days=Days.DAILY, zone=zone, hour=hour)


@given(DATES, st.sampled_from(ZONES), HOURS)
@settings(max_examples=300)
def test_each_date_that_a_zone_has_has_one_turn_and_it_is_on_that_date(on: date, zone: str, hour: int) -> None:
    turn = turn_on(on, Days.DAILY, zone, hour)

    if turn is None:
        assert local_date(due_at(on, zone, 0), zone) != on
    else:
        assert local_date(turn.at, zone) == on


@given(RHYTHMS, INSTANTS)
@settings(max_examples=300)
def test_between_the_last_turn_and_the_next_lies_none_and_both_are_on_due_days(rhythm: Rhythm, now: datetime) -> None:
    last, following = last_turn(rhythm, now), next_turn(rhythm, now)

    assert last is not None
    assert following is not None
    assert last.at <= now < following.at
    assert is_due_day(last.on, rhythm.days)
    assert is_due_day(following.on, rhythm.days)
    between = [last.on + timedelta(days=each) for each in range(1, (following.on - last.on).days)]
    assert all(turn_on(on, rhythm.days, rhythm.zone, rhythm.hour or 0) is None for on in between)


@given(st.sampled_from(ZONES), HOURS, st.sampled_from(ZONES), HOURS, st.integers(1990, 2036))
@settings(max_examples=60, deadline=None)
def test_the_edition_of_a_turn_is_out_by_then_and_each_edition_has_its_turn(
    zone: str, hour: int, digest_zone: str, digest_hour: int, year: int
) -> None:
    """On every day of a year, whatever both zones do with their clocks."""
    dates = [date(year, 1, 1) + timedelta(days=day) for day in range(365)]
    about = [edition_date(on, daily(zone, hour), digest_zone, digest_hour) for on in dates]

    assert about == [about[0] + timedelta(days=day) for day in range(365)]
    for on, edition_on in zip(dates, about, strict=True):
        assert due_at(edition_on, digest_zone, digest_hour) <= due_at(on, zone, hour)


@pytest.mark.parametrize(
    ("zone", "hour", "days"),
    [
        pytest.param("Europe/Berlin", 7, 0, id="at the digest's own hour"),
        pytest.param("Europe/Berlin", 6, 1, id="before it is made"),
        pytest.param("Asia/Tokyo", 7, 1, id="far in the east"),
        pytest.param("America/New_York", 7, 0, id="far in the west"),
        pytest.param("America/New_York", 1, 1, id="too early in the weeks in which only one has changed its clocks"),
        pytest.param("Pacific/Kiritimati", 0, 1, id="where the day begins"),
    ],
)
def test_which_date_is_read_at_that_hour(zone: str, hour: int, days: int) -> None:
    on = date(2026, 6, 10)

    assert edition_date(on, daily(zone, hour), "Europe/Berlin", 7) == on - timedelta(days=days)


def test_a_date_that_a_zone_jumped_over_has_no_turn() -> None:
    assert turn_on(date(2011, 12, 30), Days.DAILY, "Pacific/Apia", 7) is None
    assert turn_on(date(2011, 12, 31), Days.DAILY, "Pacific/Apia", 7) is not None


def test_an_hour_that_is_jumped_over_at_midnight_stays_on_its_date() -> None:
    """Greenland's clocks went from 22:00 to 23:00 on 25 March 2017; in 2024 from 23:00 over midnight."""
    turn = turn_on(date(2024, 3, 30), Days.DAILY, "America/Nuuk", 23)

    assert turn is not None
    assert local_date(turn.at, "America/Nuuk") == date(2024, 3, 30)


def test_the_clocks_in_spring_and_autumn_give_one_turn_a_day() -> None:
    spring = turn_on(date(2026, 3, 29), Days.DAILY, "Europe/Berlin", 2)
    autumn = turn_on(date(2026, 10, 25), Days.DAILY, "Europe/Berlin", 2)

    assert spring is not None
    assert autumn is not None
    assert spring.at == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert autumn.at == datetime(2026, 10, 25, 0, tzinfo=UTC)


def test_weekdays_are_monday_to_friday_and_the_weekly_issue_comes_on_monday() -> None:
    week = [date(2026, 11, 23) + timedelta(days=day) for day in range(7)]

    assert [on.weekday() for on in week if is_due_day(on, Days.WEEKDAYS)] == [0, 1, 2, 3, 4]
    assert [on.weekday() for on in week if is_due_day(on, Days.WEEKLY)] == [WEEKLY_ON]
    assert all(is_due_day(on, Days.DAILY) for on in week)


def test_who_has_chosen_no_time_gets_the_mail_with_the_edition() -> None:
    assert rhythm_of(Wishes(), "Europe/Berlin").hour is None
    assert rhythm_of(Wishes(hour=9), "Europe/Berlin") == daily("Europe/Berlin", 9)
    assert rhythm_of(Wishes(zone="Asia/Tokyo"), "Europe/Berlin") == daily("Asia/Tokyo", 7)
    assert last_turn(rhythm_of(Wishes(), "UTC"), datetime(2026, 1, 1, tzinfo=UTC)) is None
