"""What every store promises of its transactions."""

import threading
from datetime import UTC, datetime

import pytest

from dailyten.errors import StoreError
from dailyten.model.entry import Entry
from dailyten.model.feed import Feed
from dailyten.store import Store, open_store

NOW = datetime(2026, 11, 2, 6, tzinfo=UTC)
FEED = Feed(feed_id="f1", address="https://a.example/feed", title="A")


def test_what_was_written_is_there_for_the_next_reader(store: Store) -> None:
    with store.writing() as db:
        db.feeds.apply([FEED], NOW)

    with store.reading() as db:
        assert db.feeds.listed() == (FEED,)


def test_a_transaction_that_raises_leaves_nothing_behind(store: Store) -> None:
    def write_and_fail() -> None:
        with store.writing() as db:
            db.feeds.apply([FEED], NOW)
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        write_and_fail()

    with store.reading() as db:
        assert db.feeds.listed() == ()


def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(StoreError), store.reading() as db:
        db.feeds.apply([FEED], NOW)

    with store.writing() as db:
        assert db.feeds.apply([FEED], NOW) == (FEED,)


def test_a_row_that_names_nothing_is_refused_in_clear_words(store: Store) -> None:
    with store.writing() as db:
        db.feeds.apply([FEED], NOW)
        (kept,) = db.entries.keep("f1", [Entry(key="k")], now=NOW).new

    with pytest.raises(StoreError, match="contradicts another"), store.writing() as db:
        db.entries.consider([kept.entry_id], "no such edition")


def test_a_store_opened_again_has_everything_and_does_nothing(shared_url: str) -> None:
    with open_store(shared_url) as store, store.writing() as db:
        db.feeds.apply([FEED], NOW)

    with open_store(shared_url) as again, again.reading() as db:
        assert db.feeds.listed() == (FEED,)


def test_a_reader_sees_one_moment_while_another_writes(shared_url: str) -> None:
    with open_store(shared_url) as store, store.reading() as before:
        assert before.feeds.listed() == ()
        with store.writing() as db:
            db.feeds.apply([FEED], NOW)

        assert before.feeds.listed() == ()


def test_several_programs_may_open_a_fresh_database_at_the_same_time(shared_url: str) -> None:
    faults: list[Exception] = []

    def start() -> None:
        try:
            with open_store(shared_url) as store, store.reading() as db:
                db.feeds.listed()
        except Exception as error:  # noqa: BLE001 - collected for the assertion
            faults.append(error)

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []


def test_an_undamaged_store_has_no_faults(store: Store) -> None:
    with store.writing() as db:
        db.feeds.apply([FEED], NOW)

    assert store.faults() == ()
