"""Rounds of subscribing: many at once, hubs that hang, a crash in the middle."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from dailyten.model.feed import Feed, feed_id_of
from dailyten.model.fetched import Failed, Posted
from dailyten.model.push import Announcement, HubStanding, Intent
from dailyten.pipeline.pushing import MOST_AT_A_BEAT, HubLine, Post, mind_hubs
from dailyten.poll.hubs import standing_of
from dailyten.store.store import Store, open_store
from dailyten.testing.clock import Clock

NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
FEEDS = [
    Feed(feed_id=feed_id_of(address), address=address, title=address)
    for address in (f"https://{number}.example/feed" for number in range(50))
]


@dataclass
class Hubs:
    """Every hub there is: takes what it is sent, hangs, or dies with us."""

    hangs: bool = False
    dies: bool = False
    sent: list[str] = field(default_factory=list)
    under_way: int = 0
    most: int = 0

    async def post(self, address: str, form: Mapping[str, str | Sequence[str]], /) -> Posted | Failed:
        del address
        if self.dies:
            raise RuntimeError("the power went")
        self.sent.append(str(form["hub.topic"]))
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await (asyncio.Event().wait() if self.hangs else asyncio.sleep(0))
        self.under_way -= 1
        return Posted(status=202)

    def line(self, clock: Clock) -> HubLine:
        numbers = itertools.count()

        @asynccontextmanager
        async def posting() -> AsyncIterator[Post]:
            yield self.post

        return HubLine(
            callbacks="https://news.example/websub/",
            posting=posting,
            random_name=lambda: f"{clock().timestamp():.0f}-{next(numbers)}",
            clock=clock,
            patience=timedelta(seconds=0.05),
        )


@pytest.fixture
def store() -> Iterator[Store]:
    with open_store("sqlite://") as opened:
        with opened.writing() as db:
            db.feeds.apply(FEEDS, NOW)
            db.pushes.announce(
                [
                    Announcement(feed_id=each.feed_id, hub_url="https://hub.example/", topic_url=each.address)
                    for each in FEEDS
                ]
            )
        yield opened


def test_many_feeds_of_one_hub_are_subscribed_a_few_at_a_time(store: Store) -> None:
    hubs, clock = Hubs(), Clock(NOW)
    asked = []
    for _ in range(4):
        asked.append(mind_hubs(store, hubs.line(clock)))
        clock.advance(timedelta(seconds=30))

    assert asked == [MOST_AT_A_BEAT, MOST_AT_A_BEAT, 50 - 2 * MOST_AT_A_BEAT, 0]
    assert sorted(hubs.sent) == sorted(each.address for each in FEEDS)
    assert hubs.most == 2


def test_hubs_that_hang_cost_a_beat_its_patience_and_are_asked_later(store: Store) -> None:
    hubs, clock = Hubs(hangs=True), Clock(NOW)
    mind_hubs(store, hubs.line(clock))

    assert len(hubs.sent) == 2
    with store.reading() as db:
        pushes = [push for push in db.pushes.all() if push.failures]
    assert len(pushes) == MOST_AT_A_BEAT
    assert {push.detail for push in pushes} == {"no answer in time"}
    assert {standing_of(push, NOW) for push in pushes} == {HubStanding.FAILING}


def test_what_was_being_asked_when_we_died_is_asked_again_under_the_same_name(store: Store) -> None:
    hubs, clock = Hubs(dies=True), Clock(NOW)
    with pytest.raises(RuntimeError):
        mind_hubs(store, hubs.line(clock))
    with store.reading() as db:
        before = {push.push_id for push in db.pushes.all() if push.asked is Intent.SUBSCRIBE}
    hubs.dies = False
    clock.advance(timedelta(hours=1))
    for _ in range(3):
        mind_hubs(store, hubs.line(clock))
    with store.reading() as db:
        after = {push.push_id for push in db.pushes.all()}

    assert len(before) == MOST_AT_A_BEAT
    assert before < after
    assert len(after) == 50
