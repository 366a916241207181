"""`dailyten topics`: tag entries, judge and train the classifier."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from dailyten.classify.model import Model, to_json
from dailyten.classify.pack import Pack, TrainingEntry
from dailyten.cli.judging import evaluate_
from dailyten.cli.labelling import label_
from dailyten.cli.saying import plural, say
from dailyten.cli.teaching import history_, learn_, propose_, roll_back_
from dailyten.config import read_settings
from dailyten.errors import BadInput
from dailyten.model.topic import Verdict
from dailyten.wiring import Parts
from dailyten.wiring.learning import kindred_of, trainer
from dailyten.wiring.packs import our_packs

__all__ = ["evaluate_", "explain_", "history_", "label_", "learn_", "propose_", "roll_back_", "tag_", "train_"]


def tag_(
    *,
    jsonl: Annotated[bool, Parameter(negative="")] = True,  # noqa: ARG001 - the one form there is
    config: Path | None = None,
) -> int:
    """Tag entries from standard input, one JSON object a line in and out; exit code 2 if a line was wrong.

    Args:
        jsonl: The only form there is, and so always on.
        config: The settings file.

    """
    parts = Parts(read_settings(config))
    classifier, wrong = parts.classifier(parts.pack()), 0
    for number, line in enumerate(sys.stdin.buffer, 1):
        try:
            given = _entry_in(line)
        except BadInput as error:
            wrong += 1
            sys.stderr.write(f"line {number}: {error}\n")
            continue
        [verdict] = classifier.verdicts([(given["id"], given["title"], given["summary"], given["url"])])
        say(json.dumps(_told(verdict), ensure_ascii=False))
    return 2 if wrong else 0


def explain_(title: str, summary: str = "", *, config: Path | None = None) -> None:
    """Say why a text gets its topics.

    Args:
        title: The entry's title.
        summary: Its summary.
        config: The settings file.

    """
    parts = Parts(read_settings(config))
    [verdict] = parts.classifier(parts.pack()).verdicts([("", title, summary, "")])
    say(f"{verdict.primary or 'none of the topics'}; usefulness {verdict.usefulness:.1f} of 3")
    for topic, words in verdict.because.items():
        told = ", ".join(f"{word.text} {word.weight:+.2f}" for word in words)
        say(f"  {topic} ({verdict.scores[topic]:.2f}): {told}")
    if verdict.networks:
        say(f"  about {', '.join(verdict.networks)}")


def train_(
    *packs: str, all_: Annotated[bool, Parameter(name="--all", negative="")] = False, config: Path | None = None
) -> None:
    """Fit the classifier anew from a pack's training entries.

    Args:
        packs: Keys of our packs, or folders of your own; the pack of the settings if none is named.
        all_: Fit that of each pack that comes with dailyten.
        config: The settings file.

    """
    if packs and all_:
        raise BadInput("Which packs?", expected="names of packs, or --all", came=" ".join([*packs, "--all"]))
    parts = Parts(read_settings(config))
    train = trainer().train
    for pack in [parts.pack(named) for named in (our_packs() if all_ else packs or ("",))]:
        _fit(pack, train)


def _fit(pack: Pack, train: Callable[[Pack, Sequence[TrainingEntry]], Model]) -> None:
    from dailyten.classify.networks import NetworkNames
    from dailyten.cluster.background import count_background, write_background

    entries = pack.entries()
    model = train(pack, entries)
    _put(pack.model_file, to_json(model))
    texts = ((entry.title, entry.summary) for entry in entries)
    counted = count_background(texts, NetworkNames(pack.networks).about, kindred_of(pack))
    _put(pack.background_file, write_background(counted))
    say(f"{pack.name}: fitted to {plural(len(entries), 'entry', 'entries')}, held-back quality:")
    for name, figure in model.quality.items():
        say(f"  {name:20} {figure}")


def _put(file: Path, body: bytes) -> None:
    part = file.with_suffix(".part")
    part.write_bytes(body)
    part.replace(file)


def _entry_in(line: bytes) -> dict[str, str]:
    try:
        given = json.loads(line)
    except (ValueError, UnicodeDecodeError) as error:
        raise BadInput("This is no JSON.", came=str(error)) from error
    if not isinstance(given, dict):
        raise BadInput("Not an entry.", expected="an object with id, title and summary", came=type(given).__name__)
    entry = {key: given.get(key) or "" for key in ("id", "title", "summary", "url")}
    entry["id"] = str(given.get("id", ""))
    for key, value in entry.items():
        if not isinstance(value, str):
            raise BadInput(f"The {key} is no text.", came=repr(value))
    return entry


def _told(verdict: Verdict) -> dict[str, Any]:
    return {
        "id": verdict.entry_id,
        "primary": verdict.primary or None,
        "topics": verdict.topics,
        "scores": verdict.scores,
        "networks": verdict.networks,
        "usefulness": verdict.usefulness,
        "because": {
            topic: [[word.text, round(word.weight, 4)] for word in words] for topic, words in verdict.because.items()
        },
        **({"flag": verdict.flag} if verdict.flag else {}),
    }
