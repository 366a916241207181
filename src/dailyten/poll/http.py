"""Edge: one question over HTTP, and whatever the world does about it as a value.

Redirects, validators, decompression and cookies (none) are ours to decide at each hop; what lies below, from the name
to the header lines, is in `dailyten.poll.wire`.
"""

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar
from urllib.parse import unquote_to_bytes, urlencode

from dailyten.model.fetched import Asking, Failed, Failure, Fetched, Fresh, Posted, Unchanged
from dailyten.model.instant import utc_now
from dailyten.poll.address import Address, BadAddressError, address_of, moved, same_origin, without_credentials
from dailyten.poll.caching import retry_after
from dailyten.poll.decompress import BadCodingError, Inflating, TooBigError
from dailyten.poll.settings import HttpSettings
from dailyten.poll.sockets import Guard, Resolve, ThreadedDns, WorldFault
from dailyten.poll.wire import Question, Reply, Wire

ACCEPT: Final = (
    b"application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, "
    b"application/json;q=0.8, */*;q=0.5"
)
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_REDIRECTS_OF_FORMS: Final = frozenset({307, 308})
_PERMANENT: Final = frozenset({301, 308})
_GOOD: Final = frozenset({200, 203})
_NOTHING: Final[frozenset[int]] = frozenset()
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
_LONGEST_DETAIL: Final = 300
_UNPRINTABLE: Final = re.compile(r"[^\x20-\x7e\xa0-\xff]+")
_FIELD_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)

T = TypeVar("T")


@dataclass(slots=True)
class _Journey:
    """Where one question has come to; read when it ends badly. With a `form` it is a POST."""

    asking: Asking
    start: Address
    at: Address
    ends_at: float
    form: bytes = b""
    conditions: Sequence[bytes] = ()
    hops: int = 0
    permanent: bool = True
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class HttpFetcher:
    """Asks publishers over HTTP/1.1 and HTTP/2. Use it as an async context manager; `fetch` may run many times at once.

    Cookies are not kept and proxies of the environment not used. `resolve` stands in for DNS, `trusted` (a file) for
    the machine's certificates, `clock` tells the time that a Retry-After date is compared with.
    """

    def __init__(
        self,
        settings: HttpSettings,
        *,
        resolve: Resolve | None = None,
        trusted: Path | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._trusted = trusted
        self._dns = ThreadedDns()
        self._guard = Guard(resolve or self._dns, settings.allowed)
        self._headers = [
            b"User-Agent: " + settings.user_agent.encode("ascii"),
            b"Accept: " + ACCEPT,
            b"Accept-Encoding: gzip, br, zstd",
        ]

    async def __aenter__(self) -> Self:
        settings = self._settings
        self._wire = Wire(
            self._guard,
            connect_seconds=settings.connect.total_seconds(),
            max_bytes=settings.max_bytes,
            kept=settings.kept_hosts,
            trusted=self._trusted,
        )
        self._whole_seconds = settings.whole.total_seconds()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wire.close()
        self._dns.close()

    async def fetch(self, asking: Asking) -> Fetched:
        """Ask once, follow redirects, read the whole body. Raises nothing for what the world does."""
        return await self._go(asking, b"", self._understand)

    async def post(self, address: str, form: Mapping[str, str | Sequence[str]]) -> Posted | Failed:
        """Send a form, a field of many values once for each; raises nothing either.

        307 and 308 are followed with it, but never from https to http.
        """
        return await self._go(Asking(address=address), urlencode(form, doseq=True).encode("ascii"), self._taken)

    async def _go(self, asking: Asking, form: bytes, understand: Callable[[_Journey, Reply], T | Failed]) -> T | Failed:
        try:
            start = address_of(asking.address)
        except BadAddressError as error:
            return Failed(failure=Failure.BAD_ADDRESS, detail=_line(str(error)))
        journey = _Journey(asking, start, start, self._wire.loop.time() + self._whole_seconds, form)
        try:
            return understand(journey, await self._arrive(journey))
        except Exception as error:  # noqa: BLE001 - the edge: libcurl and ssl raise much that no list foresees
            return self._failed(journey, *_class_of(error))

    async def _arrive(self, journey: _Journey) -> Reply:
        """Ask, and ask again where a redirect points, until something else comes."""
        redirects = _REDIRECTS_OF_FORMS if journey.form else _REDIRECTS
        while True:
            reply = await self._wire.ask(self._question(journey), journey.ends_at - self._wire.loop.time())
            journey.status = reply.status
            if reply.fault:
                raise reply.fault
            journey.headers = _headers_of(reply.lines)
            if reply.status not in redirects:
                return reply
            self._turn(journey, reply.status, _location(reply.lines))

    def _question(self, journey: _Journey) -> Question:
        at = without_credentials(journey.at)
        if at.host.endswith("."):
            at = replace(at, host=at.host.removesuffix("."))
        return Question(
            address=str(at),
            host=at.host,
            port=at.port_number,
            headers=self._request_headers(journey),
            form=journey.form,
            read=_NOTHING if journey.form else _GOOD,
        )

    def _request_headers(self, journey: _Journey) -> list[bytes]:
        journey.conditions = _conditions(journey)
        headers = [*self._headers, *journey.conditions]
        if journey.start.userinfo and same_origin(journey.start, journey.at):
            headers.append(b"Authorization: " + _basic(journey.start.userinfo.encode("ascii")))
        if journey.form:
            headers.append(b"Content-Type: application/x-www-form-urlencoded")
        return headers

    def _taken(self, journey: _Journey, reply: Reply) -> Posted | Failed:
        """Understand what came of a form. What the answer says beside its status is for people who watch the wire."""
        if reply.status and 200 <= reply.status < 300:  # noqa: PLR2004 - RFC 9110 §15.3
            return Posted(status=reply.status)
        return self._failed(journey, *_refusal_of(reply.status or 0, journey.headers))

    def _understand(self, journey: _Journey, reply: Reply) -> Fetched:
        if reply.status == 304:  # noqa: PLR2004 - Not Modified
            if journey.conditions:
                return Unchanged(headers=journey.headers, moved_to=_moved_to(journey))
            return self._failed(journey, Failure.BAD_ANSWER, "it says nothing changed, but we sent no validators")
        if reply.status not in _GOOD:
            return self._failed(journey, *_refusal_of(reply.status or 0, journey.headers))
        body = self._body(journey, reply)
        if not body:
            return self._failed(journey, Failure.BAD_ANSWER, "an empty body")
        address = str(without_credentials(journey.at))
        return Fresh(body=body, address=address, headers=journey.headers, moved_to=_moved_to(journey))

    def _body(self, journey: _Journey, reply: Reply) -> bytes:
        body = Inflating(journey.headers.get("content-encoding", ""), self._settings.max_bytes)
        for chunk in reply.body:
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


def _conditions(journey: _Journey) -> list[bytes]:
    """Give the validators, but only to the address they came from."""
    asking, here = journey.asking, str(without_credentials(journey.at))
    owner = asking.validators_from or str(without_credentials(journey.start))
    if here != owner:
        return []
    named = (("If-None-Match", asking.etag), ("If-Modified-Since", asking.last_modified))
    return [f"{name}: {text}".encode("latin-1") for name, text in named if text and not _UNPRINTABLE.search(text)]


def _basic(userinfo: bytes) -> bytes:
    return b"Basic " + base64.b64encode(unquote_to_bytes(userinfo))


def _moved_to(journey: _Journey) -> str:
    """Name the address that a permanent move leads to, with the credentials only if they stay on the same server."""
    if not journey.hops or not journey.permanent:
        return ""
    stays = journey.start.userinfo and same_origin(journey.start, journey.at)
    return str(replace(journey.at, userinfo=journey.start.userinfo) if stays else journey.at)


def _refusal_of(status: int, headers: Mapping[str, str]) -> tuple[Failure, str]:
    if headers.get("cf-mitigated", "").strip().lower() == "challenge":
        return Failure.FORBIDDEN, f"HTTP {status}: a puzzle that only browsers can solve"
    if not status:
        return Failure.BAD_ANSWER, "it does not answer in HTTP: a line comes where the status should be"
    if failure := _CLASSES.get(status):
        return failure, f"HTTP {status}"
    if 400 <= status < 500:  # noqa: PLR2004 - RFC 9110 §15.5
        return Failure.CLIENT_ERROR, f"HTTP {status}"
    if 500 <= status < 600:  # noqa: PLR2004 - RFC 9110 §15.6
        return Failure.SERVER_ERROR, f"HTTP {status}"
    return Failure.BAD_ANSWER, f"HTTP {status} brings no document"


def _class_of(error: Exception) -> tuple[Failure, str]:
    match error:
        case WorldFault():
            return error.failure, error.detail
        case TooBigError():
            return Failure.TOO_BIG, "the body is larger than we take"
        case BadCodingError():
            return Failure.BROKEN_OFF if "stops" in str(error) else Failure.BAD_ANSWER, str(error)
        case _:
            return Failure.BAD_ANSWER, f"{type(error).__name__}: {error}"


def _headers_of(lines: Sequence[bytes]) -> dict[str, str]:
    """Read header fields: lower-case names, unprintable bytes gone, fields of one name joined by commas.

    Raises WorldFault for a line that is no field.
    """
    headers: dict[str, str] = {}
    for line in lines[1:-1]:
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon or not _FIELD_NAME.fullmatch(name):
            raise WorldFault(Failure.BAD_ANSWER, f"a line of its head makes no sense: {name[:40]!r}")
        key, text = name.lower(), value.strip()
        if not text.isprintable():
            text = _UNPRINTABLE.sub(" ", text).strip()
        headers[key] = f"{headers[key]}, {text}" if key in headers and key != "etag" else text
    return headers


def _location(lines: Sequence[bytes]) -> str:
    """Read Location as UTF-8, or with its foreign bytes quoted where it is none."""
    value = next((line[9:].strip() for line in lines if line[:9].lower() == b"location:"), b"")
    try:
        return value.decode()
    except UnicodeDecodeError:
        return "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in value)  # noqa: PLR2004 - ASCII


def _line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_DETAIL]
