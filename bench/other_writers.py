"""How well are entries filed whose writer the model never read? Each writer's entries are held back in turn.

    python bench/other_writers.py [PACK_FOLDER]

The files `entries/plain_*.jsonl` of the pack were each written by one writer who saw the guide and nothing else. For
each a model is fitted to all other entries, thresholds and cuts too, and files that one as it would a stranger's. The
first row takes all of them together; its nDCG@10 is the mean of the files, for entries of one day compete with one
another. A minute and a half on one core.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

import dailyten.packs
from dailyten.classify.classifier import Classifier
from dailyten.classify.evaluate import Guess, Quality, measure
from dailyten.classify.pack import Pack, TrainingEntry, load_pack
from dailyten.classify.train import learn, truth_of

ONE_WRITER = "plain_"


def main() -> None:
    folder = Path(sys.argv[1]) if sys.argv[1:] else Path(dailyten.packs.__file__).parent / "social_media"
    pack = load_pack(folder)
    entries = pack.entries()
    files = sorted({entry.file for entry in entries if entry.file.startswith(ONE_WRITER)})
    if not files:
        sys.exit(f"{folder}/entries holds no file {ONE_WRITER}*.jsonl, so there is no writer to hold back.")
    guessed: list[Guess] = []
    asked: list[TrainingEntry] = []
    rows: list[tuple[str, int, Quality]] = []
    for file in files:
        theirs = [entry for entry in entries if entry.file == file]
        guesses = _as_a_stranger(pack, [entry for entry in entries if entry.file != file], theirs)
        rows.append((file, len(theirs), _quality(pack, guesses, theirs)))
        guessed += guesses
        asked += theirs
    print(f"{'':28}{'entries':>8}{'macro-F1':>9}{'primary':>9}{'off: rec.':>10}{'prec.':>7}{'nDCG@10':>9}{'kappa':>7}")
    _say("all together", len(asked), _quality(pack, guessed, asked), fmean(each.ndcg for *_, each in rows))
    for name, count, quality in rows:
        _say(name, count, quality, quality.ndcg)


def _as_a_stranger(pack: Pack, known: Sequence[TrainingEntry], asked: Sequence[TrainingEntry]) -> list[Guess]:
    classifier = Classifier(learn(pack, known, ()).model, pack)
    verdicts = classifier.verdicts((entry.held, entry.title, entry.summary, "") for entry in asked)
    return [
        Guess(primary=said.primary, topics=said.topics, networks=said.networks, usefulness=said.usefulness)
        for said in verdicts
    ]


def _quality(pack: Pack, guesses: Sequence[Guess], asked: Sequence[TrainingEntry]) -> Quality:
    return measure(guesses, [truth_of(entry) for entry in asked], pack.topic_keys)


def _say(name: str, count: int, quality: Quality, ndcg: float) -> None:
    figures = f"{quality.macro_f1:9.3f}{quality.primary:9.3f}{quality.off_topic_recall:10.3f}"
    print(f"{name:28}{count:8d}{figures}{quality.off_topic_precision:7.3f}{ndcg:9.3f}{quality.kappa:7.3f}", flush=True)


if __name__ == "__main__":
    main()
