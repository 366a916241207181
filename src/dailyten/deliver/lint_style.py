"""Rules for the style of a mail: what clients strip, and what costs the whole style sheet.

Client support follows caniemail's data of September 2025.
"""

import re
from collections.abc import Iterator

from lxml.etree import _Element

from dailyten.deliver.findings import Finding, Severity, error, warning
from dailyten.deliver.markup import declared

MAX_STYLE_BYTES = 16_384
MIN_LINE_HEIGHT = 1.4
A_LINE_OF_WORDS = 12
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
CANIEMAIL = "caniemail"
WORD = "Outlook for Windows lays mails out with Word"
GENERIC_LAST = r".*(?:serif|sans-serif|monospace|system-ui|inherit|initial)(?:\s*!important)?"

DECLARATIONS = (
    ("position", "absolute|fixed|relative|sticky", Severity.ERROR, "Positions are stripped.", CANIEMAIL),
    ("float", "left|right", Severity.ERROR, "Floats break in Outlook.", WORD),
    ("display", "(?:inline-)?grid", Severity.ERROR, "Grids are stripped.", CANIEMAIL),
    ("display", "(?:inline-)?flex", Severity.WARNING, "Outlook does not lay out flex boxes.", CANIEMAIL),
    ("text-align", "justify", Severity.WARNING, "Justified text is hard to read.", "WCAG 2.2 1.4.8"),
    (
        "text-transform",
        "uppercase",
        Severity.WARNING,
        "Capitals are hard to read and look like spam.",
        "docs/reference/mail.md rule 20",
    ),
    ("background-image", ".*", Severity.WARNING, "Background images do not show in Outlook.", WORD),
    ("font-family", f"(?!{GENERIC_LAST}$).*", Severity.WARNING, "The fonts end in no generic one.", WORD),
)
"""A declaration, the values that harm, how much, why, and who says so."""


def css_of(root: _Element) -> str:
    """Give all style sheets of a mail without their comments."""
    return COMMENT.sub("", "\n".join(each.text or "" for each in root.iter("style")))


def lint_style(root: _Element) -> Iterator[Finding]:
    """Go through style sheets and style attributes."""
    yield from _sheets(root)
    yield from _queries(css_of(root))
    everywhere = css_of(root) + "\n".join(each.get("style") or "" for each in root.iter())
    if re.search(r"(?:rgba?|hsla?)\(\s*[\d.]+(?:%|deg)?\s+[\d.]+", everywhere):
        yield error("colour_notation", "rgb() with blanks: the rule is stripped.", source="caniemail, css-rgba note 2")
    if re.search(r"var\(|(?:^|[;{\s])--[\w-]+\s*:", everywhere):
        yield warning("css_variables", "CSS variables work in two clients.", source=f"{CANIEMAIL}, css-variables")
    yield from _declarations(root)
    yield from _boxes(root)
    yield from _line_heights(root)


def _sheets(root: _Element) -> Iterator[Finding]:
    size = sum(len((each.text or "").encode()) for each in root.iter("style"))
    if size > MAX_STYLE_BYTES:
        words = f"The style has {size} bytes; Gmail drops what passes 16 KiB."
        yield error("style_size", words, str(size), "caniemail #144, email-bugs #90")
    if root.xpath("//body//style"):
        yield error("style_place", "A <style> stands outside <head>.", source="caniemail, html-style note 1")


def _queries(css: str) -> Iterator[Finding]:
    if _is_nested(css):
        yield error("nested_at_rule", "A nested @ rule: Gmail drops the whole style.", source="caniemail #144")
    if "@import" in css:
        yield error("import", "A style is imported; most clients do not.", source=CANIEMAIL)
    if "@font-face" in css:
        yield warning("web_font", "Web fonts show in few clients only.", source=f"{CANIEMAIL}, css-at-font-face")
    known = r"\(\s*(?:(?:min|max)-width|prefers-color-scheme)\s*:[^)]*\)|\bscreen\b|\bonly\b|\band\b|[,\s]"
    for query in re.findall(r"@media([^{]*)\{", css):
        if re.sub(known, "", query):
            yield warning("media_query", f"@media{query.rstrip()} works in few clients.", source=CANIEMAIL)


def _is_nested(css: str) -> bool:
    """Say whether an @ rule stands inside another, at any depth and after any rule."""
    open_rules: list[bool] = []
    begin = 0
    for place, letter in enumerate(css):
        if letter == "{":
            at = "@" in css[begin:place]
            if at and any(open_rules):
                return True
            open_rules.append(at)
        elif letter == "}" and open_rules:
            open_rules.pop()
        if letter in "{};":
            begin = place + 1
    return False


def _boxes(root: _Element) -> Iterator[Finding]:
    """Find what Word leaves out: widths and padding of what is no cell or table, margins below zero."""
    for each in root.iter():
        tag, style = str(each.tag), declared(each)
        if "max-width" in style and tag not in ("table", "td", "img"):
            yield warning("css_max_width", f"<{tag}> has a max-width, which Word ignores.", style["max-width"], WORD)
        padded = [name for name in style if name.startswith("padding") and re.search(r"[1-9]", style[name])]
        if padded and tag not in ("td", "th", "a", "table", "ul", "ol", "li"):
            yield warning("css_padding", f"<{tag}> has padding; Word keeps that of cells.", style[padded[0]], WORD)
        if any(name.startswith("margin") and "-" in re.sub(r"[a-z]-", "", style[name]) for name in style):
            yield warning("css_margin", f"<{tag}> has a margin below zero, which clients drop.", source=CANIEMAIL)


def _line_heights(root: _Element) -> Iterator[Finding]:
    for each in root.iter("td", "p", "div", "li"):
        found = re.fullmatch(r"([0-9]*\.?[0-9]+)(%?)", declared(each).get("line-height", ""))
        height = float(found[1]) / (100 if found[2] else 1) if found else MIN_LINE_HEIGHT
        if 0 < height < MIN_LINE_HEIGHT and len("".join(map(str, each.itertext())).split()) > A_LINE_OF_WORDS:
            yield warning("line_height", f"Lines of <{each.tag}> stand close.", f"{height:g}", "WCAG 2.2 1.4.12; 1.4")


def _declarations(root: _Element) -> Iterator[Finding]:
    found = sorted({pair for each in root.iter() for pair in declared(each).items()})
    for property_name, harmful, severity, words, source in DECLARATIONS:
        for name, value in found:
            if name == property_name and re.fullmatch(harmful, value):
                rule, figure = f"css_{name.replace('-', '_')}", f"{name}: {value[:60]}"
                yield Finding(rule=rule, severity=severity, words=words, figure=figure, source=source)
