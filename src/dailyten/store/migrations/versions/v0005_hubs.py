"""The hubs that feeds announce, and our subscriptions at them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
FLAG = sa.Integer().with_variant(sa.Boolean(), "postgresql")


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "announcements",
        sa.Column("feed_id", sa.Text, sa.ForeignKey("feeds.feed_id"), primary_key=True),
        sa.Column("hub_url", sa.Text, nullable=False),
        sa.Column("topic_url", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "pushes",
        sa.Column("push_id", sa.Text, primary_key=True),
        sa.Column("feed_id", sa.Text, sa.ForeignKey("feeds.feed_id"), nullable=False),
        sa.Column("hub_url", sa.Text, nullable=False),
        sa.Column("topic_url", sa.Text, nullable=False),
        sa.Column("callback", sa.Text, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("asked", sa.Text),
        sa.Column("asked_at", INSTANT),
        sa.Column("try_at", INSTANT),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("verified_at", INSTANT),
        sa.Column("lease_until", INSTANT),
        sa.Column("denied_at", INSTANT),
        sa.Column("delivered_at", INSTANT),
        sa.Column("deliveries", sa.Integer, nullable=False),
        sa.Column("ignored", sa.Integer, nullable=False),
        sa.Column("missed", sa.Integer, nullable=False),
        sa.Column("leaving", FLAG, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("pushes_by_feed", "pushes", ["feed_id"])
