"""What comes back by mail is understood for what it is; only our own tags say whom it is about."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.deliver.bounce_words import kind_of, kind_of_refusal, wish_in
from dailyten.deliver.bounces import hear
from dailyten.model.bounce import BounceKind
from tests.deliver.letters import KEYS

MAILS = Path(__file__).parents[1] / "mail"
DOCUMENTS = sorted(MAILS.glob("*.eml"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_a_mail_that_came_back_is_understood(path: Path) -> None:
    expected = json.loads(path.with_suffix(".eml.expected.json").read_text("utf-8"))

    heard = hear(path.read_bytes(), KEYS)

    assert {name: getattr(heard, name) for name in expected} == expected


def test_every_document_has_its_expectation_beside_it() -> None:
    assert len(DOCUMENTS) >= 140
    assert [path for path in DOCUMENTS if not path.with_suffix(".eml.expected.json").exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_with_keys_of_somebody_else_nobody_is_named(path: Path) -> None:
    heard = hear(path.read_bytes(), (b"other" * 8,))

    assert (heard.delivery_id, heard.subscriber_id) == ("", "")


def test_line_ends_change_nothing_and_a_cut_mail_is_no_accident() -> None:
    for path in DOCUMENTS:
        content = path.read_bytes()
        assert hear(content.replace(b"\n", b"\r\n"), KEYS).kind == hear(content, KEYS).kind, path.stem
        for length in range(0, len(content), 97):
            hear(content[:length], KEYS)


@given(st.binary(max_size=400), st.sampled_from(DOCUMENTS), st.integers(0, 3000))
def test_no_mail_whatever_is_in_it_raises(junk: bytes, path: Path, place: int) -> None:
    content = path.read_bytes()

    hear(junk, KEYS)
    hear(content[:place] + junk + content[place:], KEYS)


@pytest.mark.parametrize(
    ("status", "words", "kind"),
    [
        ("5.1.1", "", "hard"),
        ("5.7.1", "550 5.7.1 user unknown", "hard"),
        ("5.7.1", "rejected by policy", "blocked"),
        ("5.4.1", "Recipient address rejected: Access denied", "hard"),
        ("5.2.2", "over quota", "soft"),
        ("5.1.1", "mailbox full", "soft"),
        ("4.2.2", "user unknown", "soft"),
        ("4.7.0", "our reputation", "blocked"),
        ("5.0.0", "listed by Spamhaus", "blocked"),
        ("5.0.0", "something odd", "soft"),
        ("", "account has been disabled", "hard"),
        ("5.5.0", "mailbox unavailable: no such user here", "hard"),
        ("5.1.8", "<bounce@example.com>: Sender address rejected: Domain not found", "blocked"),
        ("5.7.1", "Sender address rejected: User unknown in virtual mailbox table", "blocked"),
        ("5.0.0", "550 Verification failed for <bounce@example.com>: Unrouteable address", "blocked"),
        ("5.7.25", "The IP address sending this message does not have a PTR record", "blocked"),
        ("5.0.0", "DNS domain shop.example.org does not exist", "hard"),
        ("", "This user doesn't have a yahoo.com account", "hard"),
        ("5.0.0", "550 Requested action not taken: mailbox unavailable", "hard"),
        ("5.0.0", "550 mailbox unavailable: rejected for policy reasons", "blocked"),
    ],
)
def test_only_what_is_surely_about_the_mailbox_is_hard(status: str, words: str, kind: str) -> None:
    assert kind_of(status, words) == kind


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("550 5.1.1 No such mailbox", "hard"),
        ("550 Requested action not taken: mailbox unavailable", "hard"),
        ("550 5.7.1 Blocked by policy", "blocked"),
        ("552 5.2.2 Over quota", "soft"),
        ("554 5.7.1 Client host rejected", "blocked"),
        ("550 Message refused as spam", "blocked"),
        ("550 Sender verify failed", "blocked"),
        ("550 5.1.8 Sender address rejected: Domain not found", "blocked"),
        ("550 Cannot find your reverse hostname, [192.0.2.1]", "blocked"),
        ("550 relay not permitted", "soft"),
        ("550 Too many connections from your network", "soft"),
        ("550 Greylisted, please try again later", "soft"),
    ],
)
def test_a_refusal_to_a_recipient_is_told_apart_from_one_to_the_sender(reply: str, kind: str) -> None:
    assert kind_of_refusal(reply) == kind


@pytest.mark.parametrize(
    ("line", "wish"),
    [
        ("Re: AW: unsubscribe", (BounceKind.LEAVE, "")),
        ("STOP", (BounceKind.LEAVE, "")),
        ("Désinscription", (BounceKind.LEAVE, "")),
        ("pause 10 days", (BounceKind.PAUSE, "10")),
        ("less like no. 2", (BounceKind.VOTE, "less 2")),
        ("#3", None),
        ("How do I unsubscribe?", None),
        ("Re: Ten stories for Tuesday", None),
        ("", None),
    ],
)
def test_a_wish_stands_alone_in_its_line(line: str, wish: tuple[BounceKind, str] | None) -> None:
    assert wish_in(line) == wish


def test_what_our_own_stories_say_in_a_returned_copy_is_no_reason() -> None:
    content = (MAILS / "qmail_too_long.eml").read_bytes()
    told = content.replace(b"Ten stories.\n", b"Mailbox full: why user unknown replies mean spam, says Yahoo.\n")
    assert told != content

    assert hear(told, KEYS).kind == hear(content, KEYS).kind == BounceKind.SOFT
