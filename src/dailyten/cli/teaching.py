"""The commands of `dailyten topics` by which people teach the classifier: propose, label, learn, history, roll back."""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from dailyten.classify.history import PACK, Decision, Note
from dailyten.classify.networks import NetworkNames
from dailyten.classify.pack import Pack
from dailyten.classify.propose import Proposal, Unlabelled
from dailyten.cli.saying import AsJson, plural, say, when
from dailyten.config import read_settings
from dailyten.errors import BadInput, NotFound
from dailyten.model.feedback import Label
from dailyten.pipeline.learning import find_entry, give_label, learn_from_people, proposals, roll_back
from dailyten.store.store import Store, Transaction
from dailyten.wiring import Parts, stamp_of

EDITOR = "editor"
SHOWN_SUMMARY = 400
NOBODY_LEFT = "No entry of the last sixty days is left to label."
HELP = """\
For each entry: the numbers or keys of its topics, the main one first ("3 1"), 0 for none of them, Enter if what we
think is right. Then how useful it is, 0 to 3, or Enter. Before that, "n KEY KEY" puts its networks right ("n" alone:
none). s skips, u takes the last label back, q ends."""


def propose_(
    *,
    count: Annotated[int, Parameter(name=["--count", "-n"])] = 10,
    topic: str = "",
    config: Path | None = None,
    as_json: AsJson = False,
) -> None:
    """Name the entries that are most worth a label: the classifier is unsure of them, and they are unlike each other.

    Args:
        count: How many.
        topic: Look for entries that may belong to this topic, such as one that was just added to the pack.
        config: The settings file.
        as_json: Write one JSON object a line; `topics label --jsonl` reads it back with topics and usefulness put in.

    """
    parts = Parts(read_settings(config))
    with parts.store() as store:
        found = _proposed(store, parts, count, topic)
    if as_json:
        for proposal, entry in found:
            say(json.dumps(_proposal_told(proposal, entry), ensure_ascii=False))
        return
    if not found:
        say(NOBODY_LEFT)
    for place, (proposal, entry) in enumerate(found, 1):
        say(f"{place:3}  {entry.title or '(no title)'}")
        say(f"     {proposal.entry_id}  we think: {_thought(entry)}")
        say(f"     {proposal.why}")


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
        asking = _Asking(store=store, pack=pack, by=by, clock=parts.clock, ask=input)
        return asking.go_through(_proposed(store, parts, count, topic))


def learn_(*, config: Path | None = None, as_json: AsJson = False) -> None:
    """Learn from labels and votes: fit a challenger, judge it beside the model in use, and keep the better one.

    Args:
        config: The settings file.
        as_json: Write the note as JSON.

    """
    parts = Parts(read_settings(config))
    with parts.store() as store:
        note = learn_from_people(store, parts.school(parts.pack()), parts.clock(), _progress)
    if as_json:
        say(json.dumps(_note_told(note), ensure_ascii=False, indent=1))
        return
    said = f"{plural(note.labels, 'label')} and {plural(note.votes, 'agreement')} of readers"
    say(f"Learnt from {plural(note.entries, 'entry', 'entries')} of the pack, {said}.")
    for line in note.words:
        say(f"  {line}")
    say(note.why)
    if note.decision is Decision.REPLACED:
        say(f"In use from now on: {note.version}.")


def history_(*, config: Path | None = None, as_json: AsJson = False) -> None:
    """Show what was learnt, when, from how much, and what came of it, the newest first.

    Args:
        config: The settings file.
        as_json: Write it as JSON.

    """
    parts = Parts(read_settings(config))
    history, stamp = parts.shelf().history(), stamp_of(parts.pack())
    champion = history.champion(stamp)
    if as_json:
        notes = [_note_told(note) for note in history.notes]
        say(json.dumps({"in_use": champion, "notes": notes}, ensure_ascii=False, indent=1))
        return
    say(f"In use: {champion if champion != PACK else 'the model that came with the pack'}.")
    if champion == PACK and history.decided and history.decided[-1].version != PACK:
        say("What was learnt is set aside, for the pack has changed since: run `dailyten topics learn` again.")
    for note in reversed(history.notes):
        say(f"{when(note.at, parts.settings.digest.zone)}  {note.version}  {note.decision.replace('_', ' ')}")
        if note.decision is not Decision.ROLLED_BACK:
            say(f"    {note.entries:,} entries, {plural(note.labels, 'label')}, {plural(note.votes, 'vote agreement')}")
        say(f"    {note.why}")


def roll_back_(version: str = "", *, config: Path | None = None) -> None:
    """Go back to an earlier version of the classifier, by default to the one before.

    Args:
        version: One that `topics history` lists, or "pack" for the model that came with the pack.
        config: The settings file.

    """
    parts = Parts(read_settings(config))
    note = roll_back(parts.shelf(), stamp_of(parts.pack()), parts.clock(), version)
    told = "the model that came with the pack" if note.version == PACK else note.version
    say(f"In use from now on: {told}.")


@dataclass(slots=True)
class _Asking:
    """A person at a terminal, entry by entry. Each label is kept at once; stopping loses nothing."""

    store: Store
    pack: Pack
    by: str
    clock: Callable[[], datetime]
    ask: Callable[[str], str]
    last: str = ""
    given: int = 0

    def go_through(self, found: Sequence[tuple[Proposal, Unlabelled]]) -> int:
        """Ask for a label of each; say how many were given."""
        if not found:
            say(NOBODY_LEFT)
            return 0
        say(HELP)
        for number, topic in enumerate(self.pack.topics, 1):
            say(f"  {number:2} {topic.key:14} {topic.about}")
        for place, (proposal, entry) in enumerate(found, 1):
            say(f"\n[{place} of {len(found)}] {entry.title or '(no title)'}")
            if entry.summary:
                say(f"  {entry.summary[:SHOWN_SUMMARY]}")
            say(f"  We think: {_thought(entry)}. Asked because {proposal.why}.")
            try:
                if not self._one(entry):
                    break
            except EOFError:
                break
        say(f"\n{plural(self.given, 'label')} given. `dailyten topics learn` learns from them.")
        return 0

    def _one(self, entry: Unlabelled) -> bool:
        """Ask about one entry until an answer can be read; False to end."""
        networks = entry.verdict.networks
        while True:
            answer = self.ask("  topics > ").strip().lower()
            if answer == "q":
                return False
            if answer == "s":
                return True
            if answer == "u":
                self._take_back()
                continue
            if answer.split()[:1] == ["n"]:
                networks = tuple(_names(answer[1:]))
                say(f"  about {', '.join(networks) or 'no network'}")
                continue
            try:
                topics = entry.verdict.topics if not answer else _topics_in(answer, self.pack)
                grade = _grade_in(self.ask(f"  useful [{_grade(entry)}] > "), _grade(entry))
                self._keep(entry, topics, networks, grade)
            except BadInput as error:
                say(f"  {error}")
                continue
            return True

    def _keep(self, entry: Unlabelled, topics: tuple[str, ...], networks: tuple[str, ...], grade: int) -> None:
        label = Label(
            entry_id=entry.entry_id,
            topics=topics,
            networks=networks,
            usefulness=grade,
            given_at=self.clock(),
            given_by=self.by,
        )
        with self.store.writing() as db:
            give_label(db, self.pack, label)
        self.last, self.given = entry.entry_id, self.given + 1

    def _take_back(self) -> None:
        with self.store.writing() as db:
            gone = bool(self.last) and db.feedback.take_label_back(self.last, self.by)
        self.given -= gone
        self.last = ""
        say("  The last label is taken back." if gone else "  There is no label to take back.")


def _proposed(store: Store, parts: Parts, count: int, topic: str) -> list[tuple[Proposal, Unlabelled]]:
    if count < 1:
        raise BadInput("How many?", expected="a count of 1 or more", came=str(count))
    pack = parts.pack()
    with store.reading() as db:
        return proposals(db, pack, parts.classifier(pack), parts.clock(), count, topic)


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
    row = {"topics": _names(said.topics), "usefulness": said.usefulness}
    if said.networks is not None:
        row["networks"] = _names(said.networks)
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


def _names(text: str) -> list[str]:
    named = text.replace(",", " ").split()
    return [] if named in (["none"], ["-"]) else named


def _topics_in(answer: str, pack: Pack) -> tuple[str, ...]:
    if answer in ("0", "none", "-"):
        return ()
    keys = pack.topic_keys
    named = answer.replace(",", " ").split()
    chosen = [keys[int(word) - 1] if word.isdigit() and 0 < int(word) <= len(keys) else word for word in named]
    for key in chosen:
        if key not in keys:
            raise BadInput("Unknown topic.", expected=f"1 to {len(keys)}, or a key", came=key)
    return tuple(chosen)


def _grade_in(answer: str, thought: int) -> int:
    answer = answer.strip()
    if not answer:
        return thought
    if answer not in ("0", "1", "2", "3"):
        raise BadInput("Usefulness is off the scale.", expected="0, 1, 2 or 3", came=answer)
    return int(answer)


def _grade(entry: Unlabelled) -> int:
    return min(3, max(0, round(entry.verdict.usefulness)))


def _thought(entry: Unlabelled) -> str:
    verdict = entry.verdict
    about = f", about {', '.join(verdict.networks)}" if verdict.networks else ""
    return f"{', '.join(verdict.topics) or 'none of the topics'}{about}, useful {verdict.usefulness:.1f} of 3"


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


def _proposal_told(proposal: Proposal, entry: Unlabelled) -> dict[str, Any]:
    return {
        "id": proposal.entry_id,
        "title": entry.title,
        "summary": entry.summary,
        "thought": {
            "topics": entry.verdict.topics,
            "networks": entry.verdict.networks,
            "usefulness": entry.verdict.usefulness,
        },
        "worth": proposal.worth,
        "unsure": proposal.unsure,
        "unlike": proposal.unlike,
        "why": proposal.why,
    }


def _note_told(note: Note) -> dict[str, Any]:
    from dailyten.model.canonical import to_plain

    told: dict[str, Any] = to_plain(note)
    return told


def _progress(words: str) -> None:
    sys.stderr.write(f"{words}\n")
