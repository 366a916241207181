"""Hubs that feeds announce and subscriptions at them, on every database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread

from dailyten.model.feed import Feed, PollState, feed_id_of
from dailyten.model.push import Announcement, Intent, Push
from dailyten.pipeline.pushing import Heard, hear
from dailyten.poll.schedule import PollPolicy
from dailyten.store import Store, open_store

NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
FEEDS = [Feed(feed_id=feed_id_of(at), address=at, title=at) for at in ("https://a.example/", "https://b.example/")]
A, B = (feed.feed_id for feed in FEEDS)


def announced(feed_id: str, hub: str = "https://hub.example/") -> Announcement:
    return Announcement(feed_id=feed_id, hub_url=hub, topic_url="https://a.example/")


def push(name: str, feed_id: str) -> Push:
    return Push(
        push_id=name,
        feed_id=feed_id,
        hub_url="https://hub.example/",
        topic_url="https://a.example/",
        callback=f"https://news.example/websub/{name}",
        secret="s",
    )


def test_an_announcement_is_kept_replaced_and_withdrawn(store: Store) -> None:
    with store.writing() as db:
        db.feeds.apply(FEEDS, NOW)
        db.pushes.announce([announced(A), announced(B)])
        db.pushes.announce([announced(A, "https://new.example/")])
        db.pushes.withdraw([B, "no such feed"])

    with store.reading() as db:
        assert db.pushes.announced() == {A: announced(A, "https://new.example/")}
        assert db.pushes.announced([B]) == {}
        assert db.pushes.announced([A, B]) == db.pushes.announced()


def test_a_feed_off_the_list_announces_nothing_and_does_again_when_it_comes_back(store: Store) -> None:
    with store.writing() as db:
        db.feeds.apply(FEEDS, NOW)
        db.pushes.announce([announced(A), announced(B)])
        db.feeds.apply(FEEDS[1:], NOW)
        without = db.pushes.announced()
        db.feeds.apply(FEEDS, NOW)

        assert without == {B: announced(B)}
        assert set(db.pushes.announced()) == {A, B}


def test_a_subscription_comes_back_as_it_was_kept(store: Store) -> None:
    whole = replace(
        push("one", A),
        asked=Intent.UNSUBSCRIBE,
        asked_at=NOW,
        try_at=NOW + timedelta(microseconds=1),
        failures=2,
        detail="HTTP 500",
        verified_at=NOW,
        lease_until=NOW,
        denied_at=NOW,
        delivered_at=NOW,
        deliveries=3,
        ignored=4,
        missed=5,
        leaving=True,
    )
    with store.writing() as db:
        db.feeds.apply(FEEDS, NOW)
        db.pushes.keep(push("one", A), push("two", B))
        db.pushes.keep(whole)

    with store.reading() as db:
        assert db.pushes.find("one") == whole
        assert db.pushes.find("nobody") is None
        assert {each.push_id for each in db.pushes.all()} == {"one", "two"}
        assert db.pushes.of_feeds([A, B]) == {B: push("two", B)}


def test_what_is_forgotten_is_gone(store: Store) -> None:
    with store.writing() as db:
        db.feeds.apply(FEEDS, NOW)
        db.pushes.keep(push("one", A), push("two", B))
        db.pushes.drop("one", "nobody")
        db.pushes.drop()

        assert [each.push_id for each in db.pushes.all()] == ["two"]


def test_live_and_silent_subscriptions_are_counted(store: Store) -> None:
    live = replace(push("live", A), lease_until=NOW + timedelta(seconds=1))
    with store.writing() as db:
        db.feeds.apply(FEEDS, NOW)
        db.pushes.keep(
            live, replace(live, push_id="silent", feed_id=B, missed=2), replace(live, push_id="left", leaving=True)
        )
        db.pushes.keep(replace(live, push_id="over", lease_until=NOW), push("new", B))

        assert (db.pushes.count_live(NOW), db.pushes.count_live(NOW, missed=2)) == (2, 1)


def test_the_poll_state_of_one_feed_is_that_of_the_list(store: Store) -> None:
    with store.writing() as db:
        db.feeds.apply(FEEDS[:1], NOW)

        assert db.feeds.poll_state(A) == PollState(feed_id=A)
        assert db.feeds.poll_state(B) is None


def test_a_hint_that_comes_while_a_poll_is_being_written_outlives_what_the_poll_writes(shared_url: str) -> None:
    """The hint waits for the poll. Unheld, it would mostly come first, and the poll's six hours be written over it."""
    later, policy = NOW + timedelta(hours=6), PollPolicy()
    with open_store(shared_url) as store, open_store(shared_url) as web:
        with store.writing() as db:
            db.feeds.apply(FEEDS, NOW)
            db.pushes.keep(push("a", A))
        told = Thread(target=hear, args=(web, "a", Heard.TAKEN, policy, NOW))
        with store.writing() as db:
            db.feeds.hold([A])
            seen = db.pushes.of_feeds([A])[A]
            told.start()
            told.join(0.2)
            db.pushes.keep(replace(seen, missed=1))
            db.feeds.record(PollState(feed_id=A, etag="new", last_poll_at=NOW, next_poll_at=later))
        told.join()
        with store.reading() as db:
            state, [after] = db.feeds.poll_states()[A], db.pushes.all()

    assert state == PollState(feed_id=A, etag="new", last_poll_at=NOW, next_poll_at=NOW + policy.shortest)
    assert (after.delivered_at, after.deliveries, after.missed) == (NOW, 1, 0)
