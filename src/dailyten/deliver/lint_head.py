"""Rules for the head of a message: the header set of docs/reference/mail.md, rule 24, once each, signed and aligned."""

import re
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

from dailyten.deliver.findings import Finding, error, warning
from dailyten.deliver.message import ONE_CLICK, SenderSettings, is_public

REQUIRED = {
    "From": "RFC 5322 §3.6",
    "To": "Gmail's sender guidelines",
    "Date": "RFC 5322 §3.6",
    "Subject": "RFC 5322 §3.6",
    "Message-ID": "RFC 5322 §3.6.4",
    "MIME-Version": "RFC 2045 §4",
    "Content-Type": "RFC 2045 §5",
    "List-Id": "RFC 2919",
    "List-Unsubscribe": "RFC 2369; Gmail and Yahoo demand it",
    "List-Help": "RFC 2369",
    "Feedback-ID": "Gmail's feedback loop",
    "Auto-Submitted": "RFC 3834",
    "Precedence": "old vacation programs",
    "X-Auto-Response-Suppress": "Exchange",
}
ONCE = (*REQUIRED, "Reply-To", "List-Unsubscribe-Post", "List-Archive", "List-Subscribe")
SIGNED = ("from to subject date message-id mime-version content-type list-id list-unsubscribe feedback-id").split()
SHORTEST_SUBJECT, LONG_SUBJECT, LONGEST_SUBJECT = 10, 60, 78
OFF_DATE = timedelta(minutes=5)


def lint_head(message: EmailMessage, sender: SenderSettings) -> Iterator[Finding]:
    """Go through the headers."""
    for name in ONCE:
        count = len(message.get_all(name, []))
        if name in REQUIRED and not count:
            yield error("header_missing", f"The header {name} is missing.", source=REQUIRED[name])
        if count > 1:
            yield error("header_twice", f"The header {name} stands {count} times.", str(count), "RFC 5322 §3.6")
    yield from _subject(str(message.get("Subject", "")))
    yield from _sender(message, sender)
    yield from _unsubscribe(message, sender)
    yield from _signature(message)


def _subject(subject: str) -> Iterator[Finding]:
    if any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in subject):  # noqa: PLR2004 - C0, DEL and C1
        yield error("subject_controls", "The subject holds control characters.", source="RFC 5322 §2.2")
    if not SHORTEST_SUBJECT <= len(subject) <= LONGEST_SUBJECT:
        words = f"The subject has {len(subject)} characters; 10 to 78 are read."
        yield warning("subject_length", words, str(len(subject)), "Buttondown")
    elif len(subject) > LONG_SUBJECT:
        words = f"The subject has {len(subject)} characters; telephones show about 60 at the most."
        yield warning("subject_long", words, str(len(subject)), "Buttondown")


def _sender(message: EmailMessage, sender: SenderSettings) -> Iterator[Finding]:
    domain = sender.address.rpartition("@")[2].lower()
    came_from = _addresses_domain(str(message.get("From", "")))
    if came_from and came_from != domain:
        yield error("from_domain", f"From is of {came_from}, the sender of {domain}.", source="DMARC, RFC 7489 §3.1")
    identity = str(message.get("Message-ID", "")).strip("<> \r\n").rpartition("@")[2].lower()
    if identity and not _aligned(identity, domain) and identity != sender.own_domain:
        yield error("message_id_domain", f"The Message-ID is of {identity}, not of ours.", source="RFC 5322 §3.6.4")


def _unsubscribe(message: EmailMessage, sender: SenderSettings) -> Iterator[Finding]:
    ways = re.findall(r"<([^>]*)>", str(message.get("List-Unsubscribe", "")))
    pages = [way for way in ways if way.startswith("https:")]
    if any(not way.startswith(("https:", "mailto:")) for way in ways):
        yield error("unsubscribe_scheme", "List-Unsubscribe names neither https nor mailto.", source="RFC 8058 §3.1")
    if len(pages) > 1:
        yield error("unsubscribe_pages", "List-Unsubscribe names more than one page.", str(len(pages)), "RFC 8058 §3.1")
    if any(not is_public(page) for page in pages):
        yield error("unsubscribe_private", "The page to leave by cannot be reached by a reader.", source="RFC 8058")
    if pages and str(message.get("List-Unsubscribe-Post", "")) != ONE_CLICK:
        yield error("one_click", "List-Unsubscribe-Post does not promise one click.", source="RFC 8058 §3.1")
    if not pages and sender.base_url:
        yield error("one_click", "There is a service, but no page to leave by with one click.", source="RFC 8058")
    if not pages and not sender.base_url:
        words = "Leaving works by mail only: Gmail and Yahoo want one click from who sends 5,000 a day."
        yield warning("no_one_click", words, "5000", "RFC 8058; Gmail's sender guidelines")


def _signature(message: EmailMessage) -> Iterator[Finding]:
    signatures = [re.sub(r"\s", "", str(each)) for each in message.get_all("DKIM-Signature", [])]
    if not signatures:
        yield warning("no_dkim", "No DKIM signature; the mail server must add one.", source="Gmail, Yahoo, Microsoft")
    domain = _addresses_domain(str(message.get("From", "")))
    for signature in signatures:
        tags = dict(tag.split("=", 1) for tag in signature.split(";") if "=" in tag)
        covered = tags.get("h", "").lower().split(":")
        post = ["list-unsubscribe-post"] if "List-Unsubscribe-Post" in message else []
        if missing := [name for name in (*SIGNED, *post) if name not in covered]:
            words = f"The signature does not cover {', '.join(missing)}."
            yield error("dkim_cover", words, source="RFC 8058 §4, RFC 6376 §5.4")
        if domain and not _aligned(domain, tags.get("d", "")):
            words = f"The signature is of {tags.get('d')}, the mail from {domain}: DMARC fails."
            yield error("dkim_alignment", words, source="RFC 7489 §3.1.1")


def _addresses_domain(address: str) -> str:
    found = re.search(r"@([A-Za-z0-9.-]+)>?\s*$", address)
    return found[1].lower() if found else ""


def _aligned(one: str, other: str) -> bool:
    """Tell whether one domain is the other, or lies under it."""
    return bool(other) and (one == other or one.endswith(f".{other}") or other.endswith(f".{one}"))
