"""Publishing over years: old pages stay, nothing links to what has gone, and what is missing comes back."""

import posixpath
import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest

from dailyten.model.canonical import short_id
from dailyten.model.edition import Edition
from dailyten.pipeline import publishing
from dailyten.pipeline.publishing import Press, publish_site
from dailyten.render.disk import Published, published_body, published_paths, turn
from dailyten.render.findable import read_shard
from dailyten.render.names import Names
from dailyten.render.receipt import Receipt
from dailyten.render.settings import SiteSettings
from dailyten.render.site import site
from dailyten.store.store import Store, open_store
from tests.render.sample_edition import CUT_STORIES, NAMES, ON, SETTINGS, STORIES, ZONE, _dated, edition

NOW = datetime(2026, 11, 24, 7, tzinfo=UTC)
LINK = re.compile(r'(?:href|src)="([^"]+)"')


@pytest.fixture
def few_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a handful of editions be many, so that a few months are years."""
    monkeypatch.setattr(publishing, "FULL_EDITIONS", 3)


def fortnightly(count: int) -> list[Edition]:
    """Give an edition each second week, the oldest first, with stories of its own; each carries the one before on."""
    made = []
    for back in reversed(range(count)):
        on = ON - timedelta(days=14 * back)
        shift = back % 7
        stories = tuple(
            replace(_dated(each, on), development_of=short_id(each.story_id, (on - timedelta(days=14)).isoformat()))
            for each in STORIES[shift : shift + 3]
        )
        cuts = tuple((_dated(each, on), reason, words) for each, reason, words in CUT_STORIES)
        made.append(edition(stories, cuts, on=on))
    return made


def keep(store: Store, editions: Iterable[Edition]) -> None:
    with store.writing() as db:
        for each in editions:
            db.editions.freeze(each)


def press(folder: Path, settings: SiteSettings = SETTINGS, names: Names = NAMES) -> Press:
    return Press(
        settings=settings,
        names=names,
        zone=ZONE,
        turn=partial(turn, folder),
        there=partial(published_paths, folder),
        body=partial(published_body, folder),
    )


def files_of(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found if not path.name.startswith(".")}


def dead_links(folder: Path) -> list[tuple[str, str]]:
    files = files_of(folder)
    ids = {path: set(re.findall(r'id="([^"]+)"', body.decode())) for path, body in files.items() if path.endswith("l")}
    dead = []
    for path in ids:
        for href in LINK.findall(files[path].decode()):
            address, anchor = urldefrag(href)
            if urlsplit(href).scheme or not href:
                continue
            root = "/" if path == "404.html" else f"/{posixpath.dirname(path)}/"
            target = posixpath.normpath(posixpath.join(root, unquote(address))).lstrip("/") if address else path
            target = posixpath.join(target, "index.html").lstrip("/") if address.endswith("/") or not target else target
            if target not in files or (anchor and anchor not in ids[target]):
                dead.append((path, href))
    return dead


@pytest.mark.usefixtures("few_full")
def test_after_many_mornings_with_feeds_topics_and_looks_that_come_and_go_every_link_inside_resolves(
    tmp_path: Path,
) -> None:
    store, folder = open_store(f"sqlite:///{tmp_path / 'd.sqlite'}"), tmp_path / "site"
    for morning, made in enumerate(fortnightly(20)):
        of_the_time = replace(
            made, feeds=tuple(each for place, each in enumerate(made.feeds) if (place + morning // 4) % 4)
        )
        keep(store, [of_the_time])
        topics = dict(list(NAMES.topics.items())[morning // 5 :])
        look = replace(SETTINGS, accent="#0b5d57" if morning < 15 else "#7a1f5c")
        publish_site(store, press(folder, look, Names(topics=topics)), NOW)
        if morning % 7 == 6:
            assert dead_links(folder) == []

    assert dead_links(folder) == []
    assert len([path for path in files_of(folder) if re.fullmatch(r"editions/[\d-]+/index.html", path)]) == 20
    assert len(list(folder.glob("style.*"))) == 1


@pytest.mark.usefixtures("few_full")
def test_pages_of_old_months_stay_as_they_were_and_the_rest_is_the_same_as_from_nothing(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'd.sqlite'}")
    day_by_day, at_once = tmp_path / "day_by_day", tmp_path / "at_once"
    for made in fortnightly(10):
        keep(store, [made])
        publish_site(store, press(day_by_day), NOW)

    publish_site(store, press(at_once), NOW)
    again = publish_site(store, press(day_by_day), NOW)

    assert (again.new, again.changed, again.removed) == (0, 0, 0)
    grown, built = files_of(day_by_day), files_of(at_once)
    assert set(built) == set(grown)
    lasting = {path for path in built if path.startswith(("search/", "editions/"))}
    differ = sorted(path for path in lasting if grown[path] != built[path])
    assert differ == []


@pytest.mark.usefixtures("few_full")
def test_an_old_month_that_was_lost_comes_back_with_the_next_publishing(tmp_path: Path) -> None:
    store, folder = open_store(f"sqlite:///{tmp_path / 'd.sqlite'}"), tmp_path / "site"
    keep(store, fortnightly(10))
    publish_site(store, press(folder), NOW)
    before = files_of(folder)
    shutil.rmtree(folder / "editions/2026-08-04")
    (folder / "search/2026-09.js").unlink()

    published = publish_site(store, press(folder), NOW)

    assert published.new == 3
    assert files_of(folder) == before


@pytest.mark.usefixtures("few_full")
def test_the_search_knows_every_story_of_every_edition_that_was_ever_published(tmp_path: Path) -> None:
    store, folder = open_store(f"sqlite:///{tmp_path / 'd.sqlite'}"), tmp_path / "site"
    editions = fortnightly(10)
    for made in editions:
        keep(store, [made])
        publish_site(store, press(folder), NOW)

    known = [each for path in sorted(folder.glob("search/2*.js")) for each in read_shard(path.read_bytes())]

    told = {(made.on, story.lead.title) for made in editions for story in made.told()}
    assert {(each.on, each.title) for each in known} == told
    months = re.search(r'data-months="([^"]+)"', (folder / "search/index.html").read_text())
    assert months is not None
    assert all((folder / f"search/{month}.js").exists() for month in months[1].split())
    titles = (folder / "search/titles/2026/index.html").read_text()
    assert titles.count('<li><a href="../../../editions/') == len(known)


@pytest.mark.usefixtures("few_full")
def test_site_build_prints_old_pages_anew_too(tmp_path: Path) -> None:
    store, folder = open_store(f"sqlite:///{tmp_path / 'd.sqlite'}"), tmp_path / "site"
    keep(store, fortnightly(10))
    publish_site(store, press(folder), NOW)
    renamed = replace(SETTINGS, name="Shop News")

    def old_page() -> bool:
        return "Shop News" in (folder / "editions/2026-08-04/index.html").read_text()

    first: Published = publish_site(store, press(folder, renamed), NOW)
    kept = old_page()
    publish_site(store, press(folder, renamed), NOW, everything=True)

    assert first.changed > 0
    assert (kept, old_page()) == (False, True)


def test_the_hub_is_told_of_the_feeds_that_changed_once_and_a_hub_that_is_down_stops_nothing(tmp_path: Path) -> None:
    store, folder = open_store(f"sqlite:///{tmp_path / 'd.sqlite'}"), tmp_path / "site"
    told: list[tuple[str, list[str]]] = []

    def hub(address: str, urls: Sequence[str]) -> str:
        told.append((address, list(urls)))
        return "it answered 503"

    with_hub = replace(press(folder, replace(SETTINGS, hub="https://hub.example.org/")), tell_hub=hub)
    keep(store, [edition()])
    publish_site(store, with_hub, NOW)
    publish_site(store, with_hub, NOW)

    ((address, urls),) = told
    assert address == "https://hub.example.org/"
    assert "https://daily.example.org/feed.xml" in urls
    assert "https://daily.example.org/topics/platforms/feed.json" in urls


def test_what_became_of_the_mails_is_told_in_counts_once_nothing_is_under_way() -> None:
    receipt = Receipt(on=ON, sent=118, deferred=2, failed=1, unknown=1)

    def about(receipts: Sequence[Receipt]) -> str:
        made = site([edition()], SETTINGS, NAMES, receipts=receipts)
        return next(each.body.decode() for each in made if each.path == "about/index.html")

    told, without = about([receipt]), about([])

    assert "What became of the mails" in told
    assert "<td>118</td><td>2</td><td>1</td><td>1</td>" in told
    assert "What became of the mails" not in without
    assert "Small Print Watch" in without


def test_a_month_of_the_search_that_was_broken_by_hand_counts_as_empty() -> None:
    for body in (b"", b"dailyten({", b'dailyten({"month":"x","feeds":[],"stories":[]});', b"\xff", b"[]"):
        assert read_shard(body) == ()


def test_words_of_feeds_cannot_leave_the_search_file(tmp_path: Path) -> None:
    odd = replace(STORIES[0], summary='a \u2028 line </script><script>alert(1)</script> \\"); alert(2); ("')
    store, folder = open_store(f"sqlite:///{tmp_path / 'd.sqlite'}"), tmp_path / "site"
    keep(store, [edition((odd,), (), on=date(2026, 11, 1))])

    publish_site(store, press(folder), NOW)

    body = (folder / "search/2026-11.js").read_bytes()
    (told,) = read_shard(body)
    assert "alert(2)" in told.summary
    assert body.count(b"\n") == 1
    assert "\u2028" not in body.decode()
