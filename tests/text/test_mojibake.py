import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.text.mojibake import is_garbled


@pytest.mark.parametrize(
    "sound",
    ["café", "don\u2019t", "„Spaß“", "à « l\u2019été »", "NÃO É “SÃO”", "Привет", "日本語", "5 £ — 3 €", "🔥", "ß»"],
)
def test_sound_text_is_not_called_garbled_and_its_wrong_decoding_is(sound: str) -> None:
    assert not is_garbled(sound)


@pytest.mark.parametrize("sound", ["café", "don\u2019t", "Привет", "5 £", "— so", "naïve", "🔥"])
def test_what_was_decoded_as_latin_is_found(sound: str) -> None:
    raw = sound.encode()

    assert is_garbled(raw.decode("latin-1"))
    assert is_garbled("".join(bytes([byte]).decode("cp1252", "replace") for byte in raw))


def test_a_lost_letter_is_found() -> None:
    assert is_garbled("caf\ufffd")


@given(st.text(st.characters(max_codepoint=0x7F)))
def test_plain_letters_are_never_garbled(text: str) -> None:
    assert not is_garbled(text)
