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

Compared are faces (`dailyten.model.introducing`): what publishers vary without meaning it is gone from them.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from dailyten.model.entry import Face, Introduced
from dailyten.model.introducing import face_of, marks_of, signs_of


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

    arrived: Introduced
    entry_id: str = ""


@dataclass(frozen=True, slots=True)
class _Rule:
    """Faces with the same `sign` are one entry if the rule `holds` for them; no sign is None."""

    sign: Callable[[Face], Hashable | None]
    holds: Callable[[Face, Face], bool] = lambda _a, _b: True
    alone: bool = True


def recognise(arrived: Sequence[Introduced], kept: Sequence[Acquaintance]) -> tuple[Recognised, ...]:
    """Tell for each entry of a document, in its order, which kept entry it is.

    `kept` must hold every entry of the feed that has a mark in common with the document.
    """
    if not kept:
        return tuple(Recognised(arrived=each) for each in arrived)
    faces, known = [each.face for each in arrived], [_face(each) for each in kept]
    met: dict[int, int] = {}
    for rule in _rules(_is_rekeyed(faces, known)):
        if len(met) < len(faces):
            _meet(rule, faces, known, met)
    return tuple(
        Recognised(arrived=each, entry_id=kept[met[at]].entry_id if at in met else "")
        for at, each in enumerate(arrived)
    )


def marks_between(feed_id: str, before: Acquaintance, after: Introduced) -> tuple[frozenset[str], frozenset[str]]:
    """Compute the marks that an entry lost and got when it was rewritten; most often its date's."""
    old, new = signs_of(_face(before)), signs_of(after.face)
    return marks_of(feed_id, old - new), marks_of(feed_id, new - old)


def _meet(rule: _Rule, faces: Sequence[Face], known: Sequence[Face], met: dict[int, int]) -> None:
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


def _is_rekeyed(faces: Sequence[Face], known: Sequence[Face]) -> bool:
    guids = {face.guid for face in known} - {""}
    if not guids or any(face.guid in guids for face in faces):
        return False
    headlines, titles = ({sign(face) for face in known} - {None} for sign in (_headline, _dated_title))
    old_links = {face.link for face in faces if _headline(face) in headlines}
    old_titles = {face.title for face in faces if _dated_title(face) in titles}
    return len(old_links) > 1 or len(old_titles) > 1


def _headline(face: Face) -> Hashable | None:
    return (face.link, face.title) if face.link else None


def _dated_title(face: Face) -> Hashable | None:
    return (face.title, face.date) if face.title and face.date else None


def _reused(a: Face, b: Face) -> bool:
    return _differ(a.title, b.title) and _differ(a.link, b.link) and (a.date is None or a.date != b.date)


def _same_page(a: Face, b: Face) -> bool:
    return not (a.guid and b.guid) and not (_differ(a.title, b.title) and not _dates_agree(a, b))


def _dates_agree(a: Face, b: Face) -> bool:
    return a.date is None or b.date is None or a.date == b.date


def _differ(one: str, other: str) -> bool:
    return bool(one and other) and one != other


@lru_cache(maxsize=4096)  # a rewritten entry's is looked at for recognising it and for its marks
def _face(kept: Acquaintance) -> Face:
    return face_of(kept.key, kept.guid, kept.url, kept.title, kept.published_at)
