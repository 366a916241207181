"""Characters: what never belongs into text, what lies about its direction, and text that was encoded twice.

A whole document is tidied once, raw characters and references to them alike; then its parts need no second look.
"""

import html
import re

WINDOWS_1252 = {
    byte: bytes([byte]).decode("windows-1252")
    for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
"""Where the C1 control characters come from: windows-1252 taken for iso-8859-1."""
_BYTE_OF = {ord(letter): byte for byte, letter in WINDOWS_1252.items()}

_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\ufeff\u202d\u202e]")
_TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SEEN_BY_NOBODY = " \t\r\n\u00ad\u200b\u200c\u200d\u2060"
"""What joins or parts letters: at either end of a text there is nothing to join, and alone it is no text."""
_GONE = {
    **dict.fromkeys([*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)]),
    **dict.fromkeys([0xFFFE, 0xFFFF, 0xFEFF, 0x202D, 0x202E]),
    **WINDOWS_1252,
}
_GONE_BUT_C0 = {code: to for code, to in _GONE.items() if chr(code) > "\x7f"}
_TWICE = re.compile(
    "[\u00c2\u00c3\u00c5\u00d0\u00d1\u00e2][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]"
)
_ODD_BYTES = tuple(
    re.compile(pattern)
    for pattern in (rb"\xc2[\x80-\x9f]", rb"\xe2\x80[\xad\xae]", rb"\xef(?:\xbb\xbf|\xbf[\xbe\xbf])")
)
_ODD_NUMBER = (
    r"(?:0*(?:[0-8]|1[124-9]|2\d|3[01]|12[7-9]|1[345]\d|823[78]|65279)"
    r"|[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]|7[fF]|[89][0-9a-fA-F]|202[dDeE]|[fF][eE][fF][fF]));"
)
_ODD_REFERENCE = re.compile(f"&(?:amp;)?#{_ODD_NUMBER}")
_HAS_ODD_REFERENCE = re.compile(f"#(?:(?<=&#)|(?<=&amp;#)){_ODD_NUMBER}")
_TWICE_BY_REFERENCE = re.compile(r"&(?:amp;)?#(?:19[457]|20[89]|226);&(?:amp;)?#1[2-9]\d;")
"""The same marks, written as references to characters."""
_TWICE_BYTES = re.compile(rb"\xc3[\x82\x83\x85\x90\x91\xa2][\xc2\xc5\xc6\xcb\xe2]")


def tidied(text: str) -> tuple[str, bool]:
    """Tidy a whole document: no odd character, nor a reference to one, is left in its markup.

    Says also whether some of it may be encoded twice; then the characters stay, for they may be bytes of others, and
    whoever undoes that has to tidy. Works on UTF-8, where both are found ten times faster.
    """
    encoded = text.encode("utf-8", "replace")
    maybe_twice = _TWICE_BYTES.search(encoded) is not None
    if not maybe_twice and any(pattern.search(encoded) for pattern in _ODD_BYTES):
        text = text.translate(_GONE_BUT_C0)
    if _HAS_ODD_REFERENCE.search(text):
        maybe_twice = maybe_twice or _TWICE_BY_REFERENCE.search(text) is not None
        text = _ODD_REFERENCE.sub(_meant, text)
    return text, maybe_twice


def _meant(reference: re.Match[str]) -> str:
    return html.escape(without_control(html.unescape(reference[0].replace("&amp;", "&"))), quote=False)


def without_control(text: str) -> str:
    """Drop control characters and direction overrides (U+202D, U+202E); C1 becomes what windows-1252 means by it."""
    return text.translate(_GONE) if _ODD.search(text) else text


def on_one_line(text: str) -> str:
    """Fold white space and drop everything that controls or turns the line; for titles, names, tags, summaries."""
    if not (text.isascii() and text.isprintable()):
        text = _TURNING.sub("", without_control(text)).strip(_SEEN_BY_NOBODY)
    return " ".join(text.split())


def is_encoded_twice(text: str) -> bool:
    """Say whether text shows the marks of UTF-8 that was taken for a Western encoding and encoded again."""
    return not text.isascii() and _TWICE.search(text) is not None


def encoded_once(text: str) -> str:
    """Undo a double encoding where the whole text proves to be one; else give it back unchanged."""
    if not is_encoded_twice(text):
        return text
    try:
        return text.translate(_BYTE_OF).encode("iso-8859-1").decode("utf-8")
    except UnicodeError:
        return text
