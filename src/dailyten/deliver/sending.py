"""Sending what the outbox holds: lease, hand over, settle. The ports to the outbox and to a mail server stand here.

Each worker thread has its own name, its own leases and its own line to the mail server. A message is in doubt, and
written down so, before its final dot leaves. One subscriber's failure stops nobody else; a mail server that is down
stops the sending, and what was leased goes back as it was.
"""

import random
import threading
from collections import Counter, deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog

from dailyten.deliver.address import domain_of
from dailyten.deliver.message import Outgoing
from dailyten.deliver.outbox import RetryPolicy, after, in_doubt, release
from dailyten.deliver.pace import Pace
from dailyten.deliver.settings import SendLimits
from dailyten.errors import CannotGoOn
from dailyten.model.delivery import Deferred, Delivery, DeliveryState, Handover, Refused

log = structlog.get_logger()

NO_ROOM = timedelta(milliseconds=50)
"""When to look again for a place at a receiver, while all are taken by other lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """Surely not sent: just before the final dot the outbox said that it may not go any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Down:
    """No line to the mail server: `words` is a sentence for people that names the server. Nobody's mail was tried."""

    words: str


class MailLine(Protocol):
    """A line to a mail server. Opened when first needed, kept open between messages."""

    def hand_over(self, outgoing: Outgoing, before_dot: Callable[[], bool]) -> Handover | Withdrawn | Down:
        """Offer a message; `before_dot` is asked when all but the final dot has gone, and may withdraw it."""
        ...

    def close(self) -> None:
        """Say goodbye, if there is anybody to say it to."""
        ...


class OutboxPort(Protocol):
    """The outbox. What it was told is kept (committed) as each call says; several threads may call at once."""

    def lease(self, worker: str, now: datetime, until: datetime, limit: int) -> Sequence[Delivery]:
        """Give a worker deliveries that no other worker has."""
        ...

    def in_doubt(self, delivery_id: str, worker: str) -> bool:
        """Write down that the final dot is next, kept by now; False when it may not be sent any more."""
        ...

    def settle(self, delivery: Delivery, heard: Callable[[bool], None]) -> None:
        """Keep what became of a delivery, when this worker is in doubt the next time at the latest.

        `heard` is told when it is kept, perhaps on another thread: False when it was not this worker's to settle.
        """
        ...

    def flush(self) -> None:
        """Keep all that was settled, by the time it returns."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of one run. `put_off` were left for later untried, `withdrawn` left or ran out at the last moment.

    `stopped` is empty when the outbox was emptied, else the sentence that says why it was not. `held` has a sentence
    for each edition that was not sent because its mail has a fault.
    """

    sent: int = 0
    deferred: int = 0
    failed: int = 0
    unknown: int = 0
    withdrawn: int = 0
    put_off: int = 0
    stopped: str = ""
    held: tuple[str, ...] = ()


def send(  # noqa: PLR0913 - a run has that many parts
    outbox: OutboxPort,
    open_line: Callable[[], MailLine],
    message_of: Callable[[Delivery], Outgoing],
    *,
    worker: str,
    clock: Callable[[], datetime],
    rng: random.Random,
    policy: RetryPolicy | None = None,
    limits: SendLimits | None = None,
    pace: Pace | None = None,
) -> Sent:
    """Send everything that is ready, and say what became of it.

    `worker` names this run among all that send. `message_of` makes the message of a delivery; when it cannot, the
    delivery is deferred and says why. What `outbox` raises stops the run and comes out here, once every line is closed.
    `pace` remembers from run to run which receivers asked for peace; without one this run begins its own.
    """
    limits = limits or SendLimits()
    run = _Run(outbox, message_of, clock, rng, policy or RetryPolicy(), limits, pace or Pace(limits.pace))
    with ThreadPoolExecutor(limits.lines, thread_name_prefix="send") as threads:
        works = [threads.submit(run.work, open_line, f"{worker}/{number}") for number in range(limits.lines)]
        try:
            for work in works:
                work.result()
        except BaseException:
            run.over.set()
            raise
    if 0 < len(run.down) < limits.lines:
        run.look_again(open_line, f"{worker}/{limits.lines}")
    return run.result()


@dataclass(slots=True)
class _Run:
    """One run of sending: what its workers share, and what each of them does."""

    outbox: OutboxPort
    message_of: Callable[[Delivery], Outgoing]
    clock: Callable[[], datetime]
    rng: random.Random
    policy: RetryPolicy
    limits: SendLimits
    pace: Pace
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    counts: Counter[str] = field(default_factory=Counter)
    put_off: set[str] = field(default_factory=set)
    down: list[str] = field(default_factory=list)
    stopped: str = ""
    refusals: int = 0

    def work(self, open_line: Callable[[], MailLine], worker: str) -> None:
        """Be one worker, until nothing is ready, the server is down or somebody ends the run."""
        try:
            try:
                self._send_leased(open_line, worker)
            finally:
                self.outbox.flush()
        except BaseException:
            self.over.set()
            raise

    def _send_leased(self, open_line: Callable[[], MailLine], worker: str) -> None:
        with closing(open_line()) as line, closing(self._leased(worker)) as leased:
            for delivery in leased:
                if not self._send(delivery, line, worker):
                    return

    def look_again(self, open_line: Callable[[], MailLine], worker: str) -> None:
        """Go on by one line when some found the server down; it is down after all if still nothing got through."""
        words = self.down.copy()
        self.down.clear()
        self.work(open_line, worker)
        if self.counts.keys() <= {DeliveryState.DEFERRED}:
            self.down.extend(words)

    def result(self) -> Sent:
        """Sum up."""
        put_off = len(self.put_off)
        counts: dict[str, Any] = dict(self.counts)
        return Sent(**counts, put_off=put_off, stopped=self.stopped or next(iter(self.down), ""))

    def _leased(self, worker: str) -> Generator[Delivery, None, None]:
        """Give one leased delivery after the other; what is left at the end goes back."""
        while not self.over.is_set():
            now = self.clock()
            batch = deque(self.outbox.lease(worker, now, now + self.limits.lease, self.limits.batch))
            if not batch:
                return
            try:
                while batch and not self.over.is_set():
                    if (domain := self._with_room(batch)) is None:
                        self.over.wait(NO_ROOM.total_seconds())
                        continue
                    try:
                        yield batch.popleft()
                    finally:
                        self.pace.leave(domain)
            finally:
                for untried in batch:
                    self._put_off(untried)

    def _with_room(self, batch: deque[Delivery]) -> str | None:
        """Bring the first one to the front whose receiver has a place left, and take that; None when nobody has."""
        for _ in range(len(batch)):
            domain = domain_of(batch[0].address)
            if self.pace.enter(domain):
                return domain
            batch.rotate(-1)
        return None

    def _send(self, delivery: Delivery, line: MailLine, worker: str) -> bool:
        """Do what is to be done about one delivery; False when this worker should stop."""
        now, domain = self.clock(), domain_of(delivery.address)
        resting = self.pace.rests_until(domain, now)
        if resting or delivery.expires_at <= now or self.over.wait(self.pace.wait(now, domain).total_seconds()):
            self._put_off(delivery, resting)
            return True
        held = _Held(delivery)
        said = self._hand_over(held, line, worker)
        match said:
            case Withdrawn():
                self._count("withdrawn")
            case Down(words=words):
                self.down.append(words)
                self._settle(Deferred(reply=words, stage="connect"), held)
            case _:
                self._settle(said, held)
                self.pace.heard(domain, said, self.clock())
                self._listen(said)
        return not isinstance(said, Down)

    def _hand_over(self, held: "_Held", line: MailLine, worker: str) -> Handover | Withdrawn | Down:
        def before_dot() -> bool:
            allowed = self.outbox.in_doubt(held.delivery.delivery_id, worker)
            if allowed:
                held.delivery = in_doubt(held.delivery)
            return allowed

        try:
            outgoing = self.message_of(held.delivery)
        except CannotGoOn:
            raise
        except Exception as error:
            log.warning("message_not_made", delivery=held.delivery.delivery_id, exc_info=True)
            return Deferred(reply=f"the message could not be made: {type(error).__name__}: {error}", stage="make")
        return line.hand_over(outgoing, before_dot)

    def _settle(self, said: Handover, held: "_Held") -> None:
        """Write down and count; what is no longer this worker's to settle was withdrawn, unless it is sent."""
        settled = after(said, held.delivery, self.clock(), self.policy, self.rng)
        self.put_off.discard(settled.delivery_id)

        def heard(kept: bool) -> None:  # noqa: FBT001 - the answer of the outbox
            self._count(settled.state if kept or settled.state is DeliveryState.SENT else "withdrawn")

        self.outbox.settle(settled, heard)

    def _put_off(self, delivery: Delivery, until: datetime | None = None) -> None:
        def heard(kept: bool) -> None:  # noqa: FBT001 - the answer of the outbox
            if kept:
                self.put_off.add(delivery.delivery_id)
            else:
                self._count("withdrawn")

        self.outbox.settle(release(delivery, until), heard)

    def _count(self, name: str) -> None:
        with self.lock:
            self.counts[name] += 1

    def _listen(self, said: Handover) -> None:
        """End the run when the server refuses one message after the other for what is ours."""
        with self.lock:
            if not isinstance(said, Refused) or said.stage == "RCPT":
                self.refusals = 0
                return
            self.refusals += 1
            if self.refusals >= self.limits.refusals:
                words = f"The mail server refused {self.refusals} messages in a row, so sending stopped"
                self.stopped = f"{words}: {said.reply}"
                self.over.set()


@dataclass(slots=True)
class _Held:
    """The delivery in a worker's hands; it moves to `in_doubt` in the middle of the handover."""

    delivery: Delivery
