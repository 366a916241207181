"""The first tables.

Written out, not taken from `tables.py`: what a migration does must not change when the tables do.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
FLAG = sa.Integer().with_variant(sa.Boolean(), "postgresql")
REAL_NUMBER: sa.types.TypeEngine[float] = sa.Double().with_variant(sa.REAL(), "sqlite")


def upgrade() -> None:
    """Make every table and index."""
    op.create_table(
        "editions",
        sa.Column("edition_id", sa.Text, primary_key=True),
        sa.Column("on", sa.Text, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("stories", sa.Integer, nullable=False),
        sa.Column("built_at", INSTANT, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("published_at", INSTANT),
        sa.Column("mailed_at", INSTANT),
        sa.UniqueConstraint("on", "zone", "revision", name="one_per_morning"),
        sqlite_strict=True,
    )
    op.create_index("editions_by_built_at", "editions", ["built_at"])
    op.create_table(
        "feeds",
        sa.Column("feed_id", sa.Text, primary_key=True),
        sa.Column("address", sa.Text, nullable=False, unique=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("home_url", sa.Text, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("weight", REAL_NUMBER, nullable=False),
        sa.Column("title_only", FLAG, nullable=False),
        sa.Column("listed", FLAG, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "subscribers",
        sa.Column("subscriber_id", sa.Text, primary_key=True),
        sa.Column("address", sa.Text, nullable=False, unique=True),
        sa.Column("membership", sa.Text, nullable=False),
        sa.Column("joined_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("wishes", sa.Text, nullable=False),
        sa.Column("paused_until", INSTANT),
        sa.Column("consent", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("subscribers_by_membership", "subscribers", ["membership", "subscriber_id"])
    op.create_table(
        "suppressions",
        sa.Column("address_hash", sa.Text, primary_key=True),
        sa.Column("since", INSTANT, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "deliveries",
        sa.Column("delivery_id", sa.Text, primary_key=True),
        sa.Column(
            "edition_id",
            sa.Text,
            sa.ForeignKey("editions.edition_id", deferrable=True, initially="DEFERRED"),
            nullable=False,
        ),
        sa.Column(
            "subscriber_id", sa.Text, sa.ForeignKey("subscribers.subscriber_id", ondelete="CASCADE"), nullable=False
        ),
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
        sa.UniqueConstraint("edition_id", "subscriber_id", name="one_per_subscriber"),
        sqlite_strict=True,
    )
    op.create_index("deliveries_by_subscriber", "deliveries", ["subscriber_id"])
    op.create_index(
        "deliveries_in_hand",
        "deliveries",
        ["leased_until"],
        sqlite_where=sa.text("state IN ('leased', 'in_doubt')"),
        postgresql_where=sa.text("state IN ('leased', 'in_doubt')"),
    )
    op.create_index(
        "deliveries_open",
        "deliveries",
        ["ready_at", "delivery_id"],
        sqlite_where=sa.text("state IN ('queued', 'deferred')"),
        postgresql_where=sa.text("state IN ('queued', 'deferred')"),
    )
    op.create_table(
        "edition_places",
        sa.Column("edition_id", sa.Text, sa.ForeignKey("editions.edition_id"), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("story_id", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "entries",
        sa.Column("entry_id", sa.Text, primary_key=True),
        sa.Column("feed_id", sa.Text, sa.ForeignKey("feeds.feed_id"), nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("guid", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("authors", sa.Text, nullable=False),
        sa.Column("published_at", INSTANT),
        sa.Column("updated_at", INSTANT),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("html", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("tags", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("first_title", sa.Text, nullable=False),
        sa.Column("revisions", sa.Integer, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "feed_addresses",
        sa.Column("address", sa.Text, primary_key=True),
        sa.Column("feed_id", sa.Text, sa.ForeignKey("feeds.feed_id"), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "poll_log",
        sa.Column("note_id", sa.Integer, primary_key=True),
        sa.Column("feed_id", sa.Text, sa.ForeignKey("feeds.feed_id"), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("body_bytes", sa.Integer, nullable=False),
        sa.Column("conditional", FLAG, nullable=False),
        sa.Column("new_entries", sa.Integer, nullable=False),
        sa.Column("milliseconds", sa.Integer, nullable=False),
        sa.Column("wait_seconds", sa.Integer, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("poll_log_by_feed", "poll_log", ["feed_id", "asked_at"])
    op.create_table(
        "poll_states",
        sa.Column("feed_id", sa.Text, sa.ForeignKey("feeds.feed_id"), primary_key=True),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("etag", sa.Text, nullable=False),
        sa.Column("last_modified", sa.Text, nullable=False),
        sa.Column("validators_from", sa.Text, nullable=False),
        sa.Column("validated_at", INSTANT),
        sa.Column("body_sha256", sa.Text, nullable=False),
        sa.Column("next_poll_at", INSTANT),
        sa.Column("last_poll_at", INSTANT),
        sa.Column("last_good_at", INSTANT),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("failing_since", INSTANT),
        sa.Column("failure", sa.Text),
        sa.Column("failure_detail", sa.Text, nullable=False),
        sa.Column("moved_to", sa.Text, nullable=False),
        sa.Column("moved_since", INSTANT),
        sa.Column("wished_minutes", sa.Integer, nullable=False),
        sa.Column("quiet_hours", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("poll_states_by_due_at", "poll_states", ["due_at", "feed_id"])
    op.create_table(
        "votes",
        sa.Column(
            "subscriber_id", sa.Text, sa.ForeignKey("subscribers.subscriber_id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("edition_id", sa.Text, sa.ForeignKey("editions.edition_id"), primary_key=True),
        sa.Column("story_id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("cast_at", INSTANT, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("votes_by_time", "votes", ["cast_at"])
    op.create_table(
        "arrivals",
        sa.Column("entry_id", sa.Text, sa.ForeignKey("entries.entry_id"), primary_key=True),
        sa.Column("feed_id", sa.Text, sa.ForeignKey("feeds.feed_id"), nullable=False),
        sa.Column("first_seen_at", INSTANT, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("standing", sa.Text, nullable=False),
        sa.Column("edition_id", sa.Text, sa.ForeignKey("editions.edition_id", deferrable=True, initially="DEFERRED")),
        sa.CheckConstraint("(standing = 'considered') = (edition_id IS NOT NULL)", name="considered_by_one"),
        sqlite_strict=True,
    )
    op.create_index("arrivals_by_edition", "arrivals", ["edition_id"])
    op.create_index("arrivals_by_feed", "arrivals", ["feed_id", "first_seen_at", "place", "entry_id"])
    op.create_index("arrivals_by_time", "arrivals", ["first_seen_at", "place", "entry_id"])
    op.create_index(
        "arrivals_waiting",
        "arrivals",
        ["first_seen_at", "place", "entry_id"],
        sqlite_where=sa.text("standing = 'waiting'"),
        postgresql_where=sa.text("standing = 'waiting'"),
    )
    op.create_table(
        "labels",
        sa.Column("entry_id", sa.Text, sa.ForeignKey("entries.entry_id"), primary_key=True),
        sa.Column("given_by", sa.Text, primary_key=True),
        sa.Column("topics", sa.Text, nullable=False),
        sa.Column("networks", sa.Text, nullable=False),
        sa.Column("usefulness", sa.Integer, nullable=False),
        sa.Column("given_at", INSTANT, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "marks",
        sa.Column("mark", sa.Text, primary_key=True),
        sa.Column("entry_id", sa.Text, sa.ForeignKey("entries.entry_id"), primary_key=True),
        sqlite_strict=True,
    )
    op.create_index("marks_by_entry", "marks", ["entry_id"])
    op.create_table(
        "stories",
        sa.Column("story_id", sa.Text, primary_key=True),
        sa.Column("lead_id", sa.Text, sa.ForeignKey("entries.entry_id"), nullable=False),
        sa.Column("first_seen_at", INSTANT, nullable=False),
        sa.Column("development_of", sa.Text, nullable=False),
        sa.Column("repeats", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "verdicts",
        sa.Column("entry_id", sa.Text, sa.ForeignKey("entries.entry_id"), primary_key=True),
        sa.Column("verdict", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "story_entries",
        sa.Column("story_id", sa.Text, sa.ForeignKey("stories.story_id"), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("entry_id", sa.Text, sa.ForeignKey("entries.entry_id"), nullable=False),
        sqlite_strict=True,
    )
    op.create_index("story_entries_by_entry", "story_entries", ["entry_id"])
