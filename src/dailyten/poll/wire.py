"""Edge: libcurl on the event loop. One question, one answer; redirects, coding and meaning are for those above.

libcurl keeps connections, speaks HTTP/1.1, HTTP/2 and TLS, and asks us for each socket it opens. Names it does not
resolve: it is told where they lead (`dailyten.poll.sockets`).
"""

import asyncio
import os
import selectors
import socket
import ssl
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import pycurl

from dailyten.model.fetched import Failure
from dailyten.poll.guard import IPAddress
from dailyten.poll.sockets import Guard, WorldFault

_EVENTS: Final = {
    pycurl.POLL_IN: selectors.EVENT_READ,
    pycurl.POLL_OUT: selectors.EVENT_WRITE,
    pycurl.POLL_INOUT: selectors.EVENT_READ | selectors.EVENT_WRITE,
}
_READY: Final = {
    selectors.EVENT_READ: pycurl.CSELECT_IN,
    selectors.EVENT_WRITE: pycurl.CSELECT_OUT,
    selectors.EVENT_READ | selectors.EVENT_WRITE: pycurl.CSELECT_IN | pycurl.CSELECT_OUT,
}
_LEFTOVER_BYTES: Final = 1 << 16
_LEFTOVER_SECONDS: Final = 0.5
_KEPT_SECONDS: Final = 30
_MOST_TIMES_ASKED: Final = 2
_NO_BODY: Final = frozenset({204, 304})
_OLDEST_TLS: Final = pycurl.SSLVERSION_TLSv1_2
_BROKEN: Final = frozenset(
    {pycurl.E_PARTIAL_FILE, pycurl.E_GOT_NOTHING, pycurl.E_SEND_ERROR, pycurl.E_RECV_ERROR, pycurl.E_SEND_FAIL_REWIND}
)
_HTTP2_STREAM: Final = 92  # pycurl has no name for it, nor for the next
_TOO_LARGE_A_HEAD: Final = 100
_NO_HTTP: Final = frozenset({pycurl.E_UNSUPPORTED_PROTOCOL, pycurl.E_FTP_WEIRD_SERVER_REPLY})
_BROKEN_IN_THE_BODY: Final = frozenset({pycurl.E_HTTP2, _HTTP2_STREAM})
_TLS: Final = frozenset(
    {
        pycurl.E_SSL_CONNECT_ERROR,
        pycurl.E_PEER_FAILED_VERIFICATION,
        pycurl.E_SSL_CACERT_BADFILE,
        pycurl.E_SSL_CIPHER,
        pycurl.E_SSL_ISSUER_ERROR,
        pycurl.E_SSL_CERTPROBLEM,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What to ask: `address` in ASCII, header lines, a form for POST. The body is read of these statuses only."""

    address: str
    host: str
    port: int
    headers: Sequence[bytes]
    form: bytes = b""
    read: Collection[int]


@dataclass(slots=True)
class Reply:
    """What came: the header lines of the last answer with its status line, and the body as it came over the wire.

    `fault` says how it ended, if not well; then the body is not whole.
    """

    status: int | None = None
    lines: list[bytes] = field(default_factory=list)
    body: list[bytes] = field(default_factory=list)
    fault: WorldFault | None = None


class Wire:
    """Puts questions, many at once. Open it in a running loop, and close it there.

    Waits at most `connect_seconds` for a connection, takes at most `max_bytes` of a body and keeps `kept` connections.
    `trusted` is a file of certificates that stands in for the machine's.
    """

    def __init__(
        self, guard: Guard, *, connect_seconds: float, max_bytes: int, kept: int, trusted: Path | None = None
    ) -> None:
        self.guard = guard
        self.connect_seconds = connect_seconds
        self.max_bytes = max_bytes
        self.loop = asyncio.get_running_loop()
        self._trusted = trusted
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._watch)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._set_timer)
        self._multi.setopt(pycurl.M_MAXCONNECTS, kept)
        self._sockets = selectors.DefaultSelector()
        self._watched: set[int] = set()
        self._rings_at: float | None = None
        self._bell: asyncio.Handle | None = None
        self._bell_at = 0.0
        self.loop.add_reader(self._sockets, self._sockets_ready)
        self._idle: list[pycurl.Curl] = []
        self._under_way: dict[pycurl.Curl, _Transfer] = {}

    def close(self) -> None:
        """Close every connection; what is under way ends without an answer."""
        for transfer in list(self._under_way.values()):
            transfer.answered.cancel()
            self._let_go(transfer)
        self.loop.remove_reader(self._sockets)
        self._multi.close()
        self._sockets.close()
        if self._bell is not None:
            self._bell.cancel()
        for easy in self._idle:
            easy.close()

    async def ask(self, question: Question, seconds: float) -> Reply:
        """Put a question and give what came of it within some seconds. Raises WorldFault before anything came."""
        ends_at = self.loop.time() + seconds
        ips = await self.guard.addresses(question.host, question.port, min(seconds, self.connect_seconds))
        easy = self._idle.pop() if self._idle else pycurl.Curl()
        transfer = _Transfer(self, easy, question)
        self._dress(transfer, ips, ends_at - self.loop.time())
        self._under_way[easy] = transfer
        self._multi.add_handle(easy)
        try:
            return await transfer.answered
        finally:
            self._let_go(transfer)

    def stop(self, transfer: "_Transfer") -> None:
        """End a question now, with what has come."""
        if transfer.easy in self._under_way:
            self._let_go(transfer)
            transfer.end(None, "")

    def _let_go(self, transfer: "_Transfer") -> None:
        if self._under_way.pop(transfer.easy, None) is not None:
            self._multi.remove_handle(transfer.easy)
            transfer.easy.reset()
            self._idle.append(transfer.easy)

    def _dress(self, transfer: "_Transfer", ips: Sequence[IPAddress], seconds: float) -> None:
        """Say all that libcurl must know of a question; a handle that was used before has forgotten everything."""
        question, setopt = transfer.question, transfer.easy.setopt
        setopt(pycurl.URL, question.address)
        setopt(pycurl.HTTPHEADER, question.headers)
        setopt(pycurl.HEADERFUNCTION, transfer.take_line)
        setopt(pycurl.WRITEFUNCTION, transfer.take_body)
        setopt(pycurl.OPENSOCKETFUNCTION, transfer.open_socket)
        setopt(pycurl.PREREQFUNCTION, transfer.about_to_ask)
        setopt(pycurl.CONNECTTIMEOUT_MS, int(self.connect_seconds * 1000))
        setopt(pycurl.TIMEOUT_MS, max(1, int(seconds * 1000)))
        setopt(pycurl.MAXFILESIZE_LARGE, self.max_bytes)
        setopt(pycurl.PROXY, "")
        setopt(pycurl.NOSIGNAL, 1)
        setopt(pycurl.MAXAGE_CONN, _KEPT_SECONDS)
        setopt(pycurl.PATH_AS_IS, 1)
        if str(ips[0]) != question.host:
            where = ",".join(map(str, ips))
            setopt(pycurl.RESOLVE, [f"+{question.host}:{question.port}:{where}"])
        if question.form:
            setopt(pycurl.POSTFIELDS, question.form)
        if question.address.startswith("https:"):
            self._trust(transfer.easy)

    def _trust(self, easy: pycurl.Curl) -> None:
        file, folder = self._certificates
        easy.setopt(pycurl.CAINFO, file) if file else easy.unsetopt(pycurl.CAINFO)
        easy.setopt(pycurl.CAPATH, folder) if folder else easy.unsetopt(pycurl.CAPATH)
        easy.setopt(pycurl.SSLVERSION, _OLDEST_TLS)
        easy.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_2TLS)
        easy.setopt(pycurl.PIPEWAIT, 1)

    @cached_property
    def _certificates(self) -> tuple[str, str]:
        return (str(self._trusted), "") if self._trusted else certificates()

    def _watch(self, what: int, number: int, *_: object) -> None:
        """Watch a socket as libcurl wishes."""
        if number in self._watched:
            self._watched.discard(number)
            self._sockets.unregister(number)
        if events := _EVENTS.get(what):
            self._watched.add(number)
            self._sockets.register(number, events)

    def _sockets_ready(self) -> None:
        for socket_, events in self._sockets.select(0):
            self._multi.socket_action(socket_.fd, _READY[events])
        self._gather()

    def _set_timer(self, milliseconds: int) -> None:
        """Ring when libcurl wishes. It changes its mind all the time, so a bell that rings too early is hung again."""
        self._rings_at = None if milliseconds < 0 else self.loop.time() + milliseconds / 1000
        if self._rings_at is None or (self._bell is not None and self._bell_at <= self._rings_at):
            return
        if self._bell is not None:
            self._bell.cancel()
        self._hang_bell(self._rings_at, at_once=milliseconds == 0)

    def _hang_bell(self, at: float, *, at_once: bool = False) -> None:
        self._bell_at = at
        self._bell = self.loop.call_soon(self._ring) if at_once else self.loop.call_at(at, self._ring)

    def _ring(self) -> None:
        self._bell = None
        if self._rings_at is None:
            return
        if self._rings_at > self.loop.time():
            self._hang_bell(self._rings_at)
            return
        self._multi.socket_action(pycurl.SOCKET_TIMEOUT, 0)
        self._gather()

    def _gather(self) -> None:
        """Take the answers of the questions that have ended."""
        left = 1
        while left:
            left, good, bad = self._multi.info_read()
            for easy in good:
                self._under_way[easy].end(None, "")
            for easy, code, words in bad:
                self._under_way[easy].end(code, words)


class _Transfer:
    """One question on its way. libcurl calls what takes or opens something, and ends the question if that gives 0."""

    def __init__(self, wire: Wire, easy: pycurl.Curl, question: Question) -> None:
        self.wire = wire
        self.easy = easy
        self.question = question
        self.reply = Reply()
        self.answered: asyncio.Future[Reply] = wire.loop.create_future()
        self._came = 0
        self._limit = _LEFTOVER_BYTES
        self._headed = False
        self._times_asked = 0
        self._refused: WorldFault | None = None
        self._bell: asyncio.Handle | None = None

    @property
    def _reads(self) -> bool:
        return self._headed and self.reply.status in self.question.read

    def take_line(self, line: bytes) -> None:
        """Take a header line; those that come after the body say nothing to us."""
        if self._headed:
            return
        lines = self.reply.lines
        lines.append(line)
        if line not in {b"\r\n", b"\n"}:
            return
        self.reply.status = _status_of(lines[0])
        if 100 <= self.reply.status < 200:  # noqa: PLR2004 - RFC 9110 §15.2, an answer before the answer
            lines.clear()
        else:
            self._take_head()

    def _take_head(self) -> None:
        self._headed = True
        if self._reads:
            self._limit = self.wire.max_bytes
        elif self.reply.status not in _NO_BODY:
            self._bell = self.wire.loop.call_later(_LEFTOVER_SECONDS, self.wire.stop, self)

    def take_body(self, chunk: bytes) -> int | None:
        """Take a piece of the body, of a refusal only to keep the connection."""
        self._came += len(chunk)
        if self._came > self._limit:
            return 0
        if self._reads:
            self.reply.body.append(chunk)
        return None

    def open_socket(self, _: int, to: tuple[int, int, int, tuple[str, int]]) -> "socket.socket | int":
        """Open a socket, if it goes where we may connect."""
        family, kind, protocol, where = to
        ip, port = ip_address(where[0]), where[1]
        if why := self.wire.guard.refusal(ip, port):
            self._refused = WorldFault(Failure.REFUSED_ADDRESS, f"{self.question.host} leads to {ip}, which is {why}")
            return pycurl.SOCKET_BAD
        opened = socket.socket(family, kind, protocol)
        self.wire.loop.call_soon(opened.close)  # libcurl goes on with a duplicate of its own
        return opened

    def about_to_ask(self, *_: object) -> int:
        """Let libcurl ask once more where a connection was closed, but not six times a server that turns it away."""
        self._times_asked += 1
        if self._times_asked <= _MOST_TIMES_ASKED:
            return pycurl.PREREQFUNC_OK
        self._refused = WorldFault(Failure.BROKEN_OFF, "it closes every connection before it answers")
        return pycurl.PREREQFUNC_ABORT

    def end(self, code: int | None, words: str) -> None:
        """Give the answer, whole or with what went wrong; how a refusal ends does not matter."""
        if self._bell is not None:
            self._bell.cancel()
        if code is not None and (self._reads or not self._headed):
            self.reply.fault = self._refused or self._fault(code, words)
        if not self.answered.done():
            self.answered.set_result(self.reply)

    def _fault(self, code: int, words: str) -> WorldFault:  # noqa: PLR0911 - a line a class
        host, port = self.question.host, self.question.port
        if code in _TLS:
            return WorldFault(Failure.TLS, f"{host}: {words}")
        if code == pycurl.E_COULDNT_CONNECT:
            return WorldFault(Failure.REFUSED, f"{host} port {port}: {self._errno_in_words()}")
        if code == pycurl.E_OPERATION_TIMEDOUT:
            return self._late()
        if code == pycurl.E_COULDNT_RESOLVE_HOST:
            return WorldFault(Failure.DNS, f"{host} was not found")
        if code == pycurl.E_FILESIZE_EXCEEDED or self._came > self._limit:
            return WorldFault(Failure.TOO_BIG, "the body is larger than we take")
        if code in _BROKEN or (self._reads and code in _BROKEN_IN_THE_BODY):
            return WorldFault(Failure.BROKEN_OFF, f"the connection broke: {words}".removesuffix(": "))
        return WorldFault(Failure.BAD_ANSWER, _nonsense(code, words))

    def _late(self) -> WorldFault:
        if self._reads:
            return WorldFault(Failure.TOO_SLOW, "the body did not arrive in time")
        if self.easy.getinfo(pycurl.PRETRANSFER_TIME):
            return WorldFault(Failure.TIMEOUT, "no answer in time")
        return WorldFault(Failure.TIMEOUT, f"no connection to {self.question.host} port {self.question.port} in time")

    def _errno_in_words(self) -> str:
        number = int(self.easy.getinfo(pycurl.OS_ERRNO))
        return os.strerror(number) if number else "nobody takes connections"


def _nonsense(code: int, words: str) -> str:
    if code == _TOO_LARGE_A_HEAD:
        return "a line of its head is longer than we take"
    if code in _NO_HTTP:
        return f"it does not answer in HTTP: {words}"
    return words or f"libcurl says {code}"


def _status_of(line: bytes) -> int:
    words = line.split(None, 2)
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0


def certificates() -> tuple[str, str]:
    """Name the file, or the folder, of the certificates that this machine trusts; else those of the package certifi.

    SSL_CERT_FILE and SSL_CERT_DIR of the environment count first.
    """
    paths = ssl.get_default_verify_paths()
    if paths.cafile:
        return paths.cafile, ""
    if paths.capath and next(Path(paths.capath).glob("*.0"), None):
        return "", paths.capath
    import certifi

    return certifi.where(), ""
