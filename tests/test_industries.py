"""What belongs to one industry stands in its pack: no other file knows a network or a topic of it."""

import re
from pathlib import Path

import pytest

import dailyten
from dailyten.classify.pack import Pack, load_pack
from dailyten.wiring.packs import our_packs

HOUSE = Path(dailyten.__file__).parent
WRITTEN = {".py", ".html", ".css", ".js", ".toml", ".txt", ".json", ".mako"}
ALLOWED = {
    "pipeline/settings.py": "names the pack that is used where the settings name none",
    "parse/formulas.py": "knows the tags of MathML, one of which is called as a tax scheme is",
    "parse/trackers.py": "knows by host which parts of an address only follow people about",
    "feedlist/habits.py": "knows where large sites keep the feeds of a profile",
    "feedlist/discover.py": "reads what people type for a profile",
    "cli/init.py": "names the packs that a new digest may start from",
    "founding/templates/dailyten.toml": "leaves out the pack that is used where none is named",
    "cli/adding.py": "says which large sites have no feeds, and how to find those of others",
    "pipeline/citing.py": "knows the large sites that are no publishers",
    "pipeline/seeking.py": "says what an address of a profile looks like",
    "render/templates/site/base.html": "names a card for link previews by the word of the standard",
    "text/summary.py": "knows what buttons for sharing say",
    "testing/sample/feeds.toml": "is the demo, which is a digest of social media",
    "testing/sample/entries.toml": "is the demo, which is a digest of social media",
}
EVERYDAY = {"x", "insta", "ig", "fb", "bas", "the registrar", "time to pay", "shorts", "reels", "threads", "meta"}
"""Names that are words of English or of code as well."""


def _names(pack: Pack) -> set[str]:
    networks = {name.lower() for each in pack.networks for name in (each.name, *each.names)}
    return (networks | {pack.key, pack.key.replace("_", " ")}) - EVERYDAY


def _files() -> list[Path]:
    return sorted(
        path for path in HOUSE.rglob("*") if path.suffix in WRITTEN and "packs" not in path.relative_to(HOUSE).parts
    )


@pytest.mark.parametrize("key", our_packs())
def test_no_file_outside_the_packs_knows_a_network_of_an_industry(key: str) -> None:
    names = sorted(map(re.escape, _names(load_pack(HOUSE / "packs" / key))), key=len, reverse=True)
    named = re.compile(r"(?<![\w-])(?:" + "|".join(names) + r")(?![\w-])", re.IGNORECASE)
    found = {str(path.relative_to(HOUSE)): named.findall(path.read_text("utf-8")) for path in _files()}

    assert {path: words for path, words in found.items() if words and path not in ALLOWED} == {}


@pytest.mark.parametrize("key", our_packs())
def test_no_code_outside_the_packs_knows_a_topic_or_goal_of_an_industry(key: str) -> None:
    """A key stands in code as a text of its own, between quotation marks."""
    pack = load_pack(HOUSE / "packs" / key)
    keys = {*pack.topic_keys, *(each.key for each in pack.goals)} - {"content", "tools", "sell", "rules"}
    quoted = re.compile(rf"""["'](?:{"|".join(sorted(keys))})["']""")
    found = {str(path.relative_to(HOUSE)): quoted.findall(path.read_text("utf-8")) for path in _files()}

    assert {path: words for path, words in found.items() if words and path not in ALLOWED} == {}
