"""Editions: frozen as canonical JSON with its digest, one for each date, zone and revision, and never changed.

The steps an edition takes afterwards (published, mailed) stand beside the frozen text, not in it.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, insert, select, update

from dailyten.errors import NotFound, StoreError
from dailyten.model.canonical import from_json, to_json
from dailyten.model.edition import ArchiveLine, Edition
from dailyten.store.rows import columns_of, insert_missing, noun_of
from dailyten.store.tables import editions as tables

LINE = columns_of(tables.editions, ArchiveLine)


@dataclass(frozen=True, slots=True)
class AlreadyFrozen:
    """Somebody froze this morning's edition before: here it is."""

    edition: Edition


class Editions:
    """The editions of one transaction."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def freeze(self, edition: Edition) -> Edition | AlreadyFrozen:
        """Keep an edition for good; of two with the same date, zone and revision the first one counts."""
        if not insert_missing(self._db, tables.editions, [_row(edition)]):
            return AlreadyFrozen(self._the_one(edition))
        places = [
            {"edition_id": edition.edition_id, "place": place, "story_id": story_id}
            for place, story_id in enumerate(edition.places)
        ]
        if places:
            self._db.execute(insert(tables.edition_places), places)
        return edition

    def get(self, edition_id: str) -> Edition:
        """Give an edition. Raises NotFound, and StoreError when its text is not what was frozen."""
        edition = self._first(_bodies().where(tables.editions.c.edition_id == edition_id))
        if edition is None:
            raise NotFound("There is no such edition.", came=edition_id)
        return edition

    def on(self, day: date, zone: str) -> Edition | None:
        """Give the newest revision of a morning."""
        columns = tables.editions.c
        morning = _bodies().where(columns.on == day, columns.zone == zone)
        return self._first(morning.order_by(columns.revision.desc()).limit(1))

    def latest(self) -> Edition | None:
        """Give the edition that was built last."""
        columns = tables.editions.c
        return self._first(_bodies().order_by(columns.built_at.desc(), columns.revision.desc()).limit(1))

    def listing(self, *, every_revision: bool = False) -> tuple[ArchiveLine, ...]:
        """Give a line for each edition, the newest morning first; of a morning only the newest revision, or all."""
        columns = tables.editions.c
        lines = select(*LINE).order_by(columns.on.desc(), columns.zone, columns.revision.desc())
        if not every_revision:
            newest = select(columns.on, columns.zone, func.max(columns.revision).label("revision"))
            last = newest.group_by(columns.on, columns.zone).subquery()
            same = (columns.on == last.c.on, columns.zone == last.c.zone, columns.revision == last.c.revision)
            lines = lines.join_from(tables.editions, last, and_(*same))
        return tuple(noun_of(ArchiveLine, row) for row in self._db.execute(lines))

    def steps(self, edition_id: str) -> ArchiveLine:
        """Say when an edition was built, published and mailed. Raises NotFound."""
        row = self._db.execute(select(*LINE).where(tables.editions.c.edition_id == edition_id)).one_or_none()
        if row is None:
            raise NotFound("There is no such edition.", came=edition_id)
        return noun_of(ArchiveLine, row)

    def told_since(self, at: datetime) -> dict[str, tuple[ArchiveLine, ...]]:
        """Give the stories that have a place in an edition built at that instant or later, and those editions."""
        columns, places = tables.editions.c, tables.edition_places.c
        found = (
            select(places.story_id, *LINE)
            .join_from(tables.editions, tables.edition_places)
            .where(columns.built_at >= at)
            .order_by(columns.built_at, columns.revision, places.place)
        )
        told: dict[str, tuple[ArchiveLine, ...]] = {}
        for row in self._db.execute(found):
            told[row.story_id] = (*told.get(row.story_id, ()), noun_of(ArchiveLine, row[1:]))
        return told

    def first_since(self, day: date, zone: str) -> dict[date, ArchiveLine]:
        """Give a line for the first revision of each morning from a date on: the one that is mailed."""
        columns = tables.editions.c
        mailed = (columns.on >= day, columns.zone == zone, columns.revision == 1)
        rows = self._db.execute(select(*LINE).where(*mailed).order_by(columns.on))
        return {line.on: line for line in (noun_of(ArchiveLine, row) for row in rows)}

    def mark_published(self, edition_id: str, at: datetime) -> None:
        """Write down when an edition was first published; later calls change nothing. Raises NotFound."""
        self._mark(edition_id, tables.editions.c.published_at, at)

    def mark_mailed(self, edition_id: str, at: datetime) -> None:
        """Write down when an edition's outbox was first filled; later calls change nothing. Raises NotFound."""
        self._mark(edition_id, tables.editions.c.mailed_at, at)

    def _mark(self, edition_id: str, step: ColumnElement[Any], at: datetime) -> None:
        this = update(tables.editions).where(tables.editions.c.edition_id == edition_id)
        if not self._db.execute(this.values({step: func.coalesce(step, at)})).rowcount:
            raise NotFound("There is no such edition.", came=edition_id)

    def _the_one(self, edition: Edition) -> Edition:
        columns = tables.editions.c
        same = (columns.on == edition.on, columns.zone == edition.zone, columns.revision == edition.revision)
        found = self._first(_bodies().where(*same))
        if found is None:
            raise StoreError("This edition's id belongs to another morning.", came=edition.edition_id)
        return found

    def _first(self, bodies: Select[Any]) -> Edition | None:
        row = self._db.execute(bodies).first()
        return None if row is None else _thaw(row.edition_id, row.body, row.sha256)


def _bodies() -> Select[Any]:
    columns = tables.editions.c
    return select(columns.edition_id, columns.body, columns.sha256)


def _row(edition: Edition) -> dict[str, object]:
    body = to_json(edition)
    return {
        "edition_id": edition.edition_id,
        "on": edition.on,
        "zone": edition.zone,
        "revision": edition.revision,
        "title": edition.title,
        "minutes": edition.minutes,
        "stories": len(edition.places),
        "built_at": edition.built_at,
        "body": body,
        "sha256": _sha256(body),
    }


def _thaw(edition_id: str, body: str, sha256: str) -> Edition:
    if _sha256(body) != sha256:
        raise StoreError(
            "A frozen edition was altered: restore it from a backup.",
            expected=f"text with the digest {sha256}",
            came=_sha256(body),
            where=f"edition {edition_id}",
        )
    return from_json(body, Edition)


def _sha256(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()
