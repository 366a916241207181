"""Seeds for fuzzing: shapes that real publishers send, written by us. Whole, damaged and mixed, they give values."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dailyten.feedlist.address import alike_key, complain, plain_address, same_key
from dailyten.model.entry import Document
from dailyten.parse.addresses import absolute, is_web_address, looks_alike, without_fragment, without_trackers
from dailyten.parse.clean import plain_title, sanitise, summary_from
from dailyten.parse.document import parse
from dailyten.poll.address import BadAddressError, address_of, moved
from tests.parse.test_parse_clean import ALLOWED
from tests.parse.test_parse_fuzz import NOW, PIECES, sound

HERE = Path(__file__).parent / "seeds"
BASE = "https://shop.example/post/"
DOCUMENTS = {path.name: path.read_bytes() for path in sorted(HERE.iterdir()) if path.suffix != ".txt"}
MARKUP = (HERE / "markup.txt").read_text("utf-8").splitlines()
ADDRESSES = [line for line in (HERE / "addresses.txt").read_text("utf-8").split("\n") if line]
ODD = [
    "\x00",
    "\t",
    "\r\n",
    " ",
    "\\",
    "@",
    ":",
    "//",
    "%",
    "%00",
    "[",
    "]",
    "#",
    "?",
    "&",
    "\u202e",
    "\u3002",
    "\ud800",
]


@st.composite
def spliced(draw: st.DrawFn) -> bytes:
    """Draw the head of one document and the tail of another, with an odd piece between."""
    head, tail = draw(st.sampled_from(list(DOCUMENTS.values()))), draw(st.sampled_from(list(DOCUMENTS.values())))
    cut, on = draw(st.integers(0, len(head))), draw(st.integers(0, len(tail)))
    return head[:cut] + draw(st.sampled_from(PIECES)) + tail[on:]


def odd_texts(seeds: list[str]) -> st.SearchStrategy[str]:
    """Draw a seed with pieces of others and odd characters put in."""

    @st.composite
    def draw_one(draw: st.DrawFn) -> str:
        text = draw(st.sampled_from(seeds))
        for _ in range(draw(st.integers(0, 4))):
            at = draw(st.integers(0, len(text)))
            end = min(len(text), at + draw(st.sampled_from([0, 1, 5, 20])))
            put = draw(st.sampled_from(ODD) | st.sampled_from(seeds).map(lambda each: each[:12]) | st.text(max_size=3))
            text = text[:at] + put + text[end:]
        return text

    return draw_one()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_seed_is_a_document_with_its_entries(name: str) -> None:
    found = parse(DOCUMENTS[name], headers={}, address="https://f.example/feed", now=NOW)

    assert isinstance(found, Document)
    assert found.entries
    assert sound(found)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(spliced())
def test_a_document_grown_out_of_two_gives_a_value_and_nothing_that_acts(body: bytes) -> None:
    assert sound(parse(body, headers={}, address="https://f.example/feed", now=NOW))


@settings(max_examples=150, deadline=None)
@given(odd_texts(MARKUP))
@example('<a href="https://\\\\t.example/1">a host with a backslash</a>')
def test_markup_of_publishers_and_attackers_comes_out_harmless(markup: str) -> None:
    once = sanitise(markup, BASE).html
    for found in (once, sanitise(once, BASE).html):
        tags = " ".join(tag for tag, _ in re.findall(r"(<([a-z0-9]+)[^<>]*>)", found.lower()))
        assert "<" not in ALLOWED.sub("", found)
        assert not any(scheme in tags for scheme in ('="javascript:', '="data:', '="vbscript:'))
        assert "\u202e" not in found
    assert "\u202e" not in summary_from(markup)
    whole = markup.encode("utf-8", "replace").decode()  # halves of characters are gone before a title is read
    assert "\u202e" not in plain_title(whole, is_html=True)


@pytest.mark.parametrize("address", ["https://a.example/it's", "https://a.example/?a=1&amp;b='", "https://i.'x/a"])
def test_an_address_with_an_apostrophe_is_spelled_in_one_way(address: str) -> None:
    once = sanitise(f'<a href="{address}">a</a>', BASE).html

    assert "&#x27;" not in once
    assert sanitise(once, BASE).html == once


@settings(max_examples=250, deadline=None)
@given(odd_texts(ADDRESSES), odd_texts(ADDRESSES))
@example("http://[::ffff:7f00:1]/", "//[")
@example("http://a/?&#", "?#")
@example("http://a/\udcff", "\ud800")
@example("http://shop.example\\@https://shopevil.example/", "")
def test_any_address_is_read_cleaned_and_compared_without_a_fault(one: str, other: str) -> None:
    cleaned = absolute(one, BASE)
    assert not cleaned or is_web_address(cleaned)
    assert absolute(cleaned, BASE) == cleaned
    assert without_trackers(without_trackers(cleaned)) == without_trackers(cleaned)
    assert "#" not in without_fragment(cleaned)
    looks_alike(cleaned)
    for key in (same_key, alike_key):
        assert key(one) == key(one)
    assert all(each for each in complain(one))
    plain_address(one)
    try:
        target = moved(address_of(one), other)
    except BadAddressError:
        return
    assert target.scheme in ("http", "https")


def test_the_seeds_are_of_all_kinds() -> None:
    kinds = set()
    for body in DOCUMENTS.values():
        found = parse(body, headers={}, address="https://f.example/feed", now=datetime(2026, 11, 24, tzinfo=UTC))
        kinds |= {found.kind} if isinstance(found, Document) else set()

    assert {kind.split()[0] for kind in kinds} >= {"rss", "atom", "json"}
