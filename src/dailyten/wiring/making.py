"""What makes editions."""

from typing import TYPE_CHECKING

from dailyten.config import FILE
from dailyten.errors import BadSetting

if TYPE_CHECKING:
    from dailyten.classify.pack import Pack
    from dailyten.pipeline.making import Maker
    from dailyten.rank.rules import Rulebook
    from dailyten.wiring.parts import Parts


def make_maker(parts: "Parts", pack: "Pack", rules: "Rulebook | None") -> "Maker":
    """Make what makes editions, by these rules or those of the settings. Raises BadRules and BadSetting."""
    from dailyten.pipeline.making import Maker

    networks = [network.key for network in pack.networks]
    if unknown := parts.settings.digest.wanted.unknown(pack.topic_keys, networks):
        keys = f"topics {', '.join(pack.topic_keys)}; networks {', '.join(networks)}"
        what = "digest.wanted names what this pack does not have."
        raise BadSetting(what, expected=keys, came=", ".join(unknown), where=FILE)
    return Maker(
        settings=parts.settings.digest,
        classifier=parts.classifier(pack),
        background=parts.background(pack),
        rules=parts.rules(pack) if rules is None else rules,
    )
