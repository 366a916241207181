"""Fitting a model to the training entries of a pack. The only file that loads scikit-learn, scipy and numpy.

Everything is settled by cross-validation on the pack's own entries: the calibration of each output, the threshold of
each topic, and the quality that is written into the model. The folds come from a hash of the text, nothing is drawn at
random, so training the same entries again gives the same model.
"""

import hashlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from dailyten import __version__
from dailyten.classify.decide import decide
from dailyten.classify.evaluate import Guess, Truth, measure
from dailyten.classify.features import Cues, Terms, Vocabulary, read
from dailyten.classify.model import GRADES, NONE, Curve, Model, Opinion, expected_gain, usefulness_of
from dailyten.classify.networks import NetworkNames
from dailyten.classify.pack import Pack, TrainingEntry, training_hash

Matrix = NDArray[np.float64]
Flags = NDArray[np.bool_]

FOLDS = 4
LARGEST_WEIGHT = 127
"""Weights are stored in one signed byte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """How hard the model is fitted: the support vector machine's cost for topics and for usefulness."""

    cost: float = 0.3
    grade_cost: float = 0.1


def train(pack: Pack, entries: Sequence[TrainingEntry], fitting: Fitting | None = None) -> Model:
    """Fit a model to entries; it takes some seconds. The order of the entries does not matter."""
    fitting = fitting or Fitting()
    entries = sorted(entries, key=lambda entry: (entry.title, entry.summary))
    cues = Cues(pack.cues)
    texts = [read(entry.title, entry.summary, cues) for entry in entries]
    wanted = _wanted(entries, pack.topic_keys)
    weights = np.array([entry.weight for entry in entries])
    held_back = _held_back_values(texts, wanted, weights, _folds(entries), fitting)
    curves = tuple(_curve(held_back[:, output], wanted[:, output]) for output in range(wanted.shape[1]))
    sure = np.column_stack([[curve(value) for value in held_back[:, at]] for at, curve in enumerate(curves)])
    thresholds = _thresholds(sure, wanted, pack.topic_keys)
    cuts = _grade_cuts(sure, entries)
    vocabulary = Vocabulary.of(texts)
    coefficients, intercepts = _fit(_matrix(vocabulary, texts), wanted, weights, fitting)
    packed, scales = _in_bytes(coefficients * np.array(vocabulary.rarity)[:, None])
    return Model(
        pack_key=pack.key,
        version=__version__,
        training_hash=training_hash(entries, pack.cues),
        entries=len(entries),
        topics=pack.topic_keys,
        thresholds=thresholds,
        grade_cuts=cuts,
        curves=curves,
        intercepts=tuple(round(float(value), 5) for value in intercepts),
        scales=scales,
        vocabulary=vocabulary,
        weights=packed,
        cue_groups=pack.cues,
        quality=_quality(pack, entries, sure, thresholds, cuts),
    )


def _wanted(entries: Sequence[TrainingEntry], topics: tuple[str, ...]) -> Flags:
    """Say for every entry and output whether it should be on, in the model's order of outputs."""
    return np.array(
        [
            [topic in entry.topics for topic in topics]
            + [entry.primary == key for key in (*topics, NONE)]
            + [entry.usefulness >= grade for grade, _ in enumerate(GRADES, start=1)]
            for entry in entries
        ]
    )


def _folds(entries: Sequence[TrainingEntry]) -> NDArray[np.int64]:
    return np.array([fold_of(entry, FOLDS) for entry in entries])


def fold_of(entry: TrainingEntry, folds: int) -> int:
    """Put an entry into one of some folds by a hash of its text, always the same."""
    return int(hashlib.sha256(f"{entry.title}\n{entry.summary}".encode()).hexdigest()[:8], 16) % folds


def _held_back_values(
    texts: Sequence[Terms], wanted: Flags, weights: Matrix, folds: NDArray[np.int64], fitting: Fitting
) -> Matrix:
    """Give each text the decision values of a model that has not seen it."""
    values = np.zeros(wanted.shape)
    for fold in range(FOLDS):
        known, other = np.flatnonzero(folds != fold).tolist(), np.flatnonzero(folds == fold).tolist()
        vocabulary = Vocabulary.of(texts[at] for at in known)
        coefficients, intercepts = _fit(
            _matrix(vocabulary, [texts[at] for at in known]), wanted[known], weights[known], fitting
        )
        values[other] = _matrix(vocabulary, [texts[at] for at in other]) @ coefficients + intercepts
    return values


def _matrix(vocabulary: Vocabulary, texts: Sequence[Terms]) -> csr_matrix:
    ends = [0]
    places: list[int] = []
    values: list[float] = []
    for text in texts:
        vector = vocabulary.vector(text)
        places.extend(vector.keys())
        values.extend(vector.values())
        ends.append(len(places))
    return csr_matrix((values, places, ends), shape=(len(texts), len(vocabulary)))


def _fit(matrix: csr_matrix, wanted: Flags, weights: Matrix, fitting: Fitting) -> tuple[Matrix, Matrix]:
    """Fit one machine an output: coefficients by term and output, intercepts by output."""
    coefficients = np.zeros((matrix.shape[1], wanted.shape[1]))
    intercepts = np.zeros(wanted.shape[1])
    for output in range(wanted.shape[1]):
        if wanted[:, output].all() or not wanted[:, output].any():
            intercepts[output] = 1.0 if wanted[:, output].all() else -1.0
            continue
        graded = output >= wanted.shape[1] - len(GRADES)
        machine = LinearSVC(
            C=fitting.grade_cost if graded else fitting.cost, class_weight="balanced", random_state=0, max_iter=5000
        )
        machine.fit(matrix, wanted[:, output], sample_weight=weights)
        coefficients[:, output] = machine.coef_[0]
        intercepts[output] = machine.intercept_[0]
    return coefficients, intercepts


def _curve(values: Matrix, wanted: Flags) -> Curve:
    if wanted.all() or not wanted.any():
        return Curve(slope=1.0, offset=5.0 if wanted.all() else -5.0)
    fitted = LogisticRegression(C=100.0).fit(values[:, None], wanted)
    return Curve(slope=round(float(fitted.coef_[0][0]), 5), offset=round(float(fitted.intercept_[0]), 5))


def _thresholds(sure: Matrix, wanted: Flags, topics: tuple[str, ...]) -> tuple[float, ...]:
    """Choose for each topic the probability that gives the best F1 of what is decided in the end.

    A topic that is the main one needs no threshold, so each is judged on the entries where it would be an addition
    together with those where it is the main one anyway. The mean of three neighbouring steps keeps luck out.
    """
    opinions = [_opinion(row, topics, ()) for row in sure.tolist()]
    never = dict.fromkeys(topics, 2.0)
    main = [decide(opinion, never).primary for opinion in opinions]
    return tuple(_threshold(topic, sure[:, at], wanted[:, at], main) for at, topic in enumerate(topics))


def _threshold(topic: str, sure: Matrix, wanted: Flags, main: Sequence[str]) -> float:
    is_main = np.array([key == topic for key in main])
    on_topic = np.array([key != NONE for key in main])

    def f1(step: int) -> float:
        said = is_main | (on_topic & (sure >= step / 100))
        return float(2 * (said & wanted).sum() / max(1, said.sum() + wanted.sum()))

    steps = range(20, 81, 2)
    return max(steps, key=lambda step: f1(step - 3) + f1(step) + f1(step + 3)) / 100


def _opinion(row: Sequence[float], topics: tuple[str, ...], cuts: tuple[float, ...]) -> Opinion:
    return Opinion(
        topics=dict(zip(topics, row, strict=False)),
        primary=dict(zip((*topics, NONE), row[len(topics) :], strict=False)),
        usefulness=usefulness_of(expected_gain(row[2 * len(topics) + 1 :]), cuts) if cuts else 0.0,
    )


def _grade_cuts(sure: Matrix, entries: Sequence[TrainingEntry]) -> tuple[float, ...]:
    """Cut the expected gains so that each grade is given as often as people gave it."""
    gains = [expected_gain(row[-len(GRADES) :]) for row in sure.tolist()]
    below = [sum(entry.usefulness < grade for entry in entries) / len(entries) for grade in (1, 2, 3)]
    return tuple(round(float(cut), 5) for cut in np.quantile(gains, below))


def _in_bytes(coefficients: Matrix) -> tuple["array[int]", tuple[float, ...]]:
    scales = np.maximum(np.abs(coefficients).max(axis=0), 1e-9) / LARGEST_WEIGHT
    scales = np.array([float(f"{scale:.6g}") for scale in scales])
    whole = np.clip(np.rint(coefficients / scales), -LARGEST_WEIGHT, LARGEST_WEIGHT).astype(np.int8)
    return array("b", whole.tobytes()), tuple(scales.tolist())


def _quality(
    pack: Pack, entries: Sequence[TrainingEntry], sure: Matrix, thresholds: tuple[float, ...], cuts: tuple[float, ...]
) -> dict[str, float]:
    """Measure the held-back opinions against the labels. Networks are found by rule; entries know only their year."""
    topics = pack.topic_keys
    limits = dict(zip(topics, thresholds, strict=True))
    names = NetworkNames(pack.networks)
    guesses, truths = [], []
    for entry, row in zip(entries, sure.tolist(), strict=True):
        opinion = _opinion(row, topics, cuts)
        primary, chosen = decide(opinion, limits)
        networks = names.about(entry.title, entry.summary)
        guesses.append(Guess(primary=primary, topics=chosen, networks=networks, usefulness=opinion.usefulness))
        truths.append(truth_of(entry))
    return measure(guesses, truths, topics).figures()


def truth_of(entry: TrainingEntry) -> Truth:
    """Turn an entry's label into what a guess is measured against."""
    return Truth(
        primary=entry.primary,
        topics=entry.topics,
        networks=entry.networks,
        usefulness=entry.usefulness,
        place=entry.year,
    )
