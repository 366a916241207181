"""What every store promises of what came back by mail."""

from dataclasses import replace

import pytest

from dailyten.errors import NotFound
from dailyten.model.bounce import Bounce, BounceDoor, BounceKind
from dailyten.store import Store
from tests.contract.test_contract_outbox import DAY, EDITION, HOUR, NOW, a_subscriber, filled

ANN = a_subscriber("ann")
HARD = Bounce(
    bounce_id="b1",
    came_at=NOW,
    kind=BounceKind.HARD,
    door=BounceDoor.IMAP,
    subscriber_id=ANN.subscriber_id,
    delivery_id="d1",
    status="5.1.1",
    words="no such user",
    acted="suppressed",
)
LOST = replace(HARD, bounce_id="b2", came_at=NOW + HOUR, kind=BounceKind.UNREAD, subscriber_id=None, delivery_id="")


def test_what_came_back_is_kept_once_and_comes_out_as_it_went_in(store: Store) -> None:
    with store.writing() as db:
        db.subscribers.add(ANN)

        assert db.bounces.keep(HARD)
        assert not db.bounces.keep(replace(HARD, words="again"))
        assert db.bounces.keep(LOST, b"\x00\xff unreadable")

        assert db.bounces.of(ANN.subscriber_id) == (HARD,)
        assert db.bounces.of(ANN.subscriber_id, BounceKind.SOFT) == ()
        assert db.bounces.latest(5) == (LOST, HARD)
        assert db.bounces.latest(1, [BounceKind.HARD]) == (HARD,)
        assert db.bounces.counts(NOW) == {BounceKind.HARD: 1, BounceKind.UNREAD: 1}
        assert db.bounces.counts(NOW + DAY) == {}
        assert db.bounces.content("b2") == b"\x00\xff unreadable"
        with pytest.raises(NotFound):
            db.bounces.content("b1")


def test_what_came_back_goes_with_the_person(store: Store) -> None:
    with store.writing() as db:
        db.subscribers.add(ANN)
        db.bounces.keep(HARD)
        db.bounces.keep(LOST)
        db.subscribers.erase(ANN.subscriber_id, NOW)

        assert db.bounces.latest(5) == (LOST,)


def test_a_delivery_is_found_and_each_edition_that_waits_has_a_sample_that_can_be_held(store: Store) -> None:
    with store.writing() as db:
        queued = filled(db, "ann", "bob").outbox.listing(EDITION.edition_id)
        found = db.outbox.find(queued[0].delivery_id)
        samples = db.outbox.samples(NOW)

        assert found == queued[0]
        assert db.outbox.find("nothing") is None
        assert [each.edition_id for each in samples] == [queued[0].edition_id]
        assert db.outbox.lease("w", NOW, NOW + HOUR, 5, held={queued[0].edition_id}) == ()
        assert len(db.outbox.lease("w", NOW, NOW + HOUR, 5, held={"another"})) == 2
        assert db.outbox.samples(NOW) == ()
        assert EDITION.edition_id == queued[0].edition_id
