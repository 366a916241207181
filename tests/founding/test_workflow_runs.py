"""The workflow that `dailyten init` writes, run step by step on a bare clone: twice in a row, and with faults."""

import posixpath
import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from dailyten.cli import main
from dailyten.testing.feed_server import FeedServer
from dailyten.testing.sample_feeds import opml, sample_feeds
from tests.cli.shop import rss
from tests.founding.runner import GIT as GIT_PROGRAM
from tests.founding.runner import TOKEN, Ran, Runner

GIT = [GIT_PROGRAM, "-c", "user.name=Editor", "-c", "user.email=editor@shop.example"]
STATE = "dailyten-state"


@dataclass
class Repository:
    """A digest's folder in a repository, and its bare copy far away."""

    home: Path
    remote: Path
    server: FeedServer
    runs: int = 0

    @property
    def job(self) -> dict[str, Any]:
        workflow = yaml.safe_load((self.home / ".github/workflows/digest.yml").read_text("utf-8"))
        job: dict[str, Any] = workflow["jobs"]["digest"]
        return job

    def git(self, *words: str, at: Path | None = None) -> str:
        done = subprocess.run([*GIT, *words], cwd=at or self.home, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def push(self, words: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", words)
        self.git("push", "-q", str(self.remote), "HEAD:main")

    def run(self) -> Ran:
        self.runs += 1
        folder = self.home.parent / f"run{self.runs}"
        return Runner(remote=self.remote, folder=folder, more={"DAILYTEN_HTTP__ALLOWED": '["127.0.0.0/8"]'}).run(
            self.job
        )

    def state(self) -> str:
        return self.git("rev-parse", STATE, at=self.remote)


def zone_in_which_it_is_noon() -> str:
    """Give a zone in which no test meets midnight."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    home, remote = tmp_path / "shop-news", tmp_path / "remote.git"
    with FeedServer() as server:
        now = datetime.now(UTC)
        for feed in sample_feeds():
            server.publish(feed.path, rss(feed, now))
        (tmp_path / "mine.opml").write_bytes(opml(lambda feed: server.address(feed.path)))
        tokens = [
            home,
            "--yes",
            "--zone",
            zone_in_which_it_is_noon(),
            "--feeds",
            tmp_path / "mine.opml",
            "--run",
            "github",
        ]
        with pytest.raises(SystemExit) as left:
            main(["init", *map(str, tokens)])
        assert not left.value.code
        opened = Repository(home=home, remote=remote, server=server)
        opened.git("init", "-q", "--bare", "-b", "main", str(remote), at=tmp_path)
        opened.git("init", "-q", "-b", "main")
        opened.push("Begin")
        yield opened


def test_two_runs_in_a_row_make_one_edition_keep_what_was_read_and_hand_a_whole_site_over(
    repository: Repository,
) -> None:
    """One long story, for each run costs seconds; the third run meets a template with a fault."""
    first = repository.run()
    second = repository.run()
    kept = repository.state()

    assert (first.failed, second.failed) == ("", ""), first.said + second.said
    assert "Nothing was kept yet" in first.said
    assert "Nothing was kept yet" not in second.said
    assert len(editions(second)) == 1
    assert editions(second) == editions(first)
    asked = {len(repository.server.requests_to(feed.path)) for feed in sample_feeds()}
    assert asked == {1}, "the second run knows that nothing is due again"
    assert files(second.artefact) == files(first.artefact)
    look_at_site(files(first.artefact))
    look_at_state(repository, kept)
    look_for_token(first, second)

    break_template(repository)
    third = repository.run()

    assert third.failed == "Print the site"
    assert re.search(r"templates/site/lost\.html, line \d+", third.said), third.said
    assert third.artefact is None, "nothing is handed over"
    assert "html" not in repository.git("diff", "--stat", kept, STATE, "--", "site", at=repository.remote)


def look_at_site(site: dict[str, bytes]) -> None:
    """Every link of every page leads to a page, and what the editor set is there."""
    pages = {path: body.decode() for path, body in site.items() if path.endswith(".html") and path != "404.html"}
    assert len(pages) > 20
    assert "https://market-square.github.io/shop-news/" in pages["index.html"]
    assert "This page is not here" in site["404.html"].decode(), "the editor's own template"
    for path, page in pages.items():
        for link in re.findall(r'(?:href|src)="([^"#:?]+)(?:[#?][^"]*)?"', page):
            named = posixpath.normpath(posixpath.join(posixpath.dirname(path), link))
            assert named in site or posixpath.normpath(f"{named}/index.html") in site, (path, link)


def look_at_state(repository: Repository, kept: str) -> None:
    """What is kept is one commit without history, secrets or mails."""
    names = repository.git("ls-tree", "-r", "--name-only", kept, at=repository.remote).splitlines()
    assert repository.git("rev-list", "--count", kept, at=repository.remote) == "1"
    assert {"var/dailyten.sqlite.gz", "site/index.html", "site/.dailyten-site.json"} <= set(names)
    assert not [name for name in names if "secret" in name or name.startswith("var/mail/") or "sqlite-" in name]
    assert "var/dailyten.sqlite" not in names
    assert {name.split("/")[0] for name in names} == {"var", "site"}


def look_for_token(*runs: Ran) -> None:
    """Nobody sees the token: not in what was said, not in what was written."""
    for ran in runs:
        assert TOKEN not in ran.said
        assert not [body for body in files(ran.work).values() if TOKEN.encode() in body]


def break_template(repository: Repository) -> None:
    lost = repository.home / "templates/site/lost.html"
    lost.write_bytes(lost.read_bytes().replace(b"settings.name", b"settings.naem"))
    repository.push("Mend the page")


def test_a_state_that_cannot_be_read_stops_the_run_before_anything_is_done(repository: Repository) -> None:
    """Else a breakdown of the network would be taken for the first run, and what was kept would be lost."""
    job = repository.job
    job["steps"].insert(1, {"name": "Lose the way", "run": "git remote set-url origin /nowhere/at/all.git"})

    ran = Runner(remote=repository.remote, folder=repository.home.parent / "lost", more={}).run(job)

    assert ran.failed == "Take what was kept"
    assert "a-token" not in ran.said
    assert "Nothing was done" in ran.said
    assert not (ran.work / "var").exists()


def editions(ran: Ran) -> list[str]:
    with closing(sqlite3.connect(ran.work / "var/dailyten.sqlite")) as db:
        return [edition for (edition,) in db.execute("SELECT edition_id FROM editions")]


def files(folder: Path | None) -> dict[str, bytes]:
    assert folder is not None
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}
