"""The edge to a mailbox by IMAP: unread mails are given one by one, and marked as read when they are kept.

A mail is fetched without marking it (`BODY.PEEK`), so whatever happens in between leaves it unread. Source: RFC 3501.
"""

import imaplib
import re
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from dailyten.deliver.settings import BounceSettings, Security
from dailyten.errors import CannotGoOn

MOST_BYTES = 1_000_000
MOST_MAILS = 1000
WORD = re.compile(r"[A-Za-z0-9./_-]+")


def take_from_imap(settings: BounceSettings, take: Callable[[bytes], bool]) -> int:
    """Give each unread mail to `take`, which has kept it when it returns; say how many there were.

    `take` says whether it was understood: then the mail is marked as read, and deleted where the settings say so. What
    was not understood is marked as read and important, and never deleted. Of a mail only the first megabyte is
    fetched, of a mailbox a thousand mails, and nothing after `longest`; the next look goes on. Raises CannotGoOn.
    """
    until = time.monotonic() + settings.longest.total_seconds()
    taken = 0
    with _opened(settings) as box:
        for uid in _unread(box):
            if time.monotonic() >= until:
                break
            content = _content(box, uid)
            if content is None:
                continue
            understood = take(content)
            _mark(box, uid, understood=understood, delete=settings.delete)
            taken += 1
        if taken and settings.delete:
            box.expunge()
    return taken


@contextmanager
def _opened(settings: BounceSettings) -> Iterator[imaplib.IMAP4]:
    box: imaplib.IMAP4 | None = None
    try:
        box = _greeted(settings)
        box.login(settings.username, settings.password)
        answer, words = box.select(_quoted(settings.mailbox))
        if answer != "OK":
            raise CannotGoOn("There is no such folder in the mailbox.", came=_text(words), where=settings.place)
        yield box
        box.close()
    except (OSError, imaplib.IMAP4.error) as error:
        raise CannotGoOn("The mailbox cannot be read.", came=_reason(error), where=settings.place) from error
    finally:
        if box is not None:
            _leave(box)


def _greeted(settings: BounceSettings) -> imaplib.IMAP4:
    seconds = settings.timeout.total_seconds()
    if settings.security is Security.TLS:
        return imaplib.IMAP4_SSL(settings.host, settings.port, ssl_context=_tls(settings), timeout=seconds)
    box = imaplib.IMAP4(settings.host, settings.port, timeout=seconds)
    if settings.security is Security.STARTTLS:
        try:
            box.starttls(_tls(settings))
        except BaseException:
            _hang_up(box)
            raise
    return box


def _tls(settings: BounceSettings) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=settings.ca_file)
    if not settings.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _unread(box: imaplib.IMAP4) -> list[str]:
    _, found = box.uid("SEARCH", "UNSEEN")
    return _text(found).split()[:MOST_MAILS]


def _content(box: imaplib.IMAP4, uid: str) -> bytes | None:
    """Fetch a mail; None when somebody else has taken it away."""
    _, found = box.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
    return next((bytes(each[1]) for each in found if isinstance(each, tuple)), None)


def _mark(box: imaplib.IMAP4, uid: str, *, understood: bool, delete: bool) -> None:
    flags = r"(\Seen \Deleted)" if understood and delete else r"(\Seen)" if understood else r"(\Seen \Flagged)"
    answer, words = box.uid("STORE", uid, "+FLAGS", flags)
    if answer != "OK":
        raise imaplib.IMAP4.error(f"the mail could not be marked as read: {_text(words)}")


def _leave(box: imaplib.IMAP4) -> None:
    try:
        box.logout()
    except (OSError, imaplib.IMAP4.error):
        _hang_up(box)


def _hang_up(box: imaplib.IMAP4) -> None:
    """Close a line that may be closed already."""
    with suppress(OSError):
        box.shutdown()


def _quoted(folder: str) -> str:
    return folder if WORD.fullmatch(folder) else '"' + folder.replace("\\", r"\\").replace('"', r"\"") + '"'


def _text(found: object) -> str:
    pieces = found if isinstance(found, list) else []
    return " ".join(each.decode("utf-8", "replace") for each in pieces if isinstance(each, bytes))


def _reason(error: Exception) -> str:
    words = error.args[-1] if error.args else ""
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words or type(error).__name__)
