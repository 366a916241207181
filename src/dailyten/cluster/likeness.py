"""How alike two tellings are: few named measures of a pair, each of which a person can check by reading both."""

import json
import math
from collections.abc import Iterable, Mapping
from datetime import timedelta
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files

from dailyten.cluster.acts import ACTS
from dailyten.cluster.figures import CALENDAR, said, weight
from dailyten.cluster.kindred import ACT, NETWORK
from dailyten.cluster.traits import Traits
from dailyten.text.vectors import Rarity

Measures = Mapping[str, float]
Rareness = Mapping[str, float]
"""What each word of the compared entries says by its rarity: idf above `COMMON`, 0 for common words."""

COMMON = 4.0
"""Rarity (idf) up to which a shared word says nothing: one entry in twenty has it."""
RAREST = 3.0
"""Most that a word may say which is no name: that our trade's news never used it does not make it rare."""
SHORTEST = 3
"""Letters of a word that may be rare without being a name."""
USUAL_WORDS = 24
"""Different words of a telling up to which all that is shared counts in full; two long texts share more by chance."""
SHORT = 10
"""Words below which a telling is too thin to share much."""
HALF_SHARED = 0.5
"""Share of a title from which two titles follow one pattern."""
HOPELESS = -3.0
"""Log-odds from which a pair is surely two events (`joining.SURE`)."""
HALF_COPIED = 0.5
"""Share of common runs of words from which a text is a copy; below it may be a shared phrase."""
FEW_SHINGLES = 6
MOST_FIGURES = 2.0
AT_HOME = 0.1
"""Share of such words from which two texts that share no network are hardly of the trade."""
INSIDE = 0.15
"""Share of words that the trade's news never used, up to which a text is of the trade: three of four texts of our sets
have no more, and one in ten of feeds at large."""
LEAST_CROWD = 50
"""Entries in the window that are assumed at least: that few were told proves nothing. Tuned on our stories, which are
full of look-alikes: pairs right of 100 joined went from 87 to 94."""


def veto(one: Traits, other: Traits) -> str:
    """Say why two entries can never tell one event; empty where they may."""
    if one.gathers or other.gathers:
        return "a round-up or a column"
    if one.feed_id == other.feed_id and one.label and one.label == other.label:
        return "one column"
    if one.feed_id == other.feed_id and one.title == other.title and not one.shingles & other.shingles:
        return "one title over two texts"
    if one.part and other.part and one.part != other.part:
        return "two parts"
    years = [{value for unit, value in each.title_figures if unit == "year"} for each in (one, other)]
    if all(years) and not years[0] & years[1]:
        return "different years"
    return ""


def rareness(rarity: Rarity, traits: Iterable[Traits]) -> Rareness:
    """Weigh each word of these entries once.

    Months and days of the week are told as dates, or tell nothing; a short word that is no name is a stop word of some
    other language.
    """
    told = list(traits)
    names = frozenset(name for each in told for name in each.names)
    words = frozenset(word for each in told for word in each.words | each.title_stems)
    empty = CALENDAR | {word for word in words if len(word) < SHORTEST and word not in names}
    told_by = {word: max(0.0, rarity.idf(word) - COMMON) for word in words - empty}
    return {word: weight if word in names else min(RAREST, weight) for word, weight in told_by.items()}


def measures(one: Traits, other: Traits, rare: Rareness, crowd: int) -> dict[str, float]:
    """Measure a pair, but for `pattern`.

    `words` and `names` are the rarity of what both share: anywhere, as names; `rarest` is that of the rarest of these
    words. `new_names` is that of the names which only the later title
    tells. `told` is the share of one title that the other entry tells. `boilerplate` is high for texts of one feed that
    share their phrases. Of two guides to one subject `both_advise`.
    `outside` texts are of another trade, whose words only seem rare; from `elsewhere` if they share no network either.
    `foreign` texts have words whose rarity nobody has counted. `crowd` entries were told in the
    window before the later one: the more there are, the likelier it is that two share a rare word by chance.
    """
    same_feed = one.feed_id == other.feed_id
    outside = min(one.outside, other.outside)
    copied = _copied(one, other)
    scale = min(1.0, USUAL_WORDS / math.sqrt(max(1, len(one.words) * len(other.words))))
    shared = {word: rare.get(word, 0.0) for word in one.words & other.words}
    untold = (other.names & other.title_stems) - one.words
    return {
        "told": max(_told(one, other, rare), _told(other, one, rare)),
        "rarest": math.log1p(max(shared.values(), default=0.0)),
        "new_names": math.log1p(math.fsum([rare.get(name, 0.0) for name in untold])),
        "crowd": math.log1p(max(LEAST_CROWD, crowd)),
        "words": math.log1p(scale * math.fsum(shared.values())),
        "names": math.log1p(scale * math.fsum([rare.get(name, 0.0) for name in shared_names(one, other)])),
        "figures": min(MOST_FIGURES, math.fsum([weight(figure) for figure in one.figures & other.figures])),
        "figures_differ": float(_figures_differ(one, other)),
        "networks": _overlap(one.networks, other.networks),
        "networks_differ": float(bool(one.networks and other.networks and not one.networks & other.networks)),
        "both_advise": float(one.advises and other.advises),
        "thin": float(min(len(one.stems), len(other.stems)) < SHORT),
        "days": _days(one, other),
        "same_feed": float(same_feed),
        "foreign": float(one.foreign or other.foreign),
        "outside": max(0.0, outside - INSIDE),
        "elsewhere": float(outside > AT_HOME and not one.networks & other.networks),
        "boilerplate": copied if same_feed else 0.0,
        "copied": 0.0 if same_feed else max(0.0, copied - HALF_COPIED) / (1.0 - HALF_COPIED),
        "same_address": float(not same_feed and _same_address(one, other)),
    }


def pattern(one: Traits, other: Traits, rare: Rareness) -> float:
    """Give the share of the shorter title that both share in order, where some slot between holds different things.

    "Meta shows Orion glasses" and "Meta shows Oakley glasses" are two events under one pattern. Verbs of news do not
    count as different, nor does what the other entry tells elsewhere. 0 for less than half, or nothing different.
    """
    match = SequenceMatcher(None, one.pattern, other.pattern, autojunk=False)
    shared = sum(block.size for block in match.get_matching_blocks()) / max(
        1, min(len(one.pattern), len(other.pattern))
    )
    if shared < HALF_SHARED:
        return 0.0
    slots = ((one.pattern[a:b], other.pattern[c:d]) for how, a, b, c, d in match.get_opcodes() if how == "replace")
    return shared if any(_untold(here, other, rare) and _untold(there, one, rare) for here, there in slots) else 0.0


def odds(one: Traits, other: Traits, rare: Rareness, crowd: int) -> float:
    """Give the log-odds that a pair tells one event.

    Titles are only aligned where the rest leaves a doubt: a pattern can but speak against a pair.
    """
    bias, weights = weights_of_pairs()
    found = bias + math.fsum(
        [weights[name] * value for name, value in measures(one, other, rare, crowd).items() if value]
    )
    return found + weights["pattern"] * pattern(one, other, rare) if found > HOPELESS else found


@cache
def weights_of_pairs() -> tuple[float, Mapping[str, float]]:
    """Read what `bench/tune_stories.py` wrote: the bias and the weight of each measure."""
    table = json.loads(files(__package__).joinpath("weights.json").read_text("utf-8"))
    return float(table["bias"]), table["weights"]


def explain(one: Traits, other: Traits, rare: Rareness) -> tuple[str, ...]:
    """Say in words what speaks for one event: what was copied, shared names, figures and words, the rarest first."""
    names = shared_names(one, other)
    found = [
        *(["the same address"] if one.feed_id != other.feed_id and _same_address(one, other) else []),
        *(["the same text"] if _copied(one, other) > HALF_COPIED else []),
        *(f"name: {name}" for name in _rarest(names, rare)),
        *(f"figure: {said(figure)}" for figure in sorted(one.figures & other.figures) if weight(figure)),
        *(_shown(key) for key in _rarest((one.words & other.words) - names, rare) if key[0] != NETWORK),
        *(f"network: {network}" for network in sorted(one.networks & other.networks)),
    ]
    return tuple(found)


def _shown(key: str) -> str:
    return f"act: {key.removeprefix(ACT)}" if key.startswith(ACT) else f"word: {key}"


def shared_names(one: Traits, other: Traits) -> frozenset[str]:
    """Give the words that are surely a name in one telling and may be one in the other."""
    return (one.names & other.maybe_names) | (one.maybe_names & other.names)


def _rarest(words: Iterable[str], rare: Rareness) -> list[str]:
    return sorted((word for word in words if rare.get(word)), key=lambda word: (-rare[word], word))


def _days(one: Traits, other: Traits) -> float:
    return math.log1p(abs(one.at - other.at) / timedelta(days=1))


def _told(one: Traits, other: Traits, rare: Rareness) -> float:
    told = math.fsum([rare.get(word, 0.0) + COMMON for word in one.title_stems & other.words])
    return told / math.fsum([rare.get(word, 0.0) + COMMON for word in one.title_stems]) if told else 0.0


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0


def _untold(words: Iterable[str], other: Traits, rare: Rareness) -> bool:
    return any(rare.get(word, 0.0) and word not in other.words and word not in ACTS for word in words)


def _copied(one: Traits, other: Traits) -> float:
    fewer = min(len(one.shingles), len(other.shingles))
    return len(one.shingles & other.shingles) / fewer if fewer >= FEW_SHINGLES else 0.0


def _same_address(one: Traits, other: Traits) -> bool:
    return bool((one.slug and one.slug == other.slug) or one.numbers_of_address & other.numbers_of_address)


def _figures_differ(one: Traits, other: Traits) -> bool:
    """Say whether the titles give different figures of one unit and the texts share none that tells anything."""
    if any(weight(figure) >= 0.5 for figure in one.figures & other.figures):  # noqa: PLR2004 - more than a small count
        return False
    units = [{unit for unit, _ in each.title_figures if unit != "year"} for each in (one, other)]
    return bool(units[0] & units[1])
