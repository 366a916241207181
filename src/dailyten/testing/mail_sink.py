"""A mail server for demos and tests: it listens on loopback, takes what comes and fails when told to.

It speaks enough SMTP (RFC 5321) for a real client: EHLO, STARTTLS, AUTH PLAIN and LOGIN, PIPELINING, SIZE, DSN. What
it took it remembers, and writes to a folder as `.eml` files when it has one. Standard library only.
"""

import argparse
import base64
import socket
import socketserver
import ssl
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self


class Drop(StrEnum):
    """When the sink hangs up: before it does what it was told, or after it, without an answer."""

    NO = "no"
    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What goes wrong at a stage: `connect`, `EHLO`, `AUTH`, `MAIL`, `RCPT`, `DATA`, `dot`, `RSET` or `QUIT`.

    `reply` is said in place of the usual answer ("451 4.3.0 Later"); after a 421 the sink hangs up. `recipient`
    narrows it to mail for one address, `times` to the first few.
    """

    stage: str
    reply: str = ""
    drop: Drop = Drop.NO
    delay: timedelta = timedelta(0)
    recipient: str = ""
    times: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A message that the sink accepted, with its envelope."""

    mail_from: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """Parse it as a mail program would."""
        return message_from_bytes(self.content, policy=modern)


@dataclass(slots=True)
class _Session:
    """One connection: how far it has come."""

    mail_from: str | None = None
    recipients: list[str] = field(default_factory=list)

    def forget(self) -> None:
        self.mail_from = None
        self.recipients.clear()


@dataclass(slots=True)
class _Book:
    """What the conversations of a sink share."""

    folder: Path | None
    tls: ssl.SSLContext | None
    implicit_tls: bool
    login: tuple[str, str] | None
    pipelining: bool
    keep: bool
    log: list[tuple[str, str]] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    connections: int = 0
    count: int = 0
    faults: list[tuple[Fault, list[str]]] = field(default_factory=list)
    lines: set[socket.socket] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fault(self, stage: str, recipients: Sequence[str]) -> Fault | None:
        with self.lock:
            for fault, used in self.faults:
                fits = fault.stage == stage and (not fault.recipient or fault.recipient in recipients)
                if fits and (fault.times is None or len(used) < fault.times):
                    used.append(stage)
                    return fault
        return None

    def take(self, taken: Taken) -> int:
        with self.lock:
            self.count += 1
            number = self.count
            if self.keep:
                self.taken.append(taken)
        if self.folder is not None:
            part = self.folder / f"{number:05}.part"
            part.write_bytes(taken.content)
            part.replace(self.folder / f"{number:05}.eml")
        return number

    def note(self, stage: str, line: str) -> None:
        if self.keep:
            self.log.append((stage, line))


class MailSink:
    """The server; use it in a `with` block.

    `faults` go wrong until `fail` names others. `tls` offers STARTTLS, or with `implicit_tls` TLS from the first byte.
    `login` demands a user name and a password. With `keep` off nothing is remembered but the count.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        faults: Sequence[Fault] = (),
        tls: ssl.SSLContext | None = None,
        implicit_tls: bool = False,
        login: tuple[str, str] | None = None,
        pipelining: bool = True,
        keep: bool = True,
    ) -> None:
        self._book = _Book(folder, tls, implicit_tls, login, pipelining, keep)
        self.fail(*faults)
        self._server = _Server(("127.0.0.1", 0), _Conversation)
        self._server.book = self._book
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def host(self) -> str:
        """Say where it listens: on this machine only."""
        return "127.0.0.1"

    @property
    def port(self) -> int:
        """Say on which port it listens."""
        return int(self._server.server_address[1])

    @property
    def log(self) -> tuple[tuple[str, str], ...]:
        """Give every command that came, as its stage and its line, in order."""
        return tuple(self._book.log)

    @property
    def taken(self) -> tuple[Taken, ...]:
        """Give what was taken, in order."""
        return tuple(self._book.taken)

    @property
    def count(self) -> int:
        """Say how many messages were taken."""
        return self._book.count

    @property
    def connections(self) -> int:
        """Say how often somebody connected."""
        return self._book.connections

    @property
    def open_lines(self) -> int:
        """Say how many conversations go on; one whose client died ends when all that it had sent is dealt with."""
        return len(self._book.lines)

    def messages(self) -> tuple[EmailMessage, ...]:
        """Give what was taken, parsed, in order."""
        return tuple(each.message for each in self.taken)

    def fail(self, *faults: Fault) -> None:
        """Let these things go wrong from now on, in place of those before."""
        with self._book.lock:
            self._book.faults = [(fault, []) for fault in faults]

    def close(self) -> None:
        """Stop listening and hang up."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        with self._book.lock:
            lines = tuple(self._book.lines)
        for line in lines:
            _hang_up(line)

    def __enter__(self) -> Self:
        if self._book.folder is not None:
            self._book.folder.mkdir(parents=True, exist_ok=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    book: _Book

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as the library has it
        """Say nothing of clients that hang up; anything else is a fault of the sink and is shown."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _HungUp(ConnectionError):
    """The sink ended the conversation, or the client did."""


class _Conversation(socketserver.BaseRequestHandler):
    def setup(self) -> None:
        self.book: _Book = self.server.book  # type: ignore[attr-defined] # our own server
        self.socket: socket.socket = self.request
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.session = _Session()
        self.known = self.book.login is None
        self.secret = False
        with self.book.lock:
            self.book.connections += 1
            self.book.lines.add(self.socket)

    def finish(self) -> None:
        with self.book.lock:
            self.book.lines.discard(self.socket)
        _hang_up(self.socket)

    def handle(self) -> None:
        if self.book.implicit_tls:
            self._wrap()
        self.reader: BinaryIO = self.socket.makefile("rb")
        try:
            self._say("connect", "220 sink ESMTP")
            while line := self.reader.readline(2000):
                self._obey(line.rstrip(b"\r\n").decode("latin-1"))
        except _HungUp:
            return
        finally:
            self.reader.close()

    def _wrap(self) -> None:
        if self.book.tls is None:
            raise _HungUp
        with self.book.lock:
            self.book.lines.discard(self.socket)
        self.socket = self.book.tls.wrap_socket(self.socket, server_side=True)
        self.secret = True
        with self.book.lock:
            self.book.lines.add(self.socket)

    def _obey(self, line: str) -> None:
        verb = line.split(" ", 1)[0].upper()
        self.book.note(verb, line)
        match verb:
            case "EHLO" | "HELO":
                self._greet(verb)
            case "STARTTLS" if self.book.tls and not self.secret:
                self._send("220 Go on")
                self.reader.close()
                self._wrap()
                self.reader = self.socket.makefile("rb")
            case "AUTH":
                self._log_in(line)
            case "MAIL":
                self._mail(line)
            case "RCPT":
                self._recipient(line)
            case "DATA":
                self._data()
            case "RSET":
                self.session.forget()
                self._say("RSET", "250 Forgotten")
            case "NOOP":
                self._send("250 Yes")
            case "QUIT":
                self._say("QUIT", "221 Bye")
                raise _HungUp
            case _:
                self._send("500 5.5.1 What?")

    def _greet(self, verb: str) -> None:
        self.session.forget()
        offers = ["SIZE 52428800", "DSN", "ENHANCEDSTATUSCODES"]
        offers += ["PIPELINING"] if self.book.pipelining else []
        offers += ["STARTTLS"] if self.book.tls and not self.secret else []
        offers += ["AUTH PLAIN LOGIN"] if self.book.login else []
        lines = ["sink", *offers] if verb == "EHLO" else ["sink"]
        self._say("EHLO", "\r\n".join([*(f"250-{each}" for each in lines[:-1]), f"250 {lines[-1]}"]))

    def _log_in(self, line: str) -> None:
        words = line.split(" ")
        if len(words) > 1 and words[1].upper() == "LOGIN":
            user = _plain(words[2]) if len(words) > 2 else self._ask("VXNlcm5hbWU6")  # noqa: PLR2004 - AUTH LOGIN user
            came = (user, self._ask("UGFzc3dvcmQ6"))
        else:
            _, user, password = (_plain(words[2]) if len(words) > 2 else self._ask("")).split("\x00")  # noqa: PLR2004
            came = (user, password)
        self.known = self.book.login is None or came == self.book.login
        self._say("AUTH", "235 2.7.0 Welcome" if self.known else "535 5.7.8 Who are you?")

    def _ask(self, what: str) -> str:
        self._send(f"334 {what}")
        return _plain(self.reader.readline().decode("latin-1"))

    def _mail(self, line: str) -> None:
        if not self.known:
            self._send("530 5.7.0 Log in first")
        elif self._goes_on("MAIL", ()):
            self.session.mail_from = _between(line)
            self._done("250 2.1.0 Ok")

    def _recipient(self, line: str) -> None:
        recipient = _between(line)
        if self.session.mail_from is None:
            self._send("503 5.5.1 MAIL first")
        elif self._goes_on("RCPT", (recipient,)):
            self.session.recipients.append(recipient)
            self._done("250 2.1.5 Ok")

    def _data(self) -> None:
        if not self.session.recipients:
            self._send("554 5.5.1 No valid recipients")
            return
        if not self._goes_on("DATA", self.session.recipients):
            return
        self._done("354 Go on")
        content = self._content()
        self.book.note("dot", ".")
        if self._goes_on("dot", self.session.recipients):
            mail_from = self.session.mail_from or ""
            taken = Taken(mail_from=mail_from, recipients=tuple(self.session.recipients), content=content)
            self._done(f"250 2.0.0 Taken as {self.book.take(taken)}")
        self.session.forget()

    def _content(self) -> bytes:
        lines = []
        while (line := self.reader.readline()) != b".\r\n":
            if not line.endswith(b"\n"):
                raise _HungUp
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)

    def _say(self, stage: str, usual: str) -> None:
        if self._goes_on(stage, ()):
            self._done(usual)

    def _goes_on(self, stage: str, recipients: Sequence[str]) -> bool:
        """Play the fault of a stage; False when it was answered otherwise."""
        self._after = False
        fault = self.book.fault(stage, recipients)
        if fault is None:
            return True
        time.sleep(fault.delay.total_seconds())
        if fault.drop is Drop.BEFORE:
            raise _HungUp
        self._after = fault.drop is Drop.AFTER
        if not fault.reply:
            return True
        self._send(fault.reply)
        if fault.reply.startswith("421") or stage == "connect":
            raise _HungUp
        return False

    def _done(self, usual: str) -> None:
        if self._after:
            raise _HungUp
        self._send(usual)

    def _send(self, reply: str) -> None:
        self.socket.sendall(reply.encode() + b"\r\n")


def _between(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]


def _plain(encoded: str) -> str:
    return base64.b64decode(encoded.strip()).decode()


def _hang_up(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    finally:
        connection.close()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a sink by itself until its standard input ends: `python -m dailyten.testing.mail_sink [FOLDER]`.

    It prints its port first, and at the end how many messages it took.
    """
    asked = argparse.ArgumentParser(description=main.__doc__)
    asked.add_argument("folder", nargs="?", type=Path)
    with MailSink(asked.parse_args(arguments).folder, keep=False) as sink:
        sys.stdout.write(f"{sink.port}\n")
        sys.stdout.flush()
        sys.stdin.read()
        sys.stdout.write(f"{sink.count}\n")


if __name__ == "__main__":
    main()
