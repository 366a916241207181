"""Consent, confirmations by mail and their caps; since when somebody is gone."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Add the tables and the column."""
    op.add_column("subscribers", sa.Column("left_at", INSTANT))
    op.create_table(
        "consents",
        sa.Column("consent_id", sa.Integer, primary_key=True),
        sa.Column(
            "subscriber_id", sa.Text, sa.ForeignKey("subscribers.subscriber_id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("door", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("text_version", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("consents_by_subscriber", "consents", ["subscriber_id", "consent_id"])
    op.create_table(
        "asks",
        sa.Column("ask_id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("subscriber_id", sa.Text, nullable=False),
        sa.Column("wishes", sa.Text, nullable=False),
        sa.Column("door", sa.Text, nullable=False),
        sa.Column("text_version", sa.Text, nullable=False),
        sa.Column("mailed_at", INSTANT),
        sqlite_strict=True,
    )
    op.create_index("asks_by_address", "asks", ["address"])
    op.create_index("asks_by_subscriber", "asks", ["subscriber_id"])
    op.create_index("asks_by_time", "asks", ["asked_at"])
    op.create_table(
        "knocks",
        sa.Column("knock_id", sa.Integer, primary_key=True),
        sa.Column("network", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("knocks_by_network", "knocks", ["network", "at"])
    op.create_index("knocks_by_time", "knocks", ["at"])
    op.create_table(
        "confirm_mails",
        sa.Column("delivery_id", sa.Text, primary_key=True),
        sa.Column("edition_id", sa.Text, nullable=False),
        sa.Column("subscriber_id", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("queued_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_try_at", INSTANT),
        sa.Column("ready_at", INSTANT, nullable=False),
        sa.Column("leased_until", INSTANT),
        sa.Column("leased_by", sa.Text, nullable=False),
        sa.Column("reply", sa.Text, nullable=False),
        sa.Column("settled_at", INSTANT),
        sqlite_strict=True,
    )
    for name, column, where in (
        ("confirm_mails_open", ["ready_at", "delivery_id"], "state IN ('queued', 'deferred')"),
        ("confirm_mails_in_hand", ["leased_until"], "state IN ('leased', 'in_doubt')"),
    ):
        op.create_index(name, "confirm_mails", column, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.create_index("confirm_mails_by_subject", "confirm_mails", ["subscriber_id"])
