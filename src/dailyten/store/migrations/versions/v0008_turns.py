"""When each reader is due next stands in a small table of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Move the instants of active readers; nobody else has a turn."""
    op.create_table(
        "turns",
        sa.Column("subscriber_id", sa.Text, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("subscriber_id"),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscribers.subscriber_id"], ondelete="CASCADE"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO turns SELECT subscriber_id, COALESCE(due_at, '1970-01-01T00:00:00.000000Z') FROM subscribers"
        " WHERE membership = 'active' ORDER BY subscriber_id"
    )
    op.create_index("turns_due", "turns", ["due_at", "subscriber_id"])
    op.drop_index("subscribers_due", "subscribers")
    op.drop_column("subscribers", "due_at")
