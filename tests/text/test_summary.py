import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.model.entry import Document, Entry
from dailyten.parse.document import parse
from dailyten.text.figure import of_its_own, telling_figure
from dailyten.text.plain import paragraphs
from dailyten.text.summary import MOST_WORDS, summarise, without_teasers

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
        pytest.param("A fact. Read more of this story at Slashdot.", "A fact.", id="read more of this story"),
        pytest.param("A fact. Learn more about Reels here.", "A fact.", id="learn more about"),
        pytest.param("A fact. Click here for the whole list!", "A fact.", id="click here"),
        pytest.param("A fact. Sign up for our newsletter today.", "A fact.", id="a newsletter's plea"),
        pytest.param("A fact. Join our newsletter.", "A fact.", id="join our newsletter"),
        pytest.param("A fact. Don't forget to share and subscribe!", "A fact.", id="begging for shares"),
        pytest.param("A fact. Share this post with your team.", "A fact.", id="a share prompt"),
        pytest.param("A fact. Let us know in the comments below.", "A fact.", id="begging for comments"),
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


def test_a_heading_is_no_part_of_the_sentence_below_it() -> None:
    page = "<h2>Introduction</h2><p>Shops that answer within an hour sell more than those that wait a day.</p>"

    assert summarise(paragraphs(page)) == "Shops that answer within an hour sell more than those that wait a day."


def test_what_was_cut_off_is_shown_only_where_nothing_is_whole_and_then_says_so() -> None:
    whole = "Pinterest opens its shop tab to small sellers in nine countries."
    cut = "The change comes as more shops than ever sell through the pins that [\u2026]"

    assert summarise(f"{whole} {cut}") == whole
    assert summarise(cut) == "The change comes as more shops than ever sell through the pins that\u2026"


@pytest.mark.parametrize(
    "noise",
    [
        "Get the sheet at https://example.org/sheet and start today with it.",
        "0:00 Intro 1:35 The setup 4:10 The result of the test 9:30 What to do.",
        "submitted by /u/somebody to r/smallbusiness [link] [44 comments].",
        "All rights reserved by the publisher and its licensors.",
        "He called it \u201cthe best week we ever had.",
    ],
)
def test_what_belongs_to_the_page_is_no_summary(noise: str) -> None:
    told = "The bakery doubled its orders with one short video every weekday."

    assert summarise(f"{noise}\n{told}") == told


def test_a_sentence_that_leans_on_another_does_not_stand_without_it() -> None:
    text = (
        "Instagram lets shops pin three comments under every post from today. The weather was nice. My cousin called. "
        "But they can pin comments under posts of shops. Shops can choose which comments Instagram pins under a post."
    )

    assert "But they" not in summarise(text)


def test_the_figure_needs_a_unit_and_somebody_who_says_it() -> None:
    text = "We love 10 posts. The survey of 400 shops found that 62% of orders came through Instagram. It cost $5."

    assert telling_figure(text) == "The survey of 400 shops found that 62% of orders came through Instagram."
    assert telling_figure("We love 10 posts and 3 cats.") == ""


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("Sales went up by 25% after the summer was over.", id="nobody says it"),
        pytest.param("Imagine the survey said that 80% of your fans left.", id="only supposed"),
        pytest.param("Would you say that 20% of shops reported a loss?", id="a question"),
        pytest.param("\u201cThe study found that 30% of orders were late.", id="a quotation that does not end"),
        pytest.param("The report says that 30% of shops https://example.org/x closed.", id="an address"),
    ],
)
def test_a_figure_that_nobody_stands_behind_is_none(sentence: str) -> None:
    assert telling_figure(sentence) == ""


@pytest.mark.parametrize(
    ("sentence", "own"),
    [
        ("Our data shows that posts with a face get 38% more likes.", True),
        ("We analysed 10,000 posts and found that 9% had a link.", True),
        ("Plantly found that 61% of shops post twice a week.", True),
        ("Corner Review found that 61% of shops post twice a week.", True),
        ("The Corner Review reports that 61% of shops post twice a week.", True),
        ("According to Eurostat, 61% of shops post twice a week.", False),
        ("A plant study found that 61% of shops review a corner twice a week.", False),
    ],
)
def test_a_publisher_that_speaks_of_its_own_figures_is_known_by_its_name(sentence: str, own: bool) -> None:
    names = ("The Corner Review Research Blog", "https://blog.plantly.example/", "https://feeds.feedburner.com/x")

    assert of_its_own(sentence, names) is own


@given(st.text(max_size=40), st.text(max_size=60))
def test_any_name_of_a_feed_can_be_looked_for(name: str, sentence: str) -> None:
    assert of_its_own(sentence, (name, "", "https://[", f"https://{name}/")) in (True, False)


@pytest.mark.real
def test_no_summary_of_a_real_entry_is_a_teaser_or_too_long() -> None:
    """What an editor would not print, on the real documents beside the checkout; 100 of them were read by eye."""
    found = [summarise(paragraphs(entry.html), title=entry.title) for entry in real_entries()]

    assert len(found) > 150
    assert sum(map(bool, found)) > 0.8 * len(found)
    assert max(len(summary.split()) for summary in found) <= MOST_WORDS
    teasers = re.compile(
        r"read more of|appeared first on|click here|continue reading|submitted by /u/|https?://", re.IGNORECASE
    )
    assert [summary for summary in found if teasers.search(summary)] == []


def real_entries() -> list[Entry]:
    folder = Path(__file__).parents[3] / "shared" / "feeds" / "real"
    if not folder.exists():
        pytest.skip("the real documents are not here")
    files = sorted(file for file in folder.rglob("*") if file.is_file())[::16]
    now = datetime(2026, 11, 24, tzinfo=UTC)
    read = [parse(file.read_bytes(), headers={}, address="https://real.example/", now=now) for file in files]
    documents = [each for each in read if isinstance(each, Document)]
    return [entry for each in documents for entry in each.entries[:12] if entry.html and entry.language in ("", "en")]
