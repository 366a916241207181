import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from dailyten.classify.pack import Pack, load_pack, training_hash
from dailyten.errors import BadPack
from tests.classify.sample_pack import PACK, garden_entries, write_pack


def test_a_pack_tells_its_topics_in_order_and_reads_its_entries_when_asked(garden: Pack) -> None:
    assert garden.topic_keys == ("plants", "soil")
    assert len(garden.entries()) == 30
    assert garden.entries()[0].held.endswith("all.jsonl:1")


@pytest.mark.parametrize(
    ("before", "after", "line", "says"),
    [
        pytest.param('name = "Plants"', 'nmae = "Plants"', 9, "nmae", id="a misspelt key"),
        pytest.param("format = 1", "format = 2", 2, "format", id="another format"),
        pytest.param('key = "soil"', 'key = "plants"', 13, "twice", id="a topic twice"),
        pytest.param('key = "soil"', 'key = "Soil & sand"', 13, "address", id="a key that cannot stand in an address"),
        pytest.param('key = "soil"', "", 12, "key is missing", id="a topic without a key"),
        pytest.param(
            "[selling]", '[[networks]]\nkey = "club"\nname = "Again"\n[selling]', 26, "twice", id="a network twice"
        ),
        pytest.param("[[topics]]", "[topics]", 12, "cannot be read", id="TOML that says a thing twice"),
        pytest.param("[selling]", "[[selling]]", 25, "no table", id="a list for a table"),
        pytest.param(
            "[selling]", "[words]\nmost_networks = 0\n[selling]", 26, "most_networks", id="no network to choose"
        ),
        pytest.param("[selling]", '[words]\nplaces = "x"\n[selling]', 26, "unknown key in words", id="an unknown word"),
        pytest.param('names = ["garden club", "Beds"]', "names = [1]", 20, "list of texts", id="a number in a list"),
        pytest.param("format = 1", "format = = 1", 2, "cannot be read", id="no TOML"),
        pytest.param('about = "What grows."', "about = 3", 10, "about", id="a number for a text"),
        pytest.param('hosts = ["club.example"]', 'hosts = "club.example"', 21, "hosts", id="a text for a list"),
        pytest.param('audience = "people with a garden"', "", 1, "audience", id="a key left out"),
    ],
)
def test_a_bad_pack_is_refused_with_its_line(tmp_path: Path, before: str, after: str, line: int, says: str) -> None:
    folder = write_pack(tmp_path, pack=PACK.replace(before, after))

    with pytest.raises(BadPack, match=says) as refused:
        load_pack(folder)
    assert refused.value.where == f"{folder / 'pack.toml'}:{line}"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param({"topics": ["weeds"], "primary": "weeds"}, "unknown topic", id="an unknown topic"),
        pytest.param({"networks": ["myspace"]}, "unknown network", id="an unknown network"),
        pytest.param({"primary": "soil"}, "primary is not the first", id="a primary that is not first"),
        pytest.param({"usefulness": 4}, "usefulness", id="a grade off the scale"),
        pytest.param({"usefulness": True}, "usefulness", id="a truth value for a grade"),
        pytest.param({"title": " ", "summary": ""}, "without words", id="no words at all"),
        pytest.param({"topics": "plants"}, "lists", id="a text for a list"),
        pytest.param({"colour": "red"}, "unknown key", id="an unknown key"),
        pytest.param({"topics": ["plants", "plants"]}, "twice", id="a topic twice"),
        pytest.param({"topics": [["plants"]]}, "unknown topic", id="a list for a topic"),
        pytest.param({"networks": ["club", "club"]}, "network stands there twice", id="a network twice"),
        pytest.param({"topics": ["plants", "soil", "plants", "soil"]}, "0 to 3 topics", id="too many topics"),
        pytest.param({"usefulness": 2.0}, "usefulness", id="a fraction for a grade"),
        pytest.param({"usefulness": "2"}, "usefulness", id="a text for a grade"),
        pytest.param({"title": None}, "without words", id="no title at all"),
        pytest.param({"year": "2019"}, "year", id="a text for a year"),
        pytest.param({"voice": 4}, "voice", id="a number for a voice"),
        pytest.param({"weight": "heavy"}, "weight", id="a text for a weight"),
        pytest.param({"weight": -1}, "weight", id="a weight below nothing"),
        pytest.param({"weight": float("nan")}, "weight", id="a weight that is no number"),
    ],
)
def test_a_bad_entry_is_refused_with_its_line(tmp_path: Path, change: Mapping[str, Any], says: str) -> None:
    entries = garden_entries()
    entries[4] = {**entries[4], **change}
    pack = load_pack(write_pack(tmp_path, entries=entries))

    with pytest.raises(BadPack, match=says) as refused:
        pack.entries()
    assert refused.value.where.endswith("all.jsonl:5")


def test_a_line_that_is_no_json_is_named(tmp_path: Path) -> None:
    folder = write_pack(tmp_path)
    file = folder / "entries" / "all.jsonl"
    file.write_text(file.read_text(encoding="utf-8") + "{oops\n", encoding="utf-8")

    with pytest.raises(BadPack, match=re.escape("all.jsonl:31")):
        load_pack(folder).entries()


def test_a_line_that_is_no_object_or_lacks_a_key_is_named(tmp_path: Path) -> None:
    entries = garden_entries()
    del entries[2]["usefulness"]
    lacking = load_pack(write_pack(tmp_path / "lacking", entries=entries))
    listed = load_pack(write_pack(tmp_path / "listed"))
    file = listed.folder / "entries" / "all.jsonl"
    file.write_text("[]\n" + file.read_text(encoding="utf-8"), encoding="utf-8")

    with pytest.raises(BadPack, match=r"lacks a key.*usefulness.*all\.jsonl:3"):
        lacking.entries()
    with pytest.raises(BadPack, match=r"no object.*all\.jsonl:1"):
        listed.entries()


def test_a_line_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    folder = write_pack(tmp_path)
    file = folder / "entries" / "all.jsonl"
    file.write_bytes(file.read_bytes() + '{"title": "Caf\u00e9"}\n'.encode("latin-1"))

    with pytest.raises(BadPack, match=re.escape("all.jsonl:31")):
        load_pack(folder).entries()


@pytest.mark.parametrize(
    ("cues", "line", "says"),
    [
        pytest.param('[[cues]]\nkey = "a"\nwords = ["b"]\n[[cues]]\nkey = "a"\n', 5, "twice", id="a group twice"),
        pytest.param('[[cues]]\nkey = "a"\nwords = "b"\n', 3, "list of texts", id="a text for a list"),
        pytest.param('[[cues]]\nkey = "a"\nwrods = ["b"]\n', 3, "unknown key in cues", id="a misspelt key"),
        pytest.param('[cues]\nkey = "a"\n', 1, "no list of tables", id="a table for a list"),
    ],
)
def test_bad_cues_are_refused_with_their_line(tmp_path: Path, cues: str, line: int, says: str) -> None:
    folder = write_pack(tmp_path)
    (folder / "cues.toml").write_text(cues, encoding="utf-8")

    with pytest.raises(BadPack, match=says) as refused:
        load_pack(folder)
    assert refused.value.where == f"{folder / 'cues.toml'}:{line}"


def test_a_pack_says_what_it_calls_networks_and_how_many_may_be_chosen(tmp_path: Path, garden: Pack) -> None:
    words = '[words]\nnetwork = "club or shop"\nnetworks = "clubs and shops"\nmost_networks = 3\n'
    pack = load_pack(write_pack(tmp_path, pack=f"{PACK}\n{words}"))

    assert (garden.words.network, garden.words.networks) == ("network", "networks")
    assert (pack.words.network, pack.words.networks, pack.words.most_networks) == ("club or shop", "clubs and shops", 3)


def test_too_few_entries_teach_nothing(tmp_path: Path) -> None:
    few = load_pack(write_pack(tmp_path / "few", entries=garden_entries()[:29]))
    lopsided = load_pack(write_pack(tmp_path / "lopsided", entries=garden_entries()[6:] + garden_entries()[20:]))

    with pytest.raises(BadPack, match="at least 30"):
        few.entries()
    with pytest.raises(BadPack, match="with topic plants"):
        lopsided.entries()


def test_a_folder_without_a_pack_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadPack, match=r"pack\.toml"):
        load_pack(tmp_path)


def test_the_training_hash_changes_with_a_label_and_not_with_where_an_entry_stands(tmp_path: Path) -> None:
    first = load_pack(write_pack(tmp_path / "first"))
    entries = garden_entries()
    entries[0]["usefulness"] = 0
    relabelled = load_pack(write_pack(tmp_path / "second", entries=entries))
    moved = load_pack(write_pack(tmp_path / "third"))

    assert training_hash(first.entries(), {}) == training_hash(moved.entries(), {})
    assert training_hash(first.entries(), {}) != training_hash(relabelled.entries(), {})


EXTENDING = """
format = 1
key = "own"
extends = "garden"

[[topics]]
key = "insects"
name = "Insects"
about = "Bees and beetles."
"""


def test_a_pack_that_extends_another_adds_its_topics_to_all_that_is_there(tmp_path: Path) -> None:
    write_pack(tmp_path / "ours" / "garden")
    own = load_pack(write_pack(tmp_path / "own", pack=EXTENDING, entries=[]), tmp_path / "ours")

    assert own.topic_keys == ("plants", "soil", "insects")
    assert own.added_topics == ("insects",)
    assert (own.name, own.selling) == ("Gardens", ("buy now", "Free Trial"))
    assert len(own.written()) == 30


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        pytest.param('extends = "garden"', 'extends = "forest"', "no such pack", id="nothing to extend"),
        pytest.param('key = "insects"', 'key = "soil"', "already", id="a topic of the base"),
        pytest.param('key = "own"', 'key = "garden"', "already", id="the base's own key"),
    ],
)
def test_an_extension_that_cannot_be_is_refused(tmp_path: Path, before: str, after: str, says: str) -> None:
    write_pack(tmp_path / "garden")
    folder = write_pack(tmp_path / "own", pack=EXTENDING.replace(before, after), entries=[])

    with pytest.raises(BadPack, match=says):
        load_pack(folder)


GOALS = '\n[[goals]]\nkey = "sell"\nname = "sell more"\ntopics = ["plants"]\n'


def test_a_pack_says_which_topics_serve_a_goal(tmp_path: Path) -> None:
    pack = load_pack(write_pack(tmp_path, pack=PACK + GOALS))

    assert [(goal.key, goal.name, goal.topics) for goal in pack.goals] == [("sell", "sell more", ("plants",))]


@pytest.mark.parametrize(
    ("goals", "says"),
    [
        pytest.param(GOALS.replace('"sell"', '"Sell!"'), "address", id="a key that is none"),
        pytest.param(GOALS.replace('"plants"', '"weeds"'), "unknown topic", id="a topic that is not there"),
        pytest.param(GOALS * 2, "twice", id="a goal twice"),
    ],
)
def test_a_bad_goal_is_refused(tmp_path: Path, goals: str, says: str) -> None:
    with pytest.raises(BadPack, match=says):
        load_pack(write_pack(tmp_path, pack=PACK + goals))


def test_goals_of_a_pack_that_extends_another_replace_those_below(tmp_path: Path) -> None:
    write_pack(tmp_path / "ours" / "garden", pack=PACK + GOALS)
    own = EXTENDING + GOALS.replace('"plants"', '"insects", "soil"')

    pack = load_pack(write_pack(tmp_path / "own", pack=own, entries=[]), tmp_path / "ours")

    assert [(goal.key, goal.topics) for goal in pack.goals] == [("sell", ("insects", "soil"))]
