"""The editors' rules, read against a pack."""

from pathlib import Path
from typing import TYPE_CHECKING

from dailyten.errors import BadRules

if TYPE_CHECKING:
    from dailyten.classify.pack import Pack
    from dailyten.rank.rules import Rulebook
    from dailyten.wiring.parts import Parts


def rules_bytes(parts: "Parts", path: Path | None) -> bytes:
    """Read the bytes of the rules, or of another file; that of the settings may be missing. Raises BadRules."""
    try:
        return (path or parts.rules_path).read_bytes()
    except OSError as error:
        if path is None and isinstance(error, FileNotFoundError):
            return b""
        where = str(path or parts.rules_path)
        raise BadRules("The file of rules cannot be read.", came=str(error.strerror), where=where) from error


def read_rules(parts: "Parts", body: bytes, pack: "Pack", path: Path | None) -> "Rulebook":
    """Read rules against the topics and networks of a pack. Raises BadRules."""
    from dailyten.rank.rules import NO_RULES

    if not body:
        return NO_RULES
    from dailyten.rank.rulefile import Known, read_rules

    known = Known(topics=pack.topic_keys, networks=tuple(network.key for network in pack.networks))
    return read_rules(body, known, name=str(path or parts.rules_path))
