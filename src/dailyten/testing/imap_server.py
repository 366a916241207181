"""A mailbox for demos and tests: it listens on loopback and speaks as much IMAP (RFC 3501) as our reader needs.

LOGIN, SELECT, UID SEARCH UNSEEN, UID FETCH of a part of the body, UID STORE, EXPUNGE, CLOSE, LOGOUT, STARTTLS. Mails
and their flags can be looked at, and it fails when told to. Standard library only.
"""

import re
import socketserver
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable

SEEN, DELETED, FLAGGED = r"\Seen", r"\Deleted", r"\Flagged"


@dataclass(slots=True)
class Kept:
    """A mail of the mailbox, with its flags."""

    uid: int
    content: bytes
    flags: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Box:
    mails: list[Kept]
    login: tuple[str, str]
    folder: str
    tls: ssl.SSLContext | None
    implicit_tls: bool
    hang_up_at: str = ""
    silent_at: str = ""
    log: list[str] = field(default_factory=list)


class ImapServer:
    """The server; use it in a `with` block. `hang_up_at` and `silent_at` name the command at which it fails."""

    def __init__(
        self,
        *mails: bytes,
        login: tuple[str, str] = ("bounces", "secret"),
        folder: str = "INBOX",
        tls: ssl.SSLContext | None = None,
        implicit_tls: bool = False,
    ) -> None:
        kept = [Kept(number, content) for number, content in enumerate(mails, 101)]
        self._box = _Box(kept, login, folder, tls, implicit_tls)
        self._server = _Server(("127.0.0.1", 0), _Conversation)
        self._server.box = self._box
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
    def mails(self) -> tuple[Kept, ...]:
        """Give what is in the mailbox now."""
        return tuple(self._box.mails)

    @property
    def log(self) -> tuple[str, ...]:
        """Give every command that came, without its tag."""
        return tuple(self._box.log)

    def fail(self, *, hang_up_at: str = "", silent_at: str = "") -> None:
        """Hang up, or say nothing any more, at a command such as `FETCH`; without one all is well again."""
        self._box.hang_up_at, self._box.silent_at = hang_up_at, silent_at

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    box: _Box

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that hang up."""


class _HungUp(ConnectionError):
    """The server ended the conversation."""


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.box: _Box = self.server.box  # type: ignore[attr-defined] # our own server
        if self.box.implicit_tls:
            self._wrap()
        self._say("* OK mailbox ready")
        while line := self.rfile.readline(4000):
            tag, _, command = line.decode("latin-1").strip().partition(" ")
            self.box.log.append(command)
            self._fail_at(command)
            if self._obey(tag, command):
                return

    def finish(self) -> None:
        """Close the line, the private one too."""
        for each in (self.wfile, self.rfile, self.connection):
            with suppress(OSError, ValueError):
                each.close()

    def _wrap(self) -> None:
        if self.box.tls is None:
            raise _HungUp
        self.rfile.close()
        self.connection = self.box.tls.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)

    def _obey(self, tag: str, command: str) -> bool:
        verb = command.upper().removeprefix("UID ").partition(" ")[0]
        answers: dict[str, Callable[[str], str]] = {
            "CAPABILITY": self._offer,
            "LOGIN": self._log_in,
            "SELECT": self._select,
            "SEARCH": self._search,
            "FETCH": self._fetch,
            "STORE": self._store,
            "EXPUNGE": self._expunge,
            "CLOSE": lambda _: "OK closed",
            "NOOP": lambda _: "OK done",
        }
        if verb == "LOGOUT":
            self._say("* BYE")
            self._say(f"{tag} OK bye")
            return True
        if verb == "STARTTLS":
            self._say(f"{tag} OK go on")
            self._wrap()
            return False
        self._say(f"{tag} {answers[verb](command) if verb in answers else 'BAD what?'}")
        return False

    def _offer(self, _: str) -> str:
        self._say("* CAPABILITY IMAP4rev1" + (" STARTTLS" if self.box.tls and not self.box.implicit_tls else ""))
        return "OK done"

    def _log_in(self, command: str) -> str:
        words = [word.strip('"') for word in command.split(" ")[1:]]
        return "OK welcome" if tuple(words) == self.box.login else "NO [AUTHENTICATIONFAILED] who are you?"

    def _select(self, command: str) -> str:
        if command.partition(" ")[2].strip('"') != self.box.folder:
            return "NO no such folder"
        self._say(f"* {len(self.box.mails)} EXISTS")
        return "OK [READ-WRITE] selected"

    def _search(self, _: str) -> str:
        unseen = " ".join(str(each.uid) for each in self.box.mails if SEEN not in each.flags)
        self._say(f"* SEARCH {unseen}".rstrip())
        return "OK searched"

    def _fetch(self, command: str) -> str:
        uid, most = (int(each) for each in re.findall(r"FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", command)[0])
        for number, each in enumerate(self.box.mails, 1):
            if each.uid == uid:
                content = each.content[:most]
                self._say(f"* {number} FETCH (UID {uid} BODY[]<0> {{{len(content)}}}")
                self.wfile.write(content + b")\r\n")
        return "OK fetched"

    def _store(self, command: str) -> str:
        uid, flags = re.findall(r"STORE (\d+) \+FLAGS \((.*)\)", command)[0]
        for each in self.box.mails:
            if each.uid == int(uid):
                each.flags.update(flags.split())
        return "OK stored"

    def _expunge(self, _: str) -> str:
        self.box.mails[:] = [each for each in self.box.mails if DELETED not in each.flags]
        return "OK expunged"

    def _fail_at(self, command: str) -> None:
        if self.box.silent_at and self.box.silent_at in command:
            time.sleep(3)
        if self.box.hang_up_at and self.box.hang_up_at in command:
            raise _HungUp

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode("latin-1") + b"\r\n")
