"""Consent: what a person agreed to, when and where; and what waits for a confirmation."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from dailyten.model.canonical import short_id
from dailyten.model.instant import require_utc
from dailyten.model.subscriber import Wishes

CONSENT_TEXTS = {
    "2026-11": (
        "Please send me this digest by mail. I can pause it or leave at any time with one click. My address and my"
        " wishes are kept for this and for nothing else, and whether I open a mail or follow a link is not recorded."
    )
}
"""Every text that people were ever asked to agree to, by its version. One that was shown is never changed."""
CONSENT_VERSION = "2026-11"
"""The text that is shown today."""


class Door(StrEnum):
    """Where a person, or somebody for them, said something."""

    WEB = "web"
    MAIL = "mail"
    CLI = "cli"
    IMPORT = "import"


class Act(StrEnum):
    """What was said."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    ADDED = "added"
    CHANGED_WISHES = "changed_wishes"
    CHANGED_ADDRESS = "changed_address"
    PAUSED = "paused"
    RESUMED = "resumed"
    LEFT = "left"
    CAME_BACK = "came_back"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One line of the ledger. Lines are added and never changed; they go when the person is erased.

    `text_version` names the text that was agreed to, empty where none was shown; `words` tell the rest.
    """

    subscriber_id: str
    at: datetime
    act: Act
    door: Door
    words: str = ""
    text_version: str = ""

    def __post_init__(self) -> None:
        require_utc(at=self.at)


class AskKind(StrEnum):
    """What is to be confirmed from the mailbox that it is about."""

    JOIN = "join"
    NEW_ADDRESS = "new_address"


MOVED = "moved"
"""Stands for the kind of ask where a mail asks for nothing: it tells an old address that the mail goes elsewhere."""

ASK_LIVES = timedelta(hours=48)
"""How long a link in a confirm mail works (see `dailyten.feedback.tokens.LIFETIME`)."""


def ask_id_of(kind: AskKind, subject: str) -> str:
    """Compute the id of what waits for a confirmation: of an address that wants to join, of a subscriber that moves."""
    return short_id("ask", kind, subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Something that waits for a confirmation by mail. `subscriber_id` is empty for somebody who wants to join.

    `mailed_at` is when the last confirm mail was queued: there is one for each address a day, whatever is typed.
    """

    ask_id: str
    kind: AskKind
    address: str
    asked_at: datetime
    subscriber_id: str = ""
    wishes: Wishes = field(default_factory=Wishes)
    door: Door = Door.WEB
    text_version: str = ""
    mailed_at: datetime | None = None

    def __post_init__(self) -> None:
        require_utc(asked_at=self.asked_at, mailed_at=self.mailed_at)
