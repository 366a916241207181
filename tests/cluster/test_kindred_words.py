from importlib.resources import files

import pytest

from dailyten.cluster.kindred import keys_of, keys_of_pairs, kindred


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("teenagers", "minors", id="two words for the young"),
        pytest.param("photos", "pictures", id="two words for one thing"),
        pytest.param("verification", "checkmark", id="a badge and what it proves"),
        pytest.param("watchdog", "regulator", id="a nickname of an office"),
    ],
)
def test_words_that_retell_one_another_count_as_one(one: str, other: str) -> None:
    assert keys_of(one)[0] == keys_of(other)[0]


def test_a_city_tells_its_country_beside_itself() -> None:
    assert keys_of("canberra") == ("canberra", "australia")


def test_a_verb_of_news_tells_its_act() -> None:
    assert "~ban" in keys_of("outlaws")
    assert "~ban" in keys_of("suspended")


def test_two_words_in_a_row_tell_what_neither_tells_alone() -> None:
    assert "outage" in keys_of_pairs(["facebook", "goes", "down"])
    assert list(keys_of_pairs(["down", "goes"])) == []


def test_the_parts_of_a_hyphenated_word_count_but_a_single_letter_is_no_part() -> None:
    assert keys_of("fact-checkers")[0] == "fact"
    assert keys_of("e-mail") == keys_of("email")


def test_a_figure_is_no_word() -> None:
    assert keys_of("280") == ()


def test_no_word_stands_for_two_keys() -> None:
    lines = [line.split() for line in _lines() if line.split()[1] == "="]
    words = [word for _, _, *words in lines for word in words if "_" not in word]

    assert len(words) == len(set(words))
    assert kindred().same


def _lines() -> list[str]:
    text = files("dailyten.cluster").joinpath("kindred.txt").read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
