import json
from collections.abc import Callable
from pathlib import Path

import pytest

from dailyten.feedlist.read import read
from dailyten.testing.feed_server import Reply, redirect
from dailyten.testing.sample_feeds import sample_feeds
from tests.cli.shop import Shop

Ask = Callable[..., tuple[int, str, str]]

RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Till &amp; Tide</title><link>https://till.example/</link>
<description>Shops by the sea</description><item><title>Open on Sunday</title><guid>a1</guid>
<link>https://till.example/sunday</link><pubDate>Tue, 03 Mar 2026 13:30:00 GMT</pubDate>
<description>We &lt;b&gt;open&lt;/b&gt;.</description></item></channel></rss>"""
FIRST = sample_feeds()[0]


def test_a_file_is_shown_as_we_read_it(tmp_path: Path, ask: Ask) -> None:
    (tmp_path / "feed.xml").write_text(RSS, "utf-8")

    code, said, _ = ask(tmp_path, "feeds", "show", "feed.xml", "--json")
    [entry] = json.loads(said)["entries"]

    assert code == 0
    assert list(json.loads(said)) == ["kind", "title", "home_url", "warnings", "entries"]
    assert json.loads(said)["title"] == "Till & Tide"
    assert entry.pop("id")
    assert entry == {
        "guid": "a1",
        "title": "Open on Sunday",
        "url": "https://till.example/sunday",
        "authors": [],
        "published_at": "2026-03-03T13:30:00Z",
        "updated_at": None,
        "summary": "We open.",
        "html": "We <b>open</b>.",
    }


def test_an_address_is_shown_as_we_read_it_and_its_redirects_are_followed(shop: Shop, ask: Ask) -> None:
    address = shop.server.script("/old", redirect(shop.server.address(FIRST.path)))

    code, said, _ = ask(shop.folder, "feeds", "show", address)

    assert code == 0
    assert FIRST.title in said
    assert "rss 2.0" in said


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("<!DOCTYPE html><html><head><title>Shop</title></head><body>Hi</body></html>", "a web page"),
        ("", "empty"),
        ("just words", "Came"),
        ('{"a": 1}', "JSON"),
    ],
)
def test_what_is_no_feed_is_named_for_what_it_is(tmp_path: Path, ask: Ask, body: str, what: str) -> None:
    (tmp_path / "thing").write_text(body, "utf-8")

    code, said, complaint = ask(tmp_path, "feeds", "show", "thing", "--json")

    assert (code, said) == (2, "")
    assert what in complaint
    assert len(complaint.splitlines()) == 1


@pytest.mark.parametrize(
    "source", ["missing.xml", ".", "http://", "http://127.0.0.1:1/feed", "https://nobody.invalid/"]
)
def test_what_cannot_be_fetched_is_named(tmp_path: Path, ask: Ask, source: str) -> None:
    code, _, complaint = ask(tmp_path, "feeds", "show", source)

    assert code == 2
    assert source in complaint


def test_a_server_that_is_gone_is_said_to_be_gone(shop: Shop, ask: Ask) -> None:
    code, _, complaint = ask(shop.folder, "feeds", "show", shop.server.script("/gone", Reply(status=410)))

    assert code == 2
    assert "410" in complaint


def test_the_list_its_health_and_its_faults_can_be_looked_at(published: Shop, ask: Ask) -> None:
    listed = ask(published.folder, "feeds", "list")
    as_json = ask(published.folder, "feeds", "list", "--json")
    health = ask(published.folder, "feeds", "health")
    health_json = ask(published.folder, "feeds", "health", "--json")
    linted = ask(published.folder, "feeds", "lint", "--json")

    assert all(feed.title in listed[1] and feed.title in health[1] for feed in sample_feeds())
    assert len(json.loads(as_json[1])) == len(json.loads(health_json[1])) == 10
    assert {each["state"] for each in json.loads(health_json[1])} == {"healthy"}
    assert isinstance(json.loads(linted[1]), list)
    assert {each[0] for each in (listed, as_json, health, health_json, linted)} == {0}


def test_a_fault_in_a_list_is_named_with_its_line(tmp_path: Path, ask: Ask) -> None:
    (tmp_path / "bad.opml").write_text("<opml version='2.0'><body>\n<outline text='a'>\n</body></opml>", "utf-8")

    code, said, _ = ask(tmp_path, "feeds", "lint", "bad.opml")

    assert code == 2
    assert "line 3" in said or "line 2" in said


def test_a_feed_is_added_once_it_has_been_read_and_removed_by_its_title(shop: Shop, ask: Ask) -> None:
    path = shop.folder / "feeds.opml"
    before = path.read_bytes()
    address = shop.server.publish("/till", RSS.encode(), content_type="application/rss+xml")

    added = ask(shop.folder, "feeds", "add", address, "--category", "Shops")
    again = ask(shop.folder, "feeds", "add", address)
    listed = read(path.read_bytes(), name="feeds.opml").feeds
    removed = ask(shop.folder, "feeds", "remove", "till & tide")

    assert (added[0], again[0], removed[0]) == (0, 2, 0)
    assert "Till & Tide is on the list now (1 entry at the moment)." in added[1]
    assert "listed already" in again[2]
    assert listed[-1].title == "Till & Tide"
    assert path.read_bytes() == before


def test_a_page_is_not_added_as_a_feed(shop: Shop, ask: Ask) -> None:
    before = (shop.folder / "feeds.opml").read_bytes()
    address = shop.server.publish("/page", b"<!DOCTYPE html><html><body>Hi</body></html>", content_type="text/html")

    code, _, complaint = ask(shop.folder, "feeds", "add", address)

    assert code == 2
    assert "no feed at this address" in complaint
    assert (shop.folder / "feeds.opml").read_bytes() == before


def test_a_feed_that_is_not_listed_cannot_be_removed(shop: Shop, ask: Ask) -> None:
    code, _, complaint = ask(shop.folder, "feeds", "remove", "https://nobody.example/feed")

    assert code == 2
    assert "no such feed" in complaint


def test_a_changed_list_says_what_it_would_change_and_an_exported_one_changes_nothing(shop: Shop, ask: Ask) -> None:
    _, exported, _ = ask(shop.folder, "feeds", "export")
    (shop.folder / "new.opml").write_text(exported, "utf-8")

    same = ask(shop.folder, "feeds", "plan", "new.opml")
    ask(shop.folder, "feeds", "remove", FIRST.title)
    more = ask(shop.folder, "feeds", "plan", "new.opml")

    assert not [line for line in same[1].splitlines() if line.startswith(("+", "-"))]
    assert f"+ {FIRST.title}" in more[1]
    assert (same[0], more[0]) == (0, 0)
