"""Words that a feed says in every other entry: its author, its hosts, its trade. Sharing them tells nothing."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from dailyten.cluster.traits import Traits

OFTEN = 0.2
"""Share of a feed's entries from which a word is the feed's own."""
ENOUGH = 8
"""Entries of a feed from which its own words can be told; fewer may all be about one event."""


def without_feed_words(traits: Sequence[Traits]) -> tuple[Traits, ...]:
    """Take from each entry the words and names that stand in every fifth entry of its feed."""
    own = _own_words(traits)
    return tuple(_without(each, own[each.feed_id]) if each.feed_id in own else each for each in traits)


def _own_words(traits: Sequence[Traits]) -> dict[str, frozenset[str]]:
    told: defaultdict[str, list[Traits]] = defaultdict(list)
    for each in traits:
        told[each.feed_id].append(each)
    own: dict[str, frozenset[str]] = {}
    for feed_id, entries in told.items():
        if len(entries) >= ENOUGH:
            count = Counter(word for each in entries for word in each.words)
            own[feed_id] = frozenset(word for word, times in count.items() if times >= OFTEN * len(entries))
    return own


def _without(each: Traits, own: frozenset[str]) -> Traits:
    if not own & each.words:
        return each
    return replace(each, words=each.words - own, names=each.names - own, maybe_names=each.maybe_names - own)
