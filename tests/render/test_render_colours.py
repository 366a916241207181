import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.render.colours import (
    LEAST_CONTRAST,
    contrast,
    least_contrast,
    lightness_flipped,
    negative,
    palettes,
)

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@given(accent=colours)
def test_every_text_can_be_read_on_every_ground_as_written_flipped_and_negated(accent: str) -> None:
    for palette in palettes(accent):
        for text in palette.texts:
            for ground in palette.grounds:
                assert least_contrast(text, ground) >= LEAST_CONTRAST, (text, ground)


@given(accent=colours)
def test_no_colour_is_pure_black_or_white_which_mail_programs_invert_blindly(accent: str) -> None:
    for palette in palettes(accent):
        assert not {"#000000", "#ffffff"} & {*palette.grounds, palette.ink, palette.muted}


@given(colour=colours)
def test_turning_a_colour_twice_gives_it_back(colour: str) -> None:
    assert negative(negative(colour)) == colour
    back = lightness_flipped(lightness_flipped(colour))
    assert all(abs(int(back[i : i + 2], 16) - int(colour[i : i + 2], 16)) <= 4 for i in (1, 3, 5))


def test_an_accent_that_can_be_read_already_is_left_alone() -> None:
    light, dark = palettes("#0b5d57")

    assert light.accent == "#0b5d57"
    assert dark.accent != "#0b5d57"
