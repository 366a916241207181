"""The history of the feed list, and what looks at dead feeds' sites brought.

Written out, not taken from `tables.py`: what a migration does must not change when the tables do.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "list_changes",
        sa.Column("change_id", sa.Integer, primary_key=True),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("before", sa.LargeBinary, nullable=False),
        sa.Column("after", sa.LargeBinary, nullable=False),
        sa.Column("lines", sa.Text, nullable=False),
        sa.Column("undone_at", INSTANT),
        sqlite_strict=True,
    )
    op.create_table(
        "replacements",
        sa.Column("feed_id", sa.Text, sa.ForeignKey("feeds.feed_id"), primary_key=True),
        sa.Column("looked_at", INSTANT, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("shared", sa.Integer, nullable=False),
        sa.Column("known", sa.Integer, nullable=False),
        sqlite_strict=True,
    )
