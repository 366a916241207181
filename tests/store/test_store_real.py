"""Recognition on the documents of real publishers, read by feedparser alone."""

import calendar
import io
import warnings
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dailyten.model.entry import Entry
from dailyten.model.introducing import entry_ids, introduce
from dailyten.store.recognition import Acquaintance, recognise

pytestmark = pytest.mark.real

LARGEST_BYTES = 100_000


@cache
def documents() -> tuple[tuple[Entry, ...], ...]:
    """Read every real document that is not large and holds entries."""
    folders = [above / "shared/feeds/real" for above in Path(__file__).resolve().parents]
    folder = next((each for each in folders if each.is_dir()), None)
    if folder is None:
        pytest.skip("the real documents are not beside the checkout")
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.stat().st_size < LARGEST_BYTES]
    return tuple(filter(None, (tuple(entries(path.read_bytes())) for path in files)))


def entries(body: bytes) -> Iterator[Entry]:
    import feedparser

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read: list[dict[str, Any]] = feedparser.parse(io.BytesIO(body)).entries
    for each in read:
        guid, url, title = (str(each.get(name) or "") for name in ("id", "link", "title"))
        when = each.get("published_parsed")
        at = datetime.fromtimestamp(calendar.timegm(when), UTC) if when and when[0] > 0 else None
        key = guid or url or f"{title} {at} {each.get('summary')}"
        yield Entry(key=key, guid=guid, url=url, title=title, published_at=at)


def new_in(first: tuple[Entry, ...], second: tuple[Entry, ...]) -> list[Entry]:
    """Read two documents of one feed; give what is new in the second."""
    before, after = introduce("f", first), introduce("f", second)
    kept = [
        Acquaintance(
            entry_id=str(number), key=e.key, guid=e.guid, url=e.url, title=e.title, published_at=e.published_at
        )
        for number, e in enumerate(each.entry for each in before)
    ]
    wanted = {mark for each in after for mark in each.marks}
    candidates = [known for known, each in zip(kept, before, strict=True) if each.marks & wanted]
    return [each.arrived.entry for each in recognise(after, candidates) if not each.entry_id]


def test_a_real_document_read_again_in_any_order_brings_nothing_new() -> None:
    for document in documents():
        assert new_in(document, document) == []
        assert new_in(document, document[::-1]) == []


def test_the_newest_entry_of_a_real_document_is_new_and_the_others_are_not() -> None:
    for document in documents():
        told = [each.entry for each in introduce("f", document)]
        assert new_in(tuple(told[1:]), tuple(told)) == told[:1]


def test_real_feeds_that_change_every_guid_do_not_flood() -> None:
    read = [each for document in documents() for each in document]
    changed = [
        tuple(replace(each, guid=each.guid and f"new:{each.guid}", key=f"new:{each.key}") for each in document)
        for document in documents()
    ]
    flood = [each for old, new in zip(documents(), changed, strict=True) for each in new_in(old, new)]

    assert len(flood) <= len(read) // 500


def test_every_entry_of_a_real_document_has_an_id_of_its_own() -> None:
    for document in documents():
        told = [each.entry for each in introduce("f", document)]
        taken: set[str] = set()
        for each in told:
            taken.add(next(name for name in entry_ids("f", each) if name not in taken))

        assert len(taken) == len(told)
