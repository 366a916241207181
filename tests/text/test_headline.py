import pytest

from dailyten.text.headline import headline


@pytest.mark.parametrize(
    ("title", "summary", "called"),
    [
        pytest.param("Reels for all", "Shops may post.", "Reels for all", id="title"),
        pytest.param("", "We open a day early. Come by.", "We open a day early.", id="first sentence"),
        pytest.param("", "no sentence at all", "no sentence at all", id="words"),
        pytest.param("", "", "(no title)", id="nothing"),
    ],
)
def test_an_entry_is_called_by_its_title_or_by_how_it_begins(title: str, summary: str, called: str) -> None:
    assert headline(title, summary) == called


def test_a_long_beginning_is_cut_at_a_word() -> None:
    called = headline("", "word " * 60)

    assert len(called) <= 100
    assert called.endswith("word\u2026")
