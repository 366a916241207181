"""Is this an address that can be asked at all? Pure: no DNS, and no judgement about where it leads (`guard`)."""

import re
from typing import Final

from httpx2 import URL, InvalidURL

from dailyten.poll.guard import literal

LONGEST_ADDRESS: Final = 8_000
_LONGEST_HOST: Final = 253
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*", re.ASCII)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class BadAddressError(ValueError):
    """An address that nobody should ask; its text says why. It ends in `dailyten.poll.http`."""


def address_of(text: str) -> URL:
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
    try:
        url = URL(text)
    except (InvalidURL, ValueError) as error:
        raise BadAddressError(str(error)) from error
    return _checked(url)


def moved(base: URL, location: str) -> URL:
    """Read where a redirect points, relative to the address that sent it; never with credentials of its own.

    Raises BadAddressError.
    """
    if not location.strip():
        raise BadAddressError("the redirect does not say where to")
    if _CONTROL.search(location.strip()):
        raise BadAddressError("the redirect contains a control character")
    try:
        target = base.join(location.strip())
    except (InvalidURL, ValueError) as error:
        raise BadAddressError(f"the redirect leads nowhere: {error}") from error
    return without_credentials(address_of(str(target)))


def without_credentials(url: URL) -> URL:
    """Give the address as it may be shown, stored and compared."""
    return url.copy_with(userinfo=b"") if url.userinfo else url


def same_origin(one: URL, other: URL) -> bool:
    """Say whether both are the same server by scheme, host and port: what one may know, the other may."""
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)


def _checked(url: URL) -> URL:
    if url.scheme not in {"http", "https"}:
        raise BadAddressError("only http and https can be asked")
    host = url.raw_host.decode("ascii")
    if not host:
        raise BadAddressError("it names no host")
    if "%" in host or literal(host) is None:
        _check_name(host.removesuffix("."))
    if url.port is not None and not 0 < url.port < 1 << 16:
        raise BadAddressError("its port is not between 1 and 65535")
    return url.copy_with(fragment=None) if url.fragment else url


def _check_name(name: str) -> None:
    if len(name) > _LONGEST_HOST or not _NAME.fullmatch(name):
        raise BadAddressError("its host is no name that DNS knows")
    if _NUMBER.fullmatch(name.rpartition(".")[2]):
        raise BadAddressError("its host is a number written in an unusual way")
