"""A hub on loopback that behaves as told: it verifies, distributes, denies, lies. Nothing but the standard library.

    with FakeHub() as hub:
        ...                                   # something subscribes at hub.address
        hub.verify()                          # asks every callback that waits, as a hub would
        hub.distribute(topic, b"<rss/>")      # sends a signed document to every callback of a topic

It does only what it is told, when it is told, so that a test needs no waiting; it writes down what it was asked and
what it was answered.
"""

import hmac
import http.client
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Final, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

_PATIENCE_SECONDS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class HubRequest:
    """One request as it came: its path, its header fields in lower case, its form."""

    path: str
    headers: dict[str, str]
    form: dict[str, str]

    @property
    def mode(self) -> str:
        """Say what was asked: "subscribe" or "unsubscribe"."""
        return self.form.get("hub.mode", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a callback answered."""

    status: int
    body: str


@dataclass(slots=True)
class _Log:
    requests: list[HubRequest] = field(default_factory=list)
    waiting: list[HubRequest] = field(default_factory=list)
    subscribed: dict[str, HubRequest] = field(default_factory=dict)


class FakeHub:
    """A context manager. `status` and `location` are its answer to requests, `lease_seconds` the lease that it gives.

    With `verifies_first` it verifies before it answers, as some do.
    """

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.status = 202
        self.location = ""
        self.lease_seconds = "864000"
        self.verifies_first = False
        self._lock = threading.Lock()
        self._log = _Log()
        hub = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                """Take a request for a subscription."""
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                hub._take(HubRequest(path=self.path, headers=headers, form=dict(parse_qsl(body.decode()))))
                self.send_response(hub.status)
                if hub.location:
                    self.send_header("Location", hub.location)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
                """Keep quiet."""

        self._server = ThreadingHTTPServer((host, 0), Answering)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="hub", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def address(self) -> str:
        """Say where it is asked."""
        return f"http://{self._server.server_name}:{self._server.server_port}/"

    @property
    def requests(self) -> tuple[HubRequest, ...]:
        """Give all requests so far."""
        with self._lock:
            return tuple(self._log.requests)

    @property
    def modes(self) -> list[str]:
        """Give what was asked so far, in order."""
        return [each.mode for each in self.requests]

    @property
    def topics(self) -> set[str]:
        """Name the topics that somebody is subscribed to."""
        with self._lock:
            return {each.form["hub.topic"] for each in self._log.subscribed.values()}

    def verify(self, *, mode: str = "", topic: str = "", challenge: str = "c-1234567") -> list[Told]:
        """Ask every callback that waits whether it asked (§5.3); a `mode` or `topic` of its own is a lie."""
        with self._lock:
            waiting, self._log.waiting = self._log.waiting, []
        told = []
        for each in waiting:
            answer = self.ask(each, mode=mode, topic=topic, challenge=challenge)
            told.append(answer)
            if answer.status // 100 == 2 and answer.body == challenge:  # noqa: PLR2004 - 2xx
                self._settle(each)
        return told

    def ask(self, request: HubRequest, *, mode: str = "", topic: str = "", challenge: str = "c-1234567") -> Told:
        """Ask one callback, whether it waits or not."""
        said = {"hub.mode": mode or request.mode, "hub.topic": topic or request.form["hub.topic"]}
        said |= {"hub.challenge": challenge} if challenge else {}
        said |= {"hub.lease_seconds": self.lease_seconds} if self.lease_seconds else {}
        return _call("GET", f"{request.form['hub.callback']}?{urlencode(said)}")

    def deny(self, request: HubRequest, reason: str = "no", *, topic: str = "") -> Told:
        """Say that a subscription is refused, or over (§5.2)."""
        with self._lock:
            self._log.subscribed.pop(request.form["hub.callback"], None)
        said = {"hub.mode": "denied", "hub.topic": topic or request.form["hub.topic"], "hub.reason": reason}
        return _call("GET", f"{request.form['hub.callback']}?{urlencode(said)}")

    def distribute(
        self, topic: str, body: bytes, *, method: str = "sha256", secret: str = "", signed: bool = True
    ) -> list[Told]:
        """Send a document to every callback of a topic (§7); with a `secret` of its own, or not `signed`, it lies."""
        with self._lock:
            to = [each for each in self._log.subscribed.values() if each.form["hub.topic"] == topic]
        told = []
        for each in to:
            headers = {
                "Content-Type": "application/rss+xml",
                "Link": f'<{self.address}>; rel="hub", <{topic}>; rel="self"',
            }
            if signed:
                key = (secret or each.form["hub.secret"]).encode()
                headers["X-Hub-Signature"] = f"{method}={hmac.new(key, body, method).hexdigest()}"
            told.append(_call("POST", each.form["hub.callback"], body, headers))
        return told

    def _take(self, request: HubRequest) -> None:
        with self._lock:
            self._log.requests.append(request)
            if self.status // 100 == 2:  # noqa: PLR2004 - 2xx
                self._log.waiting.append(request)
        if self.verifies_first:
            self.verify()

    def _settle(self, request: HubRequest) -> None:
        with self._lock:
            if request.mode == "subscribe":
                self._log.subscribed[request.form["hub.callback"]] = request
            else:
                self._log.subscribed.pop(request.form["hub.callback"], None)


def _call(method: str, address: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Told:
    """Ask a callback; one that hangs up while it is still being told something has answered all the same."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_PATIENCE_SECONDS)
    try:
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.request(
                method, f"{parts.path}?{parts.query}" if parts.query else parts.path, body, headers or {}
            )
        answer = connection.getresponse()
        return Told(status=answer.status, body=answer.read().decode("utf-8", "replace"))
    finally:
        connection.close()
