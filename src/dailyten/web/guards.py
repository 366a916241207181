"""What stands before every page: headers of safety, a limit on bodies, a limit on how often somebody sends."""

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dailyten.web.counting import Counts
from dailyten.web.reception import network_of

MOST_BYTES = 64 * 1024
TOO_LARGE = f"That is more than {MOST_BYTES // 1024} KB, so it was not read."
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self';"
        " frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
MAIL_POLICY = HEADERS["Content-Security-Policy"].replace("style-src 'self'", "style-src 'unsafe-inline'")
"""A mail has its styles in it; there is no script in it, and none would run."""
PRIVATE = frozenset(
    {
        "subscribe",
        "confirm",
        "preferences",
        "pause",
        "unsubscribe",
        "view",
        "vote",
        "api",
        "hooks",
        "healthz",
        "metrics",
        "websub",
    }
)
"""What is a reader's own or of this moment: never kept by anybody on the way."""
UNLIMITED = frozenset({"unsubscribe", "websub", "hooks"})
"""A mail provider sends all its readers' farewells from one network; a farewell is never refused. A hub calls for all
its feeds from one network, and at addresses that nobody else knows. What a mail service posts is signed."""
LARGE = frozenset({"websub", "hooks"})
"""Documents and long lists of events come here, each to a limit of its own."""


@dataclass(frozen=True, slots=True)
class Guards:
    """Stands before an application. `strict_transport` is on where the public address is https."""

    app: ASGIApp
    counts: Counts
    posts_a_minute: int
    strict_transport: bool
    limiter: SlidingWindowCounterRateLimiter = field(
        default_factory=lambda: SlidingWindowCounterRateLimiter(MemoryStorage())
    )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        door = _Door(self, scope, send)
        if refused := self._refusal(scope, door.place):
            await refused(scope, receive, door.send)
        else:
            await self.app(scope, receive if door.place in LARGE else _limited(receive), door.send)

    def _refusal(self, scope: Scope, place: str) -> Response | None:
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if place not in LARGE and _is_too_long(length):
            return _plain(TOO_LARGE, 413)
        if scope["method"] in ("GET", "HEAD") or place in UNLIMITED:
            return None
        network = network_of(scope["client"][0] if scope.get("client") else "")
        if self.limiter.hit(RateLimitItemPerMinute(self.posts_a_minute), network):
            return None
        return _plain("Too much at once from your network. Please try again in a minute.", 429, {"Retry-After": "60"})


@dataclass(slots=True)
class _Door:
    """One request on its way out."""

    guards: Guards
    scope: Scope
    out: Send

    @property
    def place(self) -> str:
        """Say what kind of address it is, without what is a reader's own in it."""
        first = self.scope["path"].lstrip("/").partition("/")[0]
        return first if first in PRIVATE else "site"

    async def send(self, message: Message) -> None:
        """Add the headers and count, when the answer begins."""
        if message["type"] == "http.response.start":
            self._dress(message)
            self.guards.counts.request(self.place, self._method(), message["status"])
        await self.out(message)

    def _dress(self, message: MutableMapping[str, Any]) -> None:
        headers = MutableHeaders(raw=message.setdefault("headers", []))
        for name, value in HEADERS.items():
            headers[name] = value
        if self.place == "view":
            headers["Content-Security-Policy"] = MAIL_POLICY
        if self.guards.strict_transport:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        if self.place in PRIVATE:
            headers["Cache-Control"] = "no-store"
            headers["X-Robots-Tag"] = "noindex"

    def _method(self) -> str:
        method = self.scope["method"]
        return method if method in ("GET", "HEAD", "POST", "PUT") else "other"


def _is_too_long(length: bytes) -> bool:
    return not length.isdigit() or len(length) > len(str(MOST_BYTES)) or int(length) > MOST_BYTES


def _limited(receive: Receive) -> Receive:
    came = 0

    async def counted() -> Message:
        nonlocal came
        message = await receive()
        came += len(message.get("body", b""))
        if came > MOST_BYTES:
            raise HTTPException(413, TOO_LARGE)
        return message

    return counted


def _plain(words: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return PlainTextResponse(f"{words}\n", status, headers)
