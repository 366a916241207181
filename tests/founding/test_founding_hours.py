import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dailyten.founding.hours import LEAST_DELAY, MOST_DELAY, wake_ups

TODAY = date(2026, 11, 24)


def moments(lines: tuple[str, ...], on: date) -> list[datetime]:
    """Give the instants at which a timer with these lines fires on a day."""
    found = []
    for line in lines:
        minute, hours, *rest = line.split(" ")
        assert rest == ["*", "*", "*"]
        found += [datetime.combine(on, time(int(hour), int(minute)), UTC) for hour in hours.split(",")]
    return sorted(found)


@pytest.mark.parametrize(
    ("zone", "hour", "hours"),
    [
        pytest.param("Europe/Berlin", 7, {5, 6, 7, 13, 21}, id="summer and winter"),
        pytest.param("Asia/Tokyo", 7, {22, 23, 6, 14}, id="no summer time, the evening before"),
        pytest.param("UTC", 7, {7, 8, 15, 23}, id="UTC"),
        pytest.param("Pacific/Auckland", 12, {23, 0, 1, 7, 15}, id="around midnight"),
    ],
)
def test_it_wakes_when_the_hour_strikes_and_once_more_and_twice_to_poll(zone: str, hour: int, hours: set[int]) -> None:
    lines = wake_ups(zone, hour, TODAY, "Shop News")

    assert {each.hour for each in moments(lines, TODAY)} == hours


@settings(deadline=None)
@given(
    zone=st.sampled_from(sorted(available_timezones() - {"Factory", "localtime"})),
    hour=st.integers(0, 23),
    days=st.integers(0, 365),
    name=st.text(min_size=1, max_size=20),
)
def test_on_every_day_of_the_year_it_wakes_within_half_an_hour_after_the_hour(
    zone: str, hour: int, days: int, name: str
) -> None:
    due = datetime.combine(TODAY + timedelta(days=days), time(hour), ZoneInfo(zone)).astimezone(UTC)
    lines = wake_ups(zone, hour, TODAY, name)
    near = [each for day in (0, 1) for each in moments(lines, due.date() + timedelta(days=day))]
    waits = [each - due for each in near if each >= due]

    assert timedelta(minutes=LEAST_DELAY) <= min(waits) <= timedelta(minutes=MOST_DELAY, seconds=59)


@settings(deadline=None)
@given(name=st.text(min_size=1, max_size=20))
def test_it_never_wakes_at_the_full_hour_when_everybody_does(name: str) -> None:
    assert all(re.match(r"[1-9]", line) for line in wake_ups("Europe/Berlin", 7, TODAY, name))
