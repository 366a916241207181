"""Rules for what people must be able to read: sizes, and contrast as written, in dark mode and inverted.

Source: WCAG 2.2, 1.4.3; dark mode is computed from the mail's own rules, the inversion as clients do it that have none.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    """The rules of the style sheets by simple selector: for every scheme, and for the dark one."""

    plain: Mapping[str, Mapping[str, str]]
    dark: Mapping[str, Mapping[str, str]]


@dataclass(slots=True)
class _Seen:
    """What was seen of legibility, once for each kind."""

    small: set[float] = field(default_factory=set)
    pure: set[str] = field(default_factory=set)
    pairs: dict[tuple[str, Colour, Colour], tuple[float, float]] = field(default_factory=dict)


def lint_legible(root: _Element) -> Iterator[Finding]:
    """Look at every text that shows."""
    rules, seen = _Rules(plain=_plain_rules(root), dark=_dark_rules(root)), _Seen()
    dark = rules.dark
    body = root.find("body")
    if body is not None:
        start = _Look()
        if not dark:
            start = replace(start, dark_colour=BLACK, dark_ground=WHITE)
        _walk(body, start, rules, seen)
    for size in sorted(seen.small):
        yield error(
            "small_text", f"Text of {size:g} pixels is too small.", f"{size:g}", "docs/reference/mail.md rule 19"
        )
    for words in sorted(seen.pure):
        yield error("pure_colour", words, source="docs/reference/mail.md rule 15")
    for (scheme, colour, ground), (ratio, needed) in sorted(seen.pairs.items()):
        words = f"{_hex(colour)} on {_hex(ground)} has a contrast of {ratio:.1f} {scheme}; {needed:g} is needed."
        make = warning if scheme == "inverted" else error
        yield make("contrast", words, f"{ratio:.2f}", f"{WCAG} 1.4.3")


def _walk(each: _Element, above: _Look, rules: _Rules, seen: _Seen) -> None:
    if is_hidden(each):
        return
    look = _look(each, above, rules)
    seen.pure.update(_pure(each, rules))
    if (each.text or "").strip():
        _look_at(look, seen)
    for child in each:
        _walk(child, look, rules, seen)
        if (child.tail or "").strip():
            _look_at(look, seen)


def _pure(each: _Element, rules: _Rules) -> Iterator[str]:
    """Find pure black text and pure white grounds that nothing replaces in the dark: some clients turn only one."""
    names, own = _names(each), declared(each)
    by_night = _ruled(names, rules.dark)
    if colour_of(own.get("color", each.get("color", ""))) == BLACK and "color" not in by_night:
        yield "Pure black text has no colour for dark mode."
    if (_ground(own) or colour_of(each.get("bgcolor", ""))) == WHITE and _ground(by_night) is None:
        yield "A pure white ground has no colour for dark mode."


def _names(each: _Element) -> list[str]:
    """Give the simple selectors that mean an element."""
    tag, classes = str(each.tag), each.get("class", "").split()
    return [tag, *(f".{name}" for name in classes), *(f"{tag}.{name}" for name in classes)]


def _look(each: _Element, above: _Look, rules: _Rules) -> _Look:
    names = _names(each)
    inline = declared(each)
    own = _ruled(names, rules.plain) | inline
    wins = {name: value for name, value in _ruled(names, rules.dark).items() if name not in inline or "!imp" in value}
    overrides: Mapping[str, str] = wins
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


def _ruled(names: Sequence[str], rules: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        found |= rules.get(name, {})
    return found


def _plain_rules(root: _Element) -> dict[str, dict[str, str]]:
    """Read the rules for every scheme: those in no @ rule."""
    css = re.sub(r"@[^{;]*(?:;|\{(?:[^{}]*\{[^{}]*\})*[^{}]*\})", "", css_of(root))
    rules: dict[str, dict[str, str]] = {}
    _read_rules(css, rules)
    return rules


def _read_rules(css: str, rules: dict[str, dict[str, str]]) -> None:
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", css):
        for selector in selectors.split(","):
            words = selector.split()
            if words:
                rules.setdefault(words[-1], {}).update(declarations(body))


def _dark_rules(root: _Element) -> dict[str, dict[str, str]]:
    """Read the rules for dark mode, by simple selector: a tag, a class, or a tag with a class."""
    rules: dict[str, dict[str, str]] = {}
    for block in re.findall(r"@media[^{]*prefers-color-scheme\s*:\s*dark[^{]*\{((?:[^{}]*\{[^{}]*\})*)", css_of(root)):
        _read_rules(block, rules)
    return rules


def _ground(declared: Mapping[str, str]) -> Colour | None:
    return colour_of(declared.get("background-color", "")) or colour_of(declared.get("background", ""))


def _pixels(text: str) -> float | None:
    found = re.fullmatch(r"([\d.]+)px(?:\s*!important)?", text)
    return float(found[1]) if found else None


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
