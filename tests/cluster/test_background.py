import pytest

from dailyten.cluster.background import count_background, read_background, with_background, write_background
from dailyten.errors import BadPack
from dailyten.text.vectors import Rarity


def nobody(_title: str, _summary: str) -> tuple[str, ...]:
    return ()


def test_a_word_of_the_trade_is_common_where_the_trade_was_counted() -> None:
    ledgers = count_background([(f"Invoice number {place}", "An invoice is overdue.") for place in range(40)], nobody)
    here = [["invoic"], ["harbour"]]

    assert with_background(here, ledgers.rarity).idf("invoic") < with_background(here, Rarity(40, {})).idf("invoic")
    assert with_background(here, ledgers.rarity).idf("harbour") == with_background(here, Rarity(40, {})).idf("harbour")


def test_words_of_one_or_two_texts_are_not_counted() -> None:
    counted = count_background([("Ferry", ""), ("Ferry", ""), ("Tram", ""), ("Tram", ""), ("Tram", "")], nobody)

    assert (counted.rarity.documents, dict(counted.rarity.df)) == (5, {"tram": 3})


def test_counts_survive_being_written_and_read() -> None:
    counted = count_background([("Tram and ferry", "")] * 3, lambda *_: ("tramway",))

    assert counted.rarity.df["@tramway"] == 3
    assert read_background(write_background(counted), where="here") == counted


@pytest.mark.parametrize("body", [b"", b"[]", b'{"texts": "many", "df": {}}', b'{"texts": 3, "df": [1]}', b"\x80"])
def test_what_holds_no_counts_is_refused_with_its_place(body: bytes) -> None:
    with pytest.raises(BadPack, match=r"own/background\.json"):
        read_background(body, where="own/background.json")
