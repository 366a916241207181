from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dailyten.packs
from dailyten.cluster.background import read_background
from dailyten.cluster.join import Earlier, join, why_joined
from dailyten.cluster.policy import JoinPolicy
from dailyten.model.entry import Entry, KeptEntry
from dailyten.model.story import Story

PACK = Path(dailyten.packs.__file__).parent / "social_media"
TRADE = read_background((PACK / "background.json").read_bytes(), where="the pack")
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def told(entry_id: str, title: str, summary: str = "", *, feed: str = "", hours: float = 0, url: str = "") -> KeptEntry:
    at = MONDAY + timedelta(hours=hours)
    entry = Entry(key=entry_id, title=title, summary=summary, url=url, published_at=at)
    return KeptEntry(entry_id=entry_id, feed_id=feed or f"feed of {entry_id}", entry=entry, first_seen_at=at)


LAUNCH = told(
    "a",
    "Instagram adds price stickers to Reels for shops in 14 countries",
    "Tap the price sticker to see the old price, the new one and the days left. Ireland is in, Germany is not.",
)
RETOLD = told(
    "b",
    "Reels get price stickers: Instagram's tags for shops reach 14 countries",
    "A merchant with a catalogue can place up to three price stickers in a Reel.",
    hours=20,
)
OTHER = told("c", "Pinterest opens an office in Lisbon", "Eighty engineers will move in after Easter.", hours=3)
OPPOSITE = told(
    "d",
    "Instagram removes price stickers from Reels after complaints by shops",
    "The price stickers on Reels showed wrong sums in Ireland, the network admits.",
    hours=70,
)


def joined(entries: Sequence[KeptEntry], earlier: Sequence[Earlier] = ()) -> tuple[Story, ...]:
    return join(entries, earlier, {}, JoinPolicy(), background=TRADE)


def grouped(entries: Sequence[KeptEntry]) -> set[tuple[str, ...]]:
    return {tuple(sorted(story.entry_ids)) for story in joined(entries)}


def as_earlier(entries: Sequence[KeptEntry], earlier: Sequence[Earlier] = ()) -> list[Earlier]:
    by_id = {kept.entry_id: kept for kept in entries}
    return [
        Earlier(story=story, entries=tuple(by_id[entry_id] for entry_id in story.entry_ids))
        for story in joined(entries, earlier)
    ]


def test_two_tellings_of_one_event_are_one_story_and_another_event_is_not() -> None:
    assert grouped([LAUNCH, RETOLD, OTHER]) == {("a", "b"), ("c",)}


def test_a_pair_that_joined_says_why() -> None:
    why = why_joined(LAUNCH, RETOLD, background=TRADE)

    assert "word: sticker" in why
    assert "figure: 14" in why


def test_a_pair_that_joined_says_which_act_both_tell() -> None:
    one, other = told("a", "Tilling bans Snapchat in schools"), told("b", "Schools of Tilling outlaw Snapchat")

    why = why_joined(one, other, {"a": ("snapchat",), "b": ("snapchat",)}, TRADE)

    assert "act: ban" in why
    assert "network: snapchat" in why
    assert not [each for each in why if "@" in each or "~" in each]


def test_an_entry_has_no_reason_to_join_itself() -> None:
    assert why_joined(LAUNCH, LAUNCH) == ()


def test_a_later_telling_without_news_repeats_the_story() -> None:
    [later] = joined([RETOLD], as_earlier([LAUNCH, OTHER]))

    assert later.repeats == as_earlier([LAUNCH])[0].story.story_id
    assert later.development_of == ""


def test_a_later_telling_with_a_step_is_a_development() -> None:
    [later] = joined([OPPOSITE], as_earlier([LAUNCH, RETOLD, OTHER]))

    assert later.development_of == as_earlier([LAUNCH])[0].story.story_id
    assert later.repeats == ""


def test_news_that_a_development_has_told_is_no_news_again() -> None:
    first = as_earlier([LAUNCH])
    second = as_earlier([OPPOSITE], first)
    again = told(
        "e",
        "Instagram removes price stickers from Reels",
        "Price stickers in Reels are gone: shops in Ireland complained of wrong sums.",
        hours=90,
    )

    [later] = joined([again], [*first, *second])

    assert later.repeats
    assert not later.development_of


def test_the_same_words_long_after_are_another_story() -> None:
    later = told("z", RETOLD.entry.title, RETOLD.entry.summary, hours=24 * 11)

    assert grouped([LAUNCH, later]) == {("a",), ("z",)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            told("a", "Meta shows Orion glasses for $799 at Connect", "A wristband reads the fingers."),
            told("b", "Meta shows Oakley glasses for $499 at Connect", "The camera sits in the middle."),
            id="one pattern with different fillings",
        ),
        pytest.param(
            told("a", "Ads of the Week: bears and beer", "Our favourite spots.", feed="f"),
            told("b", "Ads of the Week: bears and bread", "Our favourite spots.", feed="f", hours=160),
            id="a weekly column",
        ),
        pytest.param(
            told("a", "State of Social Care 2020: how brands answer", "How brands answer their customers."),
            told("b", "State of Social Care 2021: how brands answer", "How brands answer their customers."),
            id="a yearly report",
        ),
        pytest.param(
            told("a", "Instagram Stories", "How to film and caption your first one.", feed="f"),
            told("b", "Instagram Stories", "A price list of our agency.", feed="f", hours=5),
            id="a generic title over two texts",
        ),
        pytest.param(
            LAUNCH,
            told("b", "Friday five: price stickers in Reels, a bear, a goat, a bill", "Instagram in 14 countries."),
            id="a round-up names the story and belongs to none",
        ),
        pytest.param(
            told("a", "The Contrary Gardener (Part 1 of 2)", "Kay Lynne walks between the beds of seed."),
            told("b", "The Contrary Gardener (Part 2 of 2)", "Kay Lynne walks between the beds again."),
            id="two parts of one tale",
        ),
        pytest.param(
            told("a", "Tilling bakery loses its page to hackers", "Anne Ferrow had no second factor."),
            told("b", "Fake followers, Tilling bakery hacked, pins for brides, a goat", "Anne Ferrow had no factor."),
            id="a list of news names the story",
        ),
        pytest.param(told("a", ""), told("b", ""), id="nothing told at all"),
    ],
)
def test_what_only_looks_alike_stays_apart(one: KeptEntry, other: KeptEntry) -> None:
    assert grouped([one, other]) == {(one.entry_id,), (other.entry_id,)}


def test_an_event_told_with_kindred_words_is_one_story() -> None:
    tellings = [
        told("a", "Brussels watchdog outlaws Snapchat filters for teenagers", "The ban on Snapchat starts in May."),
        told("b", "EU regulator bans filters of Snapchat for minors", "Snapchat has until May.", hours=3),
    ]

    assert grouped(tellings) == {("a", "b")}


def test_two_texts_of_one_feed_need_more_than_two_feeds_do() -> None:
    one, text = "Tilling bakery empties after postman's clip", "The loaf was seen by thousands."
    other, more = "How a clip emptied a Tilling shop", "Orders for the loaf come in."

    assert grouped([told("a", one, text), told("b", other, more, hours=30)]) == {("a", "b")}
    assert grouped([told("a", one, text, feed="f"), told("b", other, more, feed="f", hours=30)]) == {("a",), ("b",)}


def test_a_copied_text_under_another_title_joins() -> None:
    text = "Gov clerks in Tilling lost the town's page to strangers on Sunday and got it back after six days, it said."
    copies = [told("a", "Tilling loses its page", text), told("b", "Strangers post in a town's name", text, hours=2)]

    assert grouped(copies) == {("a", "b")}


def test_the_lead_is_the_telling_that_tells_most_not_the_first() -> None:
    short = told("a", "Instagram adds price stickers to Reels in 14 countries?")
    full = told("b", RETOLD.entry.title, RETOLD.entry.summary, hours=20, url="https://paper.example/stickers")

    [story] = joined([short, full])

    assert story.lead_id == "b"
    assert story.first_seen_at == short.first_seen_at


def test_a_trusted_feed_leads_before_an_equal_one() -> None:
    entries = [LAUNCH, told("b", LAUNCH.entry.title, LAUNCH.entry.summary, feed="trusted", hours=1)]

    [story] = join(entries, (), {}, JoinPolicy(), trust={"trusted": 5.0}, background=TRADE)

    assert story.lead_id == "b"


def test_a_date_in_the_future_is_not_believed() -> None:
    entry = Entry(
        key="b", title=RETOLD.entry.title, summary=RETOLD.entry.summary, published_at=MONDAY.replace(year=2031)
    )
    kept = KeptEntry(entry_id="b", feed_id="f", entry=entry, first_seen_at=MONDAY)

    assert grouped([LAUNCH, kept]) == {("a", "b")}


@pytest.mark.parametrize("year", [1, 9998])
def test_absurd_dates_do_not_stop_the_rest(year: int) -> None:
    entry = Entry(key="x", title="Old", published_at=MONDAY.replace(year=year))
    kept = KeptEntry(entry_id="x", feed_id="f", entry=entry, first_seen_at=MONDAY.replace(year=9999))

    assert ("a", "b") in grouped([kept, LAUNCH, RETOLD])


def test_one_endless_word_and_a_giant_text_are_borne() -> None:
    endless = told("x", "w" * 200_000, "v" * 1_000_000)
    giant = told("y", "A long article", "word " * 200_000)

    assert grouped([endless, giant]) == {("x",), ("y",)}


def test_a_chain_of_neighbours_is_not_one_story() -> None:
    """Each shares much with the next, the first and the last share nothing: single links would join all six."""
    words = ["walrus", "marzipan", "teapot", "glacier", "trombone", "saffron", "lighthouse", "pancake"]
    chain = [
        told(f"{i}", f"The {words[i]} and the {words[i + 1]} and the {words[i + 2]}", hours=i)
        for i in range(len(words) - 2)
    ]

    assert max(len(story.entry_ids) for story in joined(chain)) <= 3


def test_nothing_arrived_gives_no_story() -> None:
    assert joined([], as_earlier([LAUNCH])) == ()


SOME = st.lists(
    st.sampled_from(
        [LAUNCH, RETOLD, OTHER, OPPOSITE, told("f", "Pinterest opens Lisbon office after Easter", hours=9)]
    ),
    unique_by=lambda kept: kept.entry_id,
)


@settings(max_examples=40, deadline=None)
@given(entries=SOME, data=st.data())
def test_every_entry_ends_in_one_story_whatever_the_order(entries: list[KeptEntry], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(entries))

    stories = joined(entries)

    assert sorted(entry_id for story in stories for entry_id in story.entry_ids) == sorted(k.entry_id for k in entries)
    assert joined(shuffled) == stories


@settings(max_examples=30, deadline=None)
@given(before=SOME, entries=SOME)
def test_joining_the_same_arrivals_again_gives_the_same_stories(
    before: list[KeptEntry], entries: list[KeptEntry]
) -> None:
    earlier = as_earlier([kept for kept in before if kept not in entries])
    once = joined(entries, earlier)
    by_id = {kept.entry_id: kept for kept in entries}
    own = [Earlier(story=story, entries=tuple(by_id[i] for i in story.entry_ids)) for story in once]

    assert joined(entries, [*earlier, *own]) == once


HOURS_APART = 4
"""Between the tellings of the test below; 80 of them are more than a week."""


def shut(hours: float) -> list[KeptEntry]:
    """Tell one shutdown three times; the last telling shares little with each of the others."""
    return [
        told("a", "Klout is shutting down", "The score of people's influence online ends, says its owner Lithium."),
        told("b", "No more Klout scores", "A single figure for influence never worked.", hours=hours),
        told("c", "RIP Klout, the number we loved to hate", "It is switched off in May.", hours=2 * hours),
    ]


def test_tellings_of_a_rare_name_on_one_day_are_one_story_and_weeks_apart_are_not() -> None:
    assert grouped(shut(HOURS_APART)) == {("a", "b", "c")}
    assert len(grouped(shut(20 * HOURS_APART))) > 1
