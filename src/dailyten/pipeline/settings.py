"""What one digest is: its name, its place on the clock, how its stages are set, and where its readers find it."""

import ipaddress
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from dailyten.cluster.policy import JoinPolicy
from dailyten.edition.budget import Budget
from dailyten.errors import BadSetting
from dailyten.rank.policy import RankPolicy, Wanted

LAST_HOUR = 23
LAST_PORT = 65_535
CALLBACKS = "websub"
"""The path below which hubs call us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSettings:
    """What may be done with the feed list after a round of polls, without asking.

    `apply_moves` writes the new address of a feed into the list once permanent redirects have named it for as long as
    `poll.moved_after`. `look_for_dead` looks, once a week, at the site of a feed that is dead for another one.
    `slots` is how many feeds the digest is meant for: more are read all the same, and the one that earns least is
    named. Raises ValueError.
    """

    apply_moves: bool = False
    look_for_dead: bool = True
    slots: int = 10

    def __post_init__(self) -> None:
        if self.slots < 1:
            raise ValueError(f"slots must be 1 or more, came {self.slots}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestSettings:
    """The digest as its editors set it up.

    `zone` and `hour` say whose morning an edition belongs to and when it is due. An edition that is ready later than
    `too_late_after` its hour is published but no longer mailed. `back_issues` is how far back entries of a feed that is
    read for the first time are considered; older ones are known from the start. Raises ValueError.
    """

    name: str = "dailyten"
    zone: str = "UTC"
    hour: int = 7
    language: str = "en"
    pack: str = "social_media"
    too_late_after: timedelta = timedelta(hours=8)
    back_issues: timedelta = timedelta(days=7)
    budget: Budget = field(default_factory=Budget)
    rank: RankPolicy = field(default_factory=RankPolicy)
    wanted: Wanted = field(default_factory=Wanted)
    join: JoinPolicy = field(default_factory=JoinPolicy)

    def __post_init__(self) -> None:
        if not 0 <= self.hour <= LAST_HOUR:
            raise ValueError(f"hour is an hour of the day, 0 to {LAST_HOUR}, came {self.hour}")
        if self.budget.minutes < 1:
            raise ValueError(f"budget.minutes must be 1 or more, came {self.budget.minutes}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """The web service of `dailyten serve`; without a section `[web]` there is none.

    `public_url` is what readers call it: https, a host, no path; mails carry links to pages only when it is set.
    `proxies` are the addresses of reverse proxies whose word on where a request comes from is believed.
    `asks_a_network` and `asks_a_day` cap how many people may ask for the mail within 24 hours, `posts_a_minute` what
    one network may send. `metrics_for` are the networks that may read `/metrics`. `callback_url` is where the hubs of
    feeds reach us, when that is not `public_url`. Raises BadSetting.
    """

    host: str = "127.0.0.1"
    port: int = 8020
    public_url: str = ""
    proxies: tuple[str, ...] = ("127.0.0.1",)
    asks_a_network: int = 20
    asks_a_day: int = 1000
    posts_a_minute: int = 60
    metrics_for: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    callback_url: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.port <= LAST_PORT:
            raise BadSetting(
                "There is no such port.", expected=f"0 to {LAST_PORT}", came=str(self.port), where="web.port"
            )
        if self.public_url:
            _check_url(self.public_url, "public_url")
        if self.callback_url:
            _check_url(self.callback_url, "callback_url")
        for name in ("asks_a_network", "asks_a_day", "posts_a_minute"):
            if getattr(self, name) < 1:
                raise BadSetting("Nobody could ever ask.", expected="1 or more", where=f"web.{name}")
        for each in self.metrics_for:
            _check_network(each)

    @property
    def base(self) -> str:
        """Say where the pages are: at the public address, else here."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def callbacks(self) -> str:
        """Say below which address hubs reach us; empty where they cannot: only https counts, or what was set for it."""
        public = self.public_url if self.public_url.startswith("https://") else ""
        base = self.callback_url or public
        return f"{base}/{CALLBACKS}/" if base else ""


def _check_url(url: str, key: str) -> None:
    parts = urlsplit(url)
    whole = f"{parts.scheme}://{parts.netloc}"
    if parts.scheme not in ("https", "http") or not parts.hostname or url != whole or "@" in parts.netloc:
        expected = "https://news.example.com, without a path or a slash at its end"
        raise BadSetting("The public address does not fit.", expected=expected, came=url, where=f"web.{key}")


def _check_network(network: str) -> None:
    try:
        ipaddress.ip_network(network)
    except ValueError as error:
        wanted = "a network such as 10.0.0.0/8"
        raise BadSetting("This is no network.", expected=wanted, came=network, where="web.metrics_for") from error
