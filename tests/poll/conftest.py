"""A publisher on loopback, and a short way to ask it."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from dailyten.model.fetched import Asking, Fetched
from dailyten.poll.guard import Allowance
from dailyten.poll.http import HttpFetcher
from dailyten.poll.settings import HttpSettings
from dailyten.testing.feed_server import FeedServer

LOOPBACK = (Allowance.parse("127.0.0.0/8"),)


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


@pytest.fixture
def ask() -> Callable[..., Any]:
    """Ask each address in turn by one fetcher; give the answer, or the answers if there are several."""

    def ask(*askings: Asking | str, options: dict[str, Any] | None = None, **settings: Any) -> Fetched | list[Fetched]:
        async def run() -> list[Fetched]:
            usual: dict[str, Any] = {"allowed": LOOPBACK, "whole": timedelta(seconds=60)}
            wanted = HttpSettings(**(usual | settings))
            async with HttpFetcher(wanted, **(options or {})) as fetcher:
                return [
                    await fetcher.fetch(Asking(address=each) if isinstance(each, str) else each) for each in askings
                ]

        answers = asyncio.run(run())
        return answers[0] if len(answers) == 1 else answers

    return ask
