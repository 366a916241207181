"""Entries: what the publisher wrote, and what we know of it: when it arrived and where it stands."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, exists, func, insert, select, update

from dailyten.errors import NotFound, StoreError
from dailyten.model.canonical import digest
from dailyten.model.entry import Entry, KeptEntry, Standing
from dailyten.store import tables
from dailyten.store.recognition import Acquaintance, Recognised, entry_ids, marks_of, recognise
from dailyten.store.rows import batches, columns_of, insert_missing, noun_of, row_of

ENTRY = columns_of(tables.entries, Entry)
ACQUAINTANCE = columns_of(tables.entries, Acquaintance)
ARRIVAL = [
    tables.arrivals.c[name] for name in ("entry_id", "feed_id", "first_seen_at", "place", "standing", "edition_id")
]
ORDER = (tables.arrivals.c.first_seen_at, tables.arrivals.c.place, tables.arrivals.c.entry_id)

UNDATED_BACK_ISSUES = 10
"""How many undated entries of a first read may wait for an edition: publishers put the newest first."""

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What one document brought: entries never seen before, entries that were rewritten, entries as they were."""

    new: tuple[KeptEntry, ...] = ()
    changed: tuple[KeptEntry, ...] = ()
    known: tuple[KeptEntry, ...] = ()


class Entries:
    """The entries of one transaction."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def keep(
        self, feed_id: str, entries: Sequence[Entry], *, now: datetime, back_issues_before: datetime | None = None
    ) -> Kept:
        """Keep the entries of one document, each once (see `dailyten.store.recognition`).

        A rewritten entry gets the publisher's new words; when it arrived and where it stands does not change. What
        is new waits for an edition whatever date it claims; only when the feed delivers for the first time, what
        was published before `back_issues_before` is known from the start, and so are undated entries after the
        tenth. Characters no database holds (NUL, lone surrogates) become U+FFFD. Raises NotFound for the feed.
        """
        self._lock(feed_id)
        first = back_issues_before is not None and not self._has_delivered(feed_id)
        arrived = [_storable(entry) for entry in entries]
        candidates = self._candidates(feed_id, arrived)
        found = recognise(arrived, [_acquaintance(row) for row in candidates.values()])
        changed: list[KeptEntry] = []
        known: list[KeptEntry] = []
        for each in found:
            if each.entry_id:
                before = candidates[each.entry_id]
                same = before.sha256 == digest(each.entry)
                (known if same else changed).append(_kept(before, each.entry))
        new = self._new(feed_id, found, now, back_issues_before if first else None)
        self._rewrite(feed_id, changed)
        return Kept(new=new, changed=tuple(changed), known=tuple(known))

    def waiting(self, until: datetime) -> tuple[KeptEntry, ...]:
        """Give the entries that wait for an edition and arrived until then, in order of arrival."""
        return self._kept(tables.IS_WAITING, tables.arrivals.c.first_seen_at <= until)

    def consider(self, entry_ids: Iterable[str], edition_id: str) -> None:
        """Write down which edition considered these entries; saying it twice is saying it once.

        Raises StoreError when one of them is not waiting and was not considered by this edition either.
        """
        wanted = set(entry_ids)
        arrival = tables.arrivals.c
        for batch in batches(sorted(wanted)):
            self._db.execute(
                update(tables.arrivals)
                .where(arrival.entry_id.in_(batch), tables.IS_WAITING)
                .values(standing=Standing.CONSIDERED, edition_id=edition_id)
            )
        considered = select(arrival.entry_id).where(arrival.edition_id == edition_id)
        if strangers := wanted - set(self._db.execute(considered).scalars()):
            raise StoreError(
                f"{len(strangers)} entries are not this edition's to consider.",
                expected="entries that wait for an edition",
                came=", ".join(sorted(strangers)[:5]),
                where=f"edition {edition_id}",
            )

    def considered_by(self, *edition_ids: str) -> tuple[KeptEntry, ...]:
        """Give the entries that these editions considered, in order of arrival."""
        return self._kept(tables.arrivals.c.edition_id.in_(edition_ids))

    def arrived_since(self, at: datetime) -> tuple[KeptEntry, ...]:
        """Give the entries that arrived at that instant or later, in order of arrival."""
        return self._kept(tables.arrivals.c.first_seen_at >= at)

    def get(self, entry_ids: Iterable[str]) -> dict[str, KeptEntry]:
        """Give the entries with these ids; one that is not here is left out."""
        found: dict[str, KeptEntry] = {}
        for batch in batches(dict.fromkeys(entry_ids)):
            rows = self._db.execute(_everything().where(tables.arrivals.c.entry_id.in_(batch)))
            found |= {row.entry_id: _kept(row) for row in rows}
        return found

    def at_address(self, url: str) -> tuple[KeptEntry, ...]:
        """Give the entries with exactly this link, in order of arrival; it looks at all, so only when a person asks."""
        return self._kept(tables.entries.c.url == url)

    def of_feed(self, feed_id: str, limit: int = 100) -> tuple[KeptEntry, ...]:
        """Give the newest entries of a feed, the newest first."""
        arrival = tables.arrivals.c
        found = (
            _everything()
            .where(arrival.feed_id == feed_id)
            .order_by(arrival.first_seen_at.desc(), arrival.place.desc(), arrival.entry_id.desc())
            .limit(limit)
        )
        return tuple(_kept(row) for row in self._db.execute(found))

    def arrivals_of(self, feed_id: str, limit: int) -> tuple[datetime, ...]:
        """Say when the newest entries of a feed arrived, the newest first."""
        arrival = tables.arrivals.c
        newest = arrival.first_seen_at.desc()
        found = select(arrival.first_seen_at).where(arrival.feed_id == feed_id).order_by(newest).limit(limit)
        return tuple(self._db.execute(found).scalars())

    def revisions(self, entry_id: str) -> tuple[int, str]:
        """Say how often an entry was rewritten since it arrived, and its title when it did. Raises NotFound."""
        entry = tables.entries.c
        found = select(entry.revisions, entry.first_title).where(entry.entry_id == entry_id)
        row = self._db.execute(found).one_or_none()
        if row is None:
            raise NotFound("There is no such entry.", came=entry_id)
        return row.revisions, row.first_title

    def counts(self) -> dict[str, dict[Standing, int]]:
        """Count the entries of each feed by where they stand."""
        arrival = tables.arrivals.c
        counted = select(arrival.feed_id, arrival.standing, func.count()).group_by(arrival.feed_id, arrival.standing)
        counts: dict[str, dict[Standing, int]] = {}
        for feed_id, standing, number in self._db.execute(counted):
            counts.setdefault(feed_id, {})[standing] = number
        return counts

    def _lock(self, feed_id: str) -> None:
        """Let two workers that read the same feed take turns, on PostgreSQL; SQLite has one writer."""
        feed = select(tables.feeds.c.feed_id).where(tables.feeds.c.feed_id == feed_id).with_for_update(key_share=True)
        if self._db.execute(feed).one_or_none() is None:
            raise NotFound("There is no such feed.", came=feed_id)

    def _has_delivered(self, feed_id: str) -> bool:
        found = exists().where(tables.arrivals.c.feed_id == feed_id)
        return bool(self._db.execute(select(found)).scalar_one())

    def _candidates(self, feed_id: str, arrived: Iterable[Entry]) -> dict[str, Row[Any]]:
        """Give the kept entries that have a mark in common with the document, the latest arrival first."""
        marks = sorted({mark for entry in arrived for mark in marks_of(feed_id, entry)})
        found: dict[str, Row[Any]] = {}
        for batch in batches(marks):
            rows = self._db.execute(
                select(*ACQUAINTANCE, tables.entries.c.sha256, *ARRIVAL)
                .join_from(tables.marks, tables.entries)
                .join(tables.arrivals, tables.arrivals.c.entry_id == tables.entries.c.entry_id)
                .where(tables.marks.c.mark.in_(batch))
            )
            found |= {row.entry_id: row for row in rows}
        latest_first = sorted(found.values(), key=lambda row: (row.first_seen_at, row.place), reverse=True)
        return {row.entry_id: row for row in latest_first}

    def _new(
        self, feed_id: str, found: Iterable[Recognised], now: datetime, back_issues_before: datetime | None
    ) -> tuple[KeptEntry, ...]:
        entries = [each.entry for each in found if not each.entry_id]
        ids = self._free_ids(feed_id, entries)
        standings = _standings(entries, back_issues_before)
        new = tuple(
            KeptEntry(entry_id=entry_id, feed_id=feed_id, entry=entry, first_seen_at=now, standing=standing)
            for entry_id, entry, standing in zip(ids, entries, standings, strict=True)
        )
        if new:
            self._db.execute(insert(tables.entries), [_entry_row(kept) for kept in new])
            self._db.execute(insert(tables.arrivals), [_arrival_row(kept, at) for at, kept in enumerate(new)])
            self._mark(feed_id, new)
        return new

    def _free_ids(self, feed_id: str, entries: Sequence[Entry]) -> list[str]:
        chosen: list[str] = []
        first = {next(iter(entry_ids(feed_id, entry))) for entry in entries}
        taken = self._taken(first)
        for entry in entries:
            for entry_id in entry_ids(feed_id, entry):
                if entry_id not in taken and (entry_id in first or not self._taken([entry_id])):
                    chosen.append(entry_id)
                    taken.add(entry_id)
                    break
        return chosen

    def _taken(self, ids: Iterable[str]) -> set[str]:
        column = tables.entries.c.entry_id
        return {
            each
            for batch in batches(ids)
            for each in self._db.execute(select(column).where(column.in_(batch))).scalars()
        }

    def _rewrite(self, feed_id: str, changed: Sequence[KeptEntry]) -> None:
        for kept in changed:
            row = row_of(kept.entry, sha256=digest(kept.entry), revisions=tables.entries.c.revisions + 1)
            self._db.execute(update(tables.entries).where(tables.entries.c.entry_id == kept.entry_id).values(row))
        for batch in batches(changed):
            ids = [kept.entry_id for kept in batch]
            self._db.execute(delete(tables.marks).where(tables.marks.c.entry_id.in_(ids)))
        self._mark(feed_id, changed)

    def _mark(self, feed_id: str, kept: Sequence[KeptEntry]) -> None:
        rows = [{"mark": mark, "entry_id": each.entry_id} for each in kept for mark in marks_of(feed_id, each.entry)]
        insert_missing(self._db, tables.marks, rows)

    def _kept(self, *conditions: ColumnElement[bool] | Any) -> tuple[KeptEntry, ...]:  # noqa: ANN401
        return tuple(_kept(row) for row in self._db.execute(_everything().where(*conditions).order_by(*ORDER)))


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
    texts = {name: getattr(entry, name) for name in ("key", "guid", "title", "url", "summary", "html", "language")}
    if not any(map(UNSTORABLE.search, (*texts.values(), *entry.authors, *entry.tags))):
        return entry
    mended: dict[str, Any] = {name: UNSTORABLE.sub("\ufffd", text) for name, text in texts.items()}
    mended["authors"] = tuple(UNSTORABLE.sub("\ufffd", each) for each in entry.authors)
    mended["tags"] = tuple(UNSTORABLE.sub("\ufffd", each) for each in entry.tags)
    return replace(entry, **mended)


def _entry_row(kept: KeptEntry) -> dict[str, Any]:
    return row_of(
        kept.entry,
        entry_id=kept.entry_id,
        feed_id=kept.feed_id,
        sha256=digest(kept.entry),
        first_title=kept.entry.title,
        revisions=0,
    )


def _arrival_row(kept: KeptEntry, place: int) -> dict[str, Any]:
    return {
        "entry_id": kept.entry_id,
        "feed_id": kept.feed_id,
        "first_seen_at": kept.first_seen_at,
        "place": place,
        "standing": kept.standing,
        "edition_id": None,
    }


def _everything() -> Select[Any]:
    return select(*ENTRY, *ARRIVAL).join_from(tables.arrivals, tables.entries)


def _acquaintance(row: Row[Any]) -> Acquaintance:
    return noun_of(Acquaintance, row[: len(ACQUAINTANCE)])


def _kept(row: Row[Any], entry: Entry | None = None) -> KeptEntry:
    return KeptEntry(
        entry_id=row.entry_id,
        feed_id=row.feed_id,
        entry=entry or noun_of(Entry, row[: len(ENTRY)]),
        first_seen_at=row.first_seen_at,
        standing=row.standing,
        edition_id=row.edition_id or "",
    )
