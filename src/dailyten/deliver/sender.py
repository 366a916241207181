"""Who sends. Apart from the message, so that reading settings writes no mail."""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from dailyten.deliver.line import Line
from dailyten.errors import BadSetting

ADDRESS = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]+@[A-Za-z0-9.-]+", re.ASCII)
LIST_ID = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
STREAM = re.compile(r"[a-z0-9-]+")
SENDER_ID = re.compile(r"[A-Za-z0-9-]{5,15}")
DOMAIN = re.compile(r"[a-z0-9.-]+")
URL = re.compile(r"""[!#-;=?-\[\]-~]{1,900}""")
PRIVATE_NAMES = frozenset({"local", "localhost", "invalid", "test", "internal", "lan", "arpa"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderSettings:
    """Who sends. Raises BadSetting for what would make a bad header or an unlawful mail.

    `address` stands in From; its domain must be the one that DKIM signs. `domain` receives what comes back
    (`bounce+…`, `unsub+…`). `base_url` is the public https address of the web service, and empty when there is none:
    then nobody is promised a page, and leaving works by mail. `site_url` is that of the published site.
    `postal_address` is the law's wish (CAN-SPAM and others), shown at the foot.
    """

    name: str
    address: str
    postal_address: str = ""
    domain: str = ""
    reply_to: str = ""
    base_url: str = ""
    site_url: str = ""
    list_name: str = ""
    list_id: str = ""
    stream: str = "daily"
    sender_id: str = "dailyten"

    def __post_init__(self) -> None:
        self._require("name", _is_line, "one line of text")
        self._require("list_name", _is_line, "one line of text or nothing", optional=True)
        self._require("stream", STREAM.fullmatch, "letters, digits or hyphens")
        self._require("address", ADDRESS.fullmatch, "name@example.com")
        self._require("reply_to", ADDRESS.fullmatch, "name@example.com or nothing", optional=True)
        self._require("domain", DOMAIN.fullmatch, "mail.example.com or nothing", optional=True)
        self._require("list_id", LIST_ID.fullmatch, "daily.example.com or nothing", optional=True)
        self._require("sender_id", SENDER_ID.fullmatch, "5 to 15 letters, digits or hyphens")
        self._require("base_url", is_public, "https:// and a public host, or nothing", optional=True)
        self._require("site_url", is_public, "https:// and a public host, or nothing", optional=True)

    def _require(self, name: str, fits: Callable[[str], object], expected: str, *, optional: bool = False) -> None:
        value = getattr(self, name)
        if not fits(value) and not (optional and value == ""):
            raise BadSetting(
                "The sender's setting does not fit.", expected=expected, came=value, where=f"sender.{name}"
            )

    @property
    def own_domain(self) -> str:
        """Say which domain receives what comes back: `domain`, or that of the address."""
        return self.domain or self.address.rpartition("@")[2]


def is_public(url: str) -> bool:
    """Tell whether a reader anywhere can open an address: https, and a host that is no private literal or name."""
    return bool(URL.fullmatch(url)) and _is_public_host(url[: (url + "/").find("/", len("https://"))])


@lru_cache(maxsize=256)
def _is_public_host(url: str) -> bool:
    if not url.startswith("https://"):
        return False
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        name, _, last = host.rstrip(".").rpartition(".")
        return bool(name) and last not in PRIVATE_NAMES


def _is_line(text: str) -> bool:
    try:
        return bool(Line(text))
    except ValueError:
        return False
