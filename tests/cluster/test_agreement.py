import pytest

from dailyten.cluster.agreement import agreement

TRUTH = {"a": "one", "b": "one", "c": "one", "d": "two", "e": "two", "f": "", "g": ""}


def test_the_readers_own_groups_agree_fully() -> None:
    found = agreement([["a", "b", "c"], ["d", "e"], ["f"], ["g"]], TRUTH)

    assert (found.pair_precision, found.pair_recall, found.b_cubed_f1) == (1.0, 1.0, 1.0)


def test_no_join_is_never_wrong_and_finds_nothing() -> None:
    found = agreement([[each] for each in TRUTH], TRUTH)

    assert (found.pair_precision, found.pair_recall, found.b_cubed_precision) == (1.0, 0.0, 1.0)


def test_entries_that_belong_to_none_make_a_join_wrong() -> None:
    assert agreement([["f", "g"], ["a", "b"], ["c"], ["d"], ["e"]], TRUTH).pair_precision == pytest.approx(0.5)
