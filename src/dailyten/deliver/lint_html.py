"""Rules for the HTML part: frame, tables, images, headings, links, and what the law wants to see.

Client support follows caniemail's data of September 2025; accessibility WCAG 2.2 and the Email Markup Consortium.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

from lxml.etree import _Element

from dailyten.deliver.findings import Finding, error, warning
from dailyten.deliver.lint_parts import PLACEHOLDER
from dailyten.deliver.markup import declared, is_hidden, seen_text, text_at
from dailyten.deliver.sender import SenderSettings

MAX_WIDTH = 640
MIN_VISIBLE = 200
MAX_LINKS = 100
MAX_IMAGE_WIDTH = 1200
LATE_BYTES, MUCH_BYTES = 5_000, 90_000
YEAR = re.compile(r"(?:\u00a9|\(c\)|copyright)\s*(?:\d{4}\s*[-\u2013]\s*)?(\d{4})", re.IGNORECASE)
SHOUTED = re.compile(r"\b[A-Z]{2,}(?:[\s,'-]+[A-Z]{2,}){4,}\b")
LEFT_OPEN = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\[\[.*?\]\]|%%\w+%%|\*\|\w+\|\*|\bTK\b|\blorem ipsum\b", re.IGNORECASE)
SHORTEST_PREHEADER, LONGEST_PREHEADER = 40, 110
FORBIDDEN = ("script", "iframe", "object", "embed", "video", "audio", "svg", "form", "button", "input", "link", "base")
EMPTY_WORDS = frozenset({"click here", "here", "read more", "more", "link", "click", "learn more"})
SHORTENERS = frozenset({"bit.ly", "t.co", "tinyurl.com", "goo.gl", "ow.ly", "buff.ly", "is.gd", "lnkd.in", "t.ly"})
FILLER = re.compile("[\u034f\u2007\u200b\u200c\u200d\u00a0\ufeff\u00ad]")
PRIVATE = re.compile(
    r"localhost|127\..*|10\..*|192\.168\..*|172\.(?:1[6-9]|2\d|3[01])\..*|\[?::1\]?|.*\.(?:local|lan|test|localhost)"
)
OURS = re.compile("unsubscribe|browser|preferences|pause", re.IGNORECASE)
FILE_NAME = re.compile(r"[\w-]+\.(?:png|jpe?g|gif|webp|svg)", re.IGNORECASE)
CANIEMAIL = "caniemail"
WCAG = "WCAG 2.2"
EMC = "Email Markup Consortium 2025"
WORD = "Outlook for Windows lays mails out with Word"


def lint_html(root: _Element, sender: SenderSettings, subject: str) -> Iterator[Finding]:
    """Go through the HTML part."""
    yield from _frame(root)
    yield from _forbidden(root)
    yield from _tables(root)
    yield from _images(root)
    yield from _headings(root)
    yield from _links(root)
    yield from _preheader(root, subject)
    yield from _words(root)
    yield from _law(root, sender)


def _words(root: _Element) -> Iterator[Finding]:
    """Read what shows. A publisher may write of such things too, so these are warnings."""
    seen = " ".join(seen_text(root).split())
    if found := LEFT_OPEN.search(seen):
        words = f"{found[0][:60]!r} looks like a place that nobody filled."
        yield warning("placeholder", words, source="docs/reference/mail.md rule 22")
    if found := SHOUTED.search(seen):
        words = f"{found[0][:60]!r} is all in capitals."
        yield warning("capitals", words, source="docs/reference/mail.md rule 20")


def lint_year(root: _Element, year: int) -> Iterator[Finding]:
    """Hold the year of a copyright line against that of the mail."""
    found = YEAR.search(seen_text(root))
    if found and int(found[1]) < year:
        words = f"The mail is of {year}, its copyright line of {found[1]}."
        yield warning("old_year", words, found[1], "docs/reference/mail.md rule 25")


def lint_farewell(markup: str) -> Iterator[Finding]:
    """Look where the way to leave stands in a long mail: what is cut off is its end."""
    place = markup.lower().find("unsubscribe")
    if len(markup.encode()) > MUCH_BYTES and place >= 0 and len(markup[place:].encode()) < LATE_BYTES:
        words = "The way to leave stands at the end of a mail that is nearly too long."
        yield warning("late_unsubscribe", words, str(len(markup)), "docs/reference/mail.md rule 23")


def _frame(root: _Element) -> Iterator[Finding]:
    for name in ("lang", "dir"):
        if not root.get(name):
            yield error(
                "html_lang", f"<html> has no {name}; voices and scripts go wrong.", source=f"{EMC}: missing in 9 of 10"
            )
        if not any(each.get(name) for each in root.iter("div", "table")):
            words = f"No wrapper inside <body> has {name}, and Gmail replaces <body>."
            yield error("wrapper_lang", words, source="caniemail, html-body")
    if not text_at(root, "//head/title"):
        yield error("title", "There is no <title>.", source=f"{WCAG} 2.4.2")
    if not root.xpath("//meta[@name='color-scheme']"):
        yield warning("color_scheme", "No color-scheme is declared for dark mode.", source="Apple Mail")


def _forbidden(root: _Element) -> Iterator[Finding]:
    for tag in FORBIDDEN:
        if any(True for _ in root.iter(tag)):
            yield error("forbidden_tag", f"<{tag}> is stripped or harmful in a mail.", tag, CANIEMAIL)
    handlers = {name for each in root.iter() for name in each.keys() if isinstance(name, str) and name.startswith("on")}  # noqa: SIM118 - an element is no mapping
    if handlers:
        yield error(
            "script_attribute", f"{', '.join(sorted(handlers))}: scripts do not run in a mail.", source=CANIEMAIL
        )


def _tables(root: _Element) -> Iterator[Finding]:
    tables = list(root.iter("table"))
    if tables and not any(re.fullmatch(r"[0-9]{1,5}", each.get("width", "")) for each in tables):
        yield error("table_width", "No table has a width in pixels as an attribute.", source=WORD)
    for width in {pixels for each in tables if (pixels := _pixels(each.get("width", ""))) is not None}:
        if width > MAX_WIDTH:
            yield warning("table_wide", f"A table is {width} pixels wide.", str(width), "600 is usual, 640 the most")
    bare = sum(each.get("role") not in {"presentation", "none"} and not each.xpath(".//th") for each in tables)
    if bare:
        yield error("table_role", f'{bare} layout tables have no role="presentation".', str(bare), EMC)


def _images(root: _Element) -> Iterator[Finding]:
    for image in root.iter("img"):
        source, alt, width = image.get("src", ""), image.get("alt"), image.get("width", "")
        name = source.rsplit("/", 1)[-1][:60]
        if alt is None:
            yield error("alt", f"The image {name} has no alt text.", source=f"{WCAG} 1.1.1")
        elif FILE_NAME.fullmatch(alt.strip()):
            yield warning("alt_file_name", f"The alt text {alt!r} is a file name.", source=f"{WCAG} 1.1.1")
        pixels = _pixels(width)
        if pixels is None:
            yield error("image_width", f"The image {name} has no width in pixels.", source=WORD)
        elif pixels > MAX_IMAGE_WIDTH:
            yield warning(
                "image_wide", f"The image {name} is {width} pixels wide.", width, f"{MAX_IMAGE_WIDTH} at most"
            )
        if _is_a_pixel(image):
            yield error("pixel", f"The image {name} cannot be seen: nobody is watched.", source="promise 10")
        if source.startswith("data:"):
            yield error("data_image", "An image is inside the mail as data:.", source=f"{CANIEMAIL}, image-base64")
        if re.search(r"\.(?:webp|avif)(?:$|\?)", source, re.IGNORECASE) or image.get("srcset"):
            yield warning("image_kind", f"{name} does not show in every client.", source=CANIEMAIL)


def _is_a_pixel(image: _Element) -> bool:
    style = declared(image)
    sizes = [image.get(name, "") for name in ("width", "height")]
    sizes += [style.get(name, "").removesuffix("px").strip() for name in ("width", "height", "max-height")]
    return is_hidden(image) or any(_pixels(each) in (0, 1) for each in sizes)


def _pixels(text: str) -> int | None:
    """Read a width or a height in pixels, None for anything else."""
    return int(text) if re.fullmatch(r"[0-9]{1,5}", text) else None


def _headings(root: _Element) -> Iterator[Finding]:
    levels = [int(str(each.tag)[1]) for each in root.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    if levels.count(1) != 1:
        yield error("one_h1", f"There are {levels.count(1)} headings of the first level.", str(levels.count(1)), EMC)
    if any(after > before + 1 for before, after in zip([0, *levels], levels, strict=False)):
        yield error("heading_levels", "The headings skip a level.", source=f"{WCAG} 1.3.1")


def _links(root: _Element) -> Iterator[Finding]:
    links = [each for each in root.iter("a") if each.get("href") is not None]
    if len(links) > MAX_LINKS:
        yield warning("many_links", f"There are {len(links)} links.", str(len(links)), "docs/reference/mail.md rule 22")
    targets: dict[str, set[str]] = defaultdict(set)
    for link in links:
        href, text = link.get("href", "").strip(), " ".join(seen_text(link).split())
        yield from _target(href, text)
        yield from _link_words(link, text, href)
        targets[text.lower()].add(href)
    for text, hrefs in sorted(targets.items()):
        if text and len(hrefs) > 1:
            words = f"{text!r} leads to {len(hrefs)} places."
            yield warning("same_words", words, str(len(hrefs)), f"{WCAG} 2.4.4")


def _target(href: str, text: str) -> Iterator[Finding]:
    if href.startswith("#"):
        yield warning(
            "anchor",
            f"{href} does not work in the Gmail app, Outlook and Yahoo.",
            source=f"{CANIEMAIL}, html-anchor-links",
        )
        return
    if PLACEHOLDER.search(href):
        yield error(
            "placeholder", f"{href[:80]} is a place that nobody filled.", source="docs/reference/mail.md rule 22"
        )
        return
    parts, host = _address(href)
    if parts.scheme not in {"https", "http", "mailto"} or (parts.scheme != "mailto" and not host):
        yield error(
            "link_scheme",
            f"{href[:80] or 'An empty address'} leads nowhere from a mail.",
            source="docs/reference/mail.md rule 22",
        )
    elif PRIVATE.fullmatch(host):
        make = error if OURS.search(text) else warning
        yield make(
            "private_link", f"{href[:80]} cannot be reached by a reader.", host, "docs/reference/mail.md rule 22"
        )
    elif parts.scheme == "http":
        yield warning("http_link", f"{href[:80]} is not https.", source="docs/reference/mail.md rule 22")
    if host.removeprefix("www.") in SHORTENERS:
        yield warning("shortener", f"{host} hides where a link leads.", host, "spam filters")


def _address(href: str) -> tuple[SplitResult, str]:
    """Take an address apart; one that is none leads nowhere."""
    try:
        parts = urlsplit(href)
        return parts, (parts.hostname or "").lower()
    except ValueError:
        return urlsplit(""), ""


def _link_words(link: _Element, text: str, href: str) -> Iterator[Finding]:
    label = text or " ".join(str(link.get("aria-label") or "").split())
    alts = [each.get("alt", "") for each in link.iter("img")]
    if not label and not any(alts):
        yield error("empty_link", f"The link to {href[:80]} has no words.", source=f"{WCAG} 2.4.4")
    elif not label:
        yield error(
            "image_link", f"The link to {href[:80]} is an image only.", source="half of all clients block images"
        )
    if label.lower().rstrip(" .\u2026\u2192>") in EMPTY_WORDS:
        yield warning("link_words", f"{label!r} says nothing without what stands around it.", label, f"{WCAG} 2.4.4")
    shown = re.match(r"(?:https?://)?((?:[\w-]+\.)+[a-z]{2,})(?:/\S*)?$", text, re.IGNORECASE)
    host = _address(href)[1].removeprefix("www.")
    if shown and host and shown[1].lower().removeprefix("www.") != host:
        yield warning("phishing", f"A link that reads {text[:60]!r} leads to {host}.", source="phishing filters")


def _preheader(root: _Element, subject: str) -> Iterator[Finding]:
    hidden = next((each for each in root.iter("div", "span", "p") if is_hidden(each)), None)
    text = " ".join(FILLER.sub("", "".join(map(str, hidden.itertext()))).split()) if hidden is not None else ""
    if not SHORTEST_PREHEADER <= len(text) <= LONGEST_PREHEADER:
        words = f"The preheader has {len(text)} characters; 40 to 110 are shown beside the subject."
        yield warning("preheader_length", words, str(len(text)), "docs/reference/mail.md rule 7")
    first = text_at(root, "//h1")
    if text and text in {subject, first}:
        yield warning(
            "preheader_repeats",
            "The preheader repeats the subject or the heading.",
            source="docs/reference/mail.md rule 7",
        )


def _law(root: _Element, sender: SenderSettings) -> Iterator[Finding]:
    seen = " ".join(seen_text(root).split())
    links = [" ".join(seen_text(each).split()).lower() for each in root.iter("a")]
    if len(seen) < MIN_VISIBLE:
        words = f"Without its images the mail has {len(seen)} characters to read."
        yield error("images_off", words, str(len(seen)), "docs/reference/mail.md rule 14")
    if not any("unsubscribe" in words for words in links):
        yield error("unsubscribe", "There is no visible link to unsubscribe.", source="CAN-SPAM §5(a)(3); Gmail, Yahoo")
    if not sender.postal_address:
        yield error("postal_address", "No postal address is set for the sender.", source="CAN-SPAM §5(a)(5)")
    elif " ".join(sender.postal_address.split()).lower() not in seen.lower():
        yield error("postal_address", "The sender's postal address is not in the mail.", source="CAN-SPAM §5(a)(5)")
    if not re.search(r"you (?:get|receive|are getting) this|because you", seen, re.IGNORECASE):
        yield error("reason", "The mail does not say why it comes.", source="docs/reference/mail.md rule 23")
    if not any("browser" in words for words in links):
        yield warning(
            "view_in_browser", "There is no link to read it in a browser.", source="docs/reference/mail.md rule 23"
        )
