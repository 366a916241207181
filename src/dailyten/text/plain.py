"""HTML to plain text. Sanitising is the parser's work; this only takes the words out of what is already there."""

import html
import re

import nh3

DEEPEST = 500
"""Start tags left open at once before we stop trusting the structure: nh3 is quadratic on nested divs (100,000
unclosed ones take 36 s, measured November 2026)."""

_TAG = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9]*)\b([^<>]*)>")
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_BLOCK = re.compile(
    r"</?(?:p|div|br|hr|li|ul|ol|h[1-6]|tr|td|th|table|blockquote|section|article|header|footer|figure|figcaption|pre"
    r"|dt|dd|dl)\b[^<>]*>",
    re.IGNORECASE,
)
_SILENT = re.compile(r"<(script|style|head|template|noscript)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_ANY_TAG = re.compile(r"<[^<>]*>")
_STRIPPER = nh3.Cleaner(tags=set())
_SPACE = re.compile(r"\s+")
_LINES_APART = re.compile(r"<br\b[^<>]*>(?:\s*<br\b[^<>]*>)+", re.IGNORECASE)
_LINE = re.compile(r"<br\b[^<>]*>", re.IGNORECASE)
_ENDS = re.compile(r"[^\S\n]*\n\s*")


def is_too_deep(markup: str) -> bool:
    """Say whether more than `DEEPEST` start tags are left open at once; nobody looks where there are not so many."""
    if (signs := markup.count("<")) <= DEEPEST or signs - markup.count("</") <= DEEPEST:
        return False
    open_now = 0
    for name, rest in _TAG.findall(markup):
        if name[0] == "/":
            open_now = max(0, open_now - 1)
        elif rest[-1:] != "/" and name.lower() not in _VOID:
            open_now += 1
            if open_now > DEEPEST:
                return True
    return False


def plain_text(markup: str) -> str:
    """Give the words of a piece of HTML on one line: no tags, entities resolved once, white space folded.

    Blocks end a word, so `<p>one</p><p>two</p>` is "one two". Markup nested deeper than `DEEPEST` is stripped by
    pattern instead of parsed.
    """
    if "<" not in markup and "&" not in markup:
        return _SPACE.sub(" ", markup).strip()
    spaced = _BLOCK.sub(" ", _SILENT.sub(" ", markup))
    bare = _ANY_TAG.sub("", spaced) if is_too_deep(spaced) else _STRIPPER.clean(spaced)
    return _SPACE.sub(" ", html.unescape(bare)).strip()


def paragraphs(markup: str) -> str:
    """Give the words of a piece of HTML with a line for each block: a heading and what follows are no one sentence.

    A single line break inside a block is a space, as where mails are wrapped; two end a block.
    """
    if "<" not in markup and "&" not in markup:
        return _SPACE.sub(" ", markup).strip()
    flat = _SPACE.sub(" ", _SILENT.sub(" ", markup))
    broken = _BLOCK.sub("\n", _LINE.sub(" ", _LINES_APART.sub("\n", flat)))
    bare = _ANY_TAG.sub("", broken) if is_too_deep(broken) else _STRIPPER.clean(broken)
    return _ENDS.sub("\n", re.sub(r"[^\S\n]+", " ", html.unescape(bare))).strip()
