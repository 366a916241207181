"""The whole site, proof-read: each file once, then all links at the end."""

import gzip
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from dailyten.errors import BadInput
from dailyten.render.proof.fault import Fault
from dailyten.render.proof.feeding import read_json_feed, read_xml
from dailyten.render.proof.linking import Base, Pointer, file_of, link_faults, pointers, style_pointers
from dailyten.render.proof.markup import Markup, read_markup
from dailyten.render.proof.nesting import nesting_faults
from dailyten.render.proof.reading import reading_faults

MOST_FIRST_PAGE_BYTES = 50_000
"""What the first page may weigh with all it loads, as it is sent (compressed): a second on a bad phone line."""
MOST_PAGE_BYTES = 250_000
"""What any other page may weigh as it is sent, without what all pages share."""
MOST_STYLE_BYTES = 20_000
"""What the stylesheet may weigh as it lies there."""
_COMPRESSED = (".html", ".css", ".js", ".svg", ".xml", ".json", ".txt")

Read = Callable[[str], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What proof-reading found, and what it measured. `first_page_bytes` is what the first page costs a phone."""

    faults: tuple[Fault, ...]
    pages: int
    files: int
    links: int
    first_page_bytes: int
    style_bytes: int
    heaviest_page: str
    heaviest_page_bytes: int


@dataclass(slots=True, kw_only=True)
class _Notes:
    """What is kept of the files that were read: little, for a site may have thousands."""

    faults: list[Fault] = field(default_factory=list)
    pointers: list[Pointer] = field(default_factory=list)
    ids: dict[str, frozenset[str]] = field(default_factory=dict)
    weights: dict[str, int] = field(default_factory=dict)
    styles: dict[str, int] = field(default_factory=dict)
    base: Base = field(default_factory=Base)


def proof_read(paths: Collection[str], read: Read, read_one: Callable[[str], None] = lambda _: None) -> Proof:
    """Proof-read the files of a site; `read_one` is told each path when it has been read.

    Raises BadInput if there is no first page: then it is no site.
    """
    if "index.html" not in paths:
        raise BadInput("There is no first page there.", expected="the folder of a site, with an index.html")
    notes, files = _Notes(), frozenset(paths)
    for path in sorted(paths):
        _read(path, read(path), notes)
        read_one(path)
    notes.faults += _links(notes, files)
    first = _first_page(notes, files)
    notes.faults += _weights(notes, first)
    heaviest = max(notes.ids, key=lambda path: (notes.weights[path], path))
    return Proof(
        faults=tuple(sorted(set(notes.faults))),
        pages=len(notes.ids),
        files=len(files),
        links=len(notes.pointers),
        first_page_bytes=first,
        style_bytes=max(notes.styles.values(), default=0),
        heaviest_page=heaviest,
        heaviest_page_bytes=notes.weights[heaviest],
    )


def _read(path: str, body: bytes, notes: _Notes) -> None:
    notes.weights[path] = len(gzip.compress(body, 6)) if path.endswith(_COMPRESSED) else len(body)
    if path.endswith(".html"):
        _read_page(read_markup(path, body), notes)
    elif path.endswith(".css"):
        notes.styles[path] = len(body)
        notes.pointers += style_pointers(path, body.decode("utf-8", "replace"))
    elif path.endswith((".xml", ".opml", ".svg")):
        _take(notes, *read_xml(path, body))
    elif path.endswith(".json"):
        _take(notes, *read_json_feed(path, body))


def _read_page(markup: Markup, notes: _Notes) -> None:
    notes.faults += [*markup.faults, *nesting_faults(markup), *reading_faults(markup)]
    notes.pointers += dict.fromkeys(pointers(markup))
    notes.ids[markup.page] = frozenset(name for node in markup.nodes if (name := node.attributes.get("id")))
    if markup.page == "index.html":
        canonical = [node for node in markup.all("link") if node.attributes.get("rel") == "canonical"]
        notes.base = Base(address=canonical[0].attributes.get("href", "").rstrip("/") if canonical else "")


def _take(notes: _Notes, faults: list[Fault], found: list[Pointer]) -> None:
    notes.faults += faults
    notes.pointers += found


def _links(notes: _Notes, files: frozenset[str]) -> Iterator[Fault]:
    return link_faults(notes.pointers, files, notes.ids, notes.base)


def _first_page(notes: _Notes, files: frozenset[str]) -> int:
    loaded = {"index.html"}
    for each in notes.pointers:
        if each.page == "index.html" and each.loads and (inside := notes.base.inner(each.page, each.address)):
            loaded.add(file_of(inside, files))
    return sum(notes.weights.get(path, 0) for path in loaded)


def _weights(notes: _Notes, first: int) -> Iterator[Fault]:
    if first >= MOST_FIRST_PAGE_BYTES:
        words = f"The first page weighs {_kb(first)} with all it loads, more than {_kb(MOST_FIRST_PAGE_BYTES)}."
        yield Fault("index.html", 0, "weight", words)
    for page in notes.ids:
        if (weight := notes.weights[page]) >= MOST_PAGE_BYTES:
            yield Fault(page, 0, "weight", f"The page weighs {_kb(weight)}, more than {_kb(MOST_PAGE_BYTES)}.")
    for path, size in notes.styles.items():
        if size >= MOST_STYLE_BYTES:
            yield Fault(path, 0, "weight", f"The stylesheet weighs {_kb(size)}, more than {_kb(MOST_STYLE_BYTES)}.")


def _kb(size: int) -> str:
    return f"{size / 1000:.1f} kB"
