"""A feed list for other readers: plain OPML 2.0, grouped, with nothing of ours in it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from xml.sax.saxutils import quoteattr

from dailyten.model.feed import Feed


def export(feeds: Sequence[Feed], title: str = "dailyten") -> bytes:
    """Write feeds as OPML 2.0 in UTF-8, one group a category in the order in which categories first come.

    The same feeds give the same bytes: no date, no program's name.
    """
    return "\n".join([*_head(title), *_outlines(feeds), "  </body>", "</opml>", ""]).encode()


def _head(title: str) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<opml version="2.0">'
    yield "  <head>"
    yield f"    <title>{_attribute(title)[1:-1]}</title>"
    yield "  </head>"
    yield "  <body>"


def _outlines(feeds: Sequence[Feed]) -> Iterator[str]:
    order = {category: place for place, category in reversed(list(enumerate(feed.category for feed in feeds)))}
    grouped = sorted(feeds, key=lambda feed: order[feed.category])
    for category, members in groupby(grouped, key=lambda feed: feed.category):
        if category:
            yield f"    <outline text={_attribute(category)} title={_attribute(category)}>"
            yield from _feeds(members, "      ")
            yield "    </outline>"
        else:
            yield from _feeds(members, "    ")


def _feeds(feeds: Iterable[Feed], indent: str) -> Iterator[str]:
    for feed in feeds:
        home = f" htmlUrl={_attribute(feed.home_url)}" if feed.home_url else ""
        name = _attribute(feed.title)
        yield f'{indent}<outline type="rss" text={name} title={name} xmlUrl={_attribute(feed.address)}{home}/>'


def _attribute(value: str) -> str:
    readable = "".join(letter if letter.isprintable() else " " for letter in value)
    clean = " ".join(readable.split())
    return quoteattr(clean, {'"': "&quot;"})
