"""Rules for the style of a mail: what clients strip, and what costs the whole style sheet.

Client support follows caniemail's data of September 2025.
"""

import re
from collections.abc import Iterator

from lxml.etree import _Element

from dailyten.deliver.findings import Finding, Severity, error, warning
from dailyten.deliver.markup import declared

MAX_STYLE_BYTES = 16_384
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
    if re.search(r"rgba?\(\s*\d+\s+\d+", everywhere):
        yield error("colour_notation", "rgb() with blanks: the rule is stripped.", source="caniemail, css-rgba note 2")
    if re.search(r"var\(|(?:^|[;{\s])--[\w-]+\s*:", everywhere):
        yield warning("css_variables", "CSS variables work in two clients.", source=f"{CANIEMAIL}, css-variables")
    yield from _declarations(root)


def _sheets(root: _Element) -> Iterator[Finding]:
    size = sum(len((each.text or "").encode()) for each in root.iter("style"))
    if size > MAX_STYLE_BYTES:
        words = f"The style has {size} bytes; Gmail drops what passes 16 KiB."
        yield error("style_size", words, str(size), "caniemail #144, email-bugs #90")
    if root.xpath("//body//style"):
        yield error("style_place", "A <style> stands outside <head>.", source="caniemail, html-style note 1")


def _queries(css: str) -> Iterator[Finding]:
    if re.search(r"@[\w-]+[^{};]*\{[^{}]*@", css):
        yield error("nested_at_rule", "A nested @ rule: Gmail drops the whole style.", source="caniemail #144")
    if "@import" in css:
        yield error("import", "A style is imported; most clients do not.", source=CANIEMAIL)
    if "@font-face" in css:
        yield warning("web_font", "Web fonts show in few clients only.", source=f"{CANIEMAIL}, css-at-font-face")
    known = r"\(\s*(?:(?:min|max)-width|prefers-color-scheme)\s*:[^)]*\)|\bscreen\b|\bonly\b|\band\b|[,\s]"
    for query in re.findall(r"@media([^{]*)\{", css):
        if re.sub(known, "", query):
            yield warning("media_query", f"@media{query.rstrip()} works in few clients.", source=CANIEMAIL)


def _declarations(root: _Element) -> Iterator[Finding]:
    found = sorted({pair for each in root.iter() for pair in declared(each).items()})
    for property_name, harmful, severity, words, source in DECLARATIONS:
        for name, value in found:
            if name == property_name and re.fullmatch(harmful, value):
                rule, figure = f"css_{name.replace('-', '_')}", f"{name}: {value[:60]}"
                yield Finding(rule=rule, severity=severity, words=words, figure=figure, source=source)
