from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.rank.policy import RankPolicy, Wanted
from dailyten.rank.score import Facts, score, total

POLICY = RankPolicy()
NOBODY = Wanted()


def facts(**changes: object) -> Facts:
    plain: dict[str, object] = {"usefulness": 2.0, "age": timedelta(hours=6)}
    return Facts(**{**plain, **changes})  # type: ignore[arg-type]


def points(named: str, **changes: object) -> float:
    reasons = score(facts(**changes), Wanted(topics=frozenset({"roi"}), networks=frozenset({"tiktok"})), POLICY)
    return sum(reason.points for reason in reasons if reason.name == named)


@given(st.floats(0, 3), st.integers(0, 1000), st.integers(1, 20), st.floats(0, 5), st.booleans())
def test_a_score_is_the_sum_of_its_reasons(
    usefulness: float, hours: int, feeds: int, weight: float, sells: bool
) -> None:
    reasons = score(
        facts(usefulness=usefulness, age=timedelta(hours=hours), feeds=feeds, weight=weight, sells=sells),
        NOBODY,
        POLICY,
    )

    assert total(reasons) == pytest.approx(sum(reason.points for reason in reasons), abs=0.01)
    assert [abs(reason.points) for reason in reasons] == sorted((abs(r.points) for r in reasons), reverse=True)
    assert all(reason.words for reason in reasons)


def test_an_ordinary_story_has_no_reason_that_says_nothing() -> None:
    assert [reason.name for reason in score(facts(), NOBODY, POLICY)] == ["usefulness", "freshness"]


@pytest.mark.parametrize(
    ("name", "changes", "sign"),
    [
        ("carried", {"feeds": 3}, 1),
        ("first", {"feeds": 2, "lead_was_first": True}, 1),
        ("topic_wish", {"topics": ("roi",)}, 1),
        ("network_wish", {"networks": ("tiktok",)}, 1),
        ("source", {"weight": 1.5}, 1),
        ("source", {"weight": 0.5}, -1),
        ("length", {"reading": timedelta(minutes=12)}, -1),
        ("development", {"is_development": True}, 1),
        ("said_before", {"said_before": True}, -1),
        ("selling", {"sells": True}, -1),
    ],
)
def test_each_reason_moves_a_story_its_own_way(name: str, changes: dict[str, object], sign: int) -> None:
    assert points(name, **changes) * sign > 0


def test_freshness_halves_with_every_day() -> None:
    day, two = points("freshness", age=timedelta(days=1)), points("freshness", age=timedelta(days=2))

    assert day == pytest.approx(2 * two, abs=0.01)
    assert points("freshness", age=timedelta(hours=-3)) == POLICY.fresh_points


def test_a_story_is_long_against_the_minutes_of_the_edition() -> None:
    reading = timedelta(minutes=4)

    assert points("length", reading=reading) == 0
    assert points("length", reading=reading, budget=timedelta(minutes=6)) == pytest.approx(-1.0)


def test_every_reason_of_a_score_is_one_that_is_documented() -> None:
    every = score(
        facts(
            topics=("roi",), networks=("tiktok",), feeds=3, lead_was_first=True, weight=2.0, sells=True,
            reading=timedelta(minutes=20), said_before=True,
        ),
        Wanted(topics=frozenset({"roi"}), networks=frozenset({"tiktok"})),
        POLICY,
    )  # fmt: skip

    named = {"usefulness", "freshness", "carried", "topic_wish", "network_wish", "first", "source", "length"}
    assert {reason.name for reason in every} == named | {"said_before", "selling"}
