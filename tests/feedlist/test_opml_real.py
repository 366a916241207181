"""The real files beside the checkout: about a third of them is broken."""

import csv
import re
from pathlib import Path

import pytest

from dailyten.errors import BadFeedList
from dailyten.feedlist.edit import Opml
from dailyten.feedlist.read import lint, read
from dailyten.model.feed import Feed, feed_id_of

SHARED = next((up / "shared" / "feeds" for up in Path(__file__).parents if (up / "shared" / "feeds").is_dir()), None)
pytestmark = pytest.mark.real
NOT_POLLABLE = frozenset(["no-web-address", "no-scheme"])
NEW = "https://new.example/feed?a=1&b=2"


def _rows() -> list[dict[str, str]]:
    if SHARED is None:
        return []
    with (SHARED / "opml" / "INDEX.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


ROWS = _rows()
GOOD = [pytest.param(row, id=row["file"]) for row in ROWS if row["well_formed"] == "1"]
BROKEN = [pytest.param(row, id=row["file"]) for row in ROWS if row["well_formed"] == "0"]


def test_the_real_files_are_here() -> None:
    if SHARED is None:
        pytest.skip("the real documents stand beside the checkout, in ../shared/feeds, and are missing here")
    assert len(GOOD) > 30
    assert len(BROKEN) > 30


def _body(row: dict[str, str]) -> bytes:
    assert SHARED is not None
    return (SHARED / row["file"]).read_bytes()


def _outlines_with_address(body: bytes) -> int:
    """Count as INDEX.tsv does, but without what stands in comments."""
    without_comments = re.sub(rb"<!--.*?-->", b"", body, flags=re.DOTALL)
    return len(re.findall(rb"<outline\b[^<]*?\sxmlurl\s*=", without_comments, re.IGNORECASE))


@pytest.mark.parametrize("row", GOOD)
def test_every_outline_with_an_address_is_a_feed_or_named_as_a_duplicate(row: dict[str, str]) -> None:
    body = _body(row)
    expected = int(row["outlines_with_xmlUrl"]) if b"<!--<outline" not in body else _outlines_with_address(body)
    faults = lint(body, row["file"])

    assert len(Opml.of(body, name=row["file"]).outlines) == expected
    try:
        listed = read(body, name=row["file"])
    except BadFeedList:
        unusable = [fault for fault in faults if fault.severity == "error"]
        assert {fault.rule for fault in unusable} <= NOT_POLLABLE | {"include", "no-feeds"}
        assert expected == 0 or any(fault.rule in NOT_POLLABLE for fault in unusable)
    else:
        duplicates = sum(fault.rule == "duplicate" for fault in faults)
        assert len(listed.feeds) + duplicates == expected


@pytest.mark.parametrize("row", BROKEN)
def test_every_broken_file_is_refused_with_a_line_that_holds_the_fault(row: dict[str, str]) -> None:
    with pytest.raises(BadFeedList) as refused:
        read(_body(row), name="feeds.opml")

    lines = _body(row).decode().splitlines()
    first = refused.value.faults[0]
    assert f"feeds.opml:{first.line}:{first.column}" in str(refused.value)
    assert lines[first.line - 1][first.column - 1 :]
    assert first.rule != "bare-ampersand" or lines[first.line - 1][first.column - 1] == "&"


@pytest.mark.parametrize("row", GOOD)
def test_no_byte_changes_without_an_edit_nor_by_an_edit_undone(row: dict[str, str]) -> None:
    body = _body(row)
    opml = Opml.of(body, name=row["file"])
    new = Feed(feed_id=feed_id_of(NEW), address=NEW, title='N\xe9w <"x"> & co')

    assert opml.to_bytes() == body
    added = opml.add(new)
    assert added.find(NEW).value("text") == new.title
    assert added.remove(NEW).to_bytes() == body
