"""Whatever the bytes: a list is read, or refused with a place inside the file. Never anything else."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from dailyten.errors import BadFeedList
from dailyten.feedlist.discover import discover
from dailyten.feedlist.edit import Opml
from dailyten.feedlist.fault import Severity
from dailyten.feedlist.read import lint, read

FILES = [path.read_bytes() for path in sorted((Path(__file__).parent / "opml").iterdir())]
PIECES = [
    b"&", b"<", b">", b'"', b"'", b"/", b"=", b" ", b"\n", b"\r", b"\x00", b"\xff", b"\xc3", b"<!--", b"-->",
    b"<![CDATA[", b"]]>", b"<?", b"?>", b"<!DOCTYPE opml", b"[", b"]>", b"&#0;", b"&#x110000;", b"&amp", b"&nbsp;",
    b"<outline", b"</outline>", b"</body>", b"</opml>", b"xmlUrl=", b'xmlUrl="http://[', b'xmlUrl="http://a:99999"',
    b"xmlns:d=''",
    b"d:weight='1e999'", b"encoding='utf-16'", b"\xef\xbb\xbf", b"\xff\xfe", "\u2028".encode(), "\ufffe".encode(),
    "/\ufeff".encode(),
]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Draw one of our files with pieces cut out and odd ones put in."""
    body = draw(st.sampled_from(FILES))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(body)))
        end = min(len(body), start + draw(st.sampled_from([0, 0, 1, 2, 10, 200])))
        body = body[:start] + draw(st.sampled_from(PIECES)) + body[end:]
    return body


def check(body: bytes) -> None:
    faults = lint(body, "f")
    lines = body.decode("utf-8", "replace").count("\n") + body.count(b"\r") + 2
    assert all(1 <= fault.line <= lines and fault.column >= 1 for fault in faults)
    if any(fault.severity is Severity.ERROR for fault in faults):
        with pytest.raises(BadFeedList):
            read(body, name="f")
    else:
        assert read(body, name="f").feeds
        assert Opml.of(body, name="f").to_bytes() == body


@settings(max_examples=300, deadline=None)
@given(damaged())
def test_a_damaged_list_is_read_or_refused_with_a_place(body: bytes) -> None:
    check(body)


@settings(deadline=None)
@given(st.binary(max_size=300))
@example(b"<")
@example(b"\xff\xfe<")
@example(b"<opml")
@example(b"<opml>&")
def test_any_bytes_are_read_or_refused_with_a_place(body: bytes) -> None:
    check(body)


@settings(max_examples=300, deadline=None)
@given(damaged())
def test_what_we_call_well_formed_another_parser_calls_well_formed_with_the_same_values(body: bytes) -> None:
    try:
        opml = Opml.of(body, name="f")
    except BadFeedList:
        return
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(opml.sheet.text.encode().replace(b"UTF-16", b"UTF-8"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return  # lxml minds namespaces and declarations that expat lets pass
    theirs = [sorted(element.attrib.values()) for element in root.iter("*")]
    ours = [
        sorted(each.value for each in element.attributes if each.name.partition(":")[0] != "xmlns")
        for element in opml.sheet.elements
    ]
    assert ours == theirs


@settings(deadline=None)
@given(st.binary(max_size=200), st.text(max_size=40), st.text(max_size=60))
def test_discovery_takes_any_page_any_address_and_any_header(body: bytes, address: str, link: str) -> None:
    for each in discover(b"<html><a href='" + body, address, {"link": link}):
        assert each.address
