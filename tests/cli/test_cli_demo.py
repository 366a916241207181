import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dailyten.testing.feed_server import FeedServer
from dailyten.testing.sample_feeds import DAYS
from tests.cli.shop import Shop

Ask = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shop, str]]:
    with FeedServer() as server:
        shop = Shop(folder=tmp_path_factory.mktemp("demo"), server=server)
        done = shop.run("demo")
        assert done.returncode == 0, done.stdout + done.stderr
        yield shop, done.stdout


def test_the_demo_publishes_an_edition_a_day_and_its_mails_arrive(demo: tuple[Shop, str]) -> None:
    shop, said = demo
    folder = shop.folder / "demo"

    assert said.count("is out.") == DAYS
    assert len(list((folder / "mails").glob("*.eml"))) == 2 * DAYS
    assert len(list((folder / "var" / "mail").glob("*.eml"))) == DAYS
    assert (folder / "site" / "index.html").is_file()
    assert {"archive", "editions", "topics", "feeds"} <= {each.name for each in (folder / "site").iterdir()}
    assert "550 5.1.1" in said


def test_the_demo_says_why_a_feed_could_not_be_read(demo: tuple[Shop, str]) -> None:
    assert "9 of 10 feeds read" in demo[1]


def test_the_demo_clears_no_folder_that_it_did_not_make(tmp_path: Path, ask: Ask) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "mine.txt").write_text("mine", "utf-8")

    code, _, complaint = ask(tmp_path, "demo")

    assert code == 2
    assert "holds other files" in complaint
    assert (tmp_path / "demo" / "mine.txt").exists()


def test_a_site_is_rendered_again_the_same(demo: tuple[Shop, str], tmp_path: Path, ask: Ask) -> None:
    shutil.copytree(demo[0].folder / "demo", tmp_path / "digest")

    _, first, _ = ask(tmp_path / "digest", "site", "build")
    code, said, _ = ask(tmp_path / "digest", "site", "build")

    assert code == 0
    assert first.startswith("0 new, 1 changed, 0 removed"), "the receipt of the last mails comes to the about page"
    assert said.startswith("0 new, 0 changed, 0 removed")
