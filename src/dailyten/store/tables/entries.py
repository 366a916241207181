"""Entries: what the publisher wrote (`entries`) and what we know of it (`arrivals`) are two tables."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, text

from dailyten.model.entry import Standing
from dailyten.store.columns import Choice, Instant, Strings
from dailyten.store.tables import metadata
from dailyten.store.tables.feeds import feeds

__all__ = ["IS_WAITING", "arrivals", "entries", "feeds", "marks"]

# A partial index serves a query only if the query says the same words, so both say these. The tables name SQLite's
# word for it only: to name PostgreSQL's loads that dialect, a tenth of a second of every command.
IS_WAITING = text("standing = 'waiting'")
_IS_CONSIDERED = text("edition_id IS NOT NULL")

entries = Table(
    "entries",
    metadata,
    Column("entry_id", Text, primary_key=True),
    Column("feed_id", Text, ForeignKey("feeds.feed_id"), nullable=False),
    Column("key", Text, nullable=False),
    Column("guid", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("authors", Strings(), nullable=False),
    Column("published_at", Instant),
    Column("updated_at", Instant),
    Column("summary", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("tags", Strings(), nullable=False),
    Column("sha256", Text, nullable=False),
    Column("first_title", Text, nullable=False),
    Column("revisions", Integer, nullable=False),
    sqlite_strict=True,
)

# What an entry may be recognised by, hashed, because PostgreSQL refuses to index long text. The key is all there is to
# find: nobody asks for the marks of an entry, and no entry is ever deleted.
marks = Table(
    "marks",
    metadata,
    Column("mark", Text, primary_key=True),
    Column("entry_id", Text, ForeignKey("entries.entry_id"), primary_key=True),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

arrivals = Table(
    "arrivals",
    metadata,
    Column("entry_id", Text, ForeignKey("entries.entry_id"), primary_key=True),
    Column("feed_id", Text, ForeignKey("feeds.feed_id"), nullable=False),
    Column("first_seen_at", Instant, nullable=False),
    # The place in the document it came in: entries of one moment keep the publisher's order.
    Column("place", Integer, nullable=False),
    Column("standing", Choice(Standing), nullable=False),
    Column("edition_id", Text, ForeignKey("editions.edition_id", deferrable=True, initially="DEFERRED")),
    CheckConstraint("(standing = 'considered') = (edition_id IS NOT NULL)", name="considered_by_one"),
    Index(
        "arrivals_waiting",
        "first_seen_at",
        "place",
        "entry_id",
        sqlite_where=IS_WAITING,
    ),
    Index("arrivals_by_time", "first_seen_at", "place", "entry_id"),
    Index("arrivals_by_feed", "feed_id", "first_seen_at", "place", "entry_id"),
    Index("arrivals_by_edition", "edition_id", sqlite_where=_IS_CONSIDERED),
    sqlite_strict=True,
)
