"""Feeds: what the editors list, what polling has taught us, and the log of every asking."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, or_, select, update

from dailyten.errors import NotFound
from dailyten.model.feed import Feed, PollNote, PollState, Replacement
from dailyten.store.postgres import take_turns
from dailyten.store.rows import batches, columns_of, insert_all, insert_missing, insert_or_update, noun_of, row_of
from dailyten.store.tables import feeds as tables

FEED = columns_of(tables.feeds, Feed)
STATE = columns_of(tables.poll_states, PollState)
NOTE = columns_of(tables.poll_log, PollNote)
REPLACEMENT = columns_of(tables.replacements, Replacement)
AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)


class Feeds:
    """The feeds of one transaction."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def apply(self, feeds: Sequence[Feed], now: datetime, *, stamp: str = "") -> tuple[Feed, ...]:
        """Make exactly these the listed feeds, in this order; give them back as they are known here.

        `stamp` names the text that they were read from, empty where that is not to be remembered.

        The others stay with their history. A feed is recognised by any address it ever had, else by its id, and has
        from now on the address that the list names; where that is another one than before, it is asked at once. Of two
        outlines that mean the same feed the first counts.
        """
        take_turns(self._db, "feed list")  # else feeds of two lists could stand under the stamp of one
        owners = self._owners()
        known = {row["feed_id"]: dict(row) for row in self._db.execute(select(tables.feeds)).mappings()}
        rows: dict[str, dict[str, Any]] = {}
        for feed in feeds:
            feed_id = owners.get(feed.address, feed.feed_id)
            added_at = known[feed_id]["added_at"] if feed_id in known else now
            more = {"feed_id": feed_id, "listed": True, "place": len(rows), "added_at": added_at}
            rows.setdefault(feed_id, row_of(feed) | more)
        self._strike([each for each, row in known.items() if row["listed"] and each not in rows])
        news = [row for feed_id, row in rows.items() if known.get(feed_id) != row]
        insert_or_update(self._db, tables.feeds, news)
        self._remember([(row["address"], row["feed_id"]) for row in news], now)
        states = [_state_row(PollState(feed_id=feed_id)) for feed_id in rows if feed_id not in known]
        insert_missing(self._db, tables.poll_states, states)
        self._ask_anew([each for each in rows if each in known and known[each]["address"] != rows[each]["address"]])
        self._note_stamp(stamp)
        return self.listed()

    def stamp(self) -> str:
        """Give the stamp with which the listed feeds were applied."""
        return self._db.execute(select(tables.list_stamps.c.stamp)).scalar_one_or_none() or ""

    def listed(self) -> tuple[Feed, ...]:
        """Give the listed feeds in the order of the list."""
        found = select(*FEED).where(tables.feeds.c.listed).order_by(tables.feeds.c.place)
        return tuple(noun_of(Feed, row) for row in self._db.execute(found).all())

    def get(self, feed_id: str) -> Feed:
        """Give a feed, listed or not. Raises NotFound."""
        row = self._db.execute(select(*FEED).where(tables.feeds.c.feed_id == feed_id)).one_or_none()
        if row is None:
            raise NotFound("There is no such feed.", came=feed_id)
        return noun_of(Feed, row)

    def with_address(self, address: str) -> Feed | None:
        """Find the feed that has or had this address."""
        feed_id = self._owner(address)
        return None if feed_id is None else self.get(feed_id)

    def poll_states(self) -> dict[str, PollState]:
        """Give what polling knows of each listed feed."""
        found = select(*STATE).join_from(tables.poll_states, tables.feeds).where(tables.feeds.c.listed)
        states = (noun_of(PollState, row) for row in self._db.execute(found).all())
        return {state.feed_id: state for state in states}

    def poll_state(self, feed_id: str) -> PollState | None:
        """Give what polling knows of one feed; None if it is not listed."""
        known = select(*STATE).join_from(tables.poll_states, tables.feeds).where(tables.feeds.c.listed)
        row = self._db.execute(known.where(tables.feeds.c.feed_id == feed_id)).one_or_none()
        return None if row is None else noun_of(PollState, row)

    def failing(self) -> tuple[tuple[Feed, PollState], ...]:
        """Give the listed feeds whose last answer was a failure, in the order of the list."""
        feed, state = tables.feeds.c, tables.poll_states.c
        found = select(*FEED, *STATE).join_from(tables.poll_states, tables.feeds)
        found = found.where(feed.listed, state.failure.is_not(None)).order_by(feed.place)
        return tuple(_feed_and_state(row) for row in self._db.execute(found))

    def due(self, now: datetime, limit: int | None = None) -> tuple[tuple[Feed, PollState], ...]:
        """Give the listed feeds to ask now: those without a next poll first, then the longest overdue."""
        return tuple(_feed_and_state(row) for row in self._db.execute(_due(now, limit)).all())

    def hold(self, feed_ids: Sequence[str]) -> None:
        """Let nobody else change what polling knows of these feeds before this transaction ends."""
        state = tables.poll_states.c.feed_id
        for batch in batches(sorted(feed_ids)):
            self._db.execute(select(state).where(state.in_(batch)).order_by(state).with_for_update())

    def record(self, *states: PollState) -> None:
        """Keep what polling knows of feeds now."""
        # In one order, else two workers could wait for each other.
        rows = [_state_row(state) for state in sorted(states, key=lambda state: state.feed_id)]
        insert_or_update(self._db, tables.poll_states, rows)

    def note_poll(self, *notes: PollNote) -> None:
        """Add lines to the poll log."""
        insert_all(self._db, tables.poll_log, [row_of(note) for note in notes])

    def addresses_of(self, feed_id: str) -> tuple[tuple[str, datetime], ...]:
        """Give every address that a feed was listed under and since when, in that order."""
        known = tables.feed_addresses.c
        found = select(known.address, known.since).where(known.feed_id == feed_id).order_by(known.since, known.address)
        return tuple((row.address, row.since) for row in self._db.execute(found))

    def keep_replacement(self, found: Replacement) -> None:
        """Keep what the last look at a dead feed's site brought."""
        insert_or_update(self._db, tables.replacements, [row_of(found)])

    def replacements(self) -> dict[str, Replacement]:
        """Give what the last looks at dead feeds' sites brought, by feed."""
        rows = self._db.execute(select(*REPLACEMENT))
        return {found.feed_id: found for found in (noun_of(Replacement, row) for row in rows)}

    def poll_log(self, feed_id: str, since: datetime) -> tuple[PollNote, ...]:
        """Give the log of a feed from an instant on, the oldest first."""
        log = tables.poll_log.c
        found = select(*NOTE).where(log.feed_id == feed_id, log.asked_at >= since).order_by(log.asked_at, log.note_id)
        return tuple(noun_of(PollNote, row) for row in self._db.execute(found))

    def recovered_at(self) -> dict[str, datetime]:
        """Say of each listed feed since when every asking in the log went well; one whose last failed is left out."""
        log, well = tables.poll_log.c, tables.poll_log.c.outcome.in_(("fresh", "unchanged"))
        failed = select(log.feed_id, func.max(log.asked_at).label("at")).where(~well).group_by(log.feed_id).subquery()
        found = (
            select(log.feed_id, func.min(log.asked_at).label("at"))
            .join_from(tables.poll_log, tables.feeds)
            .outerjoin(failed, failed.c.feed_id == log.feed_id)
            .where(tables.feeds.c.listed, well, or_(failed.c.at.is_(None), log.asked_at > failed.c.at))
            .group_by(log.feed_id)
        )
        return {row.feed_id: row.at for row in self._db.execute(found)}

    def added_at(self) -> dict[str, datetime]:
        """Say when each listed feed first came onto the list."""
        feed = tables.feeds.c
        return {
            row.feed_id: row.added_at
            for row in self._db.execute(select(feed.feed_id, feed.added_at).where(feed.listed))
        }

    def forget_polls(self, before: datetime) -> int:
        """Drop the log's lines from before an instant; say how many."""
        # Named by their feeds, so that the log's own index finds them: no round of polls reads a year of lines.
        log = tables.poll_log.c
        old = log.feed_id.in_(select(tables.feeds.c.feed_id)), log.asked_at < before
        return self._db.execute(delete(tables.poll_log).where(*old)).rowcount

    def _strike(self, feed_ids: Sequence[str]) -> None:
        for batch in batches(feed_ids):
            self._db.execute(update(tables.feeds).where(tables.feeds.c.feed_id.in_(batch)).values(listed=False))

    def _note_stamp(self, stamp: str) -> None:
        if stamp == self.stamp():
            return
        self._db.execute(delete(tables.list_stamps))
        insert_all(self._db, tables.list_stamps, [{"stamp": stamp}])

    def _ask_anew(self, feed_ids: Sequence[str]) -> None:
        """Ask feeds at their new addresses at once; what was learnt of a move from the old ones is over."""
        if not feed_ids:
            return
        state = tables.poll_states
        fresh = {"next_poll_at": None, "due_at": AT_ONCE, "moved_to": "", "moved_since": None}
        self._db.execute(update(state).where(state.c.feed_id.in_(feed_ids)).values(fresh))
        self._db.execute(delete(tables.replacements).where(tables.replacements.c.feed_id.in_(feed_ids)))

    def _owners(self) -> dict[str, str]:
        addresses = tables.feed_addresses.c
        return {row.address: row.feed_id for row in self._db.execute(select(addresses.address, addresses.feed_id))}

    def _owner(self, address: str) -> str | None:
        addresses = tables.feed_addresses.c
        return self._db.execute(select(addresses.feed_id).where(addresses.address == address)).scalar_one_or_none()

    def _remember(self, owned: Sequence[tuple[str, str]], now: datetime) -> None:
        rows = [{"address": address, "feed_id": feed_id, "since": now} for address, feed_id in owned]
        insert_missing(self._db, tables.feed_addresses, rows)


def _due(now: datetime, limit: int | None) -> Select[Any]:
    state = tables.poll_states.c
    return (
        select(*FEED, *STATE)
        .join_from(tables.poll_states, tables.feeds)
        .where(state.due_at <= now, tables.feeds.c.listed)
        .order_by(state.due_at, state.feed_id)
        .limit(limit)
    )


def _state_row(state: PollState) -> dict[str, Any]:
    return row_of(state, due_at=state.next_poll_at or AT_ONCE)


def _feed_and_state(row: Row[Any]) -> tuple[Feed, PollState]:
    return noun_of(Feed, row[: len(FEED)]), noun_of(PollState, row[len(FEED) :])
