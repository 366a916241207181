"""RSS, RDF and Atom that are well-formed XML: libxml2 without entities, document types or network.

Everything feedparser would find in such a document is found here, forty times faster; a test over real documents
compares the two field by field. What is not well-formed is mended first (`mend.py`) or left to feedparser.
"""

import base64
import binascii
import html
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import TypeAlias

from lxml import etree

from dailyten.parse.addresses import join
from dailyten.parse.dates import read_written
from dailyten.parse.guards import MOST_ENTRIES
from dailyten.parse.names import short_name, split
from dailyten.parse.raw import Form, Markup, RawEntry, RawFeed, RawLink

Element: TypeAlias = etree._Element  # noqa: SLF001 - the stubs name the type so
Fields: TypeAlias = dict[str, list[Element]]

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_ENTRY_NAMES = ("item", "entry")
_ENTRY_TAGS = ("{*}item", "{*}entry", "{*}ITEM", "{*}Item")
_PUBLISHED = ("pubdate", "published", "issued", "dcterms:issued", "dc:date", "created", "dcterms:created", "date")
_UPDATED = ("updated", "modified", "dcterms:modified")
_REGISTRY = "http://www.iana.org/assignments/relation/"
"""What a relation may be written with in full (RFC 4287 §4.2.7.2)."""
_GROUPS = ("media:group", "media:content")
_PAGES_OF_PEOPLE = frozenset(["uri", "url", "homepage", "link"])
"""What an author element may hold beside the name: an address is nobody's name."""
_FILES = ("image/", "audio/", "video/", "font/")
_HTML_TYPES = frozenset(["html", "text/html", "xhtml", "application/xhtml+xml"])
_LOCAL_ADDRESSES = ("href", "src", "cite", "poster", "data")
_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True, encoding="utf-8"
)
_FORGIVING = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True, encoding="utf-8",
    recover=True,
)  # fmt: skip


def read_xml(body: bytes, *, address: str = "", forgiving: bool = False) -> RawFeed | None:
    """Read a document in UTF-8 that is well-formed; None if its root is no feed's.

    `forgiving` lets libxml2 guess its way through faults. Raises `lxml.etree.XMLSyntaxError` for what is not
    well-formed otherwise.
    """
    root = etree.fromstring(body, _FORGIVING if forgiving else _PARSER, base_url=address)
    if root is None:
        return None
    return _Reader(root, has_base=b"xml:base" in body, has_lang=b"xml:lang" in body).read()


class _Reader:
    """One document being read: what its names mean and what its root says of everything below."""

    def __init__(self, root: Element, *, has_base: bool, has_lang: bool) -> None:
        self.root = root
        self.space, self.root_name = split(root.tag)
        self.names: dict[str, str] = {}
        self.has_base = has_base
        self.has_lang = has_lang
        self.kind = ""

    def read(self) -> RawFeed | None:
        channel = self._channel()
        if channel is None:
            return None
        self.kind = self._kind(channel)
        entries, left_out = self._newest(list(self._entries()))
        fields = self._fields(element for element in channel if self._name(element) not in _ENTRY_NAMES)
        feed = self._feed(fields, channel)
        feed.entries = [self._entry(element) for element in entries]
        feed.left_out = left_out
        return feed

    def _name(self, element: Element) -> str:
        tag: str = element.tag
        known = self.names.get(tag)
        if known is None:
            known = self.names[tag] = short_name(tag, element.prefix, self.space)
        return known

    def _channel(self) -> Element | None:
        local = self.root_name.lower()
        if local in ("feed", "entry", "channel"):
            return self.root
        inside = next((each for each in self.root if self._name(each) == "channel"), None)
        if local == "rss":
            return self.root if inside is None else inside
        if local != "rdf":
            return None
        says_rss = any("purl.org/rss/" in space or "/rdf/simple/" in space for space in self.root.nsmap.values())
        has_items = any(self._name(each) in _ENTRY_NAMES for each in self.root)
        return self.root if inside is None and (says_rss or has_items) else inside

    def _kind(self, channel: Element) -> str:
        local, version = self.root_name.lower(), (self.root.get("version") or "").strip()[:10]
        if local == "rdf":
            return "rss 0.90" if "netscape.com/rdf/simple" in split(channel.tag)[0] else "rss 1.0"
        if local == "channel":
            return "cdf" if self.root.get("HREF") or self.root.get("BASE") else "rss"
        if local in ("feed", "entry"):
            return "atom 1.0" if self.space.lower().startswith("http://www.w3.org/2005/atom") else _atom(version)
        return f"rss {version}" if version else "rss"

    def _entries(self) -> Iterator[Element]:
        for element in self.root.iter(*_ENTRY_TAGS):
            if self._name(element) in _ENTRY_NAMES:
                yield element

    def _newest(self, entries: list[Element]) -> tuple[list[Element], int]:
        """Keep at most `MOST_ENTRIES`: the first, or the last of a document that lists the oldest first."""
        if len(entries) <= MOST_ENTRIES:
            return entries, 0
        first, last = self._dated(entries[0]), self._dated(entries[-1])
        oldest_first = first is not None and last is not None and first < last
        return entries[-MOST_ENTRIES:] if oldest_first else entries[:MOST_ENTRIES], len(entries) - MOST_ENTRIES

    def _dated(self, entry: Element) -> datetime | None:
        fields = self._fields(entry)
        return next((at for said in _texts(fields, *_PUBLISHED, *_UPDATED) if (at := read_written(said).at)), None)

    def _fields(self, elements: Iterable[Element]) -> Fields:
        fields: Fields = {}
        known = self.names
        for element in elements:
            name = known.get(element.tag) or self._name(element)
            if name in fields:
                fields[name].append(element)
            else:
                fields[name] = [element]
        return fields

    def _feed(self, fields: Fields, channel: Element) -> RawFeed:
        outer = self._fields(self.root) if channel is not self.root else {}
        return RawFeed(
            kind=self.kind,
            title=self._title(fields, "title", "dc:title"),
            links=self._links(fields) or _cdf_link(channel),
            language=_first_text(fields, "language", "dc:language") or _lang(channel) or _lang(self.root),
            base=self._base(channel),
            ttl=_first_text(fields, "ttl"),
            update_period=_first_text(fields, "sy:updateperiod"),
            update_frequency=_first_text(fields, "sy:updatefrequency"),
            quiet_hours=_listed(chain(fields.get("skiphours", ()), outer.get("skiphours", ()))),
            quiet_days=_listed(chain(fields.get("skipdays", ()), outer.get("skipdays", ()))),
            authors=self._authors(fields, "author", "dc:creator") if self.kind.startswith("atom") else [],
        )

    def _entry(self, element: Element) -> RawEntry:
        fields = self._fields(element)
        for group in _GROUPS:
            if group in fields:
                self._open_group(fields, fields[group])
        guid, is_link = _guid(fields, element)
        return RawEntry(
            guid=guid,
            guid_is_link=is_link,
            title=self._title(fields, "title", "dc:title", "media:title", "itunes:title"),
            links=self._links(fields) or _cdf_link(element),
            original_link=_first_text(fields, "feedburner:origlink"),
            authors=self._authors(fields, "author", "dc:creator", "dc:author", "itunes:author"),
            published=_texts(fields, *_PUBLISHED),
            updated=_texts(fields, *_UPDATED) or _cdf_date(element),
            content=self._content(fields),
            summary=self._summary(fields),
            tags=_tags(fields),
            language=(_first_text(fields, "dc:language", "language") or self._lang_of(element)),
            base=self._base(element),
        )  # fmt: skip

    def _open_group(self, fields: Fields, groups: list[Element]) -> None:
        """Take what Media RSS says inside a group for the entry's own, where the entry says nothing."""
        for inner in chain.from_iterable(groups):
            name = self._name(inner)
            if name.startswith("media:") and name not in fields:
                fields[name] = [inner]

    def _base(self, element: Element) -> str:
        return (element.base or "") if self.has_base else ""

    def _lang_of(self, element: Element) -> str:
        """Give the language named on the entry itself or on what it says; the feed's own comes later."""
        if not self.has_lang:
            return ""
        return _lang(element) or next((said for child in element if (said := _lang(child))), "")

    def _title(self, fields: Fields, *names: str) -> Markup:
        for name in names:
            for element in fields.get(name, ()):
                found = self._markup(element, plain=name in ("media:title", "itunes:title"))
                if found.text.strip():
                    return found
        return Markup()

    def _content(self, fields: Fields) -> Markup:
        for name in ("content:encoded", "content", "xhtml:body", "body", "fullitem", "xhtml:div", "yandex:full-text",
                     "content:items"):  # fmt: skip
            found = [markup for element in fields.get(name, ()) if (markup := self._markup(element)).text.strip()]
            if found:
                return next((each for each in found if each.form is not Form.TEXT), found[0])
        return Markup()

    def _summary(self, fields: Fields) -> Markup:
        for name in ("description", "summary", "abstract", "dc:description", "dcterms:abstract", "media:description",
                     "itunes:summary", "itunes:subtitle"):  # fmt: skip
            for element in fields.get(name, ()):
                found = self._markup(element, plain=name == "media:description")
                if found.text.strip():
                    return found
        return Markup()

    def _markup(self, element: Element, *, plain: bool = False) -> Markup:
        kind = (element.get("type") or "").strip().lower()
        base = self._base(element)
        if len(element):
            return Markup(text=self._inner(element), form=Form.HTML, base=base)
        text = element.text or ""
        if not self.kind.startswith("atom") or not _is_core(self._name(element)):
            form = Form.TEXT if kind in ("plain", "text/plain") or (plain and kind != "html") else Form.UNSAID
            return Markup(text=_from_base64(text) if element.get("mode") == "base64" else text, form=form, base=base)
        said, form = _atom_text(text, kind, (element.get("mode") or "").lower())
        return Markup(text=said, form=form, base=base)

    def _inner(self, element: Element) -> str:
        """Write the children of an element as HTML, without prefixes, their own xml:base already applied."""
        if self.has_base:
            _apply_bases(element)
        for child in element.iterdescendants():
            child.tag = split(child.tag)[1]
        pieces = [html.escape(element.text or "", quote=False)]
        pieces += [etree.tostring(child, encoding="unicode", method="html") for child in element]
        return "".join(pieces)

    def _links(self, fields: Fields) -> list[RawLink]:
        found = []
        for element in fields.get("link", ()):
            href = element.get("href") or _text(element) or element.get("url") or element.get(f"{RDF}resource") or ""
            if href.strip():
                base = self._base(element)
                rel = (element.get("rel") or "alternate").strip().lower().removeprefix(_REGISTRY)
                kind = (element.get("type") or "").strip().lower()
                found.append(RawLink(href=join(base, href) if base else href, rel=rel, kind=kind))
        files = chain(fields.get("enclosure", ()), fields.get("media:content", ()))
        addresses = (element.get("url") or element.get("href") for element in files)
        return found + [RawLink(href=url, rel="enclosure") for url in addresses if url]

    def _authors(self, fields: Fields, *names: str) -> list[str]:
        found = []
        for element in chain.from_iterable(fields.get(name, ()) for name in names):
            inner = {self._name(child).rpartition(":")[2]: _text(child) for child in element}
            words = "" if inner.keys() & _PAGES_OF_PEOPLE else _text(element)
            said = inner.get("name") or inner.get("email") or inner.get("title") or words
            if said.strip():
                found.append(said)
        return found


def _atom(version: str) -> str:
    return f"atom {version}" if version in ("0.1", "0.2", "0.3", "1.0") else "atom"


def _is_core(name: str) -> bool:
    return ":" not in name


def _atom_text(text: str, kind: str, mode: str) -> tuple[str, Form]:
    """Read an Atom text construct without child elements (RFC 4287 §3.1, §4.1.3.3; Atom 0.3 draft §3.1)."""
    if kind.startswith(_FILES):
        return "", Form.TEXT
    if mode == "base64":
        return _from_base64(text), Form.UNSAID
    if kind in _HTML_TYPES:
        return text, Form.HTML
    if kind in ("", "text", "plain") or kind.startswith("text/") or kind.endswith(("/xml", "+xml")):
        return text, Form.UNSAID if mode == "escaped" and kind != "text/plain" else Form.TEXT
    return (_from_base64(text) if "/" in kind and not mode else text), Form.UNSAID


def _from_base64(text: str) -> str:
    """Give the words in base64: nothing for bytes that are none (a picture), and what is not base64 as it stands."""
    try:
        content = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return text
    try:
        return content.decode("utf-8")
    except ValueError:
        return ""


def _text(element: Element) -> str:
    """Give all the text inside an element, stripped."""
    return ("".join(map(str, element.itertext())) if len(element) else element.text or "").strip()


def _texts(fields: Fields, *names: str) -> list[str]:
    return [text for name in names for element in fields.get(name, ()) if (text := _text(element))]


def _first_text(fields: Fields, *names: str) -> str:
    for name in names:
        for element in fields.get(name, ()):
            if text := _text(element):
                return text
    return ""


def _listed(elements: Iterable[Element]) -> list[str]:
    return [text for element in elements for child in element if (text := _text(child))]


def _lang(element: Element) -> str:
    return element.get(XML_LANG) or ""


def _guid(fields: Fields, element: Element) -> tuple[str, bool | None]:
    for given in fields.get("guid", ()):
        if text := _text(given):
            said = given.get("isPermaLink") or given.get("ispermalink") or given.get("isPermalink") or "true"
            return text, said.strip().lower() != "false"
    return _first_text(fields, "id", "dc:identifier") or element.get(f"{RDF}about") or "", None


def _tags(fields: Fields) -> list[str]:
    found = [
        element.get("label")
        or element.get("term")
        or (element.text or "").strip()
        or _text(element)
        or element.get("text")
        or ""
        for element in chain.from_iterable(
            _with_those_inside(element)
            for name in ("category", "dc:subject", "media:category", "itunes:category")
            for element in fields.get(name, ())
        )
    ]
    for element in chain(
        fields.get("media:keywords", ()), fields.get("itunes:keywords", ()), fields.get("keywords", ())
    ):
        found += _text(element).split(",")
    return [tag for tag in found if tag.strip()]


def _with_those_inside(element: Element) -> Iterable[Element]:
    """Give a category and those of its name inside it, as podcasts nest them."""
    return element.iter(element.tag) if len(element) else (element,)


def _cdf_link(element: Element) -> list[RawLink]:
    """Give the address that CDF puts on the item itself."""
    href = element.get("HREF") or element.get("href")
    return [RawLink(href=href)] if href else []


def _cdf_date(element: Element) -> list[str]:
    date = element.get("LASTMOD") or element.get("lastmod")
    return [date] if date else []


def _apply_bases(element: Element) -> None:
    for child in element.iterdescendants():
        base = child.base or ""
        for name in _LOCAL_ADDRESSES:
            href = child.get(name)
            if href and base:
                child.set(name, join(base, href))
