"""What a mail that came back says: read here, acted upon elsewhere. Pure.

Believed is only a tag of ours (`dailyten.deliver.envelope`): in the address that the mail came to, or in the message of
ours that it returns. Who wrote it, whom it names and the ids in it can be made up by anybody.

Sources: RFC 3464 (reports), RFC 3463 (status codes), RFC 5965 (complaints), RFC 3834 (answers of machines); what does
not follow them is read by flufl.bounce, which Mailman's makers keep.
"""

import re
from binascii import a2b_base64, a2b_qp
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.policy import compat32
from email.utils import parseaddr
from hashlib import sha256
from typing import TYPE_CHECKING, TypeAlias

from dailyten.deliver.bounce_words import (
    LATER,
    is_telling,
    kind_of,
    said_by_a_machine,
    wish_in,
    without_the_copy,
)
from dailyten.deliver.envelope import identity_in
from dailyten.model.bounce import MOST_WORDS, BounceKind
from dailyten.model.delivery import DELIVERY_ID
from dailyten.text.plain import paragraphs

if TYPE_CHECKING:
    from email.message import Message

Mail: TypeAlias = "Message[str, str]"

CAME_TO = (
    "Delivered-To X-Delivered-To X-Original-To Envelope-To X-Envelope-To X-Forwarded-To X-RCPT-To Apparently-To To Cc"
).split()
TAGGED = re.compile(r"(?<![A-Za-z])(?:bounce|unsub|vote)\+[0-9a-z]{1,32}\.[0-9a-f]{20}@[A-Za-z0-9.-]+", re.IGNORECASE)
SOFT_BREAK = re.compile(rb"=\r?\n")
GIVEN_UP = re.compile(
    r"permanent(?:ly| error| fatal)|given up|giving up|will be deleted|has expired|retry timeout", re.IGNORECASE
)
OUR_ID = re.compile(rf"<[0-9a-f]{{16}}\.{DELIVERY_ID}\.[0-9a-f]{{8}}@[A-Za-z0-9.-]+>")
MOST_BYTES = 1_000_000
MOST_TAGS = 50
MOST_PARTS = 60
REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
"""Reports about a delivery, of addresses in ASCII (RFC 3464) and of all others (RFC 6533)."""
OTHERS = {"not-spam": BounceKind.NOTICE, "auth-failure": BounceKind.NOTICE, "opt-out": BounceKind.LEAVE}
"""Feedback that is no complaint of a reader: a failure of DMARC (RFC 6591) is told by a machine."""
DELIVERED = frozenset({"delivered", "relayed", "expanded"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a mail says. `answers` names the message of ours that a person answers, `writer` who that is.

    `mark` tells it from every other mail. `wish` is what a person asks for, such as `pause 10` or `more 3`. `address`
    is that of the reader, told by somebody we believe; it counts where no mail of ours is named. Of one that is said
    `once`, the mark counts for whatever kind of thing it is.
    """

    kind: BounceKind
    mark: str
    delivery_id: str = ""
    subscriber_id: str = ""
    status: str = ""
    words: str = ""
    wish: str = ""
    answers: str = ""
    writer: str = ""
    address: str = ""
    once: bool = False


def hear(content: bytes, keys: Sequence[bytes]) -> Heard:
    """Say what a mail is. Never raises: what cannot be read is `unread`. Only its first megabyte is looked at."""
    content = content[:MOST_BYTES]
    try:
        return _hear(content, keys)
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError):
        return Heard(kind=BounceKind.UNREAD, mark=_hash(content), words="no mail program could read it")


def _hear(content: bytes, keys: Sequence[bytes]) -> Heard:
    message: Mail = message_from_bytes(content, policy=compat32)
    mark = _line(message, "Message-ID") or _hash(content)
    if not any(message.keys()):
        return Heard(kind=BounceKind.UNREAD, mark=mark, words="it has no headers")
    parts = list(_parts(message))
    whose = _whose(message, content, parts, keys)
    said = (
        _complaint(parts)
        or _farewell(message, parts, keys)
        or _vote(message, keys)
        or _report(parts)
        or _receipt(parts)
        or _old_bounce(message, parts)
        or _machine(message)
        or _letter(message, parts)
    )
    if said.writer or said.subscriber_id or said.kind in (BounceKind.VOTE, BounceKind.LETTER):
        return replace(said, mark=mark)  # a person wrote: what is quoted below says nothing of the writer
    return replace(said, mark=mark, delivery_id=whose.delivery_id, subscriber_id=whose.subscriber_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Whose:
    delivery_id: str = ""
    subscriber_id: str = ""


def _whose(message: Mail, content: bytes, parts: Sequence[Mail], keys: Sequence[bytes]) -> _Whose:
    """Find for whom the mail of ours was made: by the address it came back to, else by what is returned of it."""
    came_to = " ".join(_line(message, name) for name in CAME_TO)
    texts = [came_to, SOFT_BREAK.sub(b"", content).decode("latin-1")]
    texts += [_payload(part) for part in parts if _line(part, "Content-Transfer-Encoding").lower() == "base64"]
    delivery_id = subscriber_id = ""
    for found in list(dict.fromkeys(each for text in texts for each in TAGGED.findall(text)))[:MOST_TAGS]:
        delivery_id = delivery_id or identity_in(found, "bounce", keys)
        subscriber_id = subscriber_id or identity_in(found, "unsub", keys)
    return _Whose(delivery_id=delivery_id, subscriber_id="" if delivery_id else subscriber_id)


def _complaint(parts: Sequence[Mail]) -> Heard | None:
    """Read a complaint by a reader, passed on by the reader's provider (RFC 5965)."""
    for part in parts:
        if part.get_content_type() == "message/feedback-report":
            fields = _fields(_inside(part))
            told = fields.get("feedback-type", "abuse").lower()
            kind = OTHERS.get(told, BounceKind.COMPLAINT)
            by = fields.get("user-agent", "") or fields.get("source-ip", "")
            return Heard(kind=kind, mark="", words=f"{told} {by}".strip()[:MOST_WORDS])
    if any("X-HmXmrOriginalRecipient" in part for part in parts):  # Microsoft's JMRP has a form of its own
        return Heard(kind=BounceKind.COMPLAINT, mark="", words="abuse, told by Microsoft's JMRP")
    return None


def _farewell(message: Mail, parts: Sequence[Mail], keys: Sequence[bytes]) -> Heard | None:
    """Read a mail to the address that a reader leaves by. The subject says what is wished, if anything else."""
    for name in CAME_TO:
        for found in TAGGED.findall(_line(message, name)):
            if reader := identity_in(found, "unsub", keys):
                subject = _line(message, "Subject")
                kind, wish = wish_in(subject) or (BounceKind.LETTER, "")
                if not subject.strip():
                    kind, wish = wish_in(_first_words(parts)) or (BounceKind.LEAVE, "")
                return Heard(kind=kind, mark="", subscriber_id=reader, words=subject[:MOST_WORDS], wish=wish)
    return None


def _vote(message: Mail, keys: Sequence[bytes]) -> Heard | None:
    """Read a mail to the address that takes votes on one mail of ours; its subject says which.

    With any other subject it is looked at as any other mail.
    """
    for name in CAME_TO:
        for found in TAGGED.findall(_line(message, name)):
            if delivery_id := identity_in(found, "vote", keys):
                subject = _line(message, "Subject")
                kind, wish = wish_in(subject) or (BounceKind.LETTER, "")
                if kind is BounceKind.VOTE:
                    return Heard(kind=kind, mark="", delivery_id=delivery_id, words=subject[:MOST_WORDS], wish=wish)
    return None


def _report(parts: Sequence[Mail]) -> Heard | None:
    """Read a report about a delivery (RFC 3464). Of several recipients the worst counts: we write to one at a time."""
    for part in parts:
        if part.get_content_type() in REPORTS:
            told = [_of_recipient(fields, parts) for fields in _groups(part)]
            said = [each for each in told if each is not None]
            return min(said, key=lambda each: ORDER.index(each.kind)) if said else None
    return None


def _receipt(parts: Sequence[Mail]) -> Heard | None:
    """Know a receipt for a mail that was read or thrown away (RFC 8098). We ask for none and keep none of it."""
    if any(part.get_content_type() == "message/disposition-notification" for part in parts):
        return Heard(kind=BounceKind.NOTICE, mark="", words="a receipt")
    return None


ORDER = list(BounceKind)


def _of_recipient(fields: dict[str, str], parts: Sequence[Mail]) -> Heard | None:
    action = fields.get("action", "").partition(" ")[0].partition(";")[0].lower()
    status = _status(fields.get("status", "")) or _status(fields.get("diagnostic-code", ""))
    words = fields.get("diagnostic-code", "").partition(";")[2].strip() or fields.get("diagnostic-code", "")
    if not action and not status:
        return None
    if action in DELIVERED:
        return Heard(kind=BounceKind.NOTICE, mark="", status=status, words=(words or action)[:MOST_WORDS])
    if action == "delayed":
        return Heard(kind=BounceKind.DELAYED, mark="", status=status, words=words[:MOST_WORDS])
    words = words or _telling(without_the_copy(_text(parts)))
    return Heard(kind=kind_of(status, words), mark="", status=status, words=words[:MOST_WORDS])


def _old_bounce(message: Mail, parts: Sequence[Mail]) -> Heard | None:
    """Read a bounce that follows no standard: qmail's, Exim's, and whatever else flufl.bounce knows."""
    from flufl.bounce import all_failures

    words = without_the_copy(_text(parts))
    failed = _line(message, "X-Failed-Recipients")
    temporary, permanent = (frozenset[bytes](), frozenset[bytes]()) if failed else all_failures(message)
    known = failed or temporary or permanent
    if not known and not _is_from_a_server(message) and not (_has_no_sender(message) and _is_failure(message, words)):
        return None
    status, telling = _status(words), _telling(words)
    if (temporary and not permanent) or (LATER.search(words) and not GIVEN_UP.search(words)):
        return Heard(kind=BounceKind.DELAYED, mark="", status=status, words=telling)
    if not (failed or permanent) and said_by_a_machine(message.get("Auto-Submitted", ""), _line(message, "Subject")):
        return None
    return Heard(kind=kind_of(status, words), mark="", status=status, words=telling)


def _machine(message: Mail) -> Heard | None:
    """Know an answer that a machine gives in somebody's absence (RFC 3834, and what came before it)."""
    subject = _line(message, "Subject")
    if (
        said_by_a_machine(_line(message, "Auto-Submitted"), subject)
        or _machine_marks(message)
        or _has_no_sender(message)
    ):
        return Heard(kind=BounceKind.AUTO_REPLY, mark="", words=subject[:MOST_WORDS])
    return None


def _machine_marks(message: Mail) -> bool:
    known = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Vacation", "X-Autogenerated", "X-Auto-Reply-From")
    precedence = _line(message, "Precedence").lower()
    return any(name in message for name in known) or precedence in ("auto_reply", "auto-reply")


def _letter(message: Mail, parts: Sequence[Mail]) -> Heard:
    """Read what a person wrote: a wish when its first line or its subject is nothing else, else a letter."""
    subject, first = _line(message, "Subject"), _first_words(parts)
    answered = OUR_ID.findall(f"{_line(message, 'In-Reply-To')} {_line(message, 'References')}")
    kind, wish = wish_in(first) or wish_in(subject) or (BounceKind.LETTER, "")
    return Heard(
        kind=kind,
        mark="",
        words=(subject or first)[:MOST_WORDS],
        wish=wish,
        answers=answered[-1] if answered else "",
        writer=parseaddr(_line(message, "From"))[1].lower(),
    )


def _is_from_a_server(message: Mail) -> bool:
    writer = parseaddr(_line(message, "From"))[1].partition("@")[0].lower()
    return writer in ("mailer-daemon", "postmaster", "mail-daemon")


def _has_no_sender(message: Mail) -> bool:
    """Say whether an answer would go nowhere: no person writes like that (RFC 5321 §4.5.5)."""
    return _line(message, "Return-Path").strip() == "<>"


def _is_failure(message: Mail, words: str) -> bool:
    """Say whether a mail without a sender tells of a failure; an absent person's machine may quote one."""
    marked = said_by_a_machine(_line(message, "Auto-Submitted"), _line(message, "Subject"))
    return not marked and not _machine_marks(message) and (bool(_status(words)) or is_telling(words))


def _parts(message: Mail) -> Iterator[Mail]:
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS:
            return
        yield part


def _groups(part: Mail) -> Iterator[dict[str, str]]:
    """Give the fields of each recipient. The first group is of the message, unless a server left it out."""
    inner = part.get_payload()
    texts = [str(each) for each in inner] if isinstance(inner, list) else [_payload(part)]
    if _line(part, "Content-Transfer-Encoding").lower() in ("base64", "quoted-printable"):
        texts = [_opened(part, "".join(texts))]
    for text in texts:
        for group in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
            fields = _fields(group)
            if "action" in fields or "status" in fields or "final-recipient" in fields:
                yield fields


def _opened(part: Mail, text: str) -> str:
    """Decode a report that a server encoded, which it must not (RFC 3464 §2.1), and some do."""
    raw = text.strip().encode("ascii", "replace")
    if _line(part, "Content-Transfer-Encoding").lower() == "base64":
        return a2b_base64(raw).decode("utf-8", "replace")
    return a2b_qp(raw).decode("utf-8", "replace")


def _inside(part: Mail) -> str:
    inner = part.get_payload()
    return "\n".join(str(each) for each in inner) if isinstance(inner, list) else _payload(part)


def _fields(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in re.sub(r"\r?\n[ \t]+", " ", text).splitlines():
        name, colon, value = line.partition(":")
        if colon and name.strip().lower() not in found:
            found[name.strip().lower()] = value.strip()
    return found


def _status(text: str) -> str:
    found = re.search(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])", text)
    return found[1] if found else ""


def _telling(words: str) -> str:
    """Give the lines of a bounce that say why: from the first that holds a code, else the first ones."""
    lines = [" ".join(line.split()) for line in words.splitlines() if line.strip()]
    start = next((number for number, line in enumerate(lines) if re.search(r"\b[45]\d\d\b|[45]\.\d\.\d", line)), 0)
    return " ".join(lines[start : start + 3])[:MOST_WORDS]


def _text(parts: Iterable[Mail]) -> str:
    """Give the text of a mail, or, where it has none, the words of its HTML."""
    words = ""
    for part in parts:
        kind = "" if part.is_multipart() else part.get_content_type()
        if kind == "text/plain":
            return _payload(part)
        if kind == "text/html":
            words = words or paragraphs(_payload(part))
    return words


def _first_words(parts: Iterable[Mail]) -> str:
    """Give the first line of the text that is not quoted."""
    lines = (line.strip() for line in _text(parts).splitlines())
    return next((line for line in lines if line and line[0] != ">"), "")


def _payload(part: Mail) -> str:
    body = part.get_payload(decode=True)
    if not isinstance(body, bytes):
        return ""
    try:
        return body.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


def _line(message: Mail, name: str) -> str:
    """Give a header as people read it, all of its occurrences."""
    return " ".join(_decoded(str(value)) for value in message.get_all(name, []))


def _decoded(value: str) -> str:
    try:
        return " ".join(str(make_header(decode_header(value))).split())
    except (LookupError, UnicodeError, MessageError, ValueError):
        return " ".join(value.split())


def _hash(content: bytes) -> str:
    return sha256(content).hexdigest()
