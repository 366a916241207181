"""A shop's digest in a folder, with its feeds on a real server, and the real command line to run on it."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path

from dailyten.testing.feed_server import FeedServer, Reply
from dailyten.testing.sample_feeds import SampleFeed, opml, sample_entries, sample_feeds

SECONDS = 120


def where_it_is_ten(now: datetime) -> str:
    """Name a zone in which a morning's edition is in time, at whatever hour the tests run."""
    east = 10 - now.hour if now.hour <= 22 else 11
    return f"Etc/GMT{-east:+d}"


SETTINGS = f"""
[digest]
name = "Shop News"
zone = "{where_it_is_ten(datetime.now(UTC))}"
[http]
allowed = ["127.0.0.0/8"]
"""


@dataclass(frozen=True)
class Shop:
    folder: Path
    server: FeedServer

    def command(self, *tokens: str) -> list[str]:
        return [sys.executable, "-m", "dailyten", *tokens]

    def run(self, *tokens: str, given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*tokens),
            cwd=self.folder,
            input=given,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    def run_twice_at_once(self, *tokens: str) -> list[subprocess.CompletedProcess[str]]:
        with ThreadPoolExecutor(2) as both:
            return list(both.map(lambda _: self.run(*tokens), range(2)))

    def set(self, more: str) -> None:
        (self.folder / "dailyten.toml").write_text(SETTINGS + more, "utf-8")

    def lose_the_network(self) -> None:
        for feed in sample_feeds():
            self.server.script(feed.path, Reply(cut_after=0, reset=True, body=b"never comes"))


@contextmanager
def open_shop(folder: Path) -> Iterator[Shop]:
    hosts = tuple(f"127.0.0.{number}" for number in range(1, 11))
    with FeedServer(hosts) as server:
        for feed in sample_feeds():
            server.publish(feed.path, rss(feed, datetime.now(UTC)), content_type="application/rss+xml")
        host_of = dict(zip(sample_feeds(), hosts, strict=True))
        (folder / "feeds.opml").write_bytes(opml(lambda feed: server.address(feed.path, host_of[feed])))
        shop = Shop(folder=folder, server=server)
        shop.set("")
        yield shop


def rss(feed: SampleFeed, now: datetime) -> bytes:
    """Write what a feed has published in the last hours: the samples' words with dates that a test of today needs."""
    items = "".join(
        f"<item><title>{escape(entry.title)}</title><link>{feed.home}{entry.slug}</link><guid>{entry.slug}</guid>"
        f"<pubDate>{format_datetime(now - timedelta(hours=hours))}</pubDate>"
        f"<description>{escape(entry.html)}</description></item>"
        for hours, entry in enumerate((each for each in sample_entries() if each.feed == feed.key), 1)
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{escape(feed.title)}</title>'
        f"<link>{feed.home}</link><description>Invented</description>{items}</channel></rss>"
    ).encode()
