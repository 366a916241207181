"""Settings: `dailyten.toml` and the environment, read once, into the types that each stage declares.

A key that nobody knows, a value of the wrong kind and a missing file are refused with their path; nothing is guessed.
`DAILYTEN_SMTP__PASSWORD` in the environment is the key `password` of the section `smtp` and wins over the file.
"""

import os
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cattrs import Converter, transform_error
from cattrs.errors import BaseValidationError, ForbiddenExtraKeysError

from dailyten.deliver.sender import SenderSettings
from dailyten.deliver.settings import BounceSettings, DkimSettings, Security, SendLimits, SmtpSettings
from dailyten.errors import BadSetting
from dailyten.pipeline.settings import DigestSettings, ListSettings, WebSettings
from dailyten.poll.guard import Allowance
from dailyten.poll.schedule import PollPolicy
from dailyten.poll.settings import HttpSettings
from dailyten.render.settings import SiteSettings

T = TypeVar("T")

FILE = "dailyten.toml"
PREFIX = "DAILYTEN_"
_SET_BY_OTHERS = re.compile(
    r"\w+_SERVICE_(?:HOST|PORT(?:_\w+)?)=.*|\w+_PORT(?:_\d+_\w+)?=(?:tcp|udp|sctp)://.*|\w+_PORT_\d+_\w+=.*"
)
"""What Kubernetes tells every container of a service whose name begins with "dailyten"."""
HERE = "http://127.0.0.1:8010"
"""Where `dailyten site serve` shows the site, and so its address as long as nobody sets another."""

_SPAN = re.compile(r"(\d+(?:\.\d+)?) *(seconds?|s|minutes?|min|m|hours?|h|days?|d|weeks?|w)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """Where things stand, relative to the folder of the settings file."""

    feeds: Path = Path("feeds.opml")
    rules: Path = Path("rules.toml")
    data: Path = Path("var")
    site: Path = Path("site")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set, a section for each part.

    `folder` is where relative paths start. Without a `sender` nobody gets mail, without `web` there is no web service.
    """

    folder: Path
    site: SiteSettings
    digest: DigestSettings = field(default_factory=DigestSettings)
    paths: Paths = field(default_factory=Paths)
    list: ListSettings = field(default_factory=ListSettings)
    poll: PollPolicy = field(default_factory=PollPolicy)
    http: HttpSettings = field(default_factory=HttpSettings)
    sender: SenderSettings | None = None
    smtp: SmtpSettings = field(default_factory=SmtpSettings)
    smtp_fallback: tuple[SmtpSettings, ...] = ()
    sending: SendLimits = field(default_factory=SendLimits)
    dkim: DkimSettings = field(default_factory=DkimSettings)
    bounces: BounceSettings = field(default_factory=BounceSettings)
    web: WebSettings | None = None

    def place(self, path: Path) -> Path:
        """Give a path of `paths` as an absolute one."""
        return (self.folder / path).resolve()

    @property
    def database_url(self) -> str:
        """Name the database: one SQLite file in the data folder."""
        return f"sqlite:///{self.place(self.paths.data) / 'dailyten.sqlite'}"


def read_settings(path: Path | None, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings from a file, or from `dailyten.toml` of this folder if there is one.

    Raises BadSetting naming the key, what was expected and where.
    """
    chosen = path or Path(FILE)
    given = _read_file(chosen) if path is not None or chosen.exists() else {}
    _lay_over(given, _from_environment(environment))
    return _structure(given, chosen)


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        wanted = "a file such as `dailyten init` writes"
        came = str(error.strerror)
        raise BadSetting("The settings file cannot be read.", expected=wanted, came=came, where=str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        wanted = "TOML (toml.io) in UTF-8"
        came = str(error)
        raise BadSetting("The settings file is not TOML.", expected=wanted, came=came, where=str(path)) from error


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, text in sorted(environment.items()):
        if not name.startswith(PREFIX) or _SET_BY_OTHERS.fullmatch(f"{name}={text}"):
            continue
        if "__" not in name:
            raise _no_setting(name)
        *sections, key = name.removeprefix(PREFIX).lower().split("__")
        _section(found, sections, name)[key] = _toml_value(text)
    return found


def _no_setting(name: str) -> BadSetting:
    """Say that a variable is none of ours, and which one may be meant."""
    said = name.removeprefix(PREFIX)
    sections = sorted((each.name for each in fields(Settings) if said.lower().startswith(f"{each.name}_")), key=len)
    meant = f"{PREFIX}{sections[-1].upper()}__{said[len(sections[-1]) + 1 :]}" if sections else ""
    wanted = f"{meant}, with two underscores" if meant else f"{PREFIX}SECTION__KEY, with two underscores between"
    return BadSetting("The environment holds a variable that is no setting.", expected=wanted, came=name)


def _section(found: dict[str, Any], sections: Sequence[str], name: str) -> dict[str, Any]:
    place = found
    for section in sections:
        place = place.setdefault(section, {})
        if not isinstance(place, dict):
            raise BadSetting(f"{section} is a section, and has a value of its own.", where=f"the environment: {name}")
    return place


def _toml_value(text: str) -> Any:  # noqa: ANN401 - a TOML value is any of eight types
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _lay_over(below: dict[str, Any], above: Mapping[str, Any]) -> None:
    for key, value in above.items():
        if isinstance(value, dict) and isinstance(below.get(key), dict):
            _lay_over(below[key], value)
        else:
            below[key] = value


def _structure(given: dict[str, Any], path: Path) -> Settings:
    if "folder" in given:
        raise BadSetting("folder is no setting.", expected="paths in the section paths", where=str(path))
    for section in ("digest", "site"):
        if not isinstance(given.get(section, {}), dict):
            wanted = f"a section [{section}]"
            raise BadSetting(f"{section} is no section.", expected=wanted, came=repr(given[section]), where=str(path))
    name = given.get("digest", {}).get("name", DigestSettings().name)
    unplaced = {"base_url": HERE, "index_names": True}
    site = {"name": name, **given.get("site", {})}
    site = site if "base_url" in site else {**unplaced, **site}
    try:
        settings = _converter().structure({**given, "site": site, "folder": str(path.parent)}, Settings)
    except BaseValidationError as error:
        raise BadSetting(_first_fault(error), where=str(path)) from error
    _check_zone(settings.digest.zone, path)
    return replace(settings, site=_placed(settings, path))


def _first_fault(error: BaseValidationError) -> str:
    fault, _, where = transform_error(error, path="", format_exception=_words)[0].rpartition(" @ ")
    return f"{where.removeprefix('.') or 'settings'}: {fault}."


def _words(fault: BaseException, kind: type | None) -> str:
    match fault:
        case ForbiddenExtraKeysError():
            return f"no such key: {', '.join(sorted(fault.extra_fields))}; there are {_keys_of(fault.cl)}"
        case BadSetting():
            return f"{fault}".replace(" Where: ", " Key: ").rstrip(". ")
        case KeyError():
            return f"the key {fault.args[0]} is missing"
        case ValueError() | TypeError() if str(fault):
            return str(fault)
        case _:
            return f"expected {getattr(kind, '__name__', kind)}, came {fault!r}"


def _keys_of(kind: type) -> str:
    return ", ".join(each.name for each in fields(kind) if each.name != "folder") if is_dataclass(kind) else "none"


def _placed(settings: Settings, path: Path) -> SiteSettings:
    """Let the paths of the site's look start in the folder of the file."""
    site = settings.site
    templates, logo, dark = (each and settings.place(each) for each in (site.templates, site.logo, site.logo_dark))
    if templates and not templates.is_dir():
        wanted = "a folder that is there"
        raise BadSetting("site.templates leads nowhere.", expected=wanted, came=str(templates), where=str(path))
    return replace(site, templates=templates, logo=logo, logo_dark=dark)


def _check_zone(zone: str, path: Path) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        wanted = "a name of the tz database such as Europe/Berlin"
        raise BadSetting("digest.zone is no time zone.", expected=wanted, came=repr(zone), where=str(path)) from error


def _converter() -> Converter:
    converter = Converter(forbid_extra_keys=True)
    text = _exactly(str, "text in quotes")
    converter.register_structure_hook(int, _exactly(int, "a whole number"))
    converter.register_structure_hook(str, text)
    converter.register_structure_hook(bool, _exactly(bool, "true or false"))
    converter.register_structure_hook(float, _number)
    converter.register_structure_hook(timedelta, _span)
    converter.register_structure_hook(Path, lambda given, kind: Path(text(given, kind)))
    converter.register_structure_hook(Allowance, lambda given, kind: Allowance.parse(text(given, kind)))
    converter.register_structure_hook(Security, _choice)
    return converter


def _exactly(kind: type[T], words: str) -> Callable[[object, object], T]:
    def hook(given: object, _: object) -> T:
        if type(given) is not kind:
            raise TypeError(f"expected {words}, came {given!r}")
        return given

    return hook


def _number(given: object, _: object) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise TypeError(f"expected a number, came {given!r}")
    return float(given)


def _span(given: object, _: object) -> timedelta:
    found = _SPAN.fullmatch(given.strip()) if isinstance(given, str) else None
    if found is None:
        raise TypeError(f'expected a span such as "15 minutes", "8 hours" or "2 days", came {given!r}')
    return timedelta(**{_UNITS[found[2][0]]: float(found[1])})


def _choice(given: object, kind: type[StrEnum]) -> StrEnum:
    if given not in [each.value for each in kind]:
        raise ValueError(f"expected one of {', '.join(kind)}, came {given!r}")
    return kind(str(given))
