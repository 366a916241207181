"""Edge: DNS, TCP and TLS. The guard sits here, below pooling, retries and redirects.

A name is resolved once, each address it has is judged, and the socket goes to the judged literal; the name is kept
for TLS. Nothing above this file can reach an address that was not judged, and a name that changes its address
between two looks (rebinding) is looked at only once.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from ipaddress import ip_address
from socket import AF_UNSPEC, SOCK_STREAM, getaddrinfo
from typing import Any, Final, cast

import httpcore2

from dailyten.model.fetched import Failure
from dailyten.poll.guard import Allowance, IPAddress, literal, refusal

Resolve = Callable[[str], Awaitable[Sequence[IPAddress]]]
"""Give the addresses of a name, the best first. Raises OSError when there are none."""

_BUFFER_BYTES: Final = 1 << 18
_PATIENCE_SECONDS: Final = 3.0  # for an address that is not the last one; broken IPv6 swallows packets silently
_MOST_ADDRESSES: Final = 6


class WorldFault(Exception):
    """What went wrong out there, on its way to becoming a value. It never leaves the edge."""

    def __init__(self, failure: Failure, detail: str) -> None:
        super().__init__(detail)
        self.failure = failure
        self.detail = detail


class StaleConnection(Exception):
    """A kept connection was closed by the server just as we asked: the same question may be put once more."""


class ThreadedDns:
    """The machine's own resolver, in threads of its own: names that do not answer must not hold up the others."""

    def __init__(self, threads: int = 32) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="dns")

    async def __call__(self, host: str) -> Sequence[IPAddress]:
        """Resolve. Raises OSError."""
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self._threads, getaddrinfo, host, None, AF_UNSPEC, SOCK_STREAM)
        except UnicodeError as error:
            raise OSError(f"no name that DNS knows: {error}") from error
        return [ip_address(each[4][0]) for each in found]

    def close(self) -> None:
        """Let go of the threads; the ones still waiting for an answer end by themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class GuardedBackend(httpcore2.AsyncNetworkBackend):
    """How httpcore2 reaches the network: only through `refusal`."""

    def __init__(self, resolve: Resolve, allowed: Iterable[Allowance]) -> None:
        self._resolve = resolve
        self._allowed = tuple(allowed)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore2's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to the first judged address that answers. Raises WorldFault."""
        del local_address, socket_options
        try:
            async with asyncio.timeout(timeout):
                return await self._first_of(await self._open_addresses(host, port), port)
        except TimeoutError as error:
            raise WorldFault(Failure.TIMEOUT, f"no connection to {host} port {port} in {_seconds(timeout)}") from error

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore2's signature
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Refuse: no feed lives there."""
        del timeout, socket_options
        raise WorldFault(Failure.REFUSED_ADDRESS, f"a file of this machine: {path}")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)

    async def _open_addresses(self, host: str, port: int) -> list[IPAddress]:
        addresses = await self._addresses(host)
        judged = [(ip, refusal(ip, port, self._allowed)) for ip in addresses]
        if not (opened := [ip for ip, why in judged if not why]):
            ip, why = judged[0]
            raise WorldFault(Failure.REFUSED_ADDRESS, f"{host} leads to {ip}, which is {why}")
        return opened[:_MOST_ADDRESSES]

    async def _addresses(self, host: str) -> Sequence[IPAddress]:
        if ip := literal(host):
            return [ip]
        try:
            found = await self._resolve(host.removesuffix("."))
        except OSError as error:
            raise WorldFault(Failure.DNS, f"{host}: {error.strerror or error}") from error
        if not found:
            raise WorldFault(Failure.DNS, f"{host} has no address")
        return list(dict.fromkeys(found))

    async def _first_of(self, addresses: Sequence[IPAddress], port: int) -> "Stream":
        *others, last = addresses
        for ip in others:
            with suppress(OSError):  # TimeoutError is one
                async with asyncio.timeout(_PATIENCE_SECONDS):
                    return await _connect(ip, port)
        try:
            return await _connect(last, port)
        except TimeoutError:
            raise
        except OSError as error:
            raise WorldFault(Failure.REFUSED, f"{last} port {port}: {error.strerror or error}") from error


async def _connect(ip: IPAddress, port: int) -> "Stream":
    """Connect to this literal: no name is looked up on the way."""
    loop = asyncio.get_running_loop()
    _, stream = await loop.create_connection(lambda: Stream(loop), str(ip), port)
    return stream


class Stream(httpcore2.AsyncNetworkStream, asyncio.Protocol):
    """One connection, plain or TLS. Time limits are the caller's, around the whole request, so `timeout` is not used.

    It stands in for httpcore2's own stream because that asks the kernel about each idle connection at every request
    (half of the CPU time at 50 hosts), and because a server that closes a kept connection must be told from one that
    breaks off.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[None] | None = None
        self._buffer = bytearray()
        self._paused = False
        self._ended = False
        self._error: Exception | None = None
        self._secure = False
        self._answered = False  # something has come since we last wrote
        self._used = False  # an earlier question was answered on this connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way out."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Keep what came; ask the kernel to hold the rest when nobody reads."""
        self._buffer += data
        self._answered = True
        if len(self._buffer) > _BUFFER_BYTES and not self._paused and self._transport is not None:
            self._transport.pause_reading()
            self._paused = True
        self._wake()

    def eof_received(self) -> bool:
        """Note the end; the transport closes itself."""
        self._ended = True
        self._wake()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """Note the end and why."""
        self._ended = True
        self._error = exc
        self._wake()

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        """Give what has come, waiting for the first byte; empty at the end.

        Raises StaleConnection when the server had closed a kept connection, ReadError when the connection broke.
        """
        del timeout
        while not self._buffer and not self._ended:
            self._waiting = self._loop.create_future()
            try:
                await self._waiting
            finally:
                self._waiting = None
        if self._buffer:
            return self._take(max_bytes)
        if self._used and not self._answered:
            raise StaleConnection
        if self._error is not None:
            raise httpcore2.ReadError(str(self._error))
        return b""

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Send. Questions are small: the transport's own buffer is limit enough."""
        del timeout
        if not buffer:
            return
        if self._transport is None or self._ended:
            raise StaleConnection if self._used else httpcore2.WriteError("closed")
        self._used = self._used or self._answered
        self._answered = False
        self._transport.write(buffer)

    async def aclose(self) -> None:
        """Close. Over TLS without a farewell: some servers never answer it."""
        if self._transport is not None:
            (self._transport.abort if self._secure else self._transport.close)()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> "Stream":
        """Begin TLS; the certificate must be good for the name that was asked. Raises WorldFault."""
        plain = self._transport
        assert plain is not None  # noqa: S101 - connected before
        name = (server_hostname or "").removesuffix(".")
        try:
            async with asyncio.timeout(timeout):
                self._transport = await self._loop.start_tls(plain, self, ssl_context, server_hostname=name)
        except TimeoutError as error:
            plain.abort()
            raise WorldFault(Failure.TIMEOUT, f"no TLS with {name} in {_seconds(timeout)}") from error
        except (OSError, ValueError) as error:
            plain.abort()
            raise WorldFault(Failure.TLS, f"{name}: {_tls_words(error)}") from error
        except BaseException:
            plain.abort()
            raise
        if self._transport is None:
            raise WorldFault(Failure.TLS, f"{name}: the server hung up")
        self._secure = True
        return self

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore2's signature
        """Answer what httpcore2 asks: the TLS object, and whether an idle connection was closed on us."""
        if info == "is_readable":
            return self._ended or bool(self._buffer)
        if info == "ssl_object" and self._transport is not None:
            return self._transport.get_extra_info("ssl_object")
        return None

    def _take(self, max_bytes: int) -> bytes:
        taken = bytes(self._buffer[:max_bytes])
        del self._buffer[:max_bytes]
        if self._paused and not self._buffer and self._transport is not None:
            self._paused = False
            if not self._ended:
                self._transport.resume_reading()
        return taken

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)


def _tls_words(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not good: {error.verify_message}"
    return str(error) or type(error).__name__


def _seconds(timeout: float | None) -> str:
    return f"{timeout or 0:g} s"
