"""Whether everybody can read a page: what can be told from its markup, of WCAG 2.2 AA.

Contrast, focus and zoom need a browser; our tests look at them there.

Source: WCAG 2.2, 1.1.1, 1.3.1, 1.4.4, 2.4.1-2.4.4, 3.1.1, 4.1.2.
"""

import re
from collections import Counter
from collections.abc import Iterator

from dailyten.render.proof.fault import Fault
from dailyten.render.proof.markup import Markup, Node

LANDMARKS = ("header", "nav", "main", "aside", "footer")
VAGUE = frozenset({"here", "click here", "link", "this", "read more", "this link"})
"""Link texts that say nothing when a screen reader lists the links of a page."""
REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "for")
SILENT_FIELDS = frozenset({"hidden", "submit", "reset", "button", "image"})
_NO_ZOOM = re.compile(r"user-scalable\s*=\s*(no|0)|maximum-scale\s*=\s*[0-4](\.|,|$)")


def reading_faults(markup: Markup) -> Iterator[Fault]:
    """Find what keeps somebody from reading a page."""
    for rules in (_head, _ids, _headings, _landmarks, _names, _pictures, _tables, _keys):
        for node, rule, words in rules(markup):
            yield Fault(markup.page, node.line if node else 0, rule, words)


Found = Iterator[tuple[Node | None, str, str]]


def _head(markup: Markup) -> Found:
    html = markup.all("html")
    if not markup.has_doctype:
        yield None, "markup", "The page does not begin with <!DOCTYPE html>."
    if not html or not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]+)*", html[0].attributes.get("lang", "")):
        yield html[0] if html else None, "language", "The page does not say its language."
    titles = [node for node in markup.all("title") if not node.in_drawing]
    if len(titles) != 1 or not titles[0].text():
        yield titles[0] if titles else None, "title", "The page has no title, or several."
    named = {node.attributes.get("name", ""): node for node in markup.all("meta")}
    if not named.get("description") or not named["description"].attributes.get("content"):
        yield None, "title", "The page has no description."
    viewport = named.get("viewport")
    if viewport is None or _NO_ZOOM.search(viewport.attributes.get("content", "")):
        yield viewport, "zoom", "The page does not say that it fits a phone, or forbids to zoom."


def _ids(markup: Markup) -> Found:
    seen: set[str] = set()
    for node in markup.nodes:
        name = node.attributes.get("id")
        if name is None:
            continue
        if not name or re.search(r"\s", name):
            yield node, "id", f"id={name!r} is empty or has a space in it."
        if name in seen:
            yield node, "id", f"Two elements have the id {name}."
        seen.add(name)
    for node in markup.nodes:
        for attribute in REFERENCES:
            for name in node.attributes.get(attribute, "").split():
                if name not in seen:
                    yield node, "reference", f'{attribute}="{name}" points to no element of the page.'


def _headings(markup: Markup) -> Found:
    headings = markup.all("h1", "h2", "h3", "h4", "h5", "h6")
    if (first := sum(node.tag == "h1" for node in headings)) != 1:
        yield None, "heading", f"The page has {first} h1, not one."
    before = 0
    for node in headings:
        level = int(node.tag[1])
        if level > before + 1:
            yield (
                node,
                "heading",
                f"An {node.tag} follows {f'an h{before}' if before else 'nothing'}: a level is left out.",
            )
        if not node.text():
            yield node, "heading", f"An {node.tag} is empty."
        before = level


def _landmarks(markup: Markup) -> Found:
    if (count := len(markup.all("main"))) != 1:
        yield None, "landmark", f"The page has {count} <main>, not one."
    names = [node.attributes.get("aria-label") or node.attributes.get("aria-labelledby") for node in markup.all("nav")]
    if len(names) > 1 and (None in names or max(Counter(names).values()) > 1):
        yield markup.all("nav")[0], "landmark", "Several <nav> cannot be told apart by their names."
    skip = next((node for node in markup.all("a") if node.attributes.get("href", "").startswith("#")), None)
    for body in markup.all("body"):
        for node in body.children:
            if node.tag not in (*LANDMARKS, "script", "dialog", "noscript") and node is not skip and node.text():
                yield node, "landmark", f"A <{node.tag}> with words stands outside every landmark."


def _names(markup: Markup) -> Found:
    labelled = {node.attributes.get("for") for node in markup.all("label")}
    for node in markup.nodes:
        kind = node.tag
        if kind == "a" and "href" in node.attributes:
            if not _name(node):
                yield node, "name", f"A link to {node.attributes['href'] or 'nowhere'} has no words."
            elif _name(node).casefold() in VAGUE:
                yield node, "name", f'A link says only "{_name(node)}".'
        elif kind in {"button", "summary"} and not _name(node):
            yield node, "name", f"A {kind} has no words."
        elif kind in {"input", "select", "textarea"} and node.attributes.get("type") not in SILENT_FIELDS:
            known = node.attributes.get("id") in labelled if "id" in node.attributes else False
            if not (
                known
                or node.within("label")
                or node.attributes.get("aria-label", node.attributes.get("aria-labelledby"))
            ):
                yield node, "name", f"A field ({node.attributes.get('name', kind)}) has no label."


def _pictures(markup: Markup) -> Found:
    for node in markup.all("img"):
        if "alt" not in node.attributes:
            yield node, "picture", f"The picture {node.attributes.get('src', '')} has no alt."
    for node in markup.all("svg"):
        named = node.attributes.get("aria-label") or node.attributes.get("aria-labelledby")
        named = named or next((child.text() for child in node.children if child.tag == "title"), "")
        if node.attributes.get("aria-hidden") != "true" and not named:
            yield node, "picture", "A drawing has neither a name nor aria-hidden."
    for node in markup.all("iframe"):
        if not node.attributes.get("title"):
            yield node, "picture", "An <iframe> has no title."


def _tables(markup: Markup) -> Found:
    heads = {id(node.within("table")) for node in markup.all("th")}
    for node in markup.all("table"):
        if id(node) not in heads:
            yield node, "table", "A table has no <th>."


def _keys(markup: Markup) -> Found:
    for node in markup.nodes:
        index = node.attributes.get("tabindex", "0")
        if index.lstrip("-").isdecimal() and int(index) > 0:
            yield node, "keyboard", f"tabindex={index} jumps ahead of the page's own order."
        for name in node.attributes:
            if name.startswith("on"):
                yield node, "script", f"<{node.tag}> has a script in {name}."
        if node.attributes.get("href", "").strip().lower().startswith("javascript:"):
            yield node, "script", "A link runs a script."
        if node.tag == "script" and "src" not in node.attributes and node.attributes.get("type", "") in {"", "module"}:
            yield node, "script", "A script stands in the page."
        if "style" in node.attributes:
            yield node, "script", f"<{node.tag}> has a style of its own, which the pages forbid."


def _name(node: Node) -> str:
    label = node.attributes.get("aria-label") or node.text() or node.attributes.get("title", "")
    if not label:
        label = next(
            (child.attributes["aria-label"] for child in node.children if "aria-label" in child.attributes), ""
        )
    return " ".join(label.split())
