"""Finding the feeds of a site: a few polite requests, one after the other, until it is clear what there is.

What might be a feed is said by `feedlist.discover`; here it is asked, and only what can be read as a feed counts.
"""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never
from urllib.parse import urlsplit

from dailyten.errors import BadInput
from dailyten.feedlist.address import complain, same_key
from dailyten.feedlist.discover import (
    Because,
    Candidate,
    discover,
    is_side_feed,
    of_address,
    pages_to_look_at,
    start_address,
)
from dailyten.feedlist.fault import Severity
from dailyten.model.entry import Document, NotAFeed
from dailyten.model.fetched import Asking, Failed, Failure, Fetched, Fresh, Unchanged
from dailyten.pipeline.polling import Read
from dailyten.poll.engine import Fetch, host_of

MOST_REQUESTS = 12
"""Questions that one search may put, in all."""
MOST_NAMED = 6
MOST_GUESSES = 5
MOST_HABITS = 3
LONGEST_PAUSE_SECONDS = 2.0
_TWIN_SHARE = 0.6
_COMPARED = 20

_HOST_IS_DOWN = frozenset(
    {
        Failure.DNS,
        Failure.REFUSED,
        Failure.TLS,
        Failure.TIMEOUT,
        Failure.REFUSED_ADDRESS,
        Failure.BAD_ADDRESS,
        Failure.TOO_MANY_REQUESTS,
    }
)
_PERHAPS_PLAIN_HTTP = frozenset({Failure.REFUSED, Failure.TLS, Failure.TIMEOUT})


class Came(StrEnum):
    """What one question of a search brought."""

    FEED = "feed"
    PAGE = "page"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One question that was put: the address, what came, and in words what that was where it was no feed."""

    address: str
    came: Came
    detail: str = ""
    failure: Failure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFeed:
    """A feed that was read: the address to list, why it was asked, and what it said.

    `page` is the page that named it, "" where none did. `twins` are other addresses that bring the same entries.
    """

    address: str
    because: Because
    document: Document
    page: str = ""
    twins: tuple[str, ...] = ()

    @property
    def is_side(self) -> bool:
        """Say whether it is a feed of comments or replies."""
        return self.because is Because.SIDE_FEED or is_side_feed(self.document.title, self.address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What a search found, the likeliest feed first and feeds of comments last, and every question that it took."""

    start: str
    feeds: tuple[FoundFeed, ...] = ()
    steps: tuple[Step, ...] = ()


async def seek(fetch: Fetch, read: Read, said: str, *, now: datetime, most: int = MOST_REQUESTS) -> Sought:
    """Search for feeds, beginning with what a person typed: a site, a page, a feed, a handle.

    Puts at most `most` questions, none of them twice, rests between them as long as the last answer took, and leaves a
    host alone that asks for peace. Raises BadInput where that is no address.
    """
    start = start_address(said)
    _refuse(said, start)
    search = _Search(fetch, read, now, most)
    await search.run(start)
    if not search.feeds and "://" not in said and search.failure_at(start) in _PERHAPS_PLAIN_HTTP:
        search.spared.discard(host_of(start))
        await search.run(start.replace("https://", "http://", 1))
    return Sought(start=start, feeds=_in_order(search.feeds), steps=tuple(search.steps))


@dataclass(slots=True)
class _Search:
    fetch: Fetch
    read: Read
    now: datetime
    left: int
    feeds: list[FoundFeed] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    spared: set[str] = field(default_factory=set)
    pause_seconds: float = 0.0

    async def run(self, start: str) -> None:
        """Take the ways to a feed in the order in which they are likely to lead there."""
        habits = [each for each in of_address(start) if each.because is Because.HABIT]
        await self._try_all(habits[:MOST_HABITS], page="")
        if self.feeds:
            return
        page = await self._open(start, Because.ITSELF)
        if page is not None:
            await self._look_at(page)
        if self.feeds or host_of(start) in self.spared:
            return
        others = pages_to_look_at(page.body, page.address, page.headers) if page else (front_of(start),)
        for other in others:
            if (opened := await self._open(other, Because.ITSELF)) is not None:
                await self._look_at(opened)
            if self.feeds:
                return
        await self._guess(page.address if page else start)

    def failure_at(self, address: str) -> Failure | None:
        return next((step.failure for step in self.steps if step.address == address), None)

    async def _look_at(self, page: Fresh) -> None:
        """Ask what a page names by itself."""
        found = discover(page.body, page.address, page.headers)
        named = [each for each in found if each.because not in (Because.USUAL_PATH, Because.ITSELF)]
        await self._try_all(named[:MOST_NAMED], page=page.address)

    async def _guess(self, address: str) -> None:
        """Try the paths where feeds usually are, until one is there."""
        usual = [each for each in of_address(address) if each.because is Because.USUAL_PATH]
        own_site = [each for each in usual if each.address.startswith(front_of(address))]
        for each in own_site[:MOST_GUESSES]:
            await self._open(each.address, each.because)
            if self.feeds:
                return

    async def _try_all(self, candidates: Iterable[Candidate], *, page: str) -> None:
        for each in candidates:
            await self._open(each.address, each.because, page=page)

    async def _open(self, address: str, because: Because, *, page: str = "") -> Fresh | None:
        """Ask an address once; keep it if it is a feed, give it back if it is a page."""
        fetched = await self._ask(address)
        match fetched:
            case None:
                return None
            case Failed():
                self._note_failure(address, fetched)
                return None
            case Unchanged():
                raise AssertionError("nothing was asked conditionally, so nothing can be unchanged")
            case Fresh():
                return await self._understand(address, fetched, because, page)
            case _:
                assert_never(fetched)

    async def _understand(self, address: str, fetched: Fresh, because: Because, page: str) -> Fresh | None:
        self.asked.add(same_key(fetched.address))
        parsed = await self.read(fetched.body, headers=fetched.headers, address=fetched.address, now=self.now)
        match parsed:
            case Document():
                self.steps.append(Step(address=address, came=Came.FEED))
                listed = fetched.moved_to or address
                self._keep(FoundFeed(address=listed, because=because, document=parsed, page=page))
                return None
            case NotAFeed():
                self.steps.append(Step(address=address, came=Came.PAGE, detail=f"it is {parsed.what}"))
                return fetched
            case Failed():
                self._note_failure(address, parsed)
                return None
            case _:
                assert_never(parsed)

    async def _ask(self, address: str) -> Fetched | None:
        key, host = same_key(address), host_of(address)
        if self.left < 1 or key in self.asked or host in self.spared:
            return None
        await asyncio.sleep(self.pause_seconds)
        self.left -= 1
        self.asked.add(key)
        began = time.monotonic()
        fetched = await self.fetch(Asking(address=address))
        self.pause_seconds = min(time.monotonic() - began, LONGEST_PAUSE_SECONDS)
        return fetched

    def _note_failure(self, address: str, failed: Failed) -> None:
        step = Step(address=address, came=Came.NOTHING, detail=failed.detail, failure=failed.failure)
        self.steps.append(step)
        if failed.failure in _HOST_IS_DOWN or failed.retry_after is not None:
            self.spared.add(host_of(address))

    def _keep(self, found: FoundFeed) -> None:
        """Keep a feed; one that brings the same entries as another is that one's twin."""
        for at, known in enumerate(self.feeds):
            if same_key(known.address) == same_key(found.address):
                return
            if known.is_side == found.is_side and _share(known.document, found.document) >= _TWIN_SHARE:
                self.feeds[at] = replace(known, twins=(*known.twins, found.address))
                return
        self.feeds.append(found)


def _in_order(feeds: Iterable[FoundFeed]) -> tuple[FoundFeed, ...]:
    return tuple(sorted(feeds, key=lambda each: (each.is_side, not each.document.entries)))


def _share(one: Document, other: Document) -> float:
    """Say what share of the shorter feed's newest entries the other one has too."""
    mine, theirs = ({entry.url or entry.title for entry in each.entries[:_COMPARED]} for each in (one, other))
    fewest = min(len(mine), len(theirs))
    return len(mine & theirs) / fewest if fewest else 0.0


def front_of(address: str) -> str:
    """Give the front page of an address's host."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}/"


def _refuse(said: str, start: str) -> None:
    if not start:
        wanted = (
            "the address of a site or a feed, such as example.com, or a handle with its network, "
            "such as @name@mastodon.social or youtube.com/@name"
        )
        raise BadInput("This is no address.", expected=wanted, came=said)
    for complaint in complain(start):
        if complaint.severity is Severity.ERROR:
            raise BadInput(complaint.words, expected=complaint.mend.rstrip("."), came=said)
