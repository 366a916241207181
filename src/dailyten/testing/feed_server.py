"""A publisher on loopback that behaves as told: well, badly, or not at all. Nothing but the standard library.

    with FeedServer() as server:
        address = server.publish("/feed.xml", body)
        server.script("/dead.xml", Reply(status=410))
        ...
        assert server.requests_to("/feed.xml")[0].headers["user-agent"].startswith("dailyten/")

It listens on 127.0.0.x only, on a free port, in a thread of its own, and writes down every request it gets.
"""

import asyncio
import socket
import ssl
import struct
import threading
import time
from collections import deque
from collections.abc import Coroutine, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from html import escape
from http import HTTPStatus
from ipaddress import ip_address
from types import TracebackType
from typing import Any, Final, Self

_TRIES_FOR_A_PORT: Final = 20
_LONGEST_HEAD: Final = 1 << 16
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it came. `at` is `time.monotonic()`; connections count from 1; `host` is the server's address."""

    at: float
    connection: int
    host: str
    method: str
    path: str
    headers: dict[str, str]

    @property
    def conditional(self) -> bool:
        """Say whether validators came with it."""
        return "if-none-match" in self.headers or "if-modified-since" in self.headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer, honest or not.

    `raw` is sent instead of everything else. `length` is claimed as Content-Length whatever the body is; `cut_after`
    sends that many bytes of the body and hangs up, with `reset` not even politely. `drip_bytes` at a time, every
    `drip_seconds`, is how a slow body comes; an `endless` one repeats. One that `hangs` never says anything.
    """

    status: int = 200
    headers: Fields = ()
    body: bytes = b""
    raw: bytes | None = None
    delay_seconds: float = 0.0
    drip_bytes: int = 0
    drip_seconds: float = 0.0
    length: int | None = None
    chunked: bool = False
    cut_after: int | None = None
    reset: bool = False
    endless: bool = False
    hangs: bool = False
    closes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Document:
    reply: Reply
    etag: str
    last_modified: datetime | None

    def answer(self, request: Request) -> Reply:
        """Answer 200 or 304. Source: RFC 9110 §13.2.2."""
        if (tags := request.headers.get("if-none-match")) is not None:
            known = bool(self.etag) and self.etag.removeprefix("W/") in tags
        else:
            known = _is_since(request.headers.get("if-modified-since", ""), self.last_modified)
        if not known:
            return self.reply
        return Reply(status=304, headers=tuple(each for each in self.reply.headers if each[0] != "Content-Type"))


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLink:
    """A feed as a page names it in its head."""

    href: str
    title: str = ""
    kind: str = "application/rss+xml"


def redirect(to: str, status: int = 301) -> Reply:
    """Send the client elsewhere: 301 and 308 for good, 302, 303 and 307 for now."""
    return Reply(status=status, headers=(("Location", to),))


def too_many(retry_after: str) -> Reply:
    """Ask for peace, in seconds or until an HTTP date."""
    return Reply(status=429, headers=(("Retry-After", retry_after),))


class FeedServer:
    """A context manager; the addresses it gives are good until it ends.

    `hosts` are loopback addresses on which it listens with the same port: one publisher each. With `tls` it speaks
    https. A path that was neither published nor scripted is 404.
    """

    def __init__(self, hosts: Sequence[str] = ("127.0.0.1",), *, tls: ssl.SSLContext | None = None) -> None:
        if strangers := [host for host in hosts if not ip_address(host).is_loopback]:
            raise ValueError(f"a feed server listens on loopback only, came {strangers}")
        self._hosts = tuple(hosts)
        self._tls = tls
        self._lock = threading.Lock()
        self._documents: dict[tuple[str, str], _Document] = {}
        self._scripts: dict[tuple[str, str], deque[Reply]] = {}
        self._requests: list[Request] = []
        self._connections = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="feed-server", daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()
        self._servers: list[asyncio.Server] = []
        self.port = 0

    def __enter__(self) -> Self:
        sockets = _listen(self._hosts)
        self.port = sockets[0].getsockname()[1]
        self._thread.start()
        self._call(self._open(sockets))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def address(self, path: str, host: str = "") -> str:
        """Give the address of a path, on the first host unless another is named."""
        return f"{'https' if self._tls else 'http'}://{host or self._hosts[0]}:{self.port}{path}"

    def publish(
        self,
        path: str,
        body: bytes,
        *,
        content_type: str = "application/rss+xml; charset=utf-8",
        etag: str | None = None,
        last_modified: datetime | None = None,
        headers: Fields = (),
        host: str = "",
    ) -> str:
        """Serve a document from now on, and 304 to who has it; give its address.

        `etag` is computed from the body if None, and not sent if empty. With a `host` only that one serves it.
        """
        etag = f'"{sha256(body).hexdigest()[:16]}"' if etag is None else etag
        fields = [("Content-Type", content_type), *headers]
        if etag:
            fields.append(("ETag", etag))
        if last_modified is not None:
            fields.append(("Last-Modified", format_datetime(last_modified.astimezone(UTC), usegmt=True)))
        document = _Document(reply=Reply(headers=tuple(fields), body=body), etag=etag, last_modified=last_modified)
        with self._lock:
            self._documents[host, path] = document
        return self.address(path, host)

    def publish_page(
        self,
        path: str,
        *,
        title: str = "A page",
        feeds: Iterable[FeedLink] = (),
        anchors: Iterable[tuple[str, str]] = (),
        headers: Fields = (),
        host: str = "",
    ) -> str:
        """Serve a web page that names feeds in its head and links to `anchors` (address, words); give its address."""
        links = "".join(
            f'<link rel="alternate" type="{escape(each.kind)}" title="{escape(each.title)}" href="{escape(each.href)}">'
            for each in feeds
        )
        words = "".join(f'<p><a href="{escape(href)}">{escape(said)}</a></p>' for href, said in anchors)
        body = f"<!DOCTYPE html><html><head><title>{escape(title)}</title>{links}</head><body>{words}</body></html>"
        return self.publish(path, body.encode(), content_type="text/html; charset=utf-8", headers=headers, host=host)

    def withdraw(self, path: str, host: str = "") -> None:
        """Serve nothing there any more: neither what was published nor what was scripted."""
        with self._lock:
            self._documents.pop((host, path), None)
            self._scripts.pop((host, path), None)

    def script(self, path: str, *replies: Reply, host: str = "") -> str:
        """Play these answers, one for each request; then the document published there, or else the last one again."""
        if not replies:
            raise ValueError("a script needs a reply")
        with self._lock:
            self._scripts[host, path] = deque(replies)
        return self.address(path, host)

    @property
    def requests(self) -> tuple[Request, ...]:
        """Give all requests so far, in the order of their coming."""
        with self._lock:
            return tuple(self._requests)

    def requests_to(self, path: str) -> tuple[Request, ...]:
        """Give the requests for one path."""
        return tuple(each for each in self.requests if each.path == path)

    def forget_requests(self) -> None:
        """Begin the log anew."""
        with self._lock:
            self._requests.clear()

    def _call(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _open(self, sockets: Iterable[socket.socket]) -> None:
        for each in sockets:
            self._servers.append(await asyncio.start_server(self._accept, sock=each, ssl=self._tls))

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - asyncio runs this as a task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self._connections += 1
        number, host = self._connections, writer.get_extra_info("sockname")[0]
        writer.transport.set_write_buffer_limits(0)  # so that `drain` means that it is sent
        try:
            while request := await _read_request(reader, number, host):
                if not await _play(self._choose(request), writer):
                    break
        except (OSError, EOFError, asyncio.CancelledError):
            pass  # the client went away, or the server is closing
        finally:
            writer.transport.abort() if self._tls else writer.close()

    def _choose(self, request: Request) -> Reply:
        with self._lock:
            self._requests.append(request)
            own, shared = (request.host, request.path), ("", request.path)
            document = self._documents.get(own) or self._documents.get(shared)
            script = self._scripts.get(own) or self._scripts.get(shared)
            if script and (len(script) > 1 or document is not None):
                return script.popleft()
            if script:
                return script[0]
        return document.answer(request) if document else Reply(status=404, body=b"nothing here")


def _listen(hosts: Sequence[str]) -> list[socket.socket]:
    """Open a socket for each host, all with the same free port."""
    for _ in range(_TRIES_FOR_A_PORT):
        sockets: list[socket.socket] = []
        try:
            for host in hosts:
                sockets.append(socket.create_server((host, sockets[0].getsockname()[1] if sockets else 0)))
        except OSError:
            for each in sockets:
                each.close()
        else:
            return sockets
    raise OSError(f"no port is free on all of {', '.join(hosts)}")


async def _read_request(reader: asyncio.StreamReader, connection: int, host: str) -> Request | None:
    """Read the head of a request; a feed reader sends no body. None at its end, or where no HTTP is spoken."""
    try:
        start = await reader.readexactly(1)
        if not start.isalpha():
            return None
        head = start + await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
        return None
    first, *lines = head[:_LONGEST_HEAD].decode("latin-1").split("\r\n")
    method, path, *_ = [*first.split(" "), "", ""]
    fields = (line.partition(":") for line in lines if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in fields}
    return Request(at=time.monotonic(), connection=connection, host=host, method=method, path=path, headers=headers)


async def _play(reply: Reply, writer: asyncio.StreamWriter) -> bool:
    """Send an answer; say whether the connection goes on."""
    await asyncio.sleep(reply.delay_seconds)
    if reply.hangs:
        await asyncio.sleep(3600)
    if reply.raw is not None:
        writer.write(reply.raw)
        await writer.drain()
        return False
    writer.write(_head(reply))
    await _send_body(reply, writer)
    if reply.reset:
        raw = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        writer.transport.abort()
    return not (reply.reset or reply.closes or reply.cut_after is not None)


def _head(reply: Reply) -> bytes:
    with suppress(ValueError):
        return _head_lines(reply, HTTPStatus(reply.status).phrase)
    return _head_lines(reply, "Odd")


def _head_lines(reply: Reply, phrase: str) -> bytes:
    lines = [f"HTTP/1.1 {reply.status} {phrase}", *(f"{name}: {value}" for name, value in reply.headers)]
    if not any(name.lower() == "date" for name, _ in reply.headers):
        lines.append(f"Date: {format_datetime(datetime.now(UTC), usegmt=True)}")
    if reply.chunked:
        lines.append("Transfer-Encoding: chunked")
    elif reply.length is not None or not (reply.closes or reply.endless or reply.status in {204, 304}):
        lines.append(f"Content-Length: {len(reply.body) if reply.length is None else reply.length}")
    if reply.closes:
        lines.append("Connection: close")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


async def _send_body(reply: Reply, writer: asyncio.StreamWriter) -> None:
    body = reply.body if reply.cut_after is None else reply.body[: reply.cut_after]
    size = reply.drip_bytes or len(body) or 1
    while True:
        for start in range(0, len(body), size):
            piece = body[start : start + size]
            writer.write(b"%x\r\n%b\r\n" % (len(piece), piece) if reply.chunked else piece)
            await writer.drain()
            await asyncio.sleep(reply.drip_seconds)
        if not reply.endless:
            break
    if reply.chunked and reply.cut_after is None:
        writer.write(b"0\r\n\r\n")
    await writer.drain()


def _is_since(said: str, last_modified: datetime | None) -> bool:
    if not said or last_modified is None:
        return False
    try:
        return parsedate_to_datetime(said) >= last_modified.replace(microsecond=0)
    except ValueError:
        return False
