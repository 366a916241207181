"""Addresses of ours that say for whom they were made: return paths (VERP) and the mailto of an unsubscribe.

`bounce+<id>.<tag>@domain`. The tag is an HMAC, so nobody can make us believe a bounce or a farewell of somebody
else. All in lower-case hexadecimal digits, for some servers change the case, and within the 64 octets of a local part
(RFC 5321 §4.5.3.1.1).
"""

import hmac
import re
from collections.abc import Sequence

TAG_DIGITS = 20
SHAPE = re.compile(r"<?([a-z]+)\+([0-9a-z]{1,32})\.([0-9a-f]{20})@[^@\s]+?>?", re.IGNORECASE)


def tagged(purpose: str, identity: str, domain: str, keys: Sequence[bytes]) -> str:
    """Make the address; the newest key, which is the first, signs it.

    `purpose` is the local part before the plus ("bounce", "unsub"), `identity` an id of ours.
    """
    return f"{purpose}+{identity}.{_tag(purpose, identity, keys[0])}@{domain}"


def identity_in(address: str, purpose: str, keys: Sequence[bytes]) -> str:
    """Give the id for which an address was made, or nothing when any of it is not ours."""
    shape = SHAPE.fullmatch(address.strip())
    if shape is None or shape[1].lower() != purpose:
        return ""
    identity, tag = shape[2].lower(), shape[3].lower()
    right = [hmac.compare_digest(_tag(purpose, identity, key), tag) for key in keys]
    return identity if any(right) else ""


def _tag(purpose: str, identity: str, key: bytes) -> str:
    return hmac.digest(key, f"envelope\x00{purpose}\x00{identity}".encode(), "sha256").hex()[:TAG_DIGITS]
