"""How fast mail may go out, in all and to each receiver. `dailyten.deliver.pace` keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

RECEIVERS = {
    "googlemail.com": "gmail.com",
    **dict.fromkeys(("hotmail.com", "live.com", "msn.com"), "outlook.com"),
    **dict.fromkeys(("ymail.com", "rocketmail.com", "aol.com", "myyahoo.com"), "yahoo.com"),
    **dict.fromkeys(("me.com", "mac.com"), "icloud.com"),
    **dict.fromkeys(("gmx.de", "web.de", "gmx.at", "gmx.ch"), "gmx.net"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceLimits:
    """`per_second` messages at most (0: as fast as it goes), reached by doubling over `ramp` from a sixteenth of it.

    `domain_per_second` holds for each receiving domain, unless `domains` names it; 0 is no limit there either.
    `domain_at_once` messages at most are under way to one receiving domain, 0 for as many as there are lines.
    A receiving domain that defers `deferrals` messages in a row rests: what else is for it waits `rest`, untried. One
    that defers the next message too rests twice as long, up to `longest_rest`. Raises ValueError.
    """

    per_second: float = 0.0
    ramp: timedelta = timedelta(0)
    domain_per_second: float = 0.0
    domains: Mapping[str, float] = field(default_factory=dict)
    domain_at_once: int = 0
    deferrals: int = 3
    rest: timedelta = timedelta(minutes=10)
    longest_rest: timedelta = timedelta(hours=2)

    def __post_init__(self) -> None:
        rates = (self.per_second, self.domain_per_second, self.domain_at_once, *self.domains.values())
        if min(rates) < 0 or self.ramp < timedelta(0) or self.deferrals < 1 or self.rest <= timedelta(0):
            raise ValueError("a pace is not negative; deferrals and rest are at least one and over zero")
        if self.longest_rest < self.rest:
            raise ValueError("the longest rest of a pace is as long as the first at least")

    def rate_of(self, receiver: str) -> float:
        """Say how many messages a second a receiver gets, 0 for as many as there are."""
        named = {receiver_of(domain.lower()): rate for domain, rate in self.domains.items()}
        return named.get(receiver, self.domain_per_second)


def receiver_of(domain: str) -> str:
    """Say who takes the mail of a domain, as far as that is common knowledge; else the domain itself."""
    return RECEIVERS.get(domain, domain)
