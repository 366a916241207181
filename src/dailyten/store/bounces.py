"""What came back by mail: each thing once, and whole where nobody could tell what it is."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from dailyten.errors import NotFound
from dailyten.model.bounce import Bounce, BounceKind
from dailyten.store.rows import columns_of, insert_missing, noun_of, row_of
from dailyten.store.tables import outbox as tables

BOUNCE = columns_of(tables.bounces, Bounce)


class Bounces:
    """What came back, in one transaction."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def keep(self, bounce: Bounce, content: bytes | None = None) -> bool:
        """Keep one, with its bytes if somebody must read it; False when it is here already."""
        return bool(insert_missing(self._db, tables.bounces, [row_of(bounce, content=content)]))

    def of(self, subscriber_id: str, *kinds: BounceKind) -> tuple[Bounce, ...]:
        """Give what came back from a subscriber, of these kinds or all, the oldest first."""
        columns = tables.bounces.c
        found = select(*BOUNCE).where(columns.subscriber_id == subscriber_id)
        if kinds:
            found = found.where(columns.kind.in_(kinds))
        rows = self._db.execute(found.order_by(columns.came_at, columns.bounce_id))
        return tuple(noun_of(Bounce, row) for row in rows)

    def latest(self, limit: int, kinds: Sequence[BounceKind] = ()) -> tuple[Bounce, ...]:
        """Give the last ones, of these kinds or all, the newest first."""
        columns = tables.bounces.c
        found = select(*BOUNCE).order_by(columns.came_at.desc(), columns.bounce_id).limit(limit)
        if kinds:
            found = found.where(columns.kind.in_(kinds))
        return tuple(noun_of(Bounce, row) for row in self._db.execute(found))

    def content(self, bounce_id: str) -> bytes:
        """Give the bytes of one that was kept whole. Raises NotFound."""
        found = select(tables.bounces.c.content).where(tables.bounces.c.bounce_id == bounce_id)
        content = self._db.execute(found).scalar_one_or_none()
        if content is None:
            raise NotFound("No such mail is kept.", came=bounce_id)
        return bytes(content)

    def counts(self, since: datetime) -> dict[BounceKind, int]:
        """Count by kind what came since then."""
        columns = tables.bounces.c
        counted = select(columns.kind, func.count()).where(columns.came_at >= since).group_by(columns.kind)
        return {row[0]: row[1] for row in self._db.execute(counted)}
