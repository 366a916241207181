"""Fitting a model to the training entries of a pack. With `matrix.py` and `fit.py` all that loads scipy and numpy.

Everything is settled by cross-validation on the pack's own entries: the calibration of each output, the threshold of
each topic, and the quality that is written into the model. The folds come from a hash of the text, nothing is drawn at
random, so training the same entries again gives the same model.
"""

import hashlib
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from dailyten import __version__
from dailyten.classify.decide import decide
from dailyten.classify.evaluate import Guess, Truth, measure
from dailyten.classify.features import Cues, read
from dailyten.classify.fit import curve, shares
from dailyten.classify.matrix import Coefficients, Matrix
from dailyten.classify.model import GRADES, NONE, Curve, Model, Opinion, expected_gain, usefulness_of
from dailyten.classify.networks import NetworkNames
from dailyten.classify.pack import USEFULNESS_TOLD, Pack, TrainingEntry, training_hash

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

FOLDS = 4
LARGEST_WEIGHT = 127
"""Weights are stored in one signed byte."""
LEANING = 0.1
"""Weight of the file that an entry stands in, against a word; see `_fit`."""
STEPS = range(20, 81, 2)
"""Thresholds that are tried, in hundredths."""
SHARES = (0.05, 0.08, 0.11, 0.15, 0.2, 0.27, 0.35)
"""How common an added topic is taken to be, at the most promising; tried one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """What a label costs that is missed, for topics and for usefulness; flat from 0.4 to 0.8 and from 0.15 to 0.3.

    Outputs are weighed as often as they occur. `new_topic_cost` is that of topics which a pack adds to its base: there
    are few entries of them, which a high cost would learn by heart, so both answers weigh the same.
    """

    cost: float = 0.6
    grade_cost: float = 0.2
    new_topic_cost: float = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """A model, and what models that had not seen them say of the entries it was asked about, in their order.

    `plain` are the same guesses as though the topics that the pack adds to its base were not there.
    """

    model: Model
    guesses: tuple[Guess, ...]
    plain: tuple[Guess, ...]


def train(pack: Pack, entries: Sequence[TrainingEntry], fitting: Fitting | None = None) -> Model:
    """Fit a model to entries; it takes some seconds. The order of the entries does not matter."""
    entries = sorted(entries, key=_by_text)
    learnt = learn(pack, entries, entries, fitting)
    quality = measure(learnt.guesses, [truth_of(entry) for entry in entries], pack.topic_keys).figures()
    return replace(learnt.model, quality=quality)


def learn(
    pack: Pack, entries: Sequence[TrainingEntry], asked: Sequence[TrainingEntry], fitting: Fitting | None = None
) -> Learnt:
    """Fit a model to entries, and guess what those asked about are, each held back from what guesses it.

    An entry is held back together with all entries of the same text.
    """
    fitting = fitting or Fitting()
    entries = sorted(entries, key=_by_text)
    known = {id(entry) for entry in entries}
    rows = [*entries, *(entry for entry in asked if id(entry) not in known)]
    taught = np.arange(len(rows)) < len(entries)
    task = _task(pack, rows, taught)
    cues = Cues(pack.cues)
    matrix = Matrix.of([read(entry.title, entry.summary, cues) for entry in rows], taught, shaped=len(GRADES))
    values = _held_back_values(matrix, task, _folds(rows), fitting)
    curves = _curves(values, task)
    sure = _sure(values, curves)
    thresholds = _thresholds(sure, task)
    cuts = _grade_cuts(sure[taught], entries)
    vocabulary = matrix.vocabulary
    found = _fit(matrix, task, fitting)
    rarity = np.array(vocabulary.rarity)[:, None]
    packed, scales = _in_bytes(np.vstack([found.words, found.letters]) * rarity)
    model = Model(
        pack_key=pack.key,
        version=__version__,
        training_hash=training_hash(entries, pack.cues),
        entries=len(entries),
        topics=pack.topic_keys,
        thresholds=thresholds,
        grade_cuts=cuts,
        curves=curves,
        intercepts=tuple(round(float(value), 5) for value in found.intercepts),
        scales=scales,
        vocabulary=vocabulary,
        weights=packed,
        cue_groups=pack.cues,
    )
    places = {id(entry): at for at, entry in enumerate(rows)}
    opinions = [sure[places[id(entry)]].tolist() for entry in asked]
    guesses = _guesses(pack, asked, opinions, model, without=())
    added = pack.added_topics
    plain = _guesses(pack, asked, opinions, model, without=added) if added else guesses
    return Learnt(model=model, guesses=guesses, plain=plain)


def _by_text(entry: TrainingEntry) -> tuple[str, str]:
    return entry.title, entry.summary


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """What is to be learnt: for every row and output whether it should be on, and how much that counts.

    `added` are the places of the topics that the pack adds to its base, `files` the file that each row stands in.
    """

    topics: tuple[str, ...]
    wanted: Flags
    weights: Numbers
    added: tuple[int, ...]
    files: tuple[str, ...]

    def is_added(self, output: int) -> bool:
        return output in self.added or output - len(self.topics) in self.added

    def is_grade(self, output: int) -> bool:
        return output > 2 * len(self.topics)

    def usual_share(self) -> float:
        """Give the mean share of the topics that the base knows: how common one will be of which little is known."""
        others = [at for at in range(len(self.topics)) if at not in self.added]
        return float(self.wanted[:, others].mean())

    def as_if(self, share: float, output: int, topic: int) -> Numbers:
        """Give the weights of an output as if a topic made up that share of all entries, or what it does if more."""
        weights = self.weights[:, output].copy()
        mine = self.wanted[:, topic]
        have = float(weights[mine].sum())
        wanted = share * float(weights[~mine].sum()) / (1 - share)
        if 0 < have < wanted:
            weights[mine] *= wanted / have
        return weights


def _task(pack: Pack, rows: Sequence[TrainingEntry], taught: Flags) -> _Task:
    topics = pack.topic_keys
    weights = np.array([[entry.weight * said for said in _speaks(entry, topics)] for entry in rows])
    weights[~taught] = 0.0
    added = tuple(topics.index(key) for key in pack.added_topics)
    files = tuple(entry.file for entry in rows)
    return _Task(topics=topics, wanted=_wanted(rows, topics), weights=weights, added=added, files=files)


def _speaks(entry: TrainingEntry, topics: tuple[str, ...]) -> list[bool]:
    """Say for each output whether the label of an entry says anything of it."""
    if entry.speaks_of is None:
        return [True] * (2 * len(topics) + 1 + len(GRADES))
    told = [topic in entry.speaks_of for topic in topics]
    return [*told, *told, False, *[USEFULNESS_TOLD in entry.speaks_of] * len(GRADES)]


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


def _held_back_values(matrix: Matrix, task: _Task, folds: NDArray[np.int64], fitting: Fitting) -> Numbers:
    """Give each text the decision values of a model that was not taught its label.

    That model knows how rare each word is in all entries, which has nothing to do with labels.
    """
    values = np.zeros(task.wanted.shape)
    for fold in range(FOLDS):
        known = replace(task, weights=np.where((folds == fold)[:, None], 0.0, task.weights))
        values[folds == fold] = matrix.values(_fit(matrix, known, fitting))[folds == fold]
    return values


def _fit(matrix: Matrix, task: _Task, fitting: Fitting) -> Coefficients:
    """Fit all outputs at once.

    Each file of entries may lean to some topics or grades, for it had one writer, or one subject. So the file is told
    to the fit as though it were a word, and forgotten afterwards.
    """
    files = _same(task.files)

    def alike(given: Numbers) -> Numbers:
        same: Numbers = files @ (files.T @ given)
        return matrix.values(matrix.coefficients(given)) + LEANING**2 * same

    return matrix.coefficients(shares(alike, task.wanted, _costs(task, fitting)))


def _costs(task: _Task, fitting: Fitting) -> Numbers:
    """Say what it costs to miss each label. One that says nothing, or what all of its output say, costs nothing."""
    costs = task.weights.copy()
    for output in range(costs.shape[1]):
        told, wanted = costs[:, output] > 0, task.wanted[:, output]
        if not 0 < (wanted & told).sum() < told.sum():
            costs[:, output] = 0.0
        elif task.is_added(output):
            balance = np.where(wanted, _balance(wanted, told), _balance(~wanted, told))
            costs[:, output] *= fitting.new_topic_cost * balance
        else:
            costs[:, output] *= fitting.grade_cost if task.is_grade(output) else fitting.cost
    return costs


def _balance(mine: Flags, told: Flags) -> float:
    """Weigh those of one kind so that both kinds together weigh the same."""
    return float(told.sum() / (2 * (mine & told).sum()))


def _same(names: Sequence[str]) -> csr_matrix:
    places = {name: place for place, name in enumerate(dict.fromkeys(names))}
    return csr_matrix((np.ones(len(names)), (np.arange(len(names)), [places[name] for name in names])))


def _curves(values: Numbers, task: _Task) -> tuple[Curve, ...]:
    """Calibrate every output.

    Of a topic that the pack adds there are far fewer entries than there will be in life, and calibrated to them it
    would hardly ever be said. So it is calibrated as if it were more common: the share is the one of `SHARES` that
    decides best in the end, by F1 as if the topic were as common as the base's topics are (bench/new_topic.py).
    """
    curves = [_curve(values[:, at], task.wanted[:, at], task.weights[:, at]) for at in range(task.wanted.shape[1])]
    for topic in task.added:
        tried = [(share, _as_if(share, topic, curves, values, task)) for share in SHARES]
        _, curves = max(tried, key=lambda one: _best_f1(topic, one[1], values, task))
    return tuple(curves)


def _as_if(share: float, topic: int, curves: Sequence[Curve], values: Numbers, task: _Task) -> list[Curve]:
    changed = list(curves)
    for output in (topic, len(task.topics) + topic):
        changed[output] = _curve(values[:, output], task.wanted[:, output], task.as_if(share, output, topic))
    return changed


def _best_f1(topic: int, curves: Sequence[Curve], values: Numbers, task: _Task) -> float:
    sure = _sure(values, curves)
    f1 = _f1_by_step(topic, sure, task, _main(sure, task.topics))
    return max(f1(step - 3) + f1(step) + f1(step + 3) for step in STEPS)


def _curve(values: Numbers, wanted: Flags, weights: Numbers) -> Curve:
    told = weights > 0
    values, wanted, weights = values[told], wanted[told], weights[told]
    if wanted.all() or not wanted.any():
        return Curve(slope=1.0, offset=5.0 if wanted.all() else -5.0)
    slope, offset = curve(values, wanted, weights)
    return Curve(slope=round(slope, 5), offset=round(offset, 5))


def _sure(values: Numbers, curves: Sequence[Curve]) -> Numbers:
    """Turn all values into chances, as `Curve` does one."""
    slopes, offsets = np.array([(each.slope, each.offset) for each in curves]).T
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values * slopes + offsets, -40.0, 40.0))))


def _thresholds(sure: Numbers, task: _Task) -> tuple[float, ...]:
    """Choose for each topic the probability that gives the best F1 of what is decided in the end.

    A topic that is the main one needs no threshold, so each is judged on the entries where it would be an addition
    together with those where it is the main one anyway. The mean of three neighbouring steps keeps luck out.
    """
    main = _main(sure, task.topics)
    return tuple(_threshold(_f1_by_step(topic, sure, task, main)) for topic in range(len(task.topics)))


def _main(sure: Numbers, topics: tuple[str, ...]) -> list[str]:
    never = dict.fromkeys(topics, 2.0)
    return [decide(_opinion(row, topics, ()), never).primary for row in sure.tolist()]


def _threshold(f1: Callable[[int], float]) -> float:
    return max(STEPS, key=lambda step: f1(step - 3) + f1(step) + f1(step + 3)) / 100


def _f1_by_step(topic: int, sure: Numbers, task: _Task, main: Sequence[str]) -> Callable[[int], float]:
    """Give the F1 of a topic in the end by its threshold in hundredths."""
    is_main = np.array([key == task.topics[topic] for key in main])
    on_topic = np.array([key != NONE for key in main])
    wanted, scores = task.wanted[:, topic], sure[:, topic]
    added = topic in task.added
    weights = task.as_if(task.usual_share(), topic, topic) if added else task.weights[:, topic]

    def f1(step: int) -> float:
        said = is_main | (on_topic & (scores >= step / 100))
        together = float(weights[said].sum() + weights[wanted].sum())
        return 2 * float(weights[said & wanted].sum()) / max(1.0, together)

    return f1


def _opinion(row: Sequence[float], topics: tuple[str, ...], cuts: tuple[float, ...]) -> Opinion:
    return Opinion(
        topics=dict(zip(topics, row, strict=False)),
        primary=dict(zip((*topics, NONE), row[len(topics) :], strict=False)),
        usefulness=usefulness_of(expected_gain(row[2 * len(topics)], row[2 * len(topics) + 1 :]), cuts)
        if cuts
        else 0.0,
    )


def _grade_cuts(sure: Numbers, entries: Sequence[TrainingEntry]) -> tuple[float, ...]:
    """Cut the expected gains so that each grade is given as often as people gave it."""
    whole = [(row, entry) for row, entry in zip(sure.tolist(), entries, strict=True) if entry.speaks_of is None]
    gains = [expected_gain(row[-len(GRADES) - 1], row[-len(GRADES) :]) for row, _ in whole]
    below = [sum(entry.usefulness < grade for _, entry in whole) / len(whole) for grade in (1, 2, 3)]
    return tuple(round(float(cut), 5) for cut in np.quantile(gains, below))


def _in_bytes(coefficients: Numbers) -> tuple["array[int]", tuple[float, ...]]:
    scales = np.maximum(np.abs(coefficients).max(axis=0), 1e-9) / LARGEST_WEIGHT
    scales = np.array([float(f"{scale:.6g}") for scale in scales])
    whole = np.clip(np.rint(coefficients / scales), -LARGEST_WEIGHT, LARGEST_WEIGHT).astype(np.int8)
    return array("b", whole.tobytes()), tuple(scales.tolist())


def _guesses(
    pack: Pack, asked: Sequence[TrainingEntry], rows: Sequence[Sequence[float]], model: Model, without: Sequence[str]
) -> tuple[Guess, ...]:
    """Turn held-back opinions into guesses. Networks are found by rule."""
    limits = dict(zip(model.topics, model.thresholds, strict=True))
    names = NetworkNames(pack.networks)
    guesses = []
    for entry, row in zip(asked, rows, strict=True):
        opinion = _opinion(row, model.topics, model.grade_cuts)
        primary, chosen = decide(_leaving_out(opinion, without), limits)
        networks = names.about(entry.title, entry.summary)
        guesses.append(Guess(primary=primary, topics=chosen, networks=networks, usefulness=opinion.usefulness))
    return tuple(guesses)


def _leaving_out(opinion: Opinion, topics: Sequence[str]) -> Opinion:
    if not topics:
        return opinion
    return replace(
        opinion,
        topics={key: sure for key, sure in opinion.topics.items() if key not in topics},
        primary={key: sure for key, sure in opinion.primary.items() if key not in topics},
    )


def truth_of(entry: TrainingEntry) -> Truth:
    """Turn an entry's label into what a guess is measured against."""
    return Truth(
        primary=entry.primary,
        topics=entry.topics,
        networks=entry.networks,
        usefulness=entry.usefulness,
        place=entry.year,
    )
