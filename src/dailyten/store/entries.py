"""Entries: what the publisher wrote, and what we know of it: when it arrived and where it stands."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Integer, Row, Select, bindparam, func, literal, select, update

from dailyten.errors import NotFound, StoreError
from dailyten.model.entry import Entry, KeptEntry, Standing
from dailyten.store.columns import Instant
from dailyten.store.rows import batches, columns_of, noun_of
from dailyten.store.tables import entries as tables

if TYPE_CHECKING:
    from dailyten.store.keeping import Arrived, Kept

ENTRY = columns_of(tables.entries, Entry)
ARRIVAL = [
    tables.arrivals.c[name] for name in ("entry_id", "feed_id", "first_seen_at", "place", "standing", "edition_id")
]
ORDER = (tables.arrivals.c.first_seen_at, tables.arrivals.c.place, tables.arrivals.c.entry_id)

_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


def _arrivals() -> Select[Any]:
    """Ask for the times of the newest arrivals: where the last that counts lies, then all from there on, in one index.

    Built once, for every few answers of a poll ask it: to build it costs more than to run it.
    """
    feed_id, arrival, nearer = tables.feeds.c.feed_id, tables.arrivals.c, tables.arrivals.alias().c
    newest = select(nearer.first_seen_at).where(nearer.feed_id == feed_id).order_by(nearer.first_seen_at.desc())
    last = newest.correlate(tables.feeds).offset(bindparam("before_last", type_=Integer)).limit(1).scalar_subquery()
    return (
        select(feed_id, arrival.first_seen_at)
        .distinct()
        .join_from(tables.feeds, tables.arrivals, arrival.feed_id == feed_id)
        .where(
            feed_id.in_(bindparam("feeds", expanding=True)),
            arrival.first_seen_at >= func.coalesce(last, literal(_BEFORE_ALL, Instant())),
        )
    )


_ARRIVALS = _arrivals()


class Entries:
    """The entries of one transaction."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def keep(
        self, feed_id: str, entries: Sequence[Entry], *, now: datetime, back_issues_before: datetime | None = None
    ) -> "Kept":
        """Keep the entries of one document, each once (see `dailyten.store.keeping`). Raises NotFound for the feed."""
        from dailyten.model.introducing import introduce
        from dailyten.store.keeping import Arrived

        introduced = introduce(feed_id, entries)
        document = Arrived(feed_id=feed_id, entries=introduced, now=now, back_issues_before=back_issues_before)
        return self.keep_all([document])[0]

    def keep_all(self, documents: "Sequence[Arrived]") -> "list[Kept]":
        """Keep documents of different feeds together (see `dailyten.store.keeping`). Raises NotFound for a feed."""
        from dailyten.store.keeping import keep_all

        return keep_all(self._db, documents)

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

    def arrivals_of(self, feed_ids: Sequence[str], limit: int) -> dict[str, set[datetime]]:
        """Say of each feed when its newest entries arrived, at most `limit` of them."""
        times: dict[str, set[datetime]] = {each: set() for each in feed_ids}
        for batch in batches(feed_ids):
            for owner, at in self._db.execute(_ARRIVALS, {"feeds": batch, "before_last": limit - 1}).all():
                times[owner].add(at)
        return times

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

    def _kept(self, *conditions: ColumnElement[bool] | Any) -> tuple[KeptEntry, ...]:  # noqa: ANN401
        return tuple(_kept(row) for row in self._db.execute(_everything().where(*conditions).order_by(*ORDER)))


def _everything() -> Select[Any]:
    return select(*ENTRY, *ARRIVAL).join_from(tables.arrivals, tables.entries)


def _kept(row: Row[Any]) -> KeptEntry:
    return KeptEntry(
        entry_id=row.entry_id,
        feed_id=row.feed_id,
        entry=noun_of(Entry, row[: len(ENTRY)]),
        first_seen_at=row.first_seen_at,
        standing=row.standing,
        edition_id=row.edition_id or "",
    )
