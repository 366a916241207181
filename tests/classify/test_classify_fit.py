"""The equations that fitting solves, held against what numpy solves directly."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dailyten.classify.features import Cues, read
from dailyten.classify.fit import Flags, Numbers, curve, shares
from dailyten.classify.matrix import Matrix

TITLES = ("one apple a day", "one pear a day", "pears in May", "an apple in May")


def a_task(seed: int, texts: int = 12, terms: int = 7, outputs: int = 3) -> tuple[Numbers, Flags, Numbers]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(texts, terms)), rng.random((texts, outputs)) > 0.5, rng.random((texts, outputs))


@given(st.integers(0, 10_000))
@settings(max_examples=50)
def test_fitting_finds_the_one_answer_of_the_equations_of_ridge_regression(seed: int) -> None:
    texts, wanted, costs = a_task(seed)
    signs = np.where(wanted, 1.0, -1.0)

    found: Numbers = texts.T @ shares(lambda given: np.asarray(texts @ (texts.T @ given)), wanted, costs)

    for output in range(costs.shape[1]):
        weighted = 2 * costs[:, output, None] * texts
        right = np.linalg.solve(np.eye(texts.shape[1]) + texts.T @ weighted, weighted.T @ signs[:, output])
        assert found[:, output] == pytest.approx(right, abs=0.05 * np.abs(right).max())


def test_a_text_that_costs_nothing_has_no_share() -> None:
    texts, wanted, costs = a_task(1)
    costs[3] = 0.0

    found = shares(lambda given: np.asarray(texts @ (texts.T @ given)), wanted, costs)

    assert not found[3].any()
    assert found[0].any()


@given(st.integers(0, 10_000))
@settings(max_examples=50)
def test_no_line_near_the_one_that_was_found_fits_the_labels_better(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=40)
    wanted = rng.random(40) < 1 / (1 + np.exp(-2 * values))
    weights = rng.random(40) + 0.1
    signs = np.where(wanted, 1.0, -1.0)

    def loss(slope: float, offset: float) -> float:
        return float((weights * np.logaddexp(0, -signs * (slope * values + offset))).sum() + slope**2 / 200)

    slope, offset = curve(values, wanted, weights)

    best = loss(slope, offset)
    assert all(best <= loss(slope + a, offset + b) + 1e-9 for a in (-0.01, 0, 0.01) for b in (-0.01, 0, 0.01))


def test_values_that_agree_with_the_labels_give_a_rising_curve() -> None:
    slope, _ = curve(np.array([-2.0, -1.0, 1.0, 2.0]), np.array([False, False, True, True]), np.ones(4))

    assert slope > 0


def test_every_text_of_a_matrix_is_as_long_as_every_other_in_words() -> None:
    texts = [read(title, "", Cues({})) for title in TITLES]

    matrix = Matrix.of(texts, np.ones(len(texts), dtype=bool), shaped=1)

    lengths = np.asarray(matrix.words.power(2).sum(axis=1)).ravel()
    assert lengths == pytest.approx(np.ones(len(texts)))


def test_rare_terms_and_those_of_texts_that_are_not_taught_stay_out_of_the_vocabulary() -> None:
    texts = [read(title, "", Cues({})) for title in TITLES]

    known = Matrix.of(texts, np.array([True, True, False, False]), shaped=1).vocabulary

    assert known.documents == 2
    assert "one" in known.words
    assert "may" not in known.words
    assert "apple" not in known.words


@given(st.integers(0, 10_000))
def test_what_coefficients_make_of_texts_is_what_the_texts_made_of_them(seed: int) -> None:
    """The two ways through a matrix are one another turned round: <values(c), s> is <c, coefficients(s)>."""
    texts = [read(title, title, Cues({})) for title in TITLES]
    matrix = Matrix.of(texts, np.ones(len(texts), dtype=bool), shaped=1)
    one, other = np.random.default_rng(seed).normal(size=(2, len(texts), 2))
    first, second = matrix.coefficients(one), matrix.coefficients(other)

    there = (matrix.values(first) * other).sum()
    back = (
        (first.words * second.words).sum()
        + (first.letters * second.letters).sum()
        + (first.intercepts * second.intercepts).sum()
    )

    assert there == pytest.approx(back, abs=1e-6)
