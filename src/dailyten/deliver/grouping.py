"""Many workers, one commit: what they want written down at the same moment is written down together.

A commit that survives a power cut waits for the disk, some milliseconds each; two for every message would be all the
time there is. Whoever finds the pen free writes for everybody who waits, and each hears the answer to its own line
after the commit, so nobody goes on with what is not kept.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime

from dailyten.model.delivery import Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A worker is about to send the final dot of a delivery."""

    delivery_id: str
    worker: str


Move = Doubt | Delivery
Lease = Callable[[str, datetime, datetime, int], Sequence[Delivery]]
Write = Callable[[Sequence[Move]], Sequence[bool]]


class GroupedOutbox:
    """An outbox for several workers over one that writes a group at a time.

    `write` does all moves of a group in one transaction, in order, and answers each; what it raises, every member of
    the group gets. `lease` and `write` are called by one thread at a time.
    """

    def __init__(self, lease: Lease, write: Write) -> None:
        self._lease = lease
        self._write = write
        self._waiting: list[tuple[Move, Future[bool]]] = []
        self._queue = threading.Lock()
        self._pen = threading.Lock()

    def lease(self, worker: str, now: datetime, until: datetime, limit: int) -> Sequence[Delivery]:
        """Give a worker deliveries that no other worker has."""
        with self._pen:
            return self._lease(worker, now, until, limit)

    def in_doubt(self, delivery_id: str, worker: str) -> bool:
        """Write down that the final dot is next."""
        return self._ask(Doubt(delivery_id=delivery_id, worker=worker))

    def settle(self, delivery: Delivery) -> bool:
        """Keep what became of a delivery."""
        return self._ask(delivery)

    def _ask(self, move: Move) -> bool:
        answer: Future[bool] = Future()
        with self._queue:
            self._waiting.append((move, answer))
        with self._pen:
            if not answer.done():
                self._write_for_all()
        return answer.result()

    def _write_for_all(self) -> None:
        with self._queue:
            group, self._waiting = self._waiting, []
        try:
            answers = self._write([move for move, _ in group])
            for (_, answer), kept in zip(group, answers, strict=True):
                answer.set_result(kept)
        except BaseException as error:
            for _, answer in group:
                if not answer.done():
                    answer.set_exception(error)
            if not isinstance(error, Exception):
                raise
