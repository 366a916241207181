"""Where a piece of a feed list goes, and how it must be laid out to look as its neighbours do.

Everything here gives a `Mend`: a place in the text and what to write there. The text itself changes in `edit`.
"""

import re

from dailyten.feedlist.sheet import Attribute, Element, Sheet
from dailyten.feedlist.wellformed import Mend

_BEFORE = re.compile(r"(?:\r\n|\n|\r)?[ \t]*\Z")
_COMMENTS_BEHIND = re.compile(r"(?:[ \t]*<!--.*?-->)+", re.DOTALL)
_LINE_END = re.compile(r"\r\n|\n|\r")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST_GAP = 1_000


def escaped(value: str, quote: str) -> str:
    """Write a value between quotes of one kind: blanks folded, what XML forbids left out."""
    clean = " ".join(_FORBIDDEN.sub("", value).split())
    safe = clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return safe.replace('"', "&quot;") if quote == '"' else safe.replace("'", "&apos;")


def new_tag(sheet: Sheet, container: Element, attributes: dict[str, str]) -> str:
    """Write a self-closed outline in the quotes and closing style of the last one in the container, or in the file."""
    outlines = [element for element in sheet.elements if element.local == "outline" and element.attributes]
    place = sheet.elements.index(container)
    inside = [element for element in outlines if element.parent == place]
    model = inside[-1] if inside else outlines[-1] if outlines else None
    quote = sheet.text[model.attributes[-1].value_end] if model else '"'
    spaced = model is not None and model.self_closed and sheet.text.endswith(" />", model.start, model.tag_end)
    written = "".join(f" {name}={quote}{escaped(value, quote)}{quote}" for name, value in attributes.items())
    return f"<{model.name if model else 'outline'}{written}{' />' if spaced else '/>'}"


def last_child(sheet: Sheet, container: Element) -> Element | None:
    """Find the last outline directly inside an element, or where it holds none, the last element of any kind."""
    place = sheet.elements.index(container)
    children = [element for element in sheet.elements if element.parent == place]
    outlines = [element for element in children if element.local == "outline"]
    return outlines[-1] if outlines else children[-1] if children else None


def paste(sheet: Sheet, container: Element, tag: str) -> Mend:
    """Put a tag at the end of a container, laid out as its last child is, behind the comments of that line."""
    sibling = last_child(sheet, container)
    if sibling is None:
        return _paste_first(sheet, container, tag)
    behind = _COMMENTS_BEHIND.match(sheet.text, sibling.end, container.content_end)
    place = behind.end() if behind else sibling.end
    return Mend(start=place, end=place, new=_gap(sheet.text, sibling.start) + tag)


def cut(sheet: Sheet, element: Element) -> Mend:
    """Cut an element with its line; a comment behind it on the same line keeps the line."""
    text = sheet.text
    if _COMMENTS_BEHIND.match(text, element.end):
        behind = len(text[element.end :]) - len(text[element.end :].lstrip(" \t"))
        return Mend(start=element.start, end=element.end + behind, new="")
    return Mend(start=element.start - len(_gap(text, element.start)), end=element.end, new="")


def put_attribute(sheet: Sheet, element: Element, name: str, value: str) -> Mend:
    """Put an attribute behind the last one, with the blanks and quotes that the last one has."""
    if not element.attributes:
        place = element.start + 1 + len(element.name)
        return Mend(start=place, end=place, new=f' {name}="{escaped(value, chr(34))}"')
    last, text = element.attributes[-1], sheet.text
    gap, quote = text[_gap_start(text, last) : last.start], text[last.value_end]
    return Mend(start=last.end, end=last.end, new=f"{gap}{name}={quote}{escaped(value, quote)}{quote}")


def change_value(sheet: Sheet, attribute: Attribute, value: str) -> Mend:
    """Write another value between the quotes that are there."""
    new = escaped(value, sheet.text[attribute.value_end])
    return Mend(start=attribute.value_start, end=attribute.value_end, new=new)


def cut_attribute(sheet: Sheet, attribute: Attribute) -> Mend:
    """Cut an attribute with the blanks before it."""
    return Mend(start=_gap_start(sheet.text, attribute), end=attribute.end, new="")


def _paste_first(sheet: Sheet, container: Element, tag: str) -> Mend:
    text = sheet.text
    gap = _gap(text, container.start)
    line_end = _LINE_END.search(gap) or _LINE_END.search(text)
    outer = gap.lstrip("\r\n") if line_end else ""
    inner = f"{line_end.group()}{outer}{_one_step(sheet, outer)}" if line_end else ""
    close = f"{line_end.group()}{outer}" if line_end else ""
    if container.self_closed:
        slash = text.rindex("/", container.start, container.tag_end)
        opened = f">{inner}{tag}{close}</{container.name}>"
        return Mend(start=len(text[:slash].rstrip()), end=container.end, new=opened)
    holds_blanks = container.content_end > container.tag_end
    return Mend(start=container.tag_end, end=container.tag_end, new=f"{inner}{tag}{'' if holds_blanks else close}")


def _one_step(sheet: Sheet, outer: str) -> str:
    """Guess one step of indentation: what the first indented element has beyond the element around it."""
    for element in sheet.elements[1:]:
        own = _gap(sheet.text, element.start).lstrip("\r\n")
        around = _gap(sheet.text, sheet.elements[element.parent].start).lstrip("\r\n")
        if own.startswith(around) and own != around:
            return own[len(around) :]
    return "\t" if "\t" in outer else "  "


def _gap(text: str, place: int) -> str:
    """Give the blanks before a place, back to and with at most one line end."""
    found = _BEFORE.search(text, max(0, place - _LONGEST_GAP), place)
    return found.group() if found else ""


def _gap_start(text: str, attribute: Attribute) -> int:
    start = attribute.start
    while text[start - 1] in " \t\r\n":
        start -= 1
    return start
