"""When each reader is due next, and what each one was chosen."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
ACTIVE = sa.text("membership = 'active'")


def upgrade() -> None:
    """Add the columns; every reader is looked at once."""
    op.add_column("subscribers", sa.Column("due_at", INSTANT))
    op.execute("UPDATE subscribers SET due_at = '1970-01-01T00:00:00.000000Z'")
    op.create_index(
        "subscribers_due",
        "subscribers",
        ["due_at", "subscriber_id"],
        sqlite_where=ACTIVE,
        postgresql_where=ACTIVE,
    )
    op.add_column("deliveries", sa.Column("issue", sa.Text))
    op.drop_index("deliveries_by_subscriber", "deliveries")
    op.create_index("deliveries_by_subscriber", "deliveries", ["subscriber_id", "queued_at"])
