"""Past mornings built again by other means, and nothing of what was published touched."""

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from dailyten.edition.budget import Budget
from dailyten.errors import BadInput, NotFound
from dailyten.feedlist.read import read
from dailyten.model.edition import CutReason, Edition
from dailyten.pipeline.making import Maker
from dailyten.pipeline.replaying import OFF_THE_LIST, replay
from dailyten.store.store import Store
from dailyten.testing.clock import Clock
from dailyten.testing.feed_server import FeedServer
from dailyten.testing.mail_sink import MailSink
from dailyten.testing.sample_feeds import opml
from tests.journeys.digest_in_hand import FIRST_MORNING, SETTINGS, Digest

FIRST = FIRST_MORNING.date()
LAST = FIRST + timedelta(days=2)


@dataclass(frozen=True)
class Lived:
    digest: Digest
    store: Store
    editions: tuple[Edition, ...]

    @property
    def maker(self) -> Maker:
        return self.digest.parts.maker(self.digest.parts.pack())

    def digests(self) -> tuple[str, str]:
        """Name the whole database and the whole site by their contents."""
        with sqlite3.connect(self.digest.folder / "var" / "dailyten.sqlite") as db:
            rows = "\n".join(db.iterdump())
        db.close()
        pages = b"".join(file.read_bytes() for file in sorted(self.digest.site.rglob("*")) if file.is_file())
        return hashlib.sha256(rows.encode()).hexdigest(), hashlib.sha256(pages).hexdigest()


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """Give two mornings that were published, with a day without an edition between them."""
    folder = tmp_path_factory.mktemp("lived")
    (folder / "dailyten.toml").write_text(SETTINGS, "utf-8")
    (folder / "mails").mkdir()
    with FeedServer() as server, MailSink(folder / "mails") as sink:
        (folder / "feeds.opml").write_bytes(opml(lambda feed: server.address(feed.path)))
        digest = Digest(folder=folder, server=server, sink=sink, clock=Clock(FIRST_MORNING))
        with digest.parts.store() as store:
            first = digest.morning(store).edition
            digest.clock.advance(timedelta(days=2))
            yield Lived(digest, store, (first, digest.morning(store).edition))


def test_a_replay_by_the_same_means_is_what_was_published(lived: Lived) -> None:
    found = replay(lived.store, lived.maker, FIRST, LAST)

    assert [day.replayed.places for day in found.days] == [each.places for each in lived.editions]
    assert not any(day.differs for day in found.days)
    assert all(day.replayed.candidates == day.published.candidates for day in found.days)


def test_other_settings_show_what_goes_out_and_why(lived: Lived) -> None:
    maker = lived.maker
    short = replace(maker, settings=replace(maker.settings, budget=Budget(minutes=5)))

    day = replay(lived.store, short, FIRST, FIRST).days[0]

    out = [change for change in day.changes if not change.now]
    assert day.replayed.minutes <= 5 < day.published.minutes
    assert out
    assert {change.words for change in out} == {"would have gone over 5 minutes of reading"}
    assert day.same + sum(bool(change.was) for change in day.changes) == len(day.published.places)
    assert day.same + sum(bool(change.now) for change in day.changes) == len(day.replayed.places)


def test_another_list_leaves_out_what_is_not_on_it_and_lets_others_in(lived: Lived) -> None:
    first = lived.editions[0].told()[0].lead.feed_id
    listed = read((lived.digest.folder / "feeds.opml").read_bytes(), name="feeds.opml").feeds
    fewer = [feed for feed in listed if feed.feed_id != first]

    day = replay(lived.store, lived.maker, FIRST, FIRST, fewer).days[0]

    assert first not in {each.lead.feed_id for each in day.replayed.candidates}
    gone = next(change for change in day.changes if change.was == 1)
    assert gone.now > 0 or gone.words == OFF_THE_LIST
    assert {cut.reason for cut in day.replayed.cuts} <= set(CutReason)


def test_a_feed_of_the_list_that_the_store_does_not_know_is_named(lived: Lived) -> None:
    body = b'<opml version="2.0"><body><outline type="rss" text="New" xmlUrl="https://new.example/feed"/></body></opml>'

    found = replay(lived.store, lived.maker, FIRST, FIRST, read(body, name="new.opml").feeds)

    assert [feed.title for feed in found.silent] == ["New"]
    assert found.days[0].replayed.places == ()


def test_a_replay_changes_neither_the_store_nor_the_site(lived: Lived) -> None:
    before = lived.digests()
    maker = lived.maker

    replay(lived.store, replace(maker, settings=replace(maker.settings, budget=Budget(minutes=3))), FIRST, LAST)

    assert lived.digests() == before


def test_days_without_an_edition_are_named(lived: Lived) -> None:
    found = replay(lived.store, lived.maker, FIRST, LAST)

    assert found.without == (FIRST + timedelta(days=1),)
    with pytest.raises(NotFound, match=r"No day between these has an edition.*2026-11-20 to 2026-11-22"):
        replay(lived.store, lived.maker, date(2025, 1, 1), date(2025, 1, 9))
    with pytest.raises(BadInput, match="from one date to a later one"):
        replay(lived.store, lived.maker, LAST, FIRST)
