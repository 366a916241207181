"""Documents that are refused before anything reads them, for reading them would cost more than they are worth."""

import re
from collections.abc import Mapping

from dailyten.model.fetched import Failed, Failure

MOST_BYTES = 10_000_000
MOST_ENTRIES = 2_000
MOST_ATTRIBUTES = 1_000
"""Equal signs in one tag: 100,000 attributes run feedparser past 60 s (measured November 2026)."""
DEEPEST_XML = 250
"""Elements open at once. libxml2 gives up at 256; no format needs more than ten, no XHTML more than a few dozen."""
MOST_DECLARED = 500
"""Entities that a document type may declare; the HTML set has 253."""

_DOCTYPE_WITHIN = 200_000
"""Characters at the beginning in which a document type has to end."""

_LONG_TAG = re.compile(r"<[a-zA-Z!/?][^<>]{2000,}")
_APART = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)", re.DOTALL)
_STEP = re.compile(r"<(/?)([a-zA-Z_][\w.:-]*)[^<>]*?(/?)>")
_ENTRIES = frozenset(["item", "entry"])
_PROLOG = re.compile(r"(?>\s|\ufeff|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_DOCTYPE = re.compile(
    r"<!DOCTYPE\b(?>[^<>\[\"']|\"[^\"]*\"|'[^']*')*+"
    r"(?:\[((?>[^\]\"'<]|\"[^\"]*\"|'[^']*'|<!--.*?-->|<(?!!--)(?>[^<>\"']|\"[^\"]*\"|'[^']*')*+>)*+)\]\s*)?>",
    re.DOTALL | re.IGNORECASE,
)
_ENTITY = re.compile(r"<!ENTITY\s+([A-Za-z_][\w.-]*)\s+(?:\"([^\"]*)\"|'([^']*)')\s*>")


def too_many_attributes(text: str) -> bool:
    """Say whether one tag holds more than `MOST_ATTRIBUTES` equal signs."""
    return text.count("=") > MOST_ATTRIBUTES and any(
        tag[0].count("=") > MOST_ATTRIBUTES for tag in _LONG_TAG.finditer(text)
    )


def too_many_words_in_a_tag(markup: str) -> bool:
    """Say the same of HTML, whose attributes need no equal sign."""
    return too_many_attributes(markup) or any(
        len(tag[0].split()) > MOST_ATTRIBUTES for tag in _LONG_TAG.finditer(markup)
    )


def nests_too_deep(text: str) -> bool:
    """Say whether elements of XML nest deeper than `DEEPEST_XML`, whether or not it is well-formed.

    Every entry counts anew: what the entries before it left open is a fault of theirs, and no depth.
    """
    open_now = 0
    for closing, name, empty in _STEP.findall(_APART.sub("", text)):
        if not closing and name.rpartition(":")[2].lower() in _ENTRIES:
            open_now = 0
        open_now = max(0, open_now + (-1 if closing else 0 if empty else 1))
        if open_now > DEEPEST_XML:
            return True
    return False


def without_doctype(text: str) -> tuple[str, Mapping[str, str]] | Failed:
    """Cut the document type off and give the harmless entities that it declares.

    External entities are never loaded and mean nothing here. Entities whose value names other entities are what
    bombs are made of: `Failed(TOO_HARD)`.
    """
    prolog = _PROLOG.match(text, 0, _DOCTYPE_WITHIN)
    found = _DOCTYPE.match(text, prolog.end() if prolog else 0, _DOCTYPE_WITHIN)
    if not found:
        return text, {}
    declared = {name: double or single for name, double, single in _ENTITY.findall(found[1] or "")}
    names = {f"&{name};" for name in declared}
    refers = any("&" in value and any(name in value for name in names) for value in declared.values())
    if refers or len(declared) > MOST_DECLARED or sum(map(len, declared.values())) > MOST_BYTES // 100:
        return Failed(failure=Failure.TOO_HARD, detail="its document type declares entities that expand into others")
    return text[: found.start()] + text[found.end() :], declared
