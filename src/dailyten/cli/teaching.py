"""The commands of `dailyten topics` by which the classifier learns from people: propose, learn, history, roll back."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from dailyten.classify.history import PACK, Decision, Note
from dailyten.classify.propose import Proposal, Unlabelled
from dailyten.cli.interview import NOBODY_LEFT, proposed, thought
from dailyten.cli.saying import AsJson, plural, say, when
from dailyten.config import read_settings
from dailyten.pipeline.learning import learn_from_people, roll_back
from dailyten.text.headline import headline
from dailyten.wiring import Parts
from dailyten.wiring.packs import stamp_of


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
        found = proposed(store, parts, count, topic)
    if as_json:
        for proposal, entry in found:
            say(json.dumps(_proposal_told(proposal, entry), ensure_ascii=False))
        return
    if not found:
        say(NOBODY_LEFT)
    for place, (proposal, entry) in enumerate(found, 1):
        say(f"{place:3}  {headline(entry.title, entry.summary)}")
        say(f"     {proposal.entry_id}  we think: {thought(entry)}")
        say(f"     {proposal.why}")


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
