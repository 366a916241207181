"""Signed links: who may do what, without a password and without the address in them.

A token names its key, when it was made (only where it expires), a subscriber and perhaps an edition, and ends in an
HMAC-SHA256 of all that under a key of its purpose: a link to unsubscribe opens no other door. Links that expire hold
the second they were made; the others hold none, so that an edition rendered again has the same bytes.
"""

import base64
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from dailyten.errors import BadSetting

MIN_SECRET_BYTES = 32
SIGNATURE_BYTES = 24
ID = re.compile(r"[0-9a-z]{0,64}")
SHAPE = re.compile(r"([0-9a-f]{6})-([0-9a-z]*)-([0-9a-z]{1,64})-([0-9a-z]{0,64})-([A-Za-z0-9_-]{32})")


class Purpose(StrEnum):
    """What a link is for."""

    CONFIRM = "confirm"
    NEW_ADDRESS = "new_address"
    UNSUBSCRIBE = "unsubscribe"
    PREFERENCES = "preferences"
    PAUSE = "pause"
    VOTE = "vote"
    VIEW = "view"
    FORM = "form"


LIFETIME = {
    Purpose.CONFIRM: timedelta(hours=48),
    Purpose.NEW_ADDRESS: timedelta(hours=48),
    Purpose.FORM: timedelta(hours=24),
}
"""Those that are not here never expire: the law wants a farewell to work for 30 days at least, and so do we."""


class Fault(StrEnum):
    """Why a token is not good."""

    FORGED = "forged"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a good token says."""

    purpose: Purpose
    subscriber_id: str
    edition_id: str = ""


class Tokens:
    """Makes and reads the links of one service.

    The first secret signs, all are accepted: to change it, put a new one in front and drop the last when the links
    made with it may die. Each needs 32 bytes at least. Raises BadSetting.
    """

    def __init__(self, secrets: Sequence[bytes]) -> None:
        if not secrets or min(map(len, secrets)) < MIN_SECRET_BYTES:
            raise BadSetting("A secret for links is missing or too short.", expected="32 random bytes or more")
        self._names = [sha256(b"name\x00" + secret).hexdigest()[:6] for secret in secrets]
        self._keys = {
            (name, purpose): hmac.digest(secret, f"dailyten\x00{purpose}".encode(), "sha256")
            for name, secret in reversed(tuple(zip(self._names, secrets, strict=True)))
            for purpose in Purpose
        }

    def sign(self, purpose: Purpose, subscriber_id: str, edition_id: str = "", *, now: datetime | None = None) -> str:
        """Make the token of a link. `now` is needed where it expires, and only looked at there.

        Raises ValueError for an id that is not of ours: lower-case letters and digits.
        """
        if not subscriber_id or not ID.fullmatch(subscriber_id) or not ID.fullmatch(edition_id):
            raise ValueError("ids in a link are lower-case letters and digits, 64 at most")
        name = self._names[0]
        said = f"{name}-{_made(purpose, now)}-{subscriber_id}-{edition_id}"
        return f"{said}-{_signature(self._keys[name, purpose], said)}"

    def read(self, token: str, purpose: Purpose, *, now: datetime) -> Claim | Fault:
        """Say what a token allows, if it was made here for that purpose. Signatures are compared in constant time."""
        shape = SHAPE.fullmatch(token)
        key = self._keys.get((shape[1], purpose)) if shape else None
        if shape is None or key is None:
            return Fault.FORGED
        if not hmac.compare_digest(_signature(key, token[: shape.start(5) - 1]), shape[5]):
            return Fault.FORGED
        if _is_over(purpose, shape[2], now):
            return Fault.EXPIRED
        return Claim(purpose=purpose, subscriber_id=shape[3], edition_id=shape[4])


def _made(purpose: Purpose, now: datetime | None) -> str:
    if purpose not in LIFETIME:
        return ""
    if now is None:
        raise ValueError(f"a link to {purpose} expires, so it needs the time")
    return f"{int(now.timestamp()):x}"


def _is_over(purpose: Purpose, made: str, now: datetime) -> bool:
    if purpose not in LIFETIME:
        return False
    return now >= datetime.fromtimestamp(int(made, 16), UTC) + LIFETIME[purpose]


def _signature(key: bytes, said: str) -> str:
    return base64.urlsafe_b64encode(hmac.digest(key, said.encode(), "sha256")[:SIGNATURE_BYTES]).decode()
