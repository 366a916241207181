"""Telling our own hub, through the guard that all our questions go through."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from dailyten.pipeline.pushing import Post, tell_hub
from dailyten.poll.guard import Allowance
from dailyten.poll.http import HttpFetcher
from dailyten.poll.settings import HttpSettings

FEED = "https://a.example/feed.xml"


@asynccontextmanager
async def posting(*allowed: str) -> AsyncIterator[Post]:
    async with HttpFetcher(HttpSettings(allowed=tuple(map(Allowance.parse, allowed)))) as fetcher:
        yield fetcher.post


OPEN = partial(posting, "127.0.0.0/8")


def test_a_hub_gets_the_addresses_of_the_feeds_that_changed(httpserver: HTTPServer) -> None:
    came: list[list[str]] = []

    def take(request: Request) -> Response:
        came.append([*request.form.getlist("hub.mode"), *request.form.getlist("hub.url")])
        return Response(status=204)

    httpserver.expect_request("/hub", method="POST").respond_with_handler(take)

    said = tell_hub(OPEN, httpserver.url_for("/hub"), [FEED, "https://a.example/feed.json?a=1&b=2"])

    assert said == ""
    assert came == [["publish", FEED, "https://a.example/feed.json?a=1&b=2"]]


def test_a_hub_that_refuses_or_is_not_there_is_told_in_words(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hub").respond_with_data("no", status=500)

    assert tell_hub(OPEN, httpserver.url_for("/hub"), [FEED]) == "it answered 500"
    assert "could not be reached" in tell_hub(OPEN, "http://127.0.0.1:9/", [FEED])
    assert "could not be reached" in tell_hub(OPEN, "hub", [FEED])


def test_a_hub_in_a_private_network_is_told_only_where_the_operators_allow_it(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hub").respond_with_data("yes", status=202)

    said = tell_hub(posting, httpserver.url_for("/hub"), [FEED])

    assert "loopback" in said
    assert httpserver.log == []
