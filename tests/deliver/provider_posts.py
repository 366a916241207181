"""Posts of mail providers, shaped as their documentation shows them, and sealed with keys of this run."""

import hmac
import json
from base64 import b64encode
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from dailyten.deliver.envelope import tagged
from dailyten.deliver.seals import SnsMessage
from tests.deliver.letters import KEYS, delivery_to

ANN = delivery_to("ann@example.org")
TOPIC = "arn:aws:sns:eu-nowhere-1:123456789012:returned-mail"
CERTIFICATE = "https://sns.eu-nowhere-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"
CONFIRM = f"https://sns.eu-nowhere-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=2336412f37"
MAILGUN_KEY = "a signing key of Mailgun"
POSTMARK_SECRET = "a password that is long enough"
TOKEN = "e0b5477167110d68991efc6b9f89f0a1"
Json = dict[str, Any]


def ses_bounce(kind: str, subtype: str, reply: str = "", status: str = "", **mail: Any) -> Json:
    recipient = {"emailAddress": ANN.address, "action": "failed"}
    recipient |= {"diagnosticCode": f"smtp; {reply}"} if reply else {}
    recipient |= {"status": status} if status else {}
    return {
        "notificationType": "Bounce",
        "bounce": {
            "bounceType": kind,
            "bounceSubType": subtype,
            "bouncedRecipients": [recipient],
            "timestamp": "2026-11-24T06:59:38.237Z",
            "feedbackId": "0000013811a1b2c3-aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee-000000",
            "remoteMtaIp": "192.0.2.1",
            "reportingMTA": "dns; a1-2.smtp-out.eu-nowhere-1.amazonses.com",
        },
        "mail": ses_mail() | mail,
    }


def ses_mail() -> Json:
    """Give the part that names our mail; with its headers, as an operator may ask for them."""
    return {
        "timestamp": "2026-11-24T06:58:45.000Z",
        "source": tagged("bounce", ANN.delivery_id, "example.com", KEYS),
        "messageId": "0102018f1a2b3c4d-11111111-2222-3333-4444-555555555555-000000",
        "destination": [ANN.address],
        "headersTruncated": False,
        "headers": [{"name": "From", "value": "daily@example.com"}, {"name": "Message-ID", "value": ANN.message_id}],
        "commonHeaders": {"from": ["daily@example.com"], "messageId": ANN.message_id},
    }


def ses_complaint(told: str = "abuse") -> Json:
    return {
        "eventType": "Complaint",
        "complaint": {
            "complainedRecipients": [{"emailAddress": ANN.address}],
            "complaintFeedbackType": told,
            "userAgent": "Amazon SES Mailbox Simulator",
            "timestamp": "2026-11-24T06:59:38.237Z",
            "feedbackId": "0000013811a1b2c3-ffffffff-bbbb-cccc-dddd-eeeeeeeeeeee-000000",
        },
        "mail": ses_mail(),
    }


def ses_delay() -> Json:
    recipients = [
        {"emailAddress": ANN.address, "status": "4.4.1", "diagnosticCode": "smtp; 421 4.4.1 Unable to connect"}
    ]
    return {
        "eventType": "DeliveryDelay",
        "mail": ses_mail(),
        "deliveryDelay": {"delayType": "TransientCommunicationFailure", "delayedRecipients": recipients},
    }


def sns(kind: str, message: Json | str, at: datetime, *, version: str = "1", **changes: Any) -> bytes:
    """Wrap a message as Amazon's notification service does, and sign it with the key of this run."""
    fields = {
        "Type": kind,
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": TOPIC,
        "Message": message if isinstance(message, str) else json.dumps(message),
        "Timestamp": f"{at:%Y-%m-%dT%H:%M:%S}.123Z",
        "SignatureVersion": version,
        "SigningCertURL": CERTIFICATE,
    }
    if kind == "Notification":
        fields |= {"Subject": "Amazon SES Email Event Notification", "UnsubscribeURL": f"{CONFIRM}&x=Unsubscribe"}
    else:
        fields |= {"Token": "2336412f37", "SubscribeURL": CONFIRM}
    fields |= changes
    signed = SnsMessage(kind=kind, fields=fields).signed
    algorithm = hashes.SHA256() if version == "2" else hashes.SHA1()  # noqa: S303 - Amazon's first version
    signature = amazon_key().sign(signed, padding.PKCS1v15(), algorithm)
    return json.dumps({"Signature": b64encode(signature).decode()} | fields).encode()


@cache
def amazon_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def amazon_certificate(now: datetime, *, days: int = 1) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    first, last = sorted((now + timedelta(days=days), now - timedelta(days=2)))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(amazon_key().public_key())
        .serial_number(7)
        .not_valid_before(first)
        .not_valid_after(last)
        .sign(amazon_key(), hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


def mailgun_event(event: str, **more: Any) -> Json:
    return {
        "event": event,
        "id": "CCXMjJ7nQi2N3BPigGOdgQ",
        "timestamp": 1795503600.389832,
        "log-level": "error",
        "recipient": ANN.address,
        "recipient-domain": "example.org",
        "envelope": {"sender": "bounce@example.com", "targets": ANN.address, "transport": "smtp"},
        "message": {"headers": {"to": ANN.address, "message-id": ANN.message_id.strip("<>"), "subject": "Ten"}},
    } | more


def mailgun_failure(reason: str, code: int, message: str, *, severity: str = "permanent", enhanced: str = "") -> Json:
    status = {"attempt-no": 1, "code": code, "enhanced-code": enhanced, "message": message, "description": ""}
    return mailgun_event("failed", severity=severity, reason=reason, **{"delivery-status": status})


def mailgun(event: Json, at: datetime, *, token: str = TOKEN, key: str = MAILGUN_KEY) -> bytes:
    seconds = str(int(at.timestamp()))
    signature = hmac.digest(key.encode(), f"{seconds}{token}".encode(), "sha256").hex()
    seal = {"token": token, "timestamp": seconds, "signature": signature}
    return json.dumps({"signature": seal, "event-data": event}).encode()


def postmark(kind: str = "HardBounce", *, record: str = "Bounce", **changes: Any) -> bytes:
    fields: Json = {
        "RecordType": record,
        "ID": 692560173,
        "Type": kind,
        "TypeCode": 1,
        "Name": "Hard bounce",
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "ServerID": 23,
        "MessageStream": "broadcast",
        "Description": "The server was unable to deliver your message.",
        "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist.",
        "Email": ANN.address.title(),
        "From": "daily@example.com",
        "BouncedAt": "2026-11-24T06:59:54.9070259Z",
        "Inactive": True,
        "Metadata": {},
    }
    return json.dumps(fields | changes).encode()


def postmark_change(reason: str, *, suppress: bool = True) -> bytes:
    return json.dumps(
        {
            "RecordType": "SubscriptionChange",
            "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
            "MessageStream": "broadcast",
            "ChangedAt": "2026-11-24T06:59:54.9070259Z",
            "Recipient": ANN.address,
            "Origin": "Recipient",
            "SuppressSending": suppress,
            "SuppressionReason": reason if suppress else None,
            "Metadata": {},
        }
    ).encode()


def basic(secret: str = POSTMARK_SECRET) -> str:
    return f"Basic {b64encode(f'dailyten:{secret}'.encode()).decode()}"


def sendgrid_event(event: str, **more: Any) -> Json:
    return {
        "email": ANN.address,
        "timestamp": 1795503600,
        "smtp-id": ANN.message_id,
        "event": event,
        "category": ["daily"],
        "sg_event_id": f"sg-{event}",
        "sg_message_id": "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0",
    } | more


@cache
def sendgrid_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def sendgrid_public() -> str:
    public = sendgrid_key().public_key()
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return b64encode(der).decode()


def sendgrid(events: object, at: datetime) -> tuple[bytes, dict[str, str]]:
    """Give the body and the headers that seal it."""
    body, seconds = json.dumps(events).encode() + b"\r\n", str(int(at.timestamp()))
    signature = sendgrid_key().sign(seconds.encode() + body, ec.ECDSA(hashes.SHA256()))
    return body, {
        "x-twilio-email-event-webhook-signature": b64encode(signature).decode(),
        "x-twilio-email-event-webhook-timestamp": seconds,
    }
