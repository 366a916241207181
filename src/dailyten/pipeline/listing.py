"""Changes of the feed list that we make for its editors: shown first, written whole, kept, and taken back on request.

What is written comes from `feedlist.edit`, so comments, order, unknown attributes and encoding stay. An editor who
saves the file at the same moment wins: we write only over the bytes that we have read.
"""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from dailyten.errors import BadInput, NotFound
from dailyten.feedlist.plan import Plan, plan
from dailyten.feedlist.read import FeedList
from dailyten.model.feed import Feed, ListChange
from dailyten.pipeline.list_file import ListFile
from dailyten.store.store import Store
from dailyten.store.transaction import Transaction

LONGEST_LINE = 200
"""Characters of a line of the list that a diff shows."""


def change_list(
    store: Store, list_file: ListFile, act: str, before: bytes, after: bytes, now: datetime
) -> ListChange | None:
    """Write the list anew, keep the change, and let its feeds be polled; None where nothing changes.

    `before` are the bytes that the change was made from. Raises BadFeedList where `after` has a fault, BadInput where
    the file is no longer `before`.
    """
    if before == after:
        return None
    taken = list_file.take(after)
    with store.writing() as db:
        return _write(db, list_file, act, before, after, taken, now)


def undo_change(store: Store, list_file: ListFile, now: datetime, change_id: int | None = None) -> ListChange:
    """Take a change back, the last one that still stands unless another is named; what editors changed since stays.

    Raises NotFound where there is no such change, BadInput where its lines were changed again since.
    """
    with store.reading() as db:
        change = _to_undo(db, change_id)
    current = list_file.read()
    after = change.before if current == change.after else without_change(change, current)
    taken = list_file.take(after)
    with store.writing() as db:
        undone = _write(db, list_file, "undo", current, after, taken, now)
        for each in (change.change_id, undone.change_id):
            db.lists.mark_undone(each, now)
    return replace(change, undone_at=now)


def without_change(change: ListChange, current: bytes) -> bytes:
    """Take a change out of a list that went on since, line by line. Raises BadInput where its own lines changed."""
    before, after, now = (each.splitlines(keepends=True) for each in (change.before, change.after, current))
    place = dict(_same_lines(after, now))
    result, read_to = [], 0
    for start, end, old in _hunks(after, before):
        at = _place_of(start, end, place, len(after), len(now))
        if at is None:
            raise BadInput(
                "The list was changed again at the same lines, so this change cannot be taken back by itself.",
                expected="an undo of the later change first, or an edit of the list by hand",
                came=f"change {change.change_id}",
            )
        result += [*now[read_to : at[0]], *old]
        read_to = at[1]
    return b"".join([*result, *now[read_to:]])


def list_plan(db: Transaction, feeds: Sequence[Feed]) -> Plan:
    """Say what a list would change of what is polled now: a feed is known by every address that it ever had."""
    return plan(db.feeds.listed(), [_as_known(db, feed) for feed in feeds])


def text_diff(before: bytes, after: bytes) -> tuple[str, ...]:
    """Show the lines of the file that differ, each with its number: "12 - ..." and "12 + ..."."""
    old, new = (each.decode("utf-8", "replace").splitlines() for each in (before, after))
    return tuple(_diff_lines(old, new))


def _write(
    db: Transaction,
    list_file: ListFile,
    act: str,
    before: bytes,
    after: bytes,
    taken: FeedList,
    now: datetime,
) -> ListChange:
    lines = tuple(list_plan(db, taken.feeds).lines())
    change = db.lists.note(ListChange(act=act, changed_at=now, before=before, after=after, lines=lines))
    db.feeds.apply(taken.feeds, now, stamp=taken.stamp)
    if list_file.read() != before:
        raise BadInput("The list was saved by somebody else meanwhile; nothing was changed.", where=list_file.name)
    list_file.write(after)
    return change


def _to_undo(db: Transaction, change_id: int | None) -> ListChange:
    if change_id is not None:
        change = db.lists.get(change_id)
        if change.undone_at is not None:
            raise BadInput(f"Change {change_id} was taken back already.", came=str(change_id))
        return change
    standing = next((each for each in db.lists.history() if each.undone_at is None), None)
    if standing is None:
        raise NotFound("There is no change of ours to take back.")
    return standing


def _as_known(db: Transaction, feed: Feed) -> Feed:
    known = db.feeds.with_address(feed.address)
    return feed if known is None else replace(feed, feed_id=known.feed_id)


def _hunks(after: Sequence[bytes], before: Sequence[bytes]) -> Iterator[tuple[int, int, Sequence[bytes]]]:
    """Give the places of `after` that differ, and the lines that stood there before."""
    for tag, start, end, old_start, old_end in difflib.SequenceMatcher(
        None, after, before, autojunk=False
    ).get_opcodes():
        if tag != "equal":
            yield start, end, before[old_start:old_end]


def _same_lines(after: Sequence[bytes], now: Sequence[bytes]) -> Iterator[tuple[int, int]]:
    for block in difflib.SequenceMatcher(None, after, now, autojunk=False).get_matching_blocks():
        yield from ((block.a + step, block.b + step) for step in range(block.size))


def _place_of(start: int, end: int, place: dict[int, int], after: int, now: int) -> tuple[int, int] | None:
    """Say where lines of `after` stand now, if they all still do, side by side; of none, where their neighbour is."""
    if start == end:
        if start == 0 or start - 1 in place:
            at = 0 if start == 0 else place[start - 1] + 1
            return at, at
        at = now if start == after else place.get(start, -1)
        return (at, at) if at >= 0 else None
    found = [place.get(line, -1) for line in range(start, end)]
    whole = found[0] >= 0 and found == list(range(found[0], found[0] + end - start))
    return (found[0], found[0] + end - start) if whole else None


def _diff_lines(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        yield from (f"{a + step + 1:4} - {_cut(line)}" for step, line in enumerate(old[a:b]))
        yield from (f"{c + step + 1:4} + {_cut(line)}" for step, line in enumerate(new[c:d]))


def _cut(line: str) -> str:
    plain = line.strip()
    return plain if len(plain) <= LONGEST_LINE else f"{plain[:LONGEST_LINE]}..."
