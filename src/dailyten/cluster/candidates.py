"""Which pairs are worth comparing: those within the window that share a rare word. An inverted index by time."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from dailyten.cluster.traits import Traits

RAREST = 16
"""Words of an entry that are looked up: the rarest ones. Half as many again find one or two more pairs of our sets."""
TELLING = 0.25
"""Rarity of a word from which it is looked up: what every fifteenth entry says finds too many."""
MOST = 5
"""Earlier neighbours of an entry that are compared: those that share most. Others of their story come with them."""

LEAST = 0.5
"""Rarity that two entries must share to be compared at all; tuned on our set, where less joins nothing."""


def pairs(traits: Sequence[Traits], rare: Mapping[str, float], window: timedelta) -> Iterator[tuple[int, int]]:
    """Give the places of pairs to compare, each once, the earlier place first. `traits` must be in order of time."""
    index: defaultdict[str, list[int]] = defaultdict(list)
    first = 0
    for here, each in enumerate(traits):
        while each.at - traits[first].at > window:
            first += 1
        shared: defaultdict[int, float] = defaultdict(float)
        for word in _rarest(each, rare):
            told, weight = index[word], rare[word]
            for place in told[bisect_left(told, first) :]:
                shared[place] += weight
            told.append(here)
        for place in _nearest(shared, traits):
            yield place, here


def _nearest(shared: Mapping[int, float], traits: Sequence[Traits]) -> list[int]:
    """Give the places that share most; the few that may be among them are found before they are put in order."""
    enough = max([LEAST, *sorted(shared.values(), reverse=True)[MOST - 1 : MOST]])
    near = [place for place, weight in shared.items() if weight >= enough]
    return sorted(near, key=lambda place: (-shared[place], traits[place].entry_id))[:MOST]


def _rarest(each: Traits, rare: Mapping[str, float]) -> list[str]:
    return sorted(
        (word for word in each.words if rare.get(word, 0.0) >= TELLING), key=lambda word: (-rare[word], word)
    )[:RAREST]
