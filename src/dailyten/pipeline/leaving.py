"""Leaving the list, for a while or for good, and coming back.

Every farewell takes effect before the next message of an edition that is just being sent: what is queued or in a
worker's hands is cancelled in the same transaction, and just before its final dot each message is asked once more.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

from dailyten.deliver.address import normalise
from dailyten.edition.morning import due_at, local_date
from dailyten.errors import BadInput
from dailyten.model.consent import Act, Consent, Door
from dailyten.model.subscriber import Membership, Subscriber, address_hash_of
from dailyten.store.transaction import Transaction

UNDO_FOR = timedelta(days=14)
"""How long a farewell can be taken back with the link of the mail."""
LONGEST_PAUSE = timedelta(days=366)


def leave(db: Transaction, subscriber_id: str, door: Door, now: datetime, words: str = "") -> Subscriber:
    """Let a subscriber go at once. Who is gone already stays so, since when they left. Raises NotFound."""
    known = db.subscribers.get(subscriber_id)
    db.outbox.cancel(subscriber_id, now)
    if known.membership in (Membership.UNSUBSCRIBED, Membership.SUPPRESSED):
        return known
    gone = replace(known, membership=Membership.UNSUBSCRIBED, left_at=now, changed_at=now)
    return _became(db, gone, Act.LEFT, door, words)


def suppress(db: Transaction, subscriber_id: str, now: datetime, words: str) -> bool:
    """Write to nobody at an address that does not take mail, or whose owner reported it; False if they are gone.

    Who left by themselves and complains afterwards is suppressed too; no import brings them back. Raises NotFound.
    """
    known = db.subscribers.get(subscriber_id)
    db.outbox.cancel(subscriber_id, now)
    if known.membership is Membership.SUPPRESSED:
        return False
    _became(db, replace(known, membership=Membership.SUPPRESSED, changed_at=now), Act.SUPPRESSED, Door.MAIL, words)
    return True


def can_come_back(subscriber: Subscriber, now: datetime) -> bool:
    """Say whether a farewell can still be taken back."""
    left_at = subscriber.left_at
    return subscriber.membership is Membership.UNSUBSCRIBED and left_at is not None and now < left_at + UNDO_FOR


def come_back(db: Transaction, subscriber_id: str, door: Door, now: datetime) -> Subscriber:
    """Take a farewell back; a pause that was running goes on. Raises NotFound, BadInput when it is too late."""
    known = db.subscribers.get(subscriber_id)
    if known.membership in (Membership.ACTIVE, Membership.PAUSED):
        return known
    if not can_come_back(known, now):
        raise BadInput("A farewell can be taken back for two weeks only. Please ask for the mail again.")
    paused = known.paused_until is not None and known.paused_until > now
    back = Membership.PAUSED if paused else Membership.ACTIVE
    return _became(db, replace(known, membership=back, left_at=None, changed_at=now), Act.CAME_BACK, door)


def pause(db: Transaction, subscriber_id: str, until: date, zone: str, door: Door, now: datetime) -> Subscriber:
    """Send nothing before a date, of which the first mail is. `zone` holds where the subscriber wished for none.

    Raises NotFound, BadInput for a date that is not ahead or too far, and for somebody who has left.
    """
    known = _on_the_list(db, subscriber_id)
    place = known.wishes.zone or zone
    today = local_date(now, place)
    if not today < until <= today + LONGEST_PAUSE:
        last = today + LONGEST_PAUSE
        raise BadInput("A pause ends on a day ahead.", expected=f"a date after {today}, up to {last}", came=str(until))
    db.outbox.cancel(subscriber_id, now)
    paused = replace(known, membership=Membership.PAUSED, paused_until=due_at(until, place, 0), changed_at=now)
    return _became(db, paused, Act.PAUSED, door, f"until {until}")


def pause_until(db: Transaction, subscriber_id: str, until: datetime, door: Door, now: datetime) -> Subscriber:
    """Send nothing before an instant, as another list kept it; one that is past pauses nobody."""
    known = _on_the_list(db, subscriber_id)
    if not now < until <= now + LONGEST_PAUSE:
        return known
    paused = replace(known, membership=Membership.PAUSED, paused_until=until, changed_at=now)
    return _became(db, paused, Act.PAUSED, door, f"until {until:%Y-%m-%d}")


def resume(db: Transaction, subscriber_id: str, door: Door, now: datetime) -> Subscriber:
    """End a pause now. Raises NotFound, BadInput for somebody who has left."""
    known = _on_the_list(db, subscriber_id)
    if known.membership is Membership.ACTIVE:
        return known
    active = replace(known, membership=Membership.ACTIVE, paused_until=now, changed_at=now)
    return _became(db, active, Act.RESUMED, door)


def wake(db: Transaction, now: datetime) -> int:
    """Make everybody active whose pause is over; say how many. `paused_until` goes on saying until when it was."""
    over = db.subscribers.due_back(now)
    for each in over:
        db.subscribers.change(replace(each, membership=Membership.ACTIVE, changed_at=now))
        db.consents.add(
            Consent(
                subscriber_id=each.subscriber_id, at=now, act=Act.RESUMED, door=Door.MAIL, words="the pause is over"
            )
        )
    return len(over)


def erase(db: Transaction, address: str, now: datetime) -> None:
    """Forget a person: all that is known of the address goes, a hash stays, so that no import mails them again.

    Raises BadInput when nothing is known of it.
    """
    spelled = normalise(address)
    known = db.subscribers.with_address(spelled)
    waiting = db.asks.of(spelled, known.subscriber_id if known else "")
    if known is None and not waiting:
        raise BadInput("Nobody with this address is on the list.", came=address)
    for ask in waiting:
        db.confirm_mails.forget(ask.ask_id)
        db.asks.drop(ask.ask_id)
    if known is not None:
        db.confirm_mails.forget(known.subscriber_id)
        db.subscribers.erase(known.subscriber_id, now)
    db.subscribers.suppress(now, address_hash_of(spelled))


def _on_the_list(db: Transaction, subscriber_id: str) -> Subscriber:
    known = db.subscribers.get(subscriber_id)
    if known.membership not in (Membership.ACTIVE, Membership.PAUSED):
        raise BadInput("Who has left gets no mail, so there is nothing to pause.", came=known.membership)
    return known


def _became(db: Transaction, who: Subscriber, act: Act, door: Door, words: str = "") -> Subscriber:
    db.subscribers.change(who)
    db.consents.add(Consent(subscriber_id=who.subscriber_id, at=who.changed_at, act=act, door=door, words=words))
    return who
