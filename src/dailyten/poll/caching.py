"""What the header fields of an answer wish: how long to stay away, how long it stays fresh, which validators to keep.

Names are lower-case. Nothing here trusts a value: what cannot be read counts as not said.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

LONGEST_WISH: Final = timedelta(days=31)
"""No publisher can keep us away for longer, whatever a header says; the library reader draws the line there too."""

_LONGEST_VALIDATOR: Final = 1_000
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)
_MAX_AGE = re.compile(r'(?:^|[\s,])max-age\s*=\s*"?([0-9]{1,12})', re.ASCII | re.IGNORECASE)
_NEVER_FRESH = re.compile(r"(?:^|[\s,])(?:no-store|no-cache)(?:[\s,]|$)", re.IGNORECASE)


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Read Retry-After in both its forms; a date counts from the server's own Date where there is one.

    None where it is missing, unreadable or past; at most `LONGEST_WISH`. Source: RFC 9110 §10.2.3.
    """
    said = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(said):
        wait = timedelta(seconds=int(said))
    else:
        at = http_date(said)
        if at is None:
            return None
        wait = at - _answered_at(headers, now)
    return min(wait, LONGEST_WISH) if wait > timedelta(0) else None


def fresh_for(headers: Mapping[str, str], now: datetime) -> timedelta:
    """Say how long the answer stays fresh by its own word, from now: max-age before Expires, less its Age.

    Zero where it says nothing. At most `LONGEST_WISH`. Source: RFC 9111 §4.2.1, §5.2.2.1, §5.3.
    """
    control = headers.get("cache-control", "")
    if _NEVER_FRESH.search(control):
        return timedelta(0)
    if found := _MAX_AGE.search(control):
        lifetime = timedelta(seconds=int(found[1]) - _age(headers))
    else:
        expires = http_date(headers.get("expires", ""))
        lifetime = timedelta(0) if expires is None else expires - _answered_at(headers, now)
    return max(timedelta(0), min(lifetime, LONGEST_WISH))


def validators(headers: Mapping[str, str]) -> tuple[str, str]:
    """Give the ETag and the Last-Modified to send back; empty where there is none that can be sent.

    Both go back byte for byte, however odd: they belong to the server. Source: RFC 9110 §8.8.
    """
    etag, modified = (headers.get(name, "").strip() for name in ("etag", "last-modified"))
    return (
        etag if 0 < len(etag) <= _LONGEST_VALIDATOR else "",
        modified if 0 < len(modified) <= _LONGEST_VALIDATOR else "",
    )


def http_date(text: str) -> datetime | None:
    """Read a date of HTTP in any of its three forms, as UTC; None for anything else ("0", "-1", "never")."""
    if not text:
        return None
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    try:
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError:
        return None


def _answered_at(headers: Mapping[str, str], now: datetime) -> datetime:
    return http_date(headers.get("date", "")) or now


def _age(headers: Mapping[str, str]) -> int:
    said = headers.get("age", "").strip()
    return int(said) if _SECONDS.fullmatch(said) else 0
