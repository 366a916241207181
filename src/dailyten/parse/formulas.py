"""Formulas in a publisher's HTML, written out as words: MathML is a language of its own, of which no tag comes through.

A sanitiser drops what it does not know with all that is in it, and a sentence about x² loses its subject. So each
formula becomes a line as one would type it: `x^2 + 1/2`, `√(a + b)`.
"""

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

BEGIN = re.compile(r"<math(?=[\s/>])", re.IGNORECASE)
END = re.compile(r"</math\s*>", re.IGNORECASE)
MOST_FORMULA = 20_000
"""Characters of one formula that are read; a longer one goes, as it did before."""
_SILENT = frozenset("annotation annotation-xml script style".split())
_SPACED = frozenset("+-=<>:\u00b1\u00b7\u00d7\u00f7\u2192\u21d2\u21d4\u2208\u2212\u2213\u2248\u2260\u2264\u2265")
"""Signs with a blank on both sides: sums, products, comparisons, arrows."""
_FORMS = {
    ("mfrac", 2): "{}/{}",
    ("msup", 2): "{}^{}",
    ("mover", 2): "{}^{}",
    ("msub", 2): "{}_{}",
    ("munder", 2): "{}_{}",
    ("msubsup", 3): "{}_{}^{}",
    ("munderover", 3): "{}_{}^{}",
    ("mroot", 2): "{}^(1/{})",
}
_AROUND = {"msqrt": "√({})", "mtd": "{} ", "mtr": "{}; "}
_PLAIN = re.compile(r"[\w.,]*|√\(.*\)|[^\s]")


def formulas_as_words(markup: str) -> str:
    """Write out every formula of some HTML; one that is never closed stays as it came."""
    if not BEGIN.search(markup):
        return markup
    kept, place = [], 0
    for end in END.finditer(markup):
        begin = BEGIN.search(markup, place, end.start())
        if begin and end.end() - begin.start() <= MOST_FORMULA:
            kept += [markup[place : begin.start()], html.escape(_written_out(markup[begin.start() : end.end()]))]
        else:
            kept.append(markup[place : end.end()])
        place = end.end()
    return "".join([*kept, markup[place:]])


def _written_out(formula: str) -> str:
    reader = _Reader()
    reader.feed(formula)
    reader.close()
    while len(reader.open) > 1:
        reader.leave()
    return " ".join("".join(reader.open[0].parts).split())


@dataclass(slots=True)
class _Element:
    name: str
    parts: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """Keeps what is open and writes out what closes, so depth costs nothing."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [_Element("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - none counts
        if tag == "mspace":
            self.open[-1].parts.append(" ")
        elif tag.startswith("m") or tag in _SILENT or tag == "semantics":
            self.open.append(_Element(tag))

    def handle_endtag(self, tag: str) -> None:
        if any(each.name == tag for each in self.open[-20:]):
            while self.open[-1].name != tag:
                self.leave()
            self.leave()

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if words:
            self.open[-1].parts.append(f" {words} " if self.open[-1].name == "mo" and words in _SPACED else words)

    def leave(self) -> None:
        """Close what was opened last, and give it to what it stands in."""
        closed = self.open.pop()
        self.open[-1].parts.append(_told(closed.name, closed.parts))


def _told(name: str, parts: list[str]) -> str:
    """Put the parts of an element together as one would type them."""
    if name in _SILENT:
        return ""
    if form := _FORMS.get((name, len(parts))):
        return form.format(*map(_one, parts))
    return _AROUND.get(name, "{}").format("".join(parts).strip() if name in _AROUND else "".join(parts))


def _one(part: str) -> str:
    """Put brackets around what is more than one number, name or sign."""
    part = part.strip()
    return part if _PLAIN.fullmatch(part) else f"({part})"
