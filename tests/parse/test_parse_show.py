import json
from datetime import UTC, datetime

from dailyten.model.entry import Document
from dailyten.parse.document import parse
from dailyten.parse.show import shown

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BODY = (
    b'<rss version="2.0"><channel><title>T</title><link>https://f.example/</link><item><title>x</title>'
    b"<link>https://f.example/1</link><pubDate>Tue, 03 Mar 2026 08:30:00 -0500</pubDate></item></channel></rss>"
)


def document() -> Document:
    found = parse(BODY, headers={}, address="https://f.example/feed", now=NOW)
    assert isinstance(found, Document)
    return found


def test_a_document_is_shown_as_plain_json() -> None:
    said = shown(document(), address="https://f.example/feed")

    assert json.loads(json.dumps(said)) == said
    assert said["kind"] == "rss 2.0"
    assert said["entries"][0]["published_at"] == "2026-03-03T13:30:00Z"
    assert said["entries"][0]["updated_at"] is None


def test_the_same_entry_has_the_same_id_at_every_reading_and_another_elsewhere() -> None:
    here, again = (shown(document(), address="https://f.example/feed")["entries"][0]["id"] for _ in range(2))
    elsewhere = shown(document(), address="https://g.example/feed")["entries"][0]["id"]

    assert here == again != elsewhere


def test_a_file_goes_by_its_own_address() -> None:
    assert shown(document(), address="") == shown(document(), address="https://f.example/")
