"""How fast to send, and which receivers to leave alone for a while. Knows no clock: it is told the time.

A receiver is who takes mail for a domain; the big ones take it for several, and count all of it as one.
"""

import math
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from dailyten.deliver.limits import PaceLimits, receiver_of
from dailyten.model.delivery import Accepted, Deferred, Handover

SECOND = timedelta(seconds=1)
PATIENCE = timedelta(seconds=5)
"""How long a worker waits for a receiver's turn before it goes on with others."""
IDLE = timedelta(minutes=15)
"""After such a silence a slow start begins anew."""
MOST_DOUBLINGS = 10


class Pace:
    """The pace of one sender. Safe to share between threads, and to keep from run to run."""

    def __init__(self, limits: PaceLimits) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._started_at: datetime | None = None
        self._next_at: datetime | None = None
        self._receivers: dict[str, _Receiver] = {}

    def wait(self, now: datetime, domain: str = "") -> timedelta:
        """Reserve the next slot, and the domain's, and say how far off the later one is."""
        with self._lock:
            slot = now
            if self._limits.per_second:
                self._start(now)
                slot = max(now, self._next_at or now)
                self._next_at = slot + SECOND / self._rate(slot - (self._started_at or now))
            if domain and (rate := self._limits.rate_of(receiver_of(domain))):
                receiver = self._receiver(domain)
                slot = max(slot, receiver.next_at or now)
                receiver.next_at = slot + SECOND / rate
            return slot - now

    def enter(self, domain: str) -> bool:
        """Take one of a receiver's places, to be given back by `leave`; False when as many as may be are taken."""
        if not self._limits.domain_at_once:
            return True
        with self._lock:
            receiver = self._receiver(domain)
            has_room = receiver.under_way < self._limits.domain_at_once
            receiver.under_way += has_room
            return has_room

    def leave(self, domain: str) -> None:
        """Give a place back."""
        if self._limits.domain_at_once:
            with self._lock:
                self._receiver(domain).under_way -= 1

    def heard(self, domain: str, handover: Handover, now: datetime) -> None:
        """Learn from what the server said of mail for a domain."""
        with self._lock:
            match handover:
                case Deferred(stage="RCPT" | "dot"):
                    self._receiver(domain).deferred(now, self._limits)
                case Accepted():
                    if (known := self._receivers.get(receiver_of(domain))) is not None:
                        known.accepted()
                case _:
                    pass

    def rests_until(self, domain: str, now: datetime) -> datetime | None:
        """Say until when a domain is to be left alone: it rests, or many others for it come first."""
        with self._lock:
            receiver = self._receivers.get(receiver_of(domain))
            if receiver is None:
                return None
            if receiver.rests_until is not None and receiver.rests_until > now:
                return receiver.rests_until
            receiver.rests_until = None
            return receiver.later(now, self._limits.rate_of(receiver_of(domain)))

    def _receiver(self, domain: str) -> "_Receiver":
        return self._receivers.setdefault(receiver_of(domain), _Receiver())

    def _start(self, now: datetime) -> None:
        if self._started_at is None or now > (self._next_at or now) + IDLE:
            self._started_at = now

    def _rate(self, running: timedelta) -> float:
        if not self._limits.ramp:
            return self._limits.per_second
        doublings = min(0.0, 4 * (running / self._limits.ramp) - 4)
        return self._limits.per_second * math.exp2(doublings)


@dataclass(slots=True)
class _Receiver:
    """What is known of one receiver: its next slots, and how it took what came last."""

    next_at: datetime | None = None
    later_at: datetime | None = None
    under_way: int = 0
    in_a_row: int = 0
    rests: int = 0
    rests_until: datetime | None = None

    def deferred(self, now: datetime, limits: PaceLimits) -> None:
        self.in_a_row += 1
        if self.in_a_row < limits.deferrals and not self.rests:
            return
        if self.rests_until is None or self.rests_until <= now:
            self.rests += 1
        self.rests_until = now + min(limits.rest * (1 << min(self.rests - 1, MOST_DOUBLINGS)), limits.longest_rest)

    def accepted(self) -> None:
        self.in_a_row, self.rests, self.rests_until = 0, 0, None

    def later(self, now: datetime, rate: float) -> datetime | None:
        """Give what cannot have its turn soon a time of its own, so that not all of it comes back at once."""
        if not rate or self.next_at is None or self.next_at <= now + PATIENCE:
            return None
        self.later_at = max(self.next_at, self.later_at or self.next_at) + SECOND / rate
        return self.later_at
