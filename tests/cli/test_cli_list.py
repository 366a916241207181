"""Adding feeds, moves, applying and undoing, as an editor does them."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dailyten.config import read_settings
from dailyten.feedlist.read import read
from dailyten.model.feed import Replacement
from dailyten.model.fetched import Failure
from dailyten.poll.outcomes import FAILURES
from dailyten.testing.feed_server import FeedLink, Reply
from dailyten.testing.sample_feeds import sample_feeds
from dailyten.wiring import Parts
from tests.cli.shop import Shop, rss
from tests.pipeline.sites import rss as feed

Ask = Callable[..., tuple[int, str, str]]

FIRST, LAST = sample_feeds()[0], sample_feeds()[-1]
HOST = "127.0.0.9"


@pytest.fixture
def corner(shop: Shop) -> str:
    """A site with two feeds and one of comments; give its address."""
    links = [FeedLink(href=f"/{name}.xml", title=name) for name in ("comments", "news", "tips")]
    for link, title, story in zip(
        links, ("Comments for Corner", "Corner News", "Corner Tips"), ("Nice", "Open on Sunday", "Prices"), strict=True
    ):
        shop.server.publish(link.href, feed(title, story, home="https://corner.example/"), host=HOST)
    return shop.server.publish_page("/", feeds=links, host=HOST)


def listed(shop: Shop) -> bytes:
    return (shop.folder / "feeds.opml").read_bytes()


def test_a_site_with_several_feeds_asks_which_one_and_writes_nothing(shop: Shop, corner: str, ask: Ask) -> None:
    before = listed(shop)

    code, said, _ = ask(shop.folder, "feeds", "add", corner)
    dry = ask(shop.folder, "feeds", "add", corner, "--pick", "1", "--dry-run")
    beyond = ask(shop.folder, "feeds", "add", corner, "--pick", "4")

    assert code == 2
    assert said.index("Corner News") < said.index("Corner Tips") < said.index("Comments for Corner")
    assert "--pick N" in said
    assert (dry[0], beyond[0]) == (0, 2)
    assert "Open on Sunday" in dry[1]
    assert "Nothing was written" in dry[1]
    assert listed(shop) == before


def test_what_was_wrong_with_the_address_that_was_given_is_told_with_what_was_found_instead(
    shop: Shop, corner: str, ask: Ask
) -> None:
    dead = shop.server.script("/old.xml", Reply(status=410), host=HOST)

    _, said, _ = ask(shop.folder, "feeds", "add", dead)
    _, plain, _ = ask(shop.folder, "feeds", "add", corner)

    assert f"! {dead}  {FAILURES[Failure.GONE].told}" in said
    assert said.index("found elsewhere") < said.index("Corner News")
    assert "elsewhere" not in plain


def test_a_feed_without_entries_is_not_judged_by_them(shop: Shop, ask: Ask) -> None:
    empty = shop.server.publish("/empty.xml", b"<rss><channel><title>Soon</title></channel></rss>", host=HOST)

    code, said, _ = ask(shop.folder, "feeds", "add", empty, "--dry-run")

    assert code == 0
    assert "It holds no entries at the moment." in said
    assert "titles only" not in said


def test_a_picked_feed_is_added_to_its_group_and_taken_back_byte_for_byte(shop: Shop, corner: str, ask: Ask) -> None:
    before = listed(shop)

    code, said, _ = ask(shop.folder, "feeds", "add", corner, "--pick", "2", "--category", "Corner", "--json")
    added = read(listed(shop), name="feeds.opml").feeds[-1]
    history = json.loads(ask(shop.folder, "feeds", "moves", "--json")[1])["history"]
    undone = ask(shop.folder, "feeds", "undo")

    told = json.loads(said)
    assert (code, told["written"], told["title"], added.title, added.category) == (
        0,
        True,
        "Corner Tips",
        "Corner Tips",
        "Corner",
    )
    assert told["overlap"]["listed"] is None
    assert [each["comments"] for each in told["feeds"]] == [False, False, True]
    assert [(each["change"], each["act"]) for each in history] == [(1, "add")]
    assert undone[0] == 0
    assert "- Corner Tips" in undone[1]
    assert listed(shop) == before


def test_a_person_at_a_terminal_is_asked_which_feed_and_whether_to_add_it(shop: Shop, corner: str) -> None:
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "dailyten", "feeds", "add", corner],
        cwd=shop.folder,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    os.write(ours, b"9\n2\ny\n")
    said = b""
    try:
        while chunk := os.read(ours, 4096):
            said += chunk
    except OSError:
        pass  # the terminal ends with the program
    os.close(ours)

    assert running.wait(60) == 0, said.decode()
    assert b"Which one? [1]" in said
    assert b"A number from 1 to 3" in said
    assert b"Add it? [Y/n]" in said
    assert b"Corner Tips is on the list now" in said
    assert b"tips.xml" in listed(shop)


def test_a_search_in_vain_says_what_was_asked_and_what_to_do(shop: Shop, ask: Ask) -> None:
    page = shop.server.publish_page("/empty", host="127.0.0.8")

    code, _, complaint = ask(shop.folder, "feeds", "add", page)

    assert code == 2
    assert "it is a web page" in complaint
    assert "RSS, Feed or Subscribe" in complaint
    assert len(shop.server.requests) <= 12


def test_a_server_that_is_down_is_the_worlds_fault(shop: Shop, ask: Ask) -> None:
    code, _, complaint = ask(shop.folder, "feeds", "add", "http://127.0.0.1:1/feed")

    assert code == 1
    assert "run this again" in complaint


def test_a_host_that_the_feeds_cite_is_proposed_with_its_feed(shop: Shop, ask: Ask) -> None:
    there = shop.server.publish("/study.xml", feed("Shop Studies", "One", "Two"), host="127.0.0.10")
    shop.server.publish_page("/", feeds=[FeedLink(href="/study.xml")], host="127.0.0.10")
    link = f'<p>See <a href="{shop.server.address("/2026", "127.0.0.10")}">the study</a></p>'.encode()
    for each in sample_feeds()[:2]:
        body = rss(each, datetime.now(UTC))
        shop.server.publish(each.path, body.replace(b"</description></item>", escaped(link) + b"</description></item>"))
    ask(shop.folder, "feeds", "remove", LAST.title)
    ask(shop.folder, "poll")

    code, said, _ = ask(shop.folder, "feeds", "discover")
    [told] = json.loads(ask(shop.folder, "feeds", "discover", "--json", "--tries", "1")[1])

    assert code == 0
    assert "127.0.0.10: cited by 2 feeds" in said
    assert f"dailyten feeds add {there}" in said
    assert (told["host"], told["found"]["title"]) == ("127.0.0.10", "Shop Studies")


def escaped(html: bytes) -> bytes:
    return html.replace(b"<", b"&lt;").replace(b">", b"&gt;")


def test_the_move_of_a_feed_in_an_included_list_is_told_and_the_others_are_written(shop: Shop, ask: Ask) -> None:
    theirs, whole = FIRST.title, listed(shop)
    lines = whole.splitlines(keepends=True)
    outline = next(line for line in lines if b"<outline" in line and theirs.encode() in line)
    others = b"".join(line for line in lines if b"<outline" in line and line != outline)
    (shop.folder / "more.opml").write_bytes(whole.replace(others, b""))
    include = b'<outline text="More" type="include" url="more.opml"/>'
    (shop.folder / "feeds.opml").write_bytes(whole.replace(outline.strip(), include))
    ask(shop.folder, "feeds", "list")
    parts = Parts(read_settings(shop.folder / "dailyten.toml", {}))
    with parts.store() as store, store.writing() as db:
        now, states = parts.clock(), db.feeds.poll_states()
        both = [next(each for each in db.feeds.listed() if each.title == title) for title in (theirs, LAST.title)]
        for number, each in enumerate(both):
            there, since = f"https://new.example/{number}", now - timedelta(days=7)
            db.feeds.record(replace(states[each.feed_id], last_good_at=now, moved_to=there, moved_since=since))

    told = json.loads(ask(shop.folder, "feeds", "moves", "--apply", "--json")[1])
    code, said, _ = ask(shop.folder, "feeds", "moves", "--apply", "--yes")

    assert [each["title"] for each in told["included"]] == [theirs]
    assert told["written"]
    assert b"https://new.example/1" in listed(shop)
    assert code == 0
    assert f"> {theirs}" in said
    assert "a list that yours includes" in said


def test_a_move_is_proposed_written_with_its_diff_and_undone(shop: Shop, ask: Ask) -> None:
    before, there = listed(shop), "https://new.example/feed"
    ask(shop.folder, "feeds", "list")
    parts = Parts(read_settings(shop.folder / "dailyten.toml", {}))
    with parts.store() as store, store.writing() as db:
        one, two, *_ = db.feeds.listed()
        now = parts.clock()
        moved = replace(db.feeds.poll_states()[one.feed_id], moved_to=there, moved_since=now - timedelta(days=7))
        db.feeds.record(replace(moved, last_good_at=now))
        dead = replace(db.feeds.poll_states()[two.feed_id], failures=9, failure=Failure.GONE, failing_since=now)
        db.feeds.record(dead)
        found = Replacement(feed_id=two.feed_id, looked_at=now, address="https://found.example/feed", shared=0, known=5)
        db.feeds.keep_replacement(found)

    proposed = ask(shop.folder, "feeds", "moves")
    health = ask(shop.folder, "feeds", "health")
    applied = ask(shop.folder, "feeds", "moves", "--apply")
    addresses = {each.address: each.feed_id for each in read(listed(shop), name="feeds.opml").feeds}
    only = ask(shop.folder, "feeds", "moves", "--apply", "--only", two.title, "--yes")
    stranger = ask(shop.folder, "feeds", "moves", "--only", "Nobody")
    undone = [ask(shop.folder, "feeds", "undo")[0] for _ in range(2)]

    assert there in proposed[1]
    assert "it may be another feed" in proposed[1]
    assert there in health[1]
    assert "https://found.example/feed" in health[1]
    assert applied[0] == 0
    assert "+ <outline" in applied[1]
    assert "1 other proposal" in applied[1]
    assert addresses[there] == one.feed_id
    assert "https://found.example/feed" not in addresses
    assert "https://found.example/feed" in only[1]
    assert stranger[0] == 2
    assert undone == [0, 0]
    assert listed(shop) == before


def test_a_changed_list_becomes_the_list_and_a_faulty_one_changes_nothing(shop: Shop, ask: Ask) -> None:
    before = listed(shop)
    more = b'<outline text="New" xmlUrl="https://new.example/feed"/></body>'
    (shop.folder / "new.opml").write_bytes(before.replace(b"</body>", more))
    (shop.folder / "bad.opml").write_bytes(before.replace(b"</body>", more).replace(b"</opml>", b""))

    bad = ask(shop.folder, "feeds", "apply", "bad.opml")
    untouched = listed(shop)
    planned = ask(shop.folder, "feeds", "plan", "new.opml")
    applied = ask(shop.folder, "feeds", "apply", "new.opml", "--json")
    again = ask(shop.folder, "feeds", "apply", "new.opml")
    nothing = ask(shop.folder, "feeds", "plan")

    assert bad[0] == 2
    assert "refused whole" in bad[2]
    assert untouched == before
    assert planned[1] == "+ New  https://new.example/feed\n"
    assert json.loads(applied[1])["changes"] == ["+ New  https://new.example/feed"]
    assert listed(shop) == (shop.folder / "new.opml").read_bytes()
    assert "nothing was written" in again[1]
    assert nothing[1].startswith("Nothing changes.")


def test_an_undo_without_a_change_is_refused(tmp_path: Path, ask: Ask) -> None:
    one = '<opml version="2.0"><body><outline text="A" xmlUrl="https://a.example/f"/></body></opml>'
    (tmp_path / "feeds.opml").write_text(one, "utf-8")

    code, _, complaint = ask(tmp_path, "feeds", "undo")

    assert code == 2
    assert "no change of ours" in complaint
