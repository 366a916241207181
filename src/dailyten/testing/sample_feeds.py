"""Ten sample feeds that publish over three days: RSS 2.0 and 1.0, Atom and JSON Feed, some of them ill-mannered.

What they publish stands in `sample/entries.toml`, all of it invented. This module turns it into the documents that the
feeds would serve at an instant of the simulated time; `dailyten.testing.feed_server` serves them.
"""

import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from dailyten.text.plain import plain_text

FIRST_DAY = date(2026, 11, 20)
"""The first simulated morning, a Friday."""
DAYS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleEntry:
    """One invented entry."""

    feed: str
    slug: str
    title: str
    html: str
    published_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFeed:
    """One invented outlet. `form` is the format of its document, `manner` what is odd about its server or its XML."""

    key: str
    title: str
    home: str
    category: str
    form: str
    encoding: str = "utf-8"
    manner: str = "plain"
    weight: float = 1.0

    @property
    def path(self) -> str:
        """Say where on the server its document is."""
        return f"/{self.key}/feed"


@cache
def sample_feeds() -> tuple[SampleFeed, ...]:
    """Give the ten feeds in the order of the list."""
    return tuple(SampleFeed(**feed) for feed in _read("feeds.toml")["feed"])


@cache
def sample_entries() -> tuple[SampleEntry, ...]:
    """Give everything that the ten feeds publish, the oldest first."""
    entries = (_entry(**entry) for entry in _read("entries.toml")["entry"])
    return tuple(sorted(entries, key=lambda entry: (entry.published_at, entry.slug)))


def document(feed: SampleFeed, at: datetime) -> bytes:
    """Give the document that a feed serves at an instant: what it has published until then, the newest first."""
    published = [entry for entry in sample_entries() if entry.feed == feed.key and entry.published_at <= at]
    text = _FORMS[feed.form](feed, published[::-1])
    if feed.manner == "malformed":
        text = text.replace("&amp;", "&").replace("</channel></rss>", "")
    return text.encode(feed.encoding)


def opml(address_of: Callable[[SampleFeed], str]) -> bytes:
    """Write the feed list of the demo; `address_of` says where each feed is served."""
    outlines = "\n".join(
        f'    <outline type="rss" text="{escape(feed.title)}" title="{escape(feed.title)}"'
        f' xmlUrl="{escape(address_of(feed))}" htmlUrl="{escape(feed.home)}" category="{escape(feed.category)}"'
        f' dailyten:weight="{feed.weight:g}"/>'
        for feed in sample_feeds()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<opml version="2.0" xmlns:dailyten="https://dailyten.example/opml">\n'
        f"  <head>\n    <title>Ten sample feeds</title>\n  </head>\n  <body>\n{outlines}\n  </body>\n</opml>\n"
    ).encode()


def _read(name: str) -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads((files("dailyten.testing") / "sample" / name).read_text("utf-8"))


def _entry(*, feed: str, day: int, time: str, slug: str, title: str, html: str) -> SampleEntry:
    published_at = datetime.combine(FIRST_DAY, _clock(time), UTC) + timedelta(days=day - 1)
    return SampleEntry(feed=feed, slug=slug, title=title, html=html, published_at=published_at)


def _clock(text: str) -> time:
    return time.fromisoformat(text)


def _link(feed: SampleFeed, entry: SampleEntry) -> str:
    return f"{feed.home.rstrip('/')}/{entry.published_at:%Y/%m}/{entry.slug}"


def _rss2(feed: SampleFeed, entries: list[SampleEntry]) -> str:
    items = "\n".join(
        f"<item><title>{escape(entry.title)}</title><link>{_link(feed, entry)}</link>"
        f'<guid isPermaLink="false">{feed.key}-{entry.slug}</guid>'
        f"<pubDate>{format_datetime(entry.published_at)}</pubDate>"
        f"<description>{escape(plain_text(entry.html)[:200])}</description>"
        f"<content:encoded><![CDATA[{entry.html}]]></content:encoded></item>"
        for entry in entries
    )
    return (
        f'<?xml version="1.0" encoding="{feed.encoding}"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{escape(feed.title)}</title><link>{feed.home}</link><description>Invented</description>"
        f"<language>en</language><ttl>60</ttl>\n{items}\n</channel></rss>\n"
    )


def _rss1(feed: SampleFeed, entries: list[SampleEntry]) -> str:
    items = "\n".join(
        f'<item rdf:about="{_link(feed, entry)}"><title>{escape(entry.title)}</title><link>{_link(feed, entry)}</link>'
        f"<dc:date>{entry.published_at.isoformat()}</dc:date><description>{escape(entry.html)}</description></item>"
        for entry in entries
    )
    listed = "".join(f'<rdf:li rdf:resource="{_link(feed, entry)}"/>' for entry in entries)
    return (
        f'<?xml version="1.0" encoding="{feed.encoding}"?>\n'
        '<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<channel rdf:about="{feed.home}"><title>{escape(feed.title)}</title><link>{feed.home}</link>'
        f"<description>Invented</description><items><rdf:Seq>{listed}</rdf:Seq></items></channel>\n{items}\n</rdf:RDF>\n"
    )


def _atom(feed: SampleFeed, entries: list[SampleEntry]) -> str:
    items = "\n".join(
        f"<entry><id>tag:{feed.key}.example,2026:{entry.slug}</id><title>{escape(entry.title)}</title>"
        f'<link href="{_link(feed, entry)}"/><published>{entry.published_at.isoformat()}</published>'
        f"<updated>{entry.published_at.isoformat()}</updated>"
        f'<content type="html">{escape(entry.html)}</content></entry>'
        for entry in entries
    )
    newest = entries[0].published_at if entries else datetime.combine(FIRST_DAY, time(0), UTC)
    return (
        f'<?xml version="1.0" encoding="{feed.encoding}"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><id>tag:{feed.key}.example,2026:feed</id>'
        f'<title>{escape(feed.title)}</title><link href="{feed.home}"/><updated>{newest.isoformat()}</updated>'
        f"<author><name>{escape(feed.title)}</name></author>\n{items}\n</feed>\n"
    )


def _json_feed(feed: SampleFeed, entries: list[SampleEntry]) -> str:
    items = [
        {
            "id": f"{feed.key}/{entry.slug}",
            "url": _link(feed, entry),
            "title": entry.title,
            "content_html": entry.html,
            "date_published": entry.published_at.isoformat(),
        }
        for entry in entries
    ]
    head = {"version": "https://jsonfeed.org/version/1.1", "title": feed.title, "home_page_url": feed.home}
    return json.dumps({**head, "language": "en", "items": items}, ensure_ascii=False, indent=1)


_FORMS: dict[str, Callable[[SampleFeed, list[SampleEntry]], str]] = {
    "rss 2.0": _rss2,
    "rss 1.0": _rss1,
    "atom 1.0": _atom,
    "json feed 1.1": _json_feed,
}
