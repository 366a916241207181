"""Feeds and what polling knows of them."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from dailyten.model.fetched import Failure
from dailyten.store.columns import REAL_NUMBER, Choice, Flag, Instant, Numbers
from dailyten.store.tables import metadata

feeds = Table(
    "feeds",
    metadata,
    Column("feed_id", Text, primary_key=True),
    Column("address", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("home_url", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("weight", REAL_NUMBER, nullable=False),
    Column("title_only", Flag, nullable=False),
    Column("listed", Flag, nullable=False),
    Column("place", Integer, nullable=False),
    Column("added_at", Instant, nullable=False),
    sqlite_strict=True,
)

# Which text the listed feeds were read from: one row, or none.
list_stamps = Table(
    "list_stamps",
    metadata,
    Column("stamp", Text, primary_key=True),
    sqlite_strict=True,
)

feed_addresses = Table(
    "feed_addresses",
    metadata,
    Column("address", Text, primary_key=True),
    Column("feed_id", Text, ForeignKey("feeds.feed_id"), nullable=False),
    Column("since", Instant, nullable=False),
    sqlite_strict=True,
)

poll_states = Table(
    "poll_states",
    metadata,
    Column("feed_id", Text, ForeignKey("feeds.feed_id"), primary_key=True),
    # next_poll_at, or the epoch where it is None: one range in one index, on both databases.
    Column("due_at", Instant, nullable=False),
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
    Column("validators_from", Text, nullable=False),
    Column("validated_at", Instant),
    Column("body_sha256", Text, nullable=False),
    Column("next_poll_at", Instant),
    Column("last_poll_at", Instant),
    Column("last_good_at", Instant),
    Column("failures", Integer, nullable=False),
    Column("failing_since", Instant),
    Column("failure", Choice(Failure)),
    Column("failure_detail", Text, nullable=False),
    Column("moved_to", Text, nullable=False),
    Column("moved_since", Instant),
    Column("wished_minutes", Integer, nullable=False),
    Column("quiet_hours", Numbers, nullable=False),
    Index("poll_states_by_due_at", "due_at", "feed_id"),
    sqlite_strict=True,
)

poll_log = Table(
    "poll_log",
    metadata,
    Column("note_id", Integer, primary_key=True),
    Column("feed_id", Text, ForeignKey("feeds.feed_id"), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("status", Integer),
    Column("body_bytes", Integer, nullable=False),
    Column("conditional", Flag, nullable=False),
    Column("new_entries", Integer, nullable=False),
    Column("milliseconds", Integer, nullable=False),
    Column("wait_seconds", Integer, nullable=False),
    Index("poll_log_by_feed", "feed_id", "asked_at"),
    sqlite_strict=True,
)

replacements = Table(
    "replacements",
    metadata,
    Column("feed_id", Text, ForeignKey("feeds.feed_id"), primary_key=True),
    Column("looked_at", Instant, nullable=False),
    Column("address", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("shared", Integer, nullable=False),
    Column("known", Integer, nullable=False),
    sqlite_strict=True,
)
