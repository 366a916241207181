"""Editions, frozen."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from dailyten.store.columns import Day, Instant
from dailyten.store.tables import metadata

editions = Table(
    "editions",
    metadata,
    Column("edition_id", Text, primary_key=True),
    Column("on", Day, nullable=False),
    Column("zone", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("stories", Integer, nullable=False),
    Column("built_at", Instant, nullable=False),
    Column("body", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("published_at", Instant),
    Column("mailed_at", Instant),
    UniqueConstraint("on", "zone", "revision", name="one_per_morning"),
    Index("editions_by_built_at", "built_at"),
    sqlite_strict=True,
)

edition_places = Table(
    "edition_places",
    metadata,
    Column("edition_id", Text, ForeignKey("editions.edition_id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("story_id", Text, nullable=False),
    sqlite_strict=True,
)
