"""Whatever a stranger sends, `parse` answers with a value, soon, and gives nothing that acts."""

import re
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dailyten.model.entry import NotAFeed
from dailyten.model.fetched import Failed
from dailyten.parse.document import Parsed, parse

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SAMPLES = Path(__file__).parents[1] / "feeds"
SEEDS = Path(__file__).parent / "seeds"
BODIES = [
    path.read_bytes()
    for path in (*sorted(SAMPLES.iterdir()), *sorted(SEEDS.iterdir()))
    if not path.name.endswith((".expected.json", ".txt"))
]
PIECES = [
    *(
        b"<",
        b">",
        b"&",
        b";",
        b'"',
        b"'",
        b"<![CDATA[",
        b"]]>",
        b"<!--",
        b"-->",
        b"<?xml ",
        b"?>",
        b"</item>",
        b"<item>",
    ),
    *(
        b"<entry>",
        b"</title>",
        b"<title>",
        b"\x00",
        b"\xff",
        b"\xed\xa0\x80",
        b"&#xD800;",
        b"&#0;",
        b"&amp;",
        b"<!DOCTYPE x [",
    ),
    *(
        b"<!ENTITY a '&a;'>",
        b"xmlns:a=''",
        b"xml:base='\x01://['",
        b"http://[",
        b"javascript:",
        b"<script>",
        b"{",
        b"]",
        b"null",
    ),
    *(b"9999-99-99", b"-0001", b"\xe2\x80\xae", b"encoding='utf-16'", b"encoding='idna'", b"\xfe\xff", b"type='xhtml'"),
]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    body = bytearray(draw(st.sampled_from(BODIES)))
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(body)))
        end = min(len(body), start + draw(st.sampled_from([0, 0, 1, 5, 40, 400])))
        body[start:end] = draw(st.sampled_from(PIECES) | st.binary(max_size=6))
    return bytes(body)


def sound(found: Parsed) -> bool:
    if isinstance(found, NotAFeed):
        return bool(found.what)
    if isinstance(found, Failed):
        return bool(found.detail)
    return all(
        entry.key
        and (not entry.url or entry.url.startswith(("http://", "https://")))
        and "\u202e" not in entry.title + entry.summary + entry.html
        and not re.search(r"<(?:script|iframe|form|style|object|embed|link|meta)|<[^<>]* on\w+=", entry.html)
        for entry in found.entries
    )


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
def test_a_damaged_document_gives_a_value_and_nothing_that_acts(body: bytes) -> None:
    assert sound(parse(body, headers={}, address="https://f.example/feed", now=NOW))


@settings(max_examples=200, deadline=None)
@given(st.binary(), st.text(max_size=40), st.text(max_size=40))
def test_any_bytes_with_any_header_from_anywhere_give_a_value(body: bytes, content_type: str, address: str) -> None:
    assert sound(parse(body, headers={"content-type": content_type, "link": content_type}, address=address, now=NOW))


@given(mutated())
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_reading_twice_gives_the_same(body: bytes) -> None:
    first = parse(body, headers={}, address="https://f.example/feed", now=NOW)

    assert parse(body, headers={}, address="https://f.example/feed", now=NOW) == first
