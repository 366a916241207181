"""One round of polls plays every row of the table of outcomes against a real server: what is stored, what is told."""

import gzip
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from dailyten.model.feed import Feed, FeedState, PollState, feed_id_of
from dailyten.model.fetched import Failure
from dailyten.parse.process import ReadingPolicy, ReadingRoom
from dailyten.pipeline.conditions import Condition, feed_conditions
from dailyten.pipeline.polling import Polled, Poller, Read, all_feeds, poll
from dailyten.pipeline.reports import feed_reports
from dailyten.poll.engine import Fetch, Limits
from dailyten.poll.guard import Allowance
from dailyten.poll.http import HttpFetcher
from dailyten.poll.outcomes import FAILURES, GOOD, Good, row_of
from dailyten.poll.settings import HttpSettings
from dailyten.store import Store, open_store
from dailyten.testing.clock import Clock
from dailyten.testing.feed_server import FeedServer, Reply, redirect, too_many

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
DAY = timedelta(days=1)
RSS = b"<rss version='2.0'><channel><title>Shop</title><item><title>Open</title><guid>1</guid></item></channel></rss>"
EMPTY = b"<rss version='2.0'><channel><title>Shop</title></channel></rss>"
PAGE = b"<!DOCTYPE html><html><head><title>Parked</title></head><body>Buy this name</body></html>"
LAUGHS = b"<!DOCTYPE r [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'><!ENTITY c '&b;&b;'>]><rss><channel>&c;</channel></rss>"
HALF_JSON = b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", '
Row = Good | Failure

# A row is played by what stands at its path; where that cannot say it, `ELSEWHERE` gives the whole address.
REPLIES: dict[Row, tuple[Reply, ...]] = {
    Failure.TIMEOUT: (Reply(hangs=True),),
    Failure.TOO_SLOW: (Reply(body=RSS, drip_bytes=1, drip_seconds=0.1),),
    Failure.BROKEN_OFF: (Reply(body=RSS, length=len(RSS) + 9, cut_after=len(RSS)),),
    Failure.TOO_BIG: (Reply(body=gzip.compress(bytes(3_000_000)), headers=(("Content-Encoding", "gzip"),)),),
    Failure.UNAUTHORIZED: (Reply(status=401),),
    Failure.FORBIDDEN: (Reply(status=403),),
    Failure.NOT_FOUND: (Reply(status=404),),
    Failure.GONE: (Reply(status=410),),
    Failure.TOO_MANY_REQUESTS: (too_many("86400"),),
    Failure.CLIENT_ERROR: (Reply(status=418),),
    Failure.SERVER_ERROR: (Reply(status=503, headers=(("Retry-After", "172800"),)),),
    Failure.TOO_MANY_REDIRECTS: (redirect("/too_many_redirects"),),
    Failure.BAD_ANSWER: (Reply(raw=b"SSH-2.0-OpenSSH_9.9\r\n\r\n"),),
    Failure.NOT_A_FEED: (Reply(body=PAGE),),
    Failure.UNREADABLE: (Reply(body=HALF_JSON),),
    Failure.TOO_HARD: (Reply(body=LAUGHS),),
    Good.FRESH: (Reply(body=RSS),),
    Good.EMPTY: (Reply(body=EMPTY),),
    Good.SAME_BYTES: (Reply(body=RSS),),
}
ELSEWHERE: dict[Row, Callable[[FeedServer], str]] = {
    Failure.DNS: lambda _: "http://nobody.invalid/feed",
    Failure.REFUSED: lambda _: f"http://127.0.0.1:{a_closed_port()}/feed",
    Failure.TLS: lambda server: f"https://127.0.0.1:{server.port}/feed",
    Failure.REFUSED_ADDRESS: lambda _: "http://10.1.2.3/feed",
    Failure.BAD_ADDRESS: lambda _: "http://0x7f000001/feed",
    Good.UNCHANGED: lambda server: server.publish("/unchanged", RSS),
}
FAILING = [row for row in (*REPLIES, *ELSEWHERE) if isinstance(row, Failure)]


def a_closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@asynccontextmanager
async def fetching() -> AsyncIterator[Fetch]:
    loopback = (Allowance.parse("127.0.0.0/8"),)
    settings = HttpSettings(whole=timedelta(seconds=2), max_bytes=1_000_000, allowed=loopback)
    async with HttpFetcher(settings) as fetcher:
        yield fetcher.fetch


@asynccontextmanager
async def reading() -> AsyncIterator[Read]:
    with ReadingRoom(ReadingPolicy(processes=1)) as room:
        yield room.read


@dataclass(frozen=True)
class Played:
    """What two rounds of polls made of every row, a day apart."""

    server: FeedServer
    feeds: dict[Row, Feed]
    first: dict[str, Polled]
    second: dict[str, Polled]
    before: dict[str, PollState]
    states: dict[str, PollState]
    conditions: dict[str, Condition]
    words: dict[str, str]
    log: dict[str, list[str]]

    def of(self, row: Row) -> PollState:
        return self.states[self.feeds[row].feed_id]


def a_feed(row: Row, address: str) -> Feed:
    return Feed(feed_id=feed_id_of(address), address=address, title=row.value)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    folder: Path = tmp_path_factory.mktemp("table")
    clock = Clock(NOW)
    poller = Poller(
        fetching=fetching, reading=reading, clock=clock, rng=Random(1), limits=Limits(per_host=99, spacing=0)
    )
    with FeedServer() as server, open_store(f"sqlite:///{folder / 'a.db'}") as store:
        feeds = {row: a_feed(row, server.script(f"/{row.value}", *replies)) for row, replies in REPLIES.items()}
        feeds |= {row: a_feed(row, at(server)) for row, at in ELSEWHERE.items()}
        with store.writing() as db:
            db.feeds.apply(list(feeds.values()), NOW)
        first = round_of(store, poller, clock)
        with store.reading() as db:
            before = db.feeds.poll_states()
        clock.advance(DAY)
        second = round_of(store, poller, clock)
        with store.reading() as db:
            log = {
                feed.feed_id: [note.outcome for note in db.feeds.poll_log(feed.feed_id, NOW)] for feed in feeds.values()
            }
            states, reports = db.feeds.poll_states(), feed_reports(db, ())
        yield Played(
            server=server,
            feeds=feeds,
            first=first,
            second=second,
            before=before,
            states=states,
            conditions={each.feed.feed_id: each for each in feed_conditions(store, poller.policy, clock())},
            words={report.feed_id: report.words for report in reports},
            log=log,
        )


def round_of(store: Store, poller: Poller, clock: Clock) -> dict[str, Polled]:
    return {each.feed.feed_id: each for each in poll(store, poller, all_feeds(store, clock()))}


def test_every_row_is_played() -> None:
    assert {*REPLIES, *ELSEWHERE} == {*Good, *Failure} == {*GOOD, *FAILURES}


@pytest.mark.parametrize("row", FAILING)
def test_a_failure_is_stored_as_its_class_with_its_next_try(played: Played, row: Failure) -> None:
    feed, table = played.feeds[row], row_of(row)
    stored = played.before[feed.feed_id]

    assert played.first[feed.feed_id].outcome is row
    assert (stored.failure, stored.failures, stored.failing_since) == (row, 1, NOW)
    assert stored.next_poll_at is not None
    assert table.first_wait <= stored.next_poll_at - NOW <= table.longest_wait
    assert stored.last_good_at is None
    assert played.log[feed.feed_id][0] == row.value


@pytest.mark.parametrize("row", FAILING)
def test_a_failure_is_told_in_the_words_of_the_table_with_what_to_do(played: Played, row: Failure) -> None:
    feed, table = played.feeds[row], row_of(row)
    condition = played.conditions[feed.feed_id]

    assert condition.state is (FeedState.GONE if row is Failure.GONE else FeedState.FAILING)
    assert (condition.told, condition.mend, condition.since) == (table.told, table.mend, NOW)
    assert played.words[feed.feed_id] == table.told


@pytest.mark.parametrize("row", [row for row in FAILING if row not in (Failure.GONE, Failure.TOO_MANY_REQUESTS)])
def test_a_failure_that_lasts_is_tried_again_ever_more_seldom_and_never_given_up(played: Played, row: Failure) -> None:
    once, twice = played.before[played.feeds[row].feed_id], played.of(row)

    assert (twice.failure, twice.failures, twice.failing_since) == (row, 2, NOW)
    assert once.next_poll_at is not None
    assert twice.next_poll_at is not None
    assert twice.next_poll_at - (NOW + DAY) >= min(once.next_poll_at - NOW, timedelta(days=2))
    assert twice.next_poll_at - (NOW + DAY) <= row_of(row).longest_wait


def test_good_rows_are_read_and_hold_no_failure(played: Played) -> None:
    first = {row: played.first[feed.feed_id].outcome for row, feed in played.feeds.items() if isinstance(row, Good)}
    second = {row: played.second[feed.feed_id].outcome for row, feed in played.feeds.items() if isinstance(row, Good)}

    assert first == {
        Good.FRESH: Good.FRESH,
        Good.EMPTY: Good.EMPTY,
        Good.SAME_BYTES: Good.FRESH,
        Good.UNCHANGED: Good.FRESH,
    }
    assert second[Good.UNCHANGED] is Good.UNCHANGED
    assert second[Good.SAME_BYTES] is Good.SAME_BYTES
    for row in Good:
        assert played.of(row).failure is None
        assert played.of(row).last_good_at == NOW + DAY
        assert (played.of(row).next_poll_at or NOW) > NOW + DAY


def test_the_log_of_the_server_shows_what_was_asked_and_nothing_else(played: Played) -> None:
    """The second round asks conditionally where it can, and leaves alone who asked for peace and who is gone."""
    unchanged = played.server.requests_to("/unchanged")
    circles = played.server.requests_to("/too_many_redirects")

    assert [request.conditional for request in unchanged] == [False, True]
    assert len(played.server.requests_to("/gone")) == 1
    assert len(played.server.requests_to("/too_many_requests")) <= 2
    assert len(circles) <= 2 * 6
    assert all(request.headers["user-agent"].startswith("dailyten/") for request in played.server.requests)


def test_a_wait_that_a_server_asks_for_is_kept_on_any_status(played: Played) -> None:
    for row, least in ((Failure.TOO_MANY_REQUESTS, DAY), (Failure.SERVER_ERROR, 2 * DAY)):
        asked_again_at = played.before[played.feeds[row].feed_id].next_poll_at
        assert asked_again_at is not None
        assert asked_again_at - NOW >= least


def test_a_failure_forgets_neither_the_validators_nor_the_entries(tmp_path: Path) -> None:
    clock = Clock(NOW)
    poller = Poller(fetching=fetching, reading=reading, clock=clock, rng=Random(1))
    with FeedServer() as server, open_store(f"sqlite:///{tmp_path / 'a.db'}") as store:
        feed = a_feed(Good.FRESH, server.publish("/feed", RSS))
        with store.writing() as db:
            db.feeds.apply([feed], NOW)
        round_of(store, poller, clock)
        server.script("/feed", Reply(status=500), Reply(body=PAGE), Reply(body=HALF_JSON))
        for _ in range(4):
            clock.advance(DAY)
            round_of(store, poller, clock)
        with store.reading() as db:
            kept = db.entries.of_feed(feed.feed_id)
            outcomes = [note.outcome for note in db.feeds.poll_log(feed.feed_id, NOW)]

    assert outcomes == ["fresh", "server_error", "not_a_feed", "unreadable", "unchanged"]
    assert [request.conditional for request in server.requests_to("/feed")] == [False, True, True, True, True]
    assert [each.entry.title for each in kept] == ["Open"]
