"""The publisher that demos and tests stand on keeps its promises to any client, here the standard library's."""

import http.client
from datetime import UTC, datetime, timedelta

import pytest

from dailyten.testing.clock import Clock
from dailyten.testing.feed_server import FeedServer, Reply, redirect
from tests.patience import FOREVER


def get(server: FeedServer, path: str, host: str = "127.0.0.1", **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(host, server.port, timeout=FOREVER.total_seconds())
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    response.body = response.read()  # type: ignore[attr-defined]
    connection.close()
    return response


def test_a_published_document_is_served_and_answered_conditionally() -> None:
    at = datetime(2026, 11, 1, 6, 0, 0, 123, tzinfo=UTC)
    with FeedServer() as server:
        address = server.publish("/f", b"<rss/>", etag='W/"1"', last_modified=at)
        whole = get(server, "/f")
        answers = [
            get(server, "/f", If_None_Match='"1"').status,
            get(server, "/f", If_None_Match='"2"').status,
            get(server, "/f", If_None_Match='"2"', If_Modified_Since=str(whole.getheader("Last-Modified"))).status,
            get(server, "/f", If_Modified_Since="Sun, 01 Nov 2026 06:00:00 GMT").status,
            get(server, "/f", If_Modified_Since="Sun, 01 Nov 2026 05:59:59 GMT").status,
            get(server, "/f", If_Modified_Since="nonsense").status,
        ]

        assert address == f"http://127.0.0.1:{server.port}/f"
        assert (whole.status, whole.body, whole.getheader("ETag")) == (200, b"<rss/>", 'W/"1"')  # type: ignore[attr-defined]
        assert answers == [304, 200, 200, 304, 200, 200]
        assert [each.conditional for each in server.requests] == [False, *[True] * 6]


def test_a_new_document_has_a_new_etag() -> None:
    with FeedServer() as server:
        server.publish("/f", b"one")
        one = get(server, "/f").getheader("ETag")
        server.publish("/f", b"two")

        assert get(server, "/f", If_None_Match=str(one)).status == 200


def test_a_script_is_played_once_and_then_the_document_comes() -> None:
    with FeedServer() as server:
        server.publish("/f", b"x")
        server.script("/f", Reply(status=500), redirect("/g"))
        server.script("/g", Reply(status=503), Reply(status=410))

        assert [get(server, "/f").status for _ in range(3)] == [500, 301, 200]
        assert [get(server, "/g").status for _ in range(3)] == [503, 410, 410]
        assert get(server, "/nowhere").status == 404
        assert [each.path for each in server.requests_to("/g")] == ["/g"] * 3


def test_every_host_is_a_publisher_of_its_own_on_the_same_port() -> None:
    with FeedServer(("127.0.0.1", "127.0.0.2")) as server:
        server.publish("/f", b"x")
        get(server, "/f", "127.0.0.2")
        get(server, "/f", "127.0.0.1")

        assert [each.host for each in server.requests] == ["127.0.0.2", "127.0.0.1"]
        assert server.requests[0].at <= server.requests[1].at
        server.forget_requests()
        assert server.requests == ()


def test_a_chunked_slow_body_arrives_whole() -> None:
    with FeedServer() as server:
        server.script("/f", Reply(body=b"abcdef", chunked=True, drip_bytes=2, drip_seconds=0.01))

        assert get(server, "/f").body == b"abcdef"  # type: ignore[attr-defined]


def test_only_loopback_is_listened_on() -> None:
    with pytest.raises(ValueError, match="loopback"):
        FeedServer(("192.0.2.1",))


def test_a_script_without_a_reply_is_refused() -> None:
    with FeedServer() as server, pytest.raises(ValueError, match="reply"):
        server.script("/f")


def test_a_clock_moves_only_when_told_to() -> None:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    clock = Clock(at)

    assert (clock.now(), clock()) == (at, at)
    assert clock.advance(timedelta(hours=1)) == clock.now() == at + timedelta(hours=1)
    clock.set(at)
    assert clock.now() == at
    with pytest.raises(ValueError, match="forward"):
        clock.advance(timedelta(seconds=-1))
    with pytest.raises(ValueError, match="UTC"):
        Clock(datetime(2026, 11, 24))  # noqa: DTZ001 - the fault
