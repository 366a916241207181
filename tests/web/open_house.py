"""A digest in hand whose web service answers on a port of this machine, with its clock in our hands."""

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx2

from dailyten.feedback.tokens import Purpose, Tokens
from dailyten.model.consent import CONSENT_VERSION
from dailyten.model.subscriber import Subscriber
from dailyten.pipeline.confirming import send_confirmations
from dailyten.pipeline.joining import add_subscriber
from dailyten.pipeline.sending import send_queued
from dailyten.store import Store
from dailyten.testing.clock import Clock
from dailyten.testing.feed_server import FeedServer
from dailyten.testing.mail_sink import MailSink
from dailyten.testing.sample_feeds import opml
from dailyten.web.app import application
from dailyten.web.opening import reception_of
from dailyten.web.running import answering
from dailyten.wiring import Parts
from tests.journeys.digest_in_hand import FIRST_MORNING, SETTINGS, Digest

PUBLIC = "https://news.shop.example"
WEB = f"""
[web]
port = 0
public_url = "{PUBLIC}"
"""
LINK = re.compile(rf"{re.escape(PUBLIC)}(/[^\s<>\"]+)")


@dataclass(frozen=True)
class House:
    """The digest, its open store, and the address at which readers are answered."""

    digest: Digest
    store: Store
    root: str
    browser: httpx2.Client

    @property
    def parts(self) -> Parts:
        return self.digest.parts

    @property
    def clock(self) -> Clock:
        return self.digest.clock

    @property
    def tokens(self) -> Tokens:
        return Tokens(self.parts.keys())

    def token(self, purpose: Purpose, subscriber_id: str, edition_id: str = "") -> str:
        return self.tokens.sign(purpose, subscriber_id, edition_id, now=self.clock())

    def reader(self, address: str = "ann@shop.example") -> Subscriber:
        with self.store.writing() as db:
            return add_subscriber(db, address, "asked at the till", self.clock())

    def now(self, reader: Subscriber) -> Subscriber:
        with self.store.reading() as db:
            return db.subscribers.get(reader.subscriber_id)

    def opened(self) -> str:
        found = re.search(r'name="opened" value="([^"]+)"', self.browser.get("/subscribe").text)
        assert found is not None
        return found[1]

    def form(self, address: str, **more: str | list[str]) -> dict[str, str | list[str]]:
        filled: dict[str, str | list[str]] = {
            "address": address,
            "minutes": "10",
            "days": "daily",
            "hour": "7",
            "zone": "Europe/Berlin",
            "quiet_days": "tell",
            "agreed": CONSENT_VERSION,
            "website": "",
            "opened": self.tokens.sign(Purpose.FORM, f"{int(self.clock().timestamp()) - 60:x}", now=self.clock()),
        }
        return filled | more

    def deliver(self) -> None:
        """Send what waits: confirm mails and editions."""
        room, links = self.parts.mail_room(self.parts.pack()), self.parts.links()
        assert links is not None
        rng = random.Random(1)
        line = self.parts.mail_line
        send_confirmations(self.store, room, links, line, worker="test", clock=self.clock, rng=rng)
        send_queued(self.store, room, line, worker="test", clock=self.clock, rng=rng)

    def last_mail(self) -> str:
        """Give the text part of the mail that came last."""
        message = self.digest.sink.messages()[-1]
        part = message.get_body(("plain",))
        assert part is not None
        return str(part.get_content())

    def link(self, door: str) -> str:
        """Give the path of a link of the mail that came last."""
        return next(str(path) for path in LINK.findall(self.last_mail()) if path.startswith(f"/{door}/"))


@contextmanager
def open_house(folder: Path, more: str = "") -> Iterator[House]:
    (folder / "dailyten.toml").write_text(SETTINGS + WEB + more, "utf-8")
    (folder / "mails").mkdir()
    with FeedServer() as server, MailSink(folder / "mails") as sink:
        (folder / "feeds.opml").write_bytes(opml(lambda feed: server.address(feed.path)))
        digest = Digest(folder=folder, server=server, sink=sink, clock=Clock(FIRST_MORNING))
        parts = digest.parts
        web = parts.settings.web
        assert web is not None
        with (
            parts.store() as store,
            answering(application(reception_of(parts, store, parts.pack())), replace(web, port=0)) as root,
            httpx2.Client(base_url=root, timeout=30, trust_env=False) as browser,
        ):
            yield House(digest=digest, store=store, root=root, browser=browser)
