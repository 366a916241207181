"""Where there is no web service a reader votes by writing to an address that was made for the mail."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default as modern

import pytest

from dailyten.config import read_settings
from dailyten.deliver.settings import BounceRule
from dailyten.model.bounce import BounceDoor, BounceKind
from dailyten.model.feedback import VoteKind
from dailyten.pipeline.bouncing import Bouncer
from dailyten.pipeline.queueing import queue_due
from dailyten.pipeline.sending import MailRoom
from dailyten.store import Store, open_store
from dailyten.wiring import Parts
from tests.pipeline.test_queueing import HOUR, SEVEN, TODAY, day, freeze, join

NINE = SEVEN + 2 * HOUR


@pytest.fixture
def store() -> Iterator[Store]:
    with open_store("sqlite://") as opened:
        yield opened


@pytest.fixture
def room() -> MailRoom:
    parts = Parts(read_settings(None))
    made = parts.mail_room(parts.pack())
    return replace(made, links=None, post=replace(made.post, mail_domain=made.sender.own_domain))


def parts_of_the_mail(store: Store, room: MailRoom) -> tuple[str, str]:
    """Queue and make the one reader's mail; give its text and its HTML."""
    queue_due(store, room.post, NINE)
    with store.writing() as db:
        (delivery,) = db.outbox.lease("w", NINE, NINE + HOUR, 9)
        room.issues.update(db.turns.issues([delivery.delivery_id]))
        edition = db.editions.get(delivery.edition_id)
    message = message_from_bytes(room.message(delivery, lambda _: edition).content, policy=modern)
    text, html = message.iter_parts()
    return text.get_content(), html.get_content()


def write_to(address: str, subject: str) -> bytes:
    head = f"From: Anna <anna@elsewhere.example>\nTo: {address}\nSubject: {subject}\nMessage-ID: <{subject[:4]}@x>"
    return f"{head}\n\n".replace("\n", "\r\n").encode()


def test_a_mail_has_an_address_to_vote_by_and_what_is_written_to_it_is_a_vote(store: Store, room: MailRoom) -> None:
    anna = join(store, "anna", hour=9, topics=("roi",))
    freeze(store, day(TODAY))
    text, html = parts_of_the_mail(store, room)
    bouncer = Bouncer(keys=room.keys, rule=BounceRule(), zone="UTC", clock=lambda: NINE)

    in_text = re.findall(r"mailto:(vote\+\S+@\S+?)\?subject=(\S+)", text)
    in_html = re.findall(r'mailto:(vote\+[^"]+?)\?subject=([^"]+)', html)
    address = in_text[0][0]
    assert {each for each, _ in in_text + in_html} == {address}
    assert [subject for _, subject in in_text] == ["more%201"], "once: it is read aloud letter by letter"
    assert 'such as "more 1", "less 1" or "wrong topic 1"' in " ".join(text.split())
    assert [subject for _, subject in in_html][:3] == ["more%201", "less%201", "wrong%20topic%201"]
    for subject in ("more 1", "wrong topic 2"):
        taken = bouncer.take(store, write_to(address, subject), BounceDoor.FILE)
        assert taken is not None
        assert taken.kind is BounceKind.VOTE

    with store.reading() as db:
        votes = {each.story_id: each.kind for each in db.feedback.votes_of(anna)}
        (delivery,) = db.outbox.of(anna)
        issue = db.turns.issues([delivery.delivery_id])[delivery.delivery_id]
    assert votes == {issue.story_ids[0]: VoteKind.MORE, issue.story_ids[1]: VoteKind.WRONG_TOPIC}


def test_an_address_to_vote_by_that_we_did_not_make_and_any_other_wish_do_nothing(store: Store, room: MailRoom) -> None:
    anna = join(store, "anna", hour=9)
    freeze(store, day(TODAY))
    text, _ = parts_of_the_mail(store, room)
    bouncer = Bouncer(keys=room.keys, rule=BounceRule(), zone="UTC", clock=lambda: NINE)
    (address, *_) = re.findall(r"mailto:(vote\+\S+@\S+?)\?", text)
    digit = random.Random(1).randrange(1, 16)
    place = address.index("@") - 1
    forged = f"{address[:place]}{int(address[place], 16) ^ digit:x}{address[place + 1 :]}"

    for to, subject in ((forged, "more 1"), (address, "unsubscribe"), (address, "more 99")):
        bouncer.take(store, write_to(to, subject), BounceDoor.FILE)

    with store.reading() as db:
        assert list(db.feedback.votes_of(anna)) == []
        assert db.subscribers.get(anna).membership == "active"
