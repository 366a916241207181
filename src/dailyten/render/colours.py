"""Colours that can be read: contrast by WCAG 2.2, shades of an accent, and what a mail program's inversion makes.

Mail programs without a dark style of ours turn a light mail dark by flipping each colour's lightness (Gmail on iOS,
Outlook) or the colour itself. So a pair of colours must keep its contrast as written and in both flips.
"""

import colorsys
from dataclasses import dataclass, replace
from functools import cache

LEAST_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3 (AA), for text of any size."""
_MARGIN = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The colours of one scheme, `#rrggbb`. `paper` and `panel` lie behind text, `line` carries none."""

    paper: str
    panel: str
    ink: str
    muted: str
    line: str
    accent: str
    warning: str

    @property
    def texts(self) -> tuple[str, ...]:
        """The colours that text is set in."""
        return (self.ink, self.muted, self.accent, self.warning)

    @property
    def grounds(self) -> tuple[str, ...]:
        """The colours that text stands on."""
        return (self.paper, self.panel)


_LIGHT = Palette(
    paper="#fcfcf9",
    panel="#f1f3ed",
    ink="#161b1e",
    muted="#525b60",
    line="#d8dcd4",
    accent="#0b5d57",
    warning="#8a3f00",
)
_DARK = Palette(
    paper="#13181a",
    panel="#1c2326",
    ink="#eaece8",
    muted="#a9b3b7",
    line="#343d41",
    accent="#86d3c7",
    warning="#f6c287",
)


@cache
def palettes(accent: str) -> tuple[Palette, Palette]:
    """Give the light and the dark palette for an accent, whose lightness is moved as far as reading needs."""
    return (
        replace(_LIGHT, accent=_readable(accent, _LIGHT.grounds, step=-0.01)),
        replace(_DARK, accent=_readable(accent, _DARK.grounds, step=0.01)),
    )


def contrast(one: str, other: str) -> float:
    """Compute the contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def lightness_flipped(colour: str) -> str:
    """Say what a program makes of a colour that keeps hue and saturation and flips the lightness."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    return _hex(colorsys.hls_to_rgb(hue, 1 - lightness, saturation))


def negative(colour: str) -> str:
    """Say what a program makes of a colour that turns it into its negative."""
    red, green, blue = _channels(colour)
    return _hex((1 - red, 1 - green, 1 - blue))


def least_contrast(text: str, ground: str) -> float:
    """Give the worst contrast of a pair: as written, with its lightness flipped, as a negative."""
    return min(
        contrast(text, ground),
        contrast(lightness_flipped(text), lightness_flipped(ground)),
        contrast(negative(text), negative(ground)),
    )


def _readable(colour: str, grounds: tuple[str, ...], *, step: float) -> str:
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    while min(least_contrast(colour, ground) for ground in grounds) < LEAST_CONTRAST + _MARGIN:
        lightness = min(1.0, max(0.0, lightness + step))
        colour = _hex(colorsys.hls_to_rgb(hue, lightness, saturation))
        if lightness in {0.0, 1.0}:
            break
    return colour


def _channels(colour: str) -> tuple[float, float, float]:
    return int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255


def _hex(channels: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(255 * channel):02x}" for channel in channels)


def _luminance(colour: str) -> float:
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB, IEC 61966-2-1
        for channel in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
