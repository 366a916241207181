"""Joining the list: asking, confirming from the mailbox, changing wishes and address.

Nobody gets an edition who has not confirmed from the mailbox that it goes to, or whose consent an operator vouches
for. What a stranger can cause by typing an address is one short mail a day to it, whatever is typed, how often and
from where; known and unknown addresses get the same answer for the same work.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from dailyten.deliver.address import normalise
from dailyten.deliver.message import message_id_of
from dailyten.errors import BadInput, NotFound
from dailyten.model.canonical import short_id, to_json
from dailyten.model.consent import (
    ASK_LIVES,
    CONSENT_VERSION,
    MOVED,
    Act,
    Ask,
    AskKind,
    Consent,
    Door,
    ask_id_of,
)
from dailyten.model.delivery import Delivery, DeliveryState
from dailyten.model.subscriber import Membership, Subscriber, Wishes, address_hash_of, subscriber_id_of
from dailyten.pipeline.leaving import leave
from dailyten.store.transaction import Transaction

DAY = timedelta(days=1)
KNOCKS_KEPT = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """How often people may ask within 24 hours: from one network (a /24, a /48), and in all. Kept in the store."""

    a_network: int = 20
    in_all: int = 1000


class Answer(StrEnum):
    """What became of somebody's asking. It says nothing about whether the address was known."""

    TAKEN = "taken"
    FULL_HERE = "full_here"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Knock:
    """Somebody who asks: when, from which network, by which door; `mail_domain` is ours, for the Message-ID."""

    at: datetime
    network: str
    mail_domain: str
    door: Door = Door.WEB
    caps: Caps = Caps()


def ask_to_join(db: Transaction, address: str, wishes: Wishes, knock: Knock) -> Answer:
    """Take somebody's wish to get the mail, and queue the mail that asks the mailbox. Raises BadInput."""
    spelled = normalise(address)
    ask = Ask(
        ask_id=ask_id_of(AskKind.JOIN, spelled),
        kind=AskKind.JOIN,
        address=spelled,
        asked_at=knock.at,
        wishes=wishes,
        door=knock.door,
        text_version=CONSENT_VERSION,
    )
    return _asked(db, ask, knock)


def ask_to_move(db: Transaction, subscriber_id: str, address: str, knock: Knock) -> Answer:
    """Take a subscriber's wish for another address, and queue the mail that asks the new mailbox. Raises BadInput."""
    spelled = normalise(address)
    ask = Ask(
        ask_id=ask_id_of(AskKind.NEW_ADDRESS, f"{subscriber_id}\x00{spelled}"),
        kind=AskKind.NEW_ADDRESS,
        address=spelled,
        asked_at=knock.at,
        subscriber_id=db.subscribers.get(subscriber_id).subscriber_id,
        door=knock.door,
    )
    return _asked(db, ask, knock)


def confirm(db: Transaction, ask_id: str, mail_domain: str, now: datetime) -> Subscriber:
    """Do what was asked, now that its mailbox says yes. Raises NotFound: it is done, or was asked too long ago.

    Who moves has the old address told; `mail_domain` is ours, for the Message-ID.
    """
    ask = db.asks.get(ask_id)
    if now >= ask.asked_at + ASK_LIVES:
        raise NotFound("This was asked too long ago.", came=ask_id)
    done = _join(db, ask, now) if ask.kind is AskKind.JOIN else _move(db, ask, mail_domain, now)
    db.subscribers.welcome_back(address_hash_of(ask.address))
    db.asks.drop(ask_id)
    db.confirm_mails.forget(ask_id)
    return done


def change_wishes(db: Transaction, subscriber_id: str, wishes: Wishes, door: Door, now: datetime) -> Subscriber:
    """Keep what a subscriber wishes from now on. Raises NotFound."""
    known = db.subscribers.get(subscriber_id)
    if known.wishes == wishes:
        return known
    changed = replace(known, wishes=wishes, changed_at=now)
    db.subscribers.change(changed)
    _note(db, changed, Act.CHANGED_WISHES, door, now, to_json(wishes))
    return changed


def add_subscriber(
    db: Transaction,
    address: str,
    consent: str,
    now: datetime,
    *,
    wishes: Wishes | None = None,
    door: Door = Door.CLI,
) -> Subscriber:
    """Add somebody who has asked for the mail, or take somebody back who had left; an operator vouches for it.

    `consent` says when and how the person asked. Without `wishes` those of before stay. Raises BadInput for what is no
    address, without consent, and for a person who was erased: that one must ask again in person.
    """
    spelled = normalise(address)
    if not consent.strip():
        raise BadInput("It must be known when and how a person asked.", expected="a consent in words", where=spelled)
    if db.subscribers.suppressed(address_hash_of(spelled)):
        raise BadInput("This person was erased and asked not to be written to again.", came=spelled)
    act = Act.ADDED
    return _enter(
        db, spelled, wishes, now, Consent(subscriber_id="", at=now, act=act, door=door, words=consent.strip())
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Somebody who is not on the list: a normalised address, when and how they asked, what they wish."""

    address: str
    consent: str
    wishes: Wishes


def add_newcomers(db: Transaction, newcomers: Sequence[Newcomer], door: Door, now: datetime) -> tuple[Subscriber, ...]:
    """Add many people at once, of whom nobody is on the list, or was erased, or comes twice."""
    taken = db.subscribers.known_ids(subscriber_id_of(each.address) for each in newcomers)
    entered = []
    for each in newcomers:
        own = subscriber_id_of(each.address)
        subscriber_id = _free_id(db, each.address) if own in taken else own
        entered.append(
            Subscriber(
                subscriber_id=subscriber_id,
                address=each.address,
                membership=Membership.ACTIVE,
                joined_at=now,
                changed_at=now,
                wishes=each.wishes,
                consent=each.consent,
            )
        )
    db.subscribers.add_all(entered)
    lines = [
        Consent(subscriber_id=each.subscriber_id, at=now, act=Act.ADDED, door=door, words=each.consent)
        for each in entered
    ]
    db.consents.add(*lines)
    return tuple(entered)


def take_off(db: Transaction, address: str, now: datetime) -> Subscriber:
    """Stop all mail to somebody, also what is on its way. Raises BadInput when nobody has that address."""
    return leave(db, known_subscriber(db, address).subscriber_id, Door.CLI, now, "the operator took them off")


def known_subscriber(db: Transaction, address: str) -> Subscriber:
    """Find a subscriber by any spelling of the address. Raises BadInput."""
    known = db.subscribers.with_address(normalise(address))
    if known is None:
        raise BadInput("Nobody with this address is on the list.", came=address)
    return known


def forget_old_asks(db: Transaction, now: datetime) -> None:
    """Forget what nobody confirmed in time, with its address, who asked from where, and addresses left behind."""
    for ask_id in db.asks.older_than(now - ASK_LIVES):
        db.confirm_mails.forget(ask_id)
        db.asks.drop(ask_id)
    db.confirm_mails.forget_older(MOVED, now - ASK_LIVES)
    db.asks.forget_knocks(now - KNOCKS_KEPT)


def _asked(db: Transaction, ask: Ask, knock: Knock) -> Answer:
    since = knock.at - DAY
    if db.asks.knocks(since, knock.network) >= knock.caps.a_network:
        return Answer.FULL_HERE
    if db.asks.knocks(since) >= knock.caps.in_all:
        return Answer.FULL
    db.asks.knock(knock.network, knock.at)
    before = db.asks.find(ask.ask_id)
    mailed_at = before.mailed_at if before else None
    last = max((each.mailed_at for each in db.asks.of(ask.address) if each.mailed_at), default=None)
    if last is None or last <= since:
        db.confirm_mails.fill([_confirm_mail(db, ask, knock, mailed_at)])
        mailed_at = knock.at
    db.asks.keep(replace(ask, mailed_at=mailed_at))
    return Answer.TAKEN


def _confirm_mail(db: Transaction, ask: Ask, knock: Knock, mailed_at: datetime | None) -> Delivery:
    """Make the row of a confirm mail. To an address that bounced or complained it is made and cancelled at once.

    Its id names the mail before it, so that two who ask in the same moment cause one.
    """
    known = db.subscribers.with_address(ask.address)
    unwanted = known is not None and known.membership is Membership.SUPPRESSED
    delivery_id = short_id("confirm_mail", ask.ask_id, mailed_at.isoformat() if mailed_at else "")
    return Delivery(
        delivery_id=delivery_id,
        edition_id=ask.kind,
        subscriber_id=ask.ask_id,
        address=ask.address,
        message_id=message_id_of(f"{ask.kind}.{int(knock.at.timestamp()):x}", delivery_id, knock.mail_domain),
        state=DeliveryState.CANCELLED if unwanted else DeliveryState.QUEUED,
        queued_at=knock.at,
        expires_at=knock.at + ASK_LIVES,
    )


def _join(db: Transaction, ask: Ask, now: datetime) -> Subscriber:
    asked = Consent(
        subscriber_id="",
        at=ask.asked_at,
        act=Act.ASKED,
        door=ask.door,
        text_version=ask.text_version,
        words=ask.address,
    )
    confirmed = replace(asked, at=now, act=Act.CONFIRMED, door=Door.MAIL)
    return _enter(db, ask.address, ask.wishes, now, asked, confirmed)


def _enter(db: Transaction, address: str, wishes: Wishes | None, now: datetime, *said: Consent) -> Subscriber:
    """Make somebody active, new or back again, and write down what was said."""
    known = db.subscribers.with_address(address)
    words = f"{said[-1].act}, {said[-1].door}, {now:%Y-%m-%d}" if said[-1].text_version else said[-1].words
    entered = Subscriber(
        subscriber_id=known.subscriber_id if known else _free_id(db, address),
        address=address,
        membership=Membership.ACTIVE,
        joined_at=known.joined_at if known else now,
        changed_at=now,
        wishes=wishes or (known.wishes if known else Wishes()),
        consent=words,
    )
    if known:
        db.subscribers.change(entered)
    else:
        db.subscribers.add(entered)
    db.consents.add(*(replace(each, subscriber_id=entered.subscriber_id) for each in said))
    return entered


def _free_id(db: Transaction, address: str) -> str:
    """Give an id for a new address; its own may be that of somebody who moved away from it."""
    found, number = subscriber_id_of(address), 1
    while _is_taken(db, found):
        number += 1
        found = subscriber_id_of(f"{address}\x00{number}")
    return found


def _is_taken(db: Transaction, subscriber_id: str) -> bool:
    try:
        db.subscribers.get(subscriber_id)
    except NotFound:
        return False
    return True


def _move(db: Transaction, ask: Ask, mail_domain: str, now: datetime) -> Subscriber:
    """Let a subscriber have the new address; where it is on the list already, that one goes on with these wishes."""
    known = db.subscribers.get(ask.subscriber_id)
    if known.address != ask.address:
        db.confirm_mails.fill([_notice(known, ask, mail_domain, now)])
    other = db.subscribers.with_address(ask.address)
    for each in db.asks.of(ask.address, known.subscriber_id):
        if each.subscriber_id == known.subscriber_id:
            db.asks.keep(replace(each, subscriber_id=""))
    if other is not None and other.subscriber_id != known.subscriber_id:
        leave(db, known.subscriber_id, Door.MAIL, now, "goes on with another address")
        moved = Consent(subscriber_id="", at=now, act=Act.CHANGED_ADDRESS, door=Door.MAIL, words=known.address)
        return _enter(db, ask.address, known.wishes, now, moved)
    changed = replace(known, address=ask.address, changed_at=now)
    db.subscribers.change(changed)
    db.outbox.readdress(known.subscriber_id, ask.address)
    _note(db, changed, Act.CHANGED_ADDRESS, Door.MAIL, now, f"from {known.address}")
    return changed


def _notice(known: Subscriber, ask: Ask, mail_domain: str, now: datetime) -> Delivery:
    """Make the row of the mail that tells an old address. To one that bounced or complained it is cancelled at once."""
    notice_id = short_id("notice", ask.ask_id, now.isoformat())
    return Delivery(
        delivery_id=notice_id,
        edition_id=MOVED,
        subscriber_id=known.subscriber_id,
        address=known.address,
        message_id=message_id_of(f"{MOVED}.{int(now.timestamp()):x}", notice_id, mail_domain),
        state=DeliveryState.CANCELLED if known.membership is Membership.SUPPRESSED else DeliveryState.QUEUED,
        queued_at=now,
        expires_at=now + ASK_LIVES,
    )


def _note(db: Transaction, who: Subscriber, act: Act, door: Door, now: datetime, words: str = "") -> None:
    db.consents.add(Consent(subscriber_id=who.subscriber_id, at=now, act=act, door=door, words=words))
