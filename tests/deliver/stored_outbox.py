"""The store's outbox behind the port of sending, as the wiring does it: each call is one transaction."""

from collections.abc import Callable, Sequence
from datetime import datetime

from dailyten.deliver.grouping import Doubt, GroupedOutbox, Move
from dailyten.model.delivery import Delivery
from dailyten.model.subscriber import Membership, Subscriber
from dailyten.store import Store
from tests.deliver.letters import EDITION, NOW
from tests.editions import an_edition

FROZEN = an_edition(NOW, edition_id=EDITION)


def fill_store(store: Store, deliveries: Sequence[Delivery]) -> None:
    with store.writing() as db:
        db.editions.freeze(FROZEN)
        for each in deliveries:
            reader = Subscriber(
                subscriber_id=each.subscriber_id,
                address=each.address,
                membership=Membership.ACTIVE,
                joined_at=NOW,
                changed_at=NOW,
            )
            db.subscribers.add(reader)
        db.outbox.fill(deliveries)


class StoredOutbox:
    def __init__(self, store: Store) -> None:
        self.store = store

    def lease(self, worker: str, now: datetime, until: datetime, limit: int) -> Sequence[Delivery]:
        with self.store.writing() as db:
            return db.outbox.lease(worker, now, until, limit)

    def in_doubt(self, delivery_id: str, worker: str) -> bool:
        with self.store.writing() as db:
            return db.outbox.in_doubt(delivery_id, worker)

    def settle(self, delivery: Delivery, heard: Callable[[bool], None]) -> None:
        with self.store.writing() as db:
            kept = db.outbox.settle(delivery)
        heard(kept)

    def flush(self) -> None:
        pass

    def rows(self) -> dict[str, Delivery]:
        with self.store.reading() as db:
            return {row.address: row for row in db.outbox.listing(EDITION)}

    def cancel(self, delivery: Delivery) -> None:
        with self.store.writing() as db:
            db.outbox.cancel(delivery.subscriber_id, NOW)


class GroupedStoredOutbox(StoredOutbox):
    """The same, with one transaction for all that several workers want written at the same moment."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        grouped = GroupedOutbox(super().lease, self._write)
        self.lease, self.in_doubt = grouped.lease, grouped.in_doubt  # type: ignore[method-assign]
        self.settle, self.flush = grouped.settle, grouped.flush  # type: ignore[method-assign]

    def _write(self, moves: Sequence[Move]) -> list[bool]:
        with self.store.writing() as db:
            return [
                db.outbox.in_doubt(move.delivery_id, move.worker) if isinstance(move, Doubt) else db.outbox.settle(move)
                for move in moves
            ]
