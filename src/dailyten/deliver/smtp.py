"""The edge to a mail server: one line, kept open, on which each stage of a handover is told apart.

`smtplib.sendmail` raises the same exception whether the connection was lost before the final dot or after it; here
the one is `Deferred`, the other `Unknown`. Sources: RFC 5321 (SMTP), 2920 (PIPELINING), 1870 (SIZE), 3461 (DSN),
1047 (the lost reply).
"""

import base64
import select
import smtplib
import socket
import ssl
from collections.abc import Callable, Sequence
from datetime import timedelta

from dailyten.deliver.message import Outgoing
from dailyten.deliver.sending import Down, Withdrawn
from dailyten.deliver.settings import Security, SmtpSettings
from dailyten.model.delivery import Accepted, Deferred, Handover, Refused, Unknown

DONE = range(200, 300)
GO_ON = 354
LATER = range(400, 500)
GOODBYE = 421
NEVER = range(500, 600)
STOPS = range(400, 600)
OUR_LOGIN = frozenset({530, 534, 535, 538})
"""The server wants us to log in, or otherwise (RFC 4954 §6): no fault of a mail, so it waits till that is set right."""
GOODBYE_TIMEOUT = timedelta(seconds=2)


class SmtpLine:
    """A line to one mail server. Opened at the first message, again after `messages_per_connection`, or when lost."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._smtp: smtplib.SMTP | None = None
        self._handed_over = 0
        self._in_transaction = False

    def hand_over(self, outgoing: Outgoing, before_dot: Callable[[], bool]) -> Handover | Withdrawn | Down:
        """Offer a message and say what came of it.

        A server may hang up on a line that was idle; it is then opened anew, once, for surely nothing was taken.
        Whatever `before_dot` raises comes out after the line was cut, so the message was surely not taken.
        """
        if self._handed_over >= self._settings.messages_per_connection:
            self.close()
        was_used = self._smtp is not None and self._handed_over > 0
        said = self._try(outgoing, before_dot)
        if was_used and self._smtp is None and isinstance(said, Deferred) and said.stage == "MAIL":
            said = self._try(outgoing, before_dot)
        return said

    def look(self) -> Down | None:
        """Greet the server, go private, log in and say goodbye; say what is wrong, None if nothing is."""
        found = self._open()
        self.close()
        return found if isinstance(found, Down) else None

    def close(self) -> None:
        """Say goodbye and forget the line."""
        if self._smtp is not None:
            try:
                _wait_at_most(self._smtp, GOODBYE_TIMEOUT)
                self._smtp.quit()
            except (OSError, smtplib.SMTPException):
                pass
        self._cut()

    def _try(self, outgoing: Outgoing, before_dot: Callable[[], bool]) -> Handover | Withdrawn | Down:
        smtp = self._smtp or self._open()
        if isinstance(smtp, Down):
            return smtp
        self._handed_over += 1
        stopped = self._envelope(smtp, outgoing)
        return stopped or self._content(smtp, outgoing.content, before_dot)

    def _envelope(self, smtp: smtplib.SMTP, outgoing: Outgoing) -> Handover | None:
        """Say MAIL, RCPT and DATA, all at once if the server offers that. None: it waits for the message."""
        steps = [("MAIL", _mail_command(smtp, outgoing)), ("RCPT", f"RCPT TO:<{outgoing.recipient}>"), ("DATA", "DATA")]
        if self._in_transaction:
            steps.insert(0, ("MAIL", "RSET"))
        at_once = self._settings.pipelining and smtp.has_extn("pipelining")
        for group in [steps] if at_once else [[step] for step in steps]:
            if stopped := self._say(smtp, group):
                return stopped
        return None

    def _say(self, smtp: smtplib.SMTP, group: Sequence[tuple[str, str]]) -> Deferred | Refused | None:
        """Say some commands and hear their answers. The first that stops the handover counts, whatever comes after."""
        stopped: Deferred | Refused | None = None
        stage = group[0][0]
        try:
            smtp.send("".join(f"{command}\r\n" for _, command in group).encode("ascii"))
            for stage, command in group:
                code, text = smtp.getreply()
                self._in_transaction = command != "RSET"
                if code == GO_ON if command == "DATA" else code in DONE:
                    if stopped and command == "DATA":
                        self._cut()  # it waits for a message that has no recipient: there is no other way out
                    continue
                stopped = stopped or _stop(code, text, stage)
                if code == GOODBYE or code not in STOPS:
                    self._cut()
                    break
        except OSError as error:
            self._cut()
            return stopped or Deferred(reply=_lost(error), stage=stage)
        return stopped

    def _content(self, smtp: smtplib.SMTP, content: bytes, before_dot: Callable[[], bool]) -> Handover | Withdrawn:
        try:
            smtp.send(_stuffed(content))
            if _has_spoken(smtp, self._settings.timeout):
                code, text = smtp.getreply()
                self._cut()
                return _stop(code, text, "DATA")
        except OSError as error:
            self._cut()
            return Deferred(reply=_lost(error), stage="DATA")
        allowed = False
        try:
            allowed = before_dot()
        finally:
            if not allowed:
                self._cut()
        return self._dot(smtp) if allowed else Withdrawn()

    def _dot(self, smtp: smtplib.SMTP) -> Handover:
        """Send the final dot. From here to the answer nobody can know (RFC 1047)."""
        try:
            _wait_at_most(smtp, self._settings.dot_timeout)
            smtp.send(b".\r\n")
            code, text = smtp.getreply()
            _wait_at_most(smtp, self._settings.timeout)
        except OSError as error:
            self._cut()
            return Unknown(detail=f"{_lost(error)} after the final dot")
        self._in_transaction = False
        if code == GOODBYE or code not in {*DONE, *STOPS}:
            self._cut()
        if code in DONE:
            return Accepted(reply=_reply(code, text))
        if code in STOPS:
            return _stop(code, text, "dot")
        return Unknown(detail=f"not an answer that SMTP knows: {_reply(code, text)}")

    def _open(self) -> smtplib.SMTP | Down:
        try:
            self._smtp = _greeted(self._settings)
        except (OSError, UnicodeError) as error:
            return Down(words=f"{_words_of(error, self._settings)} Mail waits.")
        self._handed_over = 0
        self._in_transaction = False
        return self._smtp

    def _cut(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None
        self._handed_over = 0


def _stop(code: int, text: bytes, stage: str) -> Deferred | Refused:
    """Say what an answer other than the wanted one means, before the final dot or to it."""
    reply = _reply(code, text)
    if code in NEVER and code not in OUR_LOGIN:
        return Refused(reply=reply, stage=stage)
    return Deferred(reply=reply if code in STOPS else f"not an answer that SMTP knows: {reply}", stage=stage)


def _greeted(settings: SmtpSettings) -> smtplib.SMTP:
    """Connect, greet, go private and log in. Raises OSError, of which every fault of smtplib is one."""
    connect = settings.connect_timeout.total_seconds()
    if settings.security is Security.TLS:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.host, settings.port, settings.hello, timeout=connect, context=_tls(settings)
        )
    else:
        smtp = smtplib.SMTP(settings.host, settings.port, settings.hello, timeout=connect)
    try:
        _socket(smtp).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _wait_at_most(smtp, settings.timeout)
        smtp.ehlo_or_helo_if_needed()
        if settings.security is Security.STARTTLS:
            smtp.starttls(context=_tls(settings))
            smtp.ehlo_or_helo_if_needed()
        if settings.username:
            _log_in(smtp, settings.username, settings.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _log_in(smtp: smtplib.SMTP, username: str, password: str) -> None:
    """Log in; smtplib knows ASCII only, so all else goes by PLAIN in UTF-8 (RFC 4616 §2)."""
    if username.isascii() and password.isascii():
        smtp.login(username, password)
        return
    if "PLAIN" not in smtp.esmtp_features.get("auth", "").upper().split():
        raise smtplib.SMTPNotSupportedError("no AUTH PLAIN for a password beyond ASCII")
    said = base64.b64encode(f"\0{username}\0{password}".encode()).decode()
    code, text = smtp.docmd("AUTH", f"PLAIN {said}")
    if code not in DONE:
        raise smtplib.SMTPAuthenticationError(code, text)


def _tls(settings: SmtpSettings) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=settings.ca_file)
    if not settings.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _words_of(error: OSError | UnicodeError, settings: SmtpSettings) -> str:  # noqa: C901, PLR0911, PLR0912 - a table of faults
    """Say in one sentence why there is no line."""
    server = f"The mail server at {settings.place}"
    match error:
        case smtplib.SMTPAuthenticationError(smtp_code=code) if code in LATER:
            return f"{server} lets nobody log in just now ({_reply(code, error.smtp_error)})."
        case smtplib.SMTPAuthenticationError():
            return f"{server} refuses the user name or password ({_reply(error.smtp_code, error.smtp_error)})."
        case smtplib.SMTPResponseException(smtp_code=-1):
            return f"What listens at {settings.place} does not speak SMTP."
        case smtplib.SMTPResponseException():
            return f"{server} takes no mail now ({_reply(error.smtp_code, error.smtp_error)})."
        case smtplib.SMTPNotSupportedError() if settings.security is Security.STARTTLS:
            return f"{server} does not offer STARTTLS, and nothing is sent in the clear."
        case (
            smtplib.SMTPNotSupportedError() | smtplib.SMTPException(args=("No suitable authentication method found.",))
        ):
            return f"{server} offers no login that we know, yet a user name is set ({error})."
        case ssl.SSLCertVerificationError():
            return f"{server} shows a certificate that cannot be trusted ({error.verify_message})."
        case ssl.SSLError():
            return f"{server} does not speak TLS as it should ({error.reason or error})."
        case socket.gaierror() | UnicodeError():
            return f"The name of the mail server, {settings.host}, is not known."
        case ConnectionRefusedError():
            return f"No mail server listens at {settings.place}."
        case TimeoutError() | smtplib.SMTPServerDisconnected(__context__=TimeoutError()):
            return f"{server} did not answer in time."
        case smtplib.SMTPServerDisconnected():
            return f"{server} hung up while being greeted."
        case _:
            return f"{server} cannot be reached ({error})."


def _mail_command(smtp: smtplib.SMTP, outgoing: Outgoing) -> str:
    options = f" SIZE={len(outgoing.content)}" if smtp.has_extn("size") else ""
    options += f" RET=HDRS ENVID={outgoing.delivery_id}" if smtp.has_extn("dsn") else ""
    return f"MAIL FROM:<{outgoing.return_path}>{options}"


def _stuffed(content: bytes) -> bytes:
    """Double the dots that begin a line (RFC 5321 §4.5.2)."""
    stuffed = content.replace(b"\r\n.", b"\r\n..") if b"\r\n." in content else content
    return b"." + stuffed if stuffed.startswith(b".") else stuffed


def _has_spoken(smtp: smtplib.SMTP, patience: timedelta) -> bool:
    """Tell whether the server spoke or hung up before the final dot: then surely it has not taken the message.

    What it said too early must not be read as its answer to the dot either. A peek finds nothing in a line that is
    silent and in one that has ended; asked beforehand, a bare socket is readable only in the second case, and TLS
    raises in the first.
    """
    line = _socket(smtp)
    is_private = isinstance(line, ssl.SSLSocket)
    readable = select.poll()
    readable.register(line, select.POLLIN)
    if not is_private and readable.poll(0):
        return True
    line.settimeout(0)
    try:
        return bool(smtp.file and smtp.file.peek(1)) or is_private
    except ssl.SSLWantReadError:
        return False
    finally:
        line.settimeout(patience.total_seconds())


def _socket(smtp: smtplib.SMTP) -> socket.socket:
    if smtp.sock is None:
        raise smtplib.SMTPServerDisconnected("no connection")
    return smtp.sock


def _wait_at_most(smtp: smtplib.SMTP, span: timedelta) -> None:
    _socket(smtp).settimeout(span.total_seconds())


def _reply(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {' '.join(words.split())}".strip()


def _lost(error: OSError) -> str:
    return f"the connection was lost ({error})"
