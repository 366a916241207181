"""The edge to the packages that are installed here: what another machine must install to run the same."""

import json
import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from dailyten import __version__

_NAME = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?")
_EXTRA = re.compile(r"""extra\s*==\s*["']([^"']+)["']""")


def requirements() -> tuple[str, ...]:
    """List dailyten and all it stands on with the versions that run here, as lines for pip, by name."""
    found: dict[str, str] = {}
    wanted = [("dailyten", "")]
    seen = set(wanted)
    while wanted:
        name, extras = wanted.pop()
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue
        found[_plain(name)] = package.version
        for need in _needs(package, extras):
            if need not in seen:
                seen.add(need)
                wanted.append(need)
    found.pop("dailyten", None)
    return (_ourselves(), *(f"{name}=={version}" for name, version in sorted(found.items())))


def is_from_an_index() -> bool:
    """Say whether pip on another machine can get what runs here: from a package index, or from a repository."""
    return _origin() == {} or "vcs_info" in _origin()


def _ourselves() -> str:
    origin = _origin()
    if "vcs_info" in origin:
        held = origin["vcs_info"]
        return f"dailyten @ {held['vcs']}+{origin['url']}@{held['commit_id']}"
    return f"dailyten=={__version__}"


def _origin() -> dict[str, dict[str, str]]:
    """Read where pip had dailyten from; empty when it was an index. Source: PEP 610."""
    try:
        told = distribution("dailyten").read_text("direct_url.json")
    except PackageNotFoundError:
        return {"dir_info": {}}
    return dict(json.loads(told)) if told else {}


def _needs(package: Distribution, extras: str) -> Iterator[tuple[str, str]]:
    asked = {each.strip() for each in extras.split(",") if each.strip()}
    for line in package.requires or ():
        named, only_for = _NAME.match(line), _EXTRA.search(line)
        if named and (only_for is None or only_for[1] in asked):
            yield _plain(named[1]), named[2] or ""


def _plain(name: str) -> str:
    """Write a package's name in its one spelling (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
