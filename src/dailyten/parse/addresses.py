"""Addresses: made absolute, freed of trackers, shown as what they are, or refused."""

import html
import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote, unquote, urljoin, urlsplit

from dailyten.parse.tidy import on_one_line
from dailyten.parse.trackers import FROM_FEEDS, NAMES, ON_HOSTS, PIXEL_HOSTS, PREFIXES, REFERRING

_SOMEWHERE = frozenset().union(*ON_HOSTS.values())
MOST_CHARACTERS = 4_000
"""Longer addresses are dropped; browsers and servers stop at about 2,000 to 8,000."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_BARE_HOST = re.compile(r"www\d?\.[\w-]+(?:\.[\w-]+)+(?=[/?#:]|$)", re.IGNORECASE)
# Longer ports take the slow way, which knows that they end at 65,535.
_ORDERLY = re.compile(
    r"https?://[A-Za-z0-9.-]+(?::\d{1,4})?(?:/[\w.~!$'()*+,;=:@%/-]*)?([?#][\w.~!$'()*+,;=:@%/?#&-]*)?\Z", re.ASCII
)
_BEFORE_HOST = re.compile(r"\Ahttps?://(?:[^/?#]*@)?", re.IGNORECASE)
_ROOTED = re.compile(r"/(?!/)(?!.*/\.)[\w.~!$'()*+,;=:@%/-]{0,1000}\Z", re.ASCII)
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d{1,4})?(?=/|\Z)", re.ASCII)
_UNSAFE = re.compile(r"[\s\"<>\\^`{|}]")
_SPACE_INSIDE = re.compile(r"[\t\r\n]+ *")
_NO_HOST = re.compile(r"[\x00-\x20#%/<>?@\\^|\x7f]")
"""What no host holds. Source: the URL standard, "forbidden domain code point"."""
_ODD_SLASHES = re.compile(r"\A(https?):(?:/|\\{1,2})(?=[\w-]+(?:\.[\w-]+)+(?:[/\\:?#]|\Z))", re.IGNORECASE)
"""One slash or backslashes before a host: browsers read two slashes. Source: the URL standard, "special authority"."""
_SCHEME_TWICE = re.compile(r"\Ahttps?://(https?):?//", re.IGNORECASE)
_FEED_SCHEME = re.compile(r"\Afeed:(?://)?(?=https?:)", re.IGNORECASE)


def join(base: str, href: str) -> str:
    """Resolve an address against another, RFC 3986 §5; what cannot be resolved comes back as it is."""
    try:
        return urljoin(base, href.strip())
    except ValueError:
        return href


def absolute(href: str, base: str) -> str:
    """Give the web address that a publisher's link means, without trackers; empty if it is none of the web.

    A user name before the host is dropped: it is there to look like another host. Refused are other schemes than
    http and https (javascript, data, mailto ...), hosts that do not parse and addresses beyond `MOST_CHARACTERS`.
    Nothing is escaped twice.
    """
    orderly = _ORDERLY.match(href) if len(href) <= MOST_CHARACTERS and "://http" not in href else None
    if orderly and not (orderly[1] and "&amp" in orderly[1]):
        return without_trackers(href) if orderly[1] else href
    if _ROOTED.match(href) and (origin := _origin(base)):
        return origin + href
    href = _tidy(href)
    if not href:
        return ""
    if not _SCHEME.match(href):
        href = _joined(href, base)
    try:
        parts = urlsplit(href)
        scheme, host, _ = parts.scheme, parts.hostname, parts.port
    except ValueError:
        return ""
    if scheme not in ("http", "https") or not _is_host(host) or len(href) > MOST_CHARACTERS:
        return ""
    honest = _with_honest_host(href, host) if host and not host.isascii() else href
    bare = _BEFORE_HOST.sub(f"{scheme}://", honest, count=1)
    return "" if _SCHEME_TWICE.match(bare) else without_trackers(bare)


def _joined(href: str, base: str) -> str:
    """Resolve what names no scheme; "shop.example/x" in a feed of shop.example has forgotten it."""
    host, slash, _ = href.partition("/")
    if slash and "." in host and host.lower() == _host_of(base):
        return f"{base.partition(':')[0]}://{href}"
    return join(base, f"https:{href}" if href.startswith("//") and not base else href)


def is_web_address(address: str) -> bool:
    """Say whether relative addresses can start from this one."""
    return address.lower().startswith(("http://", "https://"))


def without_trackers(address: str) -> str:
    """Drop the parameters that only watch, from query and fragment; everything else stays byte for byte."""
    stem, mark, fragment = address.partition("#")
    path, question, query = stem.partition("?")
    if question:
        kept = [pair for pair in query.split("&") if not _watches(pair, path)]
        stem = f"{path}?{'&'.join(kept)}" if any(kept) else path
    if mark and fragment and not _fragment_watches(fragment):
        return f"{stem}#{fragment}"
    return stem


def without_fragment(address: str) -> str:
    """Give the page of an address: no fragment."""
    return address.partition("#")[0]


def is_pixel_host(address: str) -> bool:
    """Say whether a picture at this address is known to count readers and to show nothing."""
    host, slash, path = address.partition("//")[2].partition("/")
    return any(f"{slash}{path}".startswith(start) for start in _pixel_paths(host.lower()))


def looks_alike(address: str) -> bool:
    """Say whether the host of an address mixes alphabets within one label, or hides another one behind `xn--`."""
    host = _host_of(address)
    if host.isascii() and "xn--" not in host:
        return False
    return any(_mixes(_unicode_label(label)) for label in host.split("."))


@lru_cache(maxsize=256)
def _origin(base: str) -> str:
    found = _ORIGIN.match(base)
    return found[0] if found else ""


def _tidy(href: str) -> str:
    href = _SPACE_INSIDE.sub("", href.strip())
    href = on_one_line(href)
    if "&" in href and re.search(r"&(?:amp|#38|#x26);", href, re.IGNORECASE):
        href = html.unescape(re.sub(r"&(?!(?:amp|#38|#x26);)", "&amp;", href, flags=re.IGNORECASE))
    href = re.sub(r"\Afeed://", "http://", _FEED_SCHEME.sub("", href, count=1), count=1, flags=re.IGNORECASE)
    href = _with_two_slashes(_SCHEME_TWICE.sub(lambda found: found[1] + "://", href, count=1))
    if _BARE_HOST.match(href):
        href = f"http://{href}"
    return _UNSAFE.sub(lambda found: quote(found[0]), href)


def _with_two_slashes(href: str) -> str:
    found = _ODD_SLASHES.match(href)
    return f"{found[1]}://{href[found.end() :].replace(chr(92), '/')}" if found else href


def _is_host(host: str | None) -> bool:
    return host is not None and host.strip(".") != "" and not _NO_HOST.search(host)


@lru_cache(maxsize=256)  # an entry's links often lead to its own page
def _host_of(address: str) -> str:
    """Give the host of an absolute address in lower case, without port and user."""
    rest = address.partition("//")[2].partition("/")[0].partition("?")[0].partition("#")[0]
    return rest.rpartition("@")[2].partition(":")[0].lower()


def _watches(pair: str, path: str) -> bool:
    name, _, value = pair.partition("=")
    name = name.lower()
    if "%" in name or ";" in name:
        name = unquote(name).removeprefix("amp;")
    if name in NAMES or name.startswith(PREFIXES):
        return True
    if name in REFERRING and _from_feeds(value.lower()):
        return True
    return name in _SOMEWHERE and name in _names_on(_host_of(path))


@lru_cache(maxsize=1_024)
def _names_on(host: str) -> frozenset[str]:
    return frozenset().union(*(ON_HOSTS.get(domain, ()) for domain in _domains(host)))


@lru_cache(maxsize=1_024)
def _pixel_paths(host: str) -> tuple[str, ...]:
    """Give the beginnings of paths on a host, or on the domains above it, under which pictures only count."""
    known = [each.partition("/") for each in PIXEL_HOSTS]
    return tuple(slash + path for domain in _domains(host) for name, slash, path in known if name == domain)


def _domains(host: str) -> list[str]:
    """Give a host and every domain above it: a.b.c, b.c, c."""
    labels = host.split(".")
    return [".".join(labels[start:]) for start in range(len(labels))]


def _from_feeds(value: str) -> bool:
    return value.startswith(FROM_FEEDS) and (
        value in FROM_FEEDS or value.split("-", 1)[0].split("_", 1)[0] in FROM_FEEDS
    )


def _fragment_watches(fragment: str) -> bool:
    lower = fragment.lower()
    return lower == "rss" or lower.startswith(("utm_", "mtm_", "xtor=", "?utm_", "ref=rss", "ref=feed", "ftag="))


def _with_honest_host(address: str, host: str) -> str:
    """Write a host that mixes alphabets as the `xn--` name it really is, so that nobody takes it for another."""
    if host.isascii() or not any(map(_mixes, host.split("."))):
        return address
    try:
        honest = host.encode("idna").decode("ascii")
    except UnicodeError:
        honest = quote(host)
    return re.sub(re.escape(host), lambda _: honest, address, count=1, flags=re.IGNORECASE)


def _unicode_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def _mixes(label: str) -> bool:
    """Say whether letters of Latin, Greek and Cyrillic stand together, or only letters that pass for Latin ones."""
    alphabets = {
        unicodedata.name(letter, "?").split(" ")[0] for letter in label if letter.isalpha()
    } & {"LATIN", "CYRILLIC", "GREEK"}  # fmt: skip
    return len(alphabets) > 1 or ("CYRILLIC" in alphabets and all(letter in _LATIN_LOOKING for letter in label))


_LATIN_LOOKING = frozenset(
    "\u0430\u0441\u0435\u0456\u0458\u043e\u0440\u0455\u0443\u0445\u04bb\u0501\u051b\u051d\u04cf\u0475-0123456789"
)
"""Cyrillic letters that look like Latin ones, with digits and the hyphen: a whole label of them pretends."""
