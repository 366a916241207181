import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from dailyten.render.harmless import language, line, link, slug


@given(text=st.text())
def test_whatever_a_publisher_writes_can_stand_in_xml_and_in_a_header(text: str) -> None:
    shown = line(text, 200)

    element = etree.Element("title")
    element.text = shown
    assert len(shown) <= 200
    assert "\n" not in shown
    assert "\r" not in shown
    assert etree.fromstring(etree.tostring(element)).text in {shown, None}


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        pytest.param("a\x00b\x1bc\x85d", "a b c d", id="control characters, C1 too"),
        pytest.param("Subject\r\nBcc: x@y.example", "Subject Bcc: x@y.example", id="a second header"),
        pytest.param("safe \u202egpj.exe", "safe gpj.exe", id="a turned direction"),
        pytest.param("\ud83d alone", "alone", id="half a character"),
        pytest.param(
            "Z\u0301\u0301\u0301\u0301\u0301\u0301\u0301a", "Z\u0301\u0301\u0301\u0301a", id="a tower of marks"
        ),
        pytest.param("two\u2028lines", "two lines", id="a line separator"),
        pytest.param("👩\u200d🍳 kitchen", "👩\u200d🍳 kitchen", id="a joined emoji stays"),
        pytest.param(
            "\u0645\u06cc\u200c\u062e\u0648", "\u0645\u06cc\u200c\u062e\u0648", id="a Persian non-joiner stays"
        ),
    ],
)
def test_words_lose_what_would_harm_and_nothing_else(written: str, shown: str) -> None:
    assert line(written, 200) == shown


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,<script>",
        "//other.example/",
        "/relative",
        "https://",
        "https://a.example/\n.evil",
        'https://a.example/"onmouseover="x',
        "https://[broken",
        "ftp://a.example/",
        "https://a.example/" + "x" * 3000,
        "",
    ],
)
def test_an_address_that_is_not_of_the_web_is_no_link(url: str) -> None:
    assert link(url) == ""


@pytest.mark.parametrize("url", ["https://a.example/?a=1&b=2#c", "http://a.example", "https://münchen.example/straße"])
def test_an_address_of_the_web_is_left_as_it_is(url: str) -> None:
    assert link(url) == url


@given(key=st.text(min_size=1))
def test_a_key_always_makes_one_safe_part_of_an_address(key: str) -> None:
    assert set(slug(key)) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


def test_a_language_that_is_none_is_not_said() -> None:
    assert language("fr") == "fr"
    assert language('fr" onclick="x') == ""


@pytest.mark.parametrize(
    "text", ["", " ", "\u200b", "\u200b\ufeff \u2060", "\u00ad", "\u3164", "\u2800 \u2800", "\u200d\u200c"]
)
def test_words_of_which_nothing_can_be_seen_are_no_words(text: str) -> None:
    assert line(text, 80) == ""


def test_what_can_be_seen_stays() -> None:
    assert line("👩\u200d🚀", 80) == "👩\u200d🚀"
    assert line("\u0645\u06cc\u200c\u062e", 80) == "\u0645\u06cc\u200c\u062e"
