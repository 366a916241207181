"""Which pairs are worth comparing: those that share a rare word, within the window. An inverted index, in order of time."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta

from dailyten.cluster.traits import Traits
from dailyten.text.vectors import Rarity

RAREST = 24
"""Words of an entry that are looked up: the rarest ones. More find no further pairs in our set."""
MOST = 24
"""Neighbours of an entry that are compared: those that share most. A day of one big event holds fewer tellings."""


def pairs(traits: Sequence[Traits], rarity: Rarity, window: timedelta) -> Iterator[tuple[int, int]]:
    """Give the places of pairs to compare, each once, the earlier place first. `traits` must be in order of time."""
    index: defaultdict[str, list[int]] = defaultdict(list)
    for here, each in enumerate(traits):
        shared: Counter[int] = Counter()
        for word, weight in _rarest(each, rarity):
            told = index[word]
            for place in reversed(told):
                if each.at - traits[place].at > window:
                    break
                shared[place] += weight  # type: ignore[assignment]
            told.append(here)
        for place, _ in sorted(shared.items(), key=lambda item: (-item[1], traits[item[0]].entry_id))[:MOST]:
            yield place, here


def _rarest(each: Traits, rarity: Rarity) -> list[tuple[str, float]]:
    words = {word: rarity.idf(word) for word in each.words}
    return sorted(words.items(), key=lambda item: (-item[1], item[0]))[:RAREST]
