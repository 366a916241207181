"""May we connect to this IP address? A pure decision about the literal address that a socket is about to use.

Names are not judged here: a name is resolved first, and what it resolved to is judged (`dailyten.poll.sockets`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Self

from dailyten.errors import BadSetting

IPAddress = IPv4Address | IPv6Address
IPNetwork = IPv4Network | IPv6Network

# Source: IANA IPv4 Special-Purpose Address Registry. Listed, because `ipaddress.is_global` of Python 3.11 lets
# 192.0.0.8 through; 168.63.129.16 is Azure's host machine under a public number.
_CLOSED_4 = {
    IPv4Network("0.0.0.0/8"): "this network",
    IPv4Network("10.0.0.0/8"): "private",
    IPv4Network("100.64.0.0/10"): "shared by a carrier",
    IPv4Network("127.0.0.0/8"): "loopback",
    IPv4Network("168.63.129.16/32"): "a cloud's own machine",
    IPv4Network("169.254.0.0/16"): "link-local",
    IPv4Network("172.16.0.0/12"): "private",
    IPv4Network("192.0.0.0/24"): "reserved",
    IPv4Network("192.0.2.0/24"): "for examples only",
    IPv4Network("192.88.99.0/24"): "a retired relay",
    IPv4Network("192.168.0.0/16"): "private",
    IPv4Network("198.18.0.0/15"): "for measurements only",
    IPv4Network("198.51.100.0/24"): "for examples only",
    IPv4Network("203.0.113.0/24"): "for examples only",
    IPv4Network("224.0.0.0/4"): "multicast",
    IPv4Network("240.0.0.0/4"): "reserved",
}

# Source: IANA IPv6 Special-Purpose Address Registry. Everything outside 2000::/3 is closed but for NAT64, so
# fec0::1 and whatever is given out later needs no line here.
_OPEN_6 = IPv6Network("2000::/3")
_CLOSED_6 = {
    IPv6Network("2001::/23"): "reserved for protocols",
    IPv6Network("2001:db8::/32"): "for examples only",
    IPv6Network("3fff::/20"): "for examples only",
}
_NAT64 = IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = IPv6Network("2002::/16")
_ISATAP = (0x00005EFE, 0x02005EFE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """An operator's exception: a network, with one port or (None) all of them."""

    network: IPNetwork
    port: int | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "10.1.0.0/16", "127.0.0.1:8080", "fd00::/8" or "[::1]:8080".

        Raises BadSetting naming the text.
        """
        bare, port = _split_port(text.strip())
        try:
            return cls(network=ip_network(bare), port=None if port is None else int(port))
        except ValueError as error:
            raise BadSetting(
                "An address that may be polled cannot be read.",
                expected='a network or an IP address, perhaps with a port: "10.1.0.0/16", "127.0.0.1:8080"',
                came=repr(text),
            ) from error

    def covers(self, ip: IPAddress, port: int) -> bool:
        """Say whether this exception is for that address and port."""
        return ip.version == self.network.version and ip in self.network and self.port in {None, port}


def refusal(ip: IPAddress, port: int, allowed: Iterable[Allowance] = ()) -> str:
    """Say in a few words why we must not connect there; empty when we may.

    An IPv6 address that carries an IPv4 address must be open in both readings. An allowance counts for the literal
    address and for the IPv4 address inside a mapped one.
    """
    inner = _carried(ip)
    if any(each.covers(ip, port) or (inner and each.covers(inner, port)) for each in allowed):
        return ""
    return (_closed_4(ip) if isinstance(ip, IPv4Address) else _closed_6(ip)) or (_closed_4(inner) if inner else "")


@lru_cache(maxsize=1_024)  # the feeds of one host come one after the other
def literal(host: str) -> IPAddress | None:
    """Read a host that is an IP address already; None for a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def _closed_4(ip: IPv4Address) -> str:
    return next((why for network, why in _CLOSED_4.items() if ip in network), "")


def _closed_6(ip: IPv6Address) -> str:
    if ip.scope_id is not None:
        return "link-local"
    if ip.ipv4_mapped is not None or ip in _NAT64:
        return ""  # the IPv4 address inside decides
    if ip not in _OPEN_6:
        return "loopback" if ip.is_loopback else "multicast" if ip.is_multicast else "private or reserved"
    return next((why for network, why in _CLOSED_6.items() if ip in network), "")


def _carried(ip: IPAddress) -> IPv4Address | None:
    """Give the IPv4 address that an IPv6 address leads to (mapped, 6to4, NAT64, ISATAP)."""
    if isinstance(ip, IPv4Address):
        return None
    bits = int(ip)
    if ip in _SIX_TO_FOUR:
        return IPv4Address(bits >> 80 & 0xFFFFFFFF)
    isatap = bits >> 32 & 0xFFFFFFFF in _ISATAP
    return IPv4Address(bits & 0xFFFFFFFF) if ip.ipv4_mapped is not None or ip in _NAT64 or isatap else None


def _split_port(text: str) -> tuple[str, str | None]:
    if text.startswith("[") and "]" in text:
        bare, _, rest = text[1:].partition("]")
        return bare, rest.removeprefix(":") or None
    if text.count(":") == 1:
        bare, _, port = text.partition(":")
        return bare, port
    return text, None
