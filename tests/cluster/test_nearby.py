"""What many say just now tells less than what few say, and so does what the trade never says."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from dailyten.cluster.background import share_unknown
from dailyten.cluster.likeness import Rareness, odds, rareness
from dailyten.cluster.nearby import A_STORY, Nearby
from dailyten.cluster.traits import Traits, traits_of
from dailyten.model.entry import Entry, KeptEntry
from dailyten.text.vectors import Rarity

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
TRADE = Rarity(8000, {})


def said(titles: Sequence[str], days: float = 0) -> list[Traits]:
    return [
        traits_of(
            KeptEntry(
                entry_id=f"{days}-{place}",
                feed_id=f"feed {place}",
                entry=Entry(key=str(place), title=title, summary=""),
                first_seen_at=MONDAY + timedelta(days=days),
            )
        )
        for place, title in enumerate(titles)
    ]


def weighed(told: Sequence[Traits]) -> tuple[Rareness, Nearby]:
    rare = rareness(TRADE, told)
    return rare, Nearby(told, rare, TRADE, timedelta(days=10))


def test_a_word_that_many_say_in_these_days_tells_less() -> None:
    rare, nearby = weighed(said([f"The tram to Harbour {place}" for place in range(60)]))

    assert 0 < nearby.rareness(59)["tram"] < rare["tram"]


def test_a_word_of_one_story_keeps_its_weight() -> None:
    rare, nearby = weighed(said(["The tram sails"] * A_STORY))

    assert nearby.rareness(1)["tram"] == rare["tram"]


def test_what_was_said_months_before_does_not_count() -> None:
    told = [*said(["The tram sails"] * 60), *said(["The tram is late"], days=90)]
    rare, nearby = weighed(told)

    assert nearby.rareness(60)["tram"] == rare["tram"]


def test_two_texts_of_another_trade_must_share_more_than_two_of_ours() -> None:
    """Words that the trade never uses only seem rare: a feed of another trade is full of them."""
    one, other = said(["Envoys meet for talks on grain in Geneva", "Talks on grain: envoys come to Geneva"])
    rare, _ = weighed([one, other])

    def at(outside: float) -> float:
        return odds(replace(one, outside=outside), replace(other, outside=outside), rare, crowd=100)

    assert at(0.0) > at(0.12) > at(0.4)


def test_the_share_of_unknown_words_counts_no_networks_and_no_acts() -> None:
    known = Rarity(9, {"tram": 3})

    assert share_unknown(["tram", "quay", "@tramway", "~ban"], known) == 0.5
    assert share_unknown([], known) == 0.0
