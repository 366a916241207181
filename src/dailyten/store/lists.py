"""The history of the feed list: every change that we made for its editors, so that each can be taken back."""

from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from dailyten.errors import NotFound
from dailyten.model.feed import ListChange
from dailyten.store.rows import columns_of, noun_of, row_of
from dailyten.store.tables import lists as tables

CHANGE = columns_of(tables.list_changes, ListChange)
MOST_KEPT = 200
"""Changes that are kept; the oldest go first."""


class Lists:
    """The list's history of one transaction."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def note(self, change: ListChange) -> ListChange:
        """Keep a change under the next number, which is never given twice."""
        number = self._db.execute(select(func.coalesce(func.max(tables.list_changes.c.change_id), 0))).scalar_one() + 1
        self._db.execute(insert(tables.list_changes), row_of(change) | {"change_id": number})
        self._db.execute(delete(tables.list_changes).where(tables.list_changes.c.change_id <= number - MOST_KEPT))
        return self.get(number)

    def get(self, change_id: int) -> ListChange:
        """Give a change by its number. Raises NotFound."""
        row = self._db.execute(select(*CHANGE).where(tables.list_changes.c.change_id == change_id)).one_or_none()
        if row is None:
            raise NotFound("There is no such change of the list.", came=str(change_id))
        return noun_of(ListChange, row)

    def history(self, limit: int = MOST_KEPT) -> tuple[ListChange, ...]:
        """Give the newest changes, the newest first."""
        found = select(*CHANGE).order_by(tables.list_changes.c.change_id.desc()).limit(limit)
        return tuple(noun_of(ListChange, row) for row in self._db.execute(found))

    def mark_undone(self, change_id: int, at: datetime) -> None:
        """Write down that a change was taken back."""
        changes = tables.list_changes
        self._db.execute(update(changes).where(changes.c.change_id == change_id).values(undone_at=at))
