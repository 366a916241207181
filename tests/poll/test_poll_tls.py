"""TLS is verified for the name that was asked, and HTTP/2 spoken where the server offers it."""

import asyncio
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import h2.config
import h2.connection
import h2.errors
import h2.events
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dailyten.model.fetched import Asking, Failed, Failure, Fetched, Fresh
from dailyten.poll.guard import Allowance, IPAddress
from dailyten.poll.http import HttpFetcher
from dailyten.poll.settings import HttpSettings
from dailyten.testing.feed_server import FeedServer, redirect

Ask = Callable[..., Any]
BODY = b"<rss/>"


async def to_loopback(_: str) -> Sequence[IPAddress]:
    return [ip_address("127.0.0.1")]


@dataclass(frozen=True)
class Authority:
    """A certificate authority of this test run."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    name: x509.Name

    def certificate(self, host: str, *, days: int = 1) -> ssl.SSLContext:
        key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
        first, last = sorted((now + timedelta(days=days), now - timedelta(days=2)))
        cert = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)]))
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(first)
            .not_valid_after(last)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        return _server_side(self.folder / f"{host}.pem", cert, key)

    @property
    def trusted(self) -> Path:
        return self.folder / "authority.pem"


def _server_side(path: Path, cert: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> ssl.SSLContext:
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(cert.public_bytes(serialization.Encoding.PEM) + pem)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return context


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder = tmp_path_factory.mktemp("tls")
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tests")])
    cert = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=3))
        .not_valid_after(now + timedelta(days=3))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "authority.pem").write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    return Authority(folder, key, name)


@pytest.fixture
def secure(authority: Authority) -> Iterator[FeedServer]:
    with FeedServer(tls=authority.certificate("feeds.example")) as server:
        server.publish("/f", BODY)
        yield server


def named(server: FeedServer, host: str, path: str = "/f") -> str:
    return f"https://{host}:{server.port}{path}"


def test_a_good_certificate_for_the_name_is_believed(secure: FeedServer, authority: Authority, ask: Ask) -> None:
    options = {"resolve": to_loopback, "trusted": authority.trusted}

    first, second = ask(named(secure, "feeds.example"), named(secure, "feeds.example."), options=options)

    assert isinstance(first, Fresh)
    assert isinstance(second, Fresh)


def test_a_certificate_for_another_name_is_not(secure: FeedServer, authority: Authority, ask: Ask) -> None:
    fetched = ask(named(secure, "other.example"), options={"resolve": to_loopback, "trusted": authority.trusted})

    assert isinstance(fetched, Failed)
    assert fetched.failure is Failure.TLS
    assert "certificate" in fetched.detail
    assert secure.requests == ()


def test_a_certificate_that_nobody_vouches_for_is_not(secure: FeedServer, ask: Ask) -> None:
    fetched = ask(named(secure, "feeds.example"), options={"resolve": to_loopback})

    assert isinstance(fetched, Failed)
    assert fetched.failure is Failure.TLS


def test_a_certificate_that_ran_out_is_not(authority: Authority, ask: Ask) -> None:
    with FeedServer(tls=authority.certificate("late.example", days=-1)) as server:
        fetched = ask(named(server, "late.example"), options={"resolve": to_loopback, "trusted": authority.trusted})

    assert isinstance(fetched, Failed)
    assert fetched.failure is Failure.TLS
    assert "expired" in fetched.detail


def test_https_to_a_server_that_speaks_plain_http_is_a_fault_of_tls(server: FeedServer, ask: Ask) -> None:
    fetched = ask(server.address("/f").replace("http://", "https://"))

    assert isinstance(fetched, Failed)
    assert fetched.failure is Failure.TLS


def test_a_permanent_move_to_the_open_wire_is_followed_but_never_proposed(
    secure: FeedServer, server: FeedServer, authority: Authority, ask: Ask
) -> None:
    secure.script("/old", redirect(server.publish("/f", BODY), 301))

    fetched = ask(
        named(secure, "feeds.example", "/old"), options={"resolve": to_loopback, "trusted": authority.trusted}
    )

    assert isinstance(fetched, Fresh)
    assert fetched.moved_to == ""


class Http2Publisher(asyncio.Protocol):
    """Answers every stream with a body, and counts connections."""

    connections = 0

    def __init__(self) -> None:
        self.http = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        Http2Publisher.connections += 1
        self.transport = transport
        self.http.initiate_connection()
        self._send()

    def data_received(self, data: bytes) -> None:
        for event in self.http.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                self.http.send_headers(event.stream_id, [(":status", "200"), ("etag", '"two"')])
                self.http.send_data(event.stream_id, BODY, end_stream=True)
        self._send()

    def _send(self) -> None:
        assert isinstance(self.transport, asyncio.Transport)
        self.transport.write(self.http.data_to_send())


def test_http_2_is_spoken_where_the_server_offers_it_and_one_connection_serves_all(authority: Authority) -> None:
    tls = authority.certificate("two.example")
    tls.set_alpn_protocols(["h2"])
    Http2Publisher.connections = 0

    async def run() -> list[Fetched]:
        server = await asyncio.get_running_loop().create_server(Http2Publisher, "127.0.0.1", 0, ssl=tls)
        port = server.sockets[0].getsockname()[1]
        settings = HttpSettings(allowed=(Allowance.parse("127.0.0.0/8"),), whole=timedelta(seconds=5))
        async with server, HttpFetcher(settings, resolve=to_loopback, trusted=authority.trusted) as fetcher:
            asked = (fetcher.fetch(Asking(address=f"https://two.example:{port}/{n}")) for n in range(5))
            return list(await asyncio.gather(*asked))

    answers = asyncio.run(run())

    assert all(isinstance(each, Fresh) and each.body == BODY for each in answers), answers
    assert Http2Publisher.connections == 1


class FaultyHttp2(Http2Publisher):
    """Ends each stream in one way, and counts them."""

    ending = ""
    streams = 0

    def data_received(self, data: bytes) -> None:
        for event in self.http.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                FaultyHttp2.streams += 1
                self._answer(event.stream_id)
        self._send()

    def _answer(self, stream: int) -> None:
        head = [(":status", "200")]
        match FaultyHttp2.ending:
            case "refused":
                self.http.reset_stream(stream, h2.errors.ErrorCodes.REFUSED_STREAM)
            case "cut off":
                self.http.send_headers(stream, head)
                self.http.send_data(stream, BODY[:2])
                self.http.reset_stream(stream, h2.errors.ErrorCodes.INTERNAL_ERROR)
            case "too long":
                self.http.send_headers(stream, [*head, ("content-length", "500")])
                self.http.send_data(stream, BODY, end_stream=True)
            case "hung up":
                self.http.send_headers(stream, head)
                self._send()
                self.transport.close()
            case "hints and trailers":
                self.http.send_headers(stream, [(":status", "103"), ("link", "</style.css>")])
                self.http.send_headers(stream, head)
                self.http.send_data(stream, BODY)
                self.http.send_headers(stream, [("x-told", "late")], end_stream=True)


def told_over_http_2(authority: Authority, ending: str) -> Fetched:
    tls = authority.certificate("two.example")
    tls.set_alpn_protocols(["h2"])
    FaultyHttp2.ending, FaultyHttp2.streams = ending, 0

    async def run() -> Fetched:
        server = await asyncio.get_running_loop().create_server(FaultyHttp2, "127.0.0.1", 0, ssl=tls)
        port = server.sockets[0].getsockname()[1]
        settings = HttpSettings(allowed=(Allowance.parse("127.0.0.0/8"),), whole=timedelta(seconds=5))
        async with server, HttpFetcher(settings, resolve=to_loopback, trusted=authority.trusted) as fetcher:
            return await fetcher.fetch(Asking(address=f"https://two.example:{port}/feed"))

    return asyncio.run(run())


@pytest.mark.parametrize("ending", ["cut off", "too long", "hung up"])
def test_a_body_over_http_2_that_is_not_whole_is_no_document(authority: Authority, ending: str) -> None:
    failed = told_over_http_2(authority, ending)

    assert isinstance(failed, Failed)
    assert failed.failure is Failure.BROKEN_OFF
    assert not failed.detail.endswith(":")


def test_hints_before_and_trailers_after_an_answer_over_http_2_do_no_harm(authority: Authority) -> None:
    fetched = told_over_http_2(authority, "hints and trailers")

    assert isinstance(fetched, Fresh)
    assert fetched.body == BODY


def test_a_server_that_turns_streams_away_is_asked_twice_and_no_more(authority: Authority) -> None:
    """Left to itself libcurl asks six times within a few milliseconds."""
    failed = told_over_http_2(authority, "refused")

    assert isinstance(failed, Failed)
    assert failed.failure is Failure.BROKEN_OFF
    assert FaultyHttp2.streams == 2
