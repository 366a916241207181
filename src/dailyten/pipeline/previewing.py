"""What a feed would bring to the digest: its newest entries with their topics, its rhythm, and what we have already."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from urllib.parse import urldefrag, urlsplit

from dailyten.cluster.background import Background
from dailyten.cluster.policy import JoinPolicy
from dailyten.feedlist.address import alike_key
from dailyten.model.entry import Document, Entry, KeptEntry
from dailyten.model.feed import Feed
from dailyten.model.topic import Verdict
from dailyten.store.store import Store
from dailyten.text.headline import headline
from dailyten.text.plain import plain_text
from dailyten.text.words import content_words, fold, tokens

SHOWN = 5
JUDGED = 20
"""Newest entries by which a feed is judged."""
REMEMBERED = timedelta(days=45)
"""How far back the entries of the listed feeds are compared by address and title."""
FULL_TEXT_WORDS = 150
_FEWEST_WORDS_OF_A_TITLE = 4
_CUT_OFF = re.compile(r"(?:\.\.\.|\u2026|\[\u2026\]|\[\.\.\.\]|read more|continue reading)\W*\Z", re.IGNORECASE)
_TAIL = 40
_STRANGER = "a feed that is looked at"
_Joining = tuple[JoinPolicy, Background | None]


class Content(StrEnum):
    """How much of its entries a feed carries."""

    FULL = "full text"
    EXCERPTS = "excerpts"
    TITLES = "titles only"


class Judge(Protocol):
    """Says what entries are about (`dailyten.classify.classifier`)."""

    def verdict(self, entry_id: str, title: str, summary: str) -> Verdict:
        """Judge one entry."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One of the newest entries, and what it is about."""

    title: str
    url: str
    published_at: datetime | None
    topics: tuple[str, ...]
    usefulness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a feed is like, judged by its newest entries.

    `gap` is the mean time between two entries, None where dates do not tell. `on_topic` counts those of the `judged`
    entries that have a topic of the digest, `in_another_language` those that it cannot judge.
    """

    samples: tuple[Sample, ...]
    entries: int
    content: Content
    language: str
    newest_at: datetime | None
    gap: timedelta | None
    judged: int
    on_topic: int
    in_another_language: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """How many of the feed's newest entries a listed feed has carried too."""

    feed: Feed
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """What of a feed we have already.

    `listed` is the feed of the list with the same address in any spelling, `same_site` those of its site. Of its
    `compared` newest entries `shared` were carried by listed feeds, by whom stands in `carried`, most first.
    """

    listed: Feed | None
    same_site: tuple[Feed, ...]
    compared: int
    shared: int
    carried: tuple[Carried, ...]


def preview(document: Document, judge: Judge, now: datetime) -> Preview:
    """Look at a document's newest entries as the digest would."""
    newest = _newest(document.entries)
    judged = [(entry, judge.verdict("", entry.title, entry.summary)) for entry in newest]
    at = [each for entry in newest if (each := entry.published_at or entry.updated_at) and each <= now]
    return Preview(
        samples=tuple(_sample(entry, verdict) for entry, verdict in judged[:SHOWN]),
        entries=len(document.entries),
        content=content_of(newest),
        language=document.language or _commonest(entry.language for entry in newest),
        newest_at=max(at, default=None),
        gap=(max(at) - min(at)) / (len(at) - 1) if len(at) > 1 else None,
        judged=len(judged),
        on_topic=sum(bool(verdict.topics) for _, verdict in judged),
        in_another_language=sum(verdict.flag == "other_language" for _, verdict in judged),
    )


def overlap(
    store: Store,
    listed: Sequence[Feed],
    address: str,
    document: Document,
    now: datetime,
    policy: JoinPolicy,
    background: Background | None = None,
) -> Overlap:
    """Compare a feed with the list and with what its feeds have brought: by address, by title, by what is told.

    `background` is what is known of the words of the trade, as for the stories of an edition.
    """
    with store.reading() as db:
        known = {feed.feed_id for feed in db.feeds.listed()}
        recent = tuple(each for each in db.entries.arrived_since(now - REMEMBERED) if each.feed_id in known)
    newest = _newest(document.entries)
    carried = _carried(newest, recent, now, (policy, background))
    counts = {feed.feed_id: sum(feed.feed_id in ids for ids in carried) for feed in listed}
    ranked = sorted((feed for feed in listed if counts[feed.feed_id]), key=lambda feed: -counts[feed.feed_id])
    hosts = {host for each in (address, document.home_url) if (host := site_of(each))}
    return Overlap(
        listed=next((feed for feed in listed if alike_key(feed.address) == alike_key(address)), None),
        same_site=tuple(feed for feed in listed if {site_of(feed.address), site_of(feed.home_url)} & hosts),
        compared=len(newest),
        shared=sum(bool(ids) for ids in carried),
        carried=tuple(Carried(feed=feed, entries=counts[feed.feed_id]) for feed in ranked),
    )


def site_of(address: str) -> str:
    """Name the site of an address: its host without www; "" where there is none."""
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def shared_entries(entries: Sequence[Entry], kept: Sequence[KeptEntry]) -> int:
    """Count the entries that are among the kept ones by guid, address or title."""
    guids = {(each.entry.guid or each.entry.key) for each in kept}
    pages, titles = _pages(kept), _titles(kept)
    return sum((entry.guid or entry.key) in guids or bool(_marks(entry, pages, titles)) for entry in entries)


def _newest(entries: Sequence[Entry]) -> list[Entry]:
    """Give the newest entries, the newest first; where dates are missing the publisher's order counts."""
    dated = [each for each in entries if each.published_at or each.updated_at]
    if len(dated) < len(entries):
        return list(entries[:JUDGED])
    return sorted(dated, key=_written_at, reverse=True)[:JUDGED]


def _written_at(entry: Entry) -> datetime:
    at = entry.published_at or entry.updated_at
    if at is None:
        raise AssertionError(entry)  # only dated entries come here
    return at


def _sample(entry: Entry, verdict: Verdict) -> Sample:
    return Sample(
        title=headline(entry.title, entry.summary, entry.url),
        url=entry.url,
        published_at=entry.published_at or entry.updated_at,
        topics=verdict.topics,
        usefulness=verdict.usefulness,
    )


def content_of(entries: Sequence[Entry]) -> Content:
    """Judge by the median: one long announcement makes no full-text feed."""
    words = sorted(_words(entry) for entry in entries)
    median = words[len(words) // 2] if words else 0
    if median >= FULL_TEXT_WORDS:
        return Content.FULL
    return Content.EXCERPTS if median else Content.TITLES


def _words(entry: Entry) -> int:
    """Count the words beyond the title; a text that ends in an ellipsis is an excerpt whatever its length."""
    text = max(plain_text(entry.html), entry.summary, key=len).strip()
    if not text or fold(text) == fold(entry.title):
        return 0
    words = len(text.split())
    return min(words, FULL_TEXT_WORDS - 1) if _ends_cut_off(text) else words


def _ends_cut_off(text: str) -> bool:
    return bool(_CUT_OFF.search(text[-_TAIL:]))


def is_cut_off(entry: Entry) -> bool:
    """Say whether the text breaks off with an ellipsis or "read more"."""
    return _ends_cut_off(max(plain_text(entry.html), entry.summary, key=len).strip())


def is_title_only(entry: Entry) -> bool:
    """Say whether there is nothing to read beyond the title."""
    return not _words(entry)


def _commonest(languages: Iterable[str]) -> str:
    named = [each for each in languages if each]
    return max(set(named), key=named.count) if named else ""


def _carried(
    newest: Sequence[Entry], recent: Sequence[KeptEntry], now: datetime, joining: _Joining
) -> list[frozenset[str]]:
    """Say for each entry which feeds have carried it."""
    pages, titles = _pages(recent), _titles(recent)
    told = _told_too(newest, [each for each in recent if each.first_seen_at >= now - joining[0].window], now, joining)
    return [frozenset(_marks(entry, pages, titles)) | told[at] for at, entry in enumerate(newest)]


def _told_too(
    newest: Sequence[Entry], recent: Sequence[KeptEntry], now: datetime, joining: _Joining
) -> list[frozenset[str]]:
    """Say for each entry which feeds tell the same event, as an edition would join them."""
    from dailyten.cluster.join import join  # a poll looks for moved feeds, and joins nothing

    strangers = [
        KeptEntry(entry_id=f"{_STRANGER} {at}", feed_id=_STRANGER, entry=entry, first_seen_at=now)
        for at, entry in enumerate(newest)
    ]
    if not recent:
        return [frozenset() for _ in newest]
    feed_of = {each.entry_id: each.feed_id for each in (*recent, *strangers)}
    stories = join([*recent, *strangers], (), {}, joining[0], background=joining[1])
    story_of = {entry_id: story for story in stories for entry_id in story.entry_ids}
    return [
        frozenset(feed_of[each] for each in story_of[stranger.entry_id].entry_ids) - {_STRANGER}
        for stranger in strangers
    ]


def _pages(kept: Iterable[KeptEntry]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for each in kept:
        if each.entry.url:
            found.setdefault(_page(each.entry.url), set()).add(each.feed_id)
    return found


def _titles(kept: Iterable[KeptEntry]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for each in kept:
        if title := _title(each.entry.title):
            found.setdefault(title, set()).add(each.feed_id)
    return found


def _marks(entry: Entry, pages: Mapping[str, set[str]], titles: Mapping[str, set[str]]) -> set[str]:
    page = pages.get(_page(entry.url), set()) if entry.url else set()
    return page | titles.get(_title(entry.title), set())


def _page(url: str) -> str:
    return alike_key(urldefrag(url).url)


def _title(title: str) -> str:
    """Give a title in the form in which equal ones are equal; "" for one too short to say anything."""
    return " ".join(tokens(title)) if len(content_words(title)) >= _FEWEST_WORDS_OF_A_TITLE else ""
