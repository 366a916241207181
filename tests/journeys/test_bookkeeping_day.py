"""A whole day of another industry: what is social media's stands in its pack, and nowhere else."""

import random
import re
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest

import dailyten.packs
from dailyten.classify.pack import Pack, load_pack
from dailyten.model.edition import CutReason
from dailyten.pipeline.joining import add_subscriber
from dailyten.pipeline.making import Made
from dailyten.pipeline.publishing import publish_site
from dailyten.pipeline.sending import send_queued
from dailyten.pipeline.wishing import read_wishes
from dailyten.testing.clock import Clock
from dailyten.testing.feed_server import FeedServer
from dailyten.testing.mail_sink import MailSink
from dailyten.wiring.packs import choices_of
from tests.journeys.digest_in_hand import FIRST_MORNING, SETTINGS, Digest

DAY: dict[str, Any] = tomllib.loads((Path(__file__).parent / "bookkeeping" / "entries.toml").read_text("utf-8"))
OURS = Path(dailyten.packs.__file__).parent
SOCIAL = load_pack(OURS / "social_media")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Digest, Made, str]]:
    """The day played once: polled, made, printed, mailed. The mail is its HTML and its text."""
    folder = tmp_path_factory.mktemp("bookkeeping")
    settings = SETTINGS.replace('name = "Journey"', 'name = "The Ledger Digest"\npack = "bookkeeping"', 1)
    (folder / "dailyten.toml").write_text(settings, "utf-8")
    (folder / "mails").mkdir()
    with FeedServer() as server, MailSink(folder / "mails") as sink:
        digest = Digest(folder=folder, server=server, sink=sink, clock=Clock(FIRST_MORNING))
        (folder / "feeds.opml").write_bytes(_list(server))
        for feed in DAY["feed"]:
            server.publish(f"/{feed['key']}", _rss(feed), content_type="application/rss+xml")
        with digest.parts.store() as store:
            with store.writing() as db:
                add_subscriber(db, "amelie@joinery.example", "asked in the test", digest.clock())
            digest.poll(store)
            edition = digest.make(store)
            assert isinstance(edition, Made)
            pack = digest.parts.pack()
            publish_site(store, digest.parts.press(pack), digest.clock())
            room = digest.parts.mail_room(pack)
            send_queued(store, room, digest.parts.mail_line, worker="t", clock=digest.clock, rng=random.Random(1))
        [mail] = sink.messages()
        yield digest, edition, "\n".join(str(part.get_content()) for part in mail.iter_parts())


def test_the_day_of_a_bookkeeper_is_filed_joined_and_told(made: tuple[Digest, Made, str]) -> None:
    _, day, mail = made
    by_title = {each.lead.title: each for each in day.edition.candidates}
    cut = {each.story_id: each.reason for each in day.edition.cuts}
    [price] = [each for title, each in by_title.items() if "Xero" in title]

    assert {each.feed_title for each in (price.lead, *price.also_in)} == {"The Ledger Post", "Till Roll"}
    assert (price.primary, price.networks) == ("software", ("xero",))
    assert by_title["HMRC moves the VAT return deadline by a week after outage"].networks == ("hmrc",)
    assert {each.primary for each in day.edition.told()} == {"tax", "payroll", "cash", "software", "books"}
    assert cut[by_title["Rovers win at home after a late goal"].story_id] is CutReason.OFF_TOPIC
    assert all(story.lead.title in unescape(mail) or story.lead.title in mail for story in day.edition.told())


def test_the_site_of_a_bookkeeper_speaks_of_programs_and_offices(made: tuple[Digest, Made, str]) -> None:
    digest, _, _ = made
    shelves = (digest.site / "networks" / "index.html").read_text("utf-8")
    about = (digest.site / "about" / "index.html").read_text("utf-8")

    assert "Programs and offices" in shelves
    assert "by the program or office they are about" in shelves
    assert "each <a" in about
    assert (digest.site / "topics" / "tax" / "feed.xml").is_file()
    assert (digest.site / "networks" / "hmrc" / "index.html").is_file()
    for page in digest.site.rglob("*.html"):
        assert not re.search(r"(?<!/)\bnetworks?\b(?!/)", _seen(page.read_text("utf-8")), re.IGNORECASE), page


def test_nothing_of_social_media_reaches_the_site_or_the_mail(made: tuple[Digest, Made, str]) -> None:
    digest, _, mail = made
    strange = _words_of(SOCIAL) - _words_of(digest.parts.pack())
    printed = {page: _seen(page.read_text("utf-8")) for page in digest.site.rglob("*") if page.suffix in PRINTED}

    for where, text in {**printed, Path("mail"): _seen(mail)}.items():
        assert not [word for word in strange if re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)], where


def test_a_reader_of_bookkeeping_chooses_its_own_networks_and_goals(made: tuple[Digest, Made, str]) -> None:
    choices = choices_of(made[0].parts.pack())
    wishes = read_wishes({"networks": ["hmrc", "xero", "stripe"], "goals": ["paid"]}, choices)

    assert (wishes.networks, wishes.goals) == (("xero", "stripe", "hmrc"), ("paid",))


PRINTED = (".html", ".xml", ".json", ".opml")


def _words_of(pack: Pack) -> set[str]:
    """What is said of a pack's own: names of networks and topics, and the keys that no other trade would use."""
    names = {each.name for each in pack.networks} | {each.name for each in pack.topics}
    keys = {each.key for each in pack.networks}
    return (names | keys | {"social media", "ten sample"}) - {"x", "X"}


def _seen(page: str) -> str:
    """What a person sees of a page, and the addresses in it; not what its markup is made of."""
    words = re.sub(r"<(?:style|script).*?</(?:style|script)>", " ", page, flags=re.DOTALL)
    return re.sub(r"<[^>]*>", " ", words)


def _list(server: FeedServer) -> bytes:
    outlines = "".join(
        f'<outline type="rss" text="{feed["title"]}" xmlUrl="{server.address("/" + feed["key"])}"'
        f' category="{feed["category"]}"/>'
        for feed in DAY["feed"]
    )
    return f'<opml version="2.0"><head><title>Four feeds</title></head><body>{outlines}</body></opml>'.encode()


def _rss(feed: dict[str, str]) -> bytes:
    items = "".join(
        f"<item><title>{escape(entry['title'])}</title><link>https://{feed['key']}.example/{entry['slug']}</link>"
        f"<guid>{entry['slug']}</guid><pubDate>{format_datetime(FIRST_MORNING - timedelta(hours=hours))}</pubDate>"
        f"<description>{escape(entry['text'])}</description></item>"
        for hours, entry in enumerate((each for each in DAY["entry"] if each["feed"] == feed["key"]), 1)
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{feed["title"]}</title>'
        f"<link>https://{feed['key']}.example/</link><description>Invented</description>"
        f"<language>en</language>{items}</channel></rss>"
    ).encode()
