"""Whether the feeds, the sitemap and the list of a site can be read by others.

Source: RFC 4287 4.1 (Atom), JSON Feed 1.1, sitemaps.org protocol, OPML 2.0.
"""

import json
from collections.abc import Iterator, Sequence
from typing import cast

from lxml import etree

from dailyten.render.proof.fault import Fault
from dailyten.render.proof.linking import Pointer

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
MOST_IN_SITEMAP = 50_000


def read_xml(page: str, body: bytes) -> tuple[list[Fault], list[Pointer]]:
    """Read an XML file of the site: its faults, and the addresses it names."""
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    except etree.XMLSyntaxError as error:
        return [Fault(page, error.lineno or 0, "feed", f"This is not well-formed XML: {error.msg}.")], []
    match root.tag:
        case tag if tag == f"{ATOM}feed":
            return list(_atom(page, root)), list(_atom_links(page, root))
        case tag if tag == f"{SITEMAP}urlset":
            return _sitemap(page, root)
        case "opml":
            return ([] if root.find("body") is not None else [Fault(page, 0, "feed", "The list has no body.")]), []
        case _:
            return [], []


def _atom(page: str, feed: etree._Element) -> Iterator[Fault]:
    for name in ("id", "title", "updated"):
        if not (feed.findtext(f"{ATOM}{name}") or "").strip():
            yield Fault(page, _line(feed), "feed", f"The feed has no {name}.")
    entries = feed.findall(f"{ATOM}entry")
    for entry in entries:
        for name in ("id", "title", "updated"):
            if not (entry.findtext(f"{ATOM}{name}") or "").strip():
                yield Fault(page, _line(entry), "feed", f"An entry has no {name}.")
        if feed.find(f"{ATOM}author") is None and entry.find(f"{ATOM}author") is None:
            yield Fault(page, _line(entry), "feed", "An entry has no author, nor has the feed.")
    yield from _twice(page, [entry.findtext(f"{ATOM}id") or "" for entry in entries])


def _atom_links(page: str, feed: etree._Element) -> Iterator[Pointer]:
    for link in feed.iter(f"{ATOM}link"):
        if link.get("rel", "alternate") in {"alternate", "self"} and link.get("href"):
            yield Pointer(page, _line(link), link.get("href") or "")


def _sitemap(page: str, root: etree._Element) -> tuple[list[Fault], list[Pointer]]:
    places = list(root.iter(f"{SITEMAP}loc"))
    faults = [Fault(page, 0, "feed", f"{len(places):,} addresses; a sitemap holds {MOST_IN_SITEMAP:,}.")]
    return faults if len(places) > MOST_IN_SITEMAP else [], [
        Pointer(page, _line(each), (each.text or "").strip()) for each in places
    ]


def read_json_feed(page: str, body: bytes) -> tuple[list[Fault], list[Pointer]]:
    """Read a JSON Feed: its faults, and the addresses it names. Other JSON needs only be JSON."""
    try:
        feed = json.loads(body)
    except ValueError as error:
        return [Fault(page, getattr(error, "lineno", 0), "feed", f"This is not JSON: {error}.")], []
    if not isinstance(feed, dict) or "jsonfeed.org" not in str(feed.get("version", "")):
        return [], []
    items = [each for each in feed.get("items", []) if isinstance(each, dict)]
    faults = [Fault(page, 0, "feed", "The feed has no title.")] if not feed.get("title") else []
    faults += [Fault(page, 0, "feed", "An item has no id.") for each in items if not each.get("id")]
    faults += [
        Fault(page, 0, "feed", f"The item {each.get('id')} has no content.")
        for each in items
        if not (each.get("content_html") or each.get("content_text"))
    ]
    named = [feed.get("home_page_url"), feed.get("feed_url"), *(each.get("url") for each in items)]
    return [*faults, *_twice(page, [str(each.get("id")) for each in items])], [
        Pointer(page, 0, address) for address in named if isinstance(address, str)
    ]


def _line(element: etree._Element) -> int:
    line = cast("int | None", element.sourceline)
    return line or 0


def _twice(page: str, ids: Sequence[str]) -> Iterator[Fault]:
    for each in sorted({name for name in ids if ids.count(name) > 1}):
        yield Fault(page, 0, "feed", f"Two entries have the id {each}.")
