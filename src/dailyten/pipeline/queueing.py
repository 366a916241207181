"""Who gets an edition: the rows of the outbox, made in the transaction that freezes the edition."""

from datetime import datetime

from dailyten.deliver.message import message_id_of
from dailyten.edition.morning import due_at, local_date
from dailyten.model.delivery import Delivery, DeliveryState, delivery_id_of
from dailyten.model.edition import Edition
from dailyten.model.subscriber import Membership, Subscriber
from dailyten.pipeline.settings import DigestSettings
from dailyten.store.store import Transaction


def useful_until(edition: Edition, settings: DigestSettings) -> datetime:
    """Say until when an edition is worth a mail: some hours after its own hour, or its building if later."""
    return max(due_at(edition.on, edition.zone, settings.hour), edition.built_at) + settings.too_late_after


def revision_may_be_mailed(edition: Edition, settings: DigestSettings) -> bool:
    """Only the first revision of a morning is mailed, and only while it is useful: nobody gets a date twice."""
    return edition.revision == 1 and bool(edition.places) and _is_fresh(edition, settings)


def deliveries(db: Transaction, edition: Edition, settings: DigestSettings, mail_domain: str) -> list[Delivery]:
    """Make one delivery for each active subscriber."""
    expires_at = useful_until(edition, settings)
    readers = db.subscribers.in_membership(Membership.ACTIVE)
    return [_delivery(edition, reader, expires_at, mail_domain) for reader in readers]


def _is_fresh(edition: Edition, settings: DigestSettings) -> bool:
    same_day = local_date(edition.built_at, edition.zone) == edition.on
    return same_day and edition.built_at < due_at(edition.on, edition.zone, settings.hour) + settings.too_late_after


def _delivery(edition: Edition, reader: Subscriber, expires_at: datetime, mail_domain: str) -> Delivery:
    delivery_id = delivery_id_of(edition.edition_id, reader.subscriber_id)
    return Delivery(
        delivery_id=delivery_id,
        edition_id=edition.edition_id,
        subscriber_id=reader.subscriber_id,
        address=reader.address,
        message_id=message_id_of(edition.edition_id, delivery_id, mail_domain),
        state=DeliveryState.QUEUED,
        queued_at=edition.built_at,
        expires_at=expires_at,
    )
