"""Documents written for the purpose, each with what must come out of it beside it: `NAME.expected.json`.

Only the named fields are compared. Instants are ISO 8601 in UTC.
"""

import json
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dailyten.model.entry import Document
from dailyten.parse.document import parse

SAMPLES = Path(__file__).parents[1] / "feeds"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ADDRESS = "https://feeds.example/all.xml"


def plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return list(value) if isinstance(value, tuple) else value


def named(found: Any, expected: dict[str, Any]) -> dict[str, object]:
    """Give those fields of a noun that are expected."""
    known = {field.name for field in fields(found)}
    assert expected.keys() <= known
    return {name: plain(getattr(found, name)) for name in expected}


@pytest.mark.parametrize("expected_file", sorted(SAMPLES.glob("*.expected.json")), ids=lambda path: path.name[:-14])
def test_a_sample_document_reads_as_is_written_beside_it(expected_file: Path) -> None:
    expected = json.loads(expected_file.read_text("utf-8"))
    body = expected_file.with_name(expected_file.name.removesuffix(".expected.json")).read_bytes()
    headers = {"content-type": expected.pop("content_type", "")}

    found = parse(body, headers=headers, address=ADDRESS, now=NOW)

    assert isinstance(found, Document)
    entries = expected.pop("entries")
    assert named(found, expected) == expected
    assert [named(entry, each) for entry, each in zip(found.entries, entries, strict=True)] == entries
