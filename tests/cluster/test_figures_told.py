import pytest

from dailyten.cluster.figures import figures, said, weight


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("for $1 billion", {("$", 1e9)}, id="a sum with its scale in words"),
        pytest.param("for $1bn", {("$", 1e9)}, id="the same sum, short"),
        pytest.param("61 percent, or 61%", {("%", 61.0)}, id="two ways to write a share"),
        pytest.param("30 million users", {("", 3e7)}, id="a count"),
        pytest.param("1,600 posts", {("", 1600.0)}, id="thousands with a comma"),
        pytest.param("0.4% less", {("%", 0.4)}, id="a decimal"),
        pytest.param("until 30 March and Sept. 5th", {("date", 330.0), ("date", 905.0)}, id="dates both ways round"),
        pytest.param("thirteen people", {("", 13.0)}, id="a number in words"),
        pytest.param("in 2024", {("year", 2024.0)}, id="a year"),
        pytest.param("no figure at all, may be", set(), id="none"),
    ],
)
def test_figures_are_read_with_their_units(text: str, expected: set[tuple[str, float]]) -> None:
    assert figures(text) == expected


def test_a_sum_tells_more_than_a_date_a_date_more_than_a_small_count_and_a_year_nothing() -> None:
    assert weight(("$", 5.0)) > weight(("date", 330.0)) > weight(("", 3.0)) > weight(("year", 2024.0)) == 0.0


def test_figures_are_said_for_people() -> None:
    assert [said(each) for each in [("$", 1e9), ("%", 61.0), ("date", 330.0), ("", 14.0)]] == [
        "$1000000000",
        "61%",
        "30 Mar",
        "14",
    ]


@pytest.mark.parametrize("text", ["one billion users", "a billion users", "1 billion users", "1bn users"])
def test_a_billion_is_one_figure_however_it_is_written(text: str) -> None:
    assert figures(text) == {("", 1e9)}


def test_half_a_million_is_a_figure() -> None:
    assert figures("Half a million left") == {("", 500_000.0)}
