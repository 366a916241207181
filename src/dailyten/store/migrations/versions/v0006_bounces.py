"""What comes back by mail."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "bounces",
        sa.Column("bounce_id", sa.Text, primary_key=True),
        sa.Column("came_at", INSTANT, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("door", sa.Text, nullable=False),
        sa.Column("subscriber_id", sa.Text, sa.ForeignKey("subscribers.subscriber_id", ondelete="CASCADE")),
        sa.Column("delivery_id", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("acted", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary),
        sqlite_strict=True,
    )
    op.create_index("bounces_by_subscriber", "bounces", ["subscriber_id", "came_at"])
    op.create_index("bounces_by_time", "bounces", ["came_at", "bounce_id"])
