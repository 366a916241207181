"""From bytes to text: what the document claims, what the server claims, and what the bytes say themselves.

Valid UTF-8 beyond ASCII hardly ever arises by accident, so it wins over every claim of a single-byte encoding.
"iso-8859-1" and "ascii" mean windows-1252, as in every browser (WHATWG Encoding §4.2).
"""

import codecs
import re
from dataclasses import dataclass

from dailyten.parse.tidy import WINDOWS_1252

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED = (
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_EBCDIC = "<?xm".encode("cp037")
"""How XML begins on mainframes. Source: XML 1.0, appendix F.1."""
_DECLARED = re.compile(rb"<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']\s*([A-Za-z0-9._:-]{2,40})\s*[\"']")
_SAID = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{2,40})", re.IGNORECASE)
_SPOKEN = re.compile(rb"(?:<(?:dc:)?language>\s*|xml:lang\s*=\s*[\"'])([A-Za-z]{2})", re.IGNORECASE)
_HIGH = re.compile(rb"[\x80-\xff]")
_MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]{1,3}")
_WESTERN = frozenset(["ascii", "iso8859-1", "cp1252"])
_NEVER_MEANT = ("utf-16", "utf-32", "idna", "punycode", "unicode", "raw-unicode", "undefined", "oem", "mbcs")
_SEVEN_BIT = frozenset(["iso2022_jp", "iso2022_kr", "utf-7", "hz"])
_WESTERN_TO = "windows-1252"
_LIKELY = {
    "ru": ("windows-1251", "koi8-r"),
    "uk": ("windows-1251",),
    "bg": ("windows-1251",),
    "ja": ("shift_jis", "euc_jp", "iso2022_jp"),
    "zh": ("gb18030", "big5"),
    "ko": ("cp949",),
    "el": ("windows-1253",),
    "he": ("windows-1255",),
    "ar": ("windows-1256",),
    "pl": ("iso8859-2",),
    "cs": ("iso8859-2",),
    "hu": ("iso8859-2",),
    "tr": ("windows-1254",),
}
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949", "shift_jis": "cp932", "iso8859-9": "cp1254"}
FEW = 3
"""Characters beyond ASCII below which a claimed two-byte encoding is believed over an accident of UTF-8."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """The text of a body, the encoding that it really had, and what was repaired."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(body: bytes, content_type: str = "") -> Decoded:
    """Turn a body into text. Never fails: bytes that mean nothing become single windows-1252 characters."""
    marked = _marked(body)
    if marked:
        return marked
    declared, said = claims(body, content_type)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(body, declared, said)
    claimed = declared or said
    if claimed in ("", "utf-8") or (text.isascii() and claimed not in _SEVEN_BIT):
        return Decoded(text=text, encoding="utf-8")
    if _believed(body, claimed):
        return _with_claim(body, claimed)
    return Decoded(text=text, encoding="utf-8", warnings=(f"The text is UTF-8, not {claimed} as claimed.",))


def _marked(body: bytes) -> Decoded | None:
    """Decode what begins with a byte order mark, with "<" in two or four bytes, or as EBCDIC writes XML."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            unmarked = body[len(mark) :]
            broken = name == "utf-8" and not _decodes(unmarked, name)
            return _repaired(unmarked, name) if broken else _with_claim(unmarked, name)
    if body.startswith(_EBCDIC):
        declared, _ = claims(body[:1024].decode("cp037").encode("utf-8"))
        return _with_claim(body, declared or "cp037")
    begin = body[:100].lstrip(b"\r\n\t ")
    return next((_with_claim(body, name) for start, name in _UNMARKED if begin.startswith(start)), None)


def claims(body: bytes, content_type: str = "") -> tuple[str, str]:
    """Give the encodings that the document and the server claim, by Python's names, empty where there is none."""
    declared = _DECLARED.search(body[:1024])
    said = _SAID.search(content_type)
    return _name(declared[1].decode("ascii") if declared else ""), _name(said[1] if said else "")


def _name(claimed: str) -> str:
    """Give Python's name of an encoding for text, empty for one that does not exist or cannot be meant."""
    try:
        found = codecs.lookup(claimed)
    except (LookupError, ValueError):
        return ""
    is_text = getattr(found, "_is_text_encoding", True)
    return "" if not is_text or found.name.startswith(_NEVER_MEANT) else found.name


def _believed(body: bytes, claimed: str) -> bool:
    """Say whether a claim holds although the bytes are valid UTF-8."""
    if claimed in _WESTERN or claimed.startswith(("iso8859", "cp125", "koi8", "mac")):
        return False
    return len(_MULTIBYTE.findall(body)) < FEW and _decodes(body, claimed)


def _not_utf8(body: bytes, declared: str, said: str) -> Decoded:
    ordered = [declared, said] if said in _WESTERN | {"utf-8", ""} else [said, declared]
    for claimed in filter(None, ordered):
        if claimed in _WESTERN:
            return _western(body, ())
        if claimed != "utf-8" and _decodes(body, _WIDER.get(claimed, claimed)):
            return _with_claim(body, claimed)
    for claimed in filter(None, ordered):
        if claimed != "utf-8" and claimed in _WIDER:
            return _with_claim(body, claimed)
    return _repaired(body, declared or said)


def _repaired(body: bytes, claimed: str) -> Decoded:
    """Decode what claims to be UTF-8, or nothing, and is not."""
    says = f"The text is not {claimed} as claimed" if claimed else "The text names no encoding"
    good = len(_MULTIBYTE.findall(body))
    bad = len(_HIGH.findall(_MULTIBYTE.sub(b"", body)))
    if good > bad:
        text = body.decode("utf-8", _MIXED)
        return Decoded(text=text, encoding="utf-8", warnings=(f"{says}: {bad} stray bytes were read as windows-1252.",))
    spoken = _SPOKEN.search(body[:4096])
    for likely in _LIKELY.get(spoken[1].decode("ascii").lower() if spoken else "", ()):
        if _decodes(body, likely):
            return Decoded(text=body.decode(likely), encoding=likely, warnings=(f"{says}: read as {likely}.",))
    return _western(body, (f"{says}: read as windows-1252.",))


def _with_claim(body: bytes, claimed: str) -> Decoded:
    name = _WIDER.get(claimed, claimed)
    text = body.decode(name, "replace")
    if "\ufffd" not in text:
        return Decoded(text=text, encoding=claimed)
    return Decoded(text=text, encoding=claimed, warnings=(f"Some bytes are no {claimed}: each became \ufffd.",))


def _western(body: bytes, warnings: tuple[str, ...]) -> Decoded:
    """Decode windows-1252; its five unused bytes stay the control characters they are in iso-8859-1."""
    text = body.decode("iso-8859-1").translate(WINDOWS_1252)
    return Decoded(text=text, encoding=_WESTERN_TO, warnings=warnings)


def _decodes(body: bytes, name: str) -> bool:
    try:
        body.decode(name)
    except (UnicodeError, LookupError):
        return False
    return True


def _stray(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("iso-8859-1").translate(WINDOWS_1252), error.end


_MIXED = "dailyten.stray-bytes-are-windows-1252"
codecs.register_error(_MIXED, _stray)
