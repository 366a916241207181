"""Fit the weights of `dailyten.cluster` on our own stories, and say honestly how good they are.

Weights are a logistic regression with signs held (what speaks for one event may not speak against it). Its pairs: those
of the set within thirty days, and pairs of an entry of the set with one of the pack's training entries as if told
within ten days, for life is full of entries that share nothing but their subject. Figures are cross-validated over
neighbouring sets, ten folds; stories_exam.jsonl and stories_plain.jsonl are left for `tests/quality`. `--write` writes
weights.json (`make stories`); how common words are in the trade stands in the pack.
"""

import json
import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

import dailyten.cluster
from dailyten.classify.networks import NetworkNames
from dailyten.classify.pack import load_pack
from dailyten.cluster.agreement import agreement
from dailyten.cluster.background import read_background, with_background
from dailyten.cluster.candidates import pairs
from dailyten.cluster.joining import SURE, groups
from dailyten.cluster.likeness import Rareness, measures, pattern, rareness, veto
from dailyten.cluster.policy import JoinPolicy
from dailyten.cluster.traits import Traits, traits_of
from dailyten.model.entry import Entry, KeptEntry

ROOT = Path(__file__).parents[1]
HOME = Path(dailyten.cluster.__file__).parent
PACK = load_pack(ROOT / "src/dailyten/packs/social_media")
BACKGROUND = read_background(PACK.background_file.read_bytes(), where="the pack")
SETS = ("tests/quality/stories.jsonl", "tests/quality/stories_told.jsonl")
"""Two worlds that tell some events both: their entries are never paired. The exam and the plain set do not tune."""
FOLDS = 10
STRANGERS = 120
"""Training entries that each entry of the set is compared with."""
CROWDS = (50, 500, 1500)
"""Entries within the window for which weights must hold: ten quiet feeds, ten busy ones, a hundred."""
LOOSE = 10.0
"""Inverse strength of the L2 penalty."""
BY_HAND = {
    "copied": 3.0,
    "same_address": 4.0,
    "same_feed": -3.5,
    "foreign": -3.0,
    "both_advise": -3.0,
    "outside": -8.0,
    "elsewhere": -1.0,
}
"""Sure signs that are too rare in the set, or too often beside others, to be learned from it."""
SIGNS = {
    "told": 1, "crowd": -1,
    "words": 1, "names": 1, "figures": 1, "figures_differ": -1, "networks": 1, "networks_differ": -1,
    "rarest": 1, "new_names": -1,
    "pattern": -1, "both_advise": -1, "thin": -1, "days": -1, "boilerplate": -1,
}  # fmt: skip

Pair = tuple[int, int]
Array = NDArray[Any]


def kept(line: Mapping[str, Any]) -> KeptEntry:
    at = datetime.fromisoformat(line["published_at"])
    entry = Entry(key=line["id"], title=line["title"], url=line["url"], summary=line["summary"], published_at=at)
    return KeptEntry(entry_id=line["id"], feed_id=line["feed"], entry=entry, first_seen_at=at)


def stranger(number: int, title: str, summary: str, at: datetime) -> KeptEntry:
    entry = Entry(key=str(number), title=title, summary=summary)
    return KeptEntry(entry_id=f"stranger-{number:05}", feed_id=f"feed-{number % 100}", entry=entry, first_seen_at=at)


def read_traits(entries: Sequence[KeptEntry]) -> list[Traits]:
    names = NetworkNames(PACK.networks)
    return [traits_of(each, names.about(each.entry.title, each.entry.summary), BACKGROUND.kindred) for each in entries]


def blocks(lines: Sequence[Mapping[str, Any]]) -> list[int]:
    """Number neighbouring sets: a story and the look-alikes written after it are never told apart by a fold."""
    numbers: list[int] = []
    block, size, before = 0, 0, ""
    for line in lines:
        if line["set"] != before and (line["set"][0] in "gu" or size >= 12):
            block, size = block + 1, 0
        numbers.append(block)
        size, before = size + 1, line["set"]
    return numbers


def rows(found: Sequence[tuple[Traits, Traits]], rare: Rareness) -> tuple[Array, Array]:
    """Measure pairs; the column of the crowd is filled in later."""
    measured = [measures(a, b, rare, 0) | {"pattern": pattern(a, b, rare)} for a, b in found]
    learned = np.array([[each[name] for name in SIGNS] for each in measured])
    return learned, np.array([sum(BY_HAND[name] * each[name] for name in BY_HAND) for each in measured])


def crowded(x: Array, crowd: int) -> Array:
    x = x.copy()
    x[:, list(SIGNS).index("crowd")] = np.log1p(crowd)
    return x


def fit(x: Array, offset: Array, y: Array, weight: Array) -> tuple[Array, float]:
    mean, spread = x.mean(0), x.std(0) + 1e-9
    z, sign = (x - mean) / spread, np.where(y, 1.0, -1.0)

    def loss(w: Array) -> tuple[float, Array]:
        margin = sign * (z @ w[1:] + w[0] + offset)
        slope = -weight * sign / (1 + np.exp(margin))
        penalty = (w[1:] ** 2).sum() / (2 * LOOSE)
        return float((weight * np.logaddexp(0, -margin)).sum() + penalty), np.r_[
            slope.sum(), z.T @ slope + w[1:] / LOOSE
        ]

    bounds = [(None, None), *((0, None) if way > 0 else (None, 0) for way in SIGNS.values())]
    best = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, bounds=bounds, method="L-BFGS-B").x
    weights = best[1:] / spread
    return weights, float(best[0] - (weights * mean).sum())


def told_by(traits: Sequence[Traits], scores: Mapping[Pair, float], policy: JoinPolicy) -> list[list[str]]:
    found = groups([each.at for each in traits], scores, lambda *_: -SURE, [], policy)
    return [[traits[place].entry_id for place in members] for members in found]


def show_false(
    lines: Sequence[Mapping[str, Any]], traits: Sequence[Traits], scores: dict[Pair, float], within: set[Pair]
) -> None:
    """Print the pairs of the set that cross-validated weights join wrongly, the surest first."""
    place = {each.entry_id: here for here, each in enumerate(traits)}
    joined = told_by(traits, {p: v for p, v in scores.items() if p in within}, JoinPolicy())
    pairs_joined = [
        (min(place[a], place[b]), max(place[a], place[b])) for group in joined for a, b in combinations(group, 2)
    ]
    for one, other in sorted(pairs_joined, key=lambda p: -scores.get(p, -9.0)):
        a, b = lines[one], lines[other]
        if not a["story"] or a["story"] != b["story"]:
            print(f"{scores.get((one, other), -9.0):5.1f} {b['case']:18} {a['title']} / {a['summary'][:90]}")
            print(f"{'':24} {b['title']} / {b['summary'][:90]}")


def main() -> None:  # noqa: C901, PLR0915 - the story of one experiment
    lines = [
        json.loads(line) | {"world": name} for name in SETS for line in (ROOT / name).read_text("utf-8").splitlines()
    ]
    traits = read_traits([kept(line) for line in lines])
    numbers = blocks(lines)
    order = sorted(range(len(lines)), key=lambda i: (traits[i].at, traits[i].entry_id))
    traits, lines, block = [traits[i] for i in order], [lines[i] for i in order], [numbers[i] for i in order]
    now = traits[0].at
    strangers = read_traits([stranger(n, e.title, e.summary, now) for n, e in enumerate(PACK.entries())])
    years = [each.year for each in PACK.entries()]
    rarity = with_background((each.words for each in traits), BACKGROUND.rarity)

    rare = rareness(rarity, [*traits, *strangers])
    near = [
        (a, b)
        for a, b in pairs(traits, rare, timedelta(days=30))
        if lines[a]["world"] == lines[b]["world"] and not veto(traits[a], traits[b])
    ]
    y = np.array([bool(lines[a]["story"]) and lines[a]["story"] == lines[b]["story"] for a, b in near])
    x, offset = rows([(traits[a], traits[b]) for a, b in near], rare)
    fold = np.array([block[a] % FOLDS for a, _ in near])
    rng = random.Random(7)  # noqa: S311 - a fixed sample, no secret
    met = []
    for place, each in enumerate(traits):
        far_off = [other for other, year in zip(strangers, years, strict=True) if abs(year - each.at.year) > 1]
        for other in rng.sample(far_off, STRANGERS):
            moved = replace(other, at=each.at + timedelta(days=10 * rng.random()))
            if any(rare.get(word) for word in each.words & moved.words) and not veto(each, moved):
                met.append((place, moved))
    far, far_offset = rows([(traits[place], other) for place, other in met], rare)
    far_fold = np.array([block[place] % FOLDS for place, _ in met])
    print(f"{len(lines)} entries, {len(near)} pairs of the set ({y.sum()} of one story), {len(met)} with strangers")

    def trained(keep: Array, keep_far: Array) -> tuple[Array, float]:
        parts = [
            (crowded(x[keep], c), offset[keep], y[keep], np.ones(keep.sum()), crowded(far[keep_far], c),
             far_offset[keep_far], np.zeros(keep_far.sum(), bool), np.full(keep_far.sum(), c / STRANGERS))
            for c in CROWDS
        ]  # fmt: skip
        columns = list(zip(*parts, strict=True))
        return fit(*(np.concatenate([*columns[k], *columns[k + 4]]) for k in range(4)))

    models = [trained(fold != each, far_fold != each) for each in range(FOLDS)]
    whole = trained(fold >= 0, far_fold >= 0)

    def scored(crowd: int, cross: bool) -> tuple[Array, Array]:  # noqa: FBT001
        values, far_values = np.zeros(len(y)), np.zeros(len(met))
        for each, model in enumerate(models):
            weights, bias = model if cross else whole
            values[fold == each] = (crowded(x, crowd) @ weights + offset + bias)[fold == each]
            far_values[far_fold == each] = (crowded(far, crowd) @ weights + far_offset + bias)[far_fold == each]
        return values, far_values

    truth = {line["id"]: line["story"] or "" for line in lines}
    within = {p for p in near if traits[p[1]].at - traits[p[0]].at <= JoinPolicy().window}
    print("crowd least agree  pairs P    R    B3 P    R    F1   strangers joined to 100 entries")
    for crowd, cross in ((50, True), (50, False), (500, True), (1500, True)):
        print("cross-validated" if cross else "trained on all")
        values, far_values = scored(crowd, cross)
        scores = {p: float(v) for p, v in zip(near, values, strict=True) if p in within}
        for least, agree in ((0.0, 0.0), (0.5, 0.25), (0.95, 0.25), (1.25, 0.25), (1.5, 1.0)):
            a = agreement(told_by(traits, scores, JoinPolicy(least=least, agree=agree)), truth)
            strangers_joined = 100 * (far_values >= least).sum() / len(traits) * crowd / STRANGERS
            print(
                f"{crowd:5} {least:5} {agree:5}  {a.pair_precision:.3f} {a.pair_recall:.3f}  {a.b_cubed_precision:.3f}"
                f" {a.b_cubed_recall:.3f} {a.b_cubed_f1:.3f}  {strangers_joined:.2f}"
            )
    weights, bias = whole
    if "--false" in sys.argv:
        show_false(lines, traits, dict(zip(near, scored(50, cross=True)[0], strict=True)), within)
    fitted = {name: round(float(value), 3) for name, value in zip(SIGNS, weights, strict=True)} | BY_HAND
    print(json.dumps({"bias": round(bias, 3), "weights": fitted}, indent=2))
    if "--write" in sys.argv:
        note = (
            "bench/tune_stories.py on tests/quality/stories.jsonl, stories_told.jsonl and the pack's training entries"
        )
        text = json.dumps({"tuned_on": note, "bias": round(bias, 3), "weights": fitted}, indent=2)
        (HOME / "weights.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
