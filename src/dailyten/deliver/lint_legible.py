"""Rules for what people must be able to read: sizes, and contrast as written, in dark mode and inverted.

Source: WCAG 2.2, 1.4.3; dark mode is computed from the mail's own rules, the inversion as clients do it that have none.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from lxml.etree import _Element

from dailyten.deliver.contrast import BLACK, WHITE, Colour, colour_of, contrast, inverted
from dailyten.deliver.findings import Finding, error, warning
from dailyten.deliver.lint_style import css_of
from dailyten.deliver.markup import declarations, declared, is_hidden

MIN_FONT, BIG_FONT, BIG_BOLD = 14.0, 24.0, 18.66
MIN_CONTRAST, MIN_BIG_CONTRAST = 4.5, 3.0
LINK_BLUE: Colour = (0, 0, 238)
WCAG = "WCAG 2.2"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """How text looks at one place, as written and in dark mode."""

    colour: Colour = BLACK
    ground: Colour = WHITE
    dark_colour: Colour = WHITE
    dark_ground: Colour = BLACK
    size: float = 16.0
    is_bold: bool = False


@dataclass(slots=True)
class _Seen:
    """What was seen of legibility, once for each kind."""

    small: set[float] = field(default_factory=set)
    pairs: dict[tuple[str, Colour, Colour], tuple[float, float]] = field(default_factory=dict)


def lint_legible(root: _Element) -> Iterator[Finding]:
    """Look at every text that shows."""
    dark = _dark_rules(root)
    seen = _Seen()
    body = root.find("body")
    if body is not None:
        start = _Look()
        if not dark:
            start = replace(start, dark_colour=BLACK, dark_ground=WHITE)
        _walk(body, start, dark, seen)
    for size in sorted(seen.small):
        yield error(
            "small_text", f"Text of {size:g} pixels is too small.", f"{size:g}", "docs/reference/mail.md rule 19"
        )
    for (scheme, colour, ground), (ratio, needed) in sorted(seen.pairs.items()):
        words = f"{_hex(colour)} on {_hex(ground)} has a contrast of {ratio:.1f} {scheme}; {needed:g} is needed."
        make = warning if scheme == "inverted" else error
        yield make("contrast", words, f"{ratio:.2f}", f"{WCAG} 1.4.3")


def _walk(each: _Element, above: _Look, dark: Mapping[str, Mapping[str, str]], seen: _Seen) -> None:
    if is_hidden(each):
        return
    look = _look(each, declared(each), above, dark)
    if (each.text or "").strip():
        _look_at(look, seen)
    for child in each:
        _walk(child, look, dark, seen)
        if (child.tail or "").strip():
            _look_at(look, seen)


def _look(each: _Element, own: Mapping[str, str], above: _Look, dark: Mapping[str, Mapping[str, str]]) -> _Look:
    names = [str(each.tag), *(f".{name}" for name in each.get("class", "").split())]
    overrides: dict[str, str] = {}
    for name in (*names, *(f"{names[0]}{name}" for name in names[1:])):
        overrides |= dark.get(name, {})
    colour = colour_of(own.get("color", each.get("color", "")))
    ground = _ground(own) or colour_of(each.get("bgcolor", ""))
    written = colour or (LINK_BLUE if each.tag == "a" else above.colour)
    by_night = colour_of(overrides.get("color", "")) or colour or (LINK_BLUE if each.tag == "a" else above.dark_colour)
    return _Look(
        colour=written,
        ground=ground or above.ground,
        dark_colour=by_night,
        dark_ground=_ground(overrides) or ground or above.dark_ground,
        size=_pixels(own.get("font-size", "")) or above.size,
        is_bold=own.get("font-weight", "700" if above.is_bold else "") in {"700", "800", "900", "bold"},
    )


def _look_at(look: _Look, seen: _Seen) -> None:
    if look.size < MIN_FONT:
        seen.small.add(look.size)
    is_big = look.size >= BIG_FONT or (look.is_bold and look.size >= BIG_BOLD)
    needed = MIN_BIG_CONTRAST if is_big else MIN_CONTRAST
    schemes = {
        "as written": (look.colour, look.ground),
        "in dark mode": (look.dark_colour, look.dark_ground),
        "inverted": (inverted(look.colour), inverted(look.ground)),
    }
    for scheme, (colour, ground) in schemes.items():
        if (ratio := contrast(colour, ground)) < needed:
            seen.pairs[scheme, colour, ground] = (ratio, needed)


def _dark_rules(root: _Element) -> dict[str, dict[str, str]]:
    """Read the rules for dark mode, by simple selector: a tag, a class, or a tag with a class."""
    rules: dict[str, dict[str, str]] = {}
    for block in re.findall(r"@media[^{]*prefers-color-scheme\s*:\s*dark[^{]*\{((?:[^{}]*\{[^{}]*\})*)", css_of(root)):
        for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", block):
            for selector in selectors.split(","):
                name = selector.strip().split(" ")[-1]
                rules.setdefault(name, {}).update(declarations(body))
    return rules


def _ground(declared: Mapping[str, str]) -> Colour | None:
    return colour_of(declared.get("background-color", "")) or colour_of(declared.get("background", ""))


def _pixels(text: str) -> float | None:
    found = re.fullmatch(r"([\d.]+)px(?:\s*!important)?", text)
    return float(found[1]) if found else None


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
