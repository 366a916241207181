import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.text.plain import DEEPEST, is_too_deep, plain_text
from dailyten.text.reading import minutes_of, reading_seconds
from dailyten.text.shorten import shorten, shorten_words
from dailyten.text.vectors import Rarity, cosine
from dailyten.text.words import content_words, sentences, tokens


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        pytest.param("<p>one</p><p>two</p>", "one two", id="blocks end a word"),
        pytest.param("a <b>bo</b>ld word", "a bold word", id="inline tags do not"),
        pytest.param("AT&amp;T &lt;b&gt;", "AT&T <b>", id="entities are resolved once"),
        pytest.param("<script>alert(1)</script>safe<style>p{}</style>", "safe", id="scripts and styles are no words"),
        pytest.param("if a < b then", "if a < b then", id="a lone sign is text"),
        pytest.param("  spaced\n\tout ", "spaced out", id="white space folds"),
        pytest.param("caf\u00e9&nbsp;cr\u00e8me", "caf\u00e9 cr\u00e8me", id="hard spaces fold"),
    ],
)
def test_plain_text_keeps_the_words_and_nothing_else(markup: str, text: str) -> None:
    assert plain_text(markup) == text


def test_a_hundred_thousand_open_divs_are_stripped_without_being_parsed() -> None:
    assert plain_text("<div>" * 100_000 + "deep") == "deep"
    assert is_too_deep("<div>" * 100_000)


@pytest.mark.parametrize(
    ("markup", "deep"),
    [
        pytest.param("<b>" * DEEPEST, False, id="as deep as it may be"),
        pytest.param("<b>" * (DEEPEST + 1), True, id="one deeper"),
        pytest.param("<p>a</p>" * 10 * DEEPEST, False, id="many beside one another"),
        pytest.param("<br><IMG src=x><p/>" * DEEPEST, False, id="tags that are never open"),
        pytest.param("<b>" * (DEEPEST + 1) + "</b>" * 2 * DEEPEST, True, id="all closed at the end"),
        pytest.param("</b>" * 2 * DEEPEST + "<b>" * (DEEPEST + 1), True, id="closed before they are open"),
        pytest.param("<b x='</'>" * 2 * (DEEPEST + 1), False, id="a sign in a value begins no tag here"),
    ],
)
def test_html_is_too_deep_where_too_many_tags_are_open_at_once(markup: str, deep: bool) -> None:
    assert is_too_deep(markup) is deep


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Instagram's new Reels", ["instagram", "new", "reels"]),
        ("#SmallBusiness @shop 45% 10,000+ B2B", ["#smallbusiness", "@shop", "45%", "10,000+", "b2b"]),
        ("user-generated content", ["user-generated", "content"]),
        ("It\u2019s Q&A time", ["it", "q&a", "time"]),
        ("", []),
    ],
)
def test_tokens_keep_hashtags_numbers_and_compounds(text: str, found: list[str]) -> None:
    assert tokens(text) == found


def test_an_endless_word_is_cut() -> None:
    assert tokens("a" * 1_000_000) == ["a" * 40]


def test_x_is_a_word_but_other_letters_are_not() -> None:
    assert content_words("The X and the b") == ["x"]


def test_sentences_survive_abbreviations_and_figures() -> None:
    text = "Dr. Smith of Acme Inc. saw 3.5 million views. The U.S. shop sold out! Why? \u201cIt worked.\u201d"

    assert sentences(text) == [
        "Dr. Smith of Acme Inc. saw 3.5 million views.",
        "The U.S. shop sold out!",
        "Why?",
        "\u201cIt worked.\u201d",
    ]


@given(st.text(), st.integers(min_value=2, max_value=50))
def test_a_shortened_text_is_never_too_long(text: str, most: int) -> None:
    assert len(shorten(text, most)) <= most


def test_shortening_ends_at_a_word() -> None:
    assert shorten("five brave foxes", 12) == "five brave\u2026"
    assert shorten_words("one two three", 2) == "one two\u2026"
    assert shorten_words("one two", 2) == "one two"


def test_reading_time_counts_words_and_east_asian_characters() -> None:
    assert reading_seconds("word " * 238) == 60
    assert reading_seconds("\u8bfb" * 255) == 60
    assert reading_seconds("") == 0
    assert [minutes_of(seconds) for seconds in (0, 1, 60, 61)] == [0, 1, 1, 2]


@given(st.lists(st.text(alphabet="abcde", min_size=1), min_size=1))
def test_a_text_is_itself(words: list[str]) -> None:
    vector = Rarity.of([words]).vector(words)

    assert cosine(vector, vector) == pytest.approx(1.0)


def test_a_rare_word_joins_more_than_a_common_one() -> None:
    rarity = Rarity.of([["reels", "ads"], ["reels", "tips"], ["reels", "shop"], ["threads", "ads"]])

    by_rare = cosine(rarity.vector(["threads", "news"]), rarity.vector(["threads", "post"]))
    by_common = cosine(rarity.vector(["reels", "news"]), rarity.vector(["reels", "post"]))
    assert by_rare > by_common
