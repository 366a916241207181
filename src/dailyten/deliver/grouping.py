"""Many workers, one commit: what they want written down at the same moment is written down together.

A commit that survives a power cut waits for the disk, some milliseconds each; two for every message would be all the
time there is. Whoever finds the pen free writes for everybody who waits. Who is about to send a final dot hears the
answer after the commit, so nobody goes on with what is not kept. What became of a message that was sent need not be
waited for: it is written with the next dot of any line, so a message costs one commit at most (decision 0027).
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from dailyten.model.delivery import Delivery

PATIENCE = timedelta(milliseconds=20)
"""How long an answer waits to be written down together with others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A worker is about to send the final dot of a delivery."""

    delivery_id: str
    worker: str


Move = Doubt | Delivery
Heard = Callable[[bool], None]
Lease = Callable[[str, datetime, datetime, int], Sequence[Delivery]]
Write = Callable[[Sequence[Move]], Sequence[bool]]


class GroupedOutbox:
    """An outbox for several workers over one that writes a group at a time.

    `write` does all moves of a group in one transaction, in order, and answers each. What it raises once, everybody
    gets who asks from then on: what was not kept ends the run. `lease` and `write` are called by one thread at a time.
    An answer that nobody waits for is kept after `patience` at the latest.
    """

    def __init__(self, lease: Lease, write: Write, *, patience: timedelta = PATIENCE) -> None:
        self._lease = lease
        self._write = write
        self._patience = patience
        self._waiting: list[tuple[Move, Heard]] = []
        self._turns: deque[_Turn] = deque()
        self._pen_is_taken = False
        self._fault: BaseException | None = None
        self._queue = threading.Lock()
        self._alarm: threading.Timer | None = None

    def lease(self, worker: str, now: datetime, until: datetime, limit: int) -> Sequence[Delivery]:
        """Give a worker deliveries that no other worker has."""
        with self._pen():
            self._write_all()
            return self._lease(worker, now, until, limit)

    def in_doubt(self, delivery_id: str, worker: str) -> bool:
        """Write down that the final dot is next, and wait until it is kept."""
        turn = _Turn()
        with self._pen(turn, (Doubt(delivery_id=delivery_id, worker=worker), turn.hear)):
            if turn.kept is None:
                self._write_all()
        return bool(turn.kept)

    def settle(self, delivery: Delivery, heard: Heard) -> None:
        """Keep what became of a delivery with what is written next; `heard` is told whether it was still to settle."""
        with self._queue:
            self._waiting.append((delivery, heard))
            if self._alarm is None:
                self._alarm = threading.Timer(self._patience.total_seconds(), self._ring)
                self._alarm.daemon = True
                self._alarm.start()

    def flush(self) -> None:
        """Write down all that waits."""
        with self._pen():
            self._write_all()

    def _ring(self) -> None:
        with self._queue:
            self._alarm = None
        with suppress(Exception):  # it is kept in `_fault` for whoever asks next
            self.flush()

    @contextmanager
    def _pen(self, turn: "_Turn | None" = None, entry: tuple[Move, Heard] | None = None) -> Iterator[None]:
        """Take the pen when it is free, or go on without it once another thread has written the entry."""
        turn = turn or _Turn()
        with self._queue:
            if entry is not None:
                self._waiting.append(entry)
            must_wait, self._pen_is_taken = self._pen_is_taken, True
            if must_wait:
                self._turns.append(turn)
        if must_wait:
            turn.wait()
        has_pen = turn.kept is None
        try:
            yield
        finally:
            if has_pen:
                self._pass_on()

    def _pass_on(self) -> None:
        """Let those go whose entries are written, and give the pen to the first of the others."""
        with self._queue:
            every, self._turns = self._turns, deque()
            for each in every:
                if each.kept is None:
                    self._turns.append(each)
                else:
                    each.go()
            self._pen_is_taken = bool(self._turns)
            if self._turns:
                self._turns.popleft().go()

    def _write_all(self) -> None:
        if self._fault is not None:
            raise self._fault
        with self._queue:
            group, self._waiting = self._waiting, []
        if not group:
            return
        try:
            answers = self._write([move for move, _ in group])
        except BaseException as error:
            self._fault = error
            raise
        for (_, heard), kept in zip(group, answers, strict=True):
            heard(kept)


class _Turn:
    """A thread that waits for the pen, or until another one has written for it: then `kept` says what was answered."""

    def __init__(self) -> None:
        self.kept: bool | None = None
        self._gate = threading.Lock()
        self._gate.acquire()

    def hear(self, kept: bool) -> None:  # noqa: FBT001 - the answer of the outbox
        """Note the answer; the thread goes on when it is let."""
        self.kept = kept

    def wait(self) -> None:
        """Wait until somebody says `go`."""
        self._gate.acquire()

    def go(self) -> None:
        """Let the thread go on."""
        self._gate.release()
