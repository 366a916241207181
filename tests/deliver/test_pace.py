from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.deliver.limits import PaceLimits
from dailyten.deliver.pace import Pace
from dailyten.model.delivery import Accepted, Deferred, Refused
from tests.deliver.letters import NOW

SECOND = timedelta(seconds=1)
LATER = Deferred(reply="451 4.7.0 Later", stage="RCPT")


def test_without_a_limit_nobody_waits() -> None:
    pace = Pace(PaceLimits())

    assert [pace.wait(NOW) for _ in range(5)] == [timedelta(0)] * 5


def test_slots_stand_as_far_apart_as_the_limit_says() -> None:
    pace = Pace(PaceLimits(per_second=4))

    assert [pace.wait(NOW) / SECOND for _ in range(5)] == [0, 0.25, 0.5, 0.75, 1]
    assert pace.wait(NOW + timedelta(hours=1)) == timedelta(0), "a pause is not made up for"


def test_a_slow_start_doubles_until_the_limit() -> None:
    pace = Pace(PaceLimits(per_second=16, ramp=timedelta(seconds=40)))
    slots = [pace.wait(NOW) / SECOND for _ in range(500)]
    gaps = [after - before for before, after in pairwise(slots)]

    assert gaps[0] == pytest.approx(1)
    assert gaps[-1] == pytest.approx(1 / 16)
    assert all(after <= before + 1e-5 for before, after in pairwise(gaps))


def test_a_domain_rests_after_so_many_deferrals_in_a_row() -> None:
    pace = Pace(PaceLimits(deferrals=2, rest=timedelta(minutes=10)))

    pace.heard("slow.example", LATER, NOW)
    pace.heard("slow.example", Accepted(reply="250"), NOW)
    pace.heard("slow.example", LATER, NOW)
    assert pace.rests_until("slow.example", NOW) is None
    pace.heard("slow.example", LATER, NOW)

    assert pace.rests_until("slow.example", NOW) == NOW + timedelta(minutes=10)
    assert pace.rests_until("other.example", NOW) is None
    assert pace.rests_until("slow.example", NOW + timedelta(minutes=10)) is None


@pytest.mark.parametrize(
    "said",
    [Deferred(reply="lost", stage="connect"), Deferred(reply="x", stage="make"), Refused(reply="550", stage="RCPT")],
)
def test_what_is_not_the_domains_doing_does_not_count(said: Deferred | Refused) -> None:
    pace = Pace(PaceLimits(deferrals=1))

    pace.heard("fine.example", said, NOW)

    assert pace.rests_until("fine.example", NOW) is None


@given(st.floats(0.1, 1000), st.integers(2, 50))
def test_the_limit_is_never_passed(per_second: float, messages: int) -> None:
    pace = Pace(PaceLimits(per_second=per_second))

    last = [pace.wait(NOW) for _ in range(messages)][-1]

    assert last / SECOND == pytest.approx((messages - 1) / per_second, rel=0.01, abs=1e-3)


@pytest.mark.parametrize(
    "wrong", [{"per_second": -1.0}, {"deferrals": 0}, {"rest": timedelta(0)}, {"ramp": timedelta(seconds=-1)}]
)
def test_a_pace_that_makes_no_sense_is_refused(wrong: dict[str, float | timedelta]) -> None:
    with pytest.raises(ValueError, match="pace"):
        PaceLimits(**wrong)  # type: ignore[arg-type] # the case names its field
