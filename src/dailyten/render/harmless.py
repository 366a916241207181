"""The last door before paper: words and addresses of publishers, made fit to be shown anywhere.

Parsing has sanitised them already; this guards what was stored before a fault there was mended, and the formats'
own rules (XML 1.0 allows few control characters, a mail header none).
"""

import re
import unicodedata
from urllib.parse import urlsplit

from dailyten.text.shorten import shorten

MOST_URL_CHARACTERS = 2_000

_STEERING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Marks that turn the writing direction; left open, they turn the rest of the line or header too."""
_UNSHOWABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
    + "]"
)
_NO_INK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks by their class, that no font draws: fillers and joiners (Unicode: Default_Ignorable)."""
_SPACE = re.compile(r"\s+")
_NOT_IN_URL = re.compile(r"[\s<>\"\\^`{|}\x00-\x20\x7f-\x9f\ud800-\udfff]")
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


def line(text: str, most_characters: int) -> str:
    """Give words on one line: no control characters, no steering marks, single spaces, at most so many characters.

    Words of which nothing can be seen are no words: "" for them.
    """
    shown = _SPACE.sub(" ", _UNSHOWABLE.sub(" ", _STEERING.sub("", text))).strip()
    return shorten(_without_towers(shown), most_characters) if _can_be_seen(shown) else ""


def link(url: str) -> str:
    """Give an address if it is one of the web that may stand in an `href`, else nothing."""
    if len(url) > MOST_URL_CHARACTERS or _NOT_IN_URL.search(url):
        return ""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and host else ""


def slug(key: str) -> str:
    """Give a key as a part of an address; a key with other than letters, digits, _ and - is spelled in hex."""
    return key if _SLUG.fullmatch(key) else "key-" + key.encode("utf-8", "surrogatepass").hex()[:80]


def language(code: str) -> str:
    """Give a language code if it can stand in `lang`, else nothing."""
    return code if _LANGUAGE.fullmatch(code) else ""


def _can_be_seen(text: str) -> bool:
    """Say whether any character leaves ink: spaces of no width, joiners and fillers leave none."""
    return any(each not in _NO_INK and unicodedata.category(each)[0] not in "ZC" for each in text)


def _without_towers(text: str) -> str:
    """Keep at most four combining marks in a row: more of them climb over the neighbouring lines."""
    if text.isascii():
        return text
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= 4:  # noqa: PLR2004 - Vietnamese and pointed Hebrew need three, one to spare
            kept.append(character)
    return "".join(kept)
