"""Keeping documents: what is new in them, what was rewritten, what we know already; many feeds in a few statements.

Recognition itself is pure and stands in `dailyten.store.recognition`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, exists, literal_column, select, update

from dailyten.errors import NotFound
from dailyten.model.entry import Entry, Introduced, KeptEntry, Standing
from dailyten.model.introducing import entry_ids
from dailyten.store.recognition import Acquaintance, Recognised, marks_between, recognise
from dailyten.store.rows import (
    batches,
    columns_of,
    insert_missing,
    insert_values,
    names_of,
    noun_of,
    values_of,
    write_each_values,
)
from dailyten.store.tables import entries as tables

UNDATED_BACK_ISSUES = 10
"""How many undated entries of a first read may wait for an edition: publishers put the newest first."""

ACQUAINTANCE = columns_of(tables.entries, Acquaintance)
KNOWN_AS = ("feed_id", "first_seen_at", "place", "standing", "edition_id")

WORDS = (*names_of(Entry), "sha256")
REWRITING = (
    update(tables.entries)
    .where(tables.entries.c.entry_id == bindparam("known"))
    .values(
        {name: bindparam(name) for name in WORDS}
        | {"revisions": tables.entries.c.revisions + literal_column("1")}  # no parameter beside those of each row
    )
)
ALIKE = (
    select(*ACQUAINTANCE, tables.entries.c.sha256, *(tables.arrivals.c[name] for name in KNOWN_AS))
    .join_from(tables.entries, tables.arrivals)
    .where(
        tables.entries.c.entry_id.in_(
            select(tables.marks.c.entry_id).where(tables.marks.c.mark.in_(bindparam("marks", expanding=True)))
        )
    )
)
UNMARKING = delete(tables.marks).where(
    tables.marks.c.mark == bindparam("gone"), tables.marks.c.entry_id == bindparam("of")
)

Candidates = Mapping[str, Row[Any]]
"""Kept entries of one feed by their ids, the latest arrival first."""

_Rewritten = tuple[Acquaintance, Introduced, KeptEntry]
"""An entry whose words changed: what it was known by, what it is known by now, and what is kept of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """The entries of one document, and when we saw them; see `keep_all` for `back_issues_before`."""

    feed_id: str
    entries: Sequence[Introduced]
    now: datetime
    back_issues_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What one document brought: entries never seen before, entries that were rewritten, entries as they were."""

    new: tuple[KeptEntry, ...] = ()
    changed: tuple[KeptEntry, ...] = ()
    known: tuple[KeptEntry, ...] = ()


def keep_all(db: Connection, documents: Sequence[Arrived]) -> list[Kept]:
    """Keep the entries of documents of different feeds, each entry once, and say what each document brought.

    A rewritten entry gets the publisher's new words; when it arrived and where it stands does not change. What is new
    waits for an edition whatever date it claims; only when a feed delivers for the first time, what was published
    before `back_issues_before` is known from the start, and so are undated entries after the tenth. Raises NotFound for
    a feed.
    """
    _lock(db, [document.feed_id for document in documents])
    old = _have_delivered(db, [document.feed_id for document in documents])
    candidates = _candidates(db, [document for document in documents if document.feed_id in old])
    found = [
        recognise(each.entries, [_acquaintance(row) for row in candidates[each.feed_id].values()]) for each in documents
    ]
    pairs = list(zip(documents, found, strict=True))
    news = _new(db, pairs, old)
    told = [_told(each, new, candidates[document.feed_id]) for (document, each), new in zip(pairs, news, strict=True)]
    _rewrite(db, [each for _, rewritten in told for each in rewritten])
    return [kept for kept, _ in told]


def _lock(db: Connection, feed_ids: Sequence[str]) -> None:
    """Let two workers that read the same feeds take turns, on PostgreSQL; SQLite has one writer."""
    feed_id = tables.feeds.c.feed_id
    for batch in batches(sorted(feed_ids)):  # in one order, else two workers could wait for each other
        locked = select(feed_id).where(feed_id.in_(batch)).order_by(feed_id).with_for_update(key_share=True)
        if strangers := set(batch) - set(db.execute(locked).scalars()):
            raise NotFound("There is no such feed.", came=", ".join(sorted(strangers)))


def _have_delivered(db: Connection, feed_ids: Sequence[str]) -> set[str]:
    """Name the feeds of which we keep an entry. Asked after the lock: another worker may just have kept the first."""
    feed_id = tables.feeds.c.feed_id
    delivered = exists().where(tables.arrivals.c.feed_id == feed_id)
    found: set[str] = set()
    for batch in batches(feed_ids):
        found |= set(db.execute(select(feed_id).where(feed_id.in_(batch), delivered)).scalars())
    return found


def _candidates(db: Connection, documents: Iterable[Arrived]) -> defaultdict[str, dict[str, Row[Any]]]:
    """Give for each feed the kept entries that have a mark in common with its document."""
    marks = {mark: None for each in documents for entry in each.entries for mark in entry.marks}
    rows: dict[str, Row[Any]] = {}
    for batch in batches(marks):
        rows |= {row.entry_id: row for row in db.execute(ALIKE, {"marks": batch}).all()}
    found: defaultdict[str, dict[str, Row[Any]]] = defaultdict(dict)
    for row in sorted(rows.values(), key=lambda row: (row.first_seen_at, row.place), reverse=True):
        found[row.feed_id][row.entry_id] = row
    return found


def _told(
    found: Sequence[Recognised], new: tuple[KeptEntry, ...], candidates: Candidates
) -> tuple[Kept, list[_Rewritten]]:
    known: list[KeptEntry] = []
    rewritten: list[_Rewritten] = []
    for each in found:
        if each.entry_id:
            before, arrived = candidates[each.entry_id], each.arrived
            if before.sha256 == arrived.sha256:
                known.append(_known(before, arrived.entry))
            else:
                rewritten.append((_acquaintance(before), arrived, _known(before, arrived.entry)))
    return Kept(new=new, changed=tuple(kept for *_, kept in rewritten), known=tuple(known)), rewritten


def _new(
    db: Connection, documents: Sequence[tuple[Arrived, Sequence[Recognised]]], old: set[str]
) -> list[tuple[KeptEntry, ...]]:
    """Keep what was not recognised, and give it document by document."""
    fresh = [(document, [each.arrived for each in found if not each.entry_id]) for document, found in documents]
    taken = _taken(db, {each.entry_id for document, new in fresh if document.feed_id in old for each in new})
    news = [
        _waiting(document, new, _free_ids(db, document.feed_id, new, taken), first=document.feed_id not in old)
        for document, new in fresh
    ]
    _insert(db, [each for (_, new), kept in zip(fresh, news, strict=True) for each in zip(count(), new, kept)])
    return news


def _waiting(document: Arrived, new: Sequence[Introduced], ids: Sequence[str], *, first: bool) -> tuple[KeptEntry, ...]:
    entries = [each.entry for each in new]
    standings = _standings(entries, document.back_issues_before if first else None)
    return tuple(
        KeptEntry(
            entry_id=entry_id, feed_id=document.feed_id, entry=entry, first_seen_at=document.now, standing=standing
        )
        for entry_id, entry, standing in zip(ids, entries, standings, strict=True)
    )


def _insert(db: Connection, placed: Sequence[tuple[int, Introduced, KeptEntry]]) -> None:
    """Insert new entries, each with its place in its document."""
    insert_values(
        db,
        tables.entries,
        (*WORDS, "entry_id", "feed_id", "first_title", "revisions"),
        [(*_words(new), kept.entry_id, kept.feed_id, new.entry.title, 0) for _, new, kept in placed],
    )
    insert_values(
        db,
        tables.arrivals,
        ("place", "entry_id", "feed_id", "first_seen_at", "standing", "edition_id"),
        [(place, kept.entry_id, kept.feed_id, kept.first_seen_at, kept.standing, None) for place, _, kept in placed],
    )
    insert_values(
        db, tables.marks, ("mark", "entry_id"), [(mark, kept.entry_id) for _, new, kept in placed for mark in new.marks]
    )


def _words(arrived: Introduced) -> tuple[Any, ...]:
    return (*values_of(arrived.entry), arrived.sha256)


def _free_ids(db: Connection, feed_id: str, entries: Sequence[Introduced], taken: set[str]) -> list[str]:
    """Choose an id for each entry that nobody has; of their first choices the `taken` ones are known."""
    chosen: list[str] = []
    for each in entries:
        free = each.entry_id
        if free in taken:
            choices = entry_ids(feed_id, each.entry)
            free = next(other for other in choices if other not in taken and not _taken(db, [other]))
        chosen.append(free)
        taken.add(free)
    return chosen


def _taken(db: Connection, ids: Iterable[str]) -> set[str]:
    column = tables.entries.c.entry_id
    return {each for batch in batches(ids) for each in db.execute(select(column).where(column.in_(batch))).scalars()}


def _rewrite(db: Connection, rewritten: Sequence[_Rewritten]) -> None:
    """Write the publisher's new words over the old, and let the entry be found by what it shows now."""
    write_each_values(
        db, REWRITING, (*WORDS, "known"), [(*_words(arrived), kept.entry_id) for _, arrived, kept in rewritten]
    )
    marks = [(*marks_between(kept.feed_id, before, arrived), kept.entry_id) for before, arrived, kept in rewritten]
    write_each_values(db, UNMARKING, ("gone", "of"), [(mark, of) for gone, _, of in marks for mark in gone])
    insert_missing(db, tables.marks, [{"mark": mark, "entry_id": of} for _, fresh, of in marks for mark in fresh])


def _standings(entries: Iterable[Entry], back_issues_before: datetime | None) -> list[Standing]:
    undated, standings = 0, []
    for entry in entries:
        written_at = entry.published_at or entry.updated_at
        undated += written_at is None
        old = undated > UNDATED_BACK_ISSUES if written_at is None else written_at < (back_issues_before or written_at)
        standings.append(Standing.KNOWN if back_issues_before and old else Standing.WAITING)
    return standings


def _acquaintance(row: Row[Any]) -> Acquaintance:
    return noun_of(Acquaintance, row[: len(ACQUAINTANCE)])


def _known(row: Row[Any], entry: Entry) -> KeptEntry:
    return KeptEntry(
        entry_id=row.entry_id,
        feed_id=row.feed_id,
        entry=entry,
        first_seen_at=row.first_seen_at,
        standing=row.standing,
        edition_id=row.edition_id or "",
    )
