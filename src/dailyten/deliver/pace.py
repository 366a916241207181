"""How fast to send, and which receivers to leave alone for a while. Knows no clock: it is told the time."""

import math
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from dailyten.model.delivery import Accepted, Deferred, Handover

SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceLimits:
    """`per_second` messages at most (0: as fast as it goes), reached by doubling over `ramp` from a sixteenth of it.

    A receiving domain that defers `deferrals` messages in a row rests: what else is for it waits `rest`, untried.
    """

    per_second: float = 0.0
    ramp: timedelta = timedelta(0)
    deferrals: int = 3
    rest: timedelta = timedelta(minutes=10)

    def __post_init__(self) -> None:
        if self.per_second < 0 or self.ramp < timedelta(0) or self.deferrals < 1 or self.rest <= timedelta(0):
            raise ValueError("a pace is not negative; deferrals and rest are at least one and over zero")


class Pace:
    """The pace of one run. Safe to share between threads."""

    def __init__(self, limits: PaceLimits) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._started_at: datetime | None = None
        self._next_at: datetime | None = None
        self._in_a_row: dict[str, int] = {}
        self._rests_until: dict[str, datetime] = {}

    def wait(self, now: datetime) -> timedelta:
        """Reserve the next slot and say how far off it is."""
        if not self._limits.per_second:
            return timedelta(0)
        with self._lock:
            self._started_at = self._started_at or now
            slot = max(now, self._next_at or now)
            self._next_at = slot + SECOND / self._rate(slot - self._started_at)
            return slot - now

    def heard(self, domain: str, handover: Handover, now: datetime) -> None:
        """Learn from what the server said of mail for a domain."""
        with self._lock:
            match handover:
                case Deferred(stage="RCPT" | "dot"):
                    self._in_a_row[domain] = self._in_a_row.get(domain, 0) + 1
                    if self._in_a_row[domain] >= self._limits.deferrals:
                        self._rests_until[domain] = now + self._limits.rest
                case Accepted():
                    self._in_a_row.pop(domain, None)
                    self._rests_until.pop(domain, None)
                case _:
                    pass

    def rests_until(self, domain: str, now: datetime) -> datetime | None:
        """Say until when a domain is to be left alone, if it is."""
        with self._lock:
            until = self._rests_until.get(domain)
            if until is not None and until <= now:
                del self._rests_until[domain]
                self._in_a_row.pop(domain, None)
                return None
            return until

    def _rate(self, running: timedelta) -> float:
        if not self._limits.ramp:
            return self._limits.per_second
        doublings = min(0.0, 4 * (running / self._limits.ramp) - 4)
        return self._limits.per_second * math.exp2(doublings)
