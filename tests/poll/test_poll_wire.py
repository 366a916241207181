"""What lies below the questions: sockets only where we may connect, and the certificates of this machine."""

import asyncio
import ssl
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path

import pytest

from dailyten.model.fetched import Failure
from dailyten.poll.guard import IPAddress
from dailyten.poll.sockets import Guard, WorldFault
from dailyten.poll.wire import Question, Reply, Wire, certificates
from dailyten.testing.feed_server import FeedServer


class FooledGuard(Guard):
    """Believes that loopback is fine when it looks at names; sockets it judges as ever."""

    async def addresses(self, host: str, port: int, seconds: float) -> tuple[IPAddress, ...]:
        del host, port, seconds
        return (ip_address("127.0.0.1"),)


async def nowhere(_: str) -> Sequence[IPAddress]:
    return []


def test_a_socket_is_judged_again_by_the_very_address_it_goes_to(server: FeedServer) -> None:
    address = server.publish("/f", b"<rss/>").replace("127.0.0.1", "fooled.example")

    async def run() -> Reply:
        wire = Wire(FooledGuard(nowhere, ()), connect_seconds=5, max_bytes=1_000, kept=1)
        question = Question(address=address, host="fooled.example", port=server.port, headers=[], read={200})
        try:
            return await wire.ask(question, 5)
        finally:
            wire.close()

    fault = asyncio.run(run()).fault

    assert isinstance(fault, WorldFault)
    assert (fault.failure, fault.detail) == (
        Failure.REFUSED_ADDRESS,
        "fooled.example leads to 127.0.0.1, which is loopback",
    )
    assert server.requests == ()


def test_a_name_is_looked_up_once_for_all_feeds_of_its_host() -> None:
    looks: list[str] = []

    async def resolve(host: str) -> Sequence[IPAddress]:
        looks.append(host)
        return [ip_address("93.184.215.14")]

    async def run() -> None:
        guard = Guard(resolve, ())
        for _ in range(3):
            await guard.addresses("feeds.example", 443, 5)

    asyncio.run(run())

    assert looks == ["feeds.example"]


def test_a_name_that_is_not_found_in_time_is_late() -> None:
    async def never(_: str) -> Sequence[IPAddress]:
        await asyncio.Event().wait()
        return []

    with pytest.raises(WorldFault) as caught:
        asyncio.run(Guard(never, ()).addresses("slow.example", 443, 0.01))

    assert caught.value.failure is Failure.TIMEOUT


def test_certificates_of_the_environment_come_before_those_of_the_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mine = tmp_path / "mine.pem"
    mine.touch()
    monkeypatch.setenv("SSL_CERT_FILE", str(mine))

    assert certificates() == (str(mine), "")


def test_a_machine_without_certificates_trusts_those_that_were_installed_with_us(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nothing = ssl.get_default_verify_paths()._replace(cafile="", capath="")
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: nothing)

    file, folder = certificates()

    assert ssl.create_default_context(cafile=file).cert_store_stats()["x509_ca"] > 50
    assert folder == ""
