"""Colours of a mail and their contrast, by arithmetic: as written, in dark mode, and inverted as some clients do.

Sources: WCAG 2.2, 1.4.3 (contrast) and its definition of relative luminance; CSS Color 4 for the notations.
"""

import colorsys
import re

Colour = tuple[int, int, int]

BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)
NAMED = {
    "black": "000000", "white": "ffffff", "silver": "c0c0c0", "gray": "808080", "grey": "808080", "red": "ff0000",
    "maroon": "800000", "yellow": "ffff00", "green": "008000", "lime": "00ff00", "blue": "0000ff", "navy": "000080",
    "teal": "008080", "aqua": "00ffff", "purple": "800080", "orange": "ffa500",
}  # fmt: skip
RGB = re.compile(r"rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)")
HEX = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})")


def colour_of(text: str) -> Colour | None:
    """Read a colour; None for what is none or cannot be known from here (transparent, inherit, currentcolor)."""
    word = text.lower().replace("!important", "").strip()
    if found := RGB.fullmatch(word):
        red, green, blue = (min(255, int(each)) for each in found.groups())
        return red, green, blue
    digits = NAMED.get(word) or (word if HEX.fullmatch(word) else "")
    digits = digits.removeprefix("#")
    if not digits:
        return None
    if len(digits) == 3:  # noqa: PLR2004 - the short notation
        digits = "".join(each * 2 for each in digits)
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def contrast(one: Colour, other: Colour) -> float:
    """Compute the contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def inverted(colour: Colour) -> Colour:
    """Turn light into dark and keep the hue, as clients do that force dark mode on a mail."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(each / 255 for each in colour))
    red, green, blue = (round(each * 255) for each in colorsys.hls_to_rgb(hue, 1 - lightness, saturation))
    return red, green, blue


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(each / 255) for each in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004 - WCAG's own
