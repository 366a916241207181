"""A strict reading of a page: every element with its line, and everything a browser would have to guess at.

Browsers mend broken markup in silence, so a parser that mends too finds nothing. This one asks for what our templates
promise: each element that is opened is closed, in order, and each attribute comes once.

Source: HTML Living Standard, 13.1.2 (elements, attributes) and 13.2.2 (parse errors).
"""

from dataclasses import dataclass, field
from html import unescape
from html.entities import html5
from html.parser import HTMLParser
from typing import Any

from dailyten.render.proof.fault import Fault

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
RAW = frozenset({"script", "style"})
DRAWING = "svg"
ELEMENTS = VOID | frozenset(
    "html head title body style script noscript template main header footer nav aside section article search address"
    " h1 h2 h3 h4 h5 h6 hgroup p div span a em strong small s cite q dfn abbr ruby rt rp data time code var samp kbd"
    " sub sup i b u mark bdi bdo ins del picture iframe object video audio map table caption colgroup tbody thead tfoot"
    " tr td th form label button select datalist optgroup option textarea output progress meter fieldset legend details"
    " summary dialog ul ol menu li dl dt dd figure figcaption blockquote pre svg canvas".split()
)
"""What HTML knows today; everything inside a drawing is SVG's."""


@dataclass(slots=True, eq=False)
class Node:
    """An element: its name, attributes, line, what it stands in, and the words directly inside it."""

    tag: str
    attributes: dict[str, str]
    line: int
    parent: "Node | None" = None
    children: "list[Node]" = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    in_drawing: bool = False

    def within(self, *tags: str) -> "Node | None":
        """Give the nearest element around it of one of these names."""
        around = self.parent
        while around is not None and around.tag not in tags:
            around = around.parent
        return around

    def text(self) -> str:
        """Give all words inside, and those that stand for pictures; not what is hidden from a screen reader."""
        if self.attributes.get("aria-hidden") == "true":
            return ""
        own = self.attributes.get("alt", "") if self.tag == "img" else "".join(self.words)
        return " ".join([own, *(child.text() for child in self.children)]).strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """A page read: all its elements in order, and the faults of its markup."""

    page: str
    nodes: tuple[Node, ...]
    faults: tuple[Fault, ...]
    has_doctype: bool

    def all(self, *tags: str) -> list[Node]:
        """Give the elements of these names, in order."""
        return [node for node in self.nodes if node.tag in tags]


def read_markup(page: str, body: bytes) -> Markup:
    """Read a page."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        text = body.decode("utf-8", "replace")
        wrong = [
            Fault(page, body[: error.start].count(b"\n") + 1, "encoding", "There are bytes here that are no UTF-8.")
        ]
    else:
        wrong = []
    reader = _Reader(page, wrong)
    reader.feed(text)
    reader.close()
    reader.end()
    return Markup(
        page=page, nodes=tuple(reader.nodes), faults=tuple(reader.faults), has_doctype=reader.doctype == "doctype html"
    )


class _Reader(HTMLParser):
    """Keeps the elements that are open, and says what does not fit."""

    def __init__(self, page: str, faults: list[Fault]) -> None:
        super().__init__(convert_charrefs=False)
        self.page = page
        self.faults = faults
        self.nodes: list[Node] = []
        self.open: list[Node] = []
        self.doctype = ""

    def handle_decl(self, decl: str) -> None:
        """Take the document type."""
        self.doctype = decl.lower()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        node = self._node(tag, attrs)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element that closes itself, as those of drawings may."""
        node = self._node(tag, attrs)
        if tag not in VOID and not node.in_drawing:
            self._say("markup", f"<{tag}/> does not close itself in HTML.")

    def handle_endtag(self, tag: str) -> None:
        """Close an element, and say which others were left open inside it."""
        if tag in VOID:
            self._say("markup", f"</{tag}> has nothing to close.")
        elif not any(node.tag == tag for node in self.open):
            self._say("markup", f"</{tag}> closes nothing that is open.")
        else:
            while (node := self.open.pop()).tag != tag:
                self._say("markup", f"<{node.tag}> is never closed.", node.line)

    def handle_data(self, data: str) -> None:
        """Take words as they stand in the file: a `<` among them should have been a reference."""
        if self.open:
            self.open[-1].words.append(data)
        if "<" in data and self.open and self.open[-1].tag not in RAW:
            self._say("markup", "A bare < stands in the text.")

    def handle_charref(self, name: str) -> None:
        """Take a character that is given by its number."""
        self._referred(f"&#{name};")

    def handle_entityref(self, name: str) -> None:
        """Take a character that is given by its name."""
        if f"{name};" not in html5:
            self._say("markup", f"HTML knows no &{name};.")
        self._referred(f"&{name};")

    def _referred(self, reference: str) -> None:
        if self.open:
            self.open[-1].words.append(unescape(reference))

    def end(self) -> None:
        """Say what was never closed."""
        for node in self.open:
            self._say("markup", f"<{node.tag}> is never closed.", node.line)

    def _node(self, tag: str, attrs: list[tuple[str, str | None]]) -> Node:
        names = [name for name, _ in attrs]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self._say("attribute", f"<{tag}> has {name} twice.")
        around = self.open[-1] if self.open else None
        drawn = tag == DRAWING or (around is not None and around.in_drawing and around.tag != "foreignobject")
        if tag not in ELEMENTS and not drawn and "-" not in tag:
            self._say("markup", f"HTML knows no <{tag}>.")
        values: dict[str, Any] = {name: value or "" for name, value in reversed(attrs)}
        node = Node(tag=tag, attributes=values, line=self.getpos()[0], parent=around, in_drawing=drawn)
        if around is not None:
            around.children.append(node)
        self.nodes.append(node)
        return node

    def _say(self, rule: str, words: str, line: int = 0) -> None:
        self.faults.append(Fault(self.page, line or self.getpos()[0], rule, words))
