"""What came, judged by the body and not by what the server calls it."""

import re
from enum import Enum, auto

_LOOKED_AT = 65_536
_BLANK = "\ufeff \t\r\n\0"
_MAGIC = (
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"BM", "a picture"),
    (b"\x00\x00\x01\x00", "a picture"),
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"Rar!", "a RAR archive"),
    (b"ID3", "a sound file"),
    (b"OggS", "a sound file"),
    (b"SQLite format 3", "a database"),
    (b"\x7fELF", "a program"),
)
_ASIDE = r"(?>\s|\ufeff|<\?.*?\?>|<!--.*?-->|<!DOCTYPE\b(?>[^>\[]|\[.*?\])*+>)*+"
_FIRST_TAG = re.compile(_ASIDE + r"<(?P<name>[A-Za-z_][\w.:-]*)", re.DOTALL | re.IGNORECASE)
_WEB_PAGE = re.compile(r"<!DOCTYPE\s+html\b|<html\b", re.IGNORECASE)
_FEED_TAG = re.compile(r"<(?:[A-Za-z][\w.-]*:)?(?:rss|rdf|feed|channel)(?=[\s/>])", re.IGNORECASE)
_ENTRY_TAG = re.compile(r"<(?:[A-Za-z][\w.-]*:)?(?:item|entry)(?=[\s/>])", re.IGNORECASE)
_OUT_OF_PLACE = re.compile(r"<(?:script|body|head|meta|div)\b", re.IGNORECASE)
_PAGE_TAGS = frozenset("html body head script div meta title center p h1 h2 br b link style table span a".split())
_ROOTS = frozenset(["rss", "rdf", "feed", "channel", "entry"])


_KNOWN = {"opml": "a list of feeds (OPML)", "urlset": "a site map", "sitemapindex": "a site map"}


class Shape(Enum):
    """How a body is to be read."""

    XML = auto()
    JSON = auto()


def binary_kind(body: bytes) -> str:
    """Name a body that is no text at all, by its first bytes; empty if it may be text."""
    for magic, words in _MAGIC:
        if body.startswith(magic) and (magic != b"BM" or b"\x00" in body[:64]):
            return words
    if body.startswith(b"RIFF") and body[8:12] == b"WEBP":
        return "a picture"
    if body[4:8] == b"ftyp":
        return "a video"
    return ""


def shape_of(text: str) -> Shape | str:
    """Say how to read a text, or what it is instead of a feed, in words."""
    head = text[:_LOOKED_AT].lstrip(_BLANK) or text.lstrip(_BLANK)[:_LOOKED_AT]
    if not head:
        return "an empty body"
    if head[0] in "{[":
        return Shape.JSON
    if "\x00" in head[:1024] and not _FEED_TAG.search(head):
        return "binary data"
    first = _FIRST_TAG.match(head)
    name = (first["name"] if first else "").lower()
    if name.rpartition(":")[2] in _ROOTS:
        return Shape.XML
    return _by_its_tags(text, head, name)


def root_name(text: str) -> str:
    """Give the name of the first element as written, empty if there is none."""
    first = _FIRST_TAG.match(text[:_LOOKED_AT])
    return first["name"][:40] if first else ""


def _by_its_tags(text: str, head: str, name: str) -> Shape | str:
    feed = _FEED_TAG.search(text)
    page = _WEB_PAGE.search(head)
    if feed and _ENTRY_TAG.search(text, feed.end()) and not (page and page.start() < feed.start()):
        return Shape.XML
    if page or name in _PAGE_TAGS:
        return "a web page"
    if name:
        return _KNOWN.get(name.rpartition(":")[2], f"an XML document <{name[:40]}>")
    if _OUT_OF_PLACE.search(head):
        return "a web page"
    if head.startswith("<?php"):
        return "a PHP program"
    return "an XML document without a root" if head.startswith("<?xml") else "plain text"
