"""Is this an address that can be asked at all? Pure: no DNS, and no judgement about where it leads (`guard`)."""

import re
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urljoin

from dailyten.poll.guard import literal

LONGEST_ADDRESS: Final = 8_000
_LONGEST_HOST: Final = 253
_PORTS: Final = {"http": 80, "https": 443}
_PARTS = re.compile(r"(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]*)://(?P<server>[^/?#]*)(?P<path>[^?#]*)(?P<query>\?[^#]*)?")
_SERVER = re.compile(r"(?:(?P<userinfo>.*)@)?(?P<host>\[[^\[\]@]*\]|[^:@\[\]]*)(?::(?P<port>[0-9]{0,6}))?", re.ASCII)
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*", re.ASCII)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

# What is quoted where, beside all that is not ASCII. Source: the percent-encode sets of https://url.spec.whatwg.org.
_TO_QUOTE_IN_PATH = re.compile(r"[^\x21$-;=@-_a-z|~]")
_TO_QUOTE_IN_QUERY = re.compile(r"[^\x21$-;=?-~]")
_TO_QUOTE_IN_USERINFO = re.compile(r"[^\x21$-.0-:A-Z_a-z~]")


class BadAddressError(ValueError):
    """An address that nobody should ask; its text says why. It ends in `dailyten.poll.http`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An http or https address in its canonical form, part by part, in ASCII and quoted.

    `host` has no brackets, `port` is None where it is the scheme's own, `target` is the path with the query.
    """

    scheme: str
    userinfo: str = ""
    host: str
    port: int | None = None
    target: str = ""

    def __str__(self) -> str:
        userinfo = f"{self.userinfo}@" if self.userinfo else ""
        return f"{self.scheme}://{userinfo}{self.netloc}{self.target}"

    @property
    def netloc(self) -> str:
        """Name the server as the Host header does."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"

    @property
    def port_number(self) -> int:
        """Give the port, also where it is the scheme's own."""
        return self.port or _PORTS[self.scheme]


def address_of(text: str) -> Address:
    """Read an http or https address, made canonical: IDN encoded, path quoted, dots resolved, no fragment.

    Hosts written as numbers in other ways than four plain decimals (2130706433, 0x7f.1, 0177.0.0.1) are refused, for
    resolvers read them each in their own way.

    Raises BadAddressError saying why.
    """
    text = text.strip()
    if len(text) > LONGEST_ADDRESS:
        raise BadAddressError(f"it is longer than {LONGEST_ADDRESS} characters")
    if _CONTROL.search(text):
        raise BadAddressError("it contains a control character")
    parts = _PARTS.match(text)
    scheme = parts["scheme"].lower() if parts else ""
    if parts is None or scheme not in _PORTS:
        raise BadAddressError("only http and https can be asked")
    server = _SERVER.fullmatch(parts["server"])
    if server is None:
        raise BadAddressError("its host or its port cannot be read")
    path = _without_dots(_quoted(parts["path"], _TO_QUOTE_IN_PATH))
    return Address(
        scheme=scheme,
        userinfo=_quoted(server["userinfo"] or "", _TO_QUOTE_IN_USERINFO),
        host=_host(server["host"]),
        port=_port(server["port"] or "", scheme),
        target=path + _quoted(parts["query"] or "", _TO_QUOTE_IN_QUERY),
    )


def moved(base: Address, location: str) -> Address:
    """Read where a redirect points, relative to the address that sent it; never with credentials of its own.

    Raises BadAddressError.
    """
    location = location.strip()
    if not location:
        raise BadAddressError("the redirect does not say where to")
    if _CONTROL.search(location):
        raise BadAddressError("the redirect contains a control character")
    try:
        target = urljoin(str(base), location)
    except ValueError as error:
        raise BadAddressError(f"the redirect leads nowhere: {error}") from error
    return without_credentials(address_of(target))


def without_credentials(address: Address) -> Address:
    """Give the address as it may be shown, stored and compared."""
    return replace(address, userinfo="") if address.userinfo else address


def same_origin(one: Address, other: Address) -> bool:
    """Say whether both are the same server by scheme, host and port: what one may know, the other may."""
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)


def _host(text: str) -> str:
    if not text:
        raise BadAddressError("it names no host")
    if text.startswith("["):
        host = text[1:-1]
        ip = literal(host)
        if ip is None or ip.version != 6 or "%" in host:  # noqa: PLR2004 - brackets are for IPv6
            raise BadAddressError("its host is no address of IPv6")
        return str(ip)
    host = text.lower() if text.isascii() else _in_ascii(text.lower())
    if literal(host) is None:
        _check_name(host.removesuffix("."))
    return host


def _in_ascii(name: str) -> str:
    import idna

    try:
        return idna.encode(name).decode("ascii")
    except idna.IDNAError as error:
        raise BadAddressError(f"its host is no name that DNS knows: {error}") from error


def _check_name(name: str) -> None:
    if len(name) > _LONGEST_HOST or not _NAME.fullmatch(name):
        raise BadAddressError("its host is no name that DNS knows")
    if _NUMBER.fullmatch(name.rpartition(".")[2]):
        raise BadAddressError("its host is a number written in an unusual way")


def _port(text: str, scheme: str) -> int | None:
    if not text:
        return None
    if not 0 < int(text) < 1 << 16:
        raise BadAddressError("its port is not between 1 and 65535")
    return None if int(text) == _PORTS[scheme] else int(text)


def _quoted(text: str, to_quote: re.Pattern[str]) -> str:
    return to_quote.sub(_percent, text)


def _percent(found: re.Match[str]) -> str:
    try:
        return "".join(f"%{byte:02X}" for byte in found[0].encode())
    except UnicodeEncodeError as error:
        raise BadAddressError("it contains half a character") from error


def _without_dots(path: str) -> str:
    """Resolve "." and "..". Source: RFC 3986 §5.2.4."""
    segments = path.split("/")
    if "." not in segments and ".." not in segments:
        return path
    kept: list[str] = []
    for segment in segments:
        if segment == ".." and len(kept) > 1:
            kept.pop()
        elif segment not in {".", ".."}:
            kept.append(segment)
    return "/".join(kept) + "/" * (segments[-1] in {".", ".."} or kept == [""])
