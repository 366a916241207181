"""Sending: from the outbox to the mail server, one letter for each edition, one message for each reader."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dailyten.deliver.dkim import DkimKey, sign
from dailyten.deliver.envelope import tagged
from dailyten.deliver.grouping import Doubt, GroupedOutbox, Move
from dailyten.deliver.line import Line
from dailyten.deliver.message import (
    Letter,
    Outgoing,
    Recipient,
    SenderSettings,
    address_to,
    is_public,
    message_id_of,
    write_letter,
)
from dailyten.deliver.sending import MailLine, Sent, send
from dailyten.model.canonical import digest
from dailyten.model.delivery import Delivery, DeliveryState, delivery_id_of
from dailyten.model.edition import Edition
from dailyten.pipeline.links import Links
from dailyten.render.mail import Mail, MailLinks, mail_form
from dailyten.render.settings import Names, SiteSettings
from dailyten.store.outbox import Outbox
from dailyten.store.store import Store, Transaction

PERSONAL = "https://personal.invalid/"
"""Stands in a letter where each reader gets a link of their own."""
SAMPLE = "0" * 16
"""The id of no subscriber."""
LEAVE, WISHES, PAUSE, VOTE = (f"{PERSONAL}{what}" for what in ("unsubscribe", "preferences", "pause", "vote"))


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRoom:
    """What making messages needs: who sends, how mails look, and the keys, the newest first.

    With `links` readers get pages of the web service, without them addresses to write to.
    """

    sender: SenderSettings
    site: SiteSettings
    names: Names
    keys: Sequence[bytes]
    dkim: tuple[DkimKey, ...] = ()
    links: Links | None = None
    letters: dict[str, Letter] = field(default_factory=dict)

    def message(self, delivery: Delivery, edition_of: Callable[[str], Edition]) -> Outgoing:
        """Make the message of a delivery; the letter of its edition is set once and kept."""
        if delivery.edition_id not in self.letters:
            self.letters[delivery.edition_id] = self.letter(edition_of(delivery.edition_id))
        outgoing = address_to(self._recipient(delivery), self.letters[delivery.edition_id])
        return self.signed(outgoing, delivery.queued_at)

    def letter(self, edition: Edition) -> Letter:
        """Encode an edition as one mail, with places for what is a reader's own."""
        mail = self.mail(edition)
        return write_letter(
            subject=Line(mail.subject),
            text=mail.text,
            html=mail.html,
            sender=self.sender,
            edition_id=edition.edition_id,
            edition_sha256=digest(edition),
            places=(LEAVE, WISHES, PAUSE, VOTE),
        )

    def mail(self, edition: Edition) -> Mail:
        """Set the mail of an edition, with its places still open."""
        return mail_form(edition, self.site, self.names, votes=self.links is not None).fill(
            MailLinks(unsubscribe=LEAVE, preferences=WISHES, pause=PAUSE, vote=VOTE if self.links else "")
        )

    def sample(self, edition: Edition, address: str) -> Outgoing:
        """Make one message to look at or to try out, of no delivery: its links work for nobody."""
        delivery_id = delivery_id_of(edition.edition_id, SAMPLE)
        delivery = Delivery(
            delivery_id=delivery_id,
            edition_id=edition.edition_id,
            subscriber_id=SAMPLE,
            address=address,
            message_id=message_id_of(edition.edition_id, delivery_id, self.sender.own_domain),
            state=DeliveryState.QUEUED,
            queued_at=edition.built_at,
            expires_at=edition.built_at,
        )
        return self.message(delivery, lambda _: edition)

    def _recipient(self, delivery: Delivery) -> Recipient:
        domain = self.sender.own_domain
        leave = tagged("unsub", delivery.subscriber_id, domain, self.keys)
        by_mail = f"mailto:{leave}?subject="
        return Recipient(
            delivery_id=delivery.delivery_id,
            address=delivery.address,
            message_id=delivery.message_id,
            at=delivery.queued_at,
            return_path=tagged("bounce", delivery.delivery_id, domain, self.keys),
            unsubscribe_address=leave,
            unsubscribe_url=self._one_click(delivery.subscriber_id),
            texts=self._pages(delivery)
            or {LEAVE: f"{by_mail}unsubscribe", WISHES: f"{by_mail}change", PAUSE: f"{by_mail}pause"},
        )

    def _one_click(self, subscriber_id: str) -> str:
        """Link for the mail program's own button; it must be public and https (RFC 8058 §3.1)."""
        page = self.links.unsubscribe(subscriber_id) if self.links else ""
        return page if is_public(page) else ""

    def _pages(self, delivery: Delivery) -> dict[str, str]:
        if self.links is None:
            return {}
        reader = delivery.subscriber_id
        return {
            LEAVE: self.links.unsubscribe(reader),
            WISHES: self.links.preferences(reader),
            PAUSE: self.links.pause(reader),
            VOTE: self.links.vote(reader, delivery.edition_id),
        }

    def signed(self, outgoing: Outgoing, at: datetime) -> Outgoing:
        """Sign a message, if there are keys to sign with."""
        if not self.dkim:
            return outgoing
        content = sign(outgoing.content, self.dkim, at)
        return Outgoing(
            delivery_id=outgoing.delivery_id,
            return_path=outgoing.return_path,
            recipient=outgoing.recipient,
            content=content,
        )


def outbox_of(store: Store, which: Callable[[Transaction], Outbox] = lambda db: db.outbox) -> GroupedOutbox:
    """Give an outbox of a store as sending wants it: what several workers write at once is one transaction."""

    def lease(worker: str, now: datetime, until: datetime, limit: int) -> Sequence[Delivery]:
        with store.writing() as db:
            return which(db).lease(worker, now, until, limit)

    def write(moves: Sequence[Move]) -> list[bool]:
        with store.writing() as db:
            outbox = which(db)
            return [
                outbox.in_doubt(move.delivery_id, move.worker) if isinstance(move, Doubt) else outbox.settle(move)
                for move in moves
            ]

    return GroupedOutbox(lease, write)


def send_queued(
    store: Store,
    room: MailRoom,
    open_line: Callable[[], MailLine],
    *,
    worker: str,
    clock: Callable[[], datetime],
    rng: random.Random,
) -> Sent:
    """Send all that waits: first settle what a dead worker left and give up what is too late."""
    with store.writing() as db:
        db.outbox.recover(clock())
        db.outbox.expire(clock())

    def message_of(delivery: Delivery) -> Outgoing:
        return room.message(delivery, lambda edition_id: _edition(store, edition_id))

    return send(outbox_of(store), open_line, message_of, worker=worker, clock=clock, rng=rng)


def _edition(store: Store, edition_id: str) -> Edition:
    with store.reading() as db:
        return db.editions.get(edition_id)
