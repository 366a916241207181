from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from dailyten.config import read_settings
from dailyten.pipeline.making import Made, NothingRead, make_edition
from dailyten.pipeline.polling import Polled, all_feeds, poll
from dailyten.pipeline.publishing import publish_site
from dailyten.pipeline.taking import take_list
from dailyten.poll.guard import Allowance
from dailyten.store.store import Store
from dailyten.testing.clock import Clock
from dailyten.testing.feed_server import FeedServer
from dailyten.testing.mail_sink import MailSink
from dailyten.testing.sample_feeds import document, sample_feeds
from dailyten.wiring import Parts

FIRST_MORNING = datetime(2026, 11, 20, 6, 50, tzinfo=UTC)
SETTINGS = """
[digest]
name = "Journey"
[digest.budget]
minutes = 15
[site]
base_url = "https://journey.example"
[sender]
name = "Journey"
address = "digest@journey.example"
postal_address = "1 Market Square"
"""


@dataclass(frozen=True)
class Digest:
    """A digest in a folder, its feeds on a real server, its mail in a real sink, its clock in our hands."""

    folder: Path
    server: FeedServer
    sink: MailSink
    clock: Clock

    @property
    def parts(self) -> Parts:
        settings = read_settings(self.folder / "dailyten.toml", {})
        http = replace(settings.http, allowed=(Allowance.parse("127.0.0.0/8"),))
        smtp = replace(settings.smtp, host=self.sink.host, port=self.sink.port)
        return Parts(replace(settings, http=http, smtp=smtp), self.clock)

    @property
    def site(self) -> Path:
        return self.folder / "site"

    def publish_feeds(self) -> None:
        for feed in sample_feeds():
            self.server.publish(feed.path, document(feed, self.clock()))

    def poll(self, store: Store) -> tuple[Polled, ...]:
        take_list(store, self.parts.feed_list(), self.clock())
        return poll(store, self.parts.poller(), all_feeds(store, self.clock()))

    def make(self, store: Store, *, rebuild: bool = False) -> Made | NothingRead:
        maker = self.parts.maker(self.parts.pack())
        return make_edition(store, maker, self.clock().date(), self.clock(), rebuild=rebuild)

    def morning(self, store: Store) -> Made:
        self.publish_feeds()
        self.poll(store)
        made = self.make(store)
        assert isinstance(made, Made)
        publish_site(store, self.parts.press(self.parts.pack()), self.clock())
        return made
