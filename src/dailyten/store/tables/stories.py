"""What entries are about, and the stories that they tell together."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from dailyten.model.topic import Verdict
from dailyten.store.columns import Instant, Json
from dailyten.store.tables import metadata
from dailyten.store.tables.entries import arrivals

__all__ = ["arrivals", "stories", "story_entries", "verdicts"]

verdicts = Table(
    "verdicts",
    metadata,
    Column("entry_id", Text, ForeignKey("entries.entry_id"), primary_key=True),
    Column("verdict", Json(Verdict), nullable=False),
    sqlite_strict=True,
)

stories = Table(
    "stories",
    metadata,
    Column("story_id", Text, primary_key=True),
    Column("lead_id", Text, ForeignKey("entries.entry_id"), nullable=False),
    Column("first_seen_at", Instant, nullable=False),
    Column("development_of", Text, nullable=False),
    Column("repeats", Text, nullable=False),
    sqlite_strict=True,
)

story_entries = Table(
    "story_entries",
    metadata,
    Column("story_id", Text, ForeignKey("stories.story_id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("entry_id", Text, ForeignKey("entries.entry_id"), nullable=False),
    Index("story_entries_by_entry", "entry_id"),
    sqlite_strict=True,
)
