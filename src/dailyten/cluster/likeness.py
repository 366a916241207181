"""How alike two tellings are: few named measures of a pair, each of which a person can check by reading both."""

import json
import math
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from dailyten.cluster.acts import opposed
from dailyten.cluster.figures import weight
from dailyten.cluster.traits import Traits
from dailyten.text.vectors import Rarity, Vector, cosine

Measures = dict[str, float]


def veto(one: Traits, other: Traits) -> str:
    """Say why two entries can never be one event, empty where they may be."""
    if one.gathers or other.gathers:
        return "a round-up or column"
    if one.feed_id == other.feed_id and one.label and one.label == other.label:
        return "one column"
    if one.feed_id == other.feed_id and one.title == other.title and not one.shingles & other.shingles:
        return "one title over two texts"
    years = [{v for u, v in each.title_figures if u == "year"} for each in (one, other)]
    if all(years) and not years[0] & years[1]:
        return "different years"
    return ""


def measures(one: Traits, other: Traits, vectors: tuple[Vector, Vector], rarity: Rarity) -> Measures:
    """Measure a pair."""
    shared = one.words & other.words
    top = sorted((rarity.idf(w) for w in shared), reverse=True)
    names = (one.names & other.maybe_names) | (one.maybe_names & other.names)
    days = abs(one.at - other.at) / timedelta(days=1)
    told = sorted((_told(one.title_stems, other.words, rarity), _told(other.title_stems, one.words, rarity)))
    both = one.networks and other.networks
    fewer = min(len(one.shingles), len(other.shingles))
    nets = len(one.networks & other.networks) / len(one.networks | other.networks) if both else 0.0
    title = sum(rarity.idf(w) for w in one.title_stems & other.title_stems) / max(
        1.0, min(sum(rarity.idf(w) for w in t.title_stems) for t in (one, other))
    )
    figures = sum(weight(f) for f in one.figures & other.figures)
    evidence = sum(max(0.0, x - 4.0) for x in top)
    return {
        "text": cosine(*vectors),
        "title": title,
        "title_told": told[1],
        "both_titles_told": told[0],
        "evidence": min(12.0, evidence),
        "evidence_log": math.log1p(evidence),
        "names": math.log1p(sum(max(0.0, rarity.idf(w) - 3.0) for w in names)),
        "figures": min(2.0, figures),
        "figures_differ": float(_figures_differ(one, other)),
        "days": min(10.0, days),
        "days_log": math.log1p(days),
        "same_feed": float(one.feed_id == other.feed_id),
        "networks_shared": nets,
        "networks_differ": float(bool(both and not one.networks & other.networks)),
        "title_acts": float(bool(one.title_acts & other.title_acts)),
        "acts": float(bool(one.title_acts & other.acts | one.acts & other.title_acts)),
        "acts_opposed": float(opposed(one.title_acts, other.title_acts)),
        "copied": len(one.shingles & other.shingles) / fewer if fewer else 0.0,
        "same_address": float(
            bool(
                one.feed_id != other.feed_id
                and (one.slug and one.slug == other.slug or one.numbers_of_address & other.numbers_of_address)
            )
        ),
        "leftover": _leftover(one, other, rarity),
    }


def _leftover(one: Traits, other: Traits, rarity: Rarity) -> float:
    a = sum(max(0.0, rarity.idf(w) - 3) for w in one.title_stems - other.words)
    b = sum(max(0.0, rarity.idf(w) - 3) for w in other.title_stems - one.words)
    return math.log1p(min(a, b))


def _told(title: frozenset[str], words: frozenset[str], rarity: Rarity) -> float:
    whole = sum(rarity.idf(w) for w in title)
    return sum(rarity.idf(w) for w in title & words) / whole if whole else 0.0


def _figures_differ(one: Traits, other: Traits) -> bool:
    if {f for f in one.figures & other.figures if weight(f) >= 0.5}:
        return False
    kinds = {u for u, v in one.title_figures if u != "year"} & {u for u, v in other.title_figures if u != "year"}
    return bool(kinds)


@cache
def _weights() -> dict[str, Any]:
    return json.loads(files(__package__).joinpath("weights.json").read_text("utf-8"))  # type: ignore[no-any-return]


def odds(measured: Measures) -> float:
    """Give the log-odds that a pair so measured tells one event."""
    table = _weights()
    return float(table["bias"] + sum(table["weights"][name] * value for name, value in measured.items()))


def explain(one: Traits, other: Traits, rarity: Rarity) -> tuple[str, ...]:
    """Say in words what two tellings share, the rarest words first."""
    words = sorted(one.words & other.words, key=lambda word: (-rarity.idf(word), word))
    return (
        *(f"word: {word}" for word in words[:8]),
        *(f"figure: {v:g} {u}" for u, v in sorted(one.figures & other.figures)),
    )
