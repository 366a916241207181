"""What an entry is known by inside its feed: `Entry.key`, the same at every reading of the same entry.

The publisher's guid, else the link, else the words. What several entries of one document share under different links
or titles identifies none of them, so the next sign is added. Recognition across time (a changed link, a guid used
again) is the store's work; it weighs key, guid, link, title and date together.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dailyten.parse.addresses import without_fragment

LONGEST_KEY = 400
"""Longer guids are named by their hash; some publishers put a whole address with its session into them."""

NUL = "\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What an entry may be known by, cleaned. `words` stand in where there is neither guid nor link."""

    guid: str = ""
    link: str = ""
    title: str = ""
    words: str = ""


def keys_of(entries: Sequence[Signs]) -> tuple[str, ...]:
    """Compute a key for each entry of one document, in order. Two entries that show the same signs share one."""
    shared_guids = _shared((signs.guid, (signs.link, "" if signs.link else signs.title)) for signs in entries)
    shared_pages = _shared(
        (without_fragment(signs.link), (signs.link, signs.title)) for signs in entries if not signs.guid
    )
    return tuple(_key(signs, shared_guids, shared_pages) for signs in entries)


def _key(signs: Signs, shared_guids: set[str], shared_pages: set[str]) -> str:
    if signs.guid:
        return _short(f"{signs.guid} {signs.link or signs.title}" if signs.guid in shared_guids else signs.guid)
    page = without_fragment(signs.link)
    if page:
        return _short(f"{signs.link} {signs.title}" if page in shared_pages else page)
    return f"sha256:{_hash(NUL.join((signs.title, signs.words)))}"


def _shared(pairs: Iterable[tuple[str, tuple[str, str]]]) -> set[str]:
    """Give the signs that mean more than one thing."""
    meanings: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for sign, meaning in pairs:
        if sign:
            meanings[sign].add(meaning)
    return {sign for sign, different in meanings.items() if len(different) > 1}


def _short(key: str) -> str:
    return key if len(key) <= LONGEST_KEY else f"sha256:{_hash(key)}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
