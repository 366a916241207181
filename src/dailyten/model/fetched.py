"""What the world answers when we ask for a document: `Fresh | Unchanged | Failed`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One question to a publisher: the address and the validators of the last good answer.

    Validators mean something only to the address that gave them, `validators_from`; empty stands for `address`.
    """

    address: str
    etag: str = ""
    last_modified: str = ""
    validators_from: str = ""


class Failure(StrEnum):
    """The class of a failure: policy acts on it, doors choose words for it."""

    DNS = "dns"
    REFUSED = "refused"
    TLS = "tls"
    TIMEOUT = "timeout"
    TOO_SLOW = "too_slow"
    BROKEN_OFF = "broken_off"
    TOO_BIG = "too_big"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    GONE = "gone"
    TOO_MANY_REQUESTS = "too_many_requests"
    CLIENT_ERROR = "client_error"
    SERVER_ERROR = "server_error"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    REFUSED_ADDRESS = "refused_address"
    BAD_ADDRESS = "bad_address"
    BAD_ANSWER = "bad_answer"
    NOT_A_FEED = "not_a_feed"
    UNREADABLE = "unreadable"
    TOO_HARD = "too_hard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """A body came (HTTP 200). `moved_to` is set when every redirect on the way was permanent (301, 308).

    `address` is the one that answered in the end. `headers` have lower-case names. `body` is decompressed.
    """

    body: bytes
    address: str
    headers: Mapping[str, str] = field(default_factory=dict)
    moved_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """The publisher says that nothing changed (HTTP 304)."""

    headers: Mapping[str, str] = field(default_factory=dict)
    moved_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """No document: the class, the technical detail in one line, and how long the publisher asked us to wait."""

    failure: Failure
    detail: str = ""
    status: int | None = None
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A form was taken (HTTP 2xx)."""

    status: int


Fetched = Fresh | Unchanged | Failed
