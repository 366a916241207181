import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.classify.evaluate import Guess, Truth, f1, measure, ndcg, quadratic_kappa, reliability


def truth(primary: str, *, usefulness: int = 1, networks: tuple[str, ...] = ()) -> Truth:
    return Truth(
        primary=primary, topics=(primary,) if primary else (), networks=networks, usefulness=usefulness, place=0
    )


def guess(primary: str, *, usefulness: float = 1.0, networks: tuple[str, ...] = (), sure: float = 0.0) -> Guess:
    return Guess(
        primary=primary,
        topics=(primary,) if primary else (),
        networks=networks,
        usefulness=usefulness,
        sure=sure,
    )


def test_perfect_guesses_score_one_everywhere() -> None:
    truths = [truth("a", usefulness=3), truth("b", usefulness=1), truth("", usefulness=0)]
    guesses = [guess("a", usefulness=3), guess("b", usefulness=1), guess("", usefulness=0)]

    figures = measure(guesses, truths, ("a", "b")).figures()

    names = ("macro_f1", "primary", "off_topic_recall", "off_topic_precision", "networks_f1", "ndcg", "kappa")
    assert [figures[name] for name in names] == [1.0] * 7


def test_figures_worked_out_by_hand() -> None:
    truths = [truth("a"), truth("a"), truth(""), truth("", networks=("x",))]
    guesses = [guess("a"), guess(""), guess(""), guess("a", networks=("x", "y"))]

    quality = measure(guesses, truths, ("a",))

    assert quality.macro_f1 == pytest.approx(0.5)
    assert quality.primary == pytest.approx(0.5)
    assert quality.off_topic_recall == pytest.approx(0.5)
    assert quality.off_topic_precision == pytest.approx(0.5)
    assert quality.networks_f1 == pytest.approx(2 / 3)
    assert quality.confusion == {("a", "a"): 1, ("a", ""): 1, ("", ""): 1, ("", "a"): 1}


def test_the_surest_mistakes_come_first() -> None:
    truths = [truth("a"), truth("a"), truth("a")]
    guesses = [guess("b", sure=0.4), guess("a", sure=0.99), guess("b", sure=0.9)]

    assert measure(guesses, truths, ("a", "b")).worst == (2, 0)


def test_ndcg_rewards_the_useful_on_top() -> None:
    assert ndcg([3, 2, 1], [3, 1, 0]) == pytest.approx(1.0)
    assert ndcg([1, 2, 3], [3, 1, 0]) == pytest.approx((1 / 1.5849625 + 7 / 2) / (7 + 1 / 1.5849625))
    assert ndcg([1, 2], [0, 0]) == 1.0


def test_kappa_is_one_for_agreement_and_about_nothing_for_one_grade() -> None:
    assert quadratic_kappa([0, 1, 2, 3], [0, 1, 2, 3]) == 1.0
    assert quadratic_kappa([1, 1, 1, 1], [0, 1, 2, 3]) == pytest.approx(0.0)
    assert quadratic_kappa([3, 2, 1, 0], [0, 1, 2, 3]) == pytest.approx(-1.0)


def test_nothing_to_measure_is_no_accident() -> None:
    assert measure([], [], ("a",)).entries == 0


@given(st.lists(st.tuples(st.booleans(), st.booleans())))
def test_f1_is_symmetric_and_a_share(pairs: list[tuple[bool, bool]]) -> None:
    said, true = [one for one, _ in pairs], [other for _, other in pairs]

    assert f1(said, true) == f1(true, said)
    assert 0 <= f1(said, true) <= 1


def test_scores_are_put_into_tenths_with_the_share_that_was_right() -> None:
    bins = reliability([(0.71, True), (0.79, False), (1.0, True), (0.0, False)])

    assert [(each.said, each.right, each.scores) for each in bins] == [
        (0.0, 0.0, 1),
        (pytest.approx(0.75), 0.5, 2),
        (1.0, 1.0, 1),
    ]
