"""`dailyten topics evaluate`: the classifier judged on labelled entries, as a report, as JSON, as a page with plots."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from dailyten.classify.evaluate import Guess, Quality, Truth, measure, reliability
from dailyten.classify.pack import Pack
from dailyten.cli.saying import AsJson, say
from dailyten.config import read_settings
from dailyten.errors import BadInput, CannotGoOn
from dailyten.model.topic import Verdict
from dailyten.render.quality_page import (
    Bin,
    CurvePoint,
    Figure,
    Mistake,
    Mixed,
    QualityReport,
    TopicRow,
    quality_page,
)
from dailyten.wiring import Parts

NONE = "none"
MISTAKES_SHOWN = 25


def evaluate_(
    file: Path,
    *,
    html: Path | None = None,
    curve: Path | None = None,
    config: Path | None = None,
    as_json: AsJson = False,
) -> None:
    """Judge the classifier on labelled entries.

    Args:
        file: Labelled entries, one JSON object a line (docs/reference/packs.md).
        html: Write a page with plots to this file.
        curve: Show on the page the learning curve that `bench/learning_curve.py --json` wrote to this file.
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
    told = _told(rows, verdicts, quality)
    if html is not None:
        report = _page(pack, file, rows, verdicts, quality, _curve_in(curve) if curve else ())
        _write(html, quality_page(report, parts.settings.site.accent))
    say(json.dumps(told, ensure_ascii=False, indent=1) if as_json else _report(told))
    if html is not None and not as_json:
        say(f"\nThe page with plots: {html}")


def _told(rows: Sequence[dict[str, Any]], verdicts: Sequence[Verdict], quality: Quality) -> dict[str, Any]:
    confusion = [{"true": pair[0], "said": pair[1], "entries": count} for pair, count in quality.confusion.items()]
    worst = [
        {"title": rows[at]["title"], "true": rows[at]["primary"], "said": verdicts[at].primary or None}
        for at in quality.worst
    ]
    return {"entries": len(rows), **quality.figures(), "f1": quality.f1, "confusion": confusion, "worst": worst}


def _labelled(file: Path) -> Iterator[dict[str, Any]]:
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        came = str(error.strerror if isinstance(error, OSError) else error)
        raise BadInput("The labelled entries cannot be read.", came=came, where=str(file)) from error
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            yield {**row, "title": str(row["title"]), "primary": row["primary"], "topics": row["topics"]}
        except (ValueError, KeyError, TypeError) as error:
            wanted = "an object with title, summary, primary, topics, networks, usefulness"
            raise BadInput(
                "Not a labelled entry.", expected=wanted, came=repr(error), where=f"{file}:{number}"
            ) from error


def _curve_in(file: Path) -> tuple[CurvePoint, ...]:
    try:
        rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
        return tuple(
            CurvePoint(entries=int(row["entries"]), macro_f1=float(row["macro_f1"]), primary=float(row["primary"]))
            for row in rows
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        wanted = "what bench/learning_curve.py --json writes"
        raise BadInput("This is no learning curve.", expected=wanted, came=repr(error), where=str(file)) from error


def _guess(verdict: Verdict) -> Guess:
    return Guess(
        primary=verdict.primary,
        topics=verdict.topics,
        networks=verdict.networks,
        usefulness=verdict.usefulness,
        sure=verdict.scores.get(verdict.primary, 1 - max(verdict.scores.values(), default=0.0)),
    )


def _truth(row: dict[str, Any]) -> Truth:
    return Truth(
        primary=row["primary"] or "",
        topics=tuple(row["topics"]),
        networks=tuple(row.get("networks", ())),
        usefulness=row.get("usefulness", 0),
    )


def _page(
    pack: Pack,
    file: Path,
    rows: Sequence[dict[str, Any]],
    verdicts: Sequence[Verdict],
    quality: Quality,
    curve: tuple[CurvePoint, ...],
) -> QualityReport:
    names = {topic.key: topic.name for topic in pack.topics}
    keys = (*pack.topic_keys, "")
    labelled = Counter(topic for row in rows for topic in row["topics"])
    pairs = zip(rows, verdicts, strict=True)
    scored = [(score, topic in row["topics"]) for row, verdict in pairs for topic, score in verdict.scores.items()]
    return QualityReport(
        name=pack.name,
        source=file.name,
        made_by=verdicts[0].made_by,
        entries=len(rows),
        figures=_figures(quality),
        topics=tuple(TopicRow(name=names[key], f1=quality.f1[key], entries=labelled[key]) for key in pack.topic_keys),
        mixed=Mixed(
            names=tuple(names.get(key, "None of them") for key in keys),
            counts=tuple(tuple(quality.confusion.get((true, said), 0) for said in keys) for true in keys),
        ),
        bins=tuple(Bin(said=each.said, right=each.right, scores=each.scores) for each in reliability(scored)),
        curve=curve,
        mistakes=tuple(
            Mistake(
                title=rows[at]["title"],
                true=names.get(rows[at]["primary"] or "", "no topic"),
                said=names.get(verdicts[at].primary, "No topic"),
            )
            for at in quality.worst[:MISTAKES_SHOWN]
        ),
    )


def _figures(quality: Quality) -> tuple[Figure, ...]:
    newest, chance = f"{quality.ndcg_newest_first:.2f}", f"{quality.ndcg_chance:.2f}"
    return (
        Figure(name="Topics", value=f"{quality.macro_f1:.2f}", words="F1, the mean over all topics (macro-F1)."),
        Figure(name="Main topic right", value=f"{quality.primary:.2f}", words="Of all entries, off-topic ones too."),
        Figure(
            name="Off-topic entries found",
            value=f"{quality.off_topic_recall:.2f}",
            words=f"Of those called off topic, {quality.off_topic_precision:.2f} are.",
        ),
        Figure(name="Networks", value=f"{quality.networks_f1:.2f}", words="F1 over all entries and networks."),
        Figure(
            name="The ten most useful of a day",
            value=f"{quality.ndcg:.2f}",
            words=f"nDCG@10 over days of 60 entries; newest first gives {newest}, chance {chance}.",
        ),
        Figure(name="Usefulness, grade by grade", value=f"{quality.kappa:.2f}", words="Quadratic kappa; chance is 0."),
    )


def _write(path: Path, body: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(body)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise CannotGoOn("The page cannot be written.", came=str(error.strerror), where=str(path)) from error


def _report(told: dict[str, Any]) -> str:
    lines = [f"{name:22} {value}" for name, value in told.items() if isinstance(value, int | float)]
    lines += ["", "F1 by topic"]
    lines += [f"  {topic:14} {figure:.2f}  {'#' * round(40 * figure)}" for topic, figure in told["f1"].items()]
    lines += ["", "Most often taken for another"]
    mixed = sorted(
        (each for each in told["confusion"] if each["true"] != each["said"]), key=lambda row: -row["entries"]
    )
    lines += [f"  {row['entries']:4}  {row['true'] or NONE} taken for {row['said'] or NONE}" for row in mixed[:10]]
    lines += ["", "Worst mistakes"]
    lines += [f"  {row['said'] or NONE} instead of {row['true'] or NONE}: {row['title']}" for row in told["worst"][:10]]
    return "\n".join(lines)
