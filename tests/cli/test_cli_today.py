import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from dailyten.testing.sample_feeds import sample_feeds
from tests.cli.shop import Shop

Ask = Callable[..., tuple[int, str, str]]


def test_today_reads_the_feeds_and_says_what_there_is_to_open(published: Shop) -> None:
    [mail] = (published.folder / "var" / "mail").glob("*.eml")
    [edition] = (published.folder / "site" / "editions").glob("**/index.html")

    assert (published.folder / "site" / "index.html").is_file()
    assert b"Shop News" in edition.read_bytes()
    assert b"Subject:" in mail.read_bytes()


def test_today_again_asks_conditionally_and_shows_the_same_edition_until_it_is_rebuilt(shop: Shop) -> None:
    first, second = shop.run("today"), shop.run("today")
    asked = [shop.server.requests_to(feed.path) for feed in sample_feeds()]
    rebuilt = shop.run("today", "--rebuild")

    assert (first.returncode, second.returncode, rebuilt.returncode) == (0, 0, 0)
    assert "10 of 10 feeds read" in first.stdout
    assert "is out." in first.stdout
    assert "0 new entries" in second.stdout
    assert "was made before and has not changed" in second.stdout
    assert all(requests[-1].conditional for requests in asked if len(requests) > 1)
    assert "this is revision 2" in rebuilt.stdout


def test_without_a_network_the_reason_is_said_once_for_all_feeds_and_no_edition_is_published(shop: Shop) -> None:
    shop.lose_the_network()

    done = shop.run("today")

    assert done.returncode == 1
    assert "0 of 10 feeds read" in done.stdout
    assert done.stdout.count("All 10: ") == done.stdout.count("Next tr") == 1
    assert done.stdout.count("Check this machine's connection") == 1
    assert "no edition was published" in done.stdout
    assert not (shop.folder / "site").exists()
    assert "Traceback" not in done.stderr


def test_a_broken_feed_list_is_refused_with_its_line(shop: Shop, ask: Ask) -> None:
    path = shop.folder / "feeds.opml"
    path.write_text(path.read_text("utf-8").replace("</body>", ""), "utf-8")

    code, _, complaint = ask(shop.folder, "today")

    assert code == 2
    assert "feeds.opml" in complaint
    assert "line " in complaint


def test_a_site_folder_that_cannot_be_written_ends_in_one_sentence(shop: Shop) -> None:
    (shop.folder / "site").write_text("a file in the way", "utf-8")

    done = shop.run("today")

    assert done.returncode == 1
    assert str(shop.folder / "site") in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "tokens", [("today",), ("feeds", "list"), ("serve", "--once"), ("edition", "list"), ("subscribers", "list")]
)
def test_a_data_folder_that_cannot_be_made_ends_in_one_sentence(shop: Shop, ask: Ask, tokens: tuple[str, ...]) -> None:
    (shop.folder / "var").write_text("a file in the way", "utf-8")

    code, _, complaint = ask(shop.folder, *tokens)

    assert code == 1
    assert str(shop.folder / "var") in complaint
    assert len(complaint.splitlines()) == 1


def test_a_database_that_another_program_holds_ends_in_one_sentence(shop: Shop, ask: Ask) -> None:
    assert ask(shop.folder, "feeds", "list")[0] == 0

    with closing(sqlite3.connect(shop.folder / "var" / "dailyten.sqlite", isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        code, _, complaint = ask(shop.folder, "subscribers", "add", "ann@shop.example")

    assert code == 1
    assert "The database is locked" in complaint
    assert len(complaint.splitlines()) == 1
