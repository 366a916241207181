"""Keeping documents: what is new in them, what was rewritten, what we know already; many feeds in a few statements.

Recognition itself is pure and stands in `dailyten.store.recognition`.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter
from typing import Any

import orjson
from sqlalchemy import Connection, Row, bindparam, delete, exists, literal_column, select, update

from dailyten.errors import NotFound
from dailyten.model.entry import Entry, KeptEntry, Standing
from dailyten.store.recognition import Acquaintance, Recognised, entry_ids, marks_between, marks_of, recognise
from dailyten.store.rows import batches, columns_of, insert_all, insert_missing, names_of, noun_of, row_of, write_each
from dailyten.store.tables import entries as tables

UNDATED_BACK_ISSUES = 10
"""How many undated entries of a first read may wait for an edition: publishers put the newest first."""

TEXTS = ("key", "guid", "title", "url", "summary", "html", "language")
_TEXTS_OF = attrgetter(*TEXTS)
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

ACQUAINTANCE = columns_of(tables.entries, Acquaintance)
KNOWN_AS = ("feed_id", "first_seen_at", "place", "standing", "edition_id")

REWRITING = (
    update(tables.entries)
    .where(tables.entries.c.entry_id == bindparam("known"))
    .values(
        {name: bindparam(name) for name in (*names_of(Entry), "sha256")}
        | {"revisions": tables.entries.c.revisions + literal_column("1")}  # no parameter beside those of each row
    )
)
UNMARKING = delete(tables.marks).where(
    tables.marks.c.mark == bindparam("gone"), tables.marks.c.entry_id == bindparam("of")
)

Candidates = Mapping[str, Row[Any]]
"""Kept entries of one feed by their ids, the latest arrival first."""

_Rewritten = tuple[Acquaintance, KeptEntry, dict[str, Any]]
"""An entry whose words changed: what it was known by, what it is now, and the row of its new words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """The entries of one document, and when we saw them; see `keep_all` for `back_issues_before`."""

    feed_id: str
    entries: Sequence[Entry]
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
    before `back_issues_before` is known from the start, and so are undated entries after the tenth. Characters no
    database holds (NUL, lone surrogates) become U+FFFD. Raises NotFound for a feed.
    """
    _lock(db, [document.feed_id for document in documents])
    old = _have_delivered(db, [document.feed_id for document in documents])
    documents = [replace(each, entries=[_storable(entry) for entry in each.entries]) for each in documents]
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
    marks = {mark: None for each in documents for entry in each.entries for mark in marks_of(each.feed_id, entry)}
    arrival, entry = tables.arrivals.c, tables.entries.c
    rows: dict[str, Row[Any]] = {}
    for batch in batches(marks):
        marked = select(tables.marks.c.entry_id).where(tables.marks.c.mark.in_(batch))
        alike = (
            select(*ACQUAINTANCE, entry.sha256, *(arrival[name] for name in KNOWN_AS))
            .join_from(tables.entries, tables.arrivals)
            .where(entry.entry_id.in_(marked))
        )
        rows |= {row.entry_id: row for row in db.execute(alike)}
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
            before, words = candidates[each.entry_id], words_row(each.entry)
            if before.sha256 == words["sha256"]:
                known.append(_known(before, each.entry))
            else:
                rewritten.append((_acquaintance(before), _known(before, each.entry), words))
    return Kept(new=new, changed=tuple(kept for _, kept, _ in rewritten), known=tuple(known)), rewritten


def _new(
    db: Connection, documents: Sequence[tuple[Arrived, Sequence[Recognised]]], old: set[str]
) -> list[tuple[KeptEntry, ...]]:
    """Keep what was not recognised, and give it document by document."""
    fresh = [(document, [each.entry for each in found if not each.entry_id]) for document, found in documents]
    wanted = {
        next(entry_ids(document.feed_id, entry))
        for document, entries in fresh
        if document.feed_id in old
        for entry in entries
    }
    taken = _taken(db, wanted)
    news = [
        _waiting(document, entries, _free_ids(db, document.feed_id, entries, taken), first=document.feed_id not in old)
        for document, entries in fresh
    ]
    _insert(db, [(place, kept) for new in news for place, kept in enumerate(new)])
    return news


def _waiting(document: Arrived, entries: Sequence[Entry], ids: Sequence[str], *, first: bool) -> tuple[KeptEntry, ...]:
    standings = _standings(entries, document.back_issues_before if first else None)
    return tuple(
        KeptEntry(
            entry_id=entry_id, feed_id=document.feed_id, entry=entry, first_seen_at=document.now, standing=standing
        )
        for entry_id, entry, standing in zip(ids, entries, standings, strict=True)
    )


def _insert(db: Connection, placed: Sequence[tuple[int, KeptEntry]]) -> None:
    if placed:
        insert_all(db, tables.entries, [_entry_row(kept) for _, kept in placed])
        insert_all(db, tables.arrivals, [_arrival_row(kept, place) for place, kept in placed])
        marked = [_mark_row(mark, kept) for _, kept in placed for mark in marks_of(kept.feed_id, kept.entry)]
        insert_all(db, tables.marks, marked)


def _free_ids(db: Connection, feed_id: str, entries: Sequence[Entry], taken: set[str]) -> list[str]:
    """Choose an id for each entry that nobody has; of their first choices the `taken` ones are known."""
    chosen: list[str] = []
    for entry in entries:
        choices = entry_ids(feed_id, entry)
        first = next(choices)
        others = (each for each in choices if each not in taken and not _taken(db, [each]))
        chosen.append(next(others) if first in taken else first)
        taken.add(chosen[-1])
    return chosen


def _taken(db: Connection, ids: Iterable[str]) -> set[str]:
    column = tables.entries.c.entry_id
    return {each for batch in batches(ids) for each in db.execute(select(column).where(column.in_(batch))).scalars()}


def _rewrite(db: Connection, rewritten: Sequence[_Rewritten]) -> None:
    """Write the publisher's new words over the old, and let the entry be found by what it shows now."""
    write_each(db, REWRITING, [words | {"known": kept.entry_id} for _, kept, words in rewritten])
    marks = [(*marks_between(kept.feed_id, before, kept.entry), kept) for before, kept, _ in rewritten]
    write_each(db, UNMARKING, [{"gone": mark, "of": kept.entry_id} for gone, _, kept in marks for mark in gone])
    insert_missing(db, tables.marks, [_mark_row(mark, kept) for _, fresh, kept in marks for mark in fresh])


def _mark_row(mark: str, kept: KeptEntry) -> dict[str, str]:
    return {"mark": mark, "entry_id": kept.entry_id}


def _standings(entries: Iterable[Entry], back_issues_before: datetime | None) -> list[Standing]:
    undated, standings = 0, []
    for entry in entries:
        written_at = entry.published_at or entry.updated_at
        undated += written_at is None
        old = undated > UNDATED_BACK_ISSUES if written_at is None else written_at < (back_issues_before or written_at)
        standings.append(Standing.KNOWN if back_issues_before and old else Standing.WAITING)
    return standings


def _storable(entry: Entry) -> Entry:
    """Replace what one database or the other cannot hold."""
    texts = _TEXTS_OF(entry)
    if _can_be_stored("".join((*texts, *entry.authors, *entry.tags))):
        return entry
    mended: dict[str, Any] = {name: UNSTORABLE.sub("\ufffd", text) for name, text in zip(TEXTS, texts, strict=True)}
    mended["authors"] = tuple(UNSTORABLE.sub("\ufffd", each) for each in entry.authors)
    mended["tags"] = tuple(UNSTORABLE.sub("\ufffd", each) for each in entry.tags)
    return replace(entry, **mended)


def _can_be_stored(text: str) -> bool:
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:  # lone surrogates
        return False


def _entry_row(kept: KeptEntry) -> dict[str, Any]:
    return words_row(kept.entry) | {
        "entry_id": kept.entry_id,
        "feed_id": kept.feed_id,
        "first_title": kept.entry.title,
        "revisions": 0,
    }


def words_row(entry: Entry) -> dict[str, Any]:
    """Give what the publisher wrote, and its `digest`: orjson writes the same bytes as our JSON, eight times faster.

    That holds for strings and instants, not for numbers, so only here; a test compares the two.
    """
    row = row_of(entry)
    return row | {"sha256": hashlib.sha256(orjson.dumps(row, option=orjson.OPT_SORT_KEYS)).hexdigest()}


def _arrival_row(kept: KeptEntry, place: int) -> dict[str, Any]:
    return {
        "entry_id": kept.entry_id,
        "feed_id": kept.feed_id,
        "first_seen_at": kept.first_seen_at,
        "place": place,
        "standing": kept.standing,
        "edition_id": None,
    }


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
