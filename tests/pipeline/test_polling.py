"""A round of polling: what is kept when something goes wrong in the middle of it."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Self

import pytest

from dailyten.errors import DailytenError
from dailyten.model.entry import Document, Entry
from dailyten.model.feed import Feed, PollNote, PollState, feed_id_of
from dailyten.model.fetched import Asking, Failure, Fetched, Fresh
from dailyten.pipeline.polling import Asked, Polled, Poller, poll
from dailyten.poll.engine import Fetch, Limits
from dailyten.poll.guard import Allowance
from dailyten.poll.http import HttpFetcher
from dailyten.poll.outcomes import Good
from dailyten.poll.schedule import PollPolicy
from dailyten.poll.settings import HttpSettings
from dailyten.store import Store, open_store
from dailyten.testing.feed_server import FeedServer, Reply

NOW = datetime(2026, 11, 2, 6, tzinfo=UTC)


@asynccontextmanager
async def everything_answers() -> AsyncIterator[Fetch]:
    async def fetch(asking: Asking, /) -> Fetched:
        return Fresh(body=asking.address.encode(), address=asking.address)

    yield fetch


class Reading:
    """Reads a body that is an address as a document with one entry of that title."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def __call__(
        self, body: bytes, *, headers: Mapping[str, str], address: str, now: datetime, feed_id: str = ""
    ) -> Document:
        del headers, address, now, feed_id
        return Document(kind="rss 2.0", entries=(Entry(key="1", title=body.decode()),))


def a_feed(number: int) -> Feed:
    address = f"https://{number}.example/"
    return Feed(feed_id=feed_id_of(address), address=address, title=f"Feed {number}")


def asked(*numbers: int) -> list[Asked]:
    return [(feed, PollState(feed_id=feed.feed_id)) for feed in map(a_feed, numbers)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'a.db'}") as opened:
        with opened.writing() as db:
            db.feeds.apply([a_feed(number) for number in range(6)], NOW)
        yield opened


@pytest.fixture
def poller() -> Poller:
    return Poller(fetching=everything_answers, reading=Reading, clock=lambda: NOW, rng=Random(1))


def kept(store: Store) -> set[str]:
    with store.reading() as db:
        return {each.entry.title for each in db.entries.waiting(NOW)}


def test_an_answer_is_kept_with_its_state_and_its_line_of_the_log(store: Store, poller: Poller) -> None:
    told: list[Polled] = []

    polled = poll(store, poller, asked(0, 1, 2), told.append)

    assert {each.new_entries for each in polled} == {1}
    assert list(polled) == told
    with store.reading() as db:
        states = db.feeds.poll_states()
        for each in polled:
            assert states[each.feed.feed_id].next_poll_at == each.next_poll_at
            assert [note.new_entries for note in db.feeds.poll_log(each.feed.feed_id, NOW)] == [1]


def test_a_round_forgets_what_the_log_holds_for_longer_than_it_should(store: Store, poller: Poller) -> None:
    feed_id, kept_for = a_feed(0).feed_id, timedelta(days=40)
    old = [PollNote(feed_id=feed_id, asked_at=NOW - timedelta(days=days), outcome="unchanged") for days in (41, 40, 39)]
    with store.writing() as db:
        db.feeds.note_poll(*old)

    poll(store, replace(poller, policy=PollPolicy(log_kept=kept_for)), asked(1))

    with store.reading() as db:
        assert db.feeds.poll_log(feed_id, NOW - timedelta(days=99)) == tuple(old[1:])


def test_the_log_is_kept_for_as_long_as_it_is_summed_up() -> None:
    with pytest.raises(ValueError, match="30 days or more"):
        PollPolicy(log_kept=timedelta(days=29))


def test_an_answer_that_the_database_refuses_costs_no_other_feed_its_answer(store: Store, poller: Poller) -> None:
    """Feed 77 was never listed, so nothing can be kept of it; its answer is written down together with the others."""
    with pytest.raises(DailytenError):
        poll(store, poller, asked(0, 1, 2, 77, 3, 4, 5))

    assert kept(store) == {a_feed(number).address for number in range(6)}


@asynccontextmanager
async def http() -> AsyncIterator[Fetch]:
    loopback = (Allowance.parse("127.0.0.0/8"),)
    settings = HttpSettings(whole=timedelta(seconds=1), max_bytes=100_000, allowed=loopback)
    async with HttpFetcher(settings) as fetcher:
        yield fetcher.fetch


def test_feeds_that_hang_drip_or_never_end_delay_the_others_by_nothing(store: Store, poller: Poller) -> None:
    """All good answers are kept and told while the bad feeds still spend their time."""
    told: list[Polled] = []
    with FeedServer() as server:
        bad = [
            server.script("/hangs.xml", Reply(hangs=True)),
            server.script("/drips.xml", Reply(body=b"<rss/>" * 99, drip_bytes=1, drip_seconds=0.05)),
            server.script("/endless.xml", Reply(body=b"x" * 1000, endless=True, chunked=True)),
        ]
        addresses = [*bad, *(server.publish(f"/{number}.xml", b"good") for number in range(20))]
        feeds = [Feed(feed_id=feed_id_of(each), address=each, title=each) for each in addresses]
        with store.writing() as db:
            db.feeds.apply(feeds, NOW)
        patient = replace(poller, fetching=http, limits=Limits(per_host=len(feeds), spacing=0))
        poll(store, patient, [(feed, PollState(feed_id=feed.feed_id)) for feed in feeds], told.append)

    outcomes = [each.outcome for each in told]
    assert outcomes.count(Good.FRESH) == 20
    assert sorted(map(str, outcomes[-2:])) == [Failure.TIMEOUT, Failure.TOO_SLOW]
    assert Failure.TOO_BIG in outcomes


def test_a_database_that_refuses_everything_ends_the_round_at_once(store: Store, poller: Poller) -> None:
    answered = 0

    @asynccontextmanager
    async def counting() -> AsyncIterator[Fetch]:
        async with everything_answers() as fetch:

            async def counted(asking: Asking, /) -> Fetched:
                nonlocal answered
                answered += 1
                return await fetch(asking)

            yield counted

    with pytest.raises(DailytenError):
        poll(store, replace(poller, fetching=counting), asked(*range(100, 500)))

    assert answered < 400
