import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.poll.rhythm import is_oddly_silent, silence_of, usual_wait

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def every(gap: timedelta, times: int, last: timedelta = timedelta(0)) -> list[datetime]:
    return [NOW - last - gap * n for n in range(times)]


@pytest.mark.parametrize(
    ("arrivals", "wait"),
    [
        pytest.param([], None, id="never"),
        pytest.param(every(HOUR, 3), None, id="too few"),
        pytest.param([NOW] * 20, None, id="all at once on the first day"),
        pytest.param(every(HOUR, 10), HOUR / 4, id="hourly"),
        pytest.param(every(DAY, 10), DAY / 4, id="daily"),
        pytest.param(every(DAY, 10) + every(DAY, 10, timedelta(minutes=1)), DAY / 4, id="two each day"),
        pytest.param(every(HOUR, 10, last=4 * DAY), DAY / 2, id="hourly, then silent"),
        pytest.param(every(HOUR, 40) + every(30 * DAY, 9, last=5 * DAY), HOUR / 4, id="busier than it was"),
    ],
)
def test_a_feed_is_looked_at_four_times_per_usual_gap(arrivals: list[datetime], wait: timedelta | None) -> None:
    assert usual_wait(arrivals, NOW) == wait


@pytest.mark.parametrize(
    ("arrivals", "odd"),
    [
        pytest.param([], False, id="never"),
        pytest.param(every(HOUR, 3, last=90 * DAY), False, id="too few to tell"),
        pytest.param(every(DAY, 10, last=3 * DAY), False, id="a long weekend of a daily feed"),
        pytest.param(every(DAY, 10, last=5 * DAY), False, id="five days without a daily feed of ten gaps"),
        pytest.param(every(DAY, 40, last=5 * DAY), True, id="five days without a daily feed of forty gaps"),
        pytest.param(every(DAY, 10, last=7 * DAY), True, id="a week without the daily feed"),
        pytest.param(every(DAY, 4, last=7 * DAY), False, id="a week without a feed of three gaps"),
        pytest.param(every(HOUR, 10, last=DAY), False, id="a day without the hourly feed"),
        pytest.param(every(HOUR, 10, last=3 * DAY), True, id="three days without the hourly feed"),
        pytest.param(every(7 * DAY, 10, last=30 * DAY), False, id="a month without the weekly feed"),
        pytest.param(every(7 * DAY, 10, last=43 * DAY), True, id="six weeks without the weekly feed"),
        pytest.param([*every(DAY, 10, last=20 * DAY), NOW - 60 * DAY], False, id="it was away for long before"),
    ],
)
def test_silence_is_odd_only_against_the_feeds_own_rhythm(arrivals: list[datetime], odd: bool) -> None:
    assert is_oddly_silent(arrivals, NOW) is odd


def test_the_chance_of_a_silence_is_stated_with_what_it_comes_from() -> None:
    silence = silence_of(every(DAY, 40, last=5 * DAY), NOW)

    assert silence is not None
    assert (silence.quiet, silence.mean, silence.longest, silence.gaps) == (5 * DAY, DAY, DAY, 39)
    assert silence.chance == pytest.approx((1 + 5 / 39) ** -39)
    assert silence.chance > math.exp(-5)


@given(st.lists(st.timedeltas(timedelta(0), timedelta(days=900)), max_size=60))
def test_the_order_of_arrivals_does_not_matter(ages: list[timedelta]) -> None:
    arrivals = [NOW - age for age in ages]

    assert usual_wait(arrivals, NOW) == usual_wait(reversed(arrivals), NOW)
    assert is_oddly_silent(arrivals, NOW) == is_oddly_silent(sorted(arrivals), NOW)
