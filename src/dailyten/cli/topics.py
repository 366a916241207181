"""`dailyten topics`: tag entries, judge and train the classifier."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from dailyten.classify.evaluate import Guess, Truth, measure
from dailyten.cli.saying import AsJson, plural, say
from dailyten.cli.teaching import history_, label_, learn_, propose_, roll_back_
from dailyten.config import read_settings
from dailyten.errors import BadInput
from dailyten.model.topic import Verdict
from dailyten.wiring import Parts, trainer

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


def evaluate_(file: Path, *, config: Path | None = None, as_json: AsJson = False) -> None:
    """Judge the classifier on labelled entries.

    Args:
        file: Labelled entries, one JSON object a line (docs/reference/packs.md).
        config: The settings file.
        as_json: Write one JSON document instead of a report.

    """
    parts = Parts(read_settings(config))
    pack = parts.pack()
    classifier, rows = parts.classifier(pack), list(_labelled(file))
    if not rows:
        raise BadInput("There is no labelled entry.", expected="one JSON object a line", where=str(file))
    verdicts = classifier.verdicts((str(at), row["title"], row.get("summary") or "", "") for at, row in enumerate(rows))
    quality = measure([_guess(each) for each in verdicts], [_truth(row) for row in rows], pack.topic_keys)
    confusion = [{"true": pair[0], "said": pair[1], "entries": count} for pair, count in quality.confusion.items()]
    worst = [
        {"title": rows[at]["title"], "true": rows[at]["primary"], "said": verdicts[at].primary or None}
        for at in quality.worst
    ]
    told = {"entries": len(rows), **quality.figures(), "f1": quality.f1, "confusion": confusion, "worst": worst}
    say(json.dumps(told, ensure_ascii=False, indent=1) if as_json else _report(told))


def train_(*, config: Path | None = None) -> None:
    """Fit the classifier anew from the pack's training entries.

    Args:
        config: The settings file.

    """
    from dailyten.classify.model import to_json

    train = trainer().train
    pack = Parts(read_settings(config)).pack()
    entries = pack.entries()
    model = train(pack, entries)
    part = pack.model_file.with_suffix(".part")
    part.write_bytes(to_json(model))
    part.replace(pack.model_file)
    say(f"{pack.name}: fitted to {plural(len(entries), 'entry', 'entries')}, held-back quality:")
    for name, figure in model.quality.items():
        say(f"  {name:20} {figure}")


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


def _labelled(file: Path) -> Iterator[dict[str, Any]]:
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("The labelled entries cannot be read.", came=str(error), where=str(file)) from error
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            yield {**row, "title": str(row["title"]), "primary": row["primary"], "topics": row["topics"]}
        except (ValueError, KeyError, TypeError) as error:
            wanted = "an object with title, summary, primary, topics, networks, usefulness"
            raise BadInput(
                "Not a labelled entry.", expected=wanted, came=repr(error), where=f"{file}:{number}"
            ) from error


def _guess(verdict: Verdict) -> Guess:
    return Guess(
        primary=verdict.primary,
        topics=verdict.topics,
        networks=verdict.networks,
        usefulness=verdict.usefulness,
    )


def _truth(row: dict[str, Any]) -> Truth:
    return Truth(
        primary=row["primary"] or "",
        topics=tuple(row["topics"]),
        networks=tuple(row.get("networks", ())),
        usefulness=row.get("usefulness", 0),
    )


def _report(told: dict[str, Any]) -> str:
    lines = [f"{name:22} {value}" for name, value in told.items() if isinstance(value, int | float)]
    lines += ["", "F1 by topic"]
    lines += [f"  {topic:14} {figure:.2f}  {'#' * round(40 * figure)}" for topic, figure in told["f1"].items()]
    lines += ["", "Most often taken for another"]
    mixed = sorted(
        (each for each in told["confusion"] if each["true"] != each["said"]), key=lambda row: -row["entries"]
    )
    lines += [f"  {row['entries']:4}  {row['true'] or 'none'} taken for {row['said'] or 'none'}" for row in mixed[:10]]
    lines += ["", "Worst mistakes"]
    lines += [
        f"  {row['said'] or 'none'} instead of {row['true'] or 'none'}: {row['title']}" for row in told["worst"][:10]
    ]
    return "\n".join(lines)
