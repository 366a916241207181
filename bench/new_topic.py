"""How well is a new topic known after 50 labels? Each topic of the pack is forgotten in turn and learnt anew.

    python bench/new_topic.py [--labels 50] [--hidden] [--draw N] [TOPIC ...]

Every seventh entry (by a hash of its text) is held back. Of the others, those of the topic leave the training entries,
all but as many as an editor would label, drawn by another hash. They are given to the learner as an editor's labels of
a topic that a pack adds to its base, with the weight that labels have, and the classifier is judged on what was held
back, where the topic is as common as it is. The pack's cues stay as they are, those written with the topic in mind too.

With `--hidden` the topic's other entries stay among the training entries, without the topic: as in life, when the base
holds entries of which nobody said that they belong to the new topic. Some four minutes on one core.
"""

import argparse
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean

import dailyten.packs
from dailyten.classify.classifier import Classifier
from dailyten.classify.evaluate import f1
from dailyten.classify.pack import Pack, TrainingEntry, load_pack
from dailyten.classify.train import fold_of, learn
from dailyten.feedback.evidence import LABEL_WEIGHT

HELD_BACK = 7


def main() -> None:
    asked = _asked()
    pack = load_pack(Path(dailyten.packs.__file__).parent / "social_media")
    entries = pack.entries()
    held_back = [entry for entry in entries if fold_of(entry, HELD_BACK) == 0]
    others = [entry for entry in entries if fold_of(entry, HELD_BACK) != 0]
    print(f"{asked.labels} labels of the new topic, {len(held_back)} entries held back")
    print(f"{'topic':14} {'F1':>6} {'precision':>10} {'recall':>7} {'held back':>10} {'others F1':>10}")
    reached = []
    for topic in asked.topics or pack.topic_keys:
        model_pack = _with_topic_added(pack, topic)
        learnt = _as_labelled(others, topic, asked)
        classifier = Classifier(learn(model_pack, learnt, ()).model, model_pack)
        verdicts = classifier.verdicts((entry.held, entry.title, entry.summary, "") for entry in held_back)
        said = [verdict.topics for verdict in verdicts]
        reached.append(_row(topic, said, [entry.topics for entry in held_back], pack.topic_keys))
    print(
        f"{'mean':14} {fmean(reached):6.3f}, at least 0.6 for {sum(each >= 0.6 for each in reached)} of {len(reached)}"
    )


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("topics", nargs="*")
    parser.add_argument("--labels", type=int, default=50)
    parser.add_argument("--draw", default="")
    parser.add_argument("--hidden", action="store_true")
    return parser.parse_args()


def _with_topic_added(pack: Pack, topic: str) -> Pack:
    """Make the pack one that adds the topic to a base that never heard of it."""
    known = tuple(each for each in pack.topics if each.key != topic)
    new = tuple(each for each in pack.topics if each.key == topic)
    base = replace(pack, topics=known)
    return replace(pack, key="own", topics=(*known, *new), base=base)


def _as_labelled(entries: Sequence[TrainingEntry], topic: str, asked: argparse.Namespace) -> list[TrainingEntry]:
    def drawn(entry: TrainingEntry) -> str:
        return hashlib.sha256(f"draw{asked.draw} {entry.title} {entry.summary}".encode()).hexdigest()

    of_topic = sorted((entry for entry in entries if topic in entry.topics), key=drawn)
    labelled = [replace(entry, weight=LABEL_WEIGHT) for entry in of_topic[: asked.labels]]
    hidden = [_without(entry, topic) for entry in of_topic[asked.labels :]] if asked.hidden else []
    return [*(entry for entry in entries if topic not in entry.topics), *labelled, *hidden]


def _without(entry: TrainingEntry, topic: str) -> TrainingEntry:
    left = tuple(key for key in entry.topics if key != topic)
    return replace(entry, topics=left, primary=left[0] if left else "")


def _row(topic: str, said: Sequence[tuple[str, ...]], true: Sequence[tuple[str, ...]], topics: Sequence[str]) -> float:
    def of(key: str) -> tuple[list[bool], list[bool]]:
        return [key in each for each in said], [key in each for each in true]

    found, there = of(topic)
    both = sum(one and other for one, other in zip(found, there, strict=True))
    others = fmean(f1(*of(key)) for key in topics if key != topic)
    reached = f1(found, there)
    shares = f"{both / max(1, sum(found)):10.2f} {both / sum(there):7.2f}"
    print(f"{topic:14} {reached:6.3f} {shares} {sum(there):10} {others:10.3f}", flush=True)
    return reached


if __name__ == "__main__":
    main()
