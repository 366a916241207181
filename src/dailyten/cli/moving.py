"""`dailyten feeds moves`, `plan`, `apply` and `undo`: changes of the list, shown before they are made."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dailyten.cli.asking import agreed
from dailyten.cli.saying import AsJson, plural, say, when
from dailyten.config import read_settings
from dailyten.errors import BadInput
from dailyten.feedlist.address import same_key
from dailyten.model.feed import ListChange
from dailyten.pipeline.listing import change_list, list_plan, text_diff, undo_change
from dailyten.pipeline.looking import dead_feeds, look_for
from dailyten.pipeline.moving import Because, ProposedMove, is_sure, moved_list, ours_to_write, proposed_moves
from dailyten.pipeline.taking import follow_list
from dailyten.store.store import Store
from dailyten.wiring import Parts

MOST_HISTORY = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edit:
    """A change that is about to be made: the file before and after, and what it does to the feeds."""

    act: str
    before: bytes
    after: bytes
    lines: tuple[str, ...]


def moves_(
    *,
    apply: bool = False,
    only: str = "",
    look: bool = False,
    yes: bool = False,
    config: Path | None = None,
    as_json: AsJson = False,
) -> int:
    """Show which feeds have moved, and what was changed in the list so far.

    Args:
        apply: Write the moves that the publishers announced (301 or 308 for six days) into the list.
        only: Take only this feed, by title or address; so a feed that was merely found can be taken too.
        look: Look at the sites of dead feeds now, a few requests each.
        yes: Do not ask before writing.
        config: The settings file.
        as_json: Write one JSON document.

    """
    parts = Parts(read_settings(config))
    with parts.store() as store:
        follow_list(store, parts.list_file(), parts.clock())
        if look and (dead := dead_feeds(store, parts.clock())):
            look_for(store, parts.poller(), dead, parts.clock())
        proposed = _proposed(store, parts, only)
        if apply:
            return _apply_moves(store, parts, proposed, only, yes=yes, as_json=as_json)
        with store.reading() as db:
            history = db.lists.history(MOST_HISTORY)
    if as_json:
        told = {
            "proposed": [_told_move(each) for each in proposed],
            "history": [_told_change(each) for each in history],
        }
        say(json.dumps(told, ensure_ascii=False, indent=1))
        return 0
    _say_proposed(proposed, parts.settings.digest.zone)
    _say_history(history, parts.settings.digest.zone)
    return 0


def plan_(file: Path | None = None, *, config: Path | None = None, as_json: AsJson = False) -> int:
    """Show what a changed list would change of what is polled now.

    Args:
        file: The changed list; without one, the list as it stands, and the moves that are proposed for it.
        config: The settings file.
        as_json: Write one JSON document.

    """
    parts = Parts(read_settings(config))
    path = file or parts.list_path
    feeds = parts.read_list(parts.list_bytes(path), path).feeds
    with parts.store() as store:
        if file is not None:
            follow_list(store, parts.list_file(), parts.clock())
        with store.reading() as db:
            planned = list_plan(db, feeds)
        proposed = () if file is not None else proposed_moves(store, parts.settings.poll, parts.clock())
    if as_json:
        told = {"changes": list(planned.lines()), "proposed": [_told_move(each) for each in proposed]}
        say(json.dumps(told, ensure_ascii=False, indent=1))
        return 0
    say(str(planned))
    if proposed:
        _say_proposed(proposed, parts.settings.digest.zone)
    return 0


def apply_(file: Path | None = None, *, yes: bool = False, config: Path | None = None, as_json: AsJson = False) -> int:
    """Make a changed list the list, or write the moves that are proposed; the difference is shown first.

    Args:
        file: The changed list, refused whole if it has a fault; without one, the proposed moves are written.
        yes: Do not ask before writing.
        config: The settings file.
        as_json: Write one JSON document.

    """
    if file is None:
        return moves_(apply=True, yes=yes, config=config, as_json=as_json)
    parts = Parts(read_settings(config))
    after = parts.list_bytes(file)
    feeds = parts.read_list(after, file).feeds
    with parts.store() as store:
        follow_list(store, parts.list_file(), parts.clock())
        with store.reading() as db:
            lines = tuple(list_plan(db, feeds).lines())
        edit = _Edit(act="apply", before=parts.list_bytes(), after=after, lines=lines)
        return _write(store, parts, edit, yes=yes, as_json=as_json)


def undo_(change: int | None = None, *, config: Path | None = None, as_json: AsJson = False) -> int:
    """Take back a change that dailyten made in the list; what you changed since stays.

    Args:
        change: Its number, as `dailyten feeds moves` shows it; the last one that still stands if none is given.
        config: The settings file.
        as_json: Write one JSON document.

    """
    parts = Parts(read_settings(config))
    with parts.store() as store:
        follow_list(store, parts.list_file(), parts.clock())
        undone = undo_change(store, parts.list_file(), parts.clock(), change)
        with store.reading() as db:
            [done] = db.lists.history(1)
    if as_json:
        say(json.dumps(_told_change(undone), ensure_ascii=False, indent=1))
        return 0
    say(f"Change {undone.change_id} ({undone.act}) of {when(undone.changed_at, parts.settings.digest.zone)} is undone:")
    for line in done.lines or ("No feed changed.",):
        say(f"  {line}")
    return 0


def _proposed(store: Store, parts: Parts, only: str) -> tuple[ProposedMove, ...]:
    every = proposed_moves(store, parts.settings.poll, parts.clock())
    if not only:
        return every
    found = tuple(
        each
        for each in every
        if each.feed.title.casefold() == only.casefold() or same_key(each.feed.address) == same_key(only)
    )
    if not found:
        raise BadInput("No move is proposed for this feed.", came=only)
    return found


def _apply_moves(
    store: Store, parts: Parts, proposed: Sequence[ProposedMove], only: str, *, yes: bool, as_json: bool
) -> int:
    wanted = tuple(proposed) if only else tuple(each for each in proposed if is_sure(each))
    before = parts.list_bytes()
    chosen, included = ours_to_write(before, wanted, name=str(parts.list_path))
    if not as_json:
        _say_chosen(chosen, included, parts.settings.digest.zone)
    after = moved_list(before, chosen, name=str(parts.list_path))
    left = len(proposed) - len(wanted)
    edit = _Edit(act="move", before=before, after=after, lines=_lines_of(chosen))
    left_out = {"included": [_told_move(each) for each in included]}
    code = _write(store, parts, edit, yes=yes, as_json=as_json, more=left_out)
    if left and not as_json:
        say(f"{plural(left, 'other proposal')} for you to decide: `dailyten feeds moves` shows them.")
    return code


def _write(
    store: Store, parts: Parts, edit: _Edit, *, yes: bool, as_json: bool, more: Mapping[str, Any] | None = None
) -> int:
    diff = text_diff(edit.before, edit.after)
    if not as_json:
        _say_edit(edit, diff)
    change: ListChange | None = None
    if edit.before != edit.after and (yes or as_json or agreed("Write it?")):
        change = change_list(store, parts.list_file(), edit.act, edit.before, edit.after, parts.clock())
    if as_json:
        told = {"changes": list(edit.lines), "diff": list(diff), "written": change is not None, **(more or {})}
        say(json.dumps({**told, "change": change.change_id if change else None}, ensure_ascii=False, indent=1))
    elif change is not None:
        say(f"\nWritten to {parts.list_path}. `dailyten feeds undo {change.change_id}` takes it back.")
    else:
        say("\nNothing was written." if diff else "\nThe list is as it should be; nothing was written.")
    return 0


def _say_edit(edit: _Edit, diff: Sequence[str]) -> None:
    if edit.act == "apply":
        for line in edit.lines or ("No feed changes.",):
            say(line)
    if diff:
        say("\nIn the list:")
    for line in diff:
        say(f"  {line}")


def _lines_of(moves: Sequence[ProposedMove]) -> tuple[str, ...]:
    return tuple(f"> {each.feed.title}  {each.feed.address} -> {each.address}" for each in moves)


def _say_chosen(chosen: Sequence[ProposedMove], included: Sequence[ProposedMove], zone: str) -> None:
    """Say what will be written, and of which moves somebody else must know."""
    if chosen or not included:
        _say_proposed(chosen, zone)
    for each in included:
        say(f"> {each.feed.title}\n    {each.feed.address}\n    -> {each.address}")
        say("    It stands in a list that yours includes. Tell those who keep that list; nothing is written here.")


def _say_proposed(proposed: Sequence[ProposedMove], zone: str) -> None:
    if not proposed:
        say("No feed has moved.")
        return
    for each in proposed:
        say(f"> {each.feed.title}")
        say(f"    {each.feed.address}\n    -> {each.address}")
        for line in move_lines(each, zone):
            say(f"    {line}")


def move_lines(move: ProposedMove, zone: str) -> list[str]:
    """Say why another address is proposed for a feed, and what to do about it."""
    since = when(move.since, zone)
    if move.taken_by is not None:
        title = move.taken_by.title
        return [f'That is the address of "{title}", which is on the list: remove one of the two.']
    if move.because is Because.REDIRECT:
        return [f"The site has sent us there for good since {since}. `dailyten feeds moves --apply` writes it."]
    shared = (
        f"It carries {move.shared} of the {move.known} newest entries that we have of the old one."
        if move.known
        else "We have no entries of the old one to compare it with."
    )
    doubt = " Look at it before you take it: it may be another feed." if not move.shared else ""
    return [
        f'Found at its site on {since}: "{move.title or "(no title)"}", {move.address}. {shared}{doubt}',
        f'To take it: dailyten feeds moves --apply --only "{move.feed.title}"',
    ]


def _say_history(history: Sequence[ListChange], zone: str) -> None:
    if not history:
        return
    say("\nChanged in the list by dailyten, the newest first:")
    for each in history:
        undone = f"  (undone {when(each.undone_at, zone)})" if each.undone_at and each.act != "undo" else ""
        say(f"  {each.change_id:3}  {when(each.changed_at, zone)}  {each.act}{undone}")
        for line in each.lines:
            say(f"         {line}")


def _told_move(move: ProposedMove) -> dict[str, Any]:
    return {
        "feed_id": move.feed.feed_id,
        "title": move.feed.title,
        "address": move.feed.address,
        "new_address": move.address,
        "because": move.because.value,
        "since": move.since.isoformat(),
        "found_title": move.title,
        "shared": move.shared,
        "known": move.known,
        "taken_by": move.taken_by.address if move.taken_by else None,
    }


def _told_change(change: ListChange) -> dict[str, Any]:
    return {
        "change": change.change_id,
        "act": change.act,
        "changed_at": change.changed_at.isoformat(),
        "lines": list(change.lines),
        "undone_at": change.undone_at.isoformat() if change.undone_at else None,
    }
