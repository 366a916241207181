"""What a mail service posts to the web service, and what the beat finds in a Maildir."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dailyten.deliver.settings import BounceSettings
from dailyten.deliver.webhook import signature_of
from dailyten.model.delivery import delivery_id_of
from dailyten.model.subscriber import Membership
from dailyten.pipeline.ticking import heed_returned
from dailyten.wiring import Parts
from tests.web.open_house import House, open_house

SECRET = "a secret that is long enough"
MAILS = Path(__file__).parents[1] / "mail"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


def test_a_post_without_a_good_signature_changes_nothing(house: House) -> None:
    reader = house.reader()
    event = {"id": "1", "kind": "hard", "delivery_id": delivery_id_of("e", reader.subscriber_id)}
    body = json.dumps({"events": [event]}).encode()

    forged = house.browser.post(
        "/hooks/mail", content=body, headers={"Dailyten-Signature": signature_of(body, SECRET, house.clock())}
    )

    assert forged.status_code == 404, "no secret is set, so nobody may post"
    assert house.now(reader).membership is Membership.ACTIVE


def test_a_signed_post_stops_the_mail_and_the_same_one_again_does_nothing_more(tmp_path: Path) -> None:
    with open_house(tmp_path, f'[bounces]\nwebhook_secret = "{SECRET}"\n') as house:
        reader = house.reader()
        house.digest.morning(house.store)
        house.deliver()
        with house.store.reading() as db:
            delivery = db.outbox.of(reader.subscriber_id)[0]
        event = {"id": "1", "kind": "hard", "delivery_id": delivery.delivery_id, "words": "550 No such mailbox"}
        body = json.dumps({"events": [event]}).encode()
        head = {"Dailyten-Signature": signature_of(body, SECRET, house.clock())}

        torn = house.browser.post("/hooks/mail", content=body[:-1], headers=head)
        before = house.now(reader).membership
        taken = [house.browser.post("/hooks/mail", content=body, headers=head) for _ in range(2)]

        assert (torn.status_code, before) == (404, Membership.ACTIVE)
        assert [each.status_code for each in taken] == [200, 200]
        assert [each.json() for each in taken] == [{"new": 1}, {"new": 0}]
        assert house.now(reader).membership is Membership.SUPPRESSED


def test_the_beat_takes_what_lies_in_the_maildir_and_a_broken_one_stops_nothing(house: House, tmp_path: Path) -> None:
    for name in ("new", "cur"):
        (tmp_path / "back" / name).mkdir(parents=True)
    (tmp_path / "back" / "new" / "1").write_bytes((MAILS / "nothing_at_all.eml").read_bytes())
    found, gone = (
        Parts(replace(house.parts.settings, bounces=BounceSettings(maildir=tmp_path / name)), house.clock)
        for name in ("back", "gone")
    )

    heed_returned(house.store, gone.day("test"))
    heed_returned(house.store, found.day("test"))

    with house.store.reading() as db:
        assert [each.kind for each in db.bounces.latest(5)] == ["unread"]
    assert list((tmp_path / "back" / "new").iterdir()) == []
