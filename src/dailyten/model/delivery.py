"""A delivery: one edition to one subscriber, and what the receiving server said."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from dailyten.model.canonical import short_id
from dailyten.model.instant import require_utc

MARK_DIGITS = 12
DELIVERY_ID = r"(?:[0-9a-f]{28}|[0-9a-f]{16})"
"""What an id of a delivery looks like; those of 16 digits were given before editions stood in them."""


def delivery_id_of(edition_id: str, subscriber_id: str) -> str:
    """Compute the id of a delivery: asking twice for the same one makes one.

    The edition's 12 hex digits stand before the subscriber's id, so an edition's deliveries lie together in an index,
    in the order of its subscribers, and a page of readers is written to few places (see `dailyten.store.turns`).
    """
    return f"{_mark(edition_id)}{subscriber_id}"


@lru_cache(maxsize=64)
def _mark(edition_id: str) -> str:
    return short_id("delivery", edition_id)[:MARK_DIGITS]


class DeliveryState(StrEnum):
    """The life of a delivery.

    `queued → leased → in_doubt → sent`, with `deferred` (a later try), `failed` (refused for good), `unknown` (the
    connection was lost after the final dot, RFC 1047), `expired` (too late to be useful) and `cancelled` beside it.
    `in_doubt` is committed just before the final dot, so a crash after it is never taken for "not sent".
    """

    QUEUED = "queued"
    LEASED = "leased"
    IN_DOUBT = "in_doubt"
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One row of the outbox. `message_id` is fixed when the row is made and is the same at every try."""

    delivery_id: str
    edition_id: str
    subscriber_id: str
    address: str
    message_id: str
    state: DeliveryState
    queued_at: datetime
    expires_at: datetime
    attempts: int = 0
    next_try_at: datetime | None = None
    leased_until: datetime | None = None
    leased_by: str = ""
    reply: str = ""
    settled_at: datetime | None = None

    def __post_init__(self) -> None:
        require_utc(
            queued_at=self.queued_at,
            expires_at=self.expires_at,
            next_try_at=self.next_try_at,
            leased_until=self.leased_until,
            settled_at=self.settled_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The server took the message after the final dot (2xx)."""

    reply: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferred:
    """Surely not taken, worth a later try: 4xx at any stage, or the connection was lost before the final dot."""

    reply: str
    stage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Surely not taken and never will be: 5xx at any stage."""

    reply: str
    stage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """The connection was lost between the final dot and its reply: perhaps taken, perhaps not (RFC 1047)."""

    detail: str


Handover = Accepted | Deferred | Refused | Unknown
