"""What polls, and what subscribes at hubs: HTTP on one side, reading processes on the other."""

import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import ExitStack, asynccontextmanager
from datetime import datetime
from functools import cache, partial
from random import Random
from typing import TYPE_CHECKING

from dailyten.pipeline.polling import Poller, Read
from dailyten.poll.engine import Fetch
from dailyten.poll.settings import HttpSettings

if TYPE_CHECKING:
    from dailyten.parse.document import Parsed
    from dailyten.parse.process import ReadingRoom
    from dailyten.pipeline.pushing import HubLine, Post
    from dailyten.wiring.parts import Parts

RANDOM_BYTES = 32


def make_poller(parts: "Parts") -> Poller:
    """Make what polls: HTTP on one side, reading processes on the other."""
    return Poller(
        fetching=partial(fetching, parts.settings.http, parts.clock),
        reading=reading,
        clock=parts.clock,
        rng=Random(),  # noqa: S311 - spreads polls in time, keeps no secret
        policy=parts.settings.poll,
        back_issues=parts.settings.digest.back_issues,
        hears_hubs=bool(_callbacks(parts)),
    )


def make_hubs(parts: "Parts") -> "HubLine | None":
    """Make what subscribes at hubs; None where no hub can reach us, or nobody wants it."""
    if not (callbacks := _callbacks(parts)):
        return None
    from dailyten.pipeline.pushing import HubLine

    return HubLine(
        callbacks=callbacks,
        posting=partial(posting, parts.settings.http, parts.clock),
        random_name=partial(secrets.token_urlsafe, RANDOM_BYTES),
        clock=parts.clock,
    )


@asynccontextmanager
async def fetching(settings: HttpSettings, clock: Callable[[], datetime]) -> AsyncIterator[Fetch]:
    """Open what asks."""
    from dailyten.poll.http import HttpFetcher

    async with HttpFetcher(settings, clock=clock) as fetcher:
        yield fetcher.fetch


@asynccontextmanager
async def posting(settings: HttpSettings, clock: Callable[[], datetime]) -> "AsyncIterator[Post]":
    """Open what sends forms."""
    from dailyten.poll.http import HttpFetcher

    async with HttpFetcher(settings, clock=clock) as fetcher:
        yield fetcher.post


@asynccontextmanager
async def reading() -> AsyncIterator[Read]:
    """Give what reads documents. The reading room is opened for the first of them: most rounds bring none."""
    with ExitStack() as opened:

        @cache
        def room() -> "ReadingRoom":
            from dailyten.parse.process import ReadingRoom

            return opened.enter_context(ReadingRoom())

        async def read(
            body: bytes, *, headers: Mapping[str, str], address: str, now: datetime, feed_id: str = ""
        ) -> "Parsed":
            return await room().read(body, headers=headers, address=address, now=now, feed_id=feed_id)

        yield read


def _callbacks(parts: "Parts") -> str:
    web = parts.settings.web
    return web.callbacks if web is not None and parts.settings.poll.websub else ""
