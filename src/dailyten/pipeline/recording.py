"""All that is known of one person, as one value: for the person, who may ask for it at any time."""

from dataclasses import dataclass
from datetime import datetime

from dailyten.model.consent import CONSENT_TEXTS, Ask, Consent
from dailyten.model.feedback import Vote
from dailyten.model.subscriber import Subscriber
from dailyten.store.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailed:
    """One mail to the person and what became of it."""

    edition_id: str
    queued_at: datetime
    state: str
    reply: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The whole record. `consent_texts` are the texts that its lines of consent name."""

    subscriber: Subscriber
    consents: tuple[Consent, ...]
    consent_texts: dict[str, str]
    votes: tuple[Vote, ...]
    mails: tuple[Mailed, ...]
    waiting: tuple[Ask, ...]


def record_of(db: Transaction, subscriber_id: str) -> Record:
    """Collect all that is known of a subscriber. Raises NotFound."""
    subscriber = db.subscribers.get(subscriber_id)
    consents = db.consents.of(subscriber_id)
    versions = {each.text_version for each in consents} - {""}
    return Record(
        subscriber=subscriber,
        consents=consents,
        consent_texts={version: CONSENT_TEXTS.get(version, "") for version in sorted(versions)},
        votes=db.feedback.votes_of(subscriber_id),
        mails=tuple(
            Mailed(edition_id=each.edition_id, queued_at=each.queued_at, state=each.state, reply=each.reply)
            for each in db.outbox.of(subscriber_id)
        ),
        waiting=db.asks.of(subscriber.address, subscriber_id),
    )
