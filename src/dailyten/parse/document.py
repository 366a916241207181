"""A body becomes a document, or a value that says why not. Pure: nothing is fetched, opened or loaded.

parse(body) ── empty, a picture, a page, other XML or JSON ──> NotAFeed("a web page")
      ├── refused before reading (size, depth, attributes, entities) ──> Failed(TOO_BIG | TOO_HARD)
      ├── well-formed, or mended to be so ──> strict.py
      ├── everything else ──> loose.py (feedparser)
      └── JSON ──> jsonfeed.py
"""

import re
from collections.abc import Mapping
from datetime import datetime

from lxml import etree

from dailyten.model.entry import Document, Entry, NotAFeed
from dailyten.model.fetched import Failed, Failure
from dailyten.parse.addresses import absolute, is_web_address
from dailyten.parse.encoding import decode
from dailyten.parse.entries import Where, best_link, entries_of, people, plain
from dailyten.parse.guards import MOST_BYTES, MOST_ENTRIES, nests_too_deep, too_many_attributes, without_doctype
from dailyten.parse.jsonfeed import read_json_feed
from dailyten.parse.language import code_of
from dailyten.parse.mend import mend, without_declaration
from dailyten.parse.raw import RawFeed
from dailyten.parse.sniff import Shape, binary_kind, root_name, shape_of
from dailyten.parse.strict import read_xml
from dailyten.parse.tidy import is_encoded_twice, tidied
from dailyten.parse.wishes import minutes_of, quiet_hours_of

Parsed = Document | NotAFeed | Failed

_ENTRY_START = re.compile(r"<(?:[A-Za-z][\w.-]*:)?(?:item|entry)(?=[\s/>])", re.IGNORECASE)
_CUT_TAG = re.compile(r"<(?!!\[CDATA\[)[^<>]{0,4000}\Z")
"""What a document that was cut off has of its last tag."""
_LINK_HEADER = re.compile(r"<([^<>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:\"[^\"]*\"|[^\s,;\"]*))*)")
_REL = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s,;\"]+))", re.IGNORECASE)
MOJIBAKE = "Some text looks as if it had been encoded twice (mojibake)."


def parse(body: bytes, *, headers: Mapping[str, str], address: str, now: datetime) -> Parsed:
    """Read a body as the feed document that came from `address` at `now`; `headers` have lower-case names.

    Never raises for anything a publisher may send. `Failed` carries TOO_BIG, TOO_HARD or UNREADABLE.
    """
    if len(body) > MOST_BYTES:
        return Failed(failure=Failure.TOO_BIG, detail=f"{len(body):,} bytes; at most {MOST_BYTES:,} are read")
    if binary := binary_kind(body):
        return NotAFeed(what=binary)
    try:
        return _parse_text(body, headers, address, now)
    except (RecursionError, MemoryError) as error:
        return Failed(failure=Failure.TOO_HARD, detail=type(error).__name__)
    except Exception as error:  # noqa: BLE001 - what a stranger sends must never stop the morning
        return Failed(failure=Failure.UNREADABLE, detail=f"{type(error).__name__}: {error}"[:300])


def _parse_text(body: bytes, headers: Mapping[str, str], address: str, now: datetime) -> Parsed:
    decoded = decode(body, headers.get("content-type", ""))
    text, maybe_twice = tidied(decoded.text)
    shape = shape_of(text)
    if isinstance(shape, str):
        return NotAFeed(what=shape)
    feed = _read_json(text) if shape is Shape.JSON else _read_xml(text, address)
    if not isinstance(feed, RawFeed):
        return feed
    feed.warnings[:0] = decoded.warnings
    return _document(feed, headers, address, now, maybe_twice=maybe_twice)


def _read_json(text: str) -> RawFeed | NotAFeed | Failed:
    try:
        feed = read_json_feed(text)
    except ValueError as error:
        if "jsonfeed.org" in text[:2_000]:
            return Failed(failure=Failure.UNREADABLE, detail=f"a JSON Feed that is not valid JSON: {error}"[:300])
        return NotAFeed(what="text that is neither XML nor valid JSON")
    return feed or NotAFeed(what="JSON that is no feed")


def _read_xml(text: str, address: str) -> RawFeed | NotAFeed | Failed:
    if too_many_attributes(text):
        return Failed(failure=Failure.TOO_HARD, detail="a tag has more than a thousand attributes")
    without = without_doctype(without_declaration(text))
    if isinstance(without, Failed):
        return without
    text, entities = without
    if (found := _strictly(text, address)) is not None:
        return found
    if nests_too_deep(text):
        return Failed(failure=Failure.TOO_HARD, detail="its elements nest too deep")
    mended = mend(text, entities)
    if (found := _strictly(mended.text, address)) is not None:
        if isinstance(found, RawFeed):
            found.warnings += [f"Not well-formed XML, mended: {each}." for each in mended.mends]
        return found
    return _read_malformed(text, mended.text, address)


def _strictly(text: str, address: str) -> RawFeed | NotAFeed | None:
    """Read what is well-formed; None if it is not."""
    try:
        feed = read_xml(text.encode("utf-8"), address=address)
    except (etree.XMLSyntaxError, UnicodeEncodeError):
        return None
    return feed or NotAFeed(what=f"an XML document <{root_name(text)}>")


def _read_malformed(text: str, mended: str, address: str) -> RawFeed | NotAFeed | Failed:
    """Read what no strict reader takes: feedparser, and libxml2's own recovery where that finds more entries."""
    from dailyten.parse.loose import read_loosely

    text, mended = _CUT_TAG.sub("", text), _CUT_TAG.sub("", mended)
    starts = [found.start() for found in _ENTRY_START.finditer(text)]
    cut = text[: starts[MOST_ENTRIES]] if len(starts) > MOST_ENTRIES else text
    feed = read_loosely(cut, address=address)
    feed.left_out += max(0, len(starts) - MOST_ENTRIES)
    if _told(feed) < min(len(starts), MOST_ENTRIES):
        other = read_xml(mended.encode("utf-8", "replace"), address=address, forgiving=True)
        if other and _told(other) > _told(feed):
            feed = other
    if not (feed.entries or starts or feed.links or plain(feed.title)):
        return Failed(failure=Failure.UNREADABLE, detail="XML too broken to find a feed in it")
    feed.warnings.append("Not well-formed XML: read as far as it makes sense.")
    return feed


def _told(feed: RawFeed) -> int:
    return sum(1 for entry in feed.entries if entry.title.text.strip() or entry.links or entry.content.text.strip())


def _document(feed: RawFeed, headers: Mapping[str, str], address: str, now: datetime, *, maybe_twice: bool) -> Document:
    base = address if is_web_address(address) else ""
    home_url = best_link(feed.links, feed.base or base)
    language = code_of(feed.language)
    where = Where(
        # RSS and JSON Feed do not say where relative links start; who writes them means the site, not the feed's folder
        address=base if feed.kind.startswith("atom") else home_url or base,
        language=language,
        authors=people(feed.authors),
        maybe_twice=maybe_twice,
    )
    entries, doubts = entries_of(feed, where, now)
    title = plain(feed.title)
    return Document(
        kind=feed.kind,
        title=title,
        home_url=home_url,
        language=language,
        ttl_minutes=minutes_of(feed),
        quiet_hours=quiet_hours_of(feed),
        hub_url=_linked(headers, "hub", base) or best_link(feed.links, base, kinds=("hub",)),
        self_url=_linked(headers, "self", base) or best_link(feed.links, base, kinds=("self",)),
        entries=entries,
        warnings=(*feed.warnings, *_left_out(feed), *doubts, *(_mojibake(title, entries) if maybe_twice else ())),
    )


def _left_out(feed: RawFeed) -> tuple[str, ...]:
    return (f"{feed.left_out:,} entries beyond {MOST_ENTRIES:,} were left out.",) if feed.left_out else ()


def _mojibake(title: str, entries: tuple[Entry, ...]) -> tuple[str, ...]:
    told = [title, *(f"{entry.title} {entry.summary}" for entry in entries)]
    return (MOJIBAKE,) if any(map(is_encoded_twice, told)) else ()


def _linked(headers: Mapping[str, str], rel: str, base: str) -> str:
    """Give the address that an HTTP Link header (RFC 8288) names for a relation, empty if none does."""
    for href, parameters in _LINK_HEADER.findall(headers.get("link", "")[:4_096]):
        said = _REL.search(parameters)
        if said and rel in (said[1] or said[2]).lower().split():
            return absolute(href, base)
    return ""
