"""A feed: what the editors list, and what polling has taught us about it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dailyten.model.canonical import short_id
from dailyten.model.fetched import Failure
from dailyten.model.instant import require_utc

MOST_WEIGHT = 5.0
"""Trust that an editor can give a feed at the most; 1.0 is the ordinary one."""


def feed_id_of(address: str) -> str:
    """Compute the id of a feed from the address under which it was first listed."""
    return short_id("feed", address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """An outline of the feed list.

    `feed_id` is computed from the first address the feed was listed under and stays when it moves. `weight` is the
    editors' trust, 1.0 by default, between 0 and 5. A `title_only` feed is shown without a summary.
    """

    feed_id: str
    address: str
    title: str
    home_url: str = ""
    category: str = ""
    weight: float = 1.0
    title_only: bool = False

    def __post_init__(self) -> None:
        if not 0.0 <= self.weight <= MOST_WEIGHT:
            raise ValueError(f"weight must lie between 0 and {MOST_WEIGHT:g}, came {self.weight}")


class FeedState(StrEnum):
    """What a person needs to know of a feed in one word."""

    NEW = "new"
    HEALTHY = "healthy"
    FAILING = "failing"
    SILENT = "silent"
    MOVED = "moved"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class PollState:
    """What polling knows of one feed: validators, the next try, and the row of failures if there is one.

    `failures` counts failures in a row; `failing_since` is the first of them. `moved_to` is the address that
    permanent redirects name since `moved_since`. The validators were given by `validators_from` with the last 200, at
    `validated_at`. `wished_minutes` and `quiet_hours` are the publisher's own wishes in its last document: the least
    wait between two visits, and the hours of the week in UTC (0 is Monday 00:00) in which to stay away.
    """

    feed_id: str
    etag: str = ""
    last_modified: str = ""
    validators_from: str = ""
    validated_at: datetime | None = None
    body_sha256: str = ""
    next_poll_at: datetime | None = None
    last_poll_at: datetime | None = None
    last_good_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    failure: Failure | None = None
    failure_detail: str = ""
    moved_to: str = ""
    moved_since: datetime | None = None
    wished_minutes: int = 0
    quiet_hours: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        require_utc(
            validated_at=self.validated_at,
            next_poll_at=self.next_poll_at,
            last_poll_at=self.last_poll_at,
            last_good_at=self.last_good_at,
            failing_since=self.failing_since,
            moved_since=self.moved_since,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PollNote:
    """One line of the poll log: what one asking brought.

    `outcome` is "fresh", "unchanged" or the value of a `Failure`. `conditional` says that validators were sent,
    `wait_seconds` how long the publisher asked us to stay away (Retry-After), 0 if it did not.
    """

    feed_id: str
    asked_at: datetime
    outcome: str
    status: int | None = None
    body_bytes: int = 0
    conditional: bool = False
    new_entries: int = 0
    milliseconds: int = 0
    wait_seconds: int = 0

    def __post_init__(self) -> None:
        require_utc(asked_at=self.asked_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListChange:
    """A change of the feed list that we made for its editors: what it did, and the file's bytes before and after.

    `change_id` counts from 1, 0 stands for one that is not kept yet. `act` is the command that made it ("add",
    "remove", "move", "apply", "undo"), `lines` its diff as it was shown. `undone_at` says when it was taken back.
    """

    act: str
    changed_at: datetime
    before: bytes
    after: bytes
    lines: tuple[str, ...] = ()
    undone_at: datetime | None = None
    change_id: int = 0

    def __post_init__(self) -> None:
        require_utc(changed_at=self.changed_at, undone_at=self.undone_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """What a look at a dead feed's site brought: the address of another feed there, or "" for none.

    Of the `known` newest entries that we have of the dead feed, the found one carries `shared`. `looked_at` is the time
    of the look, so that the next one comes seldom.
    """

    feed_id: str
    looked_at: datetime
    address: str = ""
    title: str = ""
    shared: int = 0
    known: int = 0

    def __post_init__(self) -> None:
        require_utc(looked_at=self.looked_at)
