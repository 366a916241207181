"""The hubs that tell of news."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from dailyten.model.push import Intent
from dailyten.store.columns import Choice, Flag, Instant
from dailyten.store.tables import metadata
from dailyten.store.tables.feeds import feeds

__all__ = ["announcements", "feeds", "pushes"]

announcements = Table(
    "announcements",
    metadata,
    Column("feed_id", Text, ForeignKey("feeds.feed_id"), primary_key=True),
    Column("hub_url", Text, nullable=False),
    Column("topic_url", Text, nullable=False),
    sqlite_strict=True,
)

pushes = Table(
    "pushes",
    metadata,
    Column("push_id", Text, primary_key=True),
    Column("feed_id", Text, ForeignKey("feeds.feed_id"), nullable=False),
    Column("hub_url", Text, nullable=False),
    Column("topic_url", Text, nullable=False),
    Column("callback", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("asked", Choice(Intent)),
    Column("asked_at", Instant),
    Column("try_at", Instant),
    Column("failures", Integer, nullable=False),
    Column("detail", Text, nullable=False),
    Column("verified_at", Instant),
    Column("lease_until", Instant),
    Column("denied_at", Instant),
    Column("delivered_at", Instant),
    Column("deliveries", Integer, nullable=False),
    Column("ignored", Integer, nullable=False),
    Column("missed", Integer, nullable=False),
    Column("leaving", Flag, nullable=False),
    Index("pushes_by_feed", "feed_id"),
    sqlite_strict=True,
)
