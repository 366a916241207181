"""What Amazon SES, Mailgun, Postmark and SendGrid post when a mail comes back or a reader complains. Pure.

Each of them is read into the same `Heard`. Whom it is about is told by the Message-ID that we gave the mail, or by its
return path. Postmark passes neither on, so there the address counts. What else they post (opened, clicked, delivered)
is nobody's business here and is left out; so is what they may think of later.

Sources, read in stored copies, November 2026: docs.aws.amazon.com/ses (notification-contents, -examples),
documentation.mailgun.com (webhook-payloads), postmarkapp.com/developer/webhooks, twilio.com/docs/sendgrid (event).
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from dailyten.deliver.bounce_words import FULL, kind_of, kind_of_refusal
from dailyten.deliver.bounces import Heard
from dailyten.deliver.envelope import identity_in
from dailyten.deliver.webhook import OUR_MESSAGE_ID
from dailyten.errors import BadInput
from dailyten.model.bounce import MOST_WORDS, BounceKind


class Provider(StrEnum):
    """Who posts; the last part of the address."""

    SES = "ses"
    MAILGUN = "mailgun"
    POSTMARK = "postmark"
    SENDGRID = "sendgrid"


SES_GONE: Final = frozenset({"General", "NoEmail", "Suppressed", "OnAccountSuppressionList"})
SES_DISLIKED: Final = frozenset({"ContentRejected", "AttachmentRejected", "MessageTooLarge"})
SES_GREETING: Final = "Successfully validated SNS topic"
"""Not JSON: the first thing that SES says when its events are sent to a topic."""
MAILGUN_REASONS: Final = {
    "suppress-bounce": BounceKind.HARD,
    "suppress-complaint": BounceKind.COMPLAINT,
    "suppress-unsubscribe": BounceKind.LEAVE,
}
POSTMARK_TYPES: Final = {
    "HardBounce": BounceKind.HARD,
    "BadEmailAddress": BounceKind.HARD,
    "SoftBounce": BounceKind.SOFT,
    "DnsError": BounceKind.SOFT,
    "Transient": BounceKind.DELAYED,
    "SpamComplaint": BounceKind.COMPLAINT,
    "Unsubscribe": BounceKind.LEAVE,
    "ManualSuppression": BounceKind.LEAVE,
    "AutoResponder": BounceKind.AUTO_REPLY,
    "AddressChange": BounceKind.NOTICE,
    "ChallengeVerification": BounceKind.NOTICE,
    "SpamNotification": BounceKind.BLOCKED,
    "VirusNotification": BounceKind.BLOCKED,
    "Blocked": BounceKind.BLOCKED,
    "DMARCPolicy": BounceKind.BLOCKED,
    "ManuallyDeactivated": BounceKind.BLOCKED,
}
SENDGRID_KINDS: Final = {
    "deferred": BounceKind.DELAYED,
    "spamreport": BounceKind.COMPLAINT,
    "unsubscribe": BounceKind.LEAVE,
    "group_unsubscribe": BounceKind.LEAVE,
}
SENDGRID_DROPS: Final = {
    "Bounced Address": BounceKind.HARD,
    "Invalid": BounceKind.HARD,
    "Spam Reporting Address": BounceKind.COMPLAINT,
    "Unsubscribed Address": BounceKind.LEAVE,
}


def hear_ses(message: str, mark: str, keys: Sequence[bytes]) -> tuple[Heard, ...]:
    """Read the event in an SNS message, whose id is `mark`: a notification of SES, or an event that it publishes."""
    if message.startswith(SES_GREETING):
        return ()
    event = _object(_json(message), "the event of Amazon SES")
    match _text(event, "notificationType") or _text(event, "eventType"):
        case "Bounce":
            whom, kind = _objects(event, "bounce", "bouncedRecipients"), _ses_kind(event)
        case "Complaint":
            whom, kind = _objects(event, "complaint", "complainedRecipients"), _always(_ses_complaint(event))
        case "DeliveryDelay":
            whom, kind = _objects(event, "deliveryDelay", "delayedRecipients"), _always(BounceKind.DELAYED)
        case _:
            return ()
    delivery_id = identity_in(_text(event, "mail", "source"), "bounce", keys) or _ours(*_ses_message_ids(event))
    told = _text(event, "bounce", "bounceSubType") or _text(event, "complaint", "complaintFeedbackType")
    return tuple(
        Heard(
            kind=kind(each),
            mark=f"ses {mark} {_text(each, 'emailAddress')}",
            delivery_id=delivery_id,
            status=_text(each, "status")[:20],
            words=(_reply(each, "diagnosticCode") or told)[:MOST_WORDS],
        )
        for each in whom
    )


def hear_mailgun(event: object, token: str) -> Heard | None:
    """Read one event of Mailgun. Its seal covers the token only, so a token counts once, whatever comes with it."""
    event = _object(event, "event-data")
    match _text(event, "event"), _text(event, "severity"):
        case "failed", "temporary":
            kind = BounceKind.DELAYED
        case "failed", _:
            kind = MAILGUN_REASONS.get(_text(event, "reason")) or kind_of_refusal(_mailgun_reply(event))
        case "complained", _:
            kind = BounceKind.COMPLAINT
        case "unsubscribed", _:
            kind = BounceKind.LEAVE
        case _:
            return None
    return Heard(
        kind=kind,
        mark=f"mailgun {token}",
        once=True,
        delivery_id=_ours(_text(event, "message", "headers", "message-id")),
        status=_text(event, "delivery-status", "enhanced-code")[:20],
        words=_mailgun_reply(event)[:MOST_WORDS],
    )


def hear_postmark(body: bytes) -> Heard | None:
    """Read one record of Postmark: a bounce, a complaint or a change of a subscription."""
    record = _object(_json(body), "a record of Postmark")
    kind = _text(record, "RecordType")
    if kind not in ("Bounce", "SpamComplaint", "SubscriptionChange") or record.get("SuppressSending") is False:
        return None
    name = "SpamComplaint" if kind == "SpamComplaint" else _text(record, "Type") or _text(record, "SuppressionReason")
    words = _reply(record, "Details") or _text(record, "Description")
    address = _text(record, "Email") or _text(record, "Recipient")
    made_by = _text(record, "ID") or f"{address} {_text(record, 'ChangedAt')}".strip()
    return Heard(
        kind=POSTMARK_TYPES.get(name) or kind_of_refusal(words),
        mark=f"postmark {kind} {_wanted(made_by, 'ID or Recipient')}",
        address=_wanted(address, "Email or Recipient"),
        words=words[:MOST_WORDS] or name,
    )


def hear_sendgrid(body: bytes) -> tuple[Heard, ...]:
    """Read a list of events of SendGrid."""
    events = _json(body)
    if not isinstance(events, list):
        raise BadInput("This is no list of events.", expected="the JSON array that SendGrid posts")
    heard = (_of_sendgrid(_object(each, f"event {number}"), number) for number, each in enumerate(events, 1))
    return tuple(each for each in heard if each is not None)


def _of_sendgrid(event: Mapping[str, Any], number: int) -> Heard | None:
    name, words, status = _text(event, "event"), _text(event, "reason"), _text(event, "status")
    if name == "bounce":
        kind = _judged(status, words, sure=_text(event, "type") == "bounce")
    elif name == "dropped":
        kind = SENDGRID_DROPS.get(words, BounceKind.BLOCKED)
    elif name in SENDGRID_KINDS:
        kind = SENDGRID_KINDS[name]
    else:
        return None
    ours = _text(event, "smtp-id")
    return Heard(
        kind=kind,
        mark=f"sendgrid {_wanted(_text(event, 'sg_event_id'), f'event {number}: sg_event_id')}",
        delivery_id=_ours(ours),
        address="" if ours else _text(event, "email"),
        status=status[:20],
        words=(words or _text(event, "response") or name)[:MOST_WORDS],
    )


def _always(kind: BounceKind) -> Callable[[Mapping[str, Any]], BounceKind]:
    return lambda _: kind


def _ses_kind(event: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], BounceKind]:
    """Say what a bounce is to each recipient. A transient one that says nothing is mostly somebody's absence."""
    kind, subtype = _text(event, "bounce", "bounceType"), _text(event, "bounce", "bounceSubType")

    def of(recipient: Mapping[str, Any]) -> BounceKind:
        status, words = _text(recipient, "status"), _reply(recipient, "diagnosticCode")
        if subtype == "UnsubscribedRecipient":
            return BounceKind.LEAVE
        if subtype in SES_DISLIKED:
            return BounceKind.BLOCKED
        if kind == "Transient" and subtype == "General" and not words:
            return BounceKind.AUTO_REPLY
        judged = _judged(status, words, sure=kind == "Permanent" and subtype in SES_GONE)
        return BounceKind.SOFT if kind == "Transient" and judged is BounceKind.HARD else judged

    return of


def _ses_complaint(event: Mapping[str, Any]) -> BounceKind:
    told = _text(event, "complaint", "complaintFeedbackType")
    return BounceKind.NOTICE if told in ("not-spam", "auth-failure") else BounceKind.COMPLAINT


def _ses_message_ids(event: Mapping[str, Any]) -> Iterator[str]:
    """Name the Message-IDs that a mail left us with: its headers are there where the operator asked for them."""
    for header in _objects(event, "mail", "headers", needed=False):
        if _text(header, "name").lower() == "message-id":
            yield _text(header, "value")
    yield _text(event, "mail", "commonHeaders", "messageId")


def _mailgun_reply(event: Mapping[str, Any]) -> str:
    status = _at(event, "delivery-status")
    code, enhanced = _text(status, "code"), _text(status, "enhanced-code")
    said = _text(status, "message") or _text(status, "description")
    return " ".join(filter(None, (code, "" if said.startswith(enhanced) else enhanced, said)))


def _judged(status: str, reply: str, *, sure: bool) -> BounceKind:
    """Judge as a reply to ourselves; who is `sure` that a mailbox is gone is believed unless it is said to be full."""
    kind = kind_of_refusal(reply) if reply[:3].isdigit() else kind_of(status, reply)
    return BounceKind.HARD if sure and kind is BounceKind.SOFT and not FULL.search(reply) else kind


def _ours(*message_ids: str) -> str:
    """Give the delivery that the first Message-ID of ours names."""
    found = (OUR_MESSAGE_ID.fullmatch(each) for each in message_ids)
    return next((each[1] for each in found if each), "")


def _reply(thing: object, key: str) -> str:
    """Give what a server said, without the kind before it: `smtp; 550 5.1.1 No such user`."""
    kind, semicolon, rest = _text(thing, key).partition(";")
    return rest.strip() if semicolon and kind.strip().lower() in ("smtp", "x-postfix", "dns") else _text(thing, key)


def read_object(body: bytes | str, what: str) -> Mapping[str, Any]:
    """Read a JSON object. Raises BadInput."""
    return _object(_json(body), what)


def text_at(thing: object, *path: str) -> str:
    """Give the text at a path of keys, or a number as text; nothing where there is none. A database takes it."""
    found = _at(thing, *path)
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return ""
    return str(found).encode("utf-8", "replace").decode().replace("\x00", " ").strip()


_text = text_at


def _json(body: bytes | str) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadInput("This is no JSON.", expected="what the provider's documentation shows") from error


def _object(thing: object, what: str) -> Mapping[str, Any]:
    if not isinstance(thing, dict):
        raise BadInput("Something is missing.", expected=f"a JSON object: {what}", came=type(thing).__name__)
    return thing


def _objects(thing: object, *path: str, needed: bool = True) -> Iterable[Mapping[str, Any]]:
    found = _at(thing, *path)
    if not isinstance(found, list):
        if needed:
            raise BadInput("Something is missing.", expected=f"a list: {'.'.join(path)}", came=type(found).__name__)
        return []
    return [_object(each, f"in {'.'.join(path)}") for each in found]


def _wanted(text: str, what: str) -> str:
    if not text:
        raise BadInput("Something is missing.", expected=what)
    return text


def _at(thing: object, *path: str) -> object:
    for key in path:
        thing = thing.get(key) if isinstance(thing, dict) else None
    return thing
