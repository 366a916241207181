"""Bytes of a feed list to text and back, without losing a byte.

The order of trust is that of XML 1.0 appendix F: a byte order mark, then the shape of the first bytes, then the claim
of the first line, then UTF-8. One claim we do not believe: an 8-bit encoding over letters that are valid UTF-8, which
by accident hardly happens and by export scripts all the time.
"""

import codecs
import re
from dataclasses import dataclass

from dailyten.feedlist.fault import Finding, Severity

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SHAPES = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
_CLAIM = re.compile(rb"""^\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_KNOWN = re.compile(
    r"utf-?8|utf-?16(?:-?[lb]e)?|(?:us-)?ascii|iso-?8859-\d+|latin-?\d|(?:windows-|cp)\d+|koi8-[ru]|macintosh"
    r"|gb2312|gbk|gb18030|big5|shift_jis|euc-(?:jp|kr)",
    re.IGNORECASE,
)
_WIDE = re.compile(r"utf-?16", re.IGNORECASE)
_NOT_TEXT = ((b"\x1f\x8b", "a gzip archive"), (b"PK\x03\x04", "a zip archive"), (b"%PDF", "a PDF document"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """The text, the mark before it, the encoding it is really in, and whether the file claims another one."""

    text: str
    mark: bytes
    encoding: str
    claim: str
    disputed: bool

    def encode(self, text: str) -> bytes:
        """Write a text as this one was written."""
        return self.mark + text.encode(self.encoding)

    def spell(self, piece: str) -> str:
        """Spell a new piece so that the file can hold it: letters that its encoding lacks become `&#NNN;`."""
        encoding = "ascii" if self.disputed else self.encoding
        return piece.encode(encoding, "xmlcharrefreplace").decode(encoding)


def decode(body: bytes) -> Decoded | Finding:
    """Decode a feed list, or say what stands in the way; the offset of that finding counts bytes."""
    for magic, what in _NOT_TEXT:
        if body.startswith(magic):
            return _not_text(what)
    mark, encoding = next(((mark, name) for mark, name in _MARKS if body.startswith(mark)), (b"", ""))
    plain = body[len(mark) :]
    claim = _claim(plain)
    encoding = encoding or next((name for shape, name in _SHAPES if plain.startswith(shape)), "")
    if not encoding:
        if claim and not is_known_encoding(claim):
            return _unknown(claim, plain)
        encoding = _by_claim(claim, plain)
    return _decoded(plain, mark, encoding, claim)


def wrong_claim(decoded: Decoded) -> Finding | None:
    """Say that the first line claims another encoding than the file has."""
    if not decoded.disputed:
        return None
    return Finding(
        offset=max(0, decoded.text.find(decoded.claim)),
        severity=Severity.WARNING,
        rule="wrong-encoding",
        words=f"The first line says that the file is written in {decoded.claim}, but it is in {_name(decoded)}.",
        mend=f'Write encoding="{_name(decoded)}" there.',
    )


def _decoded(plain: bytes, mark: bytes, encoding: str, claim: str) -> Decoded | Finding:
    try:
        text = plain.decode(encoding)
    except UnicodeDecodeError as error:
        return _wrong_letter(error, len(mark), encoding)
    disputed = bool(claim) and not _same(claim, encoding)
    decoded = Decoded(text=text, mark=mark, encoding=encoding, claim=claim, disputed=disputed)
    return decoded if decoded.encode(text) == mark + plain else _unknown(encoding, plain)


def _claim(plain: bytes) -> str:
    found = _CLAIM.match(plain[:400].replace(b"\x00", b""))
    return found.group(1).decode("ascii") if found else ""


def is_known_encoding(claim: str) -> bool:
    """Say whether a name means an encoding of text, and not one of Python's other codecs (zlib, rot13, idna)."""
    if not _KNOWN.fullmatch(claim):
        return False
    try:
        codecs.lookup(claim)
    except LookupError:
        return False
    return True


def _by_claim(claim: str, plain: bytes) -> str:
    if not claim or _WIDE.match(claim):
        return "utf-8"
    eight_bit = len("\xe9".encode(claim, "replace")) == 1
    if eight_bit and not plain.isascii() and _is_utf8(plain):
        return "utf-8"
    return codecs.lookup(claim).name


def _is_utf8(plain: bytes) -> bool:
    try:
        plain.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _same(claim: str, encoding: str) -> bool:
    if _WIDE.match(claim):
        return encoding.startswith("utf-16")
    return is_known_encoding(claim) and codecs.lookup(claim).name == codecs.lookup(encoding).name


def _name(decoded: Decoded) -> str:
    return decoded.encoding.upper().removesuffix("-LE").removesuffix("-BE")


def _not_text(what: str) -> Finding:
    return Finding(
        offset=0,
        rule="not-text",
        words=f"This is {what}, not a text file.",
        mend="Unpack or export the feed list first; it begins with <opml or <?xml.",
    )


def _unknown(claim: str, plain: bytes) -> Finding:
    return Finding(
        offset=max(0, plain.find(claim.encode())),
        rule="unknown-encoding",
        words=f'The first line says that the file is written in "{claim}", which cannot be read safely here.',
        mend='Save the file as UTF-8 and write encoding="UTF-8" in its first line.',
    )


def _wrong_letter(error: UnicodeDecodeError, skipped: int, encoding: str) -> Finding:
    came = " ".join(f"{byte:02X}" for byte in error.object[error.start : error.start + 2])
    return Finding(
        offset=skipped + error.start,
        rule="not-in-its-encoding",
        words=f"The letter here (bytes {came}) does not exist in {encoding.upper()}, in which the file is read.",
        mend="Save the file as UTF-8. If an old Windows program wrote it, "
        'encoding="windows-1252" in the first line may be what is missing.',
    )
