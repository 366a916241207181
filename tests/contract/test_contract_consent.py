"""What every store promises of consent, of what waits for a confirmation, and of its mails."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dailyten.errors import NotFound
from dailyten.model.consent import Act, Ask, AskKind, Consent, Door, ask_id_of
from dailyten.model.delivery import Delivery, DeliveryState
from dailyten.model.subscriber import Membership, Wishes, address_hash_of
from dailyten.store import Store
from tests.contract.test_contract_outbox import DAY, EDITION, HOUR, NOW, a_subscriber, filled, state_of

ASK = Ask(
    ask_id=ask_id_of(AskKind.JOIN, "ann@a.example"),
    kind=AskKind.JOIN,
    address="ann@a.example",
    asked_at=NOW,
    wishes=Wishes(networks=("facebook",), days="weekly", zone="Asia/Tokyo"),
    text_version="2026-11",
)


def a_line(act: Act, name: str = "ann") -> Consent:
    return Consent(subscriber_id=a_subscriber(name).subscriber_id, at=NOW, act=act, door=Door.WEB, words="the form")


def a_confirm_mail() -> Delivery:
    return Delivery(
        delivery_id="mail",
        edition_id=AskKind.JOIN,
        subscriber_id=ASK.ask_id,
        address=ASK.address,
        message_id="<mail@a.example>",
        state=DeliveryState.QUEUED,
        queued_at=NOW,
        expires_at=NOW + 2 * DAY,
    )


def test_the_ledger_keeps_every_line_in_its_order_and_goes_with_the_person(store: Store) -> None:
    lines = [a_line(Act.ASKED), a_line(Act.CONFIRMED), a_line(Act.CONFIRMED)]
    with store.writing() as db:
        db.subscribers.add(a_subscriber("ann"))
        db.subscribers.add(a_subscriber("bob"))
        db.consents.add(*lines)
        db.consents.add(a_line(Act.ADDED, "bob"))
        db.consents.add()

        assert db.consents.of(a_subscriber("ann").subscriber_id) == tuple(lines)
        db.subscribers.erase(a_subscriber("ann").subscriber_id, NOW)
        assert db.consents.of(a_subscriber("ann").subscriber_id) == ()
        assert len(db.consents.of(a_subscriber("bob").subscriber_id)) == 1


def test_an_ask_comes_back_as_kept_and_the_later_one_stands(store: Store) -> None:
    later = replace(ASK, asked_at=NOW + HOUR, mailed_at=NOW, wishes=Wishes())
    moving = replace(ASK, ask_id="move", kind=AskKind.NEW_ADDRESS, subscriber_id="bob", address="new@a.example")
    with store.writing() as db:
        db.asks.keep(ASK)
        assert db.asks.get(ASK.ask_id) == ASK
        db.asks.keep(later)
        db.asks.keep(moving)

        assert db.asks.find(ASK.ask_id) == later
        assert db.asks.of("ann@a.example") == (later,)
        assert db.asks.of("bob@a.example", "bob") == (moving,)
        assert set(db.asks.older_than(NOW + HOUR)) == {"move"}
        db.asks.drop(ASK.ask_id)
        with pytest.raises(NotFound):
            db.asks.get(ASK.ask_id)


def test_knocks_are_counted_by_network_and_in_all_and_forgotten(store: Store) -> None:
    with store.writing() as db:
        for network, hours in (("192.0.2.0/24", 0), ("192.0.2.0/24", 2), ("2001:db8::/48", 2)):
            db.asks.knock(network, NOW + hours * HOUR)

        assert db.asks.knocks(NOW) == 3
        assert db.asks.knocks(NOW, "192.0.2.0/24") == 2
        assert db.asks.knocks(NOW + HOUR, "192.0.2.0/24") == 1
        db.asks.forget_knocks(NOW + HOUR)
        assert db.asks.knocks(NOW) == 2


def test_a_confirm_mail_makes_the_moves_of_any_other_and_needs_no_subscriber(store: Store) -> None:
    with store.writing() as db:
        assert db.confirm_mails.fill([a_confirm_mail()]) == 1
        assert db.confirm_mails.fill([a_confirm_mail()]) == 0
        (leased,) = db.confirm_mails.lease("w", NOW, NOW + HOUR, 9)
        assert db.outbox.lease("w", NOW, NOW + HOUR, 9) == ()
        assert db.confirm_mails.in_doubt(leased.delivery_id, "w")
        assert db.confirm_mails.settle(replace(leased, state=DeliveryState.SENT, settled_at=NOW))

        assert [each.state for each in db.confirm_mails.of(ASK.ask_id)] == [DeliveryState.SENT]
        db.confirm_mails.forget(ASK.ask_id)
        assert db.confirm_mails.of(ASK.ask_id) == ()


@pytest.mark.parametrize("gone", [each for each in Membership if each is not Membership.ACTIVE])
def test_just_before_the_final_dot_nobody_but_the_active_is_mailed(store: Store, gone: Membership) -> None:
    """On PostgreSQL an edition may be queued in the moment in which somebody leaves, so cancelling finds nothing."""
    with store.writing() as db:
        filled(db, "ann", "bob")
        leased = db.outbox.lease("w", NOW, NOW + HOUR, 9)
        db.subscribers.change(a_subscriber("ann", gone))

        said = {each.address[:3]: db.outbox.in_doubt(each.delivery_id, "w") for each in leased}
        assert said == {"ann": False, "bob": True}
        assert state_of(db, "ann") is DeliveryState.LEASED


def test_what_is_in_nobodys_hands_goes_to_the_new_address(store: Store) -> None:
    with store.writing() as db:
        filled(db, "ann", "bob")
        assert db.outbox.readdress(a_subscriber("ann").subscriber_id, "new@a.example") == 1

        addresses = {each.address for each in db.outbox.listing(EDITION.edition_id)}
        assert addresses == {"new@a.example", "bob@a.example"}
        assert [each.address for each in db.outbox.of(a_subscriber("ann").subscriber_id)] == ["new@a.example"]


def test_those_whose_pause_is_over_are_named(store: Store) -> None:
    over = replace(a_subscriber("ann", Membership.PAUSED), paused_until=NOW)
    with store.writing() as db:
        db.subscribers.add(over)
        db.subscribers.add(replace(a_subscriber("bob", Membership.PAUSED), paused_until=NOW + timedelta(seconds=1)))
        db.subscribers.add(a_subscriber("cem", Membership.PAUSED))
        db.subscribers.add(replace(a_subscriber("dan"), left_at=NOW))

        assert db.subscribers.due_back(NOW) == (over,)
        assert db.subscribers.get(a_subscriber("dan").subscriber_id).left_at == NOW


def test_a_hash_can_be_suppressed_without_a_person(store: Store) -> None:
    hashed = address_hash_of("nobody@a.example")
    with store.writing() as db:
        db.subscribers.suppress(NOW, hashed)
        db.subscribers.suppress(NOW + DAY, hashed)

        assert db.subscribers.suppressed(hashed)
