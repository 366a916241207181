"""A feed's hub: what the publisher announces, and what stands between that hub and us (W3C WebSub)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dailyten.model.instant import require_utc


class Intent(StrEnum):
    """What a subscriber may ask of a hub: `hub.mode`."""

    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"


class HubStanding(StrEnum):
    """How a subscription is, in one word."""

    PENDING = "pending"
    LIVE = "live"
    SILENT = "silent"
    DENIED = "denied"
    FAILING = "failing"
    LEAVING = "leaving"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """The hub that a feed's last document named, and the topic to ask it for: the feed's own name for itself."""

    feed_id: str
    hub_url: str
    topic_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """One subscription of a feed at a hub.

    `push_id` is random and ends the `callback` address, so that only the hub knows it; `secret` signs what the hub
    sends. `asked` is what we asked last and the hub has not verified yet, `try_at` when it is asked next. `failures`
    counts tries in a row that came to nothing, `detail` says why the last one did, or why the hub denied. The hub owes
    us news until `lease_until`. `deliveries` were signed well, `ignored` were not; `missed` counts polls in a row that
    found news of which the hub had not told. One that is `leaving` is being given up.
    """

    push_id: str
    feed_id: str
    hub_url: str
    topic_url: str
    callback: str
    secret: str
    asked: Intent | None = None
    asked_at: datetime | None = None
    try_at: datetime | None = None
    failures: int = 0
    detail: str = ""
    verified_at: datetime | None = None
    lease_until: datetime | None = None
    denied_at: datetime | None = None
    delivered_at: datetime | None = None
    deliveries: int = 0
    ignored: int = 0
    missed: int = 0
    leaving: bool = False

    def __post_init__(self) -> None:
        require_utc(
            asked_at=self.asked_at,
            try_at=self.try_at,
            verified_at=self.verified_at,
            lease_until=self.lease_until,
            denied_at=self.denied_at,
            delivered_at=self.delivered_at,
        )
