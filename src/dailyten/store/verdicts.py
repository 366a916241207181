"""Verdicts: what the classifier said of each entry, the latest one."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from dailyten.model.topic import Verdict
from dailyten.store.rows import batches, insert_or_update
from dailyten.store.tables import stories as tables


class Verdicts:
    """The verdicts of one transaction."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def keep(self, verdicts: Iterable[Verdict]) -> None:
        """Keep one verdict for each entry; a later one takes the place of an earlier."""
        rows = [{"entry_id": verdict.entry_id, "verdict": verdict} for verdict in verdicts]
        insert_or_update(self._db, tables.verdicts, rows)

    def of(self, entry_ids: Iterable[str]) -> dict[str, Verdict]:
        """Give the verdicts on these entries; one without a verdict is left out."""
        columns = tables.verdicts.c
        found: dict[str, Verdict] = {}
        for batch in batches(dict.fromkeys(entry_ids)):
            rows = self._db.execute(select(columns.entry_id, columns.verdict).where(columns.entry_id.in_(batch)))
            found |= {row.entry_id: row.verdict for row in rows}
        return found
