"""The training entries of the packs: written one by one, not stamped out."""

from collections import defaultdict
from pathlib import Path

import pytest

import dailyten.packs
from dailyten.classify.pack import Pack, TrainingEntry, load_pack
from dailyten.text.vectors import Rarity
from dailyten.text.words import content_words
from dailyten.wiring.packs import our_packs

NEAR_DUPLICATE = 0.8
FEWEST = {"social_media": 3_000, "bookkeeping": 300}
FIRST_YEAR = {"social_media": 2008, "bookkeeping": 2012}
LEAST_OFF_TOPIC = 0.15
LEAST_A_TOPIC = 0.05
"""Of a pack's entries, for each topic as the main one."""
LEAST_SECOND = 0.01
LEAST_GROWTH = 1.25
"""Words known after all entries against after half of them; sentences from a template stop growing at once (1.0)."""


@pytest.fixture(scope="module", params=our_packs())
def pack(request: pytest.FixtureRequest) -> Pack:
    return load_pack(Path(dailyten.packs.__file__).parent / request.param)


@pytest.fixture(scope="module")
def entries(pack: Pack) -> tuple[TrainingEntry, ...]:
    return pack.entries()


def words_of(entry: TrainingEntry) -> list[str]:
    return content_words(f"{entry.title} {entry.summary}")


def nearest_pairs(entries: tuple[TrainingEntry, ...], least: float) -> list[tuple[float, str, str]]:
    """Find all pairs at least so alike, through an inverted index."""
    texts = [words_of(entry) for entry in entries]
    rarity = Rarity.of(texts)
    seen: dict[str, list[tuple[int, float]]] = defaultdict(list)
    pairs: list[tuple[float, str, str]] = []
    for at, text in enumerate(texts):
        alike: dict[int, float] = defaultdict(float)
        for word, weight in rarity.vector(text).items():
            for other, other_weight in seen[word]:
                alike[other] += weight * other_weight
            seen[word].append((at, weight))
        pairs += [(score, entries[other].held, entries[at].held) for other, score in alike.items() if score >= least]
    return pairs


def test_no_two_entries_are_near_duplicates(entries: tuple[TrainingEntry, ...]) -> None:
    assert nearest_pairs(entries, NEAR_DUPLICATE) == []


def test_no_title_and_summary_stand_there_twice(entries: tuple[TrainingEntry, ...]) -> None:
    assert len({(entry.title, entry.summary) for entry in entries}) == len(entries)


def test_the_vocabulary_keeps_growing(entries: tuple[TrainingEntry, ...]) -> None:
    def known(some: tuple[TrainingEntry, ...]) -> int:
        return len({word for entry in some for word in words_of(entry)})

    assert known(entries) >= LEAST_GROWTH * known(entries[::2])


def test_there_are_enough_entries_of_every_kind(pack: Pack, entries: tuple[TrainingEntry, ...]) -> None:
    off_topic = sum(not entry.primary for entry in entries)

    assert len(entries) >= FEWEST[pack.key]
    assert off_topic >= LEAST_OFF_TOPIC * len(entries)
    assert {entry.usefulness for entry in entries} == {0, 1, 2, 3}
    assert {entry.year for entry in entries} >= set(range(FIRST_YEAR[pack.key], 2027))


def test_every_topic_and_every_border_is_shown_by_entries(pack: Pack, entries: tuple[TrainingEntry, ...]) -> None:
    """A topic nobody writes about cannot be learnt, nor one that never stands beside another."""
    for topic in pack.topic_keys:
        assert sum(entry.primary == topic for entry in entries) >= LEAST_A_TOPIC * len(entries), topic
        assert sum(topic in entry.topics[1:] for entry in entries) >= LEAST_SECOND * len(entries), topic


def test_every_network_of_a_pack_stands_in_its_entries(pack: Pack, entries: tuple[TrainingEntry, ...]) -> None:
    assert {network.key for network in pack.networks} == {key for entry in entries for key in entry.networks}
