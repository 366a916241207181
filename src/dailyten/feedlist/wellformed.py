"""What keeps a text from being an OPML list at all, every fault at once and in plain words.

Faults that have one obvious mend (a bare `&`, an entity of HTML, a `<` in a value) are mended in a copy, so that the
faults behind them are found in the same run. The copy is for looking only: a file with a fault is refused, never
repaired behind the editor's back.
"""

import html
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from xml.parsers.expat import errors as expat_errors

from dailyten.feedlist.fault import Finding, Severity
from dailyten.feedlist.sheet import DEEPEST, MOST_ELEMENTS, MOST_OUTLINES, Element, Sheet, Stopped, scan

MOST_ROUNDS = 30
"""Faults of the kind that is found one at a time before we stop looking for more."""

MOST_FOUND = 500
"""Faults that are found all at once before we stop looking for more."""

_QUIET = r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)"
"""Where an & is no reference; what is never closed reaches to the end, lest each opening be searched for its end."""
_REFERENCE = re.compile(rf"{_QUIET}|(&)(?:(#\d{{1,7}}|#x[0-9a-fA-F]{{1,6}}|[A-Za-z][A-Za-z0-9]{{0,31}});)?", re.DOTALL)
_BARE = re.compile(r"&(?!#?\w+;)")
_CUT_REFERENCE = re.compile(r"&#?\w{0,8}\Z")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ROOT = re.compile(
    r"(?>\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[[^\]]*\]\s*)?>)*+<([A-Za-z_][\w.:-]*)", re.DOTALL | re.IGNORECASE
)
_CONFLICT = re.compile(r"^<{7} .*$", re.MULTILINE)
_ADDRESSES = re.compile(r"\s*https?://[^\s<>]+\s*(?:\n|\Z)")
_NEXT_TAG = re.compile(r"(?><!--.*?-->|<[^A-Za-z_]|[^<])*+(?=<[A-Za-z_])", re.DOTALL)
_OPEN_VALUE = re.compile(r"""(<[^<>"']*(?>(?:"[^"]*"|'[^']*')[^<>"']*)*(["']))(?:(?!\2).)*\Z""", re.DOTALL)
_LINE_END = re.compile(r"[\r\n]")
_LETTERS = (range(0x20, 0xD800), range(0xE000, 0xFFFE), range(0x10000, 0x110000))
_PREDEFINED = frozenset(["amp", "lt", "gt", "quot", "apos"])
_FEEDS = frozenset(["rss", "feed", "rdf"])
_AROUND = 30
"""Characters of the line shown on each side of a mended place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mend:
    """A piece of the text, from `start` to `end`, and what should stand there."""

    start: int
    end: int
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A text with mends applied, and the way back from its characters to those of the original."""

    text: str
    starts: tuple[int, ...]
    shifts: tuple[int, ...]

    def original(self, offset: int) -> int:
        """Lead from a character of the copy to the original."""
        place = bisect_right(self.starts, offset) - 1
        return offset if place < 0 else offset - self.shifts[place]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """The faults of the text as XML and OPML (offsets of the original), and the sheet if one could be made at all."""

    sheet: Sheet | None
    copy: Copy
    findings: tuple[Finding, ...]


def mended(text: str, mends: Iterable[Mend]) -> Copy:
    """Apply mends that do not overlap."""
    pieces: list[str] = []
    starts: list[int] = []
    shifts: list[int] = []
    read = written = 0
    for mend in sorted(mends, key=lambda mend: mend.start):
        pieces += [text[read : mend.start], mend.new]
        written += mend.start - read + len(mend.new)
        read = mend.end
        starts.append(written)
        shifts.append(written - read)
    return Copy(text="".join([*pieces, text[read:]]), starts=tuple(starts), shifts=tuple(shifts))


def examine(text: str) -> Examined:
    """Find what is wrong with a text as XML and as OPML; what an outline *says* is the business of `lint`."""
    untouched = Copy(text=text, starts=(), shifts=())
    if (foreign := _foreign(text)) is not None:
        return Examined(sheet=None, copy=untouched, findings=(foreign,))
    found = list(islice(chain(_leading_blanks(text), _bare_references(text), _control_characters(text)), MOST_FOUND))
    findings = [finding for finding, _ in found]
    mends = [mend for _, mend in found]
    copy = mended(text, mends)
    for _ in range(MOST_ROUNDS):
        try:
            sheet = scan(copy.text)
        except Stopped as stopped:
            if stopped.reason == "doctype":
                return Examined(sheet=None, copy=copy, findings=(_entities(copy.original(stopped.offset)),))
            explained = _less_thans(stopped, copy) or [(_explain(stopped, copy), None)]
            findings += [finding for finding, _ in explained]
            more = [mend for _, mend in explained if mend is not None]
            if len(more) < len(explained) or len(findings) >= MOST_FOUND:
                return Examined(sheet=None, copy=copy, findings=tuple(findings))
            mends += more
            copy = mended(text, mends)
        else:
            return Examined(sheet=sheet, copy=copy, findings=(*findings, *_doctype(sheet, copy), *_strays(sheet, copy)))
    return Examined(sheet=None, copy=copy, findings=tuple(findings))


def _foreign(text: str) -> Finding | None:
    if not text.strip():
        return Finding(
            offset=0,
            rule="empty-file",
            words="The file is empty.",
            mend="Restore it from your version control or a backup.",
        )
    if conflict := _CONFLICT.search(text):
        return Finding(
            offset=conflict.start(),
            rule="merge-conflict",
            words="A merge was left unfinished here: the file holds two versions of the same lines.",
            mend="Keep the lines that you want, and delete those that begin with <<<<<<<, ======= and >>>>>>>.",
        )
    if _ADDRESSES.match(text):
        return Finding(
            offset=0,
            rule="not-xml",
            words="This is a list of addresses, not an OPML file.",
            mend="Add them one by one with dailyten feeds add ADDRESS.",
        )
    root = _ROOT.match(text)
    if root is None:
        return Finding(
            offset=len(text) - len(text.lstrip()),
            rule="not-xml",
            words=f'This is not an OPML file: it begins with "{" ".join(text[:200].split())[:20]}".',
            mend="An OPML file begins with <?xml or <opml; export the list as OPML from your reader.",
        )
    name = root.group(1).rpartition(":")[2].lower()
    return None if name == "opml" else _other_root(name, root.start(1))


def _other_root(name: str, offset: int) -> Finding:
    if name in {"html", "head", "body"}:
        return Finding(
            offset=offset,
            rule="web-page",
            words="This is a web page, not a feed list.",
            mend="Save the OPML file itself; often the address shows a login page to programs.",
        )
    if name in _FEEDS:
        return Finding(
            offset=offset,
            rule="is-a-feed",
            words="This is a feed, not a list of feeds.",
            mend='Put its address into a list, as <outline type="rss" text="Its name" xmlUrl="Its address"/>.',
        )
    return Finding(
        offset=offset,
        rule="not-opml",
        words=f"The outermost element is <{name}>, not <opml>.",
        mend="A feed list is <opml> with a <body> that holds <outline> elements.",
    )


def _leading_blanks(text: str) -> Iterable[tuple[Finding, Mend]]:
    blank = len(text) - len(text.lstrip())
    if blank and text.startswith("<?xml", blank):
        yield (
            Finding(
                offset=0,
                rule="blank-before-xml",
                words="There are blanks or empty lines before <?xml.",
                mend="Delete them: <?xml must be the very first thing in the file.",
            ),
            Mend(start=0, end=blank, new=""),
        )


def _bare_references(text: str) -> Iterable[tuple[Finding, Mend]]:
    for found in _REFERENCE.finditer(text):
        if found.group(1) and found.group(2) is None:
            yield _ampersand(text, found)
        elif found.group(1) and not _is_reference(found.group(2)):
            yield _unknown_entity(text, found)


def _is_reference(name: str) -> bool:
    if not name.startswith("#"):
        return name in _PREDEFINED
    code = int(f"0{name[1:]}", base=0) if name[1] == "x" else int(name[1:])
    return code in {9, 10, 13} or any(code in letters for letters in _LETTERS)


def _ampersand(text: str, found: re.Match[str]) -> tuple[Finding, Mend]:
    mend = Mend(start=found.start(), end=found.end(), new="&amp;")
    finding = Finding(
        offset=found.start(),
        rule="bare-ampersand",
        words="A bare & stands here; in XML it must be written &amp;.",
        mend=f"Write: {_shown(text, mend)}",
    )
    return finding, mend


def _unknown_entity(text: str, found: re.Match[str]) -> tuple[Finding, Mend]:
    name = found.group(2)
    letter = html.unescape(f"&{name};") if not name.startswith("#") else ""
    known = len(letter) == 1
    new = f"&#{ord(letter)};" if known else f"&amp;{name};"
    mend = Mend(start=found.start(), end=found.end(), new=new)
    finding = Finding(
        offset=found.start(),
        rule="unknown-entity",
        words=f"&{name}; means something in HTML but nothing in XML."
        if known
        else f"&{name}; stands for no letter; the & must be written &amp;.",
        mend=f"Write: {_shown(text, mend)}",
    )
    return finding, mend


def _control_characters(text: str) -> Iterable[tuple[Finding, Mend]]:
    for found in _CONTROL.finditer(text):
        yield (
            Finding(
                offset=found.start(),
                rule="control-character",
                words=f"An invisible control character (U+{ord(found.group()):04X}) stands here; XML forbids it.",
                mend="Delete it, or type the words around it anew.",
            ),
            Mend(start=found.start(), end=found.end(), new=""),
        )


def _doctype(sheet: Sheet, copy: Copy) -> Iterable[Finding]:
    if sheet.doctype_at >= 0:
        yield Finding(
            offset=copy.original(sheet.doctype_at),
            severity=Severity.WARNING,
            rule="doctype",
            words="The file names a document type; it is not read.",
            mend="Delete the <!DOCTYPE ...>: OPML has none.",
        )


def _strays(sheet: Sheet, copy: Copy) -> Iterable[Finding]:
    for place, words in sheet.strays:
        lost = "xmlurl" in words.lower()
        yield Finding(
            offset=copy.original(place),
            severity=Severity.ERROR if lost else Severity.WARNING,
            rule="stray-text",
            words=f'"{words[:40]}" stands between the outlines, where nothing reads it.',
            mend="A < is missing before it." if lost else "Delete it, or write it as a comment: <!-- ... -->.",
        )


_LIMITS = {
    "outlines": f"The file holds more than {MOST_OUTLINES:,} outlines.",
    "elements": f"The file holds more than {MOST_ELEMENTS:,} elements.",
    "depth": f"Elements stand more than {DEEPEST} deep inside one another.",
}


def _explain(stopped: Stopped, copy: Copy) -> Finding:
    offset = min(copy.original(stopped.offset), max(0, len(copy.text) - 1))
    if stopped.reason in _LIMITS:
        return Finding(
            offset=offset,
            rule="too-deep" if stopped.reason == "depth" else "too-many",
            words=_LIMITS[str(stopped.reason)],
            mend="Split the list, or take out what is no feed.",
        )
    words, mend = _in_words(stopped, copy)
    return Finding(offset=offset, rule="not-well-formed", words=words, mend=mend)


def _entities(offset: int) -> Finding:
    return Finding(
        offset=offset,
        rule="entities",
        words="The file declares entities or elements of its own; such files can be bombs and are not read.",
        mend="Delete the <!DOCTYPE ... ]> and write the words out.",
    )


def _less_thans(stopped: Stopped, copy: Copy) -> list[tuple[Finding, Mend | None]]:
    """Tell `title="a < b"` (mended up to the closing quote) from a quote that was never closed (mended by nobody)."""
    value = _value_around(stopped, copy) if copy.text.startswith("<", stopped.offset) else None
    if value is None:
        return []
    opening, closing = value
    if _LINE_END.search(copy.text, opening, stopped.offset):
        return [(_open_quote(copy, opening), None)]
    line_end = _LINE_END.search(copy.text, stopped.offset)
    end = min(closing, line_end.start() if line_end else closing)
    places = [place for place in range(stopped.offset, end) if copy.text[place] == "<"]
    return [_less_than(copy, place) for place in places[:MOST_FOUND]]


def _value_around(stopped: Stopped, copy: Copy) -> tuple[int, int] | None:
    """Find the quotes of the value that a place stands in: the first tag behind the last good one must lead to it."""
    tag = _NEXT_TAG.match(copy.text, stopped.tags_end)
    opened = _OPEN_VALUE.match(copy.text, tag.end(), stopped.offset) if tag else None
    if opened is None:
        return None
    quote_at = opened.end(1) - 1
    closing = copy.text.find(copy.text[quote_at], stopped.offset)
    return quote_at, closing if closing >= 0 else len(copy.text)


def _open_quote(copy: Copy, quote_at: int) -> Finding:
    quote = copy.text[quote_at]
    return Finding(
        offset=copy.original(quote_at),
        rule="quote-not-closed",
        words=f"The value that begins here with {quote} is never closed.",
        mend=f"Put a {quote} at its end.",
    )


def _less_than(copy: Copy, place: int) -> tuple[Finding, Mend]:
    original = copy.original(place)
    finding = Finding(
        offset=original,
        rule="bare-less-than",
        words="A bare < stands in a value; there it must be written &lt;.",
        mend=f"Write: {_shown(copy.text, Mend(start=place, end=place + 1, new='&lt;'))}",
    )
    return finding, Mend(start=original, end=original + 1, new="&lt;")


def _in_words(stopped: Stopped, copy: Copy) -> tuple[str, str]:
    code = expat_errors.messages.get(stopped.reason, "") if isinstance(stopped.reason, int) else ""
    opened = stopped.left_open[-1] if stopped.left_open else None
    if code == expat_errors.XML_ERROR_TAG_MISMATCH and opened is not None:
        return _mismatch(opened, copy)
    if code == expat_errors.XML_ERROR_NO_ELEMENTS and opened is not None:
        return (
            f"The file ends before <{opened.name}> of line {_line(copy, opened)} is closed; it seems to be cut off.",
            f"Restore the rest of the file, or add {_closing(stopped.left_open)} at its end.",
        )
    if code == expat_errors.XML_ERROR_DUPLICATE_ATTRIBUTE:
        name = copy.text[stopped.offset : stopped.offset + 40].partition("=")[0].strip()
        return f'The attribute "{name}" stands twice in this tag.', "Delete one of the two."
    if code == expat_errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT:
        return "Something follows after </opml>.", "Move it before </body>, or delete it."
    if code == expat_errors.XML_ERROR_UNCLOSED_TOKEN:
        return "What begins here is never closed.", "Close the tag with >, or the comment with -->."
    return _invalid_token(stopped.offset, copy)


def _mismatch(opened: Element, copy: Copy) -> tuple[str, str]:
    hint = " or end its tag with />" if opened.local == "outline" else ""
    return (
        f"The end tag here does not belong to <{opened.name}> of line {_line(copy, opened)}, which is still open.",
        f"Close that element with </{opened.name}>{hint}.",
    )


def _invalid_token(offset: int, copy: Copy) -> tuple[str, str]:
    came = copy.text[offset : offset + 1]
    before = copy.text[max(0, offset - 1) : offset]
    if came and came in "\u201c\u201d\u2018\u2019\u00ab\u00bb":
        return f"The value stands in typographic quotes ({came}).", 'Write straight quotes: "...".'
    if copy.text.rfind("<!--", 0, offset) > copy.text.rfind("-->", 0, offset):
        return (
            "Two hyphens stand inside a comment, where XML forbids them.",
            "Write one hyphen, or put a blank between.",
        )
    if before == "=":
        return "The value of this attribute has no quotes.", 'Put it in straight quotes: name="value".'
    if before and before in "\"'":
        spelled = "&quot;" if before == '"' else "&apos;"
        return (
            f"A {before} ends the value here, but more follows.",
            f"Write {spelled} if it is part of the value; otherwise put a blank behind it.",
        )
    shown = f'"{came}"' if came.strip() else "the end of the file" if not came else "a blank"
    return f"The file is not well-formed: {shown} cannot stand here.", "Compare the line with its neighbours."


def _line(copy: Copy, element: Element) -> int:
    return copy.text.count("\n", 0, element.start) + 1


def _closing(left_open: Sequence[Element]) -> str:
    return "".join(f"</{element.name}>" for element in reversed(left_open))


def _shown(text: str, mend: Mend) -> str:
    """Show a mended place with a few characters of its line on either side."""
    begin, end = max(0, mend.start - _AROUND), min(len(text), mend.end + _AROUND)
    line_start = max(text.rfind("\n", begin, mend.start), text.rfind("\r", begin, mend.start)) + 1
    line_end = _LINE_END.search(text, mend.end, end)
    cut_before, cut_after = begin > 0 and not line_start, end < len(text) and line_end is None
    begin, end = max(begin, line_start), line_end.start() if line_end else end
    before, after = text[begin : mend.start].lstrip(), _CUT_REFERENCE.sub("", text[mend.end : end]).rstrip()
    shown = f"{_BARE.sub('&amp;', before)}{mend.new}{_BARE.sub('&amp;', after)}"
    return f"{'...' if cut_before else ''}{shown}{'...' if cut_after else ''}"
