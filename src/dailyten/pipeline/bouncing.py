"""What comes back by mail is kept first, then acted upon, both in one transaction; the same mail twice acts once.

A mailbox that does not exist and a complaint stop the mail to that reader at once, a mailbox that is full for weeks
after the rule, a wish to leave or to pause at once. What blames the sender stops nobody's mail: it is for the operator.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dailyten.deliver.address import normalise
from dailyten.deliver.bounce_words import kind_of_refusal
from dailyten.deliver.bounces import MOST_BYTES, Heard, hear
from dailyten.deliver.settings import BounceRule
from dailyten.deliver.webhook import hear_events, is_signed
from dailyten.edition.morning import local_date
from dailyten.errors import BadInput, BadLink, NotFound
from dailyten.model.bounce import FOR_PEOPLE, Bounce, BounceDoor, BounceKind, bounce_id_of
from dailyten.model.consent import Door
from dailyten.model.delivery import Delivery, DeliveryState
from dailyten.model.feedback import VoteKind
from dailyten.model.subscriber import Subscriber
from dailyten.pipeline.leaving import leave, pause, suppress
from dailyten.pipeline.voting import cast
from dailyten.store.store import Store
from dailyten.store.transaction import Transaction

RCPT = "RCPT: "
LEFT_US = frozenset({DeliveryState.SENT, DeliveryState.UNKNOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bouncer:
    """What taking needs beside the store: our keys, the rule for full mailboxes, the digest's zone, the clock."""

    keys: Sequence[bytes]
    rule: BounceRule
    zone: str
    clock: Callable[[], datetime]

    def take(self, store: Store, content: bytes, door: BounceDoor) -> Bounce | None:
        """Keep a mail that came back and do what it asks for; None when it was taken before.

        When this returns it is committed, so the mailbox may be told; whatever is raised leaves it there.
        """
        heard, now = hear(content, self.keys), self.clock()
        with store.writing() as db:
            return self._take(db, heard, door, now, content)

    def take_heard(self, store: Store, heard: Sequence[Heard], door: BounceDoor) -> tuple[Bounce, ...]:
        """Take what somebody trusted says has come back, all or nothing; give what was new."""
        with store.writing() as db:
            taken = [self._take(db, each, door, self.clock(), None) for each in heard]
        return tuple(each for each in taken if each is not None)

    def refused(self, db: Transaction, delivery: Delivery, now: datetime) -> None:
        """Act on a mailbox that was refused while we sent, in the transaction that settles the delivery."""
        if delivery.state is DeliveryState.FAILED and delivery.reply.startswith(RCPT):
            self._replied(db, delivery, now)

    def put_off_to_the_end(self, db: Transaction, delivery: Delivery, now: datetime) -> None:
        """Count a mailbox that put a mail off until it was too late; so it may be given up by the rule."""
        reply = delivery.reply.removeprefix(RCPT)
        if delivery.reply.startswith(RCPT) and kind_of_refusal(reply) is BounceKind.SOFT:
            self._replied(db, delivery, now)

    def _replied(self, db: Transaction, delivery: Delivery, now: datetime) -> None:
        reply = delivery.reply.removeprefix(RCPT)
        heard = Heard(
            kind=kind_of_refusal(reply), mark=delivery.delivery_id, delivery_id=delivery.delivery_id, words=reply
        )
        self._take(db, heard, BounceDoor.SMTP, now, None)

    def _take(
        self, db: Transaction, heard: Heard, door: BounceDoor, now: datetime, content: bytes | None
    ) -> Bounce | None:
        delivery, reader = _whose(db, heard)
        bounce = Bounce(
            bounce_id=bounce_id_of(heard.mark, *(() if heard.once else (heard.kind,))),
            came_at=now,
            kind=heard.kind,
            door=door,
            subscriber_id=reader.subscriber_id if reader else None,
            delivery_id=delivery.delivery_id if delivery else heard.delivery_id,
            status=heard.status,
            words=_storable(heard.words),
            acted=_storable(heard.wish),
        )
        kept = content[:MOST_BYTES] if content is not None and heard.kind in FOR_PEOPLE else None
        if not db.bounces.keep(bounce, kept):
            return None
        acted = "" if reader is None else self._act(db, bounce, heard, delivery, reader)
        return replace(bounce, acted=acted or bounce.acted)

    def _act(self, db: Transaction, bounce: Bounce, heard: Heard, delivery: Delivery | None, reader: Subscriber) -> str:
        """Do what follows; say it in a word. Whose address has changed since is not to blame for the old one."""
        moved = delivery is not None and delivery.address != reader.address
        match bounce.kind:
            case BounceKind.HARD | BounceKind.COMPLAINT if not moved:
                words = f"{bounce.kind}: {' '.join(filter(None, (bounce.status, bounce.words)))}"
                return "suppressed" if suppress(db, reader.subscriber_id, bounce.came_at, words) else ""
            case BounceKind.SOFT if not moved and self._is_over(db, reader):
                words = f"took no mail on {self.rule.editions} days: {bounce.words}"
                return "suppressed" if suppress(db, reader.subscriber_id, bounce.came_at, words) else ""
            case BounceKind.LEAVE:
                leave(db, reader.subscriber_id, Door.MAIL, bounce.came_at, "by mail")
                return "left"
            case BounceKind.PAUSE:
                return self._pause(db, reader, int(heard.wish or 1), bounce.came_at)
            case BounceKind.VOTE if delivery is not None:
                return _vote(db, heard.wish, delivery, reader, bounce.came_at)
            case _:
                return ""

    def _is_over(self, db: Transaction, reader: Subscriber) -> bool:
        """Say whether a mailbox took nothing for so many editions over so long, and few in between."""
        soft = [each for each in db.bounces.of(reader.subscriber_id, BounceKind.SOFT) if each.delivery_id]
        editions = {each.delivery_id for each in soft}
        if len(editions) < self.rule.editions or soft[-1].came_at - soft[0].came_at < self.rule.span:
            return False
        mailed = [each for each in db.outbox.of(reader.subscriber_id) if each.queued_at >= soft[0].came_at]
        taken = [each for each in mailed if each.state is DeliveryState.SENT and each.delivery_id not in editions]
        return len(taken) <= len(editions)

    def _pause(self, db: Transaction, reader: Subscriber, days: int, now: datetime) -> str:
        until = local_date(now, reader.wishes.zone or self.zone) + timedelta(days=days)
        try:
            pause(db, reader.subscriber_id, until, self.zone, Door.MAIL, now)
        except BadInput:  # has left, or wants to be away for years: a person may look at it
            return ""
        return f"paused until {until}"


def _whose(db: Transaction, heard: Heard) -> tuple[Delivery | None, Subscriber | None]:
    """Find the delivery and the reader. One who answers is believed only for a mail that went to that very address."""
    delivery = db.outbox.find(heard.delivery_id) if heard.delivery_id else None
    if heard.answers:
        answered = db.outbox.find(heard.answers.split(".")[1])
        fits = answered is not None and answered.message_id == heard.answers and answered.address == heard.writer
        delivery = answered if fits else None
    if delivery is None and heard.address:
        return _at_address(db, heard.address)
    subscriber_id = delivery.subscriber_id if delivery else heard.subscriber_id
    if not subscriber_id:
        return delivery, None
    try:
        return delivery, db.subscribers.get(subscriber_id)
    except NotFound:
        return delivery, None


def _at_address(db: Transaction, address: str) -> tuple[Delivery | None, Subscriber | None]:
    """Find the reader with an address, and the last mail that went there."""
    try:
        reader = db.subscribers.with_address(normalise(address))
    except BadInput:
        return None, None
    if reader is None:
        return None, None
    mails = db.outbox.of(reader.subscriber_id)
    sent = [each for each in mails if each.address == reader.address and each.state in LEFT_US]
    return (sent[-1] if sent else None), reader


def _vote(db: Transaction, wish: str, delivery: Delivery, reader: Subscriber, now: datetime) -> str:
    """Cast a vote on the story that stands at a place of what the reader got."""
    kind, _, number = wish.partition(" ")
    issue = db.turns.issues([delivery.delivery_id]).get(delivery.delivery_id)
    stories = issue.story_ids if issue else db.editions.get(delivery.edition_id).places
    place = int(number) - 1
    if not 0 <= place < len(stories):
        return ""
    editions = reversed(issue.editions) if issue else [delivery.edition_id]
    for edition_id in editions:
        try:
            cast(db, reader.subscriber_id, edition_id, stories[place], VoteKind(kind), now)
        except NotFound:
            continue
        return f"voted {kind}"
    return ""


def _storable(words: str) -> str:
    return words.encode("utf-8", "replace").decode().replace("\x00", " ")


def take_notice(store: Store, bouncer: Bouncer, secret: str, body: bytes, signature: str) -> int:
    """Take what a mail service posts, all of it or nothing; say how much was new.

    Raises BadLink for a signature that is not good, BadInput for what cannot be read.
    """
    if not is_signed(body, signature, secret, bouncer.clock()):
        raise BadLink("The signature is not good.")
    return len(bouncer.take_heard(store, hear_events(body), BounceDoor.WEBHOOK))
