"""Edge: one question over HTTP, and whatever the world does about it as a value.

It stands on httpcore2, the part of httpx2 below its client: redirects, validators, decompression and cookies (none)
are ours to decide at each hop, and the guard sits in the network backend that httpcore2 takes as an argument.
"""

import asyncio
import base64
import re
import ssl
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from types import TracebackType
from typing import Final, Self, TypeVar, cast
from urllib.parse import unquote_to_bytes, urlencode

import httpcore2
from httpx2 import URL

from dailyten.model.fetched import Asking, Failed, Failure, Fetched, Fresh, Posted, Unchanged
from dailyten.model.instant import utc_now
from dailyten.poll.address import BadAddressError, address_of, moved, same_origin, without_credentials
from dailyten.poll.caching import retry_after
from dailyten.poll.connections import Connections
from dailyten.poll.decompress import BadCodingError, Inflating, TooBigError
from dailyten.poll.settings import HttpSettings
from dailyten.poll.sockets import GuardedBackend, Resolve, StaleConnection, ThreadedDns, WorldFault

ACCEPT: Final = (
    b"application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, "
    b"application/json;q=0.8, */*;q=0.5"
)
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_REDIRECTS_OF_FORMS: Final = frozenset({307, 308})
_PERMANENT: Final = frozenset({301, 308})
_GOOD: Final = frozenset({200, 203})
_CLASSES: Final = {
    401: Failure.UNAUTHORIZED,
    402: Failure.FORBIDDEN,
    403: Failure.FORBIDDEN,
    404: Failure.NOT_FOUND,
    407: Failure.UNAUTHORIZED,
    410: Failure.GONE,
    429: Failure.TOO_MANY_REQUESTS,
    451: Failure.FORBIDDEN,
}
_LEFTOVER_BYTES: Final = 1 << 16
_LEFTOVER_SECONDS: Final = 0.5
_LONGEST_DETAIL: Final = 300
_UNPRINTABLE: Final = re.compile(r"[^\x20-\x7e\xa0-\xff]+")

Headers = list[tuple[bytes, bytes]]
T = TypeVar("T")


@dataclass(slots=True)
class _Journey:
    """Where one question has come to; read when it ends badly. With a `form` it is a POST."""

    asking: Asking
    start: URL
    at: URL
    form: bytes = b""
    hops: int = 0
    permanent: bool = True
    reading: bool = False
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class HttpFetcher:
    """Asks publishers over HTTP/1.1 and HTTP/2. Use it as an async context manager; `fetch` may run many times at once.

    Cookies are not kept and proxies of the environment not used. `resolve` stands in for DNS, `tls` for the machine's
    trusted certificates, `clock` tells the time that a Retry-After date is compared with.
    """

    def __init__(
        self,
        settings: HttpSettings,
        *,
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._dns = ThreadedDns()
        self._user_agent = settings.user_agent.encode("ascii")
        self._whole_seconds = settings.whole.total_seconds()
        self._connections = Connections(
            tls=cache(httpcore2.default_ssl_context) if tls is None else lambda: tls,
            backend=GuardedBackend(resolve or self._dns, settings.allowed),
            kept_hosts=settings.kept_hosts,
        )
        self._extensions = {"timeout": {"connect": settings.connect.total_seconds()}}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._connections.aclose()
        self._dns.close()

    async def fetch(self, asking: Asking) -> Fetched:
        """Ask once, follow redirects, read the whole body. Raises nothing for what the world does."""
        return await self._go(asking, b"", self._understand)

    async def post(self, address: str, form: Mapping[str, str | Sequence[str]]) -> Posted | Failed:
        """Send a form, a field of many values once for each; raises nothing either.

        307 and 308 are followed with it, but never from https to http.
        """
        return await self._go(Asking(address=address), urlencode(form, doseq=True).encode("ascii"), self._taken)

    async def _go(
        self, asking: Asking, form: bytes, understand: Callable[[_Journey, httpcore2.Response], Awaitable[T]]
    ) -> T | Failed:
        try:
            start = address_of(asking.address)
        except BadAddressError as error:
            return Failed(failure=Failure.BAD_ADDRESS, detail=_line(str(error)))
        journey = _Journey(asking, start, start, form)
        try:
            async with asyncio.timeout(self._whole_seconds):
                return await self._follow(journey, understand)
        except Exception as error:  # noqa: BLE001 - the edge: h11, h2, ssl and asyncio raise much that no list foresees
            return self._failed(journey, *_class_of(error, journey))

    async def _follow(self, journey: _Journey, understand: Callable[[_Journey, httpcore2.Response], Awaitable[T]]) -> T:
        while True:
            at = journey.at
            pool = self._connections.lend(at)
            try:
                if understood := await self._step(journey, pool, understand):
                    return understood
            finally:
                await self._connections.give_back(at)

    async def _step(
        self,
        journey: _Journey,
        pool: httpcore2.AsyncConnectionPool,
        understand: Callable[[_Journey, httpcore2.Response], Awaitable[T]],
    ) -> T | None:
        """Ask where the journey stands; None means that it was sent on."""
        answer = await self._ask(journey, pool)
        try:
            journey.status, journey.headers = answer.status, _headers_of(answer.headers)
            if answer.status not in _GOOD:
                await _use_up(answer)
            if answer.status not in (_REDIRECTS_OF_FORMS if journey.form else _REDIRECTS):
                return await understand(journey, answer)
            self._turn(journey, answer.status, _location(answer.headers))
            return None
        finally:
            await answer.aclose()

    async def _ask(self, journey: _Journey, pool: httpcore2.AsyncConnectionPool) -> httpcore2.Response:
        at = journey.at
        request = httpcore2.Request(
            b"POST" if journey.form else b"GET",
            httpcore2.URL(scheme=at.raw_scheme, host=at.raw_host, port=at.port, target=at.raw_path),
            headers=self._request_headers(journey),
            content=journey.form or None,
            extensions=self._extensions,
        )
        try:
            return await pool.handle_async_request(request)
        except StaleConnection:
            return await pool.handle_async_request(request)

    def _request_headers(self, journey: _Journey) -> Headers:
        headers = [
            (b"Host", journey.at.netloc),
            (b"User-Agent", self._user_agent),
            (b"Accept", ACCEPT),
            (b"Accept-Encoding", b"gzip, br, zstd"),
        ]
        if journey.start.userinfo and same_origin(journey.start, journey.at):
            headers.append((b"Authorization", _basic(journey.start.userinfo)))
        if journey.form:
            headers.append((b"Content-Type", b"application/x-www-form-urlencoded"))
            headers.append((b"Content-Length", str(len(journey.form)).encode()))
        return headers + _conditions(journey)

    async def _taken(self, journey: _Journey, answer: httpcore2.Response) -> Posted | Failed:
        """Understand what came of a form. What the answer says beside its status is for people who watch the wire."""
        if answer.status in _GOOD:
            await _use_up(answer)
        if 200 <= answer.status < 300:  # noqa: PLR2004 - RFC 9110 §15.3
            return Posted(status=answer.status)
        return self._failed(journey, *_refusal_of(answer.status, journey.headers))

    async def _understand(self, journey: _Journey, answer: httpcore2.Response) -> Fetched:
        if answer.status == 304:  # noqa: PLR2004 - Not Modified
            if _conditions(journey):
                return Unchanged(headers=journey.headers, moved_to=_moved_to(journey))
            return self._failed(journey, Failure.BAD_ANSWER, "it says nothing changed, but we sent no validators")
        if answer.status not in _GOOD:
            return self._failed(journey, *_refusal_of(answer.status, journey.headers))
        body = await self._body(journey, answer)
        if not body:
            return self._failed(journey, Failure.BAD_ANSWER, "an empty body")
        address = str(without_credentials(journey.at))
        return Fresh(body=body, address=address, headers=journey.headers, moved_to=_moved_to(journey))

    async def _body(self, journey: _Journey, answer: httpcore2.Response) -> bytes:
        limit = self._settings.max_bytes
        said = journey.headers.get("content-length", "")
        if said.isdecimal() and int(said[:20]) > limit:
            raise TooBigError
        journey.reading = True
        body, came = Inflating(journey.headers.get("content-encoding", ""), limit), 0
        async with aclosing(_chunks(answer)) as chunks:
            async for chunk in chunks:
                came += len(chunk)
                if came > limit:
                    raise TooBigError
                body.feed(chunk)
        return body.finish()

    def _turn(self, journey: _Journey, status: int, location: str) -> None:
        """Point the journey where a redirect says. Raises WorldFault."""
        if journey.hops == self._settings.redirects:
            raise WorldFault(Failure.TOO_MANY_REDIRECTS, f"more than {self._settings.redirects} redirects")
        try:
            target = moved(journey.at, location)
        except BadAddressError as error:
            raise WorldFault(Failure.BAD_ANSWER, str(error)) from error
        if target == without_credentials(journey.at):
            raise WorldFault(Failure.TOO_MANY_REDIRECTS, "it redirects to itself")
        downgraded = journey.at.scheme == "https" and target.scheme == "http"
        if downgraded and journey.form:
            raise WorldFault(Failure.BAD_ANSWER, "it sends a form on in plain text")
        journey.permanent = journey.permanent and status in _PERMANENT and not downgraded
        journey.hops += 1
        journey.at = target

    def _failed(self, journey: _Journey, failure: Failure, detail: str) -> Failed:
        return Failed(
            failure=failure,
            detail=_line(detail),
            status=journey.status,
            retry_after=retry_after(journey.headers, self._clock()),
        )


def _conditions(journey: _Journey) -> Headers:
    """Give the validators, but only to the address they came from."""
    asking, here = journey.asking, str(without_credentials(journey.at))
    owner = asking.validators_from or str(without_credentials(journey.start))
    if here != owner:
        return []
    named = ((b"If-None-Match", asking.etag), (b"If-Modified-Since", asking.last_modified))
    return [(name, text.encode("latin-1")) for name, text in named if text and not _UNPRINTABLE.search(text)]


def _basic(userinfo: bytes) -> bytes:
    return b"Basic " + base64.b64encode(unquote_to_bytes(userinfo))


def _moved_to(journey: _Journey) -> str:
    """Name the address that a permanent move leads to, with the credentials only if they stay on the same server."""
    if not journey.hops or not journey.permanent:
        return ""
    stays = journey.start.userinfo and same_origin(journey.start, journey.at)
    return str(journey.at.copy_with(userinfo=journey.start.userinfo) if stays else journey.at)


def _refusal_of(status: int, headers: Mapping[str, str]) -> tuple[Failure, str]:
    if headers.get("cf-mitigated", "").strip().lower() == "challenge":
        return Failure.FORBIDDEN, f"HTTP {status}: a puzzle that only browsers can solve"
    if failure := _CLASSES.get(status):
        return failure, f"HTTP {status}"
    if 400 <= status < 500:  # noqa: PLR2004 - RFC 9110 §15.5
        return Failure.CLIENT_ERROR, f"HTTP {status}"
    if 500 <= status < 600:  # noqa: PLR2004 - RFC 9110 §15.6
        return Failure.SERVER_ERROR, f"HTTP {status}"
    return Failure.BAD_ANSWER, f"HTTP {status} brings no document"


def _class_of(error: Exception, journey: _Journey) -> tuple[Failure, str]:  # noqa: PLR0911 - a line a class
    match error:
        case WorldFault():
            return error.failure, error.detail
        case TooBigError():
            return Failure.TOO_BIG, "the body is larger than we take"
        case BadCodingError():
            return Failure.BROKEN_OFF if "stops" in str(error) else Failure.BAD_ANSWER, str(error)
        case TimeoutError() if journey.reading:
            return Failure.TOO_SLOW, "the body did not arrive in time"
        case TimeoutError():
            return Failure.TIMEOUT, "no answer in time"
        case StaleConnection() | httpcore2.NetworkError():
            return Failure.BROKEN_OFF, f"the connection broke: {error}" if str(error) else "the connection broke"
        case httpcore2.RemoteProtocolError() if journey.reading or "without sending" in str(error):
            return Failure.BROKEN_OFF, str(error)
        case _:
            return Failure.BAD_ANSWER, f"{type(error).__name__}: {error}"


def _headers_of(raw: Headers) -> dict[str, str]:
    """Read header fields: lower-case names, unprintable bytes gone, fields of one name joined by commas."""
    headers: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1").lower(), _UNPRINTABLE.sub(" ", value.decode("latin-1")).strip()
        headers[key] = f"{headers[key]}, {text}" if key in headers and key != "etag" else text
    return headers


def _location(raw: Headers) -> str:
    """Read Location as UTF-8, or with its foreign bytes quoted where it is none."""
    value = next((value for name, value in raw if name.lower() == b"location"), b"")
    try:
        return value.decode()
    except UnicodeDecodeError:
        return "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in value)  # noqa: PLR2004 - ASCII


async def _use_up(answer: httpcore2.Response) -> None:
    """Read what little a refusal says, so that the connection can be kept; give up soon."""
    left = _LEFTOVER_BYTES
    try:
        async with asyncio.timeout(_LEFTOVER_SECONDS), aclosing(_chunks(answer)) as chunks:
            async for chunk in chunks:
                left -= len(chunk)
                if left < 0:
                    return
    except Exception:  # noqa: BLE001, S110 - the answer is known already; its rest may break as it likes
        pass


def _chunks(answer: httpcore2.Response) -> AsyncGenerator[bytes, None]:
    return cast("AsyncGenerator[bytes, None]", aiter(cast("AsyncIterable[bytes]", answer.stream)))


def _line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_DETAIL]
