"""Where hubs call, on the whole web service, and when it can be called at all."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from dailyten.errors import BadSetting
from dailyten.model.push import HubStanding, Push
from dailyten.pipeline.conditions import feed_conditions
from dailyten.pipeline.settings import WebSettings
from dailyten.pipeline.taking import take_list
from dailyten.poll.schedule import PollPolicy
from tests.web.open_house import PUBLIC, House, open_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


def a_live_push(house: House) -> Push:
    take_list(house.store, house.parts.feed_list(), house.clock())
    with house.store.writing() as db:
        feed = db.feeds.listed()[0]
        push = Push(
            push_id="name",
            feed_id=feed.feed_id,
            hub_url="https://hub.example/",
            topic_url=feed.address,
            callback=f"{PUBLIC}/websub/name",
            secret="s",
            verified_at=house.clock(),
            lease_until=house.clock() + timedelta(days=10),
            try_at=house.clock() + timedelta(days=7),
        )
        db.pushes.keep(push)
    return push


def test_the_whole_service_lets_hubs_in_and_says_little_to_strangers(house: House) -> None:
    a_live_push(house)
    stranger = house.browser.get("/websub/x", params={"hub.mode": "subscribe", "hub.challenge": "c"})
    unsigned = house.browser.post("/websub/name", content=b"x" * 200_000)

    assert (stranger.status_code, stranger.text) == (404, "Nothing waits for this.\n")
    assert stranger.headers["cache-control"] == "no-store"
    assert unsigned.status_code == 202
    assert house.browser.get("/healthz").json()["hubs_live"] == 1


def test_the_condition_of_a_feed_tells_of_its_hub(house: House) -> None:
    push = a_live_push(house)
    conditions = feed_conditions(house.store, PollPolicy(), house.clock())

    assert {each.standing for each in conditions} == {HubStanding.LIVE, None}
    assert [each.push for each in conditions if each.push] == [push]


def test_serve_subscribes_below_its_public_address(house: House) -> None:
    line = house.parts.hubs()

    assert line is not None
    assert line.callbacks == f"{PUBLIC}/websub/"
    assert house.parts.poller().hears_hubs
    assert house.parts.day(worker="here").hubs is not None


def test_nobody_subscribes_where_hubs_cannot_reach_us_or_nobody_wants_it(house: House) -> None:
    settings = house.parts.settings
    plain = replace(house.parts, settings=replace(settings, web=WebSettings(public_url="http://news.shop.example")))
    off = replace(house.parts, settings=replace(settings, poll=replace(settings.poll, websub=False)))
    bare = replace(house.parts, settings=replace(settings, web=None))

    assert [each.hubs() for each in (plain, off, bare)] == [None] * 3
    assert not any(each.poller().hears_hubs for each in (plain, off, bare))


def test_an_operator_may_name_another_address_for_hubs() -> None:
    assert WebSettings(callback_url="http://10.1.0.5:8020").callbacks == "http://10.1.0.5:8020/websub/"
    with pytest.raises(BadSetting, match="public address") as refused:
        WebSettings(callback_url="10.1.0.5/hubs")

    assert refused.value.where == "web.callback_url"
