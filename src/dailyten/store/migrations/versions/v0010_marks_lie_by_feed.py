"""Marks begin like the id of their feed and are nothing but their key, so that those of one document lie together.

The index of arrivals by edition holds only those that have one, on SQLite.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Write every mark anew, with the first four digits of its feed in the place of its own."""
    op.execute(
        "CREATE TEMPORARY TABLE marks_by_feed AS"
        " SELECT DISTINCT substr(feed_id, 1, 4) || substr(mark, 5) AS mark, entry_id"
        " FROM marks JOIN entries USING (entry_id)"
    )
    op.drop_table("marks")
    op.create_table(
        "marks",
        sa.Column("mark", sa.Text, nullable=False),
        sa.Column("entry_id", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("mark", "entry_id"),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.entry_id"]),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO marks SELECT mark, entry_id FROM marks_by_feed ORDER BY mark, entry_id")
    op.drop_table("marks_by_feed")
    op.drop_index("arrivals_by_edition", "arrivals")
    op.create_index("arrivals_by_edition", "arrivals", ["edition_id"], sqlite_where=sa.text("edition_id IS NOT NULL"))
