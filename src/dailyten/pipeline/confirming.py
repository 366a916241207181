"""Confirm mails: from their own outbox to the mail server, by the same moves as an edition's mails."""

import random
from collections.abc import Callable
from datetime import datetime

from dailyten.deliver.envelope import tagged
from dailyten.deliver.message import Outgoing
from dailyten.deliver.note import write_note
from dailyten.deliver.sending import MailLine, Sent, send
from dailyten.model.consent import MOVED, AskKind
from dailyten.model.delivery import Delivery
from dailyten.pipeline.joining import forget_old_asks
from dailyten.pipeline.leaving import wake
from dailyten.pipeline.links import Links
from dailyten.pipeline.sending import MailRoom, outbox_of
from dailyten.render.notes import Note, join_note, move_note, moved_note
from dailyten.store.store import Store


def confirm_message(room: MailRoom, links: Links, delivery: Delivery) -> Outgoing:
    """Make the message of a confirm mail, or of the notice to an address that a reader has left behind."""
    note = _note_of(room, links, delivery)
    outgoing = write_note(
        delivery_id=delivery.delivery_id,
        sender=room.sender,
        address=delivery.address,
        return_path=tagged("bounce", delivery.delivery_id, room.sender.own_domain, room.keys),
        message_id=delivery.message_id,
        subject=note.subject,
        text=note.text,
        at=delivery.queued_at,
    )
    return room.signed(outgoing, delivery.queued_at)


def _note_of(room: MailRoom, links: Links, delivery: Delivery) -> Note:
    if delivery.edition_id == MOVED:
        return moved_note(room.site)
    kind = AskKind(delivery.edition_id)
    link = links.confirm(kind, delivery.subscriber_id, delivery.queued_at)
    return join_note(room.site, link) if kind is AskKind.JOIN else move_note(room.site, link)


def send_confirmations(
    store: Store,
    room: MailRoom,
    links: Links,
    open_line: Callable[[], MailLine],
    *,
    worker: str,
    clock: Callable[[], datetime],
    rng: random.Random,
) -> Sent:
    """Send the confirm mails that wait, by the moves of any other mail: what is in doubt is never sent twice."""
    with store.reading() as db:
        if not db.confirm_mails.has_work():
            return Sent()
    with store.writing() as db:
        db.confirm_mails.recover(clock())
        db.confirm_mails.expire(clock())
    outbox = outbox_of(store, lambda db: db.confirm_mails)
    return send(
        outbox,
        open_line,
        lambda delivery: confirm_message(room, links, delivery),
        worker=f"{worker}/confirm",
        clock=clock,
        rng=rng,
    )


def keep_house(store: Store, now: datetime) -> None:
    """Wake those whose pause is over, and forget what nobody confirmed in time."""
    with store.writing() as db:
        wake(db, now)
        forget_old_asks(db, now)
