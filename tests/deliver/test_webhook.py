"""What a mail service posts counts only with a fresh signature under our secret, and whole or not at all."""

import json
from datetime import timedelta

import pytest

from dailyten.deliver.webhook import hear_events, is_signed, signature_of
from dailyten.errors import BadInput
from dailyten.model.bounce import BounceKind
from tests.deliver.letters import NOW, delivery_to

SECRET = "a secret that is long enough"
BODY = b'{"events": []}'


def test_a_fresh_signature_under_our_secret_is_good() -> None:
    assert is_signed(BODY, signature_of(BODY, SECRET, NOW), SECRET, NOW + timedelta(minutes=4))


@pytest.mark.parametrize(
    ("body", "signature", "secret"),
    [
        pytest.param(b'{"events": [1]}', signature_of(BODY, SECRET, NOW), SECRET, id="another body"),
        pytest.param(BODY, signature_of(BODY, "another secret of some length", NOW), SECRET, id="another secret"),
        pytest.param(BODY, signature_of(BODY, SECRET, NOW - timedelta(minutes=6)), SECRET, id="played again"),
        pytest.param(BODY, signature_of(BODY, "", NOW), "", id="no secret is set"),
        pytest.param(BODY, "", SECRET, id="none"),
        pytest.param(BODY, "t=1,v1=" + "é" * 64, SECRET, id="no digits"),
    ],
)
def test_every_other_signature_is_not(body: bytes, signature: str, secret: str) -> None:
    assert not is_signed(body, signature, secret, NOW)


def test_an_event_names_its_mail_by_our_id_or_by_our_message_id() -> None:
    ann = delivery_to("ann@example.org")
    events = [
        {"id": "1", "kind": "hard", "delivery_id": ann.delivery_id, "status": "5.1.1", "words": "gone"},
        {"id": "2", "kind": "complaint", "message_id": ann.message_id},
    ]

    hard, complaint = hear_events(json.dumps({"events": events}).encode())

    assert (hard.kind, hard.delivery_id, hard.status) == (BounceKind.HARD, ann.delivery_id, "5.1.1")
    assert (complaint.kind, complaint.delivery_id) == (BounceKind.COMPLAINT, ann.delivery_id)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"\xff", b'{"events": 1}', b'{"events": [1]}', b'{"events": [{"kind": "odd"}]}',
        b'{"events": [{"kind": "hard", "id": "1"}]}', b'{"events": [{"kind": "hard", "delivery_id": "d"}]}',
        b'{"events": [{"kind": "letter", "id": "1", "delivery_id": "d"}]}', b"[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_list_of_events_is_refused_whole(body: bytes) -> None:
    with pytest.raises(BadInput):
        hear_events(body)


@pytest.mark.parametrize("seconds", ["99999999999", "999999999999"])
def test_a_signature_of_a_year_that_no_calendar_has_is_not_good(seconds: str) -> None:
    assert not is_signed(b"{}", f"t={seconds},v1={'0' * 64}", "a secret", NOW)


@pytest.mark.parametrize("field", ["id", "delivery_id", "words"])
@pytest.mark.parametrize("text", ["\\ud800", "\\u0000"])
def test_what_no_database_takes_is_refused_by_its_event(field: str, text: str) -> None:
    event = {"id": "1", "kind": "hard", "delivery_id": "x", "words": "w"} | {field: "PLACE"}
    body = json.dumps({"events": [event]}).replace("PLACE", text).encode()

    with pytest.raises(BadInput, match="event 1"):
        hear_events(body)
