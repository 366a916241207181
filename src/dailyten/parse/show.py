"""One document as we read it, as plain values: what `dailyten feeds show --json` prints."""

from datetime import datetime
from typing import Any

from dailyten.model.canonical import short_id
from dailyten.model.entry import Document, Entry
from dailyten.model.feed import feed_id_of


def shown(document: Document, *, address: str) -> dict[str, Any]:
    """Give a document as JSON-ready values. Instants are ISO 8601 in UTC, or None.

    The `id` of an entry is the one it gets when the feed at `address` is first polled: computed from the address and
    the entry's key, so it is the same at every reading. A document without an address (a file) goes by its own.
    """
    feed_id = feed_id_of(address or document.self_url or document.home_url)
    return {
        "kind": document.kind,
        "title": document.title,
        "home_url": document.home_url,
        "language": document.language,
        "warnings": list(document.warnings),
        "entries": [_shown_entry(entry, feed_id) for entry in document.entries],
    }


def _shown_entry(entry: Entry, feed_id: str) -> dict[str, Any]:
    return {
        "id": short_id("entry", feed_id, entry.key),
        "guid": entry.guid,
        "title": entry.title,
        "url": entry.url,
        "authors": list(entry.authors),
        "published_at": _iso(entry.published_at),
        "updated_at": _iso(entry.updated_at),
        "summary": entry.summary,
        "html": entry.html,
        "language": entry.language,
        "tags": list(entry.tags),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at else None
