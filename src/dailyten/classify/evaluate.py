"""Measuring guesses against labels: topics, primary topic, off topic, networks, usefulness. Plain Python.

All figures run from 0 to 1 except kappa (-1 to 1). Usefulness is judged as a reader meets it: random days of 60
entries, how good are the ten on top (nDCG@10, gain 2^grade - 1), beside newest first and chance.
"""

import math
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import NamedTuple

DAY_SIZE = 60
DAYS = 200
TOP = 10
GRADES = 4
BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What a classifier said of one entry; `primary` is empty for none. `sure` orders the worst mistakes."""

    primary: str
    topics: tuple[str, ...]
    networks: tuple[str, ...]
    usefulness: float
    sure: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a person said of it. `place` orders entries in time where that is known."""

    primary: str
    topics: tuple[str, ...]
    networks: tuple[str, ...]
    usefulness: int
    place: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How well guesses fit labels. `confusion` counts (label, guess) of the primary topic; "" is none."""

    entries: int
    macro_f1: float
    primary: float
    off_topic_recall: float
    off_topic_precision: float
    networks_f1: float
    ndcg: float
    ndcg_newest_first: float
    ndcg_chance: float
    kappa: float
    f1: dict[str, float] = field(default_factory=dict)
    confusion: dict[tuple[str, str], int] = field(default_factory=dict)
    worst: tuple[int, ...] = ()

    def figures(self) -> dict[str, float]:
        """Give the single numbers by name, to four decimals."""
        names = (
            "macro_f1 primary off_topic_recall off_topic_precision networks_f1 ndcg ndcg_newest_first ndcg_chance kappa"
        )
        return {name: round(float(getattr(self, name)), 4) for name in names.split()}


def measure(guesses: Sequence[Guess], truths: Sequence[Truth], topics: Sequence[str]) -> Quality:
    """Compare guesses with labels, in the same order. `worst` are places of wrong primaries, the surest first."""
    by_topic = {
        topic: f1([topic in guess.topics for guess in guesses], [topic in truth.topics for truth in truths])
        for topic in topics
    }
    pairs = list(zip(guesses, truths, strict=True))
    wrong = [at for at, (guess, truth) in enumerate(pairs) if guess.primary != truth.primary]
    said_none = [not guess.primary for guess in guesses]
    is_none = [not truth.primary for truth in truths]
    both_none = sum(said and true for said, true in zip(said_none, is_none, strict=True))
    return Quality(
        entries=len(truths),
        macro_f1=fmean(by_topic.values()) if by_topic else 0.0,
        primary=1 - len(wrong) / max(1, len(truths)),
        off_topic_recall=_share(both_none, sum(is_none)),
        off_topic_precision=_share(both_none, sum(said_none)),
        networks_f1=_networks_f1(guesses, truths),
        ndcg=_over_days([guess.usefulness for guess in guesses], truths),
        ndcg_newest_first=_over_days([truth.place for truth in truths], truths),
        ndcg_chance=_chance(truths),
        kappa=quadratic_kappa([_grade(guess.usefulness) for guess in guesses], [truth.usefulness for truth in truths]),
        f1=by_topic,
        confusion=dict(Counter((truth.primary, guess.primary) for guess, truth in pairs)),
        worst=tuple(sorted(wrong, key=lambda at: -guesses[at].sure)),
    )


class Bin(NamedTuple):
    """Scores between two tenths: their mean, the share of them that was right, and how many there were."""

    said: float
    right: float
    scores: int


def reliability(scored: Iterable[tuple[float, bool]]) -> tuple[Bin, ...]:
    """Put scores from 0 to 1 into ten bins and say how often each was right; bins without a score are left out."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for score, right in scored:
        bins[min(BINS - 1, int(score * BINS))].append((score, right))
    return tuple(
        Bin(fmean(score for score, _ in each), fmean(right for _, right in each), len(each)) for each in bins if each
    )


def f1(said: Sequence[bool], true: Sequence[bool]) -> float:
    """Give the harmonic mean of precision and recall; 1 where there was nothing to find and nothing was said."""
    both = sum(one and other for one, other in zip(said, true, strict=True))
    together = sum(said) + sum(true)
    return 2 * both / together if together else 1.0


def ndcg(scores: Sequence[float], grades: Sequence[int], top: int = TOP) -> float:
    """Give the discounted gain of the first `top` by score, against the best order; 1 if nothing is worth reading."""
    order = sorted(range(len(scores)), key=lambda at: (-scores[at], at))
    best = _gain(sorted(grades, reverse=True)[:top])
    return _gain([grades[at] for at in order[:top]]) / best if best else 1.0


def quadratic_kappa(said: Sequence[int], true: Sequence[int]) -> float:
    """Give Cohen's kappa with squared distances between grades 0 to 3 (Cohen 1968)."""
    if not true:
        return 0.0
    seen = sum((one - other) ** 2 for one, other in zip(said, true, strict=True))
    said_count, true_count = Counter(said), Counter(true)
    by_chance = sum(
        said_count[one] * true_count[other] * (one - other) ** 2 for one in range(GRADES) for other in range(GRADES)
    )
    return 1 - seen * len(true) / by_chance if by_chance else 1.0


def _gain(grades: Sequence[int]) -> float:
    return math.fsum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))


def _grade(usefulness: float) -> int:
    return min(GRADES - 1, max(0, math.floor(usefulness + 0.5)))


def _days(entries: int) -> list[list[int]]:
    drawn = random.Random(10)  # noqa: S311 - the same days every time
    return [drawn.sample(range(entries), min(DAY_SIZE, entries)) for _ in range(DAYS)]


def _over_days(scores: Sequence[float], truths: Sequence[Truth]) -> float:
    if not truths:
        return 0.0
    return fmean(ndcg([scores[at] for at in day], [truths[at].usefulness for at in day]) for day in _days(len(truths)))


def _chance(truths: Sequence[Truth]) -> float:
    drawn = random.Random(11)  # noqa: S311 - the same chance every time
    return _over_days([drawn.random() for _ in truths], truths)


def _networks_f1(guesses: Sequence[Guess], truths: Sequence[Truth]) -> float:
    """Micro-averaged over all entries and networks."""
    both = sum(len(set(guess.networks) & set(truth.networks)) for guess, truth in zip(guesses, truths, strict=True))
    together = sum(len(set(guess.networks)) for guess in guesses) + sum(len(set(truth.networks)) for truth in truths)
    return 2 * both / together if together else 1.0


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
