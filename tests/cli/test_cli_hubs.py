"""How `feeds health` words the hub of a feed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dailyten.cli.pushing import OURS, hub_line
from dailyten.cli.watching import condition_told
from dailyten.model.feed import Feed, PollState, feed_id_of
from dailyten.model.push import HubStanding, Push
from dailyten.pipeline.conditions import feed_conditions
from dailyten.poll.schedule import PollPolicy
from dailyten.store.store import open_store

NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
PUSH = Push(
    push_id="hidden-name",
    feed_id="f",
    hub_url="https://hub.example/path",
    topic_url="https://shop.example/feed",
    callback="https://news.example/websub/hidden-name",
    secret="hidden-secret",
    try_at=NOW + timedelta(days=7),
    verified_at=NOW,
    lease_until=NOW + timedelta(days=10),
)


@pytest.mark.parametrize("standing", list(HubStanding))
def test_every_standing_is_a_sentence_that_names_the_hub(standing: HubStanding) -> None:
    line = hub_line(PUSH, standing, "UTC")

    assert "ub hub.example" in line
    assert line.endswith(".")
    assert "hidden" not in line


def test_a_live_hub_says_until_when_and_what_it_told_last() -> None:
    told = replace(PUSH, delivered_at=NOW)

    assert hub_line(PUSH, HubStanding.LIVE, "UTC") == (
        "Pushed by hub hub.example until 30 November, 06:00; nothing told so far."
    )
    assert "last told 20 November, 06:00" in hub_line(told, HubStanding.LIVE, "UTC")


def test_programs_learn_neither_the_secret_nor_the_callback(tmp_path: Path) -> None:
    address = "https://shop.example/feed"
    feed = Feed(feed_id=feed_id_of(address), address=address, title="Shop")
    with open_store(f"sqlite:///{tmp_path / 'a.db'}") as store:
        with store.writing() as db:
            db.feeds.apply([feed], NOW)
            db.feeds.record(PollState(feed_id=feed.feed_id))
            db.pushes.keep(replace(PUSH, feed_id=feed.feed_id))
        [condition] = feed_conditions(store, PollPolicy(), NOW)
    told = condition_told(condition, None)

    assert told["hub"]["standing"] == "live"
    assert told["hub"]["hub_url"] == "https://hub.example/path"
    assert not OURS & told["hub"].keys()
    assert "hidden" not in str(told)
