"""The bytes of a message: what an edition shares is encoded once, what is a reader's own is put in between.

Text first, HTML after it, both quoted-printable UTF-8, so no line passes 76 octets whatever a publisher wrote. Every
header goes through `Line`. The same letter, reader and date give the same bytes.

Sources: RFC 5322, 2045-2047, 2369, 2919, 8058, 3834; docs/reference/mail.md §2.
"""

import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from functools import lru_cache
from hashlib import sha256
from html import escape

from dailyten.deliver.line import Line, Lines
from dailyten.deliver.sender import ADDRESS, SenderSettings, is_public
from dailyten.model.instant import require_utc

SOFT_BREAK = b"=\r\n"
ONE_CLICK = "List-Unsubscribe=One-Click"
LONGEST_WORD = 60
LONGEST_QUOTED = 76
"""Octets of a line in quoted-printable, at most (RFC 2045 §6.7, rule 5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a reader's own text goes: its key, and whether it stands in HTML."""

    key: str
    in_html: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """An edition as one mail, encoded: all but what is a reader's own.

    `body` alternates encoded pieces and the places (`Place`) between them.
    """

    edition_id: str
    sender: SenderSettings
    shared: Lines
    body: tuple[Lines | Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """For whom a message is made.

    `message_id` is the delivery's, `at` the time the mail bears (the same at every try). `unsubscribe_url` must act
    on a POST without login (RFC 8058), and is empty without a public service; `unsubscribe_address` takes a mail.
    `texts` says what to put in each place of the letter.
    """

    delivery_id: str
    address: str
    message_id: str
    at: datetime
    return_path: str
    unsubscribe_address: str
    unsubscribe_url: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require_utc(at=self.at)
        for address in (self.address, self.return_path, self.unsubscribe_address):
            if not ADDRESS.fullmatch(address):
                raise ValueError(f"not an address that may stand in a header: {address!r}")
        if self.unsubscribe_url and not is_public(self.unsubscribe_url):
            raise ValueError(f"a one-click address must be public and https, came {self.unsubscribe_url!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message with its envelope, ready for a mail server.

    `content` has CRLF line ends, ends in one, and holds no lone CR or LF, by which a second message could be smuggled
    past the final dot. Raises ValueError for anything else.
    """

    delivery_id: str
    return_path: str
    recipient: str
    content: bytes

    def __post_init__(self) -> None:
        if not isinstance(self.content, Lines):
            Lines(self.content)
        if not self.content.endswith(b"\r\n"):
            raise ValueError("a message ends in CRLF")
        for address in (self.return_path, self.recipient):
            if not ADDRESS.fullmatch(address):
                raise ValueError(f"not an address that may stand in an envelope: {address!r}")


def message_id_of(edition_id: str, delivery_id: str, domain: str) -> str:
    """Compute the Message-ID of a delivery: fixed when the row is made, the same at every try."""
    check = sha256(f"{edition_id}\x00{delivery_id}\x00{domain}".encode()).hexdigest()[:8]
    return f"<{edition_id}.{delivery_id}.{check}@{domain}>"


def write_letter(
    *,
    subject: Line,
    text: str,
    html: str,
    sender: SenderSettings,
    edition_id: str,
    edition_sha256: str = "",
    places: Sequence[str] = (),
) -> Letter:
    """Encode what all readers of a letter share.

    `places` are texts in it that each reader gets something else for, such as `https://personal.invalid/leave`;
    what they get is put in as it is, and escaped where it stands in HTML.
    """
    return join_letter(
        subject=subject,
        text=tuple(_pieces(text, places, in_html=False)),
        html=tuple(_pieces(html, places, in_html=True)),
        sender=sender,
        edition_id=edition_id,
        edition_sha256=edition_sha256,
    )


def join_letter(
    *,
    subject: Line,
    text: Sequence[Lines | Place],
    html: Sequence[Lines | Place],
    sender: SenderSettings,
    edition_id: str,
    edition_sha256: str = "",
) -> Letter:
    """Put a letter together from encoded pieces (`encoded`) and the places between them.

    `edition_sha256` is the digest of the frozen edition, so that a forwarded copy can be held against the archive.
    """
    shared, boundary = _shared(subject, sender, edition_id, edition_sha256)
    return Letter(
        edition_id=edition_id,
        sender=sender,
        shared=shared,
        body=(
            _part(boundary, "plain"),
            *text,
            _part(boundary, "html"),
            *html,
            Lines(f"\r\n--{boundary}--\r\n".encode()),
        ),
    )


def encoded(piece: str) -> Lines:
    """Encode a piece of a text by itself, so that pieces can be joined in any order and no line grows.

    One that does not end a line ends in a soft line break, which a reader's program takes out again (RFC 2045 §6.7,
    rule 5). So each piece begins a line of its own.
    """
    quoted = _quoted(piece)
    if not quoted or quoted.endswith(b"\n"):
        return Lines(quoted)
    return Lines(_breakable(quoted) + SOFT_BREAK)


def address_to(to: Recipient, letter: Letter) -> Outgoing:
    """Make the message of one reader. Raises KeyError when the letter has a place that `to.texts` does not fill."""
    own = (
        _header("To", to.address),
        _header("Date", format_datetime(to.at)),
        _header("Message-ID", to.message_id),
        *_unsubscribe(to),
    )
    places = {piece for piece in letter.body if isinstance(piece, Place)}
    fillings = {place: _filling(place, to.texts) for place in places}
    body = [fillings[piece] if isinstance(piece, Place) else piece for piece in letter.body]
    content = Lines.joined((letter.shared, Lines(b"".join(own)), *body))
    return Outgoing(delivery_id=to.delivery_id, return_path=to.return_path, recipient=to.address, content=content)


def _shared_headers(subject: Line, sender: SenderSettings, edition_id: str, edition_sha256: str) -> bytes:
    list_id = sender.list_id or f"{sender.stream}.{sender.own_domain}"
    feedback_id = f"{edition_id}:{sender.stream}:{list_id.partition('.')[0]}:{sender.sender_id}"
    headers = (
        _people("From", sender.name, sender.address),
        _header("Reply-To", sender.reply_to) if sender.reply_to else b"",
        _people("Subject", subject),
        _header("MIME-Version", "1.0"),
        _people("List-Id", sender.list_name or sender.name, list_id),
        *_list_pages(sender),
        _header("Feedback-ID", feedback_id),
        _header("Auto-Submitted", "auto-generated"),
        _header("X-Auto-Response-Suppress", "OOF, AutoReply"),
        _header("Precedence", "bulk"),
        _header("X-Edition-SHA256", edition_sha256) if edition_sha256 else b"",
    )
    return b"".join(headers)


def _list_pages(sender: SenderSettings) -> Iterator[bytes]:
    """Name only pages that are there: without a site, help comes by mail."""
    site = sender.site_url or sender.base_url
    write_to = sender.reply_to or sender.address
    yield _header("List-Help", f"<{_page(site, 'about/')}>" if site else f"<mailto:{write_to}?subject=help>")
    if site:
        yield _header("List-Archive", f"<{_page(site, 'archive/')}>")
    if sender.base_url:
        yield _header("List-Subscribe", f"<{_page(sender.base_url, 'subscribe')}>")


def _unsubscribe(to: Recipient) -> Iterator[bytes]:
    mail = f"<mailto:{to.unsubscribe_address}?subject=unsubscribe>"
    if to.unsubscribe_url:
        yield _header("List-Unsubscribe", f"<{to.unsubscribe_url}>", mail)
        yield _header("List-Unsubscribe-Post", ONE_CLICK)
    else:
        yield _header("List-Unsubscribe", mail)


def _page(base: str, path: str) -> str:
    return f"{base.rstrip('/')}/{path}"


def _header(name: str, *values: str) -> bytes:
    """Write a header; several values come one a line. `Line` lets no line break into any of them."""
    lines = ",\r\n ".join(Line(value) for value in values)
    return f"{name}: {lines}\r\n".encode("ascii")


def _people(name: str, words: str, address: str = "") -> bytes:
    """Write a header that people read: plain ASCII as it is, all else in encoded words (RFC 2047)."""
    line = Line(words)
    plain = line.isascii() and "=?" not in line and max(map(len, line.split()), default=0) <= LONGEST_WORD
    if plain and address:
        line = Line('"' + line.replace("\\", r"\\").replace('"', r"\"") + '"')
    written = Header(line, "us-ascii" if plain else "utf-8", header_name=name).encode(linesep="\r\n")
    return f"{name}: {written}{f' <{Line(address)}>' if address else ''}\r\n".encode("ascii")


def _pieces(text: str, places: Sequence[str], *, in_html: bool) -> Iterator[Lines | Place]:
    text = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
    cut = re.split("(" + "|".join(map(re.escape, places)) + ")", text) if places else [text]
    for number, piece in enumerate(cut):
        yield Place(key=piece, in_html=in_html) if number % 2 else encoded(piece)


@lru_cache(maxsize=2048)
def _shared(subject: Line, sender: SenderSettings, edition_id: str, edition_sha256: str) -> tuple[Lines, str]:
    """Give the headers that readers with the same subject share, and the boundary that they name.

    No line of quoted-printable text holds "=_", so the boundary stands in no body (RFC 2045 §6.7).
    """
    boundary = "=_" + sha256(f"{edition_id}\x00{subject}\x00{edition_sha256}".encode()).hexdigest()[:24]
    headers = _shared_headers(subject, sender, edition_id, edition_sha256)
    return Lines(headers + _header("Content-Type", f'multipart/alternative; boundary="{boundary}"')), boundary


def _part(boundary: str, kind: str) -> Lines:
    part = f'\r\n--{boundary}\r\nContent-Type: text/{kind}; charset="utf-8"\r\n'
    return Lines(f"{part}Content-Transfer-Encoding: quoted-printable\r\n\r\n".encode())


def _filling(place: Place, texts: Mapping[str, str]) -> Lines:
    text = texts[place.key]
    return encoded(escape(text) if place.in_html else text)


def _breakable(quoted: bytes) -> bytes:
    """Leave room in the last line for the soft break that may follow it: a full line would grow to 77 octets."""
    full = quoted.rpartition(b"\n")[2]
    if len(full) < LONGEST_QUOTED:
        return quoted
    last = 3 if full[-3:-2] == b"=" else 1
    return quoted[:-last] + SOFT_BREAK + quoted[-last:]


def _quoted(text: str) -> bytes:
    return binascii.b2a_qp(text.encode(errors="replace"), istext=True).replace(b"\n", b"\r\n")
