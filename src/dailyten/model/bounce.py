"""What comes back by mail: bounces, complaints, farewells, answers of machines and of people."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dailyten.model.canonical import short_id
from dailyten.model.instant import require_utc

MOST_WORDS = 500


class BounceKind(StrEnum):
    """What something that came back is.

    `hard`: there is no such mailbox. `soft`: it takes nothing now. `blocked`: the receiver dislikes the sender or the
    mail, which is no fault of the reader. `delayed`: still under way. `unread`: nobody could tell what it is.
    """

    HARD = "hard"
    SOFT = "soft"
    BLOCKED = "blocked"
    DELAYED = "delayed"
    COMPLAINT = "complaint"
    LEAVE = "leave"
    PAUSE = "pause"
    VOTE = "vote"
    AUTO_REPLY = "auto_reply"
    NOTICE = "notice"
    LETTER = "letter"
    UNREAD = "unread"


FOR_PEOPLE = frozenset({BounceKind.LETTER, BounceKind.UNREAD})
"""Kept whole, for a person to read."""


class BounceDoor(StrEnum):
    """By which door it came."""

    IMAP = "imap"
    MAILDIR = "maildir"
    FILE = "file"
    SMTP = "smtp"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """One thing that came back. `subscriber_id` is None where nobody could be named by a tag of ours.

    `status` is the code of RFC 3463 where there was one, `words` what the other side said, `acted` what it led to.
    """

    bounce_id: str
    came_at: datetime
    kind: BounceKind
    door: BounceDoor
    subscriber_id: str | None = None
    delivery_id: str = ""
    status: str = ""
    words: str = ""
    acted: str = ""

    def __post_init__(self) -> None:
        require_utc(came_at=self.came_at)


def bounce_id_of(*marks: str) -> str:
    """Compute the id of what came back from what makes it itself: the same one twice is kept once."""
    return short_id("bounce", *marks)
