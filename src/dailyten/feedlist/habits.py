"""Where known sites keep their feeds: rules from an address, and from what a page says of itself.

Checked against the sites' own documentation where they have one; GitHub, Reddit, Mastodon, YouTube, Medium, Substack
and WordPress all keep these paths for years.
"""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qs, quote, urljoin

from dailyten.feedlist.address import split

_CHANNEL = re.compile(r"UC[\w-]{22}")
_CHANNEL_IN_PAGE = re.compile(r'"(?:externalId|channelId|browseId)"\s*:\s*"(UC[\w-]{22})"')
_HANDLE = re.compile(r"/@[\w.-]{1,100}")
_HANDLE_SITES = frozenset(["tiktok.com", "threads.net", "threads.com", "youtube.com", "medium.com", "substack.com"])
_GENERATORS = (
    ("wordpress", "/feed/"),
    ("ghost", "/rss/"),
    ("hugo", "/index.xml"),
    ("jekyll", "/feed.xml"),
    ("eleventy", "/feed.xml"),
    ("drupal", "/rss.xml"),
    ("blogger", "/feeds/posts/default"),
    ("squarespace", "/blog?format=rss"),
    ("wix.com", "/blog-feed.xml"),
)
_SUBSTACK = re.compile(r"substackcdn\.com|\.substack\.com/")
_RESERVED_ON_GITHUB = frozenset(
    ["about", "features", "marketplace", "orgs", "pricing", "search", "settings", "sponsors", "topics", "trending"]
)
_WELL_KNOWN_SUBSTACK = frozenset(["www.substack.com", "substack.com", "open.substack.com"])


def feeds_by_habit(address: str) -> tuple[str, ...]:
    """Give the feeds that the site of an address keeps for it by habit, the likeliest first; none for other sites."""
    parts = split(address)
    if parts is None:
        return ()
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.").removeprefix("old.")
    steps = [step for step in parts.path.split("/") if step]
    query = parse_qs(parts.query)
    return tuple(dict.fromkeys(_by_site(host, steps, query, f"{parts.scheme}://{parts.netloc}")))


def feeds_of_page(address: str, meta: Mapping[str, str], page: str) -> tuple[str, ...]:
    """Give the feeds that a page's meta elements and scripts reveal: a channel's id, the program that made the page.

    `meta` holds the content of meta elements by lower-case name, property or itemprop, and the href of link elements
    under `link:` and their rel.
    """
    parts = split(address)
    if parts is None:
        return ()
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    if host == "youtube.com":
        return tuple(_youtube_page(meta, page))
    site = f"{parts.scheme}://{parts.netloc}"
    generator = meta.get("generator", "").lower()
    by_program = [urljoin(site, path) for name, path in _GENERATORS if name in generator]
    own_paper = [f"{site}/feed"] if _SUBSTACK.search(page[:200_000]) and "/feed" not in parts.path else []
    return tuple(dict.fromkeys([*by_program, *own_paper]))


def _youtube_page(meta: Mapping[str, str], page: str) -> Iterator[str]:
    named = [meta.get("identifier", ""), meta.get("channelid", ""), meta.get("link:canonical", "")]
    in_page = _CHANNEL_IN_PAGE.search(page)
    ids = [found.group() for name in named if (found := _CHANNEL.search(name))] + (
        [in_page.group(1)] if in_page else []
    )
    for channel in dict.fromkeys(ids):
        yield _channel_feed(channel)


def _channel_feed(channel: str) -> str:
    return f"https://www.youtube.com/feeds/videos.xml?channel_id={channel}"


def _by_site(host: str, steps: list[str], query: Mapping[str, list[str]], site: str) -> Iterator[str]:
    if host == "youtube.com":
        yield from _youtube(steps, query)
    elif host == "github.com" and steps and steps[0] not in _RESERVED_ON_GITHUB:
        yield from _github(steps)
    elif host == "reddit.com" and steps:
        yield from _reddit(steps)
    elif host in {"medium.com", "substack.com", "open.substack.com"}:
        yield from _writers(host, steps)
    elif host == "bsky.app" and steps[:1] == ["profile"] and len(steps) > 1:
        yield f"https://bsky.app/profile/{steps[1]}/rss"
    elif host == "pinterest.com" and steps:
        yield f"https://www.pinterest.com/{steps[0]}/feed.rss"
    elif host == "dev.to" and steps:
        yield f"https://dev.to/feed/{steps[0]}"
    else:
        yield from _by_host_ending(host, site, steps)


def _youtube(steps: list[str], query: Mapping[str, list[str]]) -> Iterator[str]:
    kind, name = (steps[0], steps[1]) if len(steps) > 1 else ("", "")
    if kind == "channel" and _CHANNEL.fullmatch(name):
        yield _channel_feed(name)
    elif kind == "user":
        yield f"https://www.youtube.com/feeds/videos.xml?user={quote(name)}"
    for playlist in query.get("list", []):
        yield f"https://www.youtube.com/feeds/videos.xml?playlist_id={quote(playlist)}"


def _github(steps: list[str]) -> Iterator[str]:
    owner = f"https://github.com/{steps[0]}"
    if len(steps) == 1:
        yield f"{owner}.atom"
        return
    repository = f"{owner}/{steps[1].removesuffix('.git')}"
    order = ("tags", "releases", "commits") if steps[2:3] == ["tags"] else ("releases", "tags", "commits")
    yield from (f"{repository}/{kind}.atom" for kind in order)


def _reddit(steps: list[str]) -> Iterator[str]:
    if steps[0] in {"r", "user", "u"} and len(steps) > 1:
        kind = "user" if steps[0] == "u" else steps[0]
        yield f"https://www.reddit.com/{kind}/{steps[1]}/.rss"


def _writers(host: str, steps: list[str]) -> Iterator[str]:
    if host == "medium.com" and steps:
        path = steps[:2] if steps[0] == "tag" else steps[:1]
        yield f"https://medium.com/feed/{'/'.join(path)}"
    elif host == "substack.com" and steps and steps[0].startswith("@"):
        yield f"https://{steps[0][1:]}.substack.com/feed"
    elif host == "open.substack.com" and steps[:1] == ["pub"] and len(steps) > 1:
        yield f"https://{steps[1]}.substack.com/feed"


def _by_host_ending(host: str, site: str, steps: list[str]) -> Iterator[str]:
    for ending, path in (
        (".substack.com", "/feed"),
        (".medium.com", "/feed"),
        (".wordpress.com", "/feed/"),
        (".blogspot.com", "/feeds/posts/default"),
        (".tumblr.com", "/rss"),
        (".hashnode.dev", "/rss.xml"),
        (".ghost.io", "/rss/"),
    ):
        if host.endswith(ending):
            yield f"{site}{path}"
    yield from _mastodon(host, site, steps)


def _mastodon(host: str, site: str, steps: list[str]) -> Iterator[str]:
    """Mastodon and its kin serve `.rss` behind every profile (`/@name`) and tag."""
    if host in _HANDLE_SITES or not steps:
        return
    if _HANDLE.fullmatch(f"/{steps[0]}"):
        yield f"{site}/{steps[0].removesuffix('.rss')}.rss"
    elif steps[0] in {"users", "web"} and len(steps) > 1:
        yield f"{site}/@{steps[1].removeprefix('@')}.rss"
    elif steps[0] == "tags" and len(steps) > 1:
        yield f"{site}/tags/{steps[1]}.rss"
