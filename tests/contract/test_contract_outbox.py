"""What every store promises of subscribers and of the mail on its way to them."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dailyten.errors import NotFound
from dailyten.model.delivery import Delivery, DeliveryState, delivery_id_of
from dailyten.model.feedback import Vote, VoteKind
from dailyten.model.subscriber import Membership, Subscriber, Wishes, address_hash_of, subscriber_id_of
from dailyten.store import Store, Transaction, open_store
from dailyten.store import subscribers as pages
from dailyten.store.outbox import SETTLED_FROM, Recovered
from tests.editions import an_edition

NOW = datetime(2026, 11, 2, 6, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EDITION = an_edition(NOW)


def a_subscriber(name: str, membership: Membership = Membership.ACTIVE) -> Subscriber:
    address = f"{name}@a.example"
    return Subscriber(
        subscriber_id=subscriber_id_of(address),
        address=address,
        membership=membership,
        joined_at=NOW,
        changed_at=NOW,
        wishes=Wishes(networks=("facebook",), minutes=5),
    )


def a_delivery(name: str, **more: object) -> Delivery:
    reader = a_subscriber(name)
    delivery = Delivery(
        delivery_id=delivery_id_of(EDITION.edition_id, reader.subscriber_id),
        edition_id=EDITION.edition_id,
        subscriber_id=reader.subscriber_id,
        address=reader.address,
        message_id=f"<{name}@dailyten.example>",
        state=DeliveryState.QUEUED,
        queued_at=NOW,
        expires_at=NOW + 8 * HOUR,
    )
    return replace(delivery, **more)  # type: ignore[arg-type]


def filled(db: Transaction, *names: str) -> Transaction:
    db.editions.freeze(EDITION)
    for name in names:
        db.subscribers.add(a_subscriber(name))
    db.outbox.fill([a_delivery(name) for name in names])
    return db


def state_of(db: Transaction, name: str) -> DeliveryState:
    (delivery,) = [each for each in db.outbox.listing(EDITION.edition_id) if each.address == f"{name}@a.example"]
    return delivery.state


def brought_to(db: Transaction, state: DeliveryState, name: str = "ann") -> Delivery:
    """Lead a delivery, the only open one, into a state by legal moves only."""
    filled(db, name)
    if state is DeliveryState.EXPIRED:
        db.outbox.expire(NOW + DAY)
    elif state is DeliveryState.CANCELLED:
        db.outbox.cancel(a_subscriber(name).subscriber_id, NOW)
    elif state is not DeliveryState.QUEUED:
        (leased,) = db.outbox.lease("w", NOW, NOW + HOUR, 1)
        if state not in (DeliveryState.LEASED, DeliveryState.DEFERRED):
            assert db.outbox.in_doubt(leased.delivery_id, "w")
        if state not in (DeliveryState.LEASED, DeliveryState.IN_DOUBT):
            assert db.outbox.settle(replace(leased, state=state))
    (delivery,) = [each for each in db.outbox.listing(EDITION.edition_id) if each.address == f"{name}@a.example"]
    assert delivery.state is state
    return delivery


def test_a_subscriber_comes_back_as_added(store: Store) -> None:
    reader = replace(a_subscriber("ann"), paused_until=NOW + DAY, consent="form, 2026-11-02")
    with store.writing() as db:
        assert db.subscribers.add(reader)
        assert not db.subscribers.add(replace(reader, consent="again"))

        assert db.subscribers.get(reader.subscriber_id) == db.subscribers.with_address("ann@a.example") == reader
        assert db.subscribers.with_address("bob@a.example") is None


def test_many_are_added_at_once_get_a_turn_and_are_known_by_address_and_id(store: Store) -> None:
    people = [a_subscriber(f"reader{number}") for number in range(1203)]
    with store.writing() as db:
        db.subscribers.add_all(people)
        db.subscribers.add_all([])
        db.subscribers.add(a_subscriber("gone", Membership.UNSUBSCRIBED))
        asked = [*(each.address for each in people), "gone@a.example", "nobody@a.example"]

        assert db.subscribers.counts() == {Membership.ACTIVE: 1203, Membership.UNSUBSCRIBED: 1}
        assert len(db.turns.due(NOW, 2000)) == 1203
        assert db.subscribers.standing_of(asked) == dict.fromkeys(asked[:-2], Membership.ACTIVE) | {
            "gone@a.example": Membership.UNSUBSCRIBED
        }
        assert db.subscribers.known_ids([people[7].subscriber_id, "nobody"]) == {people[7].subscriber_id}
        assert db.subscribers.get(people[1202].subscriber_id) == people[1202]


def test_of_many_addresses_those_of_erased_persons_are_told(store: Store) -> None:
    hashes = [address_hash_of(f"reader{number}@a.example") for number in range(1203)]
    with store.writing() as db:
        db.subscribers.suppress(NOW, *hashes[::2])
        db.subscribers.suppress(NOW + DAY, hashes[0])
        db.subscribers.suppress(NOW)

        assert db.subscribers.suppressed_among(hashes) == set(hashes[::2])


def test_a_changed_subscriber_stays_changed(store: Store) -> None:
    left = replace(a_subscriber("ann"), membership=Membership.UNSUBSCRIBED, changed_at=NOW + DAY)
    with store.writing() as db:
        db.subscribers.add(a_subscriber("ann"))
        db.subscribers.change(left)

        assert db.subscribers.get(left.subscriber_id) == left
        assert db.subscribers.counts() == {Membership.UNSUBSCRIBED: 1}


def test_subscribers_are_gone_through_page_by_page(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    with store.writing() as db:
        for name in "abcde":
            db.subscribers.add(a_subscriber(name))
        db.subscribers.add(a_subscriber("p", Membership.PENDING))

        assert {each.address[0] for each in db.subscribers.in_membership(Membership.ACTIVE)} == set("abcde")
        assert len(list(db.subscribers.in_membership())) == 6


def test_an_unknown_subscriber_is_not_found(store: Store) -> None:
    with store.writing() as db:
        for ask in (db.subscribers.get, lambda name: db.subscribers.erase(name, NOW)):
            with pytest.raises(NotFound):
                ask("nobody")
        with pytest.raises(NotFound):
            db.subscribers.change(a_subscriber("nobody"))


def test_of_an_erased_subscriber_only_a_hash_is_left(store: Store) -> None:
    ann, hashed = a_subscriber("ann"), address_hash_of("ann@a.example")
    with store.writing() as db:
        filled(db, "ann", "bob")
        vote = Vote(
            subscriber_id=ann.subscriber_id,
            edition_id=EDITION.edition_id,
            story_id="s",
            kind=VoteKind.LESS,
            cast_at=NOW,
        )
        db.feedback.cast(vote)
        assert not db.subscribers.suppressed(hashed)
        db.subscribers.erase(ann.subscriber_id, NOW)

        assert db.subscribers.suppressed(hashed)
        assert not db.subscribers.suppressed(address_hash_of("bob@a.example"))
        assert db.subscribers.with_address("ann@a.example") is None
        assert db.feedback.votes(NOW - DAY) == ()
        assert [each.address for each in db.outbox.listing(EDITION.edition_id)] == ["bob@a.example"]
        db.subscribers.welcome_back(hashed)
        assert not db.subscribers.suppressed(hashed)


def test_an_edition_is_queued_once_for_each_subscriber(store: Store) -> None:
    with store.writing() as db:
        filled(db, "ann", "bob")
        db.subscribers.add(a_subscriber("cem"))
        again = [a_delivery(name, message_id="<another>", queued_at=NOW + HOUR) for name in ("ann", "bob", "cem")]

        assert db.outbox.fill(again) == 1
        assert db.outbox.fill(again) == 0
        assert db.outbox.counts(EDITION.edition_id) == {DeliveryState.QUEUED: 3}
        kept = {each.address: each.message_id for each in db.outbox.listing(EDITION.edition_id)}
        assert kept["ann@a.example"] == "<ann@dailyten.example>"


def test_a_leased_delivery_is_nobody_elses(store: Store) -> None:
    with store.writing() as db:
        filled(db, "ann", "bob", "cem")
        first = db.outbox.lease("w1", NOW, NOW + HOUR, 2)
        second = db.outbox.lease("w2", NOW, NOW + HOUR, 2)

        assert {(each.state, each.leased_by, each.leased_until) for each in first} == {
            (DeliveryState.LEASED, "w1", NOW + HOUR)
        }
        assert (len(first), len(second)) == (2, 1)
        assert not {each.delivery_id for each in first} & {each.delivery_id for each in second}
        assert db.outbox.lease("w3", NOW, NOW + HOUR, 2) == ()


def test_a_deferred_delivery_is_leased_when_its_next_try_comes(store: Store) -> None:
    with store.writing() as db:
        (leased,) = filled(db, "ann").outbox.lease("w", NOW, NOW + HOUR, 9)
        later = replace(
            leased, state=DeliveryState.DEFERRED, attempts=1, next_try_at=NOW + 2 * HOUR, reply="451 4.7.1 greylisted"
        )
        assert db.outbox.settle(later)

        assert db.outbox.lease("w", NOW + HOUR, NOW + 3 * HOUR, 9) == ()
        (again,) = db.outbox.lease("w2", NOW + 2 * HOUR, NOW + 3 * HOUR, 9)
        assert (again.attempts, again.message_id, again.reply) == (1, leased.message_id, "451 4.7.1 greylisted")


def test_the_longest_ready_is_leased_first(store: Store) -> None:
    with store.writing() as db:
        filled(db)
        for name, hours in (("ann", 2), ("bob", 0), ("cem", 1)):
            db.subscribers.add(a_subscriber(name))
            db.outbox.fill([a_delivery(name, queued_at=NOW + hours * HOUR)])

        leased = db.outbox.lease("w", NOW + 3 * HOUR, NOW + 4 * HOUR, 2)
        assert [each.address[:3] for each in leased] == ["bob", "cem"]


def test_what_is_too_late_is_neither_leased_nor_kept_open(store: Store) -> None:
    with store.writing() as db:
        filled(db, "ann")

        assert db.outbox.lease("w", NOW + 8 * HOUR, NOW + 9 * HOUR, 9) == ()
        assert db.outbox.expire(NOW + 8 * HOUR - timedelta(microseconds=1)) == 0
        assert db.outbox.expire(NOW + 8 * HOUR) == 1
        assert state_of(db, "ann") is DeliveryState.EXPIRED


def test_a_delivery_in_doubt_is_settled_with_the_servers_reply(store: Store) -> None:
    with store.writing() as db:
        (leased,) = filled(db, "ann").outbox.lease("w", NOW, NOW + HOUR, 9)
        assert db.outbox.in_doubt(leased.delivery_id, "w")
        sent = replace(leased, state=DeliveryState.SENT, attempts=1, reply="250 ok", settled_at=NOW)
        assert db.outbox.settle(sent)

        assert db.outbox.listing(EDITION.edition_id, DeliveryState.SENT) == (replace(sent, leased_until=None),)


def test_only_the_worker_that_leased_may_go_on(store: Store) -> None:
    with store.writing() as db:
        (leased,) = filled(db, "ann").outbox.lease("w1", NOW, NOW + HOUR, 9)
        db.outbox.recover(NOW + HOUR)
        (again,) = db.outbox.lease("w2", NOW + HOUR, NOW + 2 * HOUR, 9)

        assert not db.outbox.in_doubt(leased.delivery_id, "w1")
        assert not db.outbox.settle(replace(leased, state=DeliveryState.FAILED))
        assert db.outbox.in_doubt(again.delivery_id, "w2")
        assert not db.outbox.in_doubt(again.delivery_id, "w2")


def test_after_a_crash_leases_are_queued_again_and_doubts_are_unknown(store: Store) -> None:
    with store.writing() as db:
        filled(db, "ann", "bob", "cem")
        one, two = db.outbox.lease("w1", NOW, NOW + HOUR, 2)
        db.outbox.lease("w2", NOW, NOW + 5 * HOUR, 1)
        assert db.outbox.in_doubt(one.delivery_id, "w1")

        assert db.outbox.recover(NOW + HOUR - timedelta(seconds=1)) == Recovered(queued=0, unknown=0)
        assert db.outbox.recover(NOW + HOUR) == Recovered(queued=1, unknown=1)
        assert db.outbox.recover(NOW + HOUR) == Recovered(queued=0, unknown=0)
        assert db.outbox.counts(EDITION.edition_id) == {
            DeliveryState.QUEUED: 1,
            DeliveryState.UNKNOWN: 1,
            DeliveryState.LEASED: 1,
        }
        assert [each.delivery_id for each in db.outbox.lease("w3", NOW + HOUR, NOW + DAY, 9)] == [two.delivery_id]


def test_a_late_answer_settles_what_was_unknown(store: Store) -> None:
    with store.writing() as db:
        (leased,) = filled(db, "ann").outbox.lease("w", NOW, NOW + HOUR, 9)
        db.outbox.in_doubt(leased.delivery_id, "w")
        db.outbox.recover(NOW + HOUR)

        assert db.outbox.settle(replace(leased, state=DeliveryState.SENT, reply="250 ok"))
        assert state_of(db, "ann") is DeliveryState.SENT


def test_a_subscriber_who_leaves_gets_nothing_that_is_not_yet_at_the_final_dot(store: Store) -> None:
    with store.writing() as db:
        filled(db, "ann", "bob")
        leased = db.outbox.lease("w", NOW, NOW + HOUR, 9)
        for each in leased:
            if each.address.startswith("bob"):
                db.outbox.in_doubt(each.delivery_id, "w")

        assert db.outbox.cancel(a_subscriber("ann").subscriber_id, NOW) == 1
        assert db.outbox.cancel(a_subscriber("bob").subscriber_id, NOW) == 0
        (anns,) = [each for each in leased if each.address.startswith("ann")]
        assert not db.outbox.in_doubt(anns.delivery_id, "w")
        assert (state_of(db, "ann"), state_of(db, "bob")) == (DeliveryState.CANCELLED, DeliveryState.IN_DOUBT)


@pytest.mark.parametrize("before", list(DeliveryState))
def test_only_legal_moves_are_settled(store: Store, before: DeliveryState) -> None:
    for after in DeliveryState:
        with store.writing() as db:
            delivery = brought_to(db, before, after.value)
            legal = before in SETTLED_FROM.get(after, ())

            assert db.outbox.settle(replace(delivery, state=after)) is legal
            assert state_of(db, after.value) is (after if legal else before)
            db.subscribers.erase(delivery.subscriber_id, NOW)


@pytest.mark.parametrize(
    "end", [DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.CANCELLED, DeliveryState.EXPIRED]
)
def test_nothing_comes_out_of_an_end(store: Store, end: DeliveryState) -> None:
    with store.writing() as db:
        delivery = brought_to(db, end)
        db.outbox.recover(NOW + 9 * DAY)
        db.outbox.expire(NOW + 9 * DAY)
        db.outbox.cancel(delivery.subscriber_id, NOW)

        assert db.outbox.lease("w", NOW, NOW + DAY, 9) == ()
        assert not db.outbox.in_doubt(delivery.delivery_id, "w")
        assert state_of(db, "ann") is end


def test_workers_at_the_same_time_share_the_outbox_without_overlap(shared_url: str) -> None:
    names = [f"reader{number}" for number in range(60)]
    taken: list[str] = []
    with open_store(shared_url) as store, store.writing() as db:
        filled(db, *names)

    def work(worker: str) -> None:
        with open_store(shared_url) as store:
            while True:
                with store.writing() as db:
                    leased = db.outbox.lease(worker, NOW, NOW + HOUR, 7)
                if not leased:
                    return
                taken.extend(each.address for each in leased)

    threads = [threading.Thread(target=work, args=[f"w{number}"]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(taken) == sorted(a_subscriber(name).address for name in names)
