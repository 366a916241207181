"""Rules for the parts of a message: sizes, encodings, lines, and the text part beside the HTML."""

import re
from collections.abc import Iterator
from email.message import EmailMessage

from dailyten.deliver.findings import Finding, error, warning

MAX_HTML_BYTES, MUCH_HTML_BYTES = 102_400, 90_000
MAX_MESSAGE_BYTES = 10_000_000
MAX_LINE_BYTES, GOOD_TEXT_LINE = 998, 78
MIN_TEXT_SHARE = 0.6
MIN_SHARED_WORDS, FEW_WORDS = 0.5, 20
WORD = re.compile(r"\w{4,}")
TAG = re.compile(r"</?(?:p|div|br|table|tr|td|a|span|h[1-6]|img|style|html|body)\b[^>]*>", re.IGNORECASE)
ENTITY = re.compile(r"&(?:amp|lt|gt|quot|nbsp|#\d+|#x[0-9a-f]+);", re.IGNORECASE)
ADDRESS_IN_LINE = re.compile(r"\S\s+https?://|https?://\S+\s+\S")
PLACEHOLDER = re.compile(r"\{\{|%7B%7B|\{%|%%[A-Z_]+%%|personal\.invalid", re.IGNORECASE)
MUCH_MARKUP = 5
C1 = re.compile("[\x80-\x9f]")
CLIPPED = "Gmail clips at about 102 kB (email-bugs #41)"


def lint_parts(content: bytes, message: EmailMessage) -> Iterator[Finding]:
    """Go through the bytes and the parts."""
    if len(content) > MAX_MESSAGE_BYTES:
        yield error(
            "message_size",
            "The message is larger than many servers take.",
            f"{len(content)} bytes",
            "docs/reference/mail.md",
        )
    longest = max(map(len, re.split(rb"\r\n|\r|\n", content)))
    if longest > MAX_LINE_BYTES:
        yield error("line_length", "A line is longer than 998 octets.", str(longest), "RFC 5322 §2.1.1")
    if content.count(b"\n") != content.count(b"\r\n") or content.count(b"\r") != content.count(b"\r\n"):
        yield error("line_ends", "A line does not end in CRLF.", source="RFC 5321 §2.3.8")
    if b"\x00" in content:
        yield error("nul", "The mail holds a NUL octet.", source="RFC 5322 §4.1")
    if not re.split(rb"\r?\n\r?\n", content, maxsplit=1)[0].isascii():
        words = "A header holds octets beyond ASCII; they must be encoded words."
        yield error("header_eight_bit", words, source="RFC 5322 §2.2, RFC 2047")
    for part in message.walk():
        if part.get_content_maintype() == "text":
            yield from _encoding(part)
    yield from _order(message)


def lint_html_size(markup: str) -> Iterator[Finding]:
    """Measure the HTML part, decoded, as UTF-8."""
    size = len(markup.encode())
    if size > MAX_HTML_BYTES:
        words = f"The HTML part has {size} bytes; over {MAX_HTML_BYTES} it is cut off, the way to leave first."
        yield error("html_size", words, str(size), CLIPPED)
    elif size > MUCH_HTML_BYTES:
        yield warning("html_size", f"The HTML part has {size} bytes, near the {MAX_HTML_BYTES}.", str(size), CLIPPED)
    if C1.search(markup):
        yield error("c1_controls", "The HTML part holds control characters U+0080 to U+009F.", source="email-bugs #41")
    if not markup.isascii():
        words = "The HTML part holds characters beyond ASCII; entities survive every relay."
        yield warning("raw_characters", words, source="email-bugs #41 (2019-08-19)")


def lint_text(text: str, html_text: str) -> Iterator[Finding]:
    """Read the text part as somebody does who has nothing else; `html_text` is what shows of the HTML part."""
    yield from _same_story(text, html_text)
    yield from _share(len(text.split()), len(html_text.split()))
    yield from _left_over(text)
    if "unsubscribe" not in text.lower():
        words = "The text part does not say how to leave."
        yield error("text_unsubscribe", words, source="CAN-SPAM; docs/reference/mail.md rule 21")
    yield from _lines(text.splitlines())


def _share(words: int, html_words: int) -> Iterator[Finding]:
    if words < MIN_TEXT_SHARE * html_words:
        share = f"{words / max(1, html_words):.0%}"
        told = f"The text part has {share} of the words of the HTML part."
        yield error("text_share", told, share, "docs/reference/mail.md rule 21")


def _left_over(text: str) -> Iterator[Finding]:
    """Find markup that nobody took out, and places that nobody filled."""
    marks = len(TAG.findall(text)) + len(ENTITY.findall(text))
    if marks:
        make = error if marks >= MUCH_MARKUP else warning
        words = f"The text part holds {marks} tags or entities."
        yield make("text_markup", words, str(marks), "docs/reference/mail.md rule 21")
    if found := PLACEHOLDER.search(text):
        make = error if "invalid" in found[0] else warning
        words = f"{found[0]!r} looks like a place that nobody filled."
        yield make("placeholder", words, source="docs/reference/mail.md rule 22")


def _lines(lines: list[str]) -> Iterator[Finding]:
    if wide := [line for line in lines if len(line) > GOOD_TEXT_LINE and len(line.split()) > 1]:
        longest = str(max(map(len, wide)))
        yield warning("text_width", f"{len(wide)} lines of the text part pass 78 columns.", longest, "RFC 5322 §2.1.1")
    if crowded := sum(bool(ADDRESS_IN_LINE.search(line)) for line in lines):
        words = f"{crowded} addresses of the text part share their line."
        yield warning("text_links", words, str(crowded), "docs/reference/mail.md")


def _same_story(text: str, html_text: str) -> Iterator[Finding]:
    """Hold the words of both parts against each other: filters do, and so does a reader who changes programs."""
    told, shown = set(WORD.findall(text.lower())), set(WORD.findall(html_text.lower()))
    if len(shown) >= FEW_WORDS and (share := len(told & shown) / len(shown)) < MIN_SHARED_WORDS:
        words = f"Only {share:.0%} of the words of the HTML part stand in the text part: they tell different things."
        yield error("text_differs", words, f"{share:.0%}", "SpamAssassin, MPART_ALT_DIFF")


def _encoding(part: EmailMessage) -> Iterator[Finding]:
    charset = (part.get_content_charset() or "us-ascii").lower()
    if charset != "utf-8":
        source = "Gmail clips other charsets (sendgrid-python #1011)"
        yield error("charset", f"{part.get_content_type()} is in {charset}, not in UTF-8.", charset, source)
    elif not _is_utf8(part):
        yield error("not_utf8", f"{part.get_content_type()} says UTF-8 and is not.", source="RFC 3629")
    how = str(part.get("Content-Transfer-Encoding", "7bit")).lower()
    if how not in {"quoted-printable", "base64"}:
        words = f"{part.get_content_type()} travels as {how}; relays may break its lines."
        yield warning("transfer_encoding", words, how, "RFC 2045 §6")


def _is_utf8(part: EmailMessage) -> bool:
    payload = part.get_payload(decode=True)
    try:
        return not isinstance(payload, bytes) or payload.decode() is not None
    except UnicodeError:
        return False


def _order(message: EmailMessage) -> Iterator[Finding]:
    kinds = [part.get_content_type() for part in message.walk() if part.get_content_maintype() == "text"]
    if "text/plain" not in kinds:
        yield error("text_missing", "There is no text part.", source="RFC 2046 §5.1.4")
    if "text/html" not in kinds:
        yield error("html_missing", "There is no HTML part.", source="docs/reference/mail.md")
    if {"text/plain", "text/html"} <= set(kinds):
        if message.get_content_type() != "multipart/alternative":
            yield error("alternative", "The parts are not alternatives of one another.", source="RFC 2046 §5.1.4")
        if kinds.index("text/plain") > kinds.index("text/html"):
            yield error("text_first", "The text part must come first: the last one is shown.", source="RFC 2046 §5.1.4")
