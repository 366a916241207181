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


@pytest.mark.parametrize(
    ("url", "called"),
    [
        pytest.param("https://cdn.example/ep/Episode%2012_final.mp3?x=1", "Audio: Episode 12 final", id="audio"),
        pytest.param("https://cdn.example/a8f3c9d2.MP3", "Audio from cdn.example", id="a number for a name"),
        pytest.param(
            "https://www.cdn.example/media/audio.m4a", "Audio from cdn.example", id="a name that says nothing"
        ),
        pytest.param("https://shop.example/price-list_2026.pdf", "Document: price list 2026", id="document"),
        pytest.param("https://shop.example/2026/11/we-open-early/", "We open early", id="page"),
        pytest.param("https://shop.example/opening_hours.html", "Opening hours", id="page with an ending"),
        pytest.param("https://shop.example/\u958b\u5e97\u6642\u9593", "\u958b\u5e97\u6642\u9593", id="another script"),
        pytest.param("https://shop.example/p/4711", "Post from shop.example", id="a number"),
        pytest.param("https://shop.example", "Post from shop.example", id="a site"),
        pytest.param("mailto:ann@shop.example", "(no title)", id="no page"),
        pytest.param("https://[", "(no title)", id="no address"),
        pytest.param("", "(no title)", id="nothing"),
    ],
)
def test_an_entry_without_a_word_is_called_by_where_it_leads(url: str, called: str) -> None:
    assert headline("", "", url) == called
