"""Mails that were made to get past the lint; none may crash it, and good ones raise no false alarm."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.deliver.address import is_aligned
from dailyten.deliver.findings import Severity
from dailyten.deliver.lint import lint
from tests.deliver.letters import SENDER
from tests.deliver.test_lint import HTML, STORY, TEXT, made, rules

ERROR, WARNING = Severity.ERROR, Severity.WARNING
ANOTHER_STORY = (
    "Quite another tale about wooden boats, harbours, lanterns, rain, captains, sailors, islands, whales, compasses,"
    " storms, gulls, anchors, masts, ropes, decks, oceans."
)
Change = Callable[[bytes], bytes]
GOOD = made()


def swap(old: bytes, new: bytes) -> Change:
    return lambda raw: raw.replace(old, new, 1)


def header(name: bytes, line: bytes) -> Change:
    return lambda raw: re.sub(rb"(?m)^" + name + rb": (?:[^\n]*\n)(?:[ \t][^\n]*\n)*", line, raw, count=1)


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        pytest.param("from_one", header(b"From", b"From: a@example.com, b@example.com\r\n"), id="two writers"),
        pytest.param("from_one", header(b"From", b"From: The digest\r\n"), id="a writer without an address"),
        pytest.param("from_one", header(b"From", b"From: \r\n"), id="an empty From"),
        pytest.param("to_one", header(b"To", b"To: ann@example.org, bob@example.org\r\n"), id="all readers in To"),
        pytest.param("copies", swap(b"To: ", b"Bcc: bob@example.org\r\nTo: "), id="a blind copy"),
        pytest.param("header_eight_bit", swap(b"Subject: ", b"Subject: \xc3\xa4 "), id="a raw letter in the subject"),
        pytest.param("header_eight_bit", swap(b"Subject: ", b"Subject: \xe4 "), id="a Latin letter in the subject"),
        pytest.param("header_twice", swap(b"Subject: ", b"Subject: x\r\nSubject: "), id="two subjects"),
        pytest.param("header_twice", swap(b"Date: ", b"Date: x\r\nDate: "), id="two dates"),
        pytest.param("header_missing", header(b"Date", b""), id="no date"),
        pytest.param("header_missing", header(b"List-Unsubscribe", b""), id="no way to leave in the head"),
        pytest.param("header_missing", header(b"Message-ID", b""), id="no id"),
        pytest.param("date", header(b"Date", b"Date: tomorrow\r\n"), id="a date of words"),
        pytest.param("date", header(b"Date", b"Date: Tue, 41 Nov 2026 07:00:00 +0000\r\n"), id="a 41st"),
        pytest.param("message_id", header(b"Message-ID", b"Message-ID: 123@example.com\r\n"), id="an id without <>"),
        pytest.param("mime_version", header(b"MIME-Version", b"MIME-Version: 2.0\r\n"), id="MIME 2.0"),
        pytest.param("list_id", header(b"List-Id", b"List-Id: the digest\r\n"), id="a list without an id"),
        pytest.param(
            "unsubscribe_scheme",
            header(b"List-Unsubscribe", b"List-Unsubscribe: https://news.example.com/u\r\n"),
            id="a way to leave without <>",
        ),
        pytest.param("line_length", swap(b"To: ", b"X-Long: " + b"x" * 999 + b"\r\nTo: "), id="an endless header"),
        pytest.param("line_ends", lambda raw: raw.replace(b"\r\n", b"\n"), id="line feeds only"),
        pytest.param("line_ends", swap(b"\r\nTo:", b"\rTo:"), id="a lone carriage return"),
        pytest.param("nul", swap(b"</body>", b"\x00</body>"), id="a NUL"),
        pytest.param("not_utf8", swap(b"Posts a week", b"=E4=F6=FC"), id="Latin-1 that says UTF-8"),
        pytest.param("charset", lambda raw: raw.replace(b"utf-8", b"x-nonsense"), id="a charset nobody has"),
        pytest.param("charset", lambda raw: raw.replace(b'"utf-8"', b'"utf-16"'), id="UTF-16"),
        pytest.param("dkim_alignment", swap(b"d=example.com", b"d=com"), id="signed by a whole top level"),
        pytest.param("dkim_cover", swap(b"list-unsubscribe:", b""), id="the way to leave not signed"),
        pytest.param(
            "one_click", header(b"List-Unsubscribe-Post", b"List-Unsubscribe-Post: Yes\r\n"), id="no One-Click"
        ),
    ],
)
def test_a_hostile_head_or_frame_is_an_error(rule: str, change: Change) -> None:
    changed = change(GOOD)
    assert changed != GOOD

    assert rule in rules(lint(changed, SENDER), ERROR)


@pytest.mark.parametrize(
    ("severity", "rule", "old", "new"),
    [
        (ERROR, "nested_at_rule", "<style>", "<style>@media screen { p{} @media (max-width:9px) {p{}} }"),
        (ERROR, "nested_at_rule", "<style>", "<style>@supports (color:red) { p{} a{} @font-face{} }"),
        (ERROR, "colour_notation", "#222222", "hsl(120deg 100% 25%)"),
        (ERROR, "colour_notation", "#222222", "rgb(10% 20% 30%)"),
        (ERROR, "pixel", ' width="560"', ' width="560" height="1"'),
        (ERROR, "pixel", ' width="560"', ' width="560" style="height:1px"'),
        (ERROR, "pixel", ' width="560"', ' width="560" style="display:none"'),
        (ERROR, "pixel", ' width="560"', ' width="0"'),
        (ERROR, "image_width", ' width="560"', ' width="\u00b2"'),
        (ERROR, "image_width", ' width="560"', f' width="{"9" * 5000}"'),
        (ERROR, "link_scheme", "https://news.example.net/1", "https://[::1"),
        (ERROR, "link_scheme", "https://news.example.net/1", "java&#10;script:alert(1)"),
        (ERROR, "link_scheme", "https://news.example.net/1", "data:text/html,x"),
        (ERROR, "link_scheme", "https://news.example.net/1", "//news.example.net/1"),
        (ERROR, "link_scheme", "https://news.example.net/1", ""),
        (ERROR, "empty_link", ">The first story at the source<", "><span style='display:none'>x</span><"),
        (ERROR, "text_differs", f"{STORY} {STORY}", ANOTHER_STORY),
        (ERROR, "contrast", "<style>", "<style>.pale{color:#bbbbbb}</style><style>"),
        (ERROR, "contrast", "color:#222222;font-family", "color:#000000;font-family"),
        (ERROR, "unsubscribe", ">Unsubscribe<", "><span style='display:none'>Unsubscribe</span>.<"),
        (ERROR, "postal_address", "1 High Street, Exampleton", "<span hidden>1 High Street, Exampleton</span>"),
        (ERROR, "pure_colour", "color:#222222;font-family", "color:#000;background-color:#fff;font-family"),
        (ERROR, "pure_colour", '<p class="ink" style="color:#222222;f', '<p style="color:black;f'),
        (WARNING, "image_wide", ' width="560"', ' width="2400"'),
        (WARNING, "placeholder", "The first story", "Dear {{ first_name }}"),
        (WARNING, "placeholder", "The first story", "Dear *|FNAME|*"),
        (WARNING, "placeholder", "The first story", "TK"),
        (WARNING, "capitals", "The first story at the source", "BUY THIS NOW OR BE SORRY"),
        (WARNING, "old_year", "1 High Street, Exampleton.", "1 High Street, Exampleton. &copy; 2019"),
        (WARNING, "old_year", "1 High Street, Exampleton.", "1 High Street, Exampleton. (c) 2011-2025 Us"),
        (WARNING, "css_max_width", '<h1 class="ink" style="', '<h1 class="ink" style="max-width:600px;'),
        (WARNING, "css_padding", '<h1 class="ink" style="', '<h1 class="ink" style="padding:12px;'),
        (WARNING, "css_margin", '<h1 class="ink" style="', '<h1 class="ink" style="margin-top:-4px;'),
        (WARNING, "line_height", "color:#222222;font-family", "line-height:1.1;color:#222222;font-family"),
        (WARNING, "http_link", "https://news.example.net/1", "HTTP://news.example.net/1"),
    ],
)  # fmt: skip
def test_a_hostile_page_is_found_out(severity: Severity, rule: str, old: str, new: str) -> None:
    assert old in HTML
    changed = HTML.replace(old, new)
    if ".pale" in new:
        changed = changed.replace("</h2>", "</h2><p class='pale'>Pale words</p>")
    if "color:#000" in new:
        changed = changed.replace(", a.ink { color: #eeeeee !important }", " { color: #eeeeee }")

    assert rule in rules(lint(made(changed), SENDER), severity)


def test_the_way_to_leave_at_the_end_of_a_mail_that_is_nearly_too_long_is_a_warning() -> None:
    long = HTML.replace("</h2>", "</h2>" + f'<p class="ink" style="color:#222222">{STORY}</p>' * 650)

    assert "late_unsubscribe" in rules(lint(made(long, TEXT + STORY * 700), SENDER), WARNING)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(swap(b"DKIM-Signature:", b"DKIM-Signature: v=1; d=relay.example; h=from; b=x\r\nDKIM-Signature:"),
                     id="a relay signed it too"),
        pytest.param(swap(b"d=example.com", b"d=mail.example.com"), id="signed by a domain below"),
        pytest.param(swap(b"d=example.com", b"d=EXAMPLE.com"), id="signed in capitals"),
        pytest.param(swap(b"<https://news", b"<HTTPS://news"), id="a scheme in capitals"),
        pytest.param(swap(b"To: ann@example.org", b'To: "Smith, @ home" <ann@example.org>'), id="a name with a comma"),
    ],
)  # fmt: skip
def test_what_is_unusual_and_right_is_no_error(change: Change) -> None:
    changed = change(GOOD)
    assert changed != GOOD

    assert rules(lint(changed, SENDER), ERROR) == set()


@pytest.mark.parametrize("html", ["<!-- nothing -->", " ", '<?xml version="1.0" encoding="utf-8"?><html></html>'])
def test_a_page_without_anything_is_an_error_and_no_accident(html: str) -> None:
    assert rules(lint(made(html), SENDER), ERROR)


def test_a_page_nested_a_thousand_times_is_no_accident() -> None:
    assert lint(made("<div>" * 3000 + "x" + "</div>" * 3000), SENDER)


@given(st.integers(0, len(GOOD)), st.integers(0, 60), st.binary(max_size=30))
def test_no_mail_whatever_was_done_to_it_breaks_the_lint(place: int, length: int, junk: bytes) -> None:
    lint(GOOD[:place] + junk + GOOD[place + length :], SENDER)


@pytest.mark.parametrize(
    ("one", "other", "aligned"),
    [
        ("example.com", "news.example.com", True),
        ("news.example.com", "mail.example.com", True),
        ("a.shop.co.uk", "shop.co.uk", True),
        ("one.co.uk", "two.co.uk", False),
        ("example.com", "com", False),
        ("example.com", "badexample.com", False),
        ("com", "com", False),
        ("", "", False),
    ],
)
def test_domains_are_aligned_within_one_organisation(one: str, other: str, aligned: bool) -> None:
    assert is_aligned(one, other) is aligned
