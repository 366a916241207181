"""The elements of a well-formed feed list with the place of everything in its text.

expat judges the structure; the places inside a start tag come from a pattern that only ever sees tags which expat has
accepted. Nothing here changes the text, follows a reference or believes a document type.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from xml.parsers import expat

MOST_BYTES = 1_000_000
MOST_OUTLINES = 5_000
MOST_ELEMENTS = 20_000
DEEPEST = 32
"""Elements inside one another: real lists use three to five."""

MOST_STRAYS = 20
"""Words between outlines that are told; where there are more, they are all of one kind."""

_ATTRIBUTE = re.compile(r"""[ \t\r\n]+([^ \t\r\n=<>"'/]+)[ \t\r\n]*=[ \t\r\n]*("[^"]*"|'[^']*')""")
_START_TAG = re.compile(
    r"""<([^ \t\r\n/>]+)((?:[ \t\r\n]+[^ \t\r\n=<>"'/]+[ \t\r\n]*=[ \t\r\n]*(?:"[^"]*"|'[^']*'))*)[ \t\r\n]*(/?)>"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """An attribute: `start` and `end` enclose it with its quotes, `value_start` and `value_end` its raw value."""

    name: str
    value: str
    start: int
    value_start: int
    value_end: int

    @property
    def end(self) -> int:
        """The place after the closing quote."""
        return self.value_end + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """An element: its start tag goes from `start` to `tag_end`, what it holds to `content_end`, all of it to `end`.

    `parent` is the place of the element around it in the sheet, -1 for the root. `prefixes` are the namespaces in
    force here.
    """

    name: str
    start: int
    tag_end: int
    content_end: int
    end: int
    parent: int
    depth: int
    self_closed: bool
    attributes: tuple[Attribute, ...]
    prefixes: Mapping[str, str]

    @property
    def local(self) -> str:
        """The name without prefix, in lower case."""
        return self.name.rpartition(":")[2].lower()

    def attribute(self, name: str) -> Attribute | None:
        """Find an attribute by its exact name, else by its name in any case (`xmlurl`, `XMLURL`)."""
        for attribute in self.attributes:
            if attribute.name == name:
                return attribute
        folded = name.lower()
        return next((attribute for attribute in self.attributes if attribute.name.lower() == folded), None)

    def value(self, name: str) -> str:
        """Give an attribute's value with white space folded, empty where there is none."""
        found = self.attribute(name)
        return " ".join(found.value.split()) if found else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A text and its elements in document order; `doctype_at` is where a document type stands, -1 for nowhere.

    `strays` are words between outlines, where only elements belong: each with its place.
    """

    text: str
    elements: tuple[Element, ...]
    title: str
    doctype_at: int
    strays: tuple[tuple[int, str], ...] = ()

    @property
    def root(self) -> Element:
        """The outermost element."""
        return self.elements[0]

    def first(self, local: str) -> Element | None:
        """Find the first element of a name."""
        return next((element for element in self.elements if element.local == local), None)

    def ancestors(self, element: Element) -> tuple[Element, ...]:
        """Give the elements around one, the outermost first."""
        around: list[Element] = []
        while element.parent >= 0:
            element = self.elements[element.parent]
            around.insert(0, element)
        return tuple(around)


class Stopped(Exception):
    """Scanning ended early: expat's error code or the limit that was met, and where.

    `left_open` are the elements that were not closed yet, `tags_end` is where the last start tag that was understood
    ends.
    """

    def __init__(self, reason: int | str, offset: int, left_open: tuple[Element, ...], tags_end: int) -> None:
        super().__init__(reason, offset)
        self.reason = reason
        self.offset = offset
        self.left_open = left_open
        self.tags_end = tags_end


def scan(text: str) -> Sheet:
    """Find every element of a text. Raises Stopped where it is not well-formed or goes beyond a limit."""
    scanner = _Scanner(text)
    try:
        scanner.parser.Parse(scanner.source, True)  # noqa: FBT003 - expat takes "final" by position
    except expat.ExpatError as error:
        raise scanner.stopped(error.code, scanner.at(max(0, scanner.parser.ErrorByteIndex))) from error
    return Sheet(
        text=text,
        elements=tuple(scanner.elements),
        title=" ".join(scanner.title.split()),
        doctype_at=scanner.doctype_at,
        strays=tuple(scanner.strays),
    )


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.source = text.encode()
        self.elements: list[Element] = []
        self.title = ""
        self.doctype_at = -1
        self.strays: list[tuple[int, str]] = []
        self._open: list[int] = []
        self._outlines = 0
        self._seen_bytes = self._seen_characters = 0
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._doctype

    def at(self, byte: int) -> int:
        """Turn a byte of the source into a character of the text; asked in rising order this costs one pass."""
        if byte < self._seen_bytes:
            self._seen_bytes = self._seen_characters = 0
        self._seen_characters += len(self.source[self._seen_bytes : byte].decode("utf-8", "ignore"))
        self._seen_bytes = byte
        return self._seen_characters

    def stopped(self, reason: int | str, offset: int) -> Stopped:
        left_open = tuple(self.elements[place] for place in self._open)
        return Stopped(reason, offset, left_open, self.elements[-1].tag_end if self.elements else 0)

    def _here(self) -> int:
        return self.at(self.parser.CurrentByteIndex)

    def _start(self, name: str, values: dict[str, str]) -> None:
        start = self._here()
        tag = _START_TAG.match(self.text, start)
        if tag is None:  # expat and the pattern disagree: better no list than a wrong one
            raise self.stopped("tag", start)
        parent = self._open[-1] if self._open else -1
        element = Element(
            name=name,
            start=start,
            tag_end=tag.end(),
            content_end=tag.end(),
            end=tag.end(),
            parent=parent,
            depth=len(self._open),
            self_closed=bool(tag.group(3)),
            attributes=_attributes(tag, values),
            prefixes=_prefixes(self.elements[parent].prefixes if self._open else {}, values),
        )
        self._refuse_too_much(element)
        self._open.append(len(self.elements))
        self.elements.append(element)

    def _refuse_too_much(self, element: Element) -> None:
        self._outlines += element.local == "outline"
        for limit, beyond in (
            ("outlines", self._outlines > MOST_OUTLINES),
            ("elements", len(self.elements) >= MOST_ELEMENTS),
            ("depth", element.depth >= DEEPEST),
        ):
            if beyond:
                raise self.stopped(limit, element.start)

    def _end(self, _name: str) -> None:
        place = self._open.pop()
        element = self.elements[place]
        if not element.self_closed:
            content_end = self._here()
            end = self.text.index(">", content_end) + 1
            self.elements[place] = replace(element, content_end=content_end, end=end)

    def _characters(self, text: str) -> None:
        if len(self._open) == 3 and self.elements[self._open[-1]].local == "title":  # noqa: PLR2004 - opml, head, title
            self.title += text
        elif text.strip() and len(self.strays) < MOST_STRAYS and self._open and self._is_outlining():
            blank = len(text) - len(text.lstrip())
            self.strays.append((self._here() + blank, text.strip()))

    def _is_outlining(self) -> bool:
        return self.elements[self._open[-1]].local in {"opml", "body", "outline"}

    def _doctype(self, _name: str, _system: Any, _public: Any, has_subset: int) -> None:  # noqa: ANN401 - expat's
        self.doctype_at = self._here()
        if has_subset:
            raise self.stopped("doctype", self.doctype_at)


def _attributes(tag: re.Match[str], values: dict[str, str]) -> tuple[Attribute, ...]:
    return tuple(
        Attribute(
            name=found.group(1),
            value=values.get(found.group(1), ""),
            start=found.start(1),
            value_start=found.start(2) + 1,
            value_end=found.end(2) - 1,
        )
        for found in _ATTRIBUTE.finditer(tag.string, tag.start(2), tag.end(2))
    )


def _prefixes(around: Mapping[str, str], values: dict[str, str]) -> Mapping[str, str]:
    own = {name.partition(":")[2]: uri for name, uri in values.items() if name.partition(":")[0] == "xmlns"}
    return {**around, **own} if own else around
