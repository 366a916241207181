"""Whose issue is due, and what each reader had: the same on every database."""

from datetime import UTC, date, datetime, timedelta

import pytest

from dailyten.model.delivery import Delivery, DeliveryState, delivery_id_of
from dailyten.model.edition import Edition
from dailyten.model.issue import Issue, IssueKind, Place
from dailyten.model.subscriber import Membership, Subscriber, Wishes
from dailyten.store import Store, turns
from dailyten.store.turns import WITH_EDITION, Filling, issue_text
from tests.editions import an_edition

NOW = datetime(2026, 11, 24, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
TODAY = NOW.date()


def subscriber(name: str, membership: Membership = Membership.ACTIVE, **wishes: object) -> Subscriber:
    return Subscriber(
        subscriber_id=name,
        address=f"{name}@example.org",
        membership=membership,
        joined_at=NOW,
        changed_at=NOW,
        wishes=Wishes(**wishes),  # type: ignore[arg-type]
    )


def edition(on: date = TODAY, revision: int = 1) -> Edition:
    return an_edition(datetime(on.year, on.month, on.day, 7, tzinfo=UTC), revision, seen_to=NOW)


def delivery(of: Edition, name: str, state: DeliveryState = DeliveryState.QUEUED) -> Delivery:
    return Delivery(
        delivery_id=delivery_id_of(of.edition_id, name),
        edition_id=of.edition_id,
        subscriber_id=name,
        address=f"{name}@example.org",
        message_id=f"<{name}@example.org>",
        state=state,
        queued_at=of.built_at,
        expires_at=of.built_at + 8 * HOUR,
    )


def filling(of: Edition, name: str, chosen: Issue, state: DeliveryState = DeliveryState.QUEUED) -> Filling:
    theirs = delivery(of, name)
    row = (theirs.delivery_id, name, theirs.address, theirs.message_id, issue_text(chosen))
    return Filling(
        edition_id=of.edition_id, queued_at=theirs.queued_at, expires_at=theirs.expires_at, rows=[row], state=state
    )


def issue(of: Edition, *stories: str) -> Issue:
    places = tuple(Place(story_id=each, why=("network:linkedin",)) for each in stories)
    return Issue(kind=IssueKind.DAILY, editions=(of.edition_id,), places=places, minutes=4, considered=9)


def test_who_is_new_or_has_changed_wishes_is_looked_at_at_once(store: Store) -> None:
    with store.writing() as db:
        db.subscribers.add(subscriber("anna", hour=9, topics=("roi",)))
        db.subscribers.add(subscriber("bert", Membership.PENDING))
        found = db.turns.due(NOW, 10)
        db.turns.put_off({"anna": NOW + HOUR})
        put_off = db.turns.due(NOW, 10)
        db.subscribers.change(subscriber("anna", hour=8))
        changed = db.turns.due(NOW, 10)

    assert [(each.subscriber_id, each.wishes) for each in found] == [("anna", Wishes(hour=9, topics=("roi",)))]
    assert put_off == ()
    assert [each.wishes.hour for each in changed] == [8]


def test_the_longest_due_come_first_and_page_by_page(store: Store) -> None:
    with store.writing() as db:
        for number in range(5):
            db.subscribers.add(subscriber(f"s{number}"))
        db.turns.put_off({f"s{number}": NOW - number * HOUR for number in range(5)})

        assert [each.subscriber_id for each in db.turns.due(NOW, 3)] == ["s4", "s3", "s2"]
        assert db.turns.due(NOW - 5 * HOUR, 3) == ()


def test_who_waits_for_the_edition_is_due_at_no_hour_and_found_by_id(store: Store) -> None:
    with store.writing() as db:
        for name in ("anna", "bert", "cleo"):
            db.subscribers.add(subscriber(name))
        db.turns.put_off(dict.fromkeys(("anna", "bert", "cleo"), WITH_EDITION))
        db.subscribers.change(subscriber("cleo", Membership.PAUSED))

        assert db.turns.due(NOW, 10) == ()
        assert [each.subscriber_id for each in db.turns.with_edition("", 1)] == ["anna"]
        assert [each.subscriber_id for each in db.turns.with_edition("anna", 9)] == ["bert"]


def test_what_was_chosen_comes_back_as_chosen_and_the_first_choice_counts(store: Store) -> None:
    today = edition()
    chosen, other = issue(today, "s1", "s2"), issue(today, "s3")
    with store.writing() as db:
        db.editions.freeze(today)
        db.subscribers.add(subscriber("anna"))
        filled = [db.turns.fill(filling(today, "anna", each)) for each in (chosen, other)]
    with store.reading() as db:
        found = db.turns.issues([delivery(today, "anna").delivery_id, "nobody"])

    assert filled == [1, 0]
    assert found == {delivery(today, "anna").delivery_id: chosen}


@pytest.mark.parametrize("state", DeliveryState)
def test_a_reader_has_had_what_was_not_surely_kept_from_them(store: Store, state: DeliveryState) -> None:
    today, yesterday = edition(), edition(date(2026, 11, 23))
    with store.writing() as db:
        for each in (today, yesterday):
            db.editions.freeze(each)
        db.subscribers.add(subscriber("anna"))
        db.turns.fill(filling(today, "anna", issue(today, "s1"), state))
        db.outbox.fill([delivery(yesterday, "anna")])
        since = today.built_at - timedelta(days=9)
        dates, had = db.turns.last_dates(["anna", "bert"], since), db.turns.delivered(["anna", "bert"], since)

    counted = state not in turns.NOT_SENT
    assert dates == {"anna": today.on if counted else yesterday.on}
    assert [each.on for each in had["anna"] if each.issue] == ([today.on] if counted else [])
    assert [each.issue for each in had["anna"] if each.on == yesterday.on] == [None]


def test_only_who_was_queued_something_before_is_asked_what_it_was(store: Store) -> None:
    today = edition()
    with store.writing() as db:
        db.editions.freeze(today)
        for name in ("anna", "bert"):
            db.subscribers.add(subscriber(name))
        db.turns.fill(filling(today, "anna", issue(today, "s1")))

        assert {each.subscriber_id: each.had_any for each in db.turns.due(NOW, 10)} == {"anna": True, "bert": False}


def test_the_edition_that_is_mailed_is_the_first_of_its_morning(store: Store) -> None:
    with store.writing() as db:
        for each in (edition(), edition(revision=2), edition(date(2026, 11, 1))):
            db.editions.freeze(each)

        assert [line.revision for line in db.editions.first_since(date(2026, 11, 2), "UTC").values()] == [1]
        assert list(db.editions.first_since(date(2026, 11, 1), "UTC")) == [date(2026, 11, 1), NOW.date()]


def test_of_who_was_never_sent_anything_all_that_was_queued_is_still_to_come(store: Store) -> None:
    today, yesterday = edition(), edition(date(2026, 11, 23))
    with store.writing() as db:
        for each in (today, yesterday):
            db.editions.freeze(each)
        db.subscribers.add(subscriber("anna"))
        db.outbox.fill([delivery(each, "anna", DeliveryState.EXPIRED) for each in (today, yesterday)])

        assert db.turns.last_dates(["anna", "bert"]) == {"anna": date(2026, 11, 22)}
        assert db.turns.last_dates(["anna", "bert"], since=NOW - timedelta(days=4)) == {}
