"""Lists that the list includes: from its own folder and from the web, behind the same guards as feeds."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dailyten.config import read_settings
from dailyten.errors import BadFeedList
from dailyten.pipeline.taking import follow_list
from dailyten.poll.guard import Allowance
from dailyten.testing.clock import Clock
from dailyten.testing.feed_server import FeedServer, Reply
from dailyten.wiring import Parts
from dailyten.wiring.lists import ListWatch

START = datetime(2026, 11, 20, 6, tzinfo=UTC)


def a_list(*outlines: str) -> bytes:
    return f'<opml version="2.0"><body>{"".join(outlines)}</body></opml>'.encode()


def feed(name: str) -> str:
    return f'<outline text="{name}" xmlUrl="https://{name}.example/feed"/>'


def including(url: str) -> str:
    return f'<outline type="include" text="More" url="{url}"/>'


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock(START)


def parts_in(folder: Path, clock: Clock, *, allowed: bool = True) -> Parts:
    (folder / "dailyten.toml").write_text("", "utf-8")
    settings = read_settings(folder / "dailyten.toml", {})
    loopback = (Allowance.parse("127.0.0.0/8"),) if allowed else ()
    return Parts(replace(settings, http=replace(settings.http, allowed=loopback)), clock)


def titles(parts: Parts) -> list[str]:
    return [each.title for each in parts.feed_list().feeds]


def test_a_list_beside_ours_is_included_and_one_outside_of_the_folder_is_not(tmp_path: Path, clock: Clock) -> None:
    folder = tmp_path / "digest"
    folder.mkdir()
    parts = parts_in(folder, clock)
    (folder / "partners.opml").write_bytes(a_list(feed("partner")))
    (tmp_path / "outside.opml").write_bytes(a_list(feed("outside")))

    (folder / "feeds.opml").write_bytes(a_list(feed("own"), including("partners.opml")))
    inside = titles(parts)

    assert inside == ["own", "partner"]
    for name in ("../outside.opml", str(tmp_path / "outside.opml"), f"file://{tmp_path}/outside.opml", "missing.opml"):
        (folder / "feeds.opml").write_bytes(a_list(feed("own"), including(name)))
        with pytest.raises(BadFeedList, match="could not be read"):
            titles(parts)


def test_a_list_that_includes_another_is_followed_though_its_own_text_stays(tmp_path: Path, clock: Clock) -> None:
    parts = parts_in(tmp_path, clock)
    (tmp_path / "feeds.opml").write_bytes(a_list(feed("own"), including("partners.opml")))

    with parts.store() as store:
        for partners in (["one"], ["one", "two"]):
            (tmp_path / "partners.opml").write_bytes(a_list(*map(feed, partners)))
            follow_list(store, parts.list_file(), clock())

            with store.reading() as db:
                assert [each.title for each in db.feeds.listed()] == ["own", *partners]


def test_a_list_on_the_web_is_asked_twice_a_day_and_kept_when_it_cannot_be_had(
    tmp_path: Path, clock: Clock, server: FeedServer
) -> None:
    parts = parts_in(tmp_path, clock)
    url = server.publish("/shared.opml", a_list(feed("shared")))
    (tmp_path / "feeds.opml").write_bytes(a_list(feed("own"), including(url)))

    first = [titles(parts) for _ in range(3)]
    asked = len(server.requests)
    server.withdraw("/shared.opml")
    server.script("/shared.opml", Reply(status=503))
    clock.advance(timedelta(hours=13))

    assert first == [["own", "shared"]] * 3
    assert asked == 1
    assert titles(parts) == ["own", "shared"]
    assert len(server.requests) == 2


def test_a_list_in_a_private_network_is_not_included(tmp_path: Path, clock: Clock, server: FeedServer) -> None:
    parts = parts_in(tmp_path, clock, allowed=False)
    url = server.publish("/shared.opml", a_list(feed("shared")))
    (tmp_path / "feeds.opml").write_bytes(a_list(feed("own"), including(url)))

    with pytest.raises(BadFeedList):
        titles(parts)

    assert server.requests == ()


def test_a_list_on_the_web_cannot_reach_into_our_folder(tmp_path: Path, clock: Clock, server: FeedServer) -> None:
    parts = parts_in(tmp_path, clock)
    (tmp_path / "secret.opml").write_bytes(a_list(feed("secret")))
    url = server.publish("/shared.opml", a_list(feed("shared"), including("secret.opml")))
    (tmp_path / "feeds.opml").write_bytes(a_list(feed("own"), including(url)))

    with pytest.raises(BadFeedList):
        titles(parts)

    assert [each.path for each in server.requests] == ["/shared.opml", "/secret.opml"]


def test_a_watch_sees_an_included_list_change_and_tells_a_fault_in_it_once(tmp_path: Path, clock: Clock) -> None:
    parts = parts_in(tmp_path, clock)
    (tmp_path / "feeds.opml").write_bytes(a_list(feed("own"), including("more.opml")))
    (tmp_path / "more.opml").write_bytes(a_list(feed("one")))
    watch = ListWatch(parts)

    first, still = watch.changed(), watch.changed()
    (tmp_path / "more.opml").write_bytes(a_list(feed("two")))
    second = watch.changed()
    (tmp_path / "more.opml").write_bytes(b"<opml>")
    with pytest.raises(BadFeedList):
        watch.changed()
    told_again = watch.changed()
    (tmp_path / "more.opml").write_bytes(a_list(feed("two")))
    mended = watch.changed()

    assert first is not None
    assert second is not None
    assert mended is not None
    assert (still, told_again) == (None, None)
    assert [each.title for each in second.feeds] == ["own", "two"]
