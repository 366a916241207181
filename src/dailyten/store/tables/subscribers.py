"""Readers: who they are, when it is their turn, what they agreed to."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from dailyten.model.consent import Act, AskKind, Door
from dailyten.model.subscriber import Membership, Wishes
from dailyten.store.columns import Choice, Instant, Json
from dailyten.store.tables import metadata

subscribers = Table(
    "subscribers",
    metadata,
    Column("subscriber_id", Text, primary_key=True),
    Column("address", Text, nullable=False, unique=True),
    Column("membership", Choice(Membership), nullable=False),
    Column("joined_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("wishes", Json(Wishes), nullable=False),
    Column("paused_until", Instant),
    Column("consent", Text, nullable=False),
    Column("left_at", Instant),
    Index("subscribers_by_membership", "membership", "subscriber_id"),
    sqlite_strict=True,
)

# When to look at each active reader next; who is not active has no row. Small, and in the order of the ids, for every
# reader's row is written anew at every turn: in `subscribers` that was a page of the file for each (decision 0017).
turns = Table(
    "turns",
    metadata,
    Column("subscriber_id", Text, ForeignKey("subscribers.subscriber_id", ondelete="CASCADE"), primary_key=True),
    Column("due_at", Instant, nullable=False),
    Index("turns_due", "due_at", "subscriber_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

suppressions = Table(
    "suppressions",
    metadata,
    Column("address_hash", Text, primary_key=True),
    Column("since", Instant, nullable=False),
    sqlite_strict=True,
)

consents = Table(
    "consents",
    metadata,
    Column("consent_id", Integer, primary_key=True),
    Column("subscriber_id", Text, ForeignKey("subscribers.subscriber_id", ondelete="CASCADE"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("act", Choice(Act), nullable=False),
    Column("door", Choice(Door), nullable=False),
    Column("words", Text, nullable=False),
    Column("text_version", Text, nullable=False),
    Index("consents_by_subscriber", "subscriber_id", "consent_id"),
    sqlite_strict=True,
)

asks = Table(
    "asks",
    metadata,
    Column("ask_id", Text, primary_key=True),
    Column("kind", Choice(AskKind), nullable=False),
    Column("address", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("subscriber_id", Text, nullable=False),
    Column("wishes", Json(Wishes), nullable=False),
    Column("door", Choice(Door), nullable=False),
    Column("text_version", Text, nullable=False),
    Column("mailed_at", Instant),
    Index("asks_by_address", "address"),
    Index("asks_by_subscriber", "subscriber_id"),
    Index("asks_by_time", "asked_at"),
    sqlite_strict=True,
)

# Each time somebody asked, for the caps: the network it came from, never the address, and gone after two days.
knocks = Table(
    "knocks",
    metadata,
    Column("knock_id", Integer, primary_key=True),
    Column("network", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index("knocks_by_network", "network", "at"),
    Index("knocks_by_time", "at"),
    sqlite_strict=True,
)
