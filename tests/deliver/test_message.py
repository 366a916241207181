import re
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dailyten.deliver.line import Line
from dailyten.deliver.message import Outgoing, address_to, message_id_of
from dailyten.deliver.sender import SenderSettings, is_public
from dailyten.errors import BadSetting
from tests.deliver.letters import LEAVE, LETTER, NOW, SENDER, a_letter, delivery_to, message_to, recipient_of

ANN = delivery_to("ann@example.org")
SPOKEN = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=200)


def parsed(outgoing: Outgoing) -> EmailMessage:
    return message_from_bytes(outgoing.content, policy=modern)


def text_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_the_header_block_is_what_receivers_ask_for() -> None:
    message = parsed(message_to(ANN))

    assert {name: str(value) for name, value in message.items()} == {
        "From": "Corner Shop Daily <daily@example.com>",
        "Subject": "Ten stories for Tuesday",
        "MIME-Version": "1.0",
        "List-Id": '"Corner Shop Daily" <daily.example.com>',
        "List-Help": "<https://www.example.com/daily/about/>",
        "List-Archive": "<https://www.example.com/daily/archive/>",
        "List-Subscribe": "<https://news.example.com/subscribe>",
        "Feedback-ID": f"{ANN.edition_id}:daily:daily:dailyten",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "Precedence": "bulk",
        "X-Edition-SHA256": "ab" * 32,
        "Content-Type": message["Content-Type"],
        "To": "ann@example.org",
        "Date": "Tue, 24 Nov 2026 07:00:00 +0000",
        "Message-ID": ANN.message_id,
        "List-Unsubscribe": "<https://news.example.com/unsubscribe/abc-1>, "
        f"<mailto:{recipient_of(ANN).unsubscribe_address}?subject=unsubscribe>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def test_the_text_comes_first_and_the_html_last() -> None:
    message = parsed(message_to(ANN))

    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert {part.get_content_charset() for part in message.iter_parts()} == {"utf-8"}


def test_without_a_public_service_leaving_works_by_mail_and_no_page_is_promised() -> None:
    alone = SenderSettings(name="Shop", address="daily@example.com")
    message = parsed(address_to(recipient_of(ANN, unsubscribe_url=""), a_letter(sender=alone)))

    assert message["List-Unsubscribe"].startswith("<mailto:unsub+")
    assert message["List-Unsubscribe-Post"] is None
    assert message["List-Help"] == "<mailto:daily@example.com?subject=help>"
    assert message["List-Archive"] is message["List-Subscribe"] is None
    assert "https" not in "".join(str(value) for value in message.values())


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("https://news.example.com/u/1", True),
        ("https://93.184.216.34/", True),
        ("http://news.example.com", False),
        ("https://localhost/", False),
        ("https://shop.local/", False),
        ("https://shop.lan:8000/", False),
        ("https://127.0.0.1:8000/", False),
        ("https://10.0.0.8/", False),
        ("https://[::1]/", False),
        ("https://news.example.com/a b", False),
        ("https://news.example.com/>\r\nBcc: x", False),
        ("https://news.example.com/" + "a" * 900, False),
        ("https://[bad/", False),
        ("mailto:a@example.com", False),
        ("", False),
    ],
)
def test_only_an_address_that_any_reader_can_open_is_public(url: str, public: bool) -> None:
    assert is_public(url) is public


def test_an_address_on_this_machine_is_never_given_to_a_reader() -> None:
    with pytest.raises(BadSetting, match="base_url"):
        replace(SENDER, base_url="http://127.0.0.1:8000")
    with pytest.raises(ValueError, match="public"):
        recipient_of(ANN, unsubscribe_url="https://127.0.0.1/unsubscribe/abc")


def test_a_readers_own_link_stands_in_both_parts_and_is_escaped_in_html() -> None:
    to = replace(recipient_of(ANN), texts={LEAVE: "https://news.example.com/u?a=1&b=2"})
    message = parsed(address_to(to, LETTER))

    assert "Leave: https://news.example.com/u?a=1&b=2\n" in text_of(message, "plain")
    assert '<a href="https://news.example.com/u?a=1&amp;b=2">Leave</a>' in text_of(message, "html")
    assert b"personal.invalid" not in message.as_bytes()


FULL_LINE = '0\x08\x80\x80\x80\x80\x80\U00010000\U00010000\U00010000"'
"""Fills a line of the HTML part to the last octet, so that the soft break after it made one of 77."""


@example("S", FULL_LINE, ["", "0"])
@example("S", "", ["a" * 75, "0"])
@example("S", "", ["a" * 73 + "é", ""])
@settings(deadline=None)
@given(SPOKEN, st.text(max_size=300), st.lists(st.text(max_size=120), min_size=1, max_size=5))
def test_whatever_is_written_comes_back_and_no_line_is_long(subject: str, own: str, between: list[str]) -> None:
    """Controls are no text of a mail: CR is a line end, and lone halves of characters cannot be encoded."""
    written = LEAVE.join(between).replace("\r", "").encode(errors="replace").decode()
    own = own.replace("\r", "").encode(errors="replace").decode()
    to = replace(recipient_of(ANN), texts={LEAVE: own})

    outgoing = address_to(to, a_letter(subject, text=f"T{written}", html=f"<p>{written}"))

    message = parsed(outgoing)
    head, _, body = outgoing.content.partition(b"\r\n\r\n")
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert text_of(message, "plain").rstrip("\n") == f"T{written}".replace(LEAVE, own).rstrip("\n")
    assert len(message.defects) == 0


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param("Zehn Nächte: größte Überraschung", id="umlauts"),
        pytest.param("十の物語 — 火曜日の朝に読むべきもの、小さな店のために、毎日十の物語を", id="long and Japanese"),
        pytest.param("🎉 Ten stories 🎉", id="beyond the basic plane"),
        pytest.param("=?utf-8?q?not_an_encoded_word?=", id="what looks encoded but is not"),
        pytest.param("a" * 300, id="one long word"),
        pytest.param("word " * 60 + "end", id="many words"),
        pytest.param('Quotes " and \\ and <tags@example.com>', id="what means something elsewhere"),
    ],
)
def test_a_subject_comes_back_as_it_was(subject: str) -> None:
    outgoing = address_to(recipient_of(ANN), a_letter(subject))

    head = outgoing.content.partition(b"\r\n\r\n")[0]
    assert parsed(outgoing)["Subject"] == subject
    assert head.isascii()
    assert max(map(len, head.split(b"\r\n"))) < 120


@pytest.mark.parametrize(
    "evil", ["a\r\nBcc: x@example.com", "a\nb", "a\rb", "a\x00b", "a\x85b", "a\u2028b", "a\ud800b"]
)
def test_a_line_break_cannot_come_into_any_header(evil: str) -> None:
    with pytest.raises(ValueError, match="control characters"):
        Line(evil)
    with pytest.raises(ValueError, match="control characters"):
        a_letter(evil)
    with pytest.raises(BadSetting):
        replace(SENDER, name=evil)
    with pytest.raises(ValueError, match="address"):
        replace(recipient_of(ANN), address=f"ann@example.org{evil}")
    with pytest.raises(ValueError, match="control characters"):
        address_to(replace(recipient_of(ANN), message_id=f"<1@example.com>{evil}"), LETTER)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("address", ""),
        ("address", "not an address"),
        ("address", "a@example.com, b@example.com"),
        ("name", ""),
        ("reply_to", "a@b@c"),
        ("sender_id", "x"),
        ("list_id", "daily"),
        ("site_url", "ftp://example.com"),
    ],
)
def test_a_sender_that_would_make_a_bad_header_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(BadSetting) as refused:
        replace(SENDER, **{name: value})

    assert refused.value.where == f"sender.{name}"


@pytest.mark.parametrize(
    "name", ["Café & Söhne", 'The "Shop"', "Shop, Daily <x@example.com>", "日刊", "Größter " * 3 + "Name"]
)
def test_the_senders_name_comes_back_as_it_was(name: str) -> None:
    message = parsed(address_to(recipient_of(ANN), a_letter(sender=replace(SENDER, name=name))))

    (sender,) = message["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (name, "daily@example.com")


def test_the_same_delivery_makes_the_same_bytes() -> None:
    assert message_to(ANN) == message_to(ANN)
    assert message_id_of("e", "d", "example.com") == message_id_of("e", "d", "example.com")
    assert message_to(ANN).content != message_to(delivery_to("bob@example.org")).content


def test_the_address_stands_nowhere_but_in_to_and_in_the_envelope() -> None:
    outgoing = message_to(ANN)

    assert outgoing.content.count(b"ann@") == 1
    assert outgoing.recipient == "ann@example.org"
    assert re.fullmatch(rf"bounce\+{ANN.delivery_id}\.[0-9a-f]{{20}}@example\.com", outgoing.return_path)


def test_a_place_without_a_text_is_a_fault_not_a_broken_link() -> None:
    with pytest.raises(KeyError, match="personal"):
        address_to(replace(recipient_of(ANN), texts={}), LETTER)


@pytest.mark.parametrize("content", [b"", b"a", b"a\n", b"a\r\n.\n\r\n", b"a\rb\r\n", b"a\nb\r\n", b"a\n\rb\r\n"])
def test_no_lone_line_end_can_smuggle_a_second_message(content: bytes) -> None:
    with pytest.raises(ValueError, match="CRLF"):
        replace(message_to(ANN), content=content)


def test_the_date_must_be_an_instant() -> None:
    with pytest.raises(ValueError, match="UTC"):
        replace(recipient_of(ANN), at=datetime(2026, 11, 24, 7))  # noqa: DTZ001 - the fault under test
    assert replace(recipient_of(ANN), at=NOW + timedelta(1)).at > NOW
