"""How each provider proves that a post is its own, and that it is not an old one played again. Pure.

A provider that does not reach us tries again for hours, with the old seal, so a seal is good for a day. Within that
day nothing acts twice: what was heard is known by its id, which the seal covers, or by the seal's own token.
"""

import binascii
import hmac
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from dailyten.deliver.providers import read_object, text_at
from dailyten.deliver.settings import TOPIC
from dailyten.errors import BadInput, BadLink, BadSetting

GOOD_FOR = timedelta(days=1)
AHEAD = timedelta(minutes=5)
CERTIFICATE_PATH = re.compile(r"/SimpleNotificationService-[A-Za-z0-9]{1,80}\.pem")
CONFIRM_PATH = re.compile(r"/\?[A-Za-z0-9&=:%._~-]{1,2000}")
SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    "UnsubscribeConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
"""What the signature of each kind covers, in the order in which it does."""
FORGED = "The signature is not good."


@dataclass(frozen=True, slots=True, kw_only=True)
class SnsMessage:
    """A message of Amazon's notification service, as it came."""

    kind: str
    fields: Mapping[str, Any]

    def text(self, name: str) -> str:
        """Give a field exactly as it came, for it is signed."""
        found = self.fields.get(name)
        return found if isinstance(found, str) else ""

    @property
    def signed(self) -> bytes:
        """Give what the signature covers: names and values, a line each, those that are there."""
        told = [f"{name}\n{self.text(name)}\n" for name in SIGNED[self.kind] if self.fields.get(name) is not None]
        return "".join(told).encode("utf-8", "surrogatepass")


def read_sns(body: bytes) -> SnsMessage:
    """Read a message of SNS, whoever sent it. Raises BadInput."""
    fields = read_object(body, "a message of Amazon SNS")
    kind = text_at(fields, "Type")
    if kind not in SIGNED:
        expected = f"Type is one of {', '.join(SIGNED)}; raw message delivery of the subscription is off"
        raise BadInput("This is no message of Amazon SNS.", expected=expected, came=kind or "no Type")
    return SnsMessage(kind=kind, fields=fields)


def certificate_address(message: SnsMessage, topic: str) -> str:
    """Give the address of the certificate that signs for a topic: of Amazon, and of the topic's own region.

    Raises BadLink where it is any other, or the message is about another topic.
    """
    if not hmac.compare_digest(message.text("TopicArn").encode("utf-8", "replace"), topic.encode()):
        raise BadLink("This is about another topic than that of the settings.")
    return _of_amazon(message.text("SigningCertURL"), topic, CERTIFICATE_PATH)


def confirmation_address(message: SnsMessage, topic: str) -> str:
    """Give the address that confirms a subscription: of Amazon, and of the topic's own region. Raises BadLink."""
    return _of_amazon(message.text("SubscribeURL"), topic, CONFIRM_PATH)


def check_sns(message: SnsMessage, certificate: bytes, now: datetime) -> None:
    """Check who signed a message, and when. Raises BadLink."""
    _check_time(_instant(message.text("Timestamp")), now)
    try:
        signer = x509.load_pem_x509_certificate(certificate)
        key = signer.public_key()
        algorithm = hashes.SHA256() if message.text("SignatureVersion") == "2" else hashes.SHA1()  # noqa: S303 - theirs
        in_time = signer.not_valid_before_utc <= now <= signer.not_valid_after_utc
        if not isinstance(key, rsa.RSAPublicKey) or not in_time:
            raise BadLink(FORGED)
        key.verify(_bytes(message.text("Signature")), message.signed, padding.PKCS1v15(), algorithm)
    except (ValueError, InvalidSignature, UnsupportedAlgorithm) as error:
        raise BadLink(FORGED) from error


def check_mailgun(seal: object, key: str, now: datetime) -> str:
    """Check the seal in a body of Mailgun, HMAC-SHA256 of its timestamp and token; give the token. Raises BadLink."""
    timestamp, token, came = (text_at(seal, name) for name in ("timestamp", "token", "signature"))
    right = hmac.digest(key.encode(), f"{timestamp}{token}".encode(), "sha256").hex()
    if not token or not hmac.compare_digest(right.encode(), came.encode()):
        raise BadLink(FORGED)
    _check_time(_seconds(timestamp), now)
    return token


def check_postmark(authorization: str, secret: str) -> None:
    """Check the password in the address (basic authentication), all that Postmark has. Raises BadLink."""
    kind, _, given = authorization.strip().partition(" ")
    try:
        _, _, password = _bytes(given).partition(b":")
    except ValueError as error:
        raise BadLink(FORGED) from error
    if kind.lower() != "basic" or not hmac.compare_digest(password, secret.encode()):
        raise BadLink(FORGED)


def check_sendgrid(body: bytes, signature: str, timestamp: str, key: str, now: datetime) -> None:
    """Check the ECDSA signature of a timestamp and a body. Raises BadLink; BadSetting for a key that is none."""
    try:
        public = load_der_public_key(_bytes(key))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadSetting("This is no key of SendGrid.", where="bounces.providers.sendgrid_key") from error
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise BadSetting("This is no key of SendGrid.", where="bounces.providers.sendgrid_key")
    try:
        public.verify(_bytes(signature), timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    except (ValueError, InvalidSignature) as error:
        raise BadLink(FORGED) from error
    _check_time(_seconds(timestamp), now)


def _of_amazon(address: str, topic: str, path: re.Pattern[str]) -> str:
    found = TOPIC.fullmatch(topic)
    if found is None:
        raise BadSetting("This is no topic.", came=topic, where="bounces.providers.ses_topic")
    home = f"https://sns.{found['region']}.amazonaws.com{'.cn' if found['part'] == '-cn' else ''}"
    if not address.startswith(home) or not path.fullmatch(address.removeprefix(home)):
        raise BadLink("This address is not Amazon's.")
    return address


def _check_time(at: datetime | None, now: datetime) -> None:
    if at is None or not now - GOOD_FOR <= at <= now + AHEAD:
        raise BadLink("This is older than a day, or from a time to come; it was not read.")


def _seconds(text: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError):  # a year that no calendar here has
        return None


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _bytes(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("no base64") from error
