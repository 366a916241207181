"""How we ask over HTTP. Apart from the asking, so that reading settings loads no HTTP."""

from dataclasses import dataclass
from datetime import timedelta

from dailyten import __version__
from dailyten.poll.guard import Allowance


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """How we ask. `contact` (a page or an address for mail) stands in our one User-Agent, so that we can be reached."""

    contact: str = ""
    max_bytes: int = 10_000_000
    whole: timedelta = timedelta(seconds=20)
    connect: timedelta = timedelta(seconds=10)
    redirects: int = 5
    allowed: tuple[Allowance, ...] = ()
    kept_hosts: int = 100

    def __post_init__(self) -> None:
        if not self.contact.isprintable() or not self.contact.isascii():
            raise ValueError(f"contact must be plain ASCII on one line, came {self.contact!r}")

    @property
    def user_agent(self) -> str:
        """Say who asks: one name, one version, one contact, the same to everybody."""
        return f"dailyten/{__version__}" + (f" (+{self.contact})" if self.contact else "")
