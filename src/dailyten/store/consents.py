"""The ledger of consent: lines are added and never changed; they go only with the person."""

from sqlalchemy import Connection, select

from dailyten.model.consent import Consent
from dailyten.store.rows import columns_of, insert_all, noun_of, row_of
from dailyten.store.tables import subscribers as tables

CONSENT = columns_of(tables.consents, Consent)


class Consents:
    """The ledger in one transaction."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def add(self, *consents: Consent) -> None:
        """Add lines at the end."""
        insert_all(self._db, tables.consents, [row_of(each) for each in consents])

    def of(self, subscriber_id: str) -> tuple[Consent, ...]:
        """Give the lines of a person in the order in which they were written."""
        columns = tables.consents.c
        found = select(*CONSENT).where(columns.subscriber_id == subscriber_id).order_by(columns.consent_id)
        return tuple(noun_of(Consent, row) for row in self._db.execute(found))
