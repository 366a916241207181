"""What comes back is kept first and acted upon once; only for what is surely about the mailbox a reader is given up."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from dailyten.deliver.message import message_id_of
from dailyten.deliver.sending import send
from dailyten.deliver.settings import BounceRule, SmtpSettings
from dailyten.deliver.smtp import SmtpLine
from dailyten.deliver.webhook import signature_of
from dailyten.errors import BadInput, BadLink
from dailyten.model.bounce import BounceDoor, BounceKind
from dailyten.model.consent import Act
from dailyten.model.delivery import Delivery, DeliveryState, delivery_id_of
from dailyten.model.edition import Edition, edition_id_of
from dailyten.model.subscriber import Membership, Subscriber, subscriber_id_of
from dailyten.pipeline.bouncing import Bouncer, take_notice
from dailyten.pipeline.receipt import receipt_of
from dailyten.pipeline.sending import give_up, outbox_of
from dailyten.store import Store, open_store
from dailyten.testing.clock import Clock
from dailyten.testing.mail_sink import Fault, MailSink
from tests.contract.test_contract_outbox import EDITION
from tests.deliver.letters import EDITION as LETTER_EDITION
from tests.deliver.letters import KEYS, NOW, delivery_to, message_to

MAILS = Path(__file__).parents[1] / "mail"
OLD_ID = "90423620dcc773e4"
"""What the mails in the folder name: ids were of this kind when they were written, and mails like them still come."""
ANN = replace(
    delivery_to("ann@example.org"), delivery_id=OLD_ID, message_id=message_id_of(LETTER_EDITION, OLD_ID, "example.com")
)
HELD = replace(EDITION, edition_id=LETTER_EDITION)
SECRET = "a secret that is long enough"


@pytest.fixture
def store() -> Iterator[Store]:
    with open_store("sqlite://") as opened:
        with opened.writing() as db:
            db.editions.freeze(HELD)
            db.subscribers.add(reader("ann@example.org"))
            db.outbox.fill([ANN])
        yield opened


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def bouncer(clock: Clock) -> Bouncer:
    return Bouncer(keys=KEYS, rule=BounceRule(), zone="UTC", clock=clock)


def reader(address: str) -> Subscriber:
    return Subscriber(
        subscriber_id=subscriber_id_of(address),
        address=address,
        membership=Membership.ACTIVE,
        joined_at=NOW,
        changed_at=NOW,
    )


def document(name: str) -> bytes:
    return (MAILS / f"{name}.eml").read_bytes()


def ann(store: Store) -> Subscriber:
    with store.reading() as db:
        return db.subscribers.get(ANN.subscriber_id)


def kinds(store: Store) -> list[BounceKind]:
    with store.reading() as db:
        return [each.kind for each in db.bounces.latest(99)]


@pytest.mark.parametrize(
    ("name", "membership"),
    [
        ("postfix_unknown_user", Membership.SUPPRESSED),
        ("exim_unrouteable", Membership.SUPPRESSED),
        ("qmail_no_mailbox", Membership.SUPPRESSED),
        ("arf_aol_redacted", Membership.SUPPRESSED),
        ("arf_only_unsubscribe_header", Membership.SUPPRESSED),
        ("mailto_unsubscribe", Membership.UNSUBSCRIBED),
        ("reply_unsubscribe", Membership.UNSUBSCRIBED),
        ("mailto_pause", Membership.PAUSED),
        ("gmail_over_quota", Membership.ACTIVE),
        ("exchange_access_denied", Membership.ACTIVE),
        ("postfix_delayed", Membership.ACTIVE),
        ("away_german", Membership.ACTIVE),
        ("forged_without_tag", Membership.ACTIVE),
        ("forwarded_by_a_friend", Membership.ACTIVE),
        ("letter_that_only_mentions_it", Membership.ACTIVE),
        ("nothing_at_all", Membership.ACTIVE),
    ],
)
def test_a_mail_that_came_back_leads_to_what_it_says_and_twice_to_no_more(
    store: Store, bouncer: Bouncer, name: str, membership: Membership
) -> None:
    first = bouncer.take(store, document(name), BounceDoor.MAILDIR)
    then = ann(store)
    second = bouncer.take(store, document(name), BounceDoor.IMAP)

    assert first is not None
    assert second is None
    assert then.membership is membership
    assert ann(store) == then
    assert len(kinds(store)) == 1


def test_who_is_given_up_has_nothing_on_its_way_and_a_line_in_the_ledger(store: Store, bouncer: Bouncer) -> None:
    bouncer.take(store, document("postfix_unknown_user"), BounceDoor.MAILDIR)

    with store.reading() as db:
        assert [each.state for each in db.outbox.of(ANN.subscriber_id)] == [DeliveryState.CANCELLED]
        (line,) = db.consents.of(ANN.subscriber_id)
    assert line.act is Act.SUPPRESSED
    assert "5.1.1" in line.words


def test_a_bounce_of_the_old_address_does_not_stop_the_mail_to_the_new_one(store: Store, bouncer: Bouncer) -> None:
    with store.writing() as db:
        db.subscribers.change(replace(ann_of(db), address="ann@new.example"))

    bouncer.take(store, document("postfix_unknown_user"), BounceDoor.MAILDIR)

    assert ann(store).membership is Membership.ACTIVE


def ann_of(db: object) -> Subscriber:
    return db.subscribers.get(ANN.subscriber_id)  # type: ignore[attr-defined, no-any-return] # a transaction


@pytest.mark.parametrize("writer", [b"mallory@evil.example", b"ANN@example.net"])
def test_an_answer_from_another_address_than_the_mail_went_to_is_not_believed(
    store: Store, bouncer: Bouncer, writer: bytes
) -> None:
    forged = document("reply_unsubscribe").replace(b"<Ann@example.org>", b"<" + writer + b">")

    taken = bouncer.take(store, forged, BounceDoor.MAILDIR)

    assert taken is not None
    assert taken.subscriber_id is None
    assert ann(store).membership is Membership.ACTIVE


def full(number: int) -> tuple[Edition, Delivery]:
    """Give a later edition and its delivery to Ann."""
    on = NOW.date() + timedelta(days=number)
    edition = replace(HELD, edition_id=edition_id_of(on, "UTC", 1), on=on, built_at=NOW + timedelta(days=number))
    delivery_id = delivery_id_of(edition.edition_id, ANN.subscriber_id)
    at = NOW + timedelta(days=number)
    return edition, replace(
        ANN, delivery_id=delivery_id, edition_id=edition.edition_id, queued_at=at, expires_at=at + timedelta(hours=8)
    )


@pytest.mark.parametrize(
    ("days", "taken_between", "membership"),
    [
        pytest.param((0, 4, 8, 11, 14), 0, Membership.SUPPRESSED, id="five in vain over two weeks"),
        pytest.param((0, 1, 2, 3, 4), 0, Membership.ACTIVE, id="five in vain in a week"),
        pytest.param((0, 14, 15, 16), 0, Membership.ACTIVE, id="four in vain"),
        pytest.param((0, 4, 8, 11, 14), 9, Membership.ACTIVE, id="most were taken"),
    ],
)
def test_a_full_mailbox_is_given_up_only_by_the_rule(
    store: Store, bouncer: Bouncer, clock: Clock, days: tuple[int, ...], taken_between: int, membership: Membership
) -> None:
    with store.writing() as db:
        for number in range(1, 20 + taken_between):
            edition, delivery = full(number)
            db.editions.freeze(edition)
            if number in days or number > 20 - 1:
                sent = number not in days
                db.outbox.fill([replace(delivery, state=DeliveryState.SENT) if sent else delivery])
    for day in days:
        clock.set(NOW + timedelta(days=day))
        delivery_id = full(day)[1].delivery_id if day else ANN.delivery_id
        events = f'{{"events": [{{"id": "{day}", "kind": "soft", "delivery_id": "{delivery_id}"}}]}}'.encode()
        assert take_notice(store, bouncer, SECRET, events, signature_of(events, SECRET, clock())) == 1
        assert take_notice(store, bouncer, SECRET, events, signature_of(events, SECRET, clock())) == 0

    assert ann(store).membership is membership


@pytest.mark.parametrize(
    ("reply", "membership"),
    [
        pytest.param("RCPT: 452 4.2.2 Mailbox full", Membership.SUPPRESSED, id="full at every try"),
        pytest.param("RCPT: 450 4.7.1 Greylisted", Membership.ACTIVE, id="the sender is to blame"),
        pytest.param("connect: No mail server listens", Membership.ACTIVE, id="our own server was down"),
    ],
)
def test_a_mailbox_that_puts_mails_off_until_they_are_too_late_is_given_up_by_the_same_rule(
    store: Store, bouncer: Bouncer, reply: str, membership: Membership
) -> None:
    for day in (1, 5, 9, 12, 16):
        edition, delivery = full(day)
        with store.writing() as db:
            db.editions.freeze(edition)
            db.outbox.fill(
                [replace(delivery, state=DeliveryState.DEFERRED, next_try_at=delivery.expires_at, reply=reply)]
            )
        for _ in range(2):
            with store.writing() as db:
                give_up(db, bouncer, delivery.expires_at)

    with store.reading() as db:
        ended = {each.state for each in db.outbox.of(ANN.subscriber_id)}
    assert ended <= {DeliveryState.EXPIRED, DeliveryState.CANCELLED}
    assert ann(store).membership is membership


def test_a_notice_without_a_good_signature_changes_nothing(store: Store, bouncer: Bouncer) -> None:
    events = f'{{"events": [{{"id": "1", "kind": "hard", "delivery_id": "{ANN.delivery_id}"}}]}}'.encode()

    with pytest.raises(BadLink):
        take_notice(store, bouncer, SECRET, events, "")
    with pytest.raises(BadLink):
        take_notice(store, bouncer, "", events, signature_of(events, "", NOW))
    with pytest.raises(BadInput):
        take_notice(store, bouncer, SECRET, b"[]", signature_of(b"[]", SECRET, NOW))
    assert kinds(store) == []


def test_a_mailbox_that_is_refused_while_we_send_gets_no_more_and_the_receipt_counts_it(
    store: Store, bouncer: Bouncer, clock: Clock
) -> None:
    with store.writing() as db:
        for name in ("bob@example.org", "cy@example.org"):
            db.subscribers.add(reader(name))
            db.outbox.fill([delivery_to(name)])
    gone = Fault(stage="RCPT", reply="550 5.1.1 No such mailbox", recipient="ann@example.org")
    blocked = Fault(stage="RCPT", reply="554 5.7.1 Blocked, see our policy", recipient="bob@example.org")
    with MailSink(faults=[gone, blocked]) as sink:
        sent = send(
            outbox_of(store, after_settling=lambda db, delivery: bouncer.refused(db, delivery, clock())),
            lambda: SmtpLine(SmtpSettings(host=sink.host, port=sink.port)),
            message_to,
            worker="test",
            clock=clock,
            rng=random.Random(1),
        )

    with store.reading() as db:
        receipt = receipt_of(db, HELD)
        bob = db.subscribers.get(subscriber_id_of("bob@example.org"))
    assert (sent.sent, sent.failed) == (1, 2)
    assert ann(store).membership is Membership.SUPPRESSED
    assert bob.membership is Membership.ACTIVE
    assert sorted(kinds(store)) == [BounceKind.BLOCKED, BounceKind.HARD]
    assert (receipt.sent, receipt.failed, receipt.unknown, receipt.mails) == (1, 2, 0, 3)


def test_what_nobody_can_read_is_kept_whole_and_counted(store: Store, bouncer: Bouncer) -> None:
    taken = bouncer.take(store, document("nothing_at_all"), BounceDoor.IMAP)

    assert taken is not None
    with store.reading() as db:
        assert db.bounces.content(taken.bounce_id) == document("nothing_at_all")
        assert db.bounces.counts(NOW) == {BounceKind.UNREAD: 1}
    assert message_from_bytes(document("nothing_at_all")).keys() == []


def test_who_asked_to_pause_by_mail_is_back_on_the_day_that_was_said(store: Store, bouncer: Bouncer) -> None:
    bouncer.take(store, document("mailto_pause").replace(b"Subject: pause", b"Subject: pause 10 days"), BounceDoor.IMAP)

    until = ann(store).paused_until
    assert until is not None
    assert until.date() == NOW.date() + timedelta(days=10)
