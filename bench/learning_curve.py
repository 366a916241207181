"""Quality by number of training entries: how much more would more entries help?

    python bench/learning_curve.py [--json] [PACK_FOLDER]

Every seventh entry (by a hash of its text) is held back; the rest is learnt from in growing parts, which are drawn by
another hash, so the curve is the same every time. About a minute and a half on one core. With --json each point is a
line, as `dailyten topics evaluate --html PAGE --curve FILE` reads it.
"""

import hashlib
import json
import sys
import time
from pathlib import Path

import dailyten.packs
from dailyten.classify.classifier import Classifier
from dailyten.classify.evaluate import Guess, measure
from dailyten.classify.pack import Pack, TrainingEntry, load_pack
from dailyten.classify.train import fold_of, train, truth_of

PARTS = (0.1, 0.25, 0.5, 0.75, 1.0)
HELD_BACK = 7
COLUMNS = ("macro_f1", "primary", "off_topic_recall", "off_topic_precision", "ndcg", "kappa")


def main() -> None:
    given = [each for each in sys.argv[1:] if each != "--json"]
    as_json = len(given) < len(sys.argv) - 1
    folder = Path(given[0]) if given else Path(dailyten.packs.__file__).parent / "social_media"
    pack = load_pack(folder)
    entries = pack.entries()
    held_back = [entry for entry in entries if fold_of(entry, HELD_BACK) == 0]
    others = sorted((entry for entry in entries if fold_of(entry, HELD_BACK) != 0), key=_draw)
    if not as_json:
        print(f"{len(held_back)} entries held back")
        print(f"{'entries':>8} {'seconds':>8} " + " ".join(f"{name:>20}" for name in COLUMNS))
    for part in PARTS:
        learnt = others[: round(part * len(others))]
        started = time.perf_counter()
        figures = _figures(pack, learnt, held_back)
        seconds = time.perf_counter() - started
        if as_json:
            print(json.dumps({"entries": len(learnt), **figures}), flush=True)
            continue
        print(f"{len(learnt):8d} {seconds:8.1f} " + " ".join(f"{figures[name]:20.3f}" for name in COLUMNS))


def _draw(entry: TrainingEntry) -> str:
    return hashlib.sha256(f"draw {entry.title} {entry.summary}".encode()).hexdigest()


def _figures(pack: Pack, learnt: list[TrainingEntry], held_back: list[TrainingEntry]) -> dict[str, float]:
    classifier = Classifier(train(pack, learnt), pack)
    verdicts = classifier.verdicts((entry.held, entry.title, entry.summary, "") for entry in held_back)
    guesses = [
        Guess(primary=said.primary, topics=said.topics, networks=said.networks, usefulness=said.usefulness)
        for said in verdicts
    ]
    return measure(guesses, [truth_of(entry) for entry in held_back], pack.topic_keys).figures()


if __name__ == "__main__":
    main()
