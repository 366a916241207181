"""A feed moves for good: over a simulated week, on a real server, with the real list."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dailyten.config import read_settings
from dailyten.model.entry import KeptEntry
from dailyten.model.feed import Feed
from dailyten.pipeline.listing import undo_change
from dailyten.pipeline.looking import dead_feeds, look_for
from dailyten.pipeline.moving import Because, apply_redirects, proposed_moves
from dailyten.pipeline.polling import Poller, Read, due_feeds, poll
from dailyten.pipeline.settings import ListSettings
from dailyten.pipeline.taking import take_list
from dailyten.pipeline.ticking import Day, mind_moves
from dailyten.poll.engine import Fetch
from dailyten.poll.guard import Allowance
from dailyten.poll.http import HttpFetcher
from dailyten.store.store import Store, open_store
from dailyten.testing.clock import Clock
from dailyten.testing.feed_server import FeedLink, FeedServer, Reply, redirect
from dailyten.wiring import Parts
from tests.pipeline.sites import read_here, rss

START = datetime(2026, 11, 20, 6, tzinfo=UTC)
DAY = timedelta(days=1)
OLD, NEW = "127.0.0.1", "127.0.0.2"
STORIES = ("Open on Sunday", "New till", "Prices rise in spring")
LIST = """<?xml version="1.0" encoding="utf-8"?>
<opml version="2.0">
\t<!-- hands off -->
\t<body>
\t\t<outline text="Shop" xmlUrl="{address}" htmlUrl="{home}" mine="kept"/>
\t</body>
</opml>
"""


@asynccontextmanager
async def _reading() -> AsyncIterator[Read]:
    yield read_here


@dataclass(frozen=True)
class Town:
    """One feed on a list, two hosts it may live on, and a clock in our hands."""

    folder: Path
    server: FeedServer
    clock: Clock
    store: Store

    @property
    def parts(self) -> Parts:
        settings = read_settings(self.folder / "dailyten.toml", {})
        return Parts(
            replace(settings, http=replace(settings.http, allowed=(Allowance.parse("127.0.0.0/8"),))), self.clock
        )

    @property
    def list_path(self) -> Path:
        return self.folder / "feeds.opml"

    def live(self, days: float, each: timedelta = timedelta(hours=12)) -> None:
        """Let time pass, and poll whatever is due at every step, reading in this process."""
        until = self.clock() + days * DAY
        feed_list, poller = self.parts.feed_list(), self.poller
        while self.clock() < until:
            take_list(self.store, feed_list, self.clock())
            poll(self.store, poller, due_feeds(self.store, self.clock()))
            self.clock.advance(each)

    @property
    def poller(self) -> Poller:
        parts = self.parts

        @asynccontextmanager
        async def fetching() -> AsyncIterator[Fetch]:
            async with HttpFetcher(parts.settings.http, clock=self.clock) as fetcher:
                yield fetcher.fetch

        return replace(parts.poller(), fetching=fetching, reading=_reading)

    def proposed(self) -> list[tuple[str, Because]]:
        found = proposed_moves(self.store, self.parts.settings.poll, self.clock())
        return [(each.address, each.because) for each in found]

    def entries(self) -> list[KeptEntry]:
        with self.store.reading() as db:
            return sorted(db.entries.arrived_since(START - DAY), key=lambda kept: kept.entry.title)

    def feed(self) -> Feed:
        with self.store.reading() as db:
            [feed] = db.feeds.listed()
            return feed

    def answer(self, reply: Reply) -> None:
        """Let the feed's old address answer so from now on."""
        self.server.withdraw("/feed", OLD)
        self.server.script("/feed", reply, host=OLD)

    def asked(self, host: str) -> int:
        return sum(each.host == host for each in self.server.requests)

    def day(self, settings: ListSettings) -> Day:
        return replace(self.parts.day(worker="town"), poller=self.poller, list_settings=settings)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    (tmp_path / "dailyten.toml").write_text("", "utf-8")
    with FeedServer((OLD, NEW)) as server, open_store("sqlite://") as store:
        address = server.publish("/feed", rss("Shop", *STORIES), host=OLD)
        (tmp_path / "feeds.opml").write_text(LIST.format(address=address, home=server.address("/", OLD)), "utf-8")
        town = Town(tmp_path, server, Clock(START), store)
        town.live(0.5)
        yield town


def move_house(town: Town, status: int) -> str:
    """Let the old host send everybody to the new one, where there is one story more."""
    there = town.server.publish("/news.xml", rss("Shop", "We have moved", *STORIES), host=NEW)
    town.answer(redirect(there, status))
    return there


def known(entries: list[KeptEntry]) -> dict[str, tuple[str, str, datetime]]:
    """Say by title which entry each is, whose, and when it arrived."""
    return {kept.entry.title: (kept.entry_id, kept.feed_id, kept.first_seen_at) for kept in entries}


@pytest.mark.parametrize("status", [301, 308])
def test_a_move_for_good_is_followed_at_once_proposed_after_six_days_and_loses_nothing(town: Town, status: int) -> None:
    before, listed = town.entries(), town.list_path.read_bytes()
    there = move_house(town, status)

    town.live(5.5)
    early = town.proposed()
    town.live(1)
    proposed = town.proposed()
    change = apply_redirects(town.store, town.parts.list_file(), town.parts.settings.poll, town.clock())
    town.server.forget_requests()
    town.live(2)

    assert (early, proposed) == ([], [(there, Because.REDIRECT)])
    assert change is not None
    assert town.list_path.read_bytes() == change.after
    assert [a for a, b in zip(listed.splitlines(), change.after.splitlines(), strict=True) if a != b] == [
        listed.splitlines()[1],
        listed.splitlines()[4],
    ]
    assert (town.asked(OLD), town.asked(NEW) > 0) == (0, True)
    after = known(town.entries())
    assert after.pop("We have moved")
    assert after == known(before)
    assert town.feed().feed_id == before[0].feed_id
    assert town.proposed() == []


def test_a_move_that_is_undone_asks_at_the_old_address_again_and_nothing_comes_twice(town: Town) -> None:
    listed, there = town.list_path.read_bytes(), move_house(town, 301)
    town.live(7)
    apply_redirects(town.store, town.parts.list_file(), town.parts.settings.poll, town.clock())
    town.live(1)
    entries = town.entries()

    undo_change(town.store, town.parts.list_file(), town.clock())
    town.answer(Reply(body=rss("Shop", "Back again", *STORIES)))
    town.live(1)

    assert town.list_path.read_bytes() == listed
    assert town.feed().address != there
    after = known(town.entries())
    assert after.pop("Back again")
    assert after == known(entries)


@pytest.mark.parametrize("status", [302, 307])
def test_a_temporary_redirect_is_followed_and_never_proposed(town: Town, status: int) -> None:
    move_house(town, status)

    town.live(12)

    assert town.proposed() == []
    assert "We have moved" in [each.entry.title for each in town.entries()]


def test_six_days_count_anew_after_an_answer_from_the_old_place(town: Town) -> None:
    there = move_house(town, 301)
    town.live(4)
    town.server.publish("/feed", rss("Shop", *STORIES), host=OLD)
    town.live(1)
    town.answer(redirect(there))

    town.live(4)
    early = town.proposed()
    town.live(3)

    assert (early, town.proposed()) == ([], [(there, Because.REDIRECT)])


@pytest.mark.parametrize(("allowed", "written"), [(False, False), (True, True)])
def test_serve_writes_moves_only_where_the_settings_say_so(town: Town, allowed: bool, written: bool) -> None:
    there = move_house(town, 301)
    town.live(7)

    mind_moves(town.store, town.day(ListSettings(apply_moves=allowed)))

    assert (there in town.list_path.read_text("utf-8")) is written


def test_a_move_onto_another_feed_of_the_list_is_not_written(town: Town) -> None:
    there = move_house(town, 301)
    text = town.list_path.read_text("utf-8")
    both = text.replace("\t</body>", f'\t\t<outline text="Other" xmlUrl="{there}"/>\n\t</body>')
    town.list_path.write_text(both, "utf-8")
    town.live(7)

    [move] = proposed_moves(town.store, town.parts.settings.poll, town.clock())
    change = apply_redirects(town.store, town.parts.list_file(), town.parts.settings.poll, town.clock())

    assert move.taken_by is not None
    assert move.taken_by.title == "Other"
    assert change is None
    assert town.list_path.read_text("utf-8") == both


@pytest.mark.parametrize("dead", [Reply(status=404), Reply(status=410), Reply(body=b"<html><body>Hi</body></html>")])
def test_a_dead_feed_is_looked_for_at_its_site_after_three_days_and_what_is_found_is_only_proposed(
    town: Town, dead: Reply
) -> None:
    town.answer(dead)
    there = town.server.publish("/new.xml", rss("Shop", "Reborn", *STORIES), host=OLD)
    comments = town.server.publish("/c.xml", rss("Comments for Shop", "Nice"), host=OLD)
    town.server.publish_page("/", feeds=[FeedLink(href=comments), FeedLink(href="/new.xml")], host=OLD)
    town.live(2)
    early = dead_feeds(town.store, town.clock())
    town.live(2)
    town.server.forget_requests()

    day = town.day(ListSettings(apply_moves=True))
    mind_moves(town.store, day)
    cost = len(town.server.requests)
    mind_moves(town.store, day)
    [move] = proposed_moves(town.store, town.parts.settings.poll, town.clock())

    assert early == ()
    assert (move.address, move.because, move.shared, move.known) == (there, Because.FOUND, 3, 3)
    assert cost == len(town.server.requests) <= 6
    assert there not in town.list_path.read_text("utf-8")


def test_a_dead_feed_whose_site_names_nothing_is_looked_for_once_a_week(town: Town) -> None:
    town.answer(Reply(status=404))
    town.server.publish_page("/", host=OLD)
    town.live(4)
    town.server.forget_requests()

    for _ in range(16):
        look_for(town.store, town.poller, dead_feeds(town.store, town.clock()), town.clock())
        town.clock.advance(DAY)

    assert len([each for each in town.server.requests if each.path == "/"]) == 3
    assert len(town.server.requests) <= 3 * 6
    assert town.proposed() == []


def test_a_feed_that_comes_back_is_no_longer_proposed_to_be_replaced(town: Town) -> None:
    town.answer(Reply(status=404))
    town.server.publish("/new.xml", rss("Shop", *STORIES), host=OLD)
    town.server.publish_page("/", feeds=[FeedLink(href="/new.xml")], host=OLD)
    town.live(4)
    look_for(town.store, town.poller, dead_feeds(town.store, town.clock()), town.clock())
    proposed = town.proposed()

    town.answer(Reply(body=rss("Shop", *STORIES)))
    town.live(4)

    assert len(proposed) == 1
    assert town.proposed() == []
