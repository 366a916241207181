"""What every store promises of feeds and polling."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from dailyten.errors import NotFound
from dailyten.model.entry import Entry
from dailyten.model.feed import Feed, ListChange, PollNote, PollState, Replacement, feed_id_of
from dailyten.model.fetched import Failure
from dailyten.store import Store, open_store

NOW = datetime(2026, 11, 2, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)


def a_feed(name: str) -> Feed:
    address = f"https://{name}.example/feed"
    return Feed(feed_id=feed_id_of(address), address=address, title=name.title(), category="x", weight=2.5)


def test_exactly_the_applied_feeds_are_listed_in_their_order(store: Store) -> None:
    with store.writing() as db:
        db.feeds.apply([a_feed("a"), a_feed("b"), a_feed("c")], NOW)
        listed = db.feeds.apply([a_feed("c"), a_feed("a")], NOW + HOUR)

        assert listed == db.feeds.listed() == (a_feed("c"), a_feed("a"))


def test_applying_the_same_list_twice_changes_nothing(store: Store) -> None:
    with store.writing() as db:
        once = db.feeds.apply([a_feed("a"), a_feed("b")], NOW)

        assert db.feeds.apply([a_feed("a"), a_feed("b")], NOW + HOUR) == once


def test_it_is_known_which_text_the_listed_feeds_were_read_from_until_others_are_applied(store: Store) -> None:
    with store.writing() as db:
        assert db.feeds.stamp() == ""
        db.feeds.apply([a_feed("a")], NOW, stamp="one")
        db.feeds.apply([a_feed("a")], NOW, stamp="two")
        assert db.feeds.stamp() == "two"
        db.feeds.apply([a_feed("a")], NOW)

        assert db.feeds.stamp() == ""


def apply(store: Store, feeds: list[Feed], stamp: str) -> None:
    with store.writing() as db:
        db.feeds.apply(feeds, NOW, stamp=stamp)


def test_who_applies_a_list_while_another_is_being_applied_waits_and_has_the_last_word(shared_url: str) -> None:
    """Else the feeds of both would be listed under the stamp of one, and neither list be read again."""
    with open_store(shared_url) as store, open_store(shared_url) as other:
        second = Thread(target=apply, args=(other, [a_feed("b"), a_feed("c")], "second"))
        with store.writing() as db:
            db.feeds.apply([a_feed("a"), a_feed("b")], NOW, stamp="first")
            second.start()
            second.join(0.2)
        second.join()
        with store.reading() as db:
            listed, stamp = db.feeds.listed(), db.feeds.stamp()

    assert (listed, stamp) == ((a_feed("b"), a_feed("c")), "second")


def test_an_empty_list_lists_nothing(store: Store) -> None:
    with store.writing() as db:
        db.feeds.apply([a_feed("a")], NOW)

        assert db.feeds.apply([], NOW) == ()


def test_it_is_known_since_when_a_feed_is_listed_and_since_when_its_polls_go_well(store: Store) -> None:
    feeds = [a_feed(name) for name in ("well", "mended", "failing", "never")]
    well, mended, failing, never = (feed.feed_id for feed in feeds)
    log = [(well, "fresh", 0), (well, "unchanged", 1), (mended, "fresh", 0), (mended, "dns", 1), (mended, "fresh", 2)]
    log += [(mended, "unchanged", 3), (failing, "fresh", 0), (failing, "tls", 1)]
    with store.writing() as db:
        db.feeds.apply(feeds[:3], NOW)
        db.feeds.apply(feeds, NOW + HOUR)
        db.feeds.note_poll(*(PollNote(feed_id=each, asked_at=NOW + n * HOUR, outcome=said) for each, said, n in log))

        assert db.feeds.recovered_at() == {well: NOW, mended: NOW + 2 * HOUR}
        assert db.feeds.added_at() == {well: NOW, mended: NOW, failing: NOW, never: NOW + HOUR}


def test_a_feed_that_returns_keeps_its_state_and_its_entries(store: Store) -> None:
    feed = a_feed("a")
    state = PollState(feed_id=feed.feed_id, etag='"1"', next_poll_at=NOW + HOUR, failures=2, failure=Failure.TLS)
    with store.writing() as db:
        db.feeds.apply([feed], NOW)
        db.feeds.record(state)
        db.entries.keep(feed.feed_id, [Entry(key="k")], now=NOW)
        db.feeds.apply([], NOW)
        assert db.feeds.poll_states() == {}
        assert db.feeds.due(NOW + 2 * HOUR) == ()
        assert db.feeds.get(feed.feed_id) == feed
        db.feeds.apply([feed], NOW)

        assert db.feeds.poll_states() == {feed.feed_id: state}
        assert len(db.entries.of_feed(feed.feed_id)) == 1


def moved(feed: Feed, address: str) -> Feed:
    """Name a feed's new address, as the list does with `dailyten:id`."""
    return replace(feed, address=address)


def test_a_feed_that_moved_keeps_its_id_and_is_found_under_both_addresses(store: Store) -> None:
    feed = a_feed("a")
    elsewhere = moved(feed, "https://new.example/")
    with store.writing() as db:
        db.feeds.apply([feed], NOW)

        assert db.feeds.apply([elsewhere], NOW + HOUR) == (elsewhere,)
        assert db.feeds.with_address(feed.address) == db.feeds.with_address("https://new.example/") == elsewhere
        assert db.feeds.with_address("https://other.example/") is None
        assert db.feeds.addresses_of(feed.feed_id) == (
            (feed.address, NOW),
            ("https://new.example/", NOW + HOUR),
        )


def test_a_list_that_names_the_new_address_of_a_moved_feed_without_its_id_means_it(store: Store) -> None:
    feed, named = a_feed("a"), "https://new.example/"
    with store.writing() as db:
        db.feeds.apply([feed], NOW)
        db.feeds.apply([moved(feed, named)], NOW)
        listed = db.feeds.apply([Feed(feed_id=feed_id_of(named), address=named, title="Retitled")], NOW)

        assert listed == (Feed(feed_id=feed.feed_id, address=named, title="Retitled"),)


def test_a_list_that_names_both_addresses_of_a_moved_feed_means_one_feed(store: Store) -> None:
    feed, other = a_feed("a"), a_feed("b")
    with store.writing() as db:
        db.feeds.apply([feed], NOW)
        db.feeds.apply([moved(feed, other.address)], NOW)
        listed = db.feeds.apply([feed, other], NOW)

        assert [(each.feed_id, each.title) for each in listed] == [(feed.feed_id, "A")]


def test_a_list_that_names_the_old_address_again_moves_the_feed_back(store: Store) -> None:
    feed = a_feed("a")
    with store.writing() as db:
        db.feeds.apply([feed], NOW)
        db.feeds.apply([moved(feed, "https://new.example/")], NOW)

        assert db.feeds.apply([feed], NOW) == (feed,)


def test_a_feed_with_a_new_address_is_asked_at_once_and_one_without_keeps_its_time(store: Store) -> None:
    feeds = [a_feed("a"), a_feed("b")]
    with store.writing() as db:
        db.feeds.apply(feeds, NOW)
        for feed in feeds:
            state = PollState(feed_id=feed.feed_id, next_poll_at=NOW + HOUR, moved_to="https://c.example/")
            db.feeds.record(replace(state, moved_since=NOW, etag="kept"))
        db.feeds.apply([moved(feeds[0], "https://new.example/"), feeds[1]], NOW)

        assert [feed.address for feed, _ in db.feeds.due(NOW)] == ["https://new.example/"]
        states = db.feeds.poll_states()
        assert states[feeds[0].feed_id] == PollState(feed_id=feeds[0].feed_id, etag="kept")
        assert states[feeds[1].feed_id].moved_to == "https://c.example/"


def test_a_feed_does_not_take_the_address_of_another(store: Store) -> None:
    with store.writing() as db:
        db.feeds.apply([a_feed("a"), a_feed("b")], NOW)

        listed = db.feeds.apply([moved(a_feed("a"), a_feed("b").address), a_feed("b")], NOW)

        assert listed == (replace(a_feed("b"), title="A"),)


def test_the_last_look_at_a_dead_feeds_site_is_kept_until_the_feed_moves(store: Store) -> None:
    feed = a_feed("a")
    nothing = Replacement(feed_id=feed.feed_id, looked_at=NOW)
    found = replace(nothing, looked_at=NOW + HOUR, address="https://new.example/", title="A", shared=3, known=5)
    with store.writing() as db:
        db.feeds.apply([feed], NOW)
        db.feeds.keep_replacement(nothing)
        db.feeds.keep_replacement(found)
        assert db.feeds.replacements() == {feed.feed_id: found}

        db.feeds.apply([moved(feed, found.address)], NOW)
        assert db.feeds.replacements() == {}


def test_the_lists_history_is_numbered_from_one_and_keeps_every_byte(store: Store) -> None:
    first = ListChange(act="add", changed_at=NOW, before=b"\x00\xff\r\n", after=b"\xfe\xff", lines=("+ A",))
    with store.writing() as db:
        assert db.lists.history() == ()
        kept = [db.lists.note(each) for each in (first, replace(first, act="undo"))]
        db.lists.mark_undone(1, NOW + HOUR)

        assert kept[0] == replace(first, change_id=1)
        assert [each.change_id for each in db.lists.history()] == [2, 1]
        assert db.lists.get(1) == replace(first, change_id=1, undone_at=NOW + HOUR)
        with pytest.raises(NotFound):
            db.lists.get(3)


def test_an_unknown_feed_is_not_found(store: Store) -> None:
    with store.reading() as db, pytest.raises(NotFound):
        db.feeds.get("nobody")


def test_a_poll_state_comes_back_as_it_was_recorded(store: Store) -> None:
    feed = a_feed("a")
    state = PollState(
        feed_id=feed.feed_id,
        etag='W/"é"',
        last_modified="Mon, 02 Nov 2026 06:00:00 GMT",
        validated_at=NOW,
        body_sha256="0" * 64,
        next_poll_at=NOW + timedelta(microseconds=1),
        last_poll_at=NOW,
        last_good_at=NOW - HOUR,
        failures=3,
        failing_since=NOW - HOUR,
        failure=Failure.SERVER_ERROR,
        failure_detail="HTTP 503",
        moved_to="https://b.example/",
        moved_since=NOW,
    )
    with store.writing() as db:
        db.feeds.apply([feed], NOW)
        assert db.feeds.poll_states() == {feed.feed_id: PollState(feed_id=feed.feed_id)}
        db.feeds.record(state)

        assert db.feeds.poll_states() == {feed.feed_id: state}


def test_listed_feeds_that_fail_are_told_in_the_order_of_the_list(store: Store) -> None:
    feeds = [a_feed(name) for name in ("well", "late", "gone", "unlisted")]
    _, late, gone, unlisted = (feed.feed_id for feed in feeds)
    with store.writing() as db:
        db.feeds.apply(feeds, NOW)
        db.feeds.record(
            *(PollState(feed_id=each, failure=Failure.DNS, failures=1) for each in (gone, late, unlisted)),
        )
        db.feeds.apply(feeds[:3], NOW)

        assert [(feed.title, state.failure) for feed, state in db.feeds.failing()] == [
            ("Late", Failure.DNS),
            ("Gone", Failure.DNS),
        ]


def test_feeds_never_polled_are_due_first_then_the_longest_overdue(store: Store) -> None:
    feeds = [a_feed(name) for name in "abcde"]
    with store.writing() as db:
        db.feeds.apply(feeds, NOW)
        for feed, next_poll_at in zip(feeds, [NOW, NOW - HOUR, None, NOW + HOUR, NOW - 2 * HOUR], strict=True):
            db.feeds.record(PollState(feed_id=feed.feed_id, next_poll_at=next_poll_at))

        assert [feed.title for feed, _ in db.feeds.due(NOW)] == ["C", "E", "B", "A"]
        assert [feed.title for feed, _ in db.feeds.due(NOW, limit=2)] == ["C", "E"]
        assert [state.next_poll_at for _, state in db.feeds.due(NOW, limit=2)] == [None, NOW - 2 * HOUR]


def test_the_poll_log_tells_what_each_asking_brought(store: Store) -> None:
    feed = a_feed("a")
    notes = [
        PollNote(feed_id=feed.feed_id, asked_at=NOW, outcome="fresh", status=200, body_bytes=9, new_entries=2),
        PollNote(feed_id=feed.feed_id, asked_at=NOW + HOUR, outcome="unchanged", status=304, conditional=True),
        PollNote(feed_id=feed.feed_id, asked_at=NOW + 2 * HOUR, outcome="dns", milliseconds=40),
    ]
    with store.writing() as db:
        db.feeds.apply([feed], NOW)
        for note in notes:
            db.feeds.note_poll(note)

        assert db.feeds.poll_log(feed.feed_id, NOW) == tuple(notes)
        assert db.feeds.poll_log(feed.feed_id, NOW + HOUR) == tuple(notes[1:])
        assert db.feeds.forget_polls(NOW + HOUR) == 1
        assert db.feeds.poll_log(feed.feed_id, NOW) == tuple(notes[1:])
