"""Subscribers: who asked for the mail, and of those who were erased nothing but a hash."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, delete, func, select, update

from dailyten.errors import NotFound
from dailyten.model.subscriber import Membership, Subscriber, address_hash_of
from dailyten.store.rows import batches, columns_of, insert_all, insert_missing, insert_or_update, noun_of, row_of
from dailyten.store.tables import subscribers as tables
from dailyten.store.turns import AT_ONCE

SUBSCRIBER = columns_of(tables.subscribers, Subscriber)
PAGE = 1000


class Subscribers:
    """The subscribers of one transaction."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def add(self, subscriber: Subscriber) -> bool:
        """Add a subscriber; False when the id or the address is here already, and then nothing changes."""
        is_new = bool(insert_missing(self._db, tables.subscribers, [row_of(subscriber)]))
        if is_new:
            self._look_at_once(subscriber)
        return is_new

    def add_all(self, subscribers: Sequence[Subscriber]) -> None:
        """Add active subscribers of whom no id and no address is here yet, many at once."""
        insert_all(self._db, tables.subscribers, [row_of(each) for each in subscribers])
        insert_all(self._db, tables.turns, [_turn(each) for each in subscribers])

    def standing_of(self, addresses: Iterable[str]) -> dict[str, Membership]:
        """Say where those of these normalised addresses stand that are here."""
        columns = tables.subscribers.c
        return dict(self._each_of(columns.address, addresses, columns.address, columns.membership))

    def known_ids(self, subscriber_ids: Iterable[str]) -> set[str]:
        """Name those of these ids that are somebody's."""
        column = tables.subscribers.c.subscriber_id
        return {row[0] for row in self._each_of(column, subscriber_ids, column)}

    def get(self, subscriber_id: str) -> Subscriber:
        """Give a subscriber. Raises NotFound."""
        found = select(*SUBSCRIBER).where(tables.subscribers.c.subscriber_id == subscriber_id)
        row = self._db.execute(found).one_or_none()
        if row is None:
            raise NotFound("There is no such subscriber.", came=subscriber_id)
        return noun_of(Subscriber, row)

    def with_address(self, address: str) -> Subscriber | None:
        """Find the subscriber with this normalised address."""
        row = self._db.execute(select(*SUBSCRIBER).where(tables.subscribers.c.address == address)).one_or_none()
        return None if row is None else noun_of(Subscriber, row)

    def in_membership(self, *memberships: Membership) -> Iterator[Subscriber]:
        """Go through the subscribers that stand so, or through all, by id; one page in memory at a time."""
        for membership in memberships or tuple(Membership):
            after = ""
            while page := self._page(membership, after):
                yield from page
                after = page[-1].subscriber_id

    def change(self, subscriber: Subscriber) -> None:
        """Keep a subscriber as it is now, and look anew when the next mail is due. Raises NotFound."""
        this = update(tables.subscribers).where(tables.subscribers.c.subscriber_id == subscriber.subscriber_id)
        if not self._db.execute(this.values(row_of(subscriber))).rowcount:
            raise NotFound("There is no such subscriber.", came=subscriber.subscriber_id)
        self._look_at_once(subscriber)

    def erase(self, subscriber_id: str, now: datetime) -> None:
        """Forget a person: wishes, votes and deliveries go; a hash stays, so that no import mails them again.

        Raises NotFound.
        """
        address = self.get(subscriber_id).address
        insert_missing(self._db, tables.suppressions, [{"address_hash": address_hash_of(address), "since": now}])
        self._db.execute(delete(tables.subscribers).where(tables.subscribers.c.subscriber_id == subscriber_id))

    def due_back(self, now: datetime) -> tuple[Subscriber, ...]:
        """Give the paused subscribers whose pause is over."""
        columns = tables.subscribers.c
        found = select(*SUBSCRIBER).where(columns.membership == Membership.PAUSED, columns.paused_until <= now)
        return tuple(noun_of(Subscriber, row) for row in self._db.execute(found.order_by(columns.subscriber_id)))

    def suppress(self, since: datetime, *address_hashes: str) -> None:
        """Keep hashes of addresses that no import may bring."""
        insert_missing(
            self._db, tables.suppressions, [{"address_hash": each, "since": since} for each in address_hashes]
        )

    def suppressed(self, address_hash: str) -> bool:
        """Say whether an erased person had this address (`dailyten.model.subscriber.address_hash_of`)."""
        found = select(tables.suppressions.c.since).where(tables.suppressions.c.address_hash == address_hash)
        return self._db.execute(found).one_or_none() is not None

    def suppressed_among(self, address_hashes: Iterable[str]) -> set[str]:
        """Name those of these hashes that are of erased persons."""
        column = tables.suppressions.c.address_hash
        return {row[0] for row in self._each_of(column, address_hashes, column)}

    def welcome_back(self, address_hash: str) -> None:
        """Lift the suppression of a person who asked for the mail again, and confirmed it."""
        self._db.execute(delete(tables.suppressions).where(tables.suppressions.c.address_hash == address_hash))

    def counts(self) -> dict[Membership, int]:
        """Count the subscribers by where they stand."""
        membership = tables.subscribers.c.membership
        return {row[0]: row[1] for row in self._db.execute(select(membership, func.count()).group_by(membership))}

    def _look_at_once(self, subscriber: Subscriber) -> None:
        """Give an active subscriber a turn, any other none."""
        if subscriber.membership is Membership.ACTIVE:
            insert_or_update(self._db, tables.turns, [_turn(subscriber)])
        else:
            whose = tables.turns.c.subscriber_id == subscriber.subscriber_id
            self._db.execute(delete(tables.turns).where(whose))

    def _each_of(self, key: Column[Any], values: Iterable[str], *columns: Column[Any]) -> Iterator[Any]:
        for batch in batches(values):
            yield from self._db.execute(select(*columns).where(key.in_(batch)))

    def _page(self, membership: Membership, after: str) -> list[Subscriber]:
        columns = tables.subscribers.c
        found = (
            select(*SUBSCRIBER)
            .where(columns.membership == membership, columns.subscriber_id > after)
            .order_by(columns.subscriber_id)
            .limit(PAGE)
        )
        return [noun_of(Subscriber, row) for row in self._db.execute(found)]


def _turn(subscriber: Subscriber) -> dict[str, Any]:
    return {"subscriber_id": subscriber.subscriber_id, "due_at": AT_ONCE}
