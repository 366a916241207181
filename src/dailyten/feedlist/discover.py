"""Feeds that an address or a page leads to, the likeliest first. Pure: the page is fetched elsewhere.

`discover` looks at a page: what it names by itself, then the habits of known sites, then links that look like feeds,
then the paths where feeds usually are. `of_address` needs no page. Whether a candidate really is a feed is known only
after it was asked.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from urllib.parse import urldefrag, urljoin, urlsplit

from dailyten.feedlist.address import is_web_address, plain_address, same_key, split
from dailyten.feedlist.decoding import is_known_encoding
from dailyten.feedlist.habits import feeds_by_habit, feeds_of_page

MOST_CANDIDATES = 30
MOST_PAGE_BYTES = 1_000_000
"""What is looked at; link elements stand at the beginning of a page."""
MOST_TAGS = 20_000
USUAL_PATHS = (
    "feed/",
    "feed",
    "rss.xml",
    "atom.xml",
    "rss",
    "index.xml",
    "feed.xml",
    "feed.json",
    "blog/feed/",
    "rss/",
)

_FEED_TYPES = frozenset(
    ["application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json", "application/rss"]
)
_XML_TYPES = frozenset(["application/xml", "text/xml"])
_VAGUE_TYPES = frozenset(["application/json", ""])
_FEED_PATH = re.compile(r"(?:^|[/._?=&-])(?:feeds?|rss2?|atom|rdf)(?:[/._?=&-]|$)", re.IGNORECASE)
_NO_FEED = re.compile(r"oembed|wp-json|opensearch|sitemap|\.(?:css|js|png|jpe?g|gif|svg|ico|pdf|zip)$", re.IGNORECASE)
_SIDE = re.compile(r"comment|\breplies\b", re.IGNORECASE)
_IS_FEED = re.compile(rb"(?>\s|<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^<>\[]*>)*+<(?:\w+:)?(?:rss|feed|RDF)\b", re.DOTALL)
_FEED_WORDS = frozenset(["rss", "rss feed", "atom", "atom feed", "feed", "json feed", "xml", "subscribe via rss"])
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._-]{1,40})", re.IGNORECASE)
_FULL_HANDLE = re.compile(r"@?([\w.-]+)@([\w-]+(?:\.[\w-]+)+)")
_BLUESKY_HANDLE = re.compile(r"@?([\w-]+\.bsky\.social)")
_SUBREDDIT = re.compile(r"/?r/(\w{2,30})/?")
_CHANNEL_ID = re.compile(r"UC[\w-]{22}")
_ADDRESS_LIKE = re.compile(r"[a-z][a-z0-9+.-]*://|//|(?:[\w-]+\.)+[\w-]+(?:[:/?#]|$)|localhost\b|\[", re.IGNORECASE)
_BLOG = re.compile(
    r"(?:^|[/\s])(?:blog|news|journal|articles|updates|aktuelles|noticias|actualit\S+)(?:[/\s]|$)", re.IGNORECASE
)
_NAMED_BY = ("name", "property", "itemprop", "http-equiv")
_REFRESH = re.compile(r"\burl\s*=\s*[\"']?([^\s\"'>]+)", re.IGNORECASE)
_XML_LINE = re.compile(r"^\s*<\?xml[^>]*>")
_LINK_VALUE = re.compile(r"<([^<>]{1,2000})>((?:\s*;\s*[\w*-]+\s*=\s*(?:\"[^\"]*\"|[^\s\";,]+))*)")
_PARAMETER = re.compile(r";\s*([\w*-]+)\s*=\s*(?:\"([^\"]*)\"|([^\s\";,]+))")


class Because(IntEnum):
    """Why an address is a candidate, the likeliest first."""

    ITSELF = 0
    LINK_HEADER = 1
    LINK_ELEMENT = 2
    HABIT = 3
    ANCHOR = 4
    SIDE_FEED = 5
    USUAL_PATH = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An absolute address that may be a feed, the name that the page gives it, and why it is here."""

    address: str
    title: str = ""
    because: Because


def discover(body: bytes, address: str, headers: Mapping[str, str] | None = None) -> tuple[Candidate, ...]:
    """Find feeds in what came from an address; header names are in lower case. Never raises on odd pages.

    At most 30 candidates. A feed of comments stands behind every feed of posts.
    """
    if _looks_like_a_feed(body):
        return (Candidate(address=address, because=Because.ITSELF),)
    known = headers or {}
    page = _Page.of(_text_of(body[:MOST_PAGE_BYTES], known.get("content-type", "")), address)
    found = [
        *_in_header(known.get("link", ""), address),
        *page.link_elements(),
        *(_candidate(each, "", Because.HABIT) for each in feeds_of_page(address, page.meta, page.text)),
        *(_candidate(each, "", Because.ANCHOR) for each in page.refreshes()),
        *page.anchors(),
        *of_address(address),
    ]
    return _in_order(found)


def of_address(address: str) -> tuple[Candidate, ...]:
    """Guess feeds from an address alone: the habits of its site, then the usual paths."""
    parts = split(address)
    if parts is None:
        return ()
    here = address if address.endswith("/") else address.rpartition("/")[0] + "/" if parts.path else address + "/"
    site = f"{parts.scheme}://{parts.netloc}/"
    own = f"{address.partition('?')[0].rstrip('/')}/"
    folders = dict.fromkeys([own, here, site]) if parts.path.strip("/") else {site: None}
    habits = [_candidate(each, "", Because.HABIT) for each in feeds_by_habit(address)]
    usual = [_candidate(urljoin(folder, path), "", Because.USUAL_PATH) for path in USUAL_PATHS for folder in folders]
    return _in_order([*habits, *usual])


def start_address(said: str) -> str:
    """Turn what a person types into an address to begin with, "" where nobody can tell.

    `example.com`, `feed:...`, `@me@social.example` (Mastodon), `@me.bsky.social`, `r/shops`, a YouTube channel's id.
    """
    plain = plain_address(said)
    if handle := _FULL_HANDLE.fullmatch(plain.removeprefix("acct:")):
        return f"https://{handle.group(2)}/@{handle.group(1)}"
    if handle := _BLUESKY_HANDLE.fullmatch(plain):
        return f"https://bsky.app/profile/{handle.group(1)}"
    if subreddit := _SUBREDDIT.fullmatch(plain):
        return f"https://www.reddit.com/r/{subreddit.group(1)}"
    if _CHANNEL_ID.fullmatch(plain):
        return f"https://www.youtube.com/channel/{plain}"
    if not plain or re.search(r"\s", plain) or not _ADDRESS_LIKE.match(plain):
        return ""
    return plain if "://" in plain else f"https://{plain.removeprefix('//')}"


def pages_to_look_at(body: bytes, address: str, headers: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Give pages that may name a feed where this one names none: where it leads on by itself, then pages of its site.

    At most three, in that order: the page it is refreshed to, its blog or its news, its front.
    """
    page = _Page.of(_text_of(body[:MOST_PAGE_BYTES], (headers or {}).get("content-type", "")), address)
    parts = urlsplit(address)
    elsewhere = list(page.refreshes())
    near = (_absolute(href, page.base) for href, said in page.anchors_said if _BLOG.search(f"{href} {said}"))
    inside = [each for each in near if _is_sister(urlsplit(each).hostname or "", parts.hostname or "")]
    fronts = [f"{parts.scheme}://{parts.netloc}/"]
    others = [urldefrag(each).url for each in [*elsewhere, *inside[:2], *fronts] if is_web_address(each)]
    return tuple(dict.fromkeys(each for each in others if same_key(each) != same_key(urldefrag(address).url)))[:3]


def is_side_feed(title: str, address: str) -> bool:
    """Say whether a feed is beside the point: comments and replies, by its title or its address."""
    return bool(_SIDE.search(title) or _SIDE.search(urlsplit(address).path))


def _is_sister(host: str, other: str) -> bool:
    """Say whether two hosts are of one site: the same, or one below the other."""
    one, two = host.removeprefix("www."), other.removeprefix("www.")
    return one == two or one.endswith(f".{two}") or two.endswith(f".{one}")


def _candidate(address: str, title: str, because: Because) -> Candidate:
    clean = urldefrag(address).url
    is_side = because in {Because.LINK_ELEMENT, Because.ANCHOR, Because.LINK_HEADER}
    if is_side and is_side_feed(title, clean):
        because = Because.SIDE_FEED
    return Candidate(address=clean, title=" ".join(title.split())[:200], because=because)


def _in_order(found: Iterable[Candidate]) -> tuple[Candidate, ...]:
    first: dict[str, Candidate] = {}
    for candidate in sorted(found, key=lambda candidate: candidate.because):
        if is_web_address(candidate.address) and "@" not in urlsplit(candidate.address).netloc:
            first.setdefault(same_key(candidate.address), candidate)
    return tuple(first.values())[:MOST_CANDIDATES]


def _looks_like_a_feed(body: bytes) -> bool:
    start = body[:4_000].removeprefix(b"\xef\xbb\xbf")
    if _IS_FEED.match(start):
        return True
    return start.lstrip().startswith(b"{") and b"jsonfeed.org/version/" in start.replace(b"\\/", b"/")


def _in_header(value: str, address: str) -> Iterator[Candidate]:
    """Read a Link header (RFC 8288)."""
    for target, rest in _LINK_VALUE.findall(value[:20_000]):
        words = {name.lower(): quoted or plain for name, quoted, plain in _PARAMETER.findall(rest)}
        if _is_feed_link(words.get("rel", ""), words.get("type", ""), target):
            yield _candidate(_absolute(target, address), words.get("title", ""), Because.LINK_HEADER)


def _is_feed_link(rel: str, kind: str, href: str) -> bool:
    relations = set(rel.lower().split())
    plain_type = kind.partition(";")[0].strip().lower()
    if not relations & {"alternate", "feed"} or "stylesheet" in relations or _NO_FEED.search(href.partition("?")[0]):
        return False
    if plain_type in _FEED_TYPES | _XML_TYPES:
        return True
    return plain_type in _VAGUE_TYPES and ("feed" in relations or bool(kind and _FEED_PATH.search(href)))


def _without_feed_scheme(href: str) -> str:
    return plain_address(href) if href[:5].lower() == "feed:" else href


def _absolute(href: str, base: str) -> str:
    try:
        return urljoin(base, _without_feed_scheme("".join(href.split())))
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """What a page says in its head and its links: attributes of the tags by name, and the scripts that name ids."""

    base: str
    links: tuple[Mapping[str, str], ...]
    anchors_said: tuple[tuple[str, str], ...]
    meta: Mapping[str, str]
    text: str

    @classmethod
    def of(cls, text: str, address: str) -> "_Page":
        tags = _tags(text)
        base = next((words["href"] for name, words, _ in tags if name == "base" and words.get("href")), "")
        links = tuple(words for name, words, _ in tags if name == "link")
        rels = {f"link:{words.get('rel', '').lower()}": words.get("href", "") for words in reversed(links)}
        named = [
            (next((words[each] for each in _NAMED_BY if words.get(each)), ""), words.get("content", ""))
            for name, words, _ in tags
            if name == "meta"
        ]
        return cls(
            base=_absolute(base, address) or address,
            links=links,
            anchors_said=tuple((words.get("href", ""), said) for name, words, said in tags if name == "a"),
            meta={name.lower(): content for name, content in reversed(named) if name} | rels,
            text=text,
        )

    def link_elements(self) -> Iterator[Candidate]:
        for words in self.links:
            if _is_feed_link(words.get("rel", ""), words.get("type", ""), words.get("href", "")):
                address = _absolute(words["href"], self.base) if words.get("href") else ""
                yield _candidate(address, words.get("title", ""), Because.LINK_ELEMENT)

    def refreshes(self) -> Iterator[str]:
        """Give the address that the page leads on to without being asked."""
        if found := _REFRESH.search(self.meta.get("refresh", "")):
            yield _absolute(found[1], self.base)

    def anchors(self) -> Iterator[Candidate]:
        for href, said in self.anchors_said:
            address = _absolute(href, self.base)
            path = urlsplit(address).path + ("?" + urlsplit(address).query if urlsplit(address).query else "")
            if address and not _NO_FEED.search(path) and (_FEED_PATH.search(path) or said.lower() in _FEED_WORDS):
                yield _candidate(address, said, Because.ANCHOR)


def _text_of(body: bytes, content_type: str) -> str:
    claim = _CHARSET.search(content_type) or _CHARSET.search(body[:2_000].decode("latin-1"))
    encoding = claim.group(1) if claim and is_known_encoding(claim.group(1)) else "utf-8"
    return _XML_LINE.sub("", body.decode(encoding, "replace"))


def _tags(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Give the tags that can lead to a feed: name, attributes, the words inside."""
    from bs4 import BeautifulSoup, SoupStrainer

    if "<" not in text:
        return []
    soup = BeautifulSoup(text, "lxml", parse_only=SoupStrainer(["base", "link", "meta", "a"]))
    return [
        (
            tag.name,
            {name.lower(): " ".join(value) if isinstance(value, list) else value for name, value in tag.attrs.items()},
            " ".join(tag.get_text(" ").split())[:200] if tag.name == "a" else "",
        )
        for tag in soup.find_all(["base", "link", "meta", "a"])[:MOST_TAGS]
    ]
