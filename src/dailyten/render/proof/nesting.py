"""What may stand in what: the rules of HTML that templates break most easily.

Source: HTML Living Standard, section 4 (the content model of each element).
"""

from collections.abc import Iterator

from dailyten.render.proof.fault import Fault
from dailyten.render.proof.markup import Markup, Node

LINES_ONLY = frozenset(
    "p h1 h2 h3 h4 h5 h6 span a em strong small s cite q abbr time code mark bdi bdo i b sub sup".split()
)
"""Elements that hold words; a link is let through where its parent may hold blocks."""
BLOCKS = frozenset(
    "address article aside blockquote details dialog div dl fieldset figure footer form header hr main nav ol p pre"
    " section table ul menu search h1 h2 h3 h4 h5 h6 hgroup".split()
)
ONLY_INSIDE = {
    "li": ("ul", "ol", "menu"),
    "dt": ("dl", "div"),
    "dd": ("dl", "div"),
    "tr": ("thead", "tbody", "tfoot", "table"),
    "td": ("tr",),
    "th": ("tr",),
    "thead": ("table",),
    "tbody": ("table",),
    "tfoot": ("table",),
    "caption": ("table",),
    "summary": ("details",),
    "legend": ("fieldset",),
    "figcaption": ("figure",),
    "option": ("select", "datalist", "optgroup"),
}
ONLY_HOLDS = {
    "ul": ("li",),
    "ol": ("li",),
    "menu": ("li",),
    "dl": ("dt", "dd", "div"),
    "table": ("caption", "colgroup", "thead", "tbody", "tfoot", "tr"),
    "thead": ("tr",),
    "tbody": ("tr",),
    "tfoot": ("tr",),
    "tr": ("td", "th"),
    "select": ("option", "optgroup", "hr"),
}
ALWAYS = ("script", "template")
TOUCHED = frozenset("a button input select textarea label summary".split())
"""What a finger or a key acts on; none of them may stand in a link or a button."""


def nesting_faults(markup: Markup) -> Iterator[Fault]:
    """Find elements that stand where they may not."""
    for node in markup.nodes:
        if not node.in_drawing:
            yield from (Fault(markup.page, node.line, "nesting", words) for words in _faults(node))


def _faults(node: Node) -> Iterator[str]:
    around = node.parent
    if around is None:
        if node.tag != "html":
            yield f"<{node.tag}> stands outside <html>."
        return
    if node.tag in ONLY_INSIDE and around.tag not in ONLY_INSIDE[node.tag]:
        yield f"<{node.tag}> stands in <{around.tag}>, not in <{ONLY_INSIDE[node.tag][0]}>."
    if around.tag in ONLY_HOLDS and node.tag not in (*ONLY_HOLDS[around.tag], *ALWAYS):
        yield f"<{around.tag}> may not hold <{node.tag}>."
    if node.tag in BLOCKS and (holder := _holder(node)):
        yield f"<{holder}> holds words, not a <{node.tag}>."
    if node.tag in TOUCHED and (outer := node.within("a", "button")):
        yield f"<{node.tag}> stands inside <{outer.tag}>."
    if node.tag == "details" and (not node.children or node.children[0].tag != "summary"):
        yield "<details> does not begin with a <summary>."


def _holder(node: Node) -> str:
    """Name the element of words that a block stands in; links take the rules of what they stand in."""
    around = node.parent
    while around is not None and around.tag == "a":
        around = around.parent
    return around.tag if around is not None and around.tag in LINES_ONLY else ""
