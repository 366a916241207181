"""Forms through the same guarded edge that asks publishers."""

import asyncio
from datetime import timedelta
from typing import Any

from dailyten.model.fetched import Failed, Failure, Posted
from dailyten.poll.http import HttpFetcher
from dailyten.poll.settings import HttpSettings
from dailyten.testing.feed_server import FeedServer, Reply
from dailyten.testing.hub import FakeHub
from tests.poll.conftest import LOOPBACK

FORM = {"hub.mode": "subscribe", "hub.topic": "https://shop.example/feed?a=1&b=ü"}


def post(address: str, **settings: Any) -> Posted | Failed:
    async def run() -> Posted | Failed:
        wanted: dict[str, Any] = {"allowed": LOOPBACK, "whole": timedelta(seconds=5)}
        async with HttpFetcher(HttpSettings(**(wanted | settings))) as fetcher:
            return await fetcher.post(address, FORM)

    return asyncio.run(run())


def test_a_form_arrives_as_it_was_written() -> None:
    with FakeHub() as hub:
        answer = post(hub.address)

        [request] = hub.requests
    assert answer == Posted(status=202)
    assert request.form == FORM
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"


def test_a_redirect_that_keeps_the_method_is_followed_with_the_form() -> None:
    with FakeHub() as old, FakeHub() as new:
        old.status, old.location = 307, new.address
        answer = post(old.address)

        assert (answer, len(old.requests), [each.form for each in new.requests]) == (Posted(status=202), 1, [FORM])


def test_a_redirect_that_would_turn_the_form_into_a_visit_is_a_refusal() -> None:
    with FakeHub() as old, FakeHub() as new:
        old.status, old.location = 303, new.address
        answer = post(old.address)

        assert isinstance(answer, Failed)
        assert new.requests == ()


def test_a_refusal_is_a_value_with_its_class() -> None:
    with FakeHub() as hub:
        hub.status = 410
        answer = post(hub.address)

    assert answer == Failed(failure=Failure.GONE, detail="HTTP 410", status=410)


def test_a_private_address_is_not_sent_anything() -> None:
    with FakeHub() as hub:
        answer = post(hub.address, allowed=())

        assert isinstance(answer, Failed)
        assert answer.failure is Failure.REFUSED_ADDRESS
        assert hub.requests == ()


def test_an_answer_that_never_comes_or_never_ends_costs_its_time() -> None:
    with FeedServer() as server:
        hangs = post(server.script("/hub", Reply(hangs=True)), whole=timedelta(seconds=0.3))
        endless = post(server.script("/endless", Reply(body=b"x" * 1_000, endless=True, chunked=True)))

    assert isinstance(hangs, Failed)
    assert hangs.failure is Failure.TIMEOUT
    assert endless == Posted(status=200)
