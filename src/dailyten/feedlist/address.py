"""Addresses as editors write them: what is wrong with one, and when two are the same.

Whether an address may be *asked* is decided where it is connected to, in `poll`; here it is only read.
"""

import ipaddress
import re
import socket
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, quote, urlsplit

from dailyten.feedlist.fault import Severity

LONGEST = 2_000
"""Characters; servers and proxies refuse longer ones."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_FEED_SCHEME = re.compile(r"feed:(?://)?(?=https?://)|feed:(?=//)", re.IGNORECASE)
_HOST_LIKE = re.compile(r"(?:[\w-]+\.)+[A-Za-z]{2,}(?:[:/].*)?\Z")
_HOST = re.compile(r"(?:[\w-]{1,63}\.)*[\w-]{1,63}\.?\Z")
_BAD_PORT = re.compile(r"https?://[\w.-]+:([^/?#]+)(?:[/?#]|\Z)", re.IGNORECASE)
_NEAR_SUFFIXES = ("localhost", "local", "internal", "lan", "home.arpa", "intranet", "corp", "home")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_PRINTED = "".join(map(chr, range(0x21, 0x7F)))
_WHOLE_ADDRESS = "Copy the whole address of the feed from your browser, or delete the outline."
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What is wrong with an address."""

    severity: Severity
    rule: str
    words: str
    mend: str


def plain_address(raw: str) -> str:
    """Take away what never belongs to an address: blanks around it and the old `feed:` scheme."""
    stripped = raw.strip()
    without = _FEED_SCHEME.sub("", stripped, count=1)
    return f"http:{without}" if without.startswith("//") and without != stripped else without


def complain(raw: str) -> tuple[Complaint, ...]:
    """Say what is wrong with a feed's address; nothing for a good one."""
    address = plain_address(raw)
    if address == raw and (parts := split(address)) is not None and address.isascii() and _is_ordinary(address, parts):
        return ()
    return tuple(_complaints(raw, address))


@lru_cache(maxsize=64)  # one address is looked at from all sides, then the next
def split(address: str) -> SplitResult | None:
    """Take an http(s) address apart, None where it is none."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in _PORTS and parts.hostname else None


def is_web_address(address: str) -> bool:
    """Say whether a link can be shown: http or https with a host, no blanks."""
    return split(address) is not None and not re.search(r"\s", address)


def same_key(address: str) -> str:
    """Give the address in the form in which equal ones are equal strings (RFC 3986 section 6.2.2 and 6.2.3)."""
    parts = split(address)
    if parts is None:
        return address
    port = "" if parts.port in {None, _PORTS[parts.scheme]} else f":{parts.port}"
    path = _escapes_made_one(parts.path or "/")
    query = f"?{_escapes_made_one(parts.query)}" if parts.query else ""
    return f"{parts.scheme}://{(parts.hostname or '').rstrip('.')}{port}{path}{query}"


def _escapes_made_one(text: str) -> str:
    """Write every escape in one way: letters that need none plain, hex in capitals; `%2F` stays apart from `/`."""

    def one(escape: re.Match[str]) -> str:
        letter = chr(int(escape.group(1), 16))
        return letter if letter.isascii() and (letter.isalnum() or letter in "-._~") else escape.group().upper()

    return _ESCAPE.sub(one, quote(text, safe=_PRINTED, errors="surrogatepass"))


def alike_key(address: str) -> str:
    """Give a form in which addresses are equal that most likely bring the same feed: http or https, www., last /."""
    key = same_key(address).partition("://")[2].removeprefix("www.")
    path, mark, query = key.partition("?")
    return f"{path.rstrip('/')}{mark}{query}".lower()


def is_private(host: str) -> bool:
    """Say whether a host is of the own machine or house, by its name or its literal address in any notation."""
    bare = host.rstrip(".").lower()
    literal = _literal(bare)
    if literal is not None:
        return not literal.is_global or literal.is_multicast
    return "." not in bare or bare.endswith(tuple(f".{suffix}" for suffix in _NEAR_SUFFIXES))


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return _old_notation(host)
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


def _old_notation(host: str) -> ipaddress.IPv4Address | None:
    """Read 2130706433, 0x7f.1 and 0177.0.0.1 as the system's resolver does."""
    if not re.fullmatch(r"(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+)){0,3}", host):
        return None
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def _is_ordinary(address: str, parts: SplitResult) -> bool:
    return (
        len(address) <= LONGEST
        and not re.search(r"\s", address)
        and "@" not in parts.netloc
        and not is_private(parts.hostname or "")
        and bool(_HOST.match(parts.hostname or ""))
    )


def _complaints(raw: str, address: str) -> list[Complaint]:
    parts = split(address)
    if parts is None:
        return [_no_web_address(address)]
    found: list[Complaint] = []
    if address != raw.strip():
        found.append(_warn("feed-scheme", 'The scheme "feed:" is read as http.', f"Write {address}"))
    elif address != raw:
        found.append(_warn("blanks-around", "There are blanks around the address.", "Delete them."))
    if re.search(r"\s", address):
        mended = re.sub(r"\s+", "%20", address)
        found.append(_refuse("blank-in-address", "There is a blank inside the address.", f"Write {mended}"))
    if "@" in parts.netloc:
        found.append(_password(address, parts))
    if len(address) > LONGEST:
        found.append(_refuse("address-too-long", f"The address has more than {LONGEST:,} characters.", "Shorten it."))
    return found + _host_complaints(parts.hostname or "")


def _host_complaints(host: str) -> list[Complaint]:
    if _literal(host) is None and not _HOST.match(host):
        return [_refuse("bad-host", f'"{host}" is no name of a host.', "Compare it with the address in your browser.")]
    if is_private(host):
        words = f'"{host}" is on this machine or in a private network; dailyten asks such addresses only if allowed.'
        return [_warn("private-address", words, "Take the public address, or allow this host in the settings.")]
    return []


def _password(address: str, parts: SplitResult) -> Complaint:
    without = address.replace(f"{parts.netloc.rpartition('@')[0]}@", "", 1)
    words = "The address holds a name or password, and this list is published."
    return _refuse("password-in-address", words, f"Write {without}, and change the password.")


def _no_web_address(address: str) -> Complaint:
    shown = address if len(address) <= 60 else f"{address[:60]}..."  # noqa: PLR2004 - what fits a line
    if port := _BAD_PORT.match(address):
        words = f'"{shown}" is no address that can be asked: "{port[1]}" is no port from 1 to 65535.'
        return _refuse("bad-port", words, "Compare it with the address in your browser; most have no port.")
    words = f'"{shown}" is no address that can be asked: it must begin with https:// or http://.'
    if _HOST_LIKE.match(address) and not _SCHEME.match(address.partition(".")[0]):
        return _refuse("no-scheme", words, f"Write https://{address}")
    if address.startswith("//"):
        return _refuse("no-scheme", words, f"Write https:{address}")
    return _refuse("no-web-address", words, _WHOLE_ADDRESS)


def _warn(rule: str, words: str, mend: str) -> Complaint:
    return Complaint(severity=Severity.WARNING, rule=rule, words=words, mend=mend)


def _refuse(rule: str, words: str, mend: str) -> Complaint:
    return Complaint(severity=Severity.ERROR, rule=rule, words=words, mend=mend)
