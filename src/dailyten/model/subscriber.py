"""A subscriber: an address that asked for the mail, and what this person wishes to read."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dailyten.model.canonical import short_id
from dailyten.model.instant import require_utc

LEAST_MINUTES = 3
MOST_MINUTES = 60
LAST_HOUR = 23
USUAL_HOUR = 7
KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
MOST_KEYS = 40


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


class Days(StrEnum):
    """On which days the mail should come."""

    DAILY = "daily"
    WEEKDAYS = "weekdays"
    WEEKLY = "weekly"


class QuietDays(StrEnum):
    """What to do on a day that has nothing for this person: say so, or send nothing."""

    TELL = "tell"
    SKIP = "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a person asked for; empty or None means "as the editors choose". `hour` and `zone` say when it should come.

    Keys of networks, topics and goals are checked against the pack where they come in; here only their shape is. Raises
    ValueError that begins with the name of the field.
    """

    networks: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    minutes: int | None = None
    days: str = Days.DAILY
    hour: int = USUAL_HOUR
    zone: str = ""
    quiet_days: str = QuietDays.TELL

    def __post_init__(self) -> None:
        for name in ("networks", "topics", "goals"):
            _require_keys(name, getattr(self, name))
        if self.minutes is not None and not LEAST_MINUTES <= self.minutes <= MOST_MINUTES:
            raise ValueError(f"minutes are {LEAST_MINUTES} to {MOST_MINUTES}, came {self.minutes}")
        if self.days not in tuple(Days):
            raise ValueError(f"days are {', '.join(Days)}, came {self.days}")
        if not 0 <= self.hour <= LAST_HOUR:
            raise ValueError(f"hour is 0 to {LAST_HOUR}, came {self.hour}")
        if self.zone and not is_zone(self.zone):
            raise ValueError(f"zone is a name of the tz database such as Europe/Berlin, came {self.zone[:60]!r}")
        if self.quiet_days not in tuple(QuietDays):
            raise ValueError(f"quiet_days are {', '.join(QuietDays)}, came {self.quiet_days}")

    @property
    def names_a_time(self) -> bool:
        """Say whether a time was chosen: without a zone and at the usual hour the mail comes with the edition."""
        return bool(self.zone) or self.hour != USUAL_HOUR


@lru_cache(maxsize=1024)
def is_zone(name: str) -> bool:
    """Say whether the tz database knows a zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _require_keys(name: str, keys: tuple[str, ...]) -> None:
    if len(keys) > MOST_KEYS or len(set(keys)) < len(keys):
        raise ValueError(f"{name} are at most {MOST_KEYS}, each once")
    if strange := [key for key in keys if not KEY.fullmatch(key)]:
        raise ValueError(f"{name} are lower-case keys, came {strange[0][:60]!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """Someone who asked for the mail.

    `left_at` says since when a person who unsubscribed is gone, None for all others.
    """

    subscriber_id: str
    address: str
    membership: Membership
    joined_at: datetime
    changed_at: datetime
    wishes: Wishes = field(default_factory=Wishes)
    paused_until: datetime | None = None
    consent: str = ""
    left_at: datetime | None = None

    def __post_init__(self) -> None:
        require_utc(
            joined_at=self.joined_at,
            changed_at=self.changed_at,
            paused_until=self.paused_until,
            left_at=self.left_at,
        )
