"""Every real document beside the checkout: read, nothing lost against feedparser alone, nothing that acts."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import feedparser
import pytest

from dailyten.model.entry import Document
from dailyten.parse.addresses import without_trackers
from dailyten.parse.document import parse
from dailyten.parse.strict import read_xml

pytestmark = pytest.mark.real

NOW = datetime.now(UTC)
SHARED = Path(__file__).parents[3] / "shared" / "feeds"
ADDRESS = "https://feeds.example/all.xml"
MISREAD = re.compile(r"BST|IST|\s-\d{3}$|^\d{4}/|^0|^1970|[A-Z]{2,4}\d")
"""Dates that feedparser is known to misread, or that mean nothing."""


def listed() -> list[dict[str, str]]:
    manifest = SHARED / "MANIFEST.tsv"
    if not manifest.exists():
        return []
    with manifest.open(encoding="utf-8") as rows:
        return list(csv.DictReader(rows, delimiter="\t"))


ROWS = listed()
if not ROWS:
    pytest.skip("the real documents are not beside the checkout", allow_module_level=True)


@cache
def ours(file: str) -> Document:
    found = parse((SHARED / file).read_bytes(), headers={}, address=ADDRESS, now=NOW)
    assert isinstance(found, Document), f"{file}: {found}"
    return found


@cache
def theirs(file: str) -> Any:
    body = io.BytesIO((SHARED / file).read_bytes())
    headers = {"content-location": ADDRESS}
    return feedparser.parse(body, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)


def letters(text: str | None) -> str:
    return re.sub(r"\W+", "", unescape(re.sub(r"<[^>]*>", "", unescape(unescape(text or ""))))).lower()


def pairs(file: str) -> Iterator[tuple[Any, Any]]:
    yield from zip(ours(file).entries, theirs(file).entries, strict=False)


files = pytest.mark.parametrize("file", [row["file"] for row in ROWS])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"])
def test_a_document_gives_all_its_entries(row: dict[str, str]) -> None:
    assert len(ours(row["file"]).entries) >= int(row["entries"])


@files
def test_no_entry_and_no_title_is_lost_against_feedparser(file: str) -> None:
    assert len(ours(file).entries) >= len(theirs(file).entries)
    for entry, other in pairs(file):
        assert bool(entry.title) >= bool(letters(other.get("title")))
        assert len(letters(entry.title)) >= min(len(letters(other.get("title"))) * 0.7, 600)


@files
def test_no_link_and_no_date_is_lost_against_feedparser(file: str) -> None:
    for entry, other in pairs(file):
        assert entry.url or not other.get("link", "").startswith(("http://", "https://"))
        for name, found in (("published", entry.published_at), ("updated", entry.updated_at or entry.published_at)):
            written = dict.get(other, name) or ""
            if dict.get(other, f"{name}_parsed") and not MISREAD.search(written) and " 0001 " not in written:
                assert found, written
                assert found.timetuple()[:6] == tuple(dict.get(other, f"{name}_parsed") or ())[:6], written


@files
def test_no_text_is_lost_against_feedparser(file: str) -> None:
    for entry, other in pairs(file):
        given = [part.value for part in dict.get(other, "content") or []] or [dict.get(other, "summary") or ""]
        if dict.get(other, "media_content") and len(given[0]) > len(dict.get(other, "summary") or given[0]) * 0.9:
            continue  # feedparser took a picture's caption for the summary, and ours is the description
        visible = re.sub(
            r"(?is)<(script|style|iframe|noscript|svg|title|button|select|textarea)\b.*?</\1>", "", given[0]
        )
        assert len(letters(entry.html)) >= min(0.85 * len(letters(visible)), 200_000)


@files
def test_html_of_real_entries_has_nothing_that_acts(file: str) -> None:
    for entry in ours(file).entries:
        assert not re.search(r"<(?:script|style|iframe|form|object|embed|link|meta|svg)\b", entry.html)
        assert not re.search(r"<[^<>]* (?:on\w+|style|class|srcset)=", entry.html)
        for address in re.findall(r"<[^<>]* (?:href|src)=\"([^\"]*)\"", entry.html):
            assert address.startswith(("http://", "https://", "mailto:"))
            assert without_trackers(unescape(address)) == unescape(address)


def test_well_formed_documents_take_the_fast_way() -> None:
    fast = [row for row in ROWS if not any("well-formed" in said for said in ours(row["file"]).warnings)]

    assert len(fast) >= 0.9 * len(ROWS)


def test_a_strict_reader_refuses_what_is_not_well_formed() -> None:
    from lxml import etree

    with pytest.raises(etree.XMLSyntaxError):
        read_xml(b"<rss><channel><item><title>AT&T</title></item></channel></rss>")
