"""How many pairs of one event could be found for sure, if meaning were known: sentence embeddings beside our measures.

    .venv/bin/python bench/story_ceiling.py

Four sets that no weight was fitted on, each among strangers as in `tests/quality`. Every pair within the window that an
entry of the set belongs to gets a score; of those above a limit 95 (or 90) of 100 shall be right: which share of the
right pairs is then found, at the best limit there is? The limit is chosen on the set itself, so this is a ceiling.
Groups are not made: pairs only. The scores: the cosine of sentence embeddings; our log-odds; a logistic regression upon
both; one upon all our measures and the cosine. Both are fitted on the pairs that `tune_stories.py` fits on.

The embeddings come from .bench/venv, as for yardstick.py; ten thousand texts take some six minutes, once.
"""

import hashlib
import json
import random
import subprocess
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from dailyten.cluster.background import share_unknown, with_background
from dailyten.cluster.likeness import measures, odds, pattern, rareness, veto
from dailyten.cluster.policy import JoinPolicy
from dailyten.cluster.traits import Traits
from dailyten.model.entry import Entry, KeptEntry

tune: Any = import_module("tune_stories")

HERE = Path(__file__).resolve().parent
OTHER_PYTHON = HERE.parent / ".bench" / "venv" / "bin" / "python"
FOLDER = HERE.parent / ".bench" / "stories"
JUDGED = ("stories_exam", "stories_plain", "stories_news_one", "stories_news_other")
DRAWS, STRANGERS = (3, 4, 5), 17
PRECISIONS = (0.95, 0.9)
WINDOW = JoinPolicy().window
STRANGERS_LEARNT = 40
"""Strangers that each entry of the training sets is compared with; they weigh as 500 do."""

Array = NDArray[Any]
Pairs = list[tuple[Traits, Traits]]


def main() -> None:
    sets = {name: _read(f"tests/quality/{name}.jsonl") for name in JUDGED}
    learnt = [_read(name) for name in tune.SETS]
    told = [line for lines in (*sets.values(), *learnt) for line in lines]
    entries = tune.PACK.entries()
    texts = {line["id"]: f"{line['title']}. {line['summary']}" for line in told}
    texts |= {f"stranger-{at:05}": f"{each.title}. {each.summary}" for at, each in enumerate(entries)}
    vectors = _vectors(texts)
    fits = [*_fitted(learnt, vectors)]
    names = ("cosine", "log-odds", "log-odds and cosine", "measures and cosine")
    print(f"{'':20}" + "".join(f"{name:>22}" for name in names))
    for name, lines in sets.items():
        found = np.mean([_judged(lines, draw, vectors, fits) for draw in DRAWS], axis=0)
        cells = "".join(f"{' / '.join(f'{value:.3f}' for value in each):>22}" for each in found)
        print(f"{name:20}{cells}", flush=True)
    print("share of the right pairs found where " + " / ".join(f"{each:.0%}" for each in PRECISIONS) + " are right")


def _read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (tune.ROOT / name).read_text("utf-8").splitlines()]


def _vectors(texts: dict[str, str]) -> dict[str, Array]:
    """Embed each text in the other Python, which keeps what it has embedded."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "texts.json").write_text(json.dumps(sorted(set(texts.values()))), "utf-8")
    subprocess.run([OTHER_PYTHON, HERE / "embed.py", "keep", FOLDER], check=True)
    kept = np.load(FOLDER / "vectors.npz")
    return {key: kept[hashlib.sha256(text.encode()).hexdigest()[:24]] for key, text in texts.items()}


def _fitted(learnt: Sequence[list[dict[str, Any]]], vectors: dict[str, Array]) -> Iterator[Array]:
    """Fit both regressions on the training sets: pairs of a set, and pairs of its entries with strangers."""
    rng = random.Random(7)  # noqa: S311 - a fixed sample, no secret
    found, right, weight = [], [], []
    for lines in learnt:
        traits = sorted(_read_traits([tune.kept(line) for line in lines]), key=lambda each: (each.at, each.entry_id))
        story = {line["id"]: line["story"] for line in lines}
        strangers = _strangers(traits, STRANGERS_LEARNT, rng)
        pairs = [*_within(traits, traits), *((each, other) for each, other in strangers if not veto(each, other))]
        rare = rareness(
            with_background((t.words for t in traits), tune.BACKGROUND.rarity), [x for p in pairs for x in p]
        )
        found += [_row(one, other, rare, 500, vectors) for one, other in pairs]
        right += [bool(story.get(one.entry_id)) and story[one.entry_id] == story.get(b.entry_id) for one, b in pairs]
        weight += [500 / STRANGERS_LEARNT if other.entry_id[:8] == "stranger" else 1.0 for _, other in pairs]
    rows, y, w = np.array(found), np.array(right), np.array(weight)
    for columns in ([0, 1], range(rows.shape[1])):
        yield _regression(rows[:, list(columns)], y, w)


def _judged(lines: Sequence[dict[str, Any]], draw: int, vectors: dict[str, Array], fits: list[Array]) -> Array:
    rng = random.Random(draw)  # noqa: S311 - a fixed sample, no secret
    traits = sorted(_read_traits([tune.kept(line) for line in lines]), key=lambda each: (each.at, each.entry_id))
    story = {line["id"]: line["story"] for line in lines}
    strangers = [other for _, other in _strangers(traits, STRANGERS, rng)]
    everyone = [*traits, *strangers]
    rare = rareness(with_background((each.words for each in everyone), tune.BACKGROUND.rarity), everyone)
    at = sorted(each.at for each in everyone)
    pairs = [*_within(traits, traits), *_within(traits, strangers)]
    rows = np.array(
        [_row(a, b, rare, bisect_right(at, max(a.at, b.at)) - bisect_right(at, max(a.at, b.at) - WINDOW), vectors)
         for a, b in pairs]
    )  # fmt: skip
    right = np.array([bool(story.get(a.entry_id)) and story[a.entry_id] == story.get(b.entry_id) for a, b in pairs])
    told = [each["story"] for each in lines if each["story"]]
    wanted = sum(told.count(each) * (told.count(each) - 1) // 2 for each in set(told))
    scores = (rows[:, 1], rows[:, 0], rows[:, :2] @ fits[0][1:], rows @ fits[1][1:])
    return np.array([[_found_at(each, right, wanted, precision) for precision in PRECISIONS] for each in scores])


def _strangers(traits: Sequence[Traits], each: int, rng: random.Random) -> Pairs:
    """Put training entries of other years beside each entry, told within five days of it."""
    entries = tune.PACK.entries()
    made: list[tuple[Traits, KeptEntry]] = []
    for beside in traits:
        far = [at for at, entry in enumerate(entries) if abs(entry.year - beside.at.year) > 1]
        for number in rng.sample(far, each):
            told = entries[number]
            at = beside.at + timedelta(days=rng.uniform(-5, 5))
            entry = Entry(key=str(number), title=told.title, summary=told.summary)
            kept = KeptEntry(
                entry_id=f"stranger-{number:05}", feed_id=f"f{number % 100}", entry=entry, first_seen_at=at
            )
            made.append((beside, kept))
    others = _read_traits([kept for _, kept in made])
    return [(beside, other) for (beside, _), other in zip(made, others, strict=True)]


def _read_traits(kept: Sequence[KeptEntry]) -> list[Traits]:
    return [
        replace(each, outside=share_unknown(each.words, tune.BACKGROUND.rarity))
        for each in tune.read_traits(list(kept))
    ]


def _within(some: Sequence[Traits], others: Sequence[Traits]) -> Iterator[tuple[Traits, Traits]]:
    """Give the pairs within the window, the earlier first, each once."""
    for place, one in enumerate(some):
        for other in others[place + 1 :] if some is others else others:
            if abs(one.at - other.at) <= WINDOW and not veto(one, other):
                yield (one, other) if (one.at, one.entry_id) <= (other.at, other.entry_id) else (other, one)


def _row(one: Traits, other: Traits, rare: Any, crowd: int, vectors: dict[str, Array]) -> list[float]:  # noqa: ANN401
    told = measures(one, other, rare, crowd) | {"pattern": pattern(one, other, rare)}
    alike = float(vectors[one.entry_id] @ vectors[other.entry_id])
    return [odds(one, other, rare, crowd), alike, alike * alike, *(told[name] for name in (*tune.SIGNS, *tune.BY_HAND))]


def _regression(x: Array, y: Array, weight: Array) -> Array:
    mean, spread = x.mean(0), x.std(0) + 1e-9
    z, sign = np.c_[np.ones(len(x)), (x - mean) / spread], np.where(y, 1.0, -1.0)

    def loss(w: Array) -> tuple[float, Array]:
        margin = sign * (z @ w)
        slope = z.T @ (-weight * sign / (1 + np.exp(margin))) + np.r_[0.0, w[1:]] / tune.LOOSE
        return float((weight * np.logaddexp(0, -margin)).sum() + (w[1:] ** 2).sum() / (2 * tune.LOOSE)), slope

    best: Array = minimize(loss, np.zeros(z.shape[1]), jac=True, method="L-BFGS-B").x
    fitted: Array = np.r_[best[0], best[1:] / spread]
    return fitted


def _found_at(score: Array, right: Array, wanted: int, precision: float) -> float:
    order = np.argsort(-score, kind="stable")
    good = np.cumsum(right[order])
    enough = good / np.arange(1, len(order) + 1) >= precision
    return float(good[enough].max() / wanted) if enough.any() else 0.0


if __name__ == "__main__":
    main()
