"""A challenger against the champion, both judged on the same held-back entries. Pure.

The labels of people decide whether it is better; the pack's own entries, of which there are many more, only guard that
nothing gets worse for it. (Decision 0011.)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from dailyten.classify.evaluate import GRADES, Guess, Quality, Truth, measure

LEAST_GAIN = 0.005
"""Of agreement with people's labels: less is luck."""
MAY_FALL = 0.01
"""What a figure may lose beneath that of the pack alone, which is what another machine's arithmetic may change."""
TOPIC_MAY_FALL = 0.04
"""The same for the F1 of one topic, which rests on fewer entries."""
FLOORED = ("macro_f1", "primary", "off_topic_recall", "off_topic_precision", "ndcg", "kappa")
TOPIC = "f1 "
WORTH_TELLING = 0.015
"""Changes of a topic's F1 below this are not told."""
NAMES = {
    "macro_f1": "topics (macro-F1)",
    "primary": "main topic right",
    "off_topic_recall": "off-topic entries found",
    "off_topic_precision": "entries called off topic that are",
    "ndcg": "usefulness (nDCG@10)",
    "kappa": "usefulness (kappa)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """How one of the two did: on the pack's entries, and on those that people labelled."""

    pack: Quality
    people: Quality
    agreement: float

    def figures(self) -> dict[str, float]:
        """Give all figures by name, with the F1 of each topic."""
        told = self.pack.figures()
        return {
            "agreement": round(self.agreement, 4),
            **{name: told[name] for name in FLOORED},
            **{TOPIC + topic: round(figure, 4) for topic, figure in self.pack.f1.items()},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Whether the challenger takes over, why in one sentence, and what changes in some."""

    better: bool
    why: str
    words: tuple[str, ...]


def side(
    on_pack: tuple[Sequence[Guess], Sequence[Truth]],
    on_labels: tuple[Sequence[Guess], Sequence[Truth]],
    topics: Sequence[str],
    every_topic: Sequence[str],
) -> Side:
    """Judge one of the two; the pack's entries on the topics that the base knows, the labels on all of them."""
    return Side(
        pack=measure(*on_pack, topics),
        people=measure(*on_labels, every_topic),
        agreement=agreement(*on_labels),
    )


def agreement(guesses: Sequence[Guess], truths: Sequence[Truth]) -> float:
    """Say how far guesses agree with labels, 0 to 1: the mean of right main topics, topics (F1) and usefulness.

    Made for few labels: every entry counts the same, where a mean over topics would rest on one or two of each.
    """
    if not truths:
        return 0.0
    pairs = list(zip(guesses, truths, strict=True))
    primary = fmean(guess.primary == truth.primary for guess, truth in pairs)
    both = sum(len({*guess.topics} & {*truth.topics}) for guess, truth in pairs)
    together = sum(len(guess.topics) + len(truth.topics) for guess, truth in pairs)
    off = fmean(abs(guess.usefulness - truth.usefulness) for guess, truth in pairs) / (GRADES - 1)
    return fmean((primary, 2 * both / together if together else 1.0, 1 - off))


def settle(champion: Side, challenger: Side, floors: Mapping[str, float]) -> Settled:
    """Decide: better on people's labels, and no figure on the pack's entries beneath that of the pack alone."""
    before, after = champion.figures(), challenger.figures()
    fallen = [name for name, floor in floors.items() if name in after and after[name] < floor - _may_fall(name)]
    words = _changes(champion, challenger)
    gain = after["agreement"] - before["agreement"]
    told = (
        f"agreement with people's labels is {after['agreement']:.3f}, and {before['agreement']:.3f} for the one in use"
    )
    if fallen:
        lost = ", ".join(
            f"{_name(name)} {after[name]:.3f} (floor {floors[name] - _may_fall(name):.3f})" for name in fallen
        )
        return Settled(better=False, why=f"Not taken: on the pack's own entries it falls too low: {lost}.", words=words)
    if gain < LEAST_GAIN:
        return Settled(better=False, why=f"Not taken: {told}; it must gain at least {LEAST_GAIN}.", words=words)
    return Settled(better=True, why=f"Taken: {told}, and nothing falls too low.", words=words)


def _may_fall(name: str) -> float:
    return TOPIC_MAY_FALL if name.startswith(TOPIC) else MAY_FALL


def _name(figure: str) -> str:
    return f"topic {figure.removeprefix(TOPIC)}" if figure.startswith(TOPIC) else NAMES[figure]


def _changes(champion: Side, challenger: Side) -> tuple[str, ...]:
    before, after = champion.figures(), challenger.figures()
    on_pack = [f"{_name(name)} {before[name]:.3f} before, {after[name]:.3f} now" for name in FLOORED]
    people = challenger.people
    mended = champion.people.primary * people.entries, people.primary * people.entries
    return (
        f"Main topic right on {round(mended[1])} of {people.entries} labelled entries; before on {round(mended[0])}.",
        *_topics("On labelled entries", champion.people.f1, people.f1),
        *_topics("On the pack's entries", champion.pack.f1, challenger.pack.f1),
        f"On the pack's entries: {'; '.join(on_pack)}.",
    )


def _topics(where: str, before: Mapping[str, float], after: Mapping[str, float]) -> tuple[str, ...]:
    moved = sorted(
        (after[topic] - before.get(topic, 0.0), topic)
        for topic in after
        if abs(after[topic] - before.get(topic, 0.0)) >= WORTH_TELLING
    )
    told = {
        "better": [(topic, before.get(topic, 0.0), after[topic]) for gain, topic in reversed(moved) if gain > 0],
        "worse": [(topic, before.get(topic, 0.0), after[topic]) for gain, topic in moved if gain < 0],
    }
    return tuple(
        f"{where} {word} at {', '.join(f'{topic} (F1 {was:.2f} to {now:.2f})' for topic, was, now in rows)}."
        for word, rows in told.items()
        if rows
    )
