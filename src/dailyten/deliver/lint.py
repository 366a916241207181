"""What receivers and clients punish, looked for in the bytes of a message before anybody gets it."""

from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import default as modern

from dailyten.deliver.findings import Finding, Severity, error
from dailyten.deliver.lint_head import lint_head, year_of
from dailyten.deliver.lint_html import lint_farewell, lint_html, lint_year
from dailyten.deliver.lint_legible import lint_legible
from dailyten.deliver.lint_parts import lint_html_size, lint_parts, lint_text
from dailyten.deliver.lint_style import lint_style
from dailyten.deliver.markup import seen_text, tree_of
from dailyten.deliver.sender import SenderSettings


def lint(content: bytes, sender: SenderSettings) -> tuple[Finding, ...]:
    """Find what is wrong with a message, errors first. A message with an error is not to be sent.

    Source: docs/reference/mail.md, whose rules it follows; each finding names its own.
    """
    try:
        found = _found(content, sender)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError, MessageError) as fault:
        found = [error("unreadable", "No mail program can read it.", type(fault).__name__, "RFC 5322")]
    return tuple(sorted(dict.fromkeys(found), key=lambda each: each.severity is Severity.WARNING))


def _found(content: bytes, sender: SenderSettings) -> list[Finding]:
    message = message_from_bytes(content, policy=modern)
    found = [*lint_parts(content, message), *lint_head(message, sender)]
    found += [
        error("defect", f"A mail program cannot read it well: {each}.", source="RFC 5322, RFC 2045")
        for each in message.defects
    ]
    text, markup = _text_of(message, "plain"), _text_of(message, "html")
    root = tree_of(markup)
    if markup:
        found += [*lint_html_size(markup), *lint_html(root, sender, str(message.get("Subject", "")))]
        found += [*lint_style(root), *lint_legible(root), *lint_farewell(markup)]
        found += lint_year(root, year_of(message))
    if text:
        found += lint_text(text, seen_text(root))
    return found


def _text_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    if part is None:
        return ""
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace").replace("\r\n", "\n") if isinstance(payload, bytes) else ""
