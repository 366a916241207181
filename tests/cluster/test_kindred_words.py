from importlib.resources import files
from pathlib import Path

import pytest

from dailyten.classify.pack import load_pack
from dailyten.cluster.kindred import NETWORK, kindred
from dailyten.errors import BadPack

PACKS = Path(str(files("dailyten.packs")))
OWN = (PACKS / "social_media" / "kindred.txt").read_text("utf-8")
KNOWN = kindred()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("teenagers", "minors", id="two words for the young"),
        pytest.param("photos", "pictures", id="two words for one thing"),
        pytest.param("encrypted", "end-to-end", id="what is done and how"),
        pytest.param("watchdog", "regulator", id="a nickname of an office"),
    ],
)
def test_words_that_retell_one_another_count_as_one(one: str, other: str) -> None:
    assert KNOWN.keys_of(one)[0] == KNOWN.keys_of(other)[0]


def test_a_city_tells_its_country_beside_itself() -> None:
    assert KNOWN.keys_of("canberra") == ("canberra", "australia")


def test_a_verb_of_news_tells_its_act() -> None:
    assert "~ban" in KNOWN.keys_of("outlaws")
    assert "~ban" in KNOWN.keys_of("suspended")


def test_two_words_in_a_row_tell_what_neither_tells_alone() -> None:
    assert "outage" in KNOWN.keys_of_pairs(["facebook", "goes", "down"])
    assert list(KNOWN.keys_of_pairs(["down", "goes"])) == []


def test_the_parts_of_a_hyphenated_word_count_but_a_single_letter_is_no_part() -> None:
    assert KNOWN.keys_of("fact-checkers")[0] == "fact"
    assert KNOWN.keys_of("e-mail") == KNOWN.keys_of("email")


def test_a_figure_is_no_word() -> None:
    assert KNOWN.keys_of("280") == ()


def test_a_pack_says_what_its_own_words_count_as_and_may_say_otherwise() -> None:
    ferries = kindred("ferry = ferry boat\nphoto = sketch\nport = photograph", "own")

    assert ferries.keys_of("boats") == ferries.keys_of("ferries")
    assert ferries.keys_of("photograph")[0] == "port"
    assert KNOWN.keys_of("boats") != KNOWN.keys_of("ferries")
    assert KNOWN.keys_of("photograph")[0] == "photo"


@pytest.mark.parametrize("line", ["ferry", "ferry =", "ferry is boat", "ferry = boat_on_water", "= ferry boat"])
def test_a_line_that_joins_no_words_is_refused_with_its_place(line: str) -> None:
    with pytest.raises(BadPack, match=r"own/kindred\.txt:3"):
        kindred(f"# ferries\n\n{line}", "own/kindred.txt")


def test_the_networks_that_words_tell_are_those_of_the_pack() -> None:
    told = {line.split()[0].removeprefix(NETWORK) for line in _lines(OWN) if line.startswith(NETWORK)}

    assert told <= {network.key for network in load_pack(PACKS / "social_media").networks}


def test_no_word_stands_for_two_keys() -> None:
    everywhere = files("dailyten.cluster").joinpath("kindred.txt").read_text("utf-8")
    lines = [line.split() for line in [*_lines(everywhere), *_lines(OWN)] if line.split()[1] == "="]
    words = [word for _, _, *words in lines for word in words if "_" not in word]

    assert sorted(word for word in set(words) if words.count(word) > 1) == []


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("#")]
