"""`dailyten topics label`: what people say an entry is about, one by one, by lines, or asked at the terminal."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from dailyten.classify.networks import NetworkNames
from dailyten.classify.pack import Pack
from dailyten.cli.interview import Interview, keys_of, proposed
from dailyten.cli.saying import plural, say, when
from dailyten.config import read_settings
from dailyten.errors import BadInput, NotFound
from dailyten.model.feedback import Label
from dailyten.pipeline.learning import find_entry, give_label
from dailyten.store.store import Store
from dailyten.store.transaction import Transaction
from dailyten.wiring import Parts

EDITOR = "editor"


def label_(  # noqa: PLR0913 - the options of one command
    entry: str = "",
    *,
    topics: str | None = None,
    networks: str | None = None,
    usefulness: int | None = None,
    by: str = EDITOR,
    jsonl: Annotated[bool, Parameter(negative="")] = False,
    list_: Annotated[bool, Parameter(name="--list", negative="")] = False,
    undo: Annotated[bool, Parameter(negative="")] = False,
    count: Annotated[int, Parameter(name=["--count", "-n"])] = 50,
    topic: str = "",
    config: Path | None = None,
) -> int:
    """Say what an entry is about; without an entry, go through the proposed ones at the terminal.

    Args:
        entry: The entry's id or address.
        topics: Its topics, the main one first, their keys with commas between; "none" for none of them.
        networks: The networks it is about, keys with commas between; what its words name if left out.
        usefulness: 0 (noise) to 3 (must read).
        by: Who says so; each person has one label for an entry, and a later one counts.
        jsonl: Read labels from standard input, one JSON object a line, and write what was kept; with --list, write all.
        list_: List the labels.
        undo: Take this person's label of the entry back.
        count: How many entries to go through.
        topic: Go through entries that may belong to this topic.
        config: The settings file.

    """
    parts = Parts(read_settings(config))
    pack = parts.pack()
    with parts.store() as store:
        if list_:
            return _list(store, parts, as_jsonl=jsonl)
        if jsonl:
            return _label_lines(store, pack, by, parts.clock)
        if entry and undo:
            return _undo(store, entry, by)
        if entry:
            return _label_one(store, pack, _Said(entry, topics, networks, usefulness, by), parts.clock())
        if undo or not sys.stdin.isatty():
            raise BadInput("Which entry?", expected="an entry's id or address, --jsonl, or a person at a terminal")
        asking = Interview(store=store, pack=pack, by=by, clock=parts.clock, ask=input)
        asking.go_through(proposed(store, parts, count, topic))
    return 0


@dataclass(frozen=True, slots=True)
class _Said:
    """A label as it was typed."""

    entry: str
    topics: str | None
    networks: str | None
    usefulness: int | None
    by: str


def _label_one(store: Store, pack: Pack, said: _Said, now: datetime) -> int:
    if said.topics is None or said.usefulness is None:
        raise BadInput("A label needs topics and usefulness.", expected='--topics "KEY,KEY" --usefulness 2')
    row = {"topics": keys_of(said.topics), "usefulness": said.usefulness}
    if said.networks is not None:
        row["networks"] = keys_of(said.networks)
    with store.writing() as db:
        label = _label_in({"id": said.entry, **row}, db, pack, said.by, now)
        give_label(db, pack, label)
    say(f"Kept: {label.entry_id} is about {', '.join(label.topics) or 'none of the topics'}, {_useful(label)}.")
    return 0


def _label_lines(store: Store, pack: Pack, by: str, clock: Callable[[], datetime]) -> int:
    """Keep a label a line; a line that cannot be one is named, the others go on."""
    wrong = 0
    for number, line in enumerate(sys.stdin.buffer, 1):
        if not line.strip():
            continue
        try:
            with store.writing() as db:
                label = _label_in(_object_in(line), db, pack, by, clock())
                give_label(db, pack, label)
        except BadInput as error:
            wrong += 1
            sys.stderr.write(f"line {number}: {error}\n")
            continue
        say(json.dumps(_label_told(label), ensure_ascii=False))
    return 2 if wrong else 0


def _label_in(row: dict[str, Any], db: Transaction, pack: Pack, by: str, now: datetime) -> Label:
    kept = find_entry(db, str(row.get("id") or row.get("url") or ""))
    topics, grade = _keys_in(row, "topics"), row.get("usefulness")
    if row.get("networks") is None:
        networks = NetworkNames(pack.networks).about(kept.entry.title, kept.entry.summary)
    else:
        networks = _keys_in(row, "networks")
    if "primary" in row and (row["primary"] or None) != (topics[0] if topics else None):
        raise BadInput("primary is not the first topic.", expected=repr(topics[:1]), came=repr(row["primary"]))
    if isinstance(grade, bool) or grade not in (0, 1, 2, 3):
        raise BadInput("usefulness is off the scale.", expected="0, 1, 2 or 3", came=repr(grade))
    return Label(
        entry_id=kept.entry_id,
        topics=topics,
        networks=networks,
        usefulness=int(grade),
        given_at=now,
        given_by=str(row.get("by") or by),
    )


def _keys_in(row: dict[str, Any], name: str) -> tuple[str, ...]:
    given = row.get(name)
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise BadInput(f"The label's {name} are no list of keys.", expected='["KEY", "KEY"]', came=repr(given))
    return tuple(given)


def _object_in(line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, UnicodeDecodeError) as error:
        raise BadInput("This is no JSON.", came=str(error)) from error
    if not isinstance(row, dict):
        raise BadInput("Not a label.", expected="an object with id or url, topics, usefulness", came=repr(row)[:60])
    return row


def _list(store: Store, parts: Parts, *, as_jsonl: bool) -> int:
    with store.reading() as db:
        labels = db.feedback.labels()
        kept = db.entries.get(label.entry_id for label in labels)
    for label in labels:
        entry = kept[label.entry_id].entry
        if as_jsonl:
            words = {"title": entry.title, "summary": entry.summary, "url": entry.url}
            say(json.dumps({**_label_told(label), **words}, ensure_ascii=False))
        else:
            at = when(label.given_at, parts.settings.digest.zone)
            say(f"{label.entry_id}  {', '.join(label.topics) or 'none':24} {_useful(label)}  {label.given_by}, {at}")
            say(f"    {entry.title}")
    if not as_jsonl:
        say(f"{plural(len(labels), 'label')}.")
    return 0


def _undo(store: Store, entry: str, by: str) -> int:
    with store.writing() as db:
        kept = find_entry(db, entry)
        if not db.feedback.take_label_back(kept.entry_id, by):
            raise NotFound(f"{by} has not labelled this entry.", came=kept.entry_id)
    say(f"Taken back: the label of {kept.entry_id} by {by}.")
    return 0


def _useful(label: Label) -> str:
    return f"useful {label.usefulness} of 3"


def _label_told(label: Label) -> dict[str, Any]:
    return {
        "id": label.entry_id,
        "primary": label.topics[0] if label.topics else None,
        "topics": label.topics,
        "networks": label.networks,
        "usefulness": label.usefulness,
        "by": label.given_by,
        "at": label.given_at.isoformat(),
    }
