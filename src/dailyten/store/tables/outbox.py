"""Messages on their way, and what came back."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, UniqueConstraint, text

from dailyten.model.bounce import BounceDoor, BounceKind
from dailyten.model.delivery import DeliveryState
from dailyten.store.columns import Choice, Instant
from dailyten.store.tables import metadata
from dailyten.store.tables.editions import editions
from dailyten.store.tables.subscribers import subscribers, turns

__all__ = ["IS_IN_HAND", "IS_OPEN", "bounces", "confirm_mails", "deliveries", "editions", "subscribers", "turns"]

# Words of partial indexes, as in `dailyten.store.tables.entries`.
IS_OPEN = text("state IN ('queued', 'deferred')")
IS_IN_HAND = text("state IN ('leased', 'in_doubt')")

deliveries = Table(
    "deliveries",
    metadata,
    Column("delivery_id", Text, primary_key=True),
    Column(
        "edition_id", Text, ForeignKey("editions.edition_id", deferrable=True, initially="DEFERRED"), nullable=False
    ),
    Column("subscriber_id", Text, ForeignKey("subscribers.subscriber_id", ondelete="CASCADE"), nullable=False),
    Column("address", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("state", Choice(DeliveryState), nullable=False),
    Column("queued_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", Instant),
    # next_try_at, or queued_at where it is None: what the lease asks for, in one index.
    Column("ready_at", Instant, nullable=False),
    Column("leased_until", Instant),
    Column("leased_by", Text, nullable=False),
    Column("reply", Text, nullable=False),
    Column("settled_at", Instant),
    # What this reader was chosen (`dailyten.store.turns` writes it); none where everybody got the edition itself.
    Column("issue", Text),
    UniqueConstraint("edition_id", "subscriber_id", name="one_per_subscriber"),
    Index("deliveries_open", "ready_at", "delivery_id", sqlite_where=IS_OPEN),
    Index("deliveries_in_hand", "leased_until", sqlite_where=IS_IN_HAND),
    Index("deliveries_by_subscriber", "subscriber_id", "queued_at"),
    sqlite_strict=True,
)

# What came back by mail. `content` is kept only for what a person must read.
bounces = Table(
    "bounces",
    metadata,
    Column("bounce_id", Text, primary_key=True),
    Column("came_at", Instant, nullable=False),
    Column("kind", Choice(BounceKind), nullable=False),
    Column("door", Choice(BounceDoor), nullable=False),
    Column("subscriber_id", Text, ForeignKey("subscribers.subscriber_id", ondelete="CASCADE")),
    Column("delivery_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("acted", Text, nullable=False),
    Column("content", LargeBinary),
    Index("bounces_by_subscriber", "subscriber_id", "came_at"),
    Index("bounces_by_time", "came_at", "bounce_id"),
    sqlite_strict=True,
)

# Confirm mails on their way: the columns and the states of `deliveries`, without an edition or a subscriber yet.
confirm_mails = Table(
    "confirm_mails",
    metadata,
    Column("delivery_id", Text, primary_key=True),
    Column("edition_id", Text, nullable=False),
    Column("subscriber_id", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("state", Choice(DeliveryState), nullable=False),
    Column("queued_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", Instant),
    Column("ready_at", Instant, nullable=False),
    Column("leased_until", Instant),
    Column("leased_by", Text, nullable=False),
    Column("reply", Text, nullable=False),
    Column("settled_at", Instant),
    Index("confirm_mails_open", "ready_at", "delivery_id", sqlite_where=IS_OPEN),
    Index("confirm_mails_in_hand", "leased_until", sqlite_where=IS_IN_HAND),
    Index("confirm_mails_by_subject", "subscriber_id"),
    sqlite_strict=True,
)
