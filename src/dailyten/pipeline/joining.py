"""Joining and leaving the list of subscribers."""

from dataclasses import replace
from datetime import datetime

from dailyten.deliver.address import normalise
from dailyten.errors import BadInput
from dailyten.model.subscriber import Membership, Subscriber, address_hash_of, subscriber_id_of
from dailyten.store.store import Transaction


def add_subscriber(db: Transaction, address: str, consent: str, now: datetime) -> Subscriber:
    """Add somebody who has asked for the mail, or take somebody back who had left.

    `consent` says when and how the person asked. Raises BadInput for what is no address, and for a person who was
    erased: that one must ask again in person.
    """
    spelled = normalise(address)
    if db.subscribers.suppressed(address_hash_of(spelled)):
        raise BadInput("This person was erased and asked not to be written to again.", came=spelled)
    known = db.subscribers.with_address(spelled)
    if known is not None:
        back = replace(known, membership=Membership.ACTIVE, changed_at=now, consent=consent, paused_until=None)
        db.subscribers.change(back)
        return back
    fresh = Subscriber(
        subscriber_id=subscriber_id_of(spelled),
        address=spelled,
        membership=Membership.ACTIVE,
        joined_at=now,
        changed_at=now,
        consent=consent,
    )
    db.subscribers.add(fresh)
    return fresh


def take_off(db: Transaction, address: str, now: datetime) -> Subscriber:
    """Stop all mail to somebody, also what is on its way. Raises BadInput when nobody has that address."""
    known = known_subscriber(db, address)
    gone = replace(known, membership=Membership.UNSUBSCRIBED, changed_at=now)
    db.subscribers.change(gone)
    db.outbox.cancel(known.subscriber_id, now)
    return gone


def known_subscriber(db: Transaction, address: str) -> Subscriber:
    """Find a subscriber by any spelling of the address. Raises BadInput."""
    known = db.subscribers.with_address(normalise(address))
    if known is None:
        raise BadInput("Nobody with this address is on the list.", came=address)
    return known
