"""What people say of entries and stories."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from dailyten.model.feedback import VoteKind
from dailyten.store.columns import Choice, Instant, Strings
from dailyten.store.tables import metadata

labels = Table(
    "labels",
    metadata,
    Column("entry_id", Text, ForeignKey("entries.entry_id"), primary_key=True),
    Column("given_by", Text, primary_key=True),
    Column("topics", Strings(), nullable=False),
    Column("networks", Strings(), nullable=False),
    Column("usefulness", Integer, nullable=False),
    Column("given_at", Instant, nullable=False),
    sqlite_strict=True,
)

votes = Table(
    "votes",
    metadata,
    Column("subscriber_id", Text, ForeignKey("subscribers.subscriber_id", ondelete="CASCADE"), primary_key=True),
    Column("edition_id", Text, ForeignKey("editions.edition_id"), primary_key=True),
    Column("story_id", Text, primary_key=True),
    Column("kind", Choice(VoteKind), nullable=False),
    Column("cast_at", Instant, nullable=False),
    Index("votes_by_time", "cast_at"),
    sqlite_strict=True,
)
