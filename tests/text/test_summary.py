import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.text.summary import MOST_WORDS, summarise, telling_figure, without_teasers

ARTICLE = (
    "Our bakery posted one short video of the morning bake every weekday for three months. "
    "It was raining a lot that spring. "
    "The short videos brought two hundred new followers and doubled the orders placed through Instagram. "
    "My cousin held the phone. "
    "We now plan the videos on Monday and film all five in one morning bake. "
    "The post How we baked our way to 2x orders appeared first on Crumbs & Clicks."
)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        pytest.param("Reels now run longer. Read more", "Reels now run longer.", id="read more"),
        pytest.param("Reels now run longer [\u2026]", "Reels now run longer", id="a trailing ellipsis"),
        pytest.param("A fact. The post A title appeared first on Blog.", "A fact.", id="the post appeared first on"),
        pytest.param("A fact. Continue reading A title \u2192", "A fact.", id="continue reading"),
        pytest.param("We read more books this year.", "We read more books this year.", id="an honest sentence stays"),
    ],
)
def test_teasers_are_dropped_and_facts_stay(text: str, left: str) -> None:
    assert without_teasers(text) == left


def test_a_summary_takes_the_central_sentences_in_their_order() -> None:
    summary = summarise(ARTICLE, title="How we baked our way to 2x orders")

    assert summary.startswith("Our bakery posted one short video")
    assert "appeared first on" not in summary
    assert "cousin" not in summary


def test_a_title_said_again_is_no_summary() -> None:
    assert summarise("Threads gets search.", title="Threads gets search") == ""
    assert summarise("", title="Threads gets search") == ""


def test_one_endless_sentence_is_cut_at_a_word() -> None:
    summary = summarise("word " * 100)

    assert len(summary.split()) == MOST_WORDS
    assert summary.endswith("\u2026")


@given(st.text(alphabet=st.sampled_from("ab. A!?\u20261%"), max_size=400))
def test_a_summary_never_exceeds_its_words(text: str) -> None:
    assert len(summarise(text).split()) <= MOST_WORDS


def test_the_figure_needs_a_unit_and_somebody_who_says_it() -> None:
    text = "We love 10 posts. The survey of 400 shops found that 62% of orders came through Instagram. It cost $5."

    assert telling_figure(text) == "The survey of 400 shops found that 62% of orders came through Instagram."
    assert telling_figure("We love 10 posts and 3 cats.") == ""
