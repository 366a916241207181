"""Each receiver has a pace of its own, whatever its domains are called."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.deliver.limits import PaceLimits, receiver_of
from dailyten.deliver.pace import PATIENCE, Pace
from dailyten.model.delivery import Accepted, Deferred
from tests.deliver.letters import NOW

SECOND = timedelta(seconds=1)
LATER = Deferred(reply="421 4.7.0 Too fast", stage="dot")


def test_a_receiver_with_a_limit_waits_and_others_do_not() -> None:
    pace = Pace(PaceLimits(domains={"yahoo.com": 2.0}))

    assert [pace.wait(NOW, "aol.com") / SECOND for _ in range(3)] == [0, 0.5, 1.0]
    assert pace.wait(NOW, "ymail.com") / SECOND == 1.5, "one receiver, whatever its domain"
    assert pace.wait(NOW, "shop.example") == timedelta(0)


def test_a_receiver_has_so_many_places_whatever_its_domain_and_one_that_is_given_back_can_be_taken() -> None:
    pace = Pace(PaceLimits(domain_at_once=2))

    assert [pace.enter(domain) for domain in ("yahoo.com", "aol.com", "ymail.com", "shop.example")] == [
        True,
        True,
        False,
        True,
    ]
    pace.leave("aol.com")
    assert pace.enter("ymail.com")


def test_a_limit_for_every_domain_gives_way_to_the_one_that_is_named() -> None:
    pace = Pace(PaceLimits(domain_per_second=1.0, domains={"big.example": 0.0}))

    assert [pace.wait(NOW, "small.example") / SECOND for _ in range(2)] == [0, 1]
    assert [pace.wait(NOW, "big.example") / SECOND for _ in range(2)] == [0, 0]


def test_what_cannot_have_its_turn_soon_waits_elsewhere_each_at_a_time_of_its_own() -> None:
    pace = Pace(PaceLimits(domain_per_second=1.0))
    for _ in range(7):
        pace.wait(NOW, "big.example")

    later = [pace.rests_until("big.example", NOW) for _ in range(3)]

    assert [each and each - NOW for each in later] == [timedelta(seconds=8 + n) for n in range(3)]
    assert pace.rests_until("big.example", NOW + timedelta(seconds=2)) is None, "its turn is near"
    assert pace.rests_until("other.example", NOW) is None


def test_a_receiver_that_defers_again_after_its_rest_rests_twice_as_long_and_a_taken_mail_ends_it() -> None:
    pace = Pace(PaceLimits(deferrals=2, rest=timedelta(minutes=10), longest_rest=timedelta(minutes=25)))
    now, rests = NOW, []
    for _ in range(2):
        pace.heard("hotmail.com", LATER, now)
    for _ in range(3):
        until = pace.rests_until("live.com", now)
        assert until is not None
        rests.append((until - now) / timedelta(minutes=1))
        now = until
        assert pace.rests_until("msn.com", now) is None
        pace.heard("outlook.com", LATER, now)

    assert rests == [10, 20, 25]
    pace.heard("outlook.com", Accepted(reply="250"), now)
    pace.heard("outlook.com", LATER, now)
    assert pace.rests_until("outlook.com", now) is None


def test_a_slow_start_begins_anew_after_a_silence() -> None:
    pace = Pace(PaceLimits(per_second=16, ramp=timedelta(seconds=10)))
    for _ in range(300):
        pace.wait(NOW)
    tomorrow = NOW + timedelta(days=1)

    first, second = (pace.wait(tomorrow) / SECOND for _ in range(2))

    assert first == 0
    assert second == pytest.approx(1)


@given(st.lists(st.sampled_from(["a.example", "b.example"]), min_size=2, max_size=60), st.floats(0.5, 50))
def test_no_receiver_ever_gets_more_than_its_share(domains: list[str], rate: float) -> None:
    pace = Pace(PaceLimits(domain_per_second=rate))
    slots: dict[str, list[timedelta]] = {}
    for domain in domains:
        slots.setdefault(domain, []).append(pace.wait(NOW, domain))

    for each in slots.values():
        assert all((after - before) / SECOND >= 0.99 / rate for before, after in pairwise(each))


@pytest.mark.parametrize(
    ("domain", "receiver"), [("googlemail.com", "gmail.com"), ("gmail.com", "gmail.com"), ("x.example", "x.example")]
)
def test_the_big_receivers_are_known_by_all_their_domains(domain: str, receiver: str) -> None:
    assert receiver_of(domain) == receiver


@pytest.mark.parametrize(
    "wrong", [{"domain_per_second": -1.0}, {"domain_at_once": -1}, {"domains": {"a.example": -1.0}}]
)
def test_a_share_is_not_negative(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="pace"):
        PaceLimits(**wrong)  # type: ignore[arg-type] # the case names its field
    with pytest.raises(ValueError, match="longest"):
        PaceLimits(rest=timedelta(hours=3))
    assert timedelta(0) < PATIENCE
