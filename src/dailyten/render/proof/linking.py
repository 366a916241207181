"""Where the links of a site lead: each inner one must meet a file, and each fragment an id of that file."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urldefrag, urlsplit

from dailyten.render.proof.fault import Fault
from dailyten.render.proof.markup import Markup, Node

LOADED = dict.fromkeys("script img source iframe video audio track embed input".split(), "src") | {"object": "data"}
LOADING_RELS = frozenset("stylesheet icon preload modulepreload manifest prefetch apple-touch-icon".split())
SERVED = frozenset("subscribe confirm preferences pause unsubscribe vote issues desk".split())
"""What the web service answers beside the site (docs/reference/web.md); no file of the site lies there."""
_CSS_ADDRESS = re.compile(r"""url\(\s*['"]?([^'")]+)|@import\s+['"]([^'"]+)""")


@dataclass(frozen=True, slots=True)
class Pointer:
    """One address that a file names: where it stands, and whether a browser loads it at once."""

    page: str
    line: int
    address: str
    loads: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """The site's own address, as its home page says: without a slash at the end, "" where it is not known."""

    address: str = ""

    @property
    def path(self) -> str:
        """The part after the host."""
        return urlsplit(self.address).path

    def inner(self, page: str, address: str) -> str | None:
        """Give the path in the site that an address means, with a page's own folder in mind; None if it leads out."""
        if self.address and (address == self.address or address.startswith(f"{self.address}/")):
            return posixpath.normpath(unquote(address[len(self.address) :]).lstrip("/") or ".") + _slash(address)
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            return None
        path = unquote(parts.path)
        if path.startswith("/"):
            inside = path.removeprefix(self.path).lstrip("/")
        else:
            inside = posixpath.join(posixpath.dirname(page), path) if path else page
        return posixpath.normpath(inside or ".") + _slash(path)


def _slash(path: str) -> str:
    return "/" if path.endswith(("/", "/.", "/..")) or path in {".", ".."} else ""


def pointers(markup: Markup) -> Iterator[Pointer]:
    """Give every address of a page."""
    for node in markup.nodes:
        for address, loads in _addresses(node):
            yield Pointer(markup.page, node.line, address.strip(), loads)


def _addresses(node: Node) -> Iterator[tuple[str, bool]]:
    has = node.attributes
    if node.tag == "a" and "href" in has:
        yield has["href"], False
    elif node.tag == "link" and has.get("href"):
        yield has["href"], bool(LOADING_RELS & set(has.get("rel", "").lower().split()))
    elif node.tag == "form" and has.get("action") and has.get("method", "get").lower() == "get":
        yield has["action"], False
    elif node.tag == "meta" and has.get("property") in {"og:image", "og:url"} and has.get("content"):
        yield has["content"], False
    if node.tag in LOADED and has.get(LOADED[node.tag]):
        yield has[LOADED[node.tag]], True
    for part in has.get("srcset", "").split(","):
        if part.split():
            yield part.split()[0], True


def style_pointers(page: str, text: str) -> Iterator[Pointer]:
    """Give every address of a stylesheet."""
    for found in _CSS_ADDRESS.finditer(text):
        address = found[1] or found[2]
        if not address.startswith("data:"):
            yield Pointer(page, text.count("\n", 0, found.start()) + 1, address, loads=True)


def link_faults(
    found: list[Pointer], files: frozenset[str], ids: dict[str, frozenset[str]], base: Base
) -> Iterator[Fault]:
    """Find addresses that lead nowhere, and what is loaded from elsewhere."""
    for each in found:
        address, fragment = urldefrag(each.address)
        inside = _inside(base, each.page, address)
        if inside is None:
            if each.loads and urlsplit(address).scheme not in {"data", "blob"}:
                yield Fault(each.page, each.line, "foreign", f"{each.address} is loaded from another host.")
            continue
        file = file_of(inside, files)
        if not file and inside.partition("/")[0] not in SERVED:
            yield Fault(each.page, each.line, "link", f"{each.address} leads to no file of the site.")
        elif fragment and file in ids and unquote(fragment) not in ids[file]:
            yield Fault(each.page, each.line, "fragment", f"{each.address}: {file} has no #{fragment}.")


def _inside(base: Base, page: str, address: str) -> str | None:
    try:
        return base.inner(page, address)
    except ValueError:
        return ""


def file_of(inside: str, files: frozenset[str]) -> str:
    """Name the file that a path means, as a web server gives it; "" if there is none."""
    folder = inside.rstrip("/")
    index = "index.html" if folder in {"", "."} else f"{folder}/index.html"
    if not inside.endswith("/") and folder in files:
        return folder
    return index if index in files else ""
