"""What every page needs: the store, the links, the words of the pack, the look of the site, the clock."""

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from dailyten.errors import BadLink
from dailyten.feedback.tokens import Claim, Fault, Purpose
from dailyten.model.subscriber import Subscriber
from dailyten.pipeline.joining import Caps, Knock
from dailyten.pipeline.links import Links
from dailyten.pipeline.settings import WebSettings
from dailyten.pipeline.wishing import Choices
from dailyten.poll.schedule import PollPolicy
from dailyten.store.store import Store

V4_PREFIX = 24
V6_PREFIX = 48


class File(Protocol):
    """A file that pages need beside themselves."""

    @property
    def path(self) -> str:
        """Its path below the root."""
        ...

    @property
    def body(self) -> bytes:
        """Its bytes."""
        ...


class Printer(Protocol):
    """Prints pages in the look of the site."""

    @property
    def files(self) -> tuple[File, ...]:
        """Give what every page needs beside itself."""
        ...

    def page(self, template: str, path: str, heading: str, **what: object) -> bytes:
        """Print a page."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """Everything behind the pages. `zone` is the digest's, `mail_domain` stands in Message-IDs.

    `mail_of` gives the mail that a subscriber got about an edition, both named by their ids, or raises NotFound.
    `take_notice` takes what a mail service posts, with its signature, and says how much of it was new; it raises
    BadLink for a signature that is not good, BadInput for what cannot be read. `take_report` does so with what a mail
    provider posts, by the provider's name, with the headers of the request, and may also raise NotFound or CannotGoOn.
    """

    store: Store
    links: Links
    choices: Choices
    names: dict[str, str]
    printer: Printer
    mail_of: Callable[[str, str], str]
    name: str
    zone: str
    mail_domain: str
    site_folder: Path
    clock: Callable[[], datetime]
    settings: WebSettings
    poll_policy: PollPolicy
    take_notice: Callable[[bytes, str], int]
    take_report: Callable[[str, bytes, Mapping[str, str]], int]

    def claim(self, token: str, *purposes: Purpose) -> Claim:
        """Read a link that is good for one of these purposes. Raises BadLink."""
        said = [self.links.tokens.read(token, purpose, now=self.clock()) for purpose in purposes]
        for each in said:
            if isinstance(each, Claim):
                return each
        if Fault.EXPIRED in said:
            raise BadLink("This link has run out.", expired=True)
        raise BadLink("This link is not whole.")

    def reader(self, claim: Claim) -> Subscriber:
        """Find whose link it is. Raises NotFound when the person was erased."""
        with self.store.reading() as db:
            return db.subscribers.get(claim.subscriber_id)

    def knock(self, host: str) -> Knock:
        """Say that somebody at an address asks now."""
        caps = Caps(a_network=self.settings.asks_a_network, in_all=self.settings.asks_a_day)
        return Knock(at=self.clock(), network=network_of(host), mail_domain=self.mail_domain, caps=caps)


def network_of(host: str) -> str:
    """Name the network of an address, coarse enough to be nobody's own: a /24, of IPv6 a /48."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    prefix = V4_PREFIX if address.version == 4 else V6_PREFIX  # noqa: PLR2004 - the version of IP
    return str(ipaddress.ip_network(f"{address}/{prefix}", strict=False))
