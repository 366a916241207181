"""Which arrived entries are old acquaintances. Pure: no database, no clock.

Publishers change links, reuse guids, give one guid to everything, or change every guid overnight. Two harms are
weighed here: an entry taken for another is lost, an entry not recognised comes twice. The rules, the surest first:

1. Everything is the same: guid, link, title, published date.
2. Same guid, link and title: re-dated.
3. Same guid and link: retitled.
4. Same guid, title and date: the link changed.
5. Same guid: the same, unless it was *reused*, that is title and link both differ and no common date speaks against it.
6. Same link, where one side has no guid: the same, unless title and date both differ.
7. Same link, title and date under another guid.
8. Same link and title under another guid: the same, unless there is no title or the dates contradict; in a document
   that was *re-keyed* (it brings no guid we know, yet two or more old links or headlines) whatever title and dates say.
9. Same title and date under another link, where one side has no guid, or in a document that was re-keyed.
10. Neither guid nor link on either side: the key that parsing computed decides.

From rule 2 on, a sign counts only if it is *alone*: one that two entries of the document bear, or two kept ones, says
nothing. A kept entry is met at most once, so two entries of one document never become one.

Addresses are compared without `http://` or `https://`, `www.` and a last slash, titles without case and spacing.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from dailyten.model.canonical import short_id
from dailyten.model.entry import Entry

_BEFORE_HOST = re.compile(r"^https?://(www\.)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquaintance:
    """What recognition must know of an entry that we keep."""

    entry_id: str
    key: str
    guid: str
    url: str
    title: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """An arrived entry, and the id of the kept entry that it is; empty for a new one."""

    entry: Entry
    entry_id: str = ""


class _Face(NamedTuple):
    """What an entry is recognised by."""

    key: str
    guid: str
    link: str
    title: str
    date: datetime | None


@dataclass(frozen=True, slots=True)
class _Rule:
    """Faces with the same `sign` are one entry if the rule `holds` for them; no sign is None."""

    sign: Callable[[_Face], Hashable | None]
    holds: Callable[[_Face, _Face], bool] = lambda _a, _b: True
    alone: bool = True


def recognise(arrived: Sequence[Entry], kept: Sequence[Acquaintance]) -> tuple[Recognised, ...]:
    """Tell for each entry of a document, in its order, which kept entry it is.

    Entries that say the same in guid, link, title and date are one, and the first of them counts. `kept` must hold
    every entry of the feed that has a mark (see `marks_of`) in common with the document.
    """
    entries: dict[_Face, Entry] = {}
    for entry in arrived:
        entries.setdefault(_face(entry), entry)
    if not kept:
        return tuple(Recognised(entry=entry) for entry in entries.values())
    faces, known = list(entries), [_face(each) for each in kept]
    met: dict[int, int] = {}
    for rule in _rules(_is_rekeyed(faces, known)):
        if len(met) < len(faces):
            _meet(rule, faces, known, met)
    return tuple(
        Recognised(entry=entry, entry_id=kept[met[at]].entry_id if at in met else "")
        for at, entry in enumerate(entries.values())
    )


def marks_of(feed_id: str, entry: Entry | Acquaintance) -> frozenset[str]:
    """Compute the marks by which candidates for an entry are found again, one for each sign that may be shared."""
    return _marks(feed_id, _signs(entry))


def marks_between(feed_id: str, before: Acquaintance, after: Entry) -> tuple[frozenset[str], frozenset[str]]:
    """Compute the marks that an entry lost and got when it was rewritten; most often its date's."""
    old, new = _signs(before), _signs(after)
    return _marks(feed_id, old - new), _marks(feed_id, new - old)


def _signs(entry: Entry | Acquaintance) -> set[tuple[str, ...]]:
    face = _face(entry)
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


def _marks(feed_id: str, signs: set[tuple[str, ...]]) -> frozenset[str]:
    return frozenset(short_id("mark", feed_id, *sign) for sign in signs)


def entry_ids(feed_id: str, entry: Entry) -> Iterator[str]:
    """Give the ids a new entry may take, the first that is free: a reused guid needs more than its key."""
    when = entry.published_at.isoformat() if entry.published_at else ""
    yield short_id("entry", feed_id, entry.key)
    yield short_id("entry", feed_id, entry.key, entry.url, entry.title, when)
    for number in range(2, 1_000_000):
        yield short_id("entry", feed_id, entry.key, entry.url, entry.title, when, str(number))


def _meet(rule: _Rule, faces: Sequence[_Face], known: Sequence[_Face], met: dict[int, int]) -> None:
    unmet = {at: sign for at, face in enumerate(faces) if at not in met and (sign := rule.sign(face)) is not None}
    wanted, bearers = set(unmet.values()), defaultdict[Hashable, list[int]](list)
    for at, face in enumerate(known):
        if (sign := rule.sign(face)) in wanted:
            bearers[sign].append(at)
    if not bearers:
        return
    times, taken = Counter(map(rule.sign, faces)), set(met.values())
    for at, sign in unmet.items():
        if rule.alone and (times[sign] > 1 or len(bearers[sign]) > 1):
            continue
        found = next((each for each in bearers[sign] if each not in taken and rule.holds(faces[at], known[each])), None)
        if found is not None:
            met[at] = found
            taken.add(found)


def _rules(rekeyed: bool) -> tuple[_Rule, ...]:  # noqa: FBT001 - a private choice of two tables
    return (
        _Rule(lambda face: face, alone=False),
        _Rule(lambda face: face[1:] if any(face[1:4]) else None, alone=False),
        _Rule(lambda face: (face.guid, face.link, face.title) if face.guid else None),
        _Rule(lambda face: (face.guid, face.link) if face.guid else None),
        _Rule(lambda face: (face.guid, face.title, face.date) if face.guid and face.date else None),
        _Rule(lambda face: face.guid or None, lambda a, b: not _reused(a, b)),
        _Rule(lambda face: face.link or None, _same_page),
        _Rule(lambda face: (face.link, face.title, face.date) if face.link and face.date else None),
        _Rule(_headline, lambda a, b: rekeyed or bool(a.title and _dates_agree(a, b))),
        _Rule(_dated_title, lambda a, b: rekeyed or not (a.guid and b.guid)),
        _Rule(lambda face: None if face.guid or face.link else face.key),
    )


def _is_rekeyed(faces: Sequence[_Face], known: Sequence[_Face]) -> bool:
    guids = {face.guid for face in known} - {""}
    if not guids or any(face.guid in guids for face in faces):
        return False
    headlines, titles = ({sign(face) for face in known} - {None} for sign in (_headline, _dated_title))
    old_links = {face.link for face in faces if _headline(face) in headlines}
    old_titles = {face.title for face in faces if _dated_title(face) in titles}
    return len(old_links) > 1 or len(old_titles) > 1


def _headline(face: _Face) -> Hashable | None:
    return (face.link, face.title) if face.link else None


def _dated_title(face: _Face) -> Hashable | None:
    return (face.title, face.date) if face.title and face.date else None


def _reused(a: _Face, b: _Face) -> bool:
    return _differ(a.title, b.title) and _differ(a.link, b.link) and (a.date is None or a.date != b.date)


def _same_page(a: _Face, b: _Face) -> bool:
    return not (a.guid and b.guid) and not (_differ(a.title, b.title) and not _dates_agree(a, b))


def _dates_agree(a: _Face, b: _Face) -> bool:
    return a.date is None or b.date is None or a.date == b.date


def _differ(one: str, other: str) -> bool:
    return bool(one and other) and one != other


def _face(entry: Entry | Acquaintance) -> _Face:
    return _face_of(entry.key, entry.guid, entry.url, entry.title, entry.published_at)


@lru_cache(maxsize=4096)  # each face is looked at for its marks and for recognising, old ones and new ones alike
def _face_of(key: str, guid: str, url: str, title: str, date: datetime | None) -> _Face:
    return _Face(key, _plain(guid), _plain(url), " ".join(title.split()).casefold(), date)


def _plain(address: str) -> str:
    bare = _BEFORE_HOST.sub("", address.strip())
    return bare.rstrip("/") or address
