"""Feedback: editors' labels and readers' votes."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from dailyten.model.feedback import Label, Vote
from dailyten.store.rows import columns_of, insert_or_update, noun_of, row_of
from dailyten.store.tables import feedback as tables

LABEL = columns_of(tables.labels, Label)
VOTE = columns_of(tables.votes, Vote)


class Feedback:
    """Labels and votes of one transaction."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def keep_label(self, label: Label) -> None:
        """Keep what a person says of an entry; the same person's earlier label gives way."""
        insert_or_update(self._db, tables.labels, [row_of(label)])

    def take_label_back(self, entry_id: str, given_by: str) -> bool:
        """Forget what this person said of an entry; say whether there was anything to forget."""
        columns = tables.labels.c
        gone = delete(tables.labels).where(columns.entry_id == entry_id, columns.given_by == given_by)
        return bool(self._db.execute(gone).rowcount)

    def labels(self) -> tuple[Label, ...]:
        """Give every label, the oldest first."""
        columns = tables.labels.c
        found = select(*LABEL).order_by(columns.given_at, columns.entry_id, columns.given_by)
        return tuple(noun_of(Label, row) for row in self._db.execute(found))

    def cast(self, vote: Vote) -> None:
        """Keep a vote; of one reader's votes on a story of an edition the last one stands."""
        insert_or_update(self._db, tables.votes, [row_of(vote)])

    def votes(self, since: datetime) -> tuple[Vote, ...]:
        """Give the votes cast at that instant or later, the oldest first."""
        columns = tables.votes.c
        found = select(*VOTE).where(columns.cast_at >= since).order_by(columns.cast_at, columns.subscriber_id)
        return tuple(noun_of(Vote, row) for row in self._db.execute(found))

    def votes_of(self, subscriber_id: str) -> tuple[Vote, ...]:
        """Give a reader's votes, the oldest first."""
        columns = tables.votes.c
        found = select(*VOTE).where(columns.subscriber_id == subscriber_id)
        rows = self._db.execute(found.order_by(columns.cast_at, columns.edition_id, columns.story_id))
        return tuple(noun_of(Vote, row) for row in rows)
