"""What a mail service tells us over the web: signed, so that nobody else can make us drop a reader.

`Dailyten-Signature: t=<seconds since 1970>,v1=<hex>`, where the hex is HMAC-SHA256 of `<t>.<body>` under the shared
secret. The body is JSON: `{"events": [{"id": "...", "kind": "hard", "delivery_id": "...", "status": "5.1.1",
"words": "..."}]}`; in place of `delivery_id` an event may carry `message_id`, ours, as the service saw it.
"""

import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from dailyten.deliver.bounces import Heard
from dailyten.errors import BadInput
from dailyten.model.bounce import MOST_WORDS, BounceKind
from dailyten.model.delivery import DELIVERY_ID

FRESH = timedelta(minutes=5)
SIGNATURE = re.compile(r"t=([0-9]{1,11}),v1=([0-9a-f]{64})")
OUR_MESSAGE_ID = re.compile(rf"<?[0-9a-f]{{16}}\.({DELIVERY_ID})\.[0-9a-f]{{8}}@[^>]+>?")
TOLD = frozenset(
    {BounceKind.HARD, BounceKind.SOFT, BounceKind.BLOCKED, BounceKind.DELAYED, BounceKind.COMPLAINT, BounceKind.LEAVE}
)
MOST_EVENTS = 500


def signature_of(body: bytes, secret: str, at: datetime) -> str:
    """Sign a body, as the service does."""
    seconds = int(at.timestamp())
    digest = hmac.digest(secret.encode(), f"{seconds}.".encode() + body, "sha256").hex()
    return f"t={seconds},v1={digest}"


def is_signed(body: bytes, signature: str, secret: str, now: datetime) -> bool:
    """Say whether a body was signed with our secret, within the last minutes, so that nobody can play it again."""
    found = SIGNATURE.fullmatch(signature.strip())
    if found is None or not secret:
        return False
    try:
        at = datetime.fromtimestamp(int(found[1]), UTC)
    except (ValueError, OverflowError):  # a year that no calendar here has
        return False
    right = hmac.compare_digest(signature_of(body, secret, at), signature.strip())
    return right and abs(now - at) <= FRESH


def hear_events(body: bytes) -> tuple[Heard, ...]:
    """Read what a service says. Raises BadInput naming the event, and then nothing of it counts."""
    try:
        given = json.loads(body)
        events = given["events"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadInput("This is no list of events.", expected='JSON with "events"') from error
    if not isinstance(events, list) or len(events) > MOST_EVENTS:
        raise BadInput("This is no list of events.", expected=f"at most {MOST_EVENTS}")
    return tuple(_heard(each, number) for number, each in enumerate(events, 1))


def _heard(event: object, number: int) -> Heard:
    if not isinstance(event, Mapping) or not all(isinstance(each, str) for each in event.values()):
        raise BadInput("An event is an object of texts.", where=f"event {number}")
    if not all(_is_storable(each) for each in event.values()):
        raise BadInput("An event holds halves of characters or NUL.", where=f"event {number}")
    if event.get("kind") not in TOLD:
        expected = f"one of {', '.join(sorted(TOLD))}"
        raise BadInput(
            "There is no such kind.", expected=expected, came=str(event.get("kind")), where=f"event {number}"
        )
    ours = OUR_MESSAGE_ID.fullmatch(event.get("message_id", ""))
    delivery_id = event.get("delivery_id", "") or (ours[1] if ours else "")
    if not delivery_id or not event.get("id"):
        raise BadInput("An event has an id and says which mail it is about.", where=f"event {number}")
    return Heard(
        kind=BounceKind(event["kind"]),
        mark=f"webhook {event['id']}",
        delivery_id=delivery_id,
        status=event.get("status", "")[:20],
        words=event.get("words", "")[:MOST_WORDS],
    )


def _is_storable(text: str) -> bool:
    """Say whether a database takes a text: JSON may hold what no text in UTF-8 does."""
    try:
        return b"\x00" not in text.encode()
    except UnicodeEncodeError:
        return False
