"""`dailyten demo`: three mornings on ten sample feeds from loopback, with a simulated clock. No internet, no keys."""

import random
import shutil
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from dailyten.cli.saying import plural, say, say_feeds
from dailyten.cli.today import say_made
from dailyten.config import Settings, read_settings
from dailyten.edition.morning import local_date
from dailyten.errors import BadInput
from dailyten.pipeline.joining import add_subscriber
from dailyten.pipeline.making import Made, make_edition
from dailyten.pipeline.polling import all_feeds, poll
from dailyten.pipeline.publishing import publish_site
from dailyten.pipeline.sending import send_queued
from dailyten.pipeline.taking import follow_list
from dailyten.poll.guard import Allowance
from dailyten.store.store import Store
from dailyten.testing.clock import Clock
from dailyten.testing.feed_server import FeedServer, Reply
from dailyten.testing.mail_sink import Fault, MailSink
from dailyten.testing.sample_feeds import DAYS, FIRST_DAY, SampleFeed, document, opml, sample_feeds
from dailyten.wiring import Parts
from dailyten.wiring.mail import NOBODY

FOLDER = "demo"
MARKER = ".dailyten-demo"
MORNING = time(6, 50)
SETTINGS = """\
# The demo's settings. Everything in this folder is made anew by `dailyten demo`.
[digest]
name = "The Corner Digest"
zone = "UTC"

[sender]
name = "The Corner Digest"
address = "digest@corner-digest.example"
postal_address = "1 Market Square, Sampleton"

[site]
address = "1 Market Square, Sampleton"
"""
READERS = ("amelie@bookshop.example", "bruno@bakery.example", "chloe@nowhere.example")
NOBODY_THERE = Fault(stage="RCPT", reply="550 5.1.1 No such mailbox here", recipient="chloe@nowhere.example")
_TYPES = {"json feed 1.1": "application/feed+json", "atom 1.0": "application/atom+xml"}


def demo(*, folder: Path = Path(FOLDER)) -> int:
    """Show three days of a digest on ten sample feeds: editions, the site, mails in a local sink.

    Args:
        folder: Where to put it all; made anew each time.

    """
    _clear(folder)
    clock = Clock(datetime.combine(FIRST_DAY, MORNING, UTC))
    with ExitStack() as stack:
        server = stack.enter_context(FeedServer())
        sink = stack.enter_context(MailSink(_made(folder / "mails"), faults=[NOBODY_THERE]))
        (folder / "feeds.opml").write_bytes(opml(lambda feed: server.address(feed.path)))
        parts = Parts(_settings(folder, sink), clock)
        store = stack.enter_context(parts.store())
        show = _Show(parts=parts, store=store, server=server, clock=clock)
        show.subscribe()
        for day in range(1, DAYS + 1):
            show.morning(day)
            clock.advance(timedelta(days=1))
        say(f"\n{plural(len(list((folder / 'mails').glob('*.eml'))), 'mail')} came to the sink in {folder / 'mails'}.")
    say(
        "Look at the site: dailyten site serve" + ("" if str(folder) == FOLDER else f" --config {folder}/dailyten.toml")
    )
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Show:
    parts: Parts
    store: Store
    server: FeedServer
    clock: Clock

    def subscribe(self) -> None:
        """Take the list over and sign the readers up."""
        follow_list(self.store, self.parts.list_file(), self.clock())
        with self.store.writing() as db:
            for address in READERS:
                add_subscriber(db, address, "sample reader of the demo", self.clock())

    def morning(self, day: int) -> None:
        """Play one morning: the feeds publish, we poll, make, publish and mail."""
        say(f"{'' if day == 1 else chr(10)}-- {self.clock():%A, %-d %B} --")
        for feed in sample_feeds():
            _serve(self.server, feed, day, self.clock())
        polled = poll(self.store, self.parts.poller(), all_feeds(self.store, self.clock()))
        say_feeds(polled, "UTC")
        pack = self.parts.pack()
        made = make_edition(self.store, self.parts.maker(pack), local_date(self.clock(), "UTC"), self.clock())
        if isinstance(made, Made):
            publish_site(self.store, self.parts.press(pack), self.clock())
            room = self.parts.mail_room(pack)
            say_made(made, self.parts, self.parts.keep_mail(made.edition, room.sample(made.edition, NOBODY).content))
            rng = random.Random(day)  # noqa: S311 - the same demo each time
            line, clock = self.parts.mail_line, self.clock
            # The demo's links lead to this machine, for which the gate would hold every real mail.
            send_queued(self.store, room, line, worker="demo", clock=clock, rng=rng, force=True)
            self._say_mails(made.edition.edition_id)

    def _say_mails(self, edition_id: str) -> None:
        with self.store.reading() as db:
            deliveries = db.outbox.listing(edition_id)
        counts = Counter(each.state for each in deliveries)
        say(f"  Mails {', '.join(f'{count} {state}' for state, count in sorted(counts.items()))}")
        for each in deliveries:
            if each.reply and each.state != "sent":
                say(f"        {each.address}: {each.reply}")


def _serve(server: FeedServer, feed: SampleFeed, day: int, at: datetime) -> None:
    """Let a feed publish what it has until then, in its own manner."""
    path = "/elsewhere/feed" if feed.manner == "moves" and day > 1 else feed.path
    server.publish(path, document(feed, at), content_type=_TYPES.get(feed.form, "application/rss+xml"))
    if path != feed.path:
        server.script(feed.path, Reply(status=301, headers=(("Location", path),)))
    if feed.manner == "dies" and day == DAYS:
        server.script(feed.path, Reply(status=410))
    if feed.manner == "slow":
        server.script(feed.path, Reply(body=document(feed, at), drip_bytes=4096, drip_seconds=0.2))


def _settings(folder: Path, sink: MailSink) -> Settings:
    """Read the demo's settings, and let it reach this machine's own servers."""
    (folder / "dailyten.toml").write_text(SETTINGS, "utf-8")
    settings = read_settings(folder / "dailyten.toml", {})
    allowed = replace(settings.http, allowed=(Allowance.parse("127.0.0.0/8"),))
    return replace(settings, http=allowed, smtp=replace(settings.smtp, host=sink.host, port=sink.port))


def _clear(folder: Path) -> None:
    """Begin anew, but only in a folder that the demo made."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MARKER).exists():
        raise BadInput("The demo's folder holds other files.", expected="an empty or a new folder", came=str(folder))
    shutil.rmtree(folder, ignore_errors=True)
    _made(folder)
    (folder / MARKER).write_text("Made anew by `dailyten demo`.\n", "utf-8")


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder
