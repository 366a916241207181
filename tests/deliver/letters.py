"""What the tests of this folder send."""

from datetime import UTC, datetime, timedelta

from dailyten.deliver.envelope import tagged
from dailyten.deliver.line import Line
from dailyten.deliver.message import Letter, Outgoing, Recipient, address_to, message_id_of, write_letter
from dailyten.deliver.sender import SenderSettings
from dailyten.model.canonical import short_id
from dailyten.model.delivery import Delivery, DeliveryState, delivery_id_of
from dailyten.model.subscriber import subscriber_id_of

NOW = datetime(2026, 11, 24, 7, tzinfo=UTC)
KEYS = (b"k" * 32,)
EDITION = short_id("edition", "2026-11-24")
LEAVE = "https://personal.invalid/leave"

SENDER = SenderSettings(
    name="Corner Shop Daily",
    address="daily@example.com",
    postal_address="1 High Street, Exampleton",
    base_url="https://news.example.com",
    site_url="https://www.example.com/daily/",
)


def delivery_to(address: str, **changes: object) -> Delivery:
    subscriber_id = subscriber_id_of(address)
    delivery_id = delivery_id_of(EDITION, subscriber_id)
    fields: dict[str, object] = {
        "delivery_id": delivery_id,
        "edition_id": EDITION,
        "subscriber_id": subscriber_id,
        "address": address,
        "message_id": message_id_of(EDITION, delivery_id, "example.com"),
        "state": DeliveryState.QUEUED,
        "queued_at": NOW,
        "expires_at": NOW + timedelta(hours=8),
    }
    return Delivery(**(fields | changes))  # type: ignore[arg-type] # a test's own fields


def a_letter(
    subject: str = "Ten stories for Tuesday", text: str = "", html: str = "", sender: SenderSettings = SENDER
) -> Letter:
    return write_letter(
        subject=Line(subject),
        text=text or f"1. A story\nhttps://news.example.net/1\n\nLeave: {LEAVE}\n",
        html=html or f'<html lang="en"><body><h1>Ten stories</h1><a href="{LEAVE}">Leave</a></body></html>',
        sender=sender,
        edition_id=EDITION,
        edition_sha256="ab" * 32,
        places=(LEAVE,),
    )


def recipient_of(
    delivery: Delivery, *, unsubscribe_url: str = "https://news.example.com/unsubscribe/abc-1"
) -> Recipient:
    return Recipient(
        delivery_id=delivery.delivery_id,
        address=delivery.address,
        message_id=delivery.message_id,
        at=delivery.queued_at,
        return_path=tagged("bounce", delivery.delivery_id, "example.com", KEYS),
        unsubscribe_address=tagged("unsub", delivery.subscriber_id, "example.com", KEYS),
        unsubscribe_url=unsubscribe_url,
        texts={LEAVE: unsubscribe_url or "mailto:unsub@example.com?subject=unsubscribe"},
    )


LETTER = a_letter()


def message_to(delivery: Delivery) -> Outgoing:
    return address_to(recipient_of(delivery), LETTER)
