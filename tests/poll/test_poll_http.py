"""The edge against a publisher that plays every row of the table; asserted on its request log where it can be."""

import asyncio
import gzip
import socket
import threading
import tracemalloc
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any

import brotli
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dailyten import __version__
from dailyten.model.fetched import Asking, Failed, Failure, Fetched, Fresh, Unchanged
from dailyten.poll.guard import Allowance, IPAddress
from dailyten.poll.http import HttpFetcher
from dailyten.poll.settings import HttpSettings
from dailyten.testing.feed_server import FeedServer, Reply, redirect, too_many
from tests.patience import patiently, until_seen

Ask = Callable[..., Any]
BODY = b"<rss><channel><title>Ten</title></channel></rss>"


def failure_of(fetched: Fetched) -> Failure:
    assert isinstance(fetched, Failed), fetched
    assert fetched.detail
    assert "\n" not in fetched.detail
    return fetched.failure


class TestAGoodPublisher:
    def test_a_document_comes_whole_with_its_headers_in_lower_case(self, server: FeedServer, ask: Ask) -> None:
        address = server.publish("/feed.xml", BODY, etag='"one"')

        fetched = ask(address)

        assert isinstance(fetched, Fresh)
        assert (fetched.body, fetched.address, fetched.moved_to) == (BODY, address, "")
        assert fetched.headers["etag"] == '"one"'
        assert fetched.headers["content-type"].startswith("application/rss+xml")

    def test_validators_are_sent_and_believed(self, server: FeedServer, ask: Ask) -> None:
        at = datetime(2026, 11, 1, 6, tzinfo=UTC)
        address = server.publish("/feed.xml", BODY, etag='"one"', last_modified=at)
        modified = "Sun, 01 Nov 2026 06:00:00 GMT"

        by_etag, by_date = ask(Asking(address=address, etag='"one"'), Asking(address=address, last_modified=modified))

        assert isinstance(by_etag, Unchanged)
        assert isinstance(by_date, Unchanged)
        first, second = server.requests
        assert first.headers["if-none-match"] == '"one"'
        assert second.headers["if-modified-since"] == modified

    def test_one_truthful_user_agent_with_a_contact(self, server: FeedServer, ask: Ask) -> None:
        ask(server.publish("/feed.xml", BODY), contact="https://ten.example/about")

        headers = server.requests[0].headers
        assert headers["user-agent"] == f"dailyten/{__version__} (+https://ten.example/about)"
        assert headers["accept-encoding"] == "gzip, br, zstd"
        assert "atom+xml" in headers["accept"]
        assert headers["host"] == f"127.0.0.1:{server.port}"

    def test_a_contact_that_would_break_the_header_is_refused(self) -> None:
        with pytest.raises(ValueError, match="contact"):
            HttpSettings(contact="me\r\nX-Evil: 1")

    def test_one_connection_serves_many_questions(self, server: FeedServer, ask: Ask) -> None:
        addresses = [server.publish(f"/{n}.xml", BODY) for n in range(4)]
        server.script("/gone.xml", Reply(status=410, body=b"gone"))

        ask(addresses[0], server.address("/gone.xml"), *addresses[1:], server.address("/missing.xml"))

        assert {each.connection for each in server.requests} == {1}

    def test_a_kept_connection_that_the_server_closes_costs_one_more_try(self, server: FeedServer, ask: Ask) -> None:
        one, two = server.publish("/1.xml", BODY), server.publish("/2.xml", BODY)
        server.script("/2.xml", Reply(raw=b""))

        first, second = ask(one, two)

        assert isinstance(first, Fresh)
        assert isinstance(second, Fresh)
        assert len(server.requests_to("/2.xml")) == 2

    def test_a_new_connection_that_the_server_closes_is_not_asked_again(self, server: FeedServer, ask: Ask) -> None:
        assert failure_of(ask(server.script("/feed.xml", Reply(raw=b"")))) is Failure.BROKEN_OFF
        assert len(server.requests) == 1

    def test_cookies_are_not_kept(self, server: FeedServer, ask: Ask) -> None:
        address = server.publish("/feed.xml", BODY, headers=(("Set-Cookie", "who=you; Path=/"),))

        ask(address, address)

        assert "cookie" not in server.requests[1].headers

    @pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
    def test_a_proxy_of_the_environment_is_not_used(
        self, server: FeedServer, ask: Ask, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        monkeypatch.setenv(name, "http://127.0.0.1:9")

        assert isinstance(ask(server.publish("/feed.xml", BODY)), Fresh)

    @pytest.mark.parametrize(
        ("coding", "pack"),
        [("gzip", gzip.compress), ("br", brotli.compress), ("gzip, br", None)],
        ids=["gzip", "br", "gzip, br"],
    )
    def test_packed_bodies_are_unpacked(
        self, server: FeedServer, ask: Ask, coding: str, pack: Callable[[bytes], bytes] | None
    ) -> None:
        body = pack(BODY) if pack else brotli.compress(gzip.compress(BODY))
        fetched = ask(server.publish("/feed.xml", body, headers=(("Content-Encoding", coding),)))

        assert isinstance(fetched, Fresh)
        assert fetched.body == BODY

    @pytest.mark.parametrize("chunked", [True, False])
    def test_a_body_just_below_the_limit_comes_whole(self, server: FeedServer, ask: Ask, chunked: bool) -> None:
        body = bytes(range(250)) * 39_999

        fetched = ask(server.script("/f", Reply(body=body, chunked=chunked)), whole=timedelta(seconds=20))

        assert isinstance(fetched, Fresh), fetched
        assert fetched.body == body


class TestClassesOfFailure:
    @pytest.mark.parametrize(
        ("status", "failure"),
        [
            (400, Failure.CLIENT_ERROR),
            (401, Failure.UNAUTHORIZED),
            (403, Failure.FORBIDDEN),
            (404, Failure.NOT_FOUND),
            (407, Failure.UNAUTHORIZED),
            (410, Failure.GONE),
            (418, Failure.CLIENT_ERROR),
            (429, Failure.TOO_MANY_REQUESTS),
            (451, Failure.FORBIDDEN),
            (500, Failure.SERVER_ERROR),
            (503, Failure.SERVER_ERROR),
            (521, Failure.SERVER_ERROR),
            (202, Failure.BAD_ANSWER),
            (204, Failure.BAD_ANSWER),
            (206, Failure.BAD_ANSWER),
            (300, Failure.BAD_ANSWER),
            (305, Failure.BAD_ANSWER),
            (666, Failure.BAD_ANSWER),
        ],
    )
    def test_a_status_has_its_class(self, server: FeedServer, ask: Ask, status: int, failure: Failure) -> None:
        fetched = ask(server.script("/feed.xml", Reply(status=status, body=b"" if status == 204 else b"words")))

        assert failure_of(fetched) is failure
        assert fetched.status == status

    @pytest.mark.parametrize("status", [200, 404, 403, 410, 500, 503])
    def test_retry_after_counts_on_any_status(self, server: FeedServer, ask: Ask, status: int) -> None:
        fetched = ask(server.script("/f", Reply(status=status, headers=(("Retry-After", "600"),), body=b"")))

        assert isinstance(fetched, Failed)
        assert fetched.retry_after == timedelta(minutes=10)

    def test_retry_after_as_a_date_counts_too(self, server: FeedServer, ask: Ask) -> None:
        before = datetime.now(UTC)
        at = before + timedelta(hours=2)
        fetched = ask(server.script("/f", too_many(at.strftime("%a, %d %b %Y %H:%M:%S GMT"))))

        assert fetched.failure is Failure.TOO_MANY_REQUESTS
        spent = datetime.now(UTC) - before + timedelta(seconds=1)
        assert timedelta(hours=2) - spent <= fetched.retry_after <= timedelta(hours=2)

    def test_a_puzzle_for_browsers_is_named(self, server: FeedServer, ask: Ask) -> None:
        fetched = ask(server.script("/f", Reply(status=503, headers=(("cf-mitigated", "challenge"),), body=b"x")))

        assert failure_of(fetched) is Failure.FORBIDDEN
        assert "puzzle" in fetched.detail

    def test_an_empty_body_is_no_document(self, server: FeedServer, ask: Ask) -> None:
        assert failure_of(ask(server.publish("/f", b""))) is Failure.BAD_ANSWER

    def test_not_modified_without_validators_makes_no_sense(self, server: FeedServer, ask: Ask) -> None:
        assert failure_of(ask(server.script("/f", Reply(status=304)))) is Failure.BAD_ANSWER

    def test_a_port_where_nobody_listens_is_refused(self, ask: Ask) -> None:
        with socket.create_server(("127.0.0.1", 0)) as once:
            port = once.getsockname()[1]

        assert failure_of(ask(f"http://127.0.0.1:{port}/f")) is Failure.REFUSED

    def test_a_name_without_address_is_a_fault_of_dns(self, ask: Ask) -> None:
        async def nothing(host: str) -> Sequence[IPAddress]:
            raise OSError(-2, f"no {host}")

        assert failure_of(ask("http://no.example/f", options={"resolve": nothing})) is Failure.DNS

    def test_the_machines_own_resolver_is_asked_by_default(self, ask: Ask) -> None:
        assert failure_of(ask("http://no-such-host.invalid/f")) is Failure.DNS

    def test_an_address_that_cannot_be_asked_is_never_asked(self, ask: Ask) -> None:
        for address in ("ftp://127.0.0.1/f", "http://127.1/f", "http://127.0.0.1/\r\nX: 1", ""):
            assert failure_of(ask(address)) is Failure.BAD_ADDRESS


class TestBodiesThatNeverEndWell:
    @pytest.mark.parametrize(
        "reply",
        [
            pytest.param(Reply(body=BODY, length=len(BODY) + 50, cut_after=len(BODY)), id="shorter than promised"),
            pytest.param(Reply(body=BODY * 9, chunked=True, cut_after=100), id="chunk missing"),
            pytest.param(Reply(body=BODY, cut_after=10, reset=True), id="reset"),
            pytest.param(Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"), id="no body at all"),
            pytest.param(
                Reply(body=gzip.compress(BODY * 50)[:60], headers=(("Content-Encoding", "gzip"),)), id="gzip cut"
            ),
        ],
    )
    def test_a_body_that_is_cut_off_is_no_document(self, server: FeedServer, ask: Ask, reply: Reply) -> None:
        assert failure_of(ask(server.script("/f", reply))) is Failure.BROKEN_OFF

    @pytest.mark.parametrize(
        "reply",
        [
            pytest.param(Reply(body=bytes(300_000)), id="long and says so"),
            pytest.param(Reply(body=bytes(300_000), chunked=True), id="long and in chunks"),
            pytest.param(Reply(body=bytes(10_000), endless=True), id="endless"),
            pytest.param(Reply(body=bytes(10_000), endless=True, chunked=True), id="endless in chunks"),
            pytest.param(
                Reply(body=gzip.compress(bytes(9_000_000)), headers=(("Content-Encoding", "gzip"),)), id="gzip bomb"
            ),
            pytest.param(
                Reply(body=brotli.compress(bytes(9_000_000)), headers=(("Content-Encoding", "br"),)), id="br bomb"
            ),
            pytest.param(Reply(body=b"x", length=10**15, cut_after=1), id="an absurd length"),
        ],
    )
    def test_a_body_beyond_the_limit_is_given_up(self, server: FeedServer, ask: Ask, reply: Reply) -> None:
        assert failure_of(ask(server.script("/f", reply), max_bytes=200_000)) is Failure.TOO_BIG

    def test_a_bomb_does_not_fill_the_memory(self, server: FeedServer, ask: Ask) -> None:
        bomb = brotli.compress(bytes(100_000_000), quality=1)
        address = server.publish("/f", bomb, headers=(("Content-Encoding", "br"),))
        tracemalloc.start()

        assert failure_of(ask(address, max_bytes=1_000_000)) is Failure.TOO_BIG

        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 8_000_000

    @pytest.mark.parametrize(
        ("reply", "failure"),
        [
            pytest.param(Reply(hangs=True), Failure.TIMEOUT, id="silence"),
            pytest.param(Reply(body=BODY, delay_seconds=5), Failure.TIMEOUT, id="late"),
            pytest.param(Reply(body=BODY, drip_bytes=1, drip_seconds=0.1), Failure.TOO_SLOW, id="drip"),
            pytest.param(
                Reply(body=b"x", endless=True, drip_seconds=0.05, chunked=True), Failure.TOO_SLOW, id="endless drip"
            ),
        ],
    )
    def test_slowness_ends_with_the_time_for_the_whole_request(
        self, server: FeedServer, ask: Ask, reply: Reply, failure: Failure
    ) -> None:
        address = server.script("/f", reply)

        fetched = patiently(lambda limit: ask(address, whole=limit), lambda seen: failure_of(seen) is failure)

        assert failure_of(fetched) is failure

    def test_the_time_for_the_whole_request_counts_over_redirects(self, server: FeedServer, ask: Ask) -> None:
        for n in range(4):
            server.script(f"/{n}", Reply(status=302, headers=(("Location", f"/{n + 1}"),), delay_seconds=0.3))

        assert failure_of(ask(server.address("/0"), whole=timedelta(seconds=0.6))) is Failure.TIMEOUT

    def test_a_refusal_with_an_endless_body_is_known_by_its_status(self, server: FeedServer, ask: Ask) -> None:
        reply = Reply(status=404, body=b"no ", endless=True, drip_seconds=0.05)

        assert failure_of(ask(server.script("/f", reply))) is Failure.NOT_FOUND


class TestAnswersThatAreNoHttp:
    @pytest.mark.parametrize(
        "raw",
        [
            pytest.param(b"<rss>no head at all</rss>", id="HTTP 0.9"),
            pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", id="TLS on the plain port"),
            pytest.param(b"SSH-2.0-OpenSSH_9.9\r\n\r\n", id="another protocol"),
            pytest.param(b"HTTP/1.1 abc OK\r\n\r\n", id="status in letters"),
            pytest.param(b"HTTP/1.1 200 OK\r\nBad Name: x\r\nContent-Length: 1\r\n\r\nx", id="space in a name"),
            pytest.param(b"HTTP/1.1 200 OK\r\nX: a\x00b\r\nContent-Length: 1\r\n\r\nx", id="NUL in a value"),
            pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx", id="negative length"),
            pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", id="two lengths"),
            pytest.param(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300_000 + b"\r\n\r\n", id="huge header"),
            pytest.param(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 60_000 + b"\r\n", id="very many headers"),
            pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", id="chunk length in letters"),
            pytest.param(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", id="another protocol at once"),
        ],
    )
    def test_nonsense_is_a_bad_answer_or_broken_off(self, server: FeedServer, ask: Ask, raw: bytes) -> None:
        assert failure_of(ask(server.script("/f", Reply(raw=raw)))) in {
            Failure.BAD_ANSWER,
            Failure.BROKEN_OFF,
            Failure.TIMEOUT,
        }

    @pytest.mark.parametrize(
        ("raw", "words"),
        [
            pytest.param(b"<rss>no head at all</rss>", "does not answer in HTTP", id="HTTP 0.9"),
            pytest.param(b"\r\n\r\n", "does not answer in HTTP", id="empty lines"),
            pytest.param(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300_000 + b"\r\n\r\n", "longer than", id="a long line"),
        ],
    )
    def test_nonsense_is_told_in_words(self, server: FeedServer, ask: Ask, raw: bytes, words: str) -> None:
        failed = ask(server.script("/f", Reply(raw=raw)))

        assert isinstance(failed, Failed)
        assert failed.failure is Failure.BAD_ANSWER
        assert words in failed.detail

    @pytest.mark.parametrize(
        "raw",
        [
            pytest.param(b"HTTP/1.0 200 OK\r\n\r\n" + BODY, id="HTTP 1.0"),
            pytest.param(b"HTTP/1.1 200 \r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY, id="no reason"),
            pytest.param(b"HTTP/1.1 200 OK\nContent-Length: %d\n\n" % len(BODY) + BODY, id="bare line feeds"),
            pytest.param(b"HTTP/1.1 200 OK\r\nX-Name: caf\xe9 \xff\r\n\r\n" + BODY, id="foreign bytes"),
            pytest.param(
                b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n" + BODY, id="early hints"
            ),
        ],
    )
    def test_old_and_odd_servers_are_understood(self, server: FeedServer, ask: Ask, raw: bytes) -> None:
        fetched = ask(server.script("/f", Reply(raw=raw)))

        assert isinstance(fetched, Fresh), fetched
        assert fetched.body == BODY

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(raw=st.one_of(st.binary(max_size=200), st.binary(max_size=80).map(lambda b: b"HTTP/1.1 200 OK\r\n" + b)))
    def test_whatever_a_server_says_is_a_value(self, server: FeedServer, ask: Ask, raw: bytes) -> None:
        assert isinstance(ask(server.script("/f", Reply(raw=raw))), (Fresh, Failed))


class TestRedirects:
    def test_a_chain_of_permanent_ones_says_where_it_moved(self, server: FeedServer, ask: Ask) -> None:
        server.script("/old", redirect("/older", 301))
        server.script("/older", redirect("new.xml#top", 308))
        address = server.publish("/new.xml", BODY)

        fetched = ask(server.address("/old"))

        assert isinstance(fetched, Fresh)
        assert (fetched.address, fetched.moved_to) == (address, address)

    @pytest.mark.parametrize("status", [302, 303, 307])
    def test_one_temporary_hop_and_nothing_moved(self, server: FeedServer, ask: Ask, status: int) -> None:
        server.script("/old", redirect("/middle", 301))
        server.script("/middle", redirect("/new.xml", status))
        address = server.publish("/new.xml", BODY)

        fetched = ask(server.address("/old"))

        assert (fetched.address, fetched.moved_to) == (address, "")

    def test_not_modified_behind_a_permanent_redirect_still_says_where_it_moved(
        self, server: FeedServer, ask: Ask
    ) -> None:
        server.script("/old", redirect("/new.xml", 301))
        address = server.publish("/new.xml", BODY, etag='"one"')

        fetched = ask(Asking(address=server.address("/old"), etag='"one"', validators_from=address))

        assert isinstance(fetched, Unchanged)
        assert fetched.moved_to == address

    def test_validators_go_only_to_the_address_that_gave_them(self, ask: Ask) -> None:
        with FeedServer(("127.0.0.1", "127.0.0.2")) as server:
            target = server.address("/new.xml", "127.0.0.2")
            server.script("/old", redirect(target, 302))
            server.publish("/new.xml", BODY, etag='"one"')

            first = ask(Asking(address=server.address("/old"), etag='"mine"'))
            second = ask(Asking(address=server.address("/old"), etag='"one"', validators_from=target))

            assert isinstance(first, Fresh)
            assert isinstance(second, Unchanged)
            assert [(each.host, each.conditional) for each in server.requests] == [
                ("127.0.0.1", True),
                ("127.0.0.2", False),
                ("127.0.0.1", False),
                ("127.0.0.2", True),
            ]

    def test_credentials_go_only_to_their_own_server(self, ask: Ask) -> None:
        with FeedServer(("127.0.0.1", "127.0.0.2")) as server:
            server.script("/a", redirect("/b", 301))
            server.script("/b", redirect(server.address("/c", "127.0.0.2"), 301))
            server.publish("/c", BODY)

            fetched = ask(server.address("/a").replace("http://", "http://me:p%40ss@"))

            assert [each.headers.get("authorization") for each in server.requests] == [
                "Basic bWU6cEBzcw==",
                "Basic bWU6cEBzcw==",
                None,
            ]
            assert isinstance(fetched, Fresh)
            assert "me" not in fetched.address
            assert "p%40ss" not in fetched.moved_to

    def test_credentials_stay_in_the_list_when_a_feed_moves_on_its_own_server(
        self, server: FeedServer, ask: Ask
    ) -> None:
        server.script("/a", redirect("/b", 301))
        server.publish("/b", BODY)

        fetched = ask(server.address("/a").replace("http://", "http://me:secret@"))

        assert fetched.moved_to == server.address("/b").replace("http://", "http://me:secret@")
        assert fetched.address == server.address("/b")

    def test_five_redirects_are_followed_and_the_sixth_is_not(self, server: FeedServer, ask: Ask) -> None:
        for n in range(6):
            server.script(f"/{n}", redirect(f"/{n + 1}", 302))
        server.publish("/6", BODY)

        assert isinstance(ask(server.address("/1")), Fresh)
        assert failure_of(ask(server.address("/0"))) is Failure.TOO_MANY_REDIRECTS

    def test_a_circle_is_given_up(self, server: FeedServer, ask: Ask) -> None:
        server.script("/a", redirect("/b", 301))
        server.script("/b", redirect("/a", 301))

        assert failure_of(ask(server.address("/a"))) is Failure.TOO_MANY_REDIRECTS
        assert len(server.requests) == 6

    def test_a_redirect_to_itself_is_given_up_at_once(self, server: FeedServer, ask: Ask) -> None:
        assert failure_of(ask(server.script("/a", redirect("/a#x", 301)))) is Failure.TOO_MANY_REDIRECTS
        assert len(server.requests) == 1

    @pytest.mark.parametrize(
        "reply",
        [
            pytest.param(Reply(status=301), id="no Location"),
            pytest.param(redirect(""), id="empty Location"),
            pytest.param(redirect("ftp://127.0.0.1/f"), id="ftp"),
            pytest.param(redirect("file:///etc/passwd"), id="a file"),
            pytest.param(redirect("http://127.1/"), id="a host in an odd form"),
        ],
    )
    def test_a_redirect_to_nowhere_is_a_bad_answer(self, server: FeedServer, ask: Ask, reply: Reply) -> None:
        assert failure_of(ask(server.script("/f", reply))) is Failure.BAD_ANSWER
        assert len(server.requests) == 1

    @pytest.mark.parametrize(("sent", "asked"), [(b"/caf\xe9", "/caf%E9"), ("/café".encode(), "/caf%C3%A9")])
    def test_a_location_in_foreign_bytes_is_followed(
        self, server: FeedServer, ask: Ask, sent: bytes, asked: str
    ) -> None:
        server.script("/f", Reply(raw=b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + sent + b"\r\n\r\n"))
        server.publish(asked, BODY)

        assert isinstance(ask(server.address("/f")), Fresh)


class TestTheGuard:
    PRIVATE = "http://127.0.0.1:{}/f"

    def test_loopback_is_refused_unless_an_operator_allows_it(self, server: FeedServer, ask: Ask) -> None:
        fetched = ask(server.publish("/f", BODY), allowed=())

        assert failure_of(fetched) is Failure.REFUSED_ADDRESS
        assert "loopback" in fetched.detail
        assert server.requests == ()

    @pytest.mark.parametrize(
        "host",
        ["127.0.0.1", "[::ffff:127.0.0.1]", "[::1]", "0.0.0.0", "good.example\\@127.0.0.1"],  # noqa: S104 - a case
    )
    def test_no_way_of_writing_it_helps(self, server: FeedServer, ask: Ask, host: str) -> None:
        fetched = ask(f"http://{host}:{server.port}/f", allowed=())

        assert failure_of(fetched) in {Failure.REFUSED_ADDRESS, Failure.BAD_ADDRESS}
        assert server.requests == ()

    @pytest.mark.parametrize("host", ["localhost", "localhost.", "LOCALHOST"])
    def test_a_name_is_judged_by_where_it_leads(self, server: FeedServer, ask: Ask, host: str) -> None:
        fetched = ask(f"http://{host}:{server.port}/f", allowed=())

        assert failure_of(fetched) is Failure.REFUSED_ADDRESS
        assert server.requests == ()

    def test_a_redirect_is_judged_too(self, ask: Ask) -> None:
        with FeedServer(("127.0.0.1", "127.0.0.2")) as server:
            server.script("/f", redirect(server.address("/secret", "127.0.0.2")))
            server.publish("/secret", BODY)
            allowed = (Allowance.parse(f"127.0.0.1:{server.port}"),)

            assert failure_of(ask(server.address("/f"), allowed=allowed)) is Failure.REFUSED_ADDRESS
            assert [each.host for each in server.requests] == ["127.0.0.1"]

    def test_a_name_that_changes_its_address_between_two_looks_is_looked_at_once(
        self, server: FeedServer, ask: Ask
    ) -> None:
        looks: list[str] = []

        async def rebinding(host: str) -> Sequence[IPAddress]:
            looks.append(host)
            return [ip_address("127.0.0.1" if len(looks) == 1 else "127.0.0.2")]

        address = f"http://rebind.example:{server.port}/f"
        server.publish("/f", BODY)
        allowed = (Allowance.parse("127.0.0.1"),)

        first = ask(address, options={"resolve": rebinding}, allowed=allowed)
        second = ask(address, options={"resolve": rebinding}, allowed=allowed)

        assert isinstance(first, Fresh)
        assert failure_of(second) is Failure.REFUSED_ADDRESS
        assert looks == ["rebind.example", "rebind.example"]
        assert server.requests[0].headers["host"] == f"rebind.example:{server.port}"

    def test_of_several_addresses_only_the_open_ones_are_tried(self, server: FeedServer, ask: Ask) -> None:
        async def mixed(_: str) -> Sequence[IPAddress]:
            return [ip_address("10.0.0.1"), ip_address("::1"), ip_address("127.0.0.1")]

        server.publish("/f", BODY)
        fetched = ask(f"http://mixed.example:{server.port}/f", options={"resolve": mixed})

        assert isinstance(fetched, Fresh)

    def test_an_address_that_does_not_answer_is_passed_over(self, server: FeedServer, ask: Ask) -> None:
        async def first_is_dead(_: str) -> Sequence[IPAddress]:
            return [ip_address("127.0.0.9"), ip_address("127.0.0.1")]

        server.publish("/f", BODY)
        fetched = ask(f"http://two.example:{server.port}/f", options={"resolve": first_is_dead})

        assert isinstance(fetched, Fresh)


class TestManyAtOnce:
    def test_a_slow_name_does_not_hold_up_the_others(self, server: FeedServer) -> None:
        address = server.publish("/f", BODY)
        stuck = threading.Event()

        looked_up = threading.Event()

        async def run() -> None:
            async def resolve(_: str) -> Sequence[IPAddress]:
                looked_up.set()
                await asyncio.to_thread(stuck.wait)
                return [ip_address("127.0.0.1")]

            settings = HttpSettings(allowed=(Allowance.parse("127.0.0.0/8"),), whole=timedelta(seconds=30))
            async with HttpFetcher(settings, resolve=resolve) as fetcher:
                slow = asyncio.create_task(fetcher.fetch(Asking(address=f"http://slow.example:{server.port}/f")))
                try:
                    await until_seen(looked_up.is_set)
                    assert isinstance(await fetcher.fetch(Asking(address=address)), Fresh)
                    assert not slow.done()
                finally:
                    stuck.set()
                assert isinstance(await slow, Fresh)

        asyncio.run(run())

    def test_a_question_can_be_cancelled_and_leaves_nothing_behind(self, server: FeedServer) -> None:
        hanging, good = server.script("/h", Reply(hangs=True)), server.publish("/f", BODY)

        async def run() -> None:
            async with HttpFetcher(HttpSettings(allowed=(Allowance.parse("127.0.0.0/8"),))) as fetcher:
                task = asyncio.create_task(fetcher.fetch(Asking(address=hanging)))
                await until_seen(lambda: server.requests)
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
                assert task.cancelled()
                assert isinstance(await fetcher.fetch(Asking(address=good)), Fresh)

        asyncio.run(run())

    def test_only_so_many_connections_are_kept(self) -> None:
        hosts = tuple(f"127.0.0.{n}" for n in range(1, 7))
        with FeedServer(hosts) as server:
            server.publish("/f", BODY)

            async def run() -> None:
                settings = HttpSettings(allowed=(Allowance.parse("127.0.0.0/8"),), kept_hosts=2)
                async with HttpFetcher(settings) as fetcher:
                    for host in (*hosts, *hosts[-2:], hosts[0]):
                        await fetcher.fetch(Asking(address=server.address("/f", host)))

            asyncio.run(run())

            assert len({each.connection for each in server.requests}) == len(hosts) + 1
