"""A mail's markup as a tree, and what of it shows."""

from lxml import html as parser
from lxml.etree import ParserError, _Comment, _Element, _ProcessingInstruction

READER = parser.HTMLParser(encoding="utf-8")
UNSEEN = frozenset({"style", "script", "head", "title"})
IN_LINE = frozenset({"a", "span", "b", "i", "em", "strong", "code", "small"})


def tree_of(markup: str) -> _Element:
    """Parse a mail as browsers do; what holds nothing to parse is an empty page."""
    try:
        return parser.document_fromstring(markup.encode() or b"<html></html>", parser=READER)
    except ParserError:
        return parser.document_fromstring(b"<html></html>")


def text_at(root: _Element, path: str) -> str:
    """Give the words of the first element on a path (XPath), nothing if there is none."""
    found = root.xpath(path)
    first = found[0] if isinstance(found, list) and found else None
    return " ".join("".join(map(str, first.itertext())).split()) if isinstance(first, _Element) else ""


def is_hidden(each: _Element) -> bool:
    """Tell whether an element does not show: a comment, or hidden by its own style or attribute."""
    if isinstance(each, _Comment | _ProcessingInstruction):
        return True
    style = declared(each)
    none = style.get("display", "").removesuffix("!important").strip() == "none"
    return none or style.get("visibility") == "hidden" or each.get("hidden") is not None


def declared(each: _Element) -> dict[str, str]:
    """Read the style attribute of an element."""
    return declarations(each.get("style") or "")


def declarations(css: str) -> dict[str, str]:
    """Read declarations, names and values in lower case."""
    pairs = (part.split(":", 1) for part in css.split(";") if ":" in part)
    return {name.strip().lower(): value.strip().lower() for name, value in pairs}


def seen_text(each: _Element) -> str:
    """Give the text that shows, without what is hidden, blocks apart."""
    if is_hidden(each) or each.tag in UNSEEN:
        return ""
    parts = [each.text or ""]
    for child in each:
        parts += [seen_text(child), child.tail or ""]
    gap = "" if each.tag in IN_LINE else " "
    return gap + "".join(parts) + gap
