"""What we changed in the feed list."""

from sqlalchemy import Column, Integer, LargeBinary, Table, Text

from dailyten.store.columns import Instant, Strings
from dailyten.store.tables import metadata

list_changes = Table(
    "list_changes",
    metadata,
    Column("change_id", Integer, primary_key=True),
    Column("act", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("before", LargeBinary, nullable=False),
    Column("after", LargeBinary, nullable=False),
    Column("lines", Strings(), nullable=False),
    Column("undone_at", Instant),
    sqlite_strict=True,
)
