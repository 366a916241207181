"""What every store promises of entries: kept once, considered once, never lost."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dailyten.errors import NotFound, StoreError
from dailyten.model.entry import Entry, KeptEntry, Standing
from dailyten.model.feed import Feed
from dailyten.model.introducing import introduce
from dailyten.store import Store, Transaction
from dailyten.store.keeping import Arrived
from tests.editions import an_edition

NOW = datetime(2026, 11, 2, 6, tzinfo=UTC)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
FEED = Feed(feed_id="f1", address="https://a.example/feed", title="A")
OTHER = Feed(feed_id="f2", address="https://b.example/feed", title="B")


def an_entry(name: str, **more: object) -> Entry:
    entry = Entry(key=f"guid-{name}", guid=f"guid-{name}", title=f"Title {name}", url=f"https://a.example/{name}")
    return replace(entry, **more)  # type: ignore[arg-type]


def listed(db: Transaction) -> Transaction:
    db.feeds.apply([FEED, OTHER], NOW)
    return db


def titles(kept: Iterable[KeptEntry]) -> list[str]:
    return [each.entry.title for each in kept]


def test_an_entry_comes_back_as_the_publisher_wrote_it(store: Store) -> None:
    entry = an_entry(
        "é😀",
        authors=("Ann", "Bob"),
        published_at=NOW - timedelta(microseconds=1),
        updated_at=datetime(1, 1, 1, tzinfo=UTC),
        summary="plain\n\ttext",
        html="<p>'\"\\</p>",
        language="en",
        tags=("seo", "größe"),
    )
    with store.writing() as db:
        kept = listed(db).entries.keep("f1", [entry], now=NOW)

    with store.reading() as db:
        (arrived,) = db.entries.waiting(NOW)
        assert arrived == kept.new[0]
        assert arrived.entry == entry
        assert arrived.standing is Standing.WAITING
        assert db.entries.get([arrived.entry_id, "nobody"]) == {arrived.entry_id: arrived}


def test_a_document_read_again_brings_nothing_new(store: Store) -> None:
    document = [an_entry("1"), an_entry("2")]
    with store.writing() as db:
        first = listed(db).entries.keep("f1", document, now=NOW)
        again = db.entries.keep("f1", document, now=NOW + HOUR)

        assert (len(first.new), len(again.new), len(again.changed)) == (2, 0, 0)
        assert again.known == first.new


def test_a_rewritten_entry_keeps_its_arrival_and_its_standing(store: Store) -> None:
    with store.writing() as db:
        (before,) = listed(db).entries.keep("f1", [an_entry("1")], now=NOW).new
        db.editions.freeze(an_edition(NOW))
        db.entries.consider([before.entry_id], an_edition(NOW).edition_id)
        (after,) = db.entries.keep("f1", [an_entry("1", title="Better", summary="more")], now=NOW + HOUR).changed

        assert after.entry.title == "Better"
        assert (after.first_seen_at, after.standing) == (NOW, Standing.CONSIDERED)
        assert db.entries.get([before.entry_id]) == {before.entry_id: after}
        assert db.entries.waiting(NOW + DAY) == ()
        assert db.entries.revisions(before.entry_id) == (1, "Title 1")
        assert db.entries.keep("f1", [an_entry("1", title="Better", summary="more")], now=NOW + DAY).changed == ()


def test_the_same_words_in_two_feeds_are_two_entries(store: Store) -> None:
    with store.writing() as db:
        listed(db).entries.keep("f1", [an_entry("1")], now=NOW)

        assert len(db.entries.keep("f2", [an_entry("1")], now=NOW).new) == 1


def test_an_entry_stays_itself_when_its_feed_moves(store: Store) -> None:
    with store.writing() as db:
        listed(db).entries.keep("f1", [an_entry("1")], now=NOW)
        db.feeds.apply([replace(feed, address="https://new.example/") for feed in db.feeds.listed()[:1]], NOW)

        assert db.entries.keep("f1", [an_entry("1")], now=NOW + HOUR).new == ()


def test_a_changed_link_is_the_same_entry_and_stays_so(store: Store) -> None:
    with store.writing() as db:
        listed(db).entries.keep("f1", [an_entry("1")], now=NOW)
        moved = an_entry("1", url="https://a.example/elsewhere")

        assert len(db.entries.keep("f1", [moved], now=NOW + HOUR).changed) == 1
        assert len(db.entries.keep("f1", [moved], now=NOW + HOUR).known) == 1


def test_a_reused_guid_is_a_new_entry_and_the_old_one_is_kept(store: Store) -> None:
    reused = an_entry("1", title="Quite another thing", url="https://a.example/other", published_at=NOW)
    with store.writing() as db:
        listed(db).entries.keep("f1", [an_entry("1", published_at=NOW - DAY)], now=NOW)
        (new,) = db.entries.keep("f1", [reused], now=NOW + HOUR).new

        assert new.entry == reused
        assert titles(db.entries.of_feed("f1")) == ["Quite another thing", "Title 1"]
        assert db.entries.keep("f1", [reused], now=NOW + DAY).new == ()


def test_a_guid_shared_by_a_whole_document_hides_nothing(store: Store) -> None:
    document = [an_entry(str(number), key="same", guid="same") for number in range(3)]
    with store.writing() as db:
        assert len(listed(db).entries.keep("f1", document, now=NOW).new) == 3
        assert len(db.entries.keep("f1", document[::-1], now=NOW).known) == 3
        assert len(db.entries.keep("f1", [an_entry("9", key="same", guid="same"), *document], now=NOW).new) == 1


def test_a_key_that_an_earlier_entry_gave_up_may_be_taken(store: Store) -> None:
    """The second entry would get the first one's computed id, though nothing else connects them."""
    with store.writing() as db:
        listed(db)
        old = Entry(key="link-1", url="https://a.example/1", title="Old", published_at=NOW - DAY)
        db.entries.keep("f1", [old], now=NOW)
        db.entries.keep("f1", [replace(old, key="link-2", url="https://a.example/2")], now=NOW)
        new = Entry(key="link-1", url="https://a.example/1", title="New", published_at=NOW)

        assert len(db.entries.keep("f1", [new], now=NOW).new) == 1


def test_what_no_database_can_hold_is_replaced_and_recognised_again(store: Store) -> None:
    entry = an_entry("1", title="nul \x00 and \ud800", tags=("\x00",))
    with store.writing() as db:
        (kept,) = listed(db).entries.keep("f1", [entry], now=NOW).new

        assert kept.entry.title == "nul \ufffd and \ufffd"
        assert db.entries.keep("f1", [entry], now=NOW).known == (kept,)


def test_a_very_long_title_and_link_are_kept(store: Store) -> None:
    long = an_entry(
        "1", guid="".join(map(chr, range(0x4E00, 0x9000))), title="t" * 50_000, url="https://a.example/" * 999
    )
    with store.writing() as db:
        (kept,) = listed(db).entries.keep("f1", [long], now=NOW).new

        assert kept.entry == long
        assert len(db.entries.keep("f1", [long], now=NOW).known) == 1


def test_two_thousand_entries_in_one_document_are_kept(store: Store) -> None:
    document = [an_entry(str(number)) for number in range(2000)]
    with store.writing() as db:
        assert len(listed(db).entries.keep("f1", document, now=NOW).new) == 2000
        assert len(db.entries.keep("f1", document, now=NOW).known) == 2000
        assert titles(db.entries.waiting(NOW)) == [entry.title for entry in document]


def test_back_issues_of_a_first_read_are_known_and_not_waiting(store: Store) -> None:
    document = [an_entry("new", published_at=NOW), an_entry("edge", published_at=NOW - WEEK)]
    document += [an_entry("old", published_at=NOW - 2 * WEEK), an_entry("older", updated_at=NOW - 3 * WEEK)]
    with store.writing() as db:
        kept = listed(db).entries.keep("f1", document, now=NOW, back_issues_before=NOW - WEEK)

        assert [each.standing for each in kept.new] == [Standing.WAITING] * 2 + [Standing.KNOWN] * 2
        assert titles(db.entries.waiting(NOW)) == ["Title new", "Title edge"]
        assert db.entries.counts() == {"f1": {Standing.WAITING: 2, Standing.KNOWN: 2}}


def test_of_undated_back_issues_the_first_ten_wait(store: Store) -> None:
    document = [an_entry(str(number)) for number in range(14)]
    with store.writing() as db:
        listed(db).entries.keep("f1", document, now=NOW, back_issues_before=NOW - WEEK)

        assert titles(db.entries.waiting(NOW)) == [f"Title {number}" for number in range(10)]


def test_a_later_read_waits_whatever_date_it_claims(store: Store) -> None:
    with store.writing() as db:
        listed(db).entries.keep("f1", [an_entry("1", published_at=NOW)], now=NOW, back_issues_before=NOW - WEEK)
        late = [an_entry("late", published_at=NOW - 900 * DAY), *(an_entry(str(number)) for number in range(2, 20))]
        db.entries.keep("f1", late, now=NOW + DAY, back_issues_before=NOW)

        assert len(db.entries.waiting(NOW + DAY)) == 20


def test_a_feed_that_was_empty_at_first_has_back_issues_when_it_delivers(store: Store) -> None:
    with store.writing() as db:
        listed(db).entries.keep("f1", [], now=NOW, back_issues_before=NOW - WEEK)
        old = [an_entry("1", published_at=NOW - 2 * WEEK)]

        (kept,) = db.entries.keep("f1", old, now=NOW, back_issues_before=NOW - WEEK).new
        assert kept.standing is Standing.KNOWN


def test_without_a_border_everything_of_a_first_read_waits(store: Store) -> None:
    with store.writing() as db:
        (kept,) = listed(db).entries.keep("f1", [an_entry("1", published_at=NOW - 99 * WEEK)], now=NOW).new

        assert kept.standing is Standing.WAITING


def test_documents_of_many_feeds_are_kept_together_each_as_if_alone(store: Store) -> None:
    with store.writing() as db:
        listed(db).entries.keep("f1", [an_entry("1"), an_entry("2")], now=NOW)
        documents = [
            Arrived(feed_id="f2", entries=introduce("f2", [an_entry("1"), an_entry("1")]), now=NOW + HOUR),
            Arrived(
                feed_id="f1",
                entries=introduce("f1", [an_entry("1"), an_entry("2", title="New words"), an_entry("3")]),
                now=NOW + HOUR,
            ),
        ]
        second, first = db.entries.keep_all(documents)

        assert titles(second.new) == ["Title 1"]
        assert titles(first.new) == ["Title 3"]
        assert titles(first.changed) == ["New words"]
        assert titles(first.known) == ["Title 1"]
        again = db.entries.keep_all(documents)
        assert [(each.new, each.changed) for each in again] == [((), ()), ((), ())]


def test_waiting_takes_what_arrived_until_then_in_order_of_arrival(store: Store) -> None:
    with store.writing() as db:
        listed(db).entries.keep("f1", [an_entry("b"), an_entry("a")], now=NOW + HOUR)
        db.entries.keep("f2", [an_entry("c")], now=NOW)
        db.entries.keep("f2", [an_entry("d")], now=NOW + 2 * HOUR)

        assert titles(db.entries.waiting(NOW + HOUR)) == ["Title c", "Title b", "Title a"]
        assert titles(db.entries.arrived_since(NOW + HOUR)) == ["Title b", "Title a", "Title d"]
        assert titles(db.entries.of_feed("f1", limit=1)) == ["Title a"]
        assert db.entries.arrivals_of(["f1", "f2", "f3"], 9) == {
            "f1": {NOW + HOUR},
            "f2": {NOW + 2 * HOUR, NOW},
            "f3": set(),
        }
        assert db.entries.arrivals_of(["f2"], 1) == {"f2": {NOW + 2 * HOUR}}


def test_an_entry_is_considered_by_exactly_one_edition(store: Store) -> None:
    one, two = an_edition(NOW, 1), an_edition(NOW, 2)
    with store.writing() as db:
        kept = listed(db).entries.keep("f1", [an_entry("1"), an_entry("2")], now=NOW).new
        ids = [each.entry_id for each in kept]
        db.editions.freeze(one)
        db.editions.freeze(two)
        db.entries.consider(ids[:1], one.edition_id)
        db.entries.consider(ids[:1], one.edition_id)

        assert titles(db.entries.waiting(NOW)) == ["Title 2"]
        assert titles(db.entries.considered_by(one.edition_id)) == ["Title 1"]
    with pytest.raises(StoreError, match="1 entries are not"), store.writing() as db:
        db.entries.consider(ids, two.edition_id)
    with store.reading() as db:
        assert titles(db.entries.waiting(NOW)) == ["Title 2"]
        assert db.entries.considered_by(two.edition_id) == ()


def test_an_edition_may_be_frozen_after_it_considered_within_one_transaction(store: Store) -> None:
    with store.writing() as db:
        (kept,) = listed(db).entries.keep("f1", [an_entry("1")], now=NOW).new
        db.entries.consider([kept.entry_id], an_edition(NOW).edition_id)
        db.editions.freeze(an_edition(NOW))

    with store.reading() as db:
        (considered,) = db.entries.considered_by(an_edition(NOW).edition_id)
        assert considered == replace(kept, standing=Standing.CONSIDERED, edition_id=an_edition(NOW).edition_id)


@pytest.mark.parametrize("what", ["known", "missing"])
def test_what_does_not_wait_cannot_be_considered(store: Store, what: str) -> None:
    with store.writing() as db:
        old = [an_entry("1", published_at=NOW - 2 * WEEK)]
        (kept,) = listed(db).entries.keep("f1", old, now=NOW, back_issues_before=NOW - WEEK).new
        db.editions.freeze(an_edition(NOW))

        with pytest.raises(StoreError, match="not this edition's"):
            db.entries.consider([kept.entry_id if what == "known" else "nobody"], an_edition(NOW).edition_id)


def test_entries_of_an_unknown_feed_are_refused(store: Store) -> None:
    with store.writing() as db, pytest.raises(NotFound):
        db.entries.keep("nobody", [an_entry("1")], now=NOW)


def test_an_unknown_entry_has_no_revisions(store: Store) -> None:
    with store.reading() as db, pytest.raises(NotFound):
        db.entries.revisions("nobody")


def test_an_entry_is_found_by_its_address(store: Store) -> None:
    with store.writing() as db:
        listed(db).entries.keep("f1", [an_entry("1"), an_entry("2")], now=NOW)
        db.entries.keep("f2", [an_entry("3", url="https://a.example/1")], now=NOW + HOUR)

        assert titles(db.entries.at_address("https://a.example/1")) == ["Title 1", "Title 3"]
        assert db.entries.at_address("https://a.example/") == ()
