from collections.abc import Iterator
from pathlib import Path

import pytest

from dailyten.testing.clock import Clock
from dailyten.testing.feed_server import FeedServer
from dailyten.testing.mail_sink import MailSink
from dailyten.testing.sample_feeds import opml
from tests.journeys.digest_in_hand import FIRST_MORNING, SETTINGS, Digest


@pytest.fixture
def digest(tmp_path: Path) -> Iterator[Digest]:
    (tmp_path / "dailyten.toml").write_text(SETTINGS, "utf-8")
    (tmp_path / "mails").mkdir()
    with FeedServer() as server, MailSink(tmp_path / "mails") as sink:
        (tmp_path / "feeds.opml").write_bytes(opml(lambda feed: server.address(feed.path)))
        yield Digest(folder=tmp_path, server=server, sink=sink, clock=Clock(FIRST_MORNING))
