"""What waits for a confirmation by mail, and how often somebody asked."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from dailyten.errors import NotFound
from dailyten.model.consent import Ask
from dailyten.store.rows import columns_of, insert_or_update, noun_of, row_of
from dailyten.store.tables import subscribers as tables

ASK = columns_of(tables.asks, Ask)


class Asks:
    """The asks of one transaction."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def keep(self, ask: Ask) -> None:
        """Keep an ask; an earlier one for the same address, or of the same subscriber, gives way."""
        insert_or_update(self._db, tables.asks, [row_of(ask)])

    def get(self, ask_id: str) -> Ask:
        """Give an ask. Raises NotFound: it was confirmed, ran out, or never was."""
        found = self.find(ask_id)
        if found is None:
            raise NotFound("Nothing waits for this confirmation.", came=ask_id)
        return found

    def find(self, ask_id: str) -> Ask | None:
        """Give an ask, None if there is none."""
        row = self._db.execute(select(*ASK).where(tables.asks.c.ask_id == ask_id)).one_or_none()
        return None if row is None else noun_of(Ask, row)

    def of(self, address: str, subscriber_id: str = "") -> tuple[Ask, ...]:
        """Give what waits for an address, and what a subscriber waits for."""
        columns = tables.asks.c
        theirs = columns.address == address
        if subscriber_id:
            theirs |= columns.subscriber_id == subscriber_id
        rows = self._db.execute(select(*ASK).where(theirs).order_by(columns.asked_at, columns.ask_id))
        return tuple(noun_of(Ask, row) for row in rows)

    def drop(self, ask_id: str) -> None:
        """Forget an ask, because it was confirmed or withdrawn."""
        self._db.execute(delete(tables.asks).where(tables.asks.c.ask_id == ask_id))

    def older_than(self, since: datetime) -> tuple[str, ...]:
        """Name the asks that were made before an instant."""
        return tuple(self._db.execute(select(tables.asks.c.ask_id).where(tables.asks.c.asked_at < since)).scalars())

    def knock(self, network: str, at: datetime) -> None:
        """Count that somebody of a network asked."""
        self._db.execute(insert(tables.knocks).values(network=network, at=at))

    def knocks(self, since: datetime, network: str = "") -> int:
        """Say how often somebody asked since then, from one network or from all."""
        columns = tables.knocks.c
        which: list[Any] = [columns.at >= since]
        if network:
            which.append(columns.network == network)
        return int(self._db.execute(select(func.count()).select_from(tables.knocks).where(*which)).scalar_one())

    def forget_knocks(self, before: datetime) -> None:
        """Forget who asked before an instant."""
        self._db.execute(delete(tables.knocks).where(tables.knocks.c.at < before))
