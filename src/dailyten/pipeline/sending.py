"""Sending: from the outbox to the mail server, each reader's issue made up from what its edition shares."""

import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock

from dailyten.deliver.dkim import DkimKey, sign
from dailyten.deliver.envelope import tagged
from dailyten.deliver.grouping import Doubt, GroupedOutbox, Move
from dailyten.deliver.line import Line, Lines
from dailyten.deliver.message import Letter, Outgoing, Place, Recipient, address_to, encoded, join_letter, message_id_of
from dailyten.deliver.pace import Pace
from dailyten.deliver.sender import SenderSettings, is_public
from dailyten.deliver.sending import MailLine, Sent, send
from dailyten.deliver.settings import SendLimits
from dailyten.errors import NotFound
from dailyten.model.delivery import Delivery, DeliveryState, delivery_id_of
from dailyten.model.edition import Edition
from dailyten.model.issue import Issue
from dailyten.pipeline.bouncing import Bouncer
from dailyten.pipeline.gating import Gate
from dailyten.pipeline.links import Links
from dailyten.pipeline.queueing import Post, queue_due
from dailyten.render.galley import Galley, Link, Own
from dailyten.render.links import absolute, edition_path
from dailyten.render.mail import Mail, MailForm, MailLinks, as_edited, form_of
from dailyten.render.names import Names
from dailyten.render.settings import SiteSettings
from dailyten.store.outbox import Outbox
from dailyten.store.store import Store
from dailyten.store.transaction import Transaction

PERSONAL = "https://personal.invalid/"
"""Stands in a mail that is only looked at where each reader gets a link of their own."""
SAMPLE = "0" * 16
"""The id of no subscriber."""
LEAVE, WISHES, PAUSE, VIEW, VOTE = "unsubscribe", "preferences", "pause", "view", "vote"
MOST_GALLEYS = 8
MOST_EDITIONS = 64
MOST_ENCODED = 50_000
"""Pieces whose encoding is kept; then they are encoded anew, so that a long run cannot fill the machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRoom:
    """What making messages needs: who sends, how mails look, and the keys, the newest first.

    With `links` readers get pages of the web service, without them addresses to write to. With a `gate` one copy of
    each edition is looked at before anybody gets it, with a `bouncer` a mailbox that is refused gets no more.
    `issues` holds what was chosen for the deliveries in hand. Several threads may ask for messages at once.
    """

    sender: SenderSettings
    site: SiteSettings
    names: Names
    keys: Sequence[bytes]
    post: Post
    dkim: tuple[DkimKey, ...] = ()
    links: Links | None = None
    gate: Gate | None = None
    bouncer: Bouncer | None = None
    limits: SendLimits = field(default_factory=SendLimits)
    pace: Pace | None = None
    issues: dict[str, Issue] = field(default_factory=dict)
    _shelf: dict[str, Edition] = field(default_factory=dict)
    _galleys: dict[str, Galley] = field(default_factory=dict)
    _encoded: dict[str, Lines] = field(default_factory=dict)
    _one_sets: Lock = field(default_factory=Lock)

    def message(self, delivery: Delivery, edition_of: Callable[[str], Edition]) -> Outgoing:
        """Make the message of a delivery; what its edition's readers share is set once and kept."""
        with self._one_sets:
            letter, recipient = self._letter(delivery, edition_of), self._recipient(delivery)
        outgoing = address_to(recipient, letter)
        return self.signed(outgoing, delivery.queued_at)

    def page(self, delivery: Delivery, issue: Issue | None, edition_of: Callable[[str], Edition]) -> Mail:
        """Make a delivery's mail as it is to be read in a browser: the very same, with the same links."""
        with self._one_sets:
            form, texts = self._form(delivery.edition_id, issue, edition_of), self._recipient(delivery).texts
        links = MailLinks(
            unsubscribe=texts[LEAVE],
            preferences=texts[WISHES],
            pause=texts[PAUSE],
            view=texts[VIEW],
            vote=texts[VOTE],
        )
        return form.fill(links)

    def mail(self, edition: Edition, issue: Issue | None = None, others: Sequence[Edition] = ()) -> Mail:
        """Set the mail of an edition, or of an issue of it and others, with its links still open."""
        every = {each.edition_id: each for each in (*others, edition)}
        form = self._form(edition.edition_id, issue, lambda edition_id: every[edition_id])
        return form.fill(
            MailLinks(
                unsubscribe=f"{PERSONAL}{LEAVE}",
                preferences=f"{PERSONAL}{WISHES}",
                pause=f"{PERSONAL}{PAUSE}",
                vote=f"{PERSONAL}{VOTE}" if self.links else f"mailto:vote@{self.sender.own_domain}",
            )
        )

    def sample(
        self, edition: Edition, address: str, issue: Issue | None = None, others: Sequence[Edition] = ()
    ) -> Outgoing:
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
        if issue is not None:
            self.issues[delivery_id] = issue
        every = {each.edition_id: each for each in (*others, edition)}
        return self.message(delivery, lambda edition_id: every[edition_id])

    def _letter(self, delivery: Delivery, edition_of: Callable[[str], Edition]) -> Letter:
        """Join one reader's letter from encoded pieces."""
        issue = self.issues.pop(delivery.delivery_id, None)
        made = self._form(delivery.edition_id, issue, edition_of).made
        return join_letter(
            subject=Line(made.subject),
            text=[self._piece(piece, in_html=False) for piece in made.text],
            html=[self._piece(piece, in_html=True) for piece in made.html],
            sender=self.sender,
            edition_id=delivery.edition_id,
            edition_sha256=self._galleys[delivery.edition_id].sha256,
        )

    def _form(self, edition_id: str, issue: Issue | None, edition_of: Callable[[str], Edition]) -> MailForm:
        if edition_id not in self._galleys:
            if len(self._galleys) >= MOST_GALLEYS:
                self._galleys.clear()
            edition = self._edition(edition_id, edition_of)
            served = self.links is not None
            self._galleys[edition_id] = Galley(
                edition=edition,
                settings=self.site,
                names=self.names,
                own_page=served,
                votes=True,
                votes_by_mail=not served,
            )
        galley = self._galleys[edition_id]
        if issue is None:
            return form_of(galley, as_edited(galley.edition))
        return form_of(galley, issue, {each: self._edition(each, edition_of) for each in issue.editions})

    def _edition(self, edition_id: str, edition_of: Callable[[str], Edition]) -> Edition:
        if edition_id not in self._shelf:
            if len(self._shelf) >= MOST_EDITIONS:
                self._shelf.clear()
            self._shelf[edition_id] = edition_of(edition_id)
        return self._shelf[edition_id]

    def _piece(self, piece: str, *, in_html: bool) -> Lines | Place:
        """Encode a piece, or find it encoded."""
        if type(piece) is Link:
            return Place(key=piece, in_html=in_html)
        if type(piece) is Own:
            return encoded(piece)
        if piece not in self._encoded:
            if len(self._encoded) >= MOST_ENCODED:
                self._encoded.clear()
            self._encoded[piece] = encoded(piece)
        return self._encoded[piece]

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
            or {
                LEAVE: f"{by_mail}unsubscribe",
                WISHES: f"{by_mail}change",
                PAUSE: f"{by_mail}pause",
                VIEW: absolute(self.site, edition_path(self._shelf[delivery.edition_id].on)),
                VOTE: f"mailto:{tagged('vote', delivery.delivery_id, domain, self.keys)}",
            },
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
            VIEW: self.links.view(reader, delivery.edition_id),
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


def outbox_of(
    store: Store,
    which: Callable[[Transaction], Outbox] = lambda db: db.outbox,
    issues: dict[str, Issue] | None = None,
    held: Collection[str] = (),
    after_settling: Callable[[Transaction, Delivery], None] | None = None,
) -> GroupedOutbox:
    """Give an outbox of a store as sending wants it: what several workers write at once is one transaction.

    What was chosen for the deliveries that are leased is put into `issues`; nothing is leased of editions that are
    `held`. `after_settling` hears of each delivery that was settled, in the same transaction.
    """

    def lease(worker: str, now: datetime, until: datetime, limit: int) -> Sequence[Delivery]:
        with store.writing() as db:
            leased = which(db).lease(worker, now, until, limit, held=held)
            if issues is not None:
                issues.update(db.turns.issues([each.delivery_id for each in leased]))
            return leased

    def write(moves: Sequence[Move]) -> list[bool]:
        with store.writing() as db:
            outbox = which(db)
            return [
                outbox.in_doubt(move.delivery_id, move.worker) if isinstance(move, Doubt) else settle(db, outbox, move)
                for move in moves
            ]

    def settle(db: Transaction, outbox: Outbox, delivery: Delivery) -> bool:
        settled = outbox.settle(delivery)
        if settled and after_settling is not None:
            after_settling(db, delivery)
        return settled

    return GroupedOutbox(lease, write)


def send_queued(
    store: Store,
    room: MailRoom,
    open_line: Callable[[], MailLine],
    *,
    worker: str,
    clock: Callable[[], datetime],
    rng: random.Random,
    force: bool = False,
) -> Sent:
    """Send all that waits: first queue what is due, settle what a dead worker left and give up what is too late.

    An edition that does not pass the gate stays in the outbox, unless somebody takes it upon them: `force`.
    """
    queue_due(store, room.post, clock())
    with store.writing() as db:
        give_up(db, room.bouncer, clock())

    def message_of(delivery: Delivery) -> Outgoing:
        return room.message(delivery, lambda edition_id: _edition(store, edition_id))

    held = {} if force else held_back(store, room, clock())

    def heed(db: Transaction, delivery: Delivery) -> None:
        if room.bouncer is not None:
            room.bouncer.refused(db, delivery, clock())

    outbox, pace = outbox_of(store, issues=room.issues, held=held, after_settling=heed), room.pace
    sent = send(outbox, open_line, message_of, worker=worker, clock=clock, rng=rng, limits=room.limits, pace=pace)
    return replace(sent, held=tuple(held.values()))


def give_up(db: Transaction, bouncer: Bouncer | None, now: datetime) -> None:
    """Settle what a dead worker left and give up what is too late; a mailbox that put it off to the end has a mark."""
    db.outbox.recover(now)
    if bouncer is not None:
        for each in db.outbox.late(now):
            bouncer.put_off_to_the_end(db, each, now)
    db.outbox.expire(now)


def held_back(store: Store, room: MailRoom, now: datetime) -> dict[str, str]:
    """Look at one copy of each edition that waits; name those that must not go, with a sentence each."""
    if room.gate is None:
        return {}
    with store.reading() as db:
        samples = db.outbox.samples(now)
        fresh = [each for each in samples if each.edition_id not in room.gate.looked]
        room.issues.update(db.turns.issues([each.delivery_id for each in fresh]))
    for each in fresh:
        looked = room.gate.look(room.message(each, lambda edition_id: _edition(store, edition_id)))
        room.gate.looked[each.edition_id] = looked
    looks = {each.edition_id: room.gate.looked[each.edition_id] for each in samples}
    return {edition_id: looked.words for edition_id, looked in looks.items() if looked.faults}


def mail_page(store: Store, room: MailRoom, subscriber_id: str, edition_id: str) -> str:
    """Give the mail that a reader was sent about an edition, as HTML. Raises NotFound."""
    with store.reading() as db:
        found = next((each for each in db.outbox.of(subscriber_id) if each.edition_id == edition_id), None)
        issues = db.turns.issues([found.delivery_id]) if found else {}
    if found is None:
        raise NotFound("This mail is not kept any more.", came=edition_id)
    return room.page(found, issues.get(found.delivery_id), lambda each: _edition(store, each)).html


def _edition(store: Store, edition_id: str) -> Edition:
    with store.reading() as db:
        return db.editions.get(edition_id)
