"""Which hosts our stories cite, what a feed would bring, and what of it we have."""

from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

import dailyten.packs
from dailyten.cluster.background import read_background
from dailyten.cluster.policy import JoinPolicy
from dailyten.model.entry import Document, Entry
from dailyten.model.feed import Feed, feed_id_of
from dailyten.model.topic import Verdict
from dailyten.parse.document import parse
from dailyten.pipeline.citing import cited_hosts, links_of
from dailyten.pipeline.previewing import Content, overlap, preview
from dailyten.store import Store, open_store
from tests.pipeline.sites import NOW, rss

NUMBERS = count()

PACK = Path(dailyten.packs.__file__).parent / "social_media"
TRADE = read_background((PACK / "background.json").read_bytes(), where="the pack")


class Everything:
    """Finds one topic in every text that is not empty."""

    def verdict(self, entry_id: str, title: str, summary: str) -> Verdict:
        return Verdict(entry_id=entry_id, topics=("tools",) if title or summary else ())


def a_feed(name: str) -> Feed:
    address = f"https://www.{name}.example/feed"
    return Feed(feed_id=feed_id_of(address), address=address, title=name.title(), home_url=f"https://{name}.example/")


def an_entry(title: str, html: str = "", url: str = "") -> Entry:
    number = next(NUMBERS)
    return Entry(key=f"k{number}", title=title, url=url or f"https://entries.example/{number}", html=html)


@pytest.fixture
def store() -> Store:
    store = open_store("sqlite://")
    with store.writing() as db:
        db.feeds.apply([a_feed("one"), a_feed("two"), a_feed("three")], NOW - timedelta(days=30))
    return store


def keep(store: Store, name: str, *entries: Entry, days_ago: int = 1) -> None:
    with store.writing() as db:
        db.entries.keep(a_feed(name).feed_id, entries, now=NOW - timedelta(days=days_ago))


def document(body: bytes) -> Document:
    parsed = parse(body, headers={}, address="https://x.example/feed", now=NOW)
    assert isinstance(parsed, Document)
    return parsed


def to(*addresses: str) -> str:
    return "".join(f'<p><a href="{address}" rel="nofollow">x</a></p>' for address in addresses)


def test_a_host_that_many_feeds_cite_comes_before_one_that_one_feed_cites_often(store: Store) -> None:
    own = {name: f"https://{name}.example/a" for name in ("one", "two", "three")}
    for name, home in own.items():
        keep(store, name, an_entry("A", to("https://study.example/1"), home))
    for number in range(5):
        keep(store, "one", an_entry("B", to("https://friend.example/"), f"{own['one']}{number}"))

    [first, second] = cited_hosts(store, NOW)

    assert (first.host, len(first.feeds), first.entries, first.start) == (
        "study.example",
        3,
        3,
        "https://study.example/",
    )
    assert (second.host, len(second.feeds), second.entries) == ("friend.example", 1, 5)


def test_the_list_itself_networks_shorteners_and_old_entries_are_no_proposals(store: Store) -> None:
    links = to(
        "https://two.example/x",
        "https://blog.one.example/x",
        "https://m.facebook.com/x",
        "https://bit.ly/x",
        "https://docs.google.com/x",
    )
    keep(store, "one", an_entry("A", links, "https://one.example/a"))
    keep(store, "two", an_entry("B", to("https://old.example/"), "https://two.example/b"), days_ago=100)

    assert cited_hosts(store, NOW, {"facebook.com"}) == ()


def test_the_host_where_a_feeds_entries_stand_is_its_own(store: Store) -> None:
    for _ in range(3):
        keep(store, "one", an_entry("A", url="https://elsewhere.example/a"))

    assert cited_hosts(store, NOW) == ()


def test_links_are_read_with_their_entities() -> None:
    assert links_of('<a href="https://a.example/?a=1&amp;b=2">x</a><a href="/b">y</a>') == (
        "https://a.example/?a=1&b=2",
    )


@pytest.mark.parametrize(
    ("text", "content"),
    [
        pytest.param("word " * 400, Content.FULL, id="whole texts"),
        pytest.param("word " * 40, Content.EXCERPTS, id="short texts"),
        pytest.param("word " * 400 + "[...]", Content.EXCERPTS, id="long but cut off"),
        pytest.param("", Content.TITLES, id="nothing"),
    ],
)
def test_a_preview_says_how_much_a_feed_carries(text: str, content: Content) -> None:
    seen = preview(document(rss("X", "One", "Two", "Three", text=text)), Everything(), NOW)

    assert seen.content is content


def test_a_preview_says_how_often_a_feed_publishes_and_shows_the_newest_first() -> None:
    seen = preview(document(rss("X", "One", "Two", "Three", every_hours=12)), Everything(), NOW)

    assert seen.gap == timedelta(hours=12)
    assert [each.title for each in seen.samples] == ["One", "Two", "Three"]
    assert (seen.judged, seen.on_topic, seen.entries) == (3, 3, 3)


def test_an_empty_feed_has_a_preview_too() -> None:
    seen = preview(document(rss("X")), Everything(), NOW)

    assert (seen.samples, seen.gap, seen.newest_at, seen.content) == ((), None, None, Content.TITLES)


@pytest.mark.parametrize(
    "spelling", ["http://one.example/feed", "https://WWW.one.example/feed/", "https://www.one.example:443/feed"]
)
def test_a_feed_is_known_by_any_spelling_of_its_address(store: Store, spelling: str) -> None:
    listed = (a_feed("one"), a_feed("two"))

    seen = overlap(store, listed, spelling, document(rss("X", "One")), NOW, JoinPolicy(), TRADE)

    assert seen.listed == a_feed("one")
    assert seen.same_site == (a_feed("one"),)


def test_an_overlap_counts_entries_by_page_by_title_and_by_what_they_tell(store: Store) -> None:
    told = "Meta raises the price of ads in Europe by twelve percent from 1 March 2027"
    keep(
        store,
        "one",
        an_entry("Other words", url="http://www.shop.example/0-9#top"),
        an_entry("How four bakeries answer reviews — in minutes"),
    )
    keep(store, "two", an_entry(f"{told}, says report", f"<p>{told}. Shops must pay.</p>"))
    body = rss("X", "Same page", "How four bakeries answer reviews in minutes", told, "Nobody else has this", text="")

    seen = overlap(
        store, (a_feed("one"), a_feed("two")), "https://x.example/feed", document(body), NOW, JoinPolicy(), TRADE
    )

    assert (seen.compared, seen.shared) == (4, 3)
    assert [(each.feed.title, each.entries) for each in seen.carried] == [("One", 2), ("Two", 1)]
    assert seen.listed is None
