from datetime import UTC, datetime

import pytest

from dailyten.cluster.news import news
from dailyten.cluster.traits import Traits, traits_of
from dailyten.model.entry import Entry, KeptEntry

AT = datetime(2026, 3, 2, tzinfo=UTC)


def traits(title: str, summary: str = "") -> Traits:
    entry = Entry(key="k", title=title, summary=summary)
    return traits_of(KeptEntry(entry_id="e", feed_id="f", entry=entry, first_seen_at=AT))


FIRST = traits("Canvaloft raises the price of Teams from $120 to $500", "Groups of five must pay from May.")


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        pytest.param("Canvaloft reverses the price rise for Teams", "step: reverse", id="a step"),
        pytest.param("Canvaloft Teams: 40,000 have left since the rise", "figure: 40000", id="a figure"),
        pytest.param("Rivals Postbarrow and Ninebark woo users of Teams", "name: postbarrow", id="others join in"),
    ],
)
def test_a_step_a_figure_or_new_names_are_news(title: str, expected: str) -> None:
    assert expected in news([traits(title)], [FIRST])


def test_the_same_told_again_is_no_news() -> None:
    assert news([traits("Canvaloft Teams: price goes up to $500")], [FIRST]) == ()


def test_a_figure_of_the_text_below_is_no_news() -> None:
    """Every other telling has some figure of its own; news stands in the title."""
    assert news([traits("Canvaloft Teams dearer from May", "It has 900,000 users.")], [FIRST]) == ()
