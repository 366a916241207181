"""A hub pushes: over simulated weeks, with a real web service, a real publisher and a hub that may lie."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from html import escape
from itertools import pairwise
from random import Random
from secrets import token_urlsafe

import httpx2
import pytest
from fastapi import FastAPI

from dailyten.model.feed import Feed, feed_id_of
from dailyten.model.push import HubStanding, Push
from dailyten.pipeline.polling import Poller, Read, due_feeds, poll
from dailyten.pipeline.pushing import HubLine, Post, hub_counts, mind_hubs
from dailyten.pipeline.settings import WebSettings
from dailyten.poll.engine import Fetch
from dailyten.poll.guard import Allowance
from dailyten.poll.http import HttpFetcher
from dailyten.poll.hubs import standing_of
from dailyten.poll.schedule import PollPolicy
from dailyten.poll.settings import HttpSettings
from dailyten.store.store import Store, open_store
from dailyten.testing.clock import Clock
from dailyten.testing.feed_server import FeedServer, Reply, too_many
from dailyten.testing.hub import FakeHub, HubRequest, Told
from dailyten.web.counting import Counts
from dailyten.web.guards import Guards
from dailyten.web.hubs import Callbacks, hub_router
from dailyten.web.running import answering
from tests.pipeline.sites import read_here, rss

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
START = datetime(2026, 11, 20, 6, tzinfo=UTC)
LOOPBACK = (Allowance.parse("127.0.0.0/8"),)
ATOM = 'xmlns:atom="http://www.w3.org/2005/Atom"'


@asynccontextmanager
async def _reading() -> AsyncIterator[Read]:
    yield read_here


@dataclass
class Town:
    """One feed that announces a hub, a digest that reads it, and the time in our hands."""

    server: FeedServer
    hub: FakeHub
    store: Store
    counts: Counts
    clock: Clock
    root: str
    allowed: tuple[Allowance, ...] = LOOPBACK
    stories: list[str] = field(default_factory=list)
    polled_at: list[datetime] = field(default_factory=list)
    listed: str = "/feed"

    @property
    def address(self) -> str:
        return self.server.address("/feed")

    @property
    def callbacks(self) -> str:
        return f"{self.root}/websub/"

    def publish(self, *stories: str, hub: str | None = None) -> bytes:
        """Put stories before the others, and give the document."""
        self.stories[:0] = stories
        hub = self.hub.address if hub is None else hub
        links = f'<atom:link rel="self" href="{escape(self.address)}"/>'
        links += f'<atom:link rel="hub" href="{escape(hub)}"/>' if hub else ""
        body = rss("Shop", *self.stories).decode()
        body = body.replace('<rss version="2.0">', f'<rss version="2.0" {ATOM}>')
        body = body.replace("<description>x</description>", links, 1)
        self.server.publish("/feed", body.encode())
        return body.encode()

    def publish_and_tell(self, story: str) -> list[Told]:
        return self.hub.distribute(self.address, self.publish(story))

    @asynccontextmanager
    async def _http(self) -> AsyncIterator[HttpFetcher]:
        async with HttpFetcher(HttpSettings(allowed=self.allowed), clock=self.clock) as fetcher:
            yield fetcher

    @asynccontextmanager
    async def _fetching(self) -> AsyncIterator[Fetch]:
        async with self._http() as fetcher:
            self.polled_at.append(self.clock())
            yield fetcher.fetch

    @asynccontextmanager
    async def _posting(self) -> AsyncIterator[Post]:
        async with self._http() as fetcher:
            yield fetcher.post

    @property
    def poller(self) -> Poller:
        return Poller(fetching=self._fetching, reading=_reading, clock=self.clock, rng=Random(1), hears_hubs=True)

    def beat(self, *, verify: bool = True) -> None:
        """Do what a beat does for feeds; the hub verifies what it was asked."""
        address = self.server.address(self.listed)
        with self.store.writing() as db:
            db.feeds.apply([Feed(feed_id=feed_id_of(address), address=address, title="Shop")], self.clock())
        if due := due_feeds(self.store, self.clock()):
            poll(self.store, self.poller, due)
        line = HubLine(
            callbacks=self.callbacks, posting=self._posting, random_name=partial(token_urlsafe, 32), clock=self.clock
        )
        mind_hubs(self.store, line)
        if verify:
            self.hub.verify()

    def live(self, span: timedelta) -> None:
        """Let time pass, from one thing that is due to the next; a beat comes half a minute late."""
        until = self.clock() + span
        while (at := self._next_due()) < until:
            self.clock.advance(max(at - self.clock(), timedelta(0)) + timedelta(seconds=30))
            self.beat()
        self.clock.advance(max(until - self.clock(), timedelta(0)))

    def _next_due(self) -> datetime:
        with self.store.reading() as db:
            times = [state.next_poll_at for state in db.feeds.poll_states().values()]
            times += [push.try_at for push in db.pushes.all()]
        return min(at for at in times if at is not None)

    def polls(self) -> int:
        return len(self.server.requests_to("/feed"))

    def push(self) -> Push:
        with self.store.reading() as db:
            [push] = (each for each in db.pushes.all() if not each.leaving)
            return push

    def standing(self) -> HubStanding:
        return standing_of(self.push(), self.clock())

    def titles(self) -> list[str]:
        with self.store.reading() as db:
            return sorted(each.entry.title for each in db.entries.arrived_since(self.clock() - 99 * DAY))


@pytest.fixture
def town() -> Iterator[Town]:
    counts, clock = Counts(dict), Clock(START)
    with FakeHub() as hub, FeedServer() as server, open_store("sqlite://") as store:
        app = FastAPI()
        app.include_router(hub_router(Callbacks(store=store, clock=clock, policy=PollPolicy(), counts=counts)))
        with answering(Guards(app, counts, 60, strict_transport=True), WebSettings(port=0)) as root:
            town = Town(server=server, hub=hub, store=store, counts=counts, clock=clock, root=root)
            town.publish("Open on Sunday", "New till")
            yield town


def test_a_feed_that_announces_a_hub_is_subscribed_to_and_its_news_come_within_a_beat(town: Town) -> None:
    town.beat()
    town.clock.advance(20 * MINUTE)
    before = town.polls()
    told = town.publish_and_tell("Prices rise")
    town.beat()

    [asked] = town.hub.requests
    assert (asked.mode, asked.form["hub.topic"]) == ("subscribe", town.address)
    assert re.fullmatch(re.escape(town.callbacks) + r"[\w-]{43}", asked.form["hub.callback"])
    assert len(asked.form["hub.secret"]) == 43
    assert asked.headers["user-agent"].startswith("dailyten/")
    assert [each.status for each in told] == [202]
    assert town.polls() == before + 1
    assert town.titles() == ["New till", "Open on Sunday", "Prices rise"]


def test_a_fortnight_beside_a_hub_costs_a_few_polls_a_day_and_loses_nothing(town: Town) -> None:
    town.beat()
    for number in range(14):
        town.clock.advance(2 * HOUR)
        town.publish_and_tell(f"Story {number}")
        town.live(DAY - 2 * HOUR)

    assert len(town.titles()) == 16
    assert town.standing() is HubStanding.LIVE
    assert town.polls() <= 14 * 6
    renewals = [each for each in town.hub.requests if each.mode == "subscribe"]
    assert len(renewals) == 2
    assert len({each.form["hub.secret"] for each in renewals}) == 1


def test_when_a_hub_falls_silent_polling_finds_the_news_and_goes_back_to_its_own_pace(town: Town) -> None:
    town.beat()
    town.clock.advance(20 * MINUTE)
    town.publish_and_tell("Told")
    town.live(DAY)
    relied_on = town.polls()
    for number in range(4):
        town.publish(f"Not told {number}")
        town.live(7 * HOUR)
    silent, before = town.standing(), town.polls()
    town.live(DAY)

    assert relied_on <= 8
    assert silent is HubStanding.SILENT
    assert town.polls() - before >= 8
    assert {f"Not told {number}" for number in range(4)} < set(town.titles())
    assert hub_counts(town.store, town.clock()) == (0, 1)


def test_a_lease_that_the_hub_does_not_renew_ends_in_plain_polling(town: Town) -> None:
    town.beat()
    town.clock.advance(20 * MINUTE)
    town.publish_and_tell("Told")
    town.hub.status = 503
    town.live(11 * DAY)
    tries = len(town.hub.requests)
    before = town.polls()
    town.live(DAY)

    assert town.standing() is HubStanding.FAILING
    assert town.push().detail == "HTTP 503"
    assert 2 <= tries <= 12
    assert town.polls() > before + 5


def test_a_publisher_that_answers_from_a_cache_is_asked_again_until_the_news_are_there(town: Town) -> None:
    town.beat()
    town.clock.advance(20 * MINUTE)
    town.hub.distribute(town.address, b"<rss/>")
    town.beat()
    town.clock.advance(20 * MINUTE)
    town.publish("Late")
    town.beat()

    assert "Late" in town.titles()


def test_a_delivery_during_a_poll_is_not_forgotten_with_it(town: Town) -> None:
    """The publisher answers with the old document, then publishes and tells, then the old answer is written down."""
    town.beat()
    town.clock.advance(3 * HOUR)
    due = due_feeds(town.store, town.clock())
    town.publish_and_tell("Just now")
    a_moment_later = replace(town.push(), delivered_at=town.clock() + timedelta(seconds=1))
    with town.store.writing() as db:
        db.pushes.keep(a_moment_later)
    town.server.script("/feed", Reply(body=rss("Shop", "New till")))
    poll(town.store, town.poller, due)
    with town.store.reading() as db:
        [state] = db.feeds.poll_states().values()

    assert state.next_poll_at is not None
    assert state.next_poll_at <= town.clock() + 17 * MINUTE


@pytest.mark.parametrize("lie", ["unsigned", "wrong secret", "wrong body"])
def test_what_is_not_signed_with_our_secret_is_counted_and_changes_nothing(town: Town, lie: str) -> None:
    town.beat()
    town.clock.advance(20 * MINUTE)
    before = town.polls()
    match lie:
        case "unsigned":
            [told] = town.hub.distribute(town.address, b"<rss/>", signed=False)
        case "wrong secret":
            [told] = town.hub.distribute(town.address, b"<rss/>", secret="guessed")
        case _:
            callback = town.hub.requests[0].form["hub.callback"]
            answer = httpx2.post(callback, content=b"<rss/>", headers={"X-Hub-Signature": "sha256=" + "0" * 64})
            told = Told(status=answer.status_code, body=answer.text)
    town.beat()

    assert (told.status, told.body) == (202, "")
    assert (town.push().ignored, town.push().deliveries, town.polls()) == (1, 0, before)
    assert 'dailyten_hub_deliveries_total{became="wrong_signature"} 1.0' in town.counts.text().decode()


def test_a_delivery_that_is_played_again_and_again_costs_the_publisher_little(town: Town) -> None:
    town.beat()
    town.clock.advance(20 * MINUTE)
    before = town.polls()
    body = town.publish("Once")
    for _ in range(30):
        town.hub.distribute(town.address, body)
        town.beat()
        town.clock.advance(timedelta(seconds=10))

    assert town.titles().count("Once") == 1
    assert town.polls() - before <= 3
    assert all("if-none-match" in each.headers for each in town.server.requests_to("/feed")[1:])


def test_a_huge_delivery_is_not_read_to_its_end(town: Town) -> None:
    town.beat()
    [told] = town.hub.distribute(town.address, b"x" * 10_000_001)

    assert told.status == 413
    assert (town.push().ignored, town.push().deliveries) == (1, 0)


@pytest.mark.parametrize(
    ("mode", "topic", "challenge"),
    [
        ("unsubscribe", "", "c"),
        ("", "https://elsewhere.example/feed", "c"),
        ("publish", "", "c"),
        ("", "", ""),
        ("", "", "c" * 5_000),
    ],
)
def test_a_hub_that_asks_about_something_else_gets_404(town: Town, mode: str, topic: str, challenge: str) -> None:
    town.beat(verify=False)
    [request] = town.hub.requests
    told = town.hub.ask(request, mode=mode, topic=topic, challenge=challenge)

    assert told.status == 404
    assert town.standing() is HubStanding.PENDING


def test_what_was_confirmed_once_is_not_confirmed_again(town: Town) -> None:
    town.beat()
    [request] = town.hub.requests

    assert town.hub.ask(request).status == 404
    assert town.hub.ask(request, mode="unsubscribe").status == 404
    assert town.standing() is HubStanding.LIVE


def test_a_challenge_comes_back_as_plain_text_that_no_browser_takes_for_a_page(town: Town) -> None:
    town.beat(verify=False)
    [request] = town.hub.requests
    asked = {"hub.mode": "subscribe", "hub.topic": town.address, "hub.challenge": "<script>1</script>"}
    answer = httpx2.get(request.form["hub.callback"], params=asked | {"hub.lease_seconds": "60"})

    assert (answer.status_code, answer.text) == (200, "<script>1</script>")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_nobody_can_guess_a_callback(town: Town) -> None:
    town.beat()
    stranger = HubRequest(path="/", headers={}, form=dict(town.hub.requests[0].form))
    stranger.form["hub.callback"] = f"{town.callbacks}guessed"

    assert town.hub.ask(stranger).status == 404
    assert httpx2.post(f"{town.callbacks}guessed", content=b"x").status_code == 404


def test_a_denied_subscription_leaves_plain_polling_and_is_asked_for_a_week_later(town: Town) -> None:
    town.beat()
    told = town.hub.deny(town.hub.requests[0], "we close")
    denied = town.push()
    other = town.hub.deny(town.hub.requests[0], topic="https://elsewhere.example/")
    town.live(8 * DAY)

    assert (told.status, other.status) == (200, 404)
    assert (standing_of(denied, town.clock()), denied.detail) == (HubStanding.DENIED, "we close")
    assert town.hub.modes == ["subscribe", "subscribe"]
    assert town.standing() is HubStanding.LIVE


def test_a_feed_that_leaves_the_list_is_unsubscribed_and_what_still_comes_is_gone(town: Town) -> None:
    town.beat()
    body = town.publish("After the end")
    town.server.publish("/other", rss("Other", "One"))
    town.listed = "/other"
    town.beat(verify=False)
    [late] = town.hub.distribute(town.address, body)
    town.hub.verify()
    town.beat()

    assert town.hub.modes == ["subscribe", "unsubscribe"]
    assert late.status == 410
    assert town.hub.topics == set()
    with town.store.reading() as db:
        assert db.pushes.all() == ()


def test_a_feed_that_names_another_hub_moves_there(town: Town) -> None:
    town.beat()
    with FakeHub() as other:
        town.publish("Moved", hub=other.address)
        town.clock.advance(2 * HOUR)
        town.beat()
        other.verify()
        town.beat()

        assert town.hub.modes == ["subscribe", "unsubscribe"]
        assert other.modes == ["subscribe"]
        assert town.push().hub_url == other.address


def test_a_feed_that_names_no_hub_any_more_is_only_polled(town: Town) -> None:
    town.beat()
    town.publish("Alone", hub="")
    town.clock.advance(2 * HOUR)
    town.beat()

    assert town.hub.topics == set()


def test_a_hub_that_verifies_before_it_answers_is_understood(town: Town) -> None:
    town.hub.verifies_first = True
    town.beat(verify=False)

    assert town.standing() is HubStanding.LIVE


def test_a_publisher_that_asks_for_peace_gets_it_whatever_its_hub_says(town: Town) -> None:
    town.beat()
    town.server.script("/feed", too_many("7200"))
    town.clock.advance(2 * HOUR)
    town.beat()
    before = town.polls()
    town.hub.distribute(town.address, b"<rss/>")
    town.clock.advance(20 * MINUTE)
    town.beat()

    assert town.polls() == before


@pytest.mark.parametrize("seed", range(3))
def test_whatever_a_hub_does_every_story_is_kept_and_none_twice(town: Town, seed: int) -> None:
    """Four days of chance: told, not told, told twice, told a lie, denied, asked badly, no longer served."""
    rng = Random(seed)
    town.beat()
    for number in range(24):
        body = town.publish(f"Story {number:02}")
        match rng.randrange(7):
            case 0 | 1:
                town.hub.distribute(town.address, body)
            case 2:
                town.hub.distribute(town.address, body)
                town.hub.distribute(town.address, body)
            case 3:
                town.hub.distribute(town.address, b"<rss/>", secret="guessed")
            case 4:
                town.hub.deny(town.hub.requests[-1], "closed for today")
            case 5:
                town.hub.status = rng.choice([202, 500, 410])
        town.live(timedelta(hours=rng.choice([1, 4, 7])))
    town.live(DAY)

    assert town.titles() == sorted(["New till", "Open on Sunday", *(f"Story {number:02}" for number in range(24))])
    assert min(later - earlier for earlier, later in pairwise(town.polled_at)) >= 15 * MINUTE


def test_a_hub_in_a_private_network_is_not_asked(town: Town) -> None:
    town.allowed = (Allowance.parse(f"127.0.0.0/8:{town.server.port}"),)
    town.beat()

    assert town.hub.requests == ()
    assert town.standing() is HubStanding.FAILING
    assert "127.0.0.1" in town.push().detail
