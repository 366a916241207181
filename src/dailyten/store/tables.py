"""Every table, once. What the publisher wrote (`entries`) and what we know of it (`arrivals`) are two tables.

A change here needs a migration (`store/migrations/versions`) and the next number in `dailyten.store.schema`.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from dailyten.model.bounce import BounceDoor, BounceKind
from dailyten.model.consent import Act, AskKind, Door
from dailyten.model.delivery import DeliveryState
from dailyten.model.entry import Standing
from dailyten.model.feedback import VoteKind
from dailyten.model.fetched import Failure
from dailyten.model.push import Intent
from dailyten.model.subscriber import Membership, Wishes
from dailyten.model.topic import Verdict
from dailyten.store.columns import REAL_NUMBER, Choice, Day, Flag, Instant, Json, Strings

metadata = MetaData()

STRINGS = Strings()

# A partial index serves a query only if the query says the same words, so both say these. The tables name SQLite's
# word for it only: to name PostgreSQL's loads that dialect, a tenth of a second of every command.
IS_WAITING = text("standing = 'waiting'")
IS_OPEN = text("state IN ('queued', 'deferred')")
IS_IN_HAND = text("state IN ('leased', 'in_doubt')")

feeds = Table(
    "feeds",
    metadata,
    Column("feed_id", Text, primary_key=True),
    Column("address", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("home_url", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("weight", REAL_NUMBER, nullable=False),
    Column("title_only", Flag, nullable=False),
    Column("listed", Flag, nullable=False),
    Column("place", Integer, nullable=False),
    Column("added_at", Instant, nullable=False),
    sqlite_strict=True,
)

# Which text the listed feeds were read from: one row, or none.
list_stamps = Table(
    "list_stamps",
    metadata,
    Column("stamp", Text, primary_key=True),
    sqlite_strict=True,
)

feed_addresses = Table(
    "feed_addresses",
    metadata,
    Column("address", Text, primary_key=True),
    Column("feed_id", Text, ForeignKey("feeds.feed_id"), nullable=False),
    Column("since", Instant, nullable=False),
    sqlite_strict=True,
)

poll_states = Table(
    "poll_states",
    metadata,
    Column("feed_id", Text, ForeignKey("feeds.feed_id"), primary_key=True),
    # next_poll_at, or the epoch where it is None: one range in one index, on both databases.
    Column("due_at", Instant, nullable=False),
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
    Column("validators_from", Text, nullable=False),
    Column("validated_at", Instant),
    Column("body_sha256", Text, nullable=False),
    Column("next_poll_at", Instant),
    Column("last_poll_at", Instant),
    Column("last_good_at", Instant),
    Column("failures", Integer, nullable=False),
    Column("failing_since", Instant),
    Column("failure", Choice(Failure)),
    Column("failure_detail", Text, nullable=False),
    Column("moved_to", Text, nullable=False),
    Column("moved_since", Instant),
    Column("wished_minutes", Integer, nullable=False),
    Column("quiet_hours", Json(tuple[int, ...]), nullable=False),
    Index("poll_states_by_due_at", "due_at", "feed_id"),
    sqlite_strict=True,
)

poll_log = Table(
    "poll_log",
    metadata,
    Column("note_id", Integer, primary_key=True),
    Column("feed_id", Text, ForeignKey("feeds.feed_id"), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("status", Integer),
    Column("body_bytes", Integer, nullable=False),
    Column("conditional", Flag, nullable=False),
    Column("new_entries", Integer, nullable=False),
    Column("milliseconds", Integer, nullable=False),
    Column("wait_seconds", Integer, nullable=False),
    Index("poll_log_by_feed", "feed_id", "asked_at"),
    sqlite_strict=True,
)

list_changes = Table(
    "list_changes",
    metadata,
    Column("change_id", Integer, primary_key=True),
    Column("act", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("before", LargeBinary, nullable=False),
    Column("after", LargeBinary, nullable=False),
    Column("lines", STRINGS, nullable=False),
    Column("undone_at", Instant),
    sqlite_strict=True,
)

replacements = Table(
    "replacements",
    metadata,
    Column("feed_id", Text, ForeignKey("feeds.feed_id"), primary_key=True),
    Column("looked_at", Instant, nullable=False),
    Column("address", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("shared", Integer, nullable=False),
    Column("known", Integer, nullable=False),
    sqlite_strict=True,
)

announcements = Table(
    "announcements",
    metadata,
    Column("feed_id", Text, ForeignKey("feeds.feed_id"), primary_key=True),
    Column("hub_url", Text, nullable=False),
    Column("topic_url", Text, nullable=False),
    sqlite_strict=True,
)

pushes = Table(
    "pushes",
    metadata,
    Column("push_id", Text, primary_key=True),
    Column("feed_id", Text, ForeignKey("feeds.feed_id"), nullable=False),
    Column("hub_url", Text, nullable=False),
    Column("topic_url", Text, nullable=False),
    Column("callback", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("asked", Choice(Intent)),
    Column("asked_at", Instant),
    Column("try_at", Instant),
    Column("failures", Integer, nullable=False),
    Column("detail", Text, nullable=False),
    Column("verified_at", Instant),
    Column("lease_until", Instant),
    Column("denied_at", Instant),
    Column("delivered_at", Instant),
    Column("deliveries", Integer, nullable=False),
    Column("ignored", Integer, nullable=False),
    Column("missed", Integer, nullable=False),
    Column("leaving", Flag, nullable=False),
    Index("pushes_by_feed", "feed_id"),
    sqlite_strict=True,
)

entries = Table(
    "entries",
    metadata,
    Column("entry_id", Text, primary_key=True),
    Column("feed_id", Text, ForeignKey("feeds.feed_id"), nullable=False),
    Column("key", Text, nullable=False),
    Column("guid", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("authors", STRINGS, nullable=False),
    Column("published_at", Instant),
    Column("updated_at", Instant),
    Column("summary", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("tags", STRINGS, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("first_title", Text, nullable=False),
    Column("revisions", Integer, nullable=False),
    sqlite_strict=True,
)

# What an entry may be recognised by, hashed, because PostgreSQL refuses to index long text.
marks = Table(
    "marks",
    metadata,
    Column("mark", Text, primary_key=True),
    Column("entry_id", Text, ForeignKey("entries.entry_id"), primary_key=True),
    Index("marks_by_entry", "entry_id"),
    sqlite_strict=True,
)

arrivals = Table(
    "arrivals",
    metadata,
    Column("entry_id", Text, ForeignKey("entries.entry_id"), primary_key=True),
    Column("feed_id", Text, ForeignKey("feeds.feed_id"), nullable=False),
    Column("first_seen_at", Instant, nullable=False),
    # The place in the document it came in: entries of one moment keep the publisher's order.
    Column("place", Integer, nullable=False),
    Column("standing", Choice(Standing), nullable=False),
    Column("edition_id", Text, ForeignKey("editions.edition_id", deferrable=True, initially="DEFERRED")),
    CheckConstraint("(standing = 'considered') = (edition_id IS NOT NULL)", name="considered_by_one"),
    Index(
        "arrivals_waiting",
        "first_seen_at",
        "place",
        "entry_id",
        sqlite_where=IS_WAITING,
    ),
    Index("arrivals_by_time", "first_seen_at", "place", "entry_id"),
    Index("arrivals_by_feed", "feed_id", "first_seen_at", "place", "entry_id"),
    Index("arrivals_by_edition", "edition_id"),
    sqlite_strict=True,
)

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

editions = Table(
    "editions",
    metadata,
    Column("edition_id", Text, primary_key=True),
    Column("on", Day, nullable=False),
    Column("zone", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("stories", Integer, nullable=False),
    Column("built_at", Instant, nullable=False),
    Column("body", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("published_at", Instant),
    Column("mailed_at", Instant),
    UniqueConstraint("on", "zone", "revision", name="one_per_morning"),
    Index("editions_by_built_at", "built_at"),
    sqlite_strict=True,
)

edition_places = Table(
    "edition_places",
    metadata,
    Column("edition_id", Text, ForeignKey("editions.edition_id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("story_id", Text, nullable=False),
    sqlite_strict=True,
)

subscribers = Table(
    "subscribers",
    metadata,
    Column("subscriber_id", Text, primary_key=True),
    Column("address", Text, nullable=False, unique=True),
    Column("membership", Choice(Membership), nullable=False),
    Column("joined_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("wishes", Json(Wishes), nullable=False),
    Column("paused_until", Instant),
    Column("consent", Text, nullable=False),
    Column("left_at", Instant),
    Index("subscribers_by_membership", "membership", "subscriber_id"),
    sqlite_strict=True,
)

# When to look at each active reader next; who is not active has no row. Small, and in the order of the ids, for every
# reader's row is written anew at every turn: in `subscribers` that was a page of the file for each (decision 0017).
turns = Table(
    "turns",
    metadata,
    Column("subscriber_id", Text, ForeignKey("subscribers.subscriber_id", ondelete="CASCADE"), primary_key=True),
    Column("due_at", Instant, nullable=False),
    Index("turns_due", "due_at", "subscriber_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

suppressions = Table(
    "suppressions",
    metadata,
    Column("address_hash", Text, primary_key=True),
    Column("since", Instant, nullable=False),
    sqlite_strict=True,
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("delivery_id", Text, primary_key=True),
    Column(
        "edition_id", Text, ForeignKey("editions.edition_id", deferrable=True, initially="DEFERRED"), nullable=False
    ),
    Column("subscriber_id", Text, ForeignKey("subscribers.subscriber_id", ondelete="CASCADE"), nullable=False),
    Column("address", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("state", Choice(DeliveryState), nullable=False),
    Column("queued_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", Instant),
    # next_try_at, or queued_at where it is None: what the lease asks for, in one index.
    Column("ready_at", Instant, nullable=False),
    Column("leased_until", Instant),
    Column("leased_by", Text, nullable=False),
    Column("reply", Text, nullable=False),
    Column("settled_at", Instant),
    # What this reader was chosen (`dailyten.store.turns` writes it); none where everybody got the edition itself.
    Column("issue", Text),
    UniqueConstraint("edition_id", "subscriber_id", name="one_per_subscriber"),
    Index("deliveries_open", "ready_at", "delivery_id", sqlite_where=IS_OPEN),
    Index("deliveries_in_hand", "leased_until", sqlite_where=IS_IN_HAND),
    Index("deliveries_by_subscriber", "subscriber_id", "queued_at"),
    sqlite_strict=True,
)

# What came back by mail. `content` is kept only for what a person must read.
bounces = Table(
    "bounces",
    metadata,
    Column("bounce_id", Text, primary_key=True),
    Column("came_at", Instant, nullable=False),
    Column("kind", Choice(BounceKind), nullable=False),
    Column("door", Choice(BounceDoor), nullable=False),
    Column("subscriber_id", Text, ForeignKey("subscribers.subscriber_id", ondelete="CASCADE")),
    Column("delivery_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("acted", Text, nullable=False),
    Column("content", LargeBinary),
    Index("bounces_by_subscriber", "subscriber_id", "came_at"),
    Index("bounces_by_time", "came_at", "bounce_id"),
    sqlite_strict=True,
)

consents = Table(
    "consents",
    metadata,
    Column("consent_id", Integer, primary_key=True),
    Column("subscriber_id", Text, ForeignKey("subscribers.subscriber_id", ondelete="CASCADE"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("act", Choice(Act), nullable=False),
    Column("door", Choice(Door), nullable=False),
    Column("words", Text, nullable=False),
    Column("text_version", Text, nullable=False),
    Index("consents_by_subscriber", "subscriber_id", "consent_id"),
    sqlite_strict=True,
)

asks = Table(
    "asks",
    metadata,
    Column("ask_id", Text, primary_key=True),
    Column("kind", Choice(AskKind), nullable=False),
    Column("address", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("subscriber_id", Text, nullable=False),
    Column("wishes", Json(Wishes), nullable=False),
    Column("door", Choice(Door), nullable=False),
    Column("text_version", Text, nullable=False),
    Column("mailed_at", Instant),
    Index("asks_by_address", "address"),
    Index("asks_by_subscriber", "subscriber_id"),
    Index("asks_by_time", "asked_at"),
    sqlite_strict=True,
)

# Each time somebody asked, for the caps: the network it came from, never the address, and gone after two days.
knocks = Table(
    "knocks",
    metadata,
    Column("knock_id", Integer, primary_key=True),
    Column("network", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index("knocks_by_network", "network", "at"),
    Index("knocks_by_time", "at"),
    sqlite_strict=True,
)

# Confirm mails on their way: the columns and the states of `deliveries`, without an edition or a subscriber yet.
confirm_mails = Table(
    "confirm_mails",
    metadata,
    Column("delivery_id", Text, primary_key=True),
    Column("edition_id", Text, nullable=False),
    Column("subscriber_id", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("state", Choice(DeliveryState), nullable=False),
    Column("queued_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", Instant),
    Column("ready_at", Instant, nullable=False),
    Column("leased_until", Instant),
    Column("leased_by", Text, nullable=False),
    Column("reply", Text, nullable=False),
    Column("settled_at", Instant),
    Index("confirm_mails_open", "ready_at", "delivery_id", sqlite_where=IS_OPEN),
    Index("confirm_mails_in_hand", "leased_until", sqlite_where=IS_IN_HAND),
    Index("confirm_mails_by_subject", "subscriber_id"),
    sqlite_strict=True,
)

labels = Table(
    "labels",
    metadata,
    Column("entry_id", Text, ForeignKey("entries.entry_id"), primary_key=True),
    Column("given_by", Text, primary_key=True),
    Column("topics", STRINGS, nullable=False),
    Column("networks", STRINGS, nullable=False),
    Column("usefulness", Integer, nullable=False),
    Column("given_at", Instant, nullable=False),
    sqlite_strict=True,
)

votes = Table(
    "votes",
    metadata,
    Column("subscriber_id", Text, ForeignKey("subscribers.subscriber_id", ondelete="CASCADE"), primary_key=True),
    Column("edition_id", Text, ForeignKey("editions.edition_id"), primary_key=True),
    Column("story_id", Text, primary_key=True),
    Column("kind", Choice(VoteKind), nullable=False),
    Column("cast_at", Instant, nullable=False),
    Index("votes_by_time", "cast_at"),
    sqlite_strict=True,
)
