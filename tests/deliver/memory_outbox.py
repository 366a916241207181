"""An outbox in memory that keeps the same rules as the store's: the tests of sending run on both."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from dailyten.deliver.outbox import MOVES
from dailyten.model.delivery import Delivery, DeliveryState

READY = (DeliveryState.QUEUED, DeliveryState.DEFERRED)


class MemoryOutbox:
    def __init__(self, deliveries: Iterable[Delivery] = ()) -> None:
        self.by_id = {each.delivery_id: each for each in deliveries}
        self.lock = threading.Lock()

    def lease(self, worker: str, now: datetime, until: datetime, limit: int) -> tuple[Delivery, ...]:
        with self.lock:
            ready = [row for row in self.by_id.values() if row.state in READY and row.expires_at > now]
            ready = [row for row in ready if (row.next_try_at or row.queued_at) <= now][:limit]
            leased = [replace(row, state=DeliveryState.LEASED, leased_by=worker, leased_until=until) for row in ready]
            self.by_id |= {row.delivery_id: row for row in leased}
            return tuple(leased)

    def in_doubt(self, delivery_id: str, worker: str) -> bool:
        with self.lock:
            row = self.by_id[delivery_id]
            if row.state is not DeliveryState.LEASED or row.leased_by != worker:
                return False
            self.by_id[delivery_id] = replace(row, state=DeliveryState.IN_DOUBT)
            return True

    def settle(self, delivery: Delivery, heard: Callable[[bool], None]) -> None:
        heard(self._settle(delivery))

    def flush(self) -> None:
        pass

    def _settle(self, delivery: Delivery) -> bool:
        with self.lock:
            row = self.by_id[delivery.delivery_id]
            if delivery.state not in MOVES[row.state] or row.leased_by != delivery.leased_by:
                return False
            self.by_id[delivery.delivery_id] = replace(delivery, leased_by="")
            return True

    def rows(self) -> dict[str, Delivery]:
        return {row.address: row for row in self.by_id.values()}

    def cancel(self, delivery: Delivery) -> None:
        row = self.by_id[delivery.delivery_id]
        self.by_id[delivery.delivery_id] = replace(row, state=DeliveryState.CANCELLED)
