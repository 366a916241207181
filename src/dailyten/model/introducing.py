"""Introducing entries: what an entry of a feed is recognised and found by, computed from its words alone.

So whoever reads a document can do it, in whatever process, and who keeps it need not. How entries are recognised is
told in `dailyten.store.recognition`.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import datetime
from operator import attrgetter
from typing import Any

import orjson

from dailyten.model.canonical import short_id
from dailyten.model.entry import Entry, Face, Introduced

_SHARED = 4
"""Digits of a feed's id that the ids of its entries and marks begin with; twelve of their own are left."""
_TEXTS = ("key", "guid", "title", "url", "summary", "html", "language")
_NAMES = tuple(each.name for each in fields(Entry))
_VALUES_OF = attrgetter(*_NAMES)
_NUL = b"\\u0000"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_BEFORE_HOST = re.compile(r"^https?://(www\.)?", re.IGNORECASE)


def introduce(feed_id: str, entries: Iterable[Entry]) -> tuple[Introduced, ...]:
    """Introduce the entries of one document, each once: of those with the same face the first counts.

    Characters that no database holds (NUL, lone surrogates) become U+FFFD.
    """
    faces: dict[Face, tuple[Entry, bytes]] = {}
    for each in entries:
        entry, written = _written(each)
        face = face_of(entry.key, entry.guid, entry.url, entry.title, entry.published_at)
        faces.setdefault(face, (entry, written))
    return tuple(
        Introduced(
            entry=entry,
            face=face,
            entry_id=_first_id(feed_id, entry),
            marks=marks_of(feed_id, signs_of(face)),
            sha256=hashlib.sha256(written).hexdigest(),
        )
        for face, (entry, written) in faces.items()
    )


def face_of(key: str, guid: str, url: str, title: str, date: datetime | None) -> Face:
    """Give a face: addresses without `http://` or `https://`, `www.` and a last slash, titles without case, spacing."""
    return Face(key, _plain(guid), _plain(url), " ".join(title.split()).casefold(), date)


def signs_of(face: Face) -> set[tuple[str, ...]]:
    """Give the signs of an entry that another version of it may share."""
    signs: set[tuple[str, ...]] = set()
    if face.guid:
        signs.add(("guid", face.guid))
    if face.link:
        signs.add(("link", face.link))
    if face.title and face.date:
        signs.add(("title", face.title, face.date.isoformat()))
    if not (face.guid or face.link):
        signs.add(("key", face.key))
    return signs


def marks_of(feed_id: str, signs: Iterable[tuple[str, ...]]) -> frozenset[str]:
    """Compute the marks by which candidates for an entry are found again, one for each sign."""
    return frozenset(_id_in(feed_id, "mark", feed_id, *sign) for sign in signs)


def entry_ids(feed_id: str, entry: Entry) -> Iterator[str]:
    """Give the ids a new entry may take, the first that is free: a reused guid needs more than its key."""
    yield _first_id(feed_id, entry)
    when = entry.published_at.isoformat() if entry.published_at else ""
    yield _id_in(feed_id, "entry", feed_id, entry.key, entry.url, entry.title, when)
    for number in range(2, 1_000_000):
        yield _id_in(feed_id, "entry", feed_id, entry.key, entry.url, entry.title, when, str(number))


def _first_id(feed_id: str, entry: Entry) -> str:
    return _id_in(feed_id, "entry", feed_id, entry.key)


def _id_in(feed_id: str, *parts: str) -> str:
    """Compute an id that begins like its feed's, so that what one document brings lies together in every index.

    Scattered, the rows of a few documents touch half the pages of each (docs/decisions/0034).
    """
    return feed_id[:_SHARED] + short_id(*parts)[_SHARED:]


def _plain(address: str) -> str:
    bare = _BEFORE_HOST.sub("", address.strip())
    return bare.rstrip("/") or address


def _written(entry: Entry) -> tuple[Entry, bytes]:
    """Give an entry that can be stored, and its canonical JSON.

    orjson writes the same bytes as `dailyten.model.canonical`, eight times faster. That holds for strings and instants,
    not for numbers, so only here; a test compares the two.
    """
    try:
        written = orjson.dumps(dict(zip(_NAMES, _VALUES_OF(entry), strict=True)), option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:  # lone surrogates
        return _written(_storable(entry))
    if _NUL in written and (storable := _storable(entry)) != entry:
        return _written(storable)
    return entry, written


def _storable(entry: Entry) -> Entry:
    mended: dict[str, Any] = {name: _UNSTORABLE.sub("\ufffd", getattr(entry, name)) for name in _TEXTS}
    mended["authors"] = tuple(_UNSTORABLE.sub("\ufffd", each) for each in entry.authors)
    mended["tags"] = tuple(_UNSTORABLE.sub("\ufffd", each) for each in entry.tags)
    return replace(entry, **mended)
