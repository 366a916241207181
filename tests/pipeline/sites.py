"""Sites for searches: feeds with a few entries, and the web as a table of addresses."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from urllib.parse import urlsplit

from dailyten.model.entry import Document, NotAFeed
from dailyten.model.fetched import Asking, Failed, Failure, Fetched, Fresh
from dailyten.parse.document import parse
from dailyten.pipeline.seeking import Sought, seek

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PAGE = "<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


def rss(title: str, *stories: str, home: str = "https://shop.example/", text: str = "", every_hours: int = 24) -> bytes:
    items = "".join(
        f"<item><title>{escape(story)}</title><link>{home}{at}-{len(story)}</link>"
        f"<guid isPermaLink='false'>{escape(title)}-{escape(story)}</guid>"
        f"<pubDate>{format_datetime(NOW - timedelta(hours=every_hours * at + 1))}</pubDate>"
        f"<description>{escape(text)}</description></item>"
        for at, story in enumerate(stories)
    )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>{escape(title)}</title><link>{home}</link>'
        f"<description>x</description>{items}</channel></rss>"
    ).encode()


def page(*links: str, body: str = "") -> bytes:
    return PAGE.format(head="".join(links), body=body).encode()


def link(href: str, title: str = "", kind: str = "application/rss+xml") -> str:
    return f'<link rel="alternate" type="{kind}" title="{title}" href="{href}">'


async def read_here(
    body: bytes, *, headers: Mapping[str, str], address: str, now: datetime, feed_id: str = ""
) -> Document | NotAFeed | Failed:
    """Read in this process: what is read here is ours."""
    del feed_id
    return parse(body, headers=headers, address=address, now=now)


@dataclass
class Web:
    """The web as a table: bytes are a good answer, a failure is one, what is not in it is 404. `asked` is the log."""

    answers: dict[str, bytes | Failure | Fetched]
    asked: list[str] = field(default_factory=list)

    async def fetch(self, asking: Asking, /) -> Fetched:
        address = asking.address if urlsplit(asking.address).path else f"{asking.address}/"
        self.asked.append(address)
        match self.answers.get(address, Failure.NOT_FOUND):
            case bytes() as body:
                return Fresh(body=body, address=address)
            case Failure() as failure:
                return Failed(failure=failure)
            case fetched:
                return fetched

    def seek(self, said: str, *, most: int = 12) -> Sought:
        return asyncio.run(seek(self.fetch, read_here, said, now=NOW, most=most))
