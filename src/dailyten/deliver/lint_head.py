"""Rules for the head of a message: the header set of docs/reference/mail.md, rule 24, once each, signed and aligned."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from dailyten.deliver.address import is_aligned
from dailyten.deliver.findings import Finding, error, warning
from dailyten.deliver.message import ONE_CLICK
from dailyten.deliver.sender import SenderSettings, is_public

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
MAILBOX = re.compile(r"[^\s@<>,]+@[A-Za-z0-9.-]+")


def lint_head(message: EmailMessage, sender: SenderSettings) -> Iterator[Finding]:
    """Go through the headers."""
    for name in ONCE:
        count = len(message.get_all(name, []))
        if name in REQUIRED and not count:
            yield error("header_missing", f"The header {name} is missing.", source=REQUIRED[name])
        if count > 1:
            yield error("header_twice", f"The header {name} stands {count} times.", str(count), "RFC 5322 §3.6")
    yield from _subject(str(message.get("Subject", "")))
    yield from _people(message)
    yield from _sender(message, sender)
    yield from _shapes(message)
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


def _people(message: EmailMessage) -> Iterator[Finding]:
    """One writes, one is written to, and nobody sees who else gets it."""
    for name in ("From", "To"):
        count = len(MAILBOX.findall(re.sub(r'"[^"]*"', "", str(message.get(name, "")))))
        if name in message and count != 1:
            words = f"{name} names {count} addresses, not one."
            yield error(f"{name.lower()}_one", words, str(count), "RFC 7489 §6.6.1; each reader gets a mail alone")
    for name in ("Cc", "Bcc"):
        if name in message:
            yield error("copies", f"The header {name} shows readers to one another.", source="RFC 5322 §3.6.3")


def _shapes(message: EmailMessage) -> Iterator[Finding]:
    """Look whether dates, ids and versions are what programs can read."""
    if "MIME-Version" in message and str(message["MIME-Version"]).strip() != "1.0":
        yield error("mime_version", "MIME-Version is not 1.0.", str(message["MIME-Version"]), "RFC 2045 §4")
    if "Message-ID" in message and not re.fullmatch(r"\s*<[^<>@\s]+@[^<>@\s]+>\s*", str(message["Message-ID"])):
        yield error("message_id", "The Message-ID is not of the form <name@domain>.", source="RFC 5322 §3.6.4")
    if "List-Id" in message and not re.search(r"<[^<>\s@]+\.[^<>\s@]+>\s*$", str(message["List-Id"])):
        yield error("list_id", "List-Id names no list as <name.domain>.", source="RFC 2919 §3")
    if "Date" in message and _date(message) is None:
        yield error("date", "The Date cannot be read.", str(message["Date"])[:60], "RFC 5322 §3.3")


def year_of(message: EmailMessage) -> int:
    """Say of which year a mail is, 0 where that cannot be read."""
    written = _date(message)
    return written.year if written else 0


def _date(message: EmailMessage) -> datetime | None:
    try:
        at = parsedate_to_datetime(str(message["Date"]))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _sender(message: EmailMessage, sender: SenderSettings) -> Iterator[Finding]:
    domain = sender.address.rpartition("@")[2].lower()
    came_from = _addresses_domain(str(message.get("From", "")))
    if came_from and came_from != domain:
        yield error("from_domain", f"From is of {came_from}, the sender of {domain}.", source="DMARC, RFC 7489 §3.1")
    identity = str(message.get("Message-ID", "")).strip("<> \r\n").rpartition("@")[2].lower()
    if identity and identity not in (domain, sender.own_domain) and not is_aligned(identity, domain):
        yield error("message_id_domain", f"The Message-ID is of {identity}, not of ours.", source="RFC 5322 §3.6.4")


def _unsubscribe(message: EmailMessage, sender: SenderSettings) -> Iterator[Finding]:
    ways = re.findall(r"<([^>]*)>", str(message.get("List-Unsubscribe", "")))
    pages = [way for way in ways if way.lower().startswith("https:")]
    if "List-Unsubscribe" in message and not ways:
        yield error("unsubscribe_scheme", "List-Unsubscribe holds no address in <>.", source="RFC 2369 §2")
    if any(not way.lower().startswith(("https:", "mailto:")) for way in ways):
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
    faults = [tuple(_faults(signature, message)) for signature in signatures]
    if () not in faults:  # one that is good is enough; a server on the way may add its own
        yield from (fault for each in faults for fault in each)
    if any(";l=" in f";{signature}" for signature in signatures):
        yield warning("dkim_length", "A signature covers a part of the body only (l=).", source="RFC 6376 §8.2")


def _faults(signature: str, message: EmailMessage) -> Iterator[Finding]:
    tags = dict(tag.split("=", 1) for tag in signature.split(";") if "=" in tag)
    covered = tags.get("h", "").lower().split(":")
    post = ["list-unsubscribe-post"] if "List-Unsubscribe-Post" in message else []
    if missing := [name for name in (*SIGNED, *post) if name not in covered]:
        yield error(
            "dkim_cover", f"The signature does not cover {', '.join(missing)}.", source="RFC 8058 §4, RFC 6376 §5.4"
        )
    domain = _addresses_domain(str(message.get("From", "")))
    if domain and not is_aligned(domain, tags.get("d", "")) and domain != tags.get("d", "").lower():
        words = f"The signature is of {tags.get('d')}, the mail from {domain}: DMARC fails."
        yield error("dkim_alignment", words, source="RFC 7489 §3.1.1")
    signed, written = tags.get("t", ""), _date(message)
    if (
        re.fullmatch(r"[0-9]{1,12}", signed)
        and written
        and abs(written.timestamp() - int(signed)) > OFF_DATE.total_seconds()
    ):
        yield warning("date_off", "The Date is more than 5 minutes off the time of signing.", source="spam filters")


def _addresses_domain(address: str) -> str:
    found = re.search(r"@([A-Za-z0-9.-]+)>?\s*$", address)
    return found[1].lower() if found else ""
