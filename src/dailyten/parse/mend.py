"""Faults of XML that can be mended without guessing, so that a strict reader can go on."""

import html
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dailyten.parse.names import ADDRESS_OF

_XML_DECLARATION = re.compile(r"<\?xml\b[^>]*\?>", re.IGNORECASE)
_ROOT = re.compile(r"<(?:[A-Za-z][\w.-]*:)?(?:rss|RDF|feed|channel|entry)(?=[\s/>])", re.IGNORECASE)
_APART = re.compile(r"(<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z))", re.DOTALL)
_BAD_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&(?:#(\d{1,8}|[xX][0-9a-fA-F]{1,7});|([A-Za-z][A-Za-z0-9]{1,31});)?")
_PAIR = re.compile(
    r"&#(?:x(d[89ab][0-9a-f]{2})|(5(?:529[6-9]|5[3-9]\d{2}|6[0-2]\d{2}|63[01]\d)));"
    r"&#(?:x(d[c-f][0-9a-f]{2})|(5(?:632\d|63[2-9]\d|6[4-9]\d{2}|7[0-2]\d{2}|73[0-3]\d|734[0-3])));",
    re.IGNORECASE,
)
"""A character beyond U+FFFF, written as the two halves that UTF-16 makes of it."""
_IN_XML = frozenset(["amp", "lt", "gt", "quot", "apos"])
_TAG = re.compile(r"<[A-Za-z_][^<>]*>")
_USED_PREFIX = re.compile(r"(?:^<|\s)([A-Za-z_][\w.-]*):(?=[A-Za-z_])")
_DECLARED_PREFIX = re.compile(r"\bxmlns:([A-Za-z_][\w.-]*)\s*=")
_QUOTED = re.compile(r"(\"[^\"]*\"|'[^']*')")
_UNQUOTED_VALUE = re.compile(r"(\s[\w:.-]+=)([^\s\"'<>=]+)(?=[\s/>])")


@dataclass(frozen=True, slots=True)
class Mended:
    """Text that may now be well-formed, and what was done to it in plain words."""

    text: str
    mends: tuple[str, ...]


def mend(text: str, entities: Mapping[str, str]) -> Mended:
    """Mend what stands before and after the document, stray characters and ampersands, and undeclared prefixes."""
    mends: list[str] = []
    steps: tuple[tuple[Callable[[str], str], str], ...] = (
        (_without_surroundings, "something before or after the document"),
        (lambda said: _BAD_CHARACTER.sub("", said), "characters that XML forbids"),
        (lambda said: _outside_cdata(said, entities), "ampersands that were not escaped or names XML does not know"),
        (_with_quotes, "attributes without quotes"),
        (_with_prefixes, "prefixes that were never declared"),
    )
    for step, words in steps:
        better = step(text)
        if better != text:
            mends.append(words)
            text = better
    return Mended(text, tuple(mends))


def without_declaration(text: str) -> str:
    """Cut the XML declaration off: the text is decoded already, whatever it says of its encoding."""
    found = _XML_DECLARATION.search(text, 0, 1024)
    return text[: found.start()] + text[found.end() :] if found else text


def _without_surroundings(text: str) -> str:
    root = _ROOT.search(text)
    if not root:
        return text
    name = text[root.start() + 1 : root.end()]
    end = text.rfind(f"</{name}")
    close = text.find(">", end) + 1 if end > root.start() else 0
    return text[root.start() : close] if close else text[root.start() :]


def _outside_cdata(text: str, entities: Mapping[str, str]) -> str:
    pieces = _APART.split(text)
    pieces[::2] = [
        _REFERENCE.sub(lambda found: _reference(found, entities), _PAIR.sub(_joined, piece)).replace("]]>", "]]&gt;")
        for piece in pieces[::2]
    ]
    return "".join(pieces)


def _joined(pair: re.Match[str]) -> str:
    high, low = (
        int(pair[hexadecimal], 16) if pair[hexadecimal] else int(pair[hexadecimal + 1]) for hexadecimal in (1, 3)
    )
    return chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00)


def _reference(found: re.Match[str], entities: Mapping[str, str]) -> str:
    number, name = found[1], found[2]
    if number:
        code = int(number[1:], 16) if number[0] in "xX" else int(number)
        return found[0] if _is_character(code) else "\ufffd"
    if not name:
        return "&amp;" + found[0][1:]
    if name in _IN_XML:
        return found[0]
    meant = entities.get(name) or html.unescape(found[0])
    return html.escape(html.unescape(meant), quote=True) if meant != found[0] else "&amp;" + found[0][1:]


def _is_character(code: int) -> bool:
    return code <= sys.maxunicode and code != 0 and not _BAD_CHARACTER.match(chr(code))


def _with_quotes(text: str) -> str:
    pieces = _APART.split(text)
    pieces[::2] = [_TAG.sub(lambda tag: _quoted(tag[0]), piece) for piece in pieces[::2]]
    return "".join(pieces)


def _quoted(tag: str) -> str:
    if "=" not in tag:
        return tag
    pieces = _QUOTED.split(tag)
    pieces[::2] = [_UNQUOTED_VALUE.sub(r'\1"\2"', piece) for piece in pieces[::2]]
    return "".join(pieces)


def _with_prefixes(text: str) -> str:
    tags = [_QUOTED.sub('""', tag) for tag in _TAG.findall(_APART.sub("", text))]
    used = {prefix for tag in tags for prefix in _USED_PREFIX.findall(tag)}
    declared = set(_DECLARED_PREFIX.findall(text)) | {"xml", "xmlns"}
    missing = "".join(
        f' xmlns:{prefix}="{ADDRESS_OF.get(prefix, f"urn:undeclared:{prefix}")}"' for prefix in sorted(used - declared)
    )
    root = _ROOT.search(text)
    return text[: root.end()] + missing + text[root.end() :] if missing and root else text
