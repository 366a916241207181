"""A subscriber: an address that asked for the mail, and what this person wishes to read."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from dailyten.model.canonical import short_id
from dailyten.model.instant import require_utc


def subscriber_id_of(address: str) -> str:
    """Compute the id of a subscriber from the normalised address (see `dailyten.deliver.address`)."""
    return short_id("subscriber", address)


def address_hash_of(address: str) -> str:
    """Compute what is left of an erased subscriber: SHA-256 of the normalised address, 64 hex digits."""
    return hashlib.sha256(b"address\x00" + address.encode()).hexdigest()


class Membership(StrEnum):
    """Where a subscriber stands. Only `active` gets mail."""

    PENDING = "pending"
    ACTIVE = "active"
    PAUSED = "paused"
    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a person asked for; empty means "as the editors choose". `hour` and `zone` say when the mail should come."""

    networks: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    minutes: int = 15
    days: str = "daily"
    hour: int = 7
    zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """Someone who asked for the mail."""

    subscriber_id: str
    address: str
    membership: Membership
    joined_at: datetime
    changed_at: datetime
    wishes: Wishes = field(default_factory=Wishes)
    paused_until: datetime | None = None
    consent: str = ""

    def __post_init__(self) -> None:
        require_utc(joined_at=self.joined_at, changed_at=self.changed_at, paused_until=self.paused_until)
