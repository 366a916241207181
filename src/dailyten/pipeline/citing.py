"""Which hosts our feeds' entries link to most: where the next feed may be found."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape

from dailyten.model.entry import KeptEntry
from dailyten.model.feed import Feed
from dailyten.pipeline.previewing import site_of
from dailyten.pipeline.seeking import front_of
from dailyten.store.store import Store

LOOKED_BACK = timedelta(days=90)
MOST_EXAMPLES = 3
NO_SOURCES = frozenset(
    """
    bit.ly buff.ly ow.ly dlvr.it tinyurl.com is.gd lnk.bio linktr.ee trib.al amzn.to ift.tt rebrand.ly hubs.ly hubs.la
    goo.gl g.co shorturl.at cutt.ly soo.gd s.id feedproxy.google.com feeds.feedburner.com feedburner.com
    google.com goo.gle apple.com microsoft.com bing.com amazon.com amazon.co.uk ebay.com etsy.com paypal.com
    wikipedia.org wikimedia.org archive.org github.com gist.github.com gravatar.com w3.org schema.org
    eventbrite.com zoom.us calendly.com typeform.com surveymonkey.com mailchi.mp list-manage.com patreon.com
    spotify.com podcasts.apple.com soundcloud.com vimeo.com giphy.com imgur.com unsplash.com canva.com
    discord.com discord.gg slack.com telegram.org t.me reddit.com medium.com bsky.app tumblr.com flickr.com
    wordpress.org wordpress.com blogger.com blogspot.com wp.me example.com
    """.split()
)
"""Shorteners, shops, tools and places for everybody: often linked to, never a source of their own."""

_LINK = re.compile(r"""\bhref=["'](https?://[^"']{4,2000})["']""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """An entry of ours that links to a host."""

    entry_title: str
    feed: Feed
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A host and who cites it: which feeds of the list, in how many entries, which tell how many stories."""

    host: str
    feeds: tuple[Feed, ...]
    entries: int
    stories: int
    examples: tuple[Citation, ...]

    @property
    def start(self) -> str:
        """Give the address where a search for its feed begins."""
        return front_of(self.examples[0].url)


_Links = dict[str, tuple[KeptEntry, str]]
"""By the id of an entry: the entry, and its first link to the host."""


def cited_hosts(store: Store, now: datetime, networks: Collection[str] = ()) -> tuple[Cited, ...]:
    """Rank the hosts that our entries of the last 90 days link to: by how many feeds, then how many stories cite them.

    Left out are the hosts of the list, of `networks`, and those where everybody publishes.
    """
    with store.reading() as db:
        feeds = {feed.feed_id: feed for feed in db.feeds.listed()}
        recent = [each for each in db.entries.arrived_since(now - LOOKED_BACK) if each.feed_id in feeds]
        story_of = db.stories.of_entries(each.entry_id for each in recent)
    citations = _citations(recent, _own_hosts(feeds.values(), recent) | set(networks) | NO_SOURCES)
    ranked = (_cited(host, links, feeds, story_of) for host, links in citations.items())
    return tuple(sorted(ranked, key=lambda each: (-len(each.feeds), -each.stories, -each.entries, each.host)))


def links_of(html: str) -> tuple[str, ...]:
    """Give the web addresses that a piece of our own clean HTML links to, each once."""
    return tuple(dict.fromkeys(unescape(link) for link in _LINK.findall(html)))


def _own_hosts(feeds: Iterable[Feed], recent: Iterable[KeptEntry]) -> set[str]:
    """Name the hosts of the list: of its addresses, its home pages, and where most entries of a feed stand."""
    named = {site_of(address) for feed in feeds for address in (feed.address, feed.home_url)}
    places: dict[str, list[str]] = {}
    for kept in recent:
        places.setdefault(kept.feed_id, []).append(site_of(kept.entry.url))
    usual = {max(set(hosts), key=hosts.count): hosts for hosts in places.values()}
    return (named | {host for host, hosts in usual.items() if hosts.count(host) * 2 > len(hosts)}) - {""}


def _citations(recent: Iterable[KeptEntry], left_out: Collection[str]) -> dict[str, _Links]:
    found: dict[str, _Links] = {}
    for kept in recent:
        for link in (kept.entry.url, *links_of(kept.entry.html)):
            host = site_of(link)
            if "." in host and not _below(host, left_out):
                found.setdefault(host, {}).setdefault(kept.entry_id, (kept, link))
    return found


def _below(host: str, names: Collection[str]) -> bool:
    """Say whether a host is one of these or below one of them."""
    labels = host.split(".")
    return any(".".join(labels[at:]) in names for at in range(len(labels)))


def _cited(host: str, links: _Links, feeds: Mapping[str, Feed], story_of: Mapping[str, str]) -> Cited:
    citing = dict.fromkeys(kept.feed_id for kept, _ in links.values())
    newest = sorted(links.values(), key=lambda each: each[0].first_seen_at, reverse=True)
    examples = [Citation(entry_title=kept.entry.title, feed=feeds[kept.feed_id], url=link) for kept, link in newest]
    return Cited(
        host=host,
        feeds=tuple(feeds[feed_id] for feed_id in citing),
        entries=len(links),
        stories=len({story_of.get(entry_id, entry_id) for entry_id in links}),
        examples=tuple(examples[:MOST_EXAMPLES]),
    )
