"""The states of a delivery, which moves are lawful, and what an answer of a mail server makes of one. Pure.

    queued → leased → in_doubt → sent
                 ↘        ↘ deferred, failed, unknown

`in_doubt` is written down before the final dot, so only from there can a delivery become `sent` or `unknown`.
"""

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, assert_never

from dailyten.model.delivery import Accepted, Deferred, Delivery, DeliveryState, Handover, Refused, Unknown

QUEUED, LEASED, IN_DOUBT = DeliveryState.QUEUED, DeliveryState.LEASED, DeliveryState.IN_DOUBT
SENT, DEFERRED, FAILED, UNKNOWN = (
    DeliveryState.SENT,
    DeliveryState.DEFERRED,
    DeliveryState.FAILED,
    DeliveryState.UNKNOWN,
)
EXPIRED, CANCELLED = DeliveryState.EXPIRED, DeliveryState.CANCELLED

MOVES: dict[DeliveryState, frozenset[DeliveryState]] = {
    QUEUED: frozenset({LEASED, EXPIRED, CANCELLED}),
    LEASED: frozenset({QUEUED, IN_DOUBT, DEFERRED, FAILED, CANCELLED}),
    IN_DOUBT: frozenset({SENT, DEFERRED, FAILED, UNKNOWN}),
    DEFERRED: frozenset({LEASED, EXPIRED, CANCELLED}),
    UNKNOWN: frozenset({SENT, FAILED, QUEUED}),
    SENT: frozenset(),
    FAILED: frozenset(),
    EXPIRED: frozenset(),
    CANCELLED: frozenset(),
}
"""`unknown` becomes `sent` or `failed` by a late answer, and `queued` only when a person or a rule sends again."""

MAX_REPLY = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How long to wait before the next try: `first`, doubled each time, never over `longest`.

    `spread` makes a wait longer by up to that part of itself, so that not everybody comes back at once.
    """

    first: timedelta = timedelta(minutes=5)
    longest: timedelta = timedelta(hours=2)
    spread: float = 0.25

    def __post_init__(self) -> None:
        if not timedelta(0) < self.first <= self.longest or not 0 <= self.spread <= 1:
            raise ValueError("first must be over zero and at most longest, spread from 0 to 1")

    def wait(self, attempts: int, rng: random.Random) -> timedelta:
        """Say how long to wait after that many tries."""
        doubled = self.first * (1 << min(max(0, attempts - 1), 30))
        return min(doubled, self.longest) * (1 + self.spread * rng.random())


def in_doubt(delivery: Delivery) -> Delivery:
    """Move to the brink: the message is with the server, the final dot is next."""
    return _to(delivery, IN_DOUBT)


def after(handover: Handover, delivery: Delivery, now: datetime, policy: RetryPolicy, rng: random.Random) -> Delivery:
    """Say what an answer makes of a delivery.

    A deferred one keeps its next try even where that comes after its end: then it expires, with the last reply kept.
    Raises ValueError where the answer cannot be: nothing is accepted or unknown that was not in doubt.

    Source: docs/reference/mail.md §5; RFC 5321 §4.2.1 (reply codes), RFC 1047 (the lost reply).
    """
    tries = delivery.attempts + 1
    match handover:
        case Accepted(reply=reply):
            return _tried(delivery, SENT, tries, reply, settled_at=now)
        case Deferred(reply=reply, stage=stage):
            wait = policy.wait(tries, rng)
            return _tried(delivery, DEFERRED, tries, f"{stage}: {reply}", next_try_at=now + wait)
        case Refused(reply=reply, stage=stage):
            return _tried(delivery, FAILED, tries, f"{stage}: {reply}", settled_at=now)
        case Unknown(detail=detail):
            return _tried(delivery, UNKNOWN, tries, detail, settled_at=now)
        case _ as never:
            assert_never(never)


def release(delivery: Delivery, until: datetime | None = None) -> Delivery:
    """Put back what was leased and not tried, as if nobody had taken it; not to be taken again before `until`."""
    ready = delivery.next_try_at if until is None else until
    return _to(delivery, QUEUED, delivery.reply, leased_until=None, next_try_at=ready)


def send_again(delivery: Delivery, now: datetime) -> Delivery:
    """Queue an `unknown` one once more, with the same Message-ID: the reader may get it twice, by choice."""
    return _to(delivery, QUEUED, delivery.reply, next_try_at=now, settled_at=None)


def _tried(
    delivery: Delivery,
    state: DeliveryState,
    attempts: int,
    reply: str,
    *,
    next_try_at: datetime | None = None,
    settled_at: datetime | None = None,
) -> Delivery:
    settled_at = settled_at or delivery.settled_at
    return _to(
        delivery, state, reply, attempts=attempts, leased_until=None, next_try_at=next_try_at, settled_at=settled_at
    )


def _to(delivery: Delivery, state: DeliveryState, reply: str = "", **fresh: Any) -> Delivery:  # noqa: ANN401 - fields
    if state not in MOVES[delivery.state]:
        raise ValueError(f"a delivery that is {delivery.state} cannot become {state}")
    return replace(delivery, state=state, reply=reply[:MAX_REPLY], **fresh)
