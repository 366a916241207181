"""What a person says of a new digest, and what the machine knows of itself."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from zoneinfo import available_timezones

from dailyten.errors import BadInput

LAST_HOUR = 23
_SHORT_COLOUR = re.compile(r"#?([0-9a-fA-F])([0-9a-fA-F])([0-9a-fA-F])")
_COLOUR = re.compile(r"#?([0-9a-fA-F]{6})")


class Run(StrEnum):
    """What runs the digest every day."""

    GITHUB = "github"
    CRONTAB = "crontab"
    COMPOSE = "compose"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """Who sends, through which server, and the postal address that bulk mail must show. Raises BadInput."""

    sender: str
    smtp_host: str
    postal: str

    def __post_init__(self) -> None:
        for flag, said in (("sender", self.sender), ("smtp-host", self.smtp_host), ("postal", self.postal)):
            if not said or not said.isprintable():
                raise BadInput("A digest that mails needs to know more.", expected=f"--{flag}", came=repr(said))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """A new digest. Empty texts mean the default. Raises BadInput."""

    name: str
    zone: str
    hour: int
    pack: str
    run: Run
    accent: str = ""
    base_url: str = ""
    audience: str = ""
    mailing: Mailing | None = None

    def __post_init__(self) -> None:
        if not self.name or not self.name.isprintable():
            raise BadInput("A digest needs a name.", expected="a line of text", came=repr(self.name), where="--name")
        if not 0 <= self.hour <= LAST_HOUR:
            wanted = f"an hour of the day, 0 to {LAST_HOUR}"
            raise BadInput("There is no such hour.", expected=wanted, came=str(self.hour), where="--hour")
        if self.mailing is not None and self.run is Run.GITHUB:
            raise BadInput(
                "A digest that mails cannot live on GitHub: its readers' addresses would lie in a branch there.",
                expected="--no-mail, or --run crontab or compose on a machine of yours",
                came="--run github --mail",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The machine and the folder. `requirements` are the lines that pip installs."""

    folder: Path
    program: str
    user_id: int
    group_id: int
    requirements: tuple[str, ...]
    docs: str


def zone_named(said: str) -> str:
    """Find the time zone that is meant by its name or by a city's: "Europe/Berlin", "berlin". Raises BadInput."""
    zones = available_timezones()
    folded = said.strip().replace(" ", "_").casefold()
    exact = [zone for zone in zones if zone.casefold() == folded]
    city = [zone for zone in zones if zone.casefold().rpartition("/")[2] == folded]
    if found := exact or city:
        best = min(found, key=lambda zone: (len(zone), zone))
        return "UTC" if best == "Etc/UTC" else best
    like = difflib.get_close_matches(folded, [zone.casefold() for zone in zones], 3, 0.5)
    like += difflib.get_close_matches(folded, [zone.casefold().rpartition("/")[2] for zone in zones], 3, 0.7)
    meant = sorted({zone for zone in zones if {zone.casefold(), zone.casefold().rpartition("/")[2]} & {*like}})
    wanted = "a name of the tz database or its city" + (f", perhaps {' or '.join(meant[:3])}" if meant else "")
    raise BadInput("There is no such time zone.", expected=wanted, came=repr(said), where="--zone")


def colour_named(said: str) -> str:
    """Read a colour: `#0b5d57`, `0b5d57`, `#0b5`. Raises BadInput."""
    if short := _SHORT_COLOUR.fullmatch(said.strip()):
        return "#" + "".join(digit * 2 for digit in short.groups()).lower()
    if whole := _COLOUR.fullmatch(said.strip()):
        return f"#{whole[1].lower()}"
    raise BadInput("This is no colour.", expected="one such as #0b5d57", came=repr(said), where="--accent")


def name_from(folder: str) -> str:
    """Make a name of a folder's: "shop-news" becomes "Shop News"."""
    return " ".join(_opened(re.split(r"[-_.\s]+", folder))) or "Daily Ten"


def _opened(words: Iterable[str]) -> list[str]:
    return [word[:1].upper() + word[1:] for word in words if word and word.isprintable()]
