"""How documents travel between the program and its reading processes: a length, then a pickle of plain things."""

import pickle
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from dailyten.model.entry import Document, Entry, Face, Introduced

if TYPE_CHECKING:
    from dailyten.parse.document import Parsed

_LENGTH = struct.Struct("<I")
_USUAL_BYTES = 1 << 18
_NAMES = tuple(each.name for each in fields(Entry))
_VALUES_OF = attrgetter(*_NAMES)

Question = tuple[bytes, Mapping[str, str], str, datetime, str]
"""A body, its headers, the address it came from, when, and the id of its feed, empty where that does not matter."""


class Inbox:
    """Puts together the parcels that come over a stream, in one piece of memory that waits for the next ones."""

    def __init__(self) -> None:
        self._room = bytearray(_USUAL_BYTES)
        self._filled = 0

    def receive(self, read_into: Callable[[memoryview], int]) -> Iterator[memoryview]:
        """Take what is there, and give each parcel that is whole now; it may be looked at until the next is asked for.

        Raises EOFError where nothing comes any more.
        """
        came = read_into(memoryview(self._room)[self._filled :])
        if not came:
            raise EOFError
        self._filled += came
        return self._whole()

    def _whole(self) -> Iterator[memoryview]:
        room, at, wanted = memoryview(self._room), 0, _LENGTH.size
        while self._filled - at >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(room, at)
            wanted = _LENGTH.size + length
            if self._filled - at < wanted:
                break
            yield room[at + _LENGTH.size : at + wanted]
            at, wanted = at + wanted, _LENGTH.size
        size = max(wanted, _USUAL_BYTES)
        if at or size != len(room):
            self._move(room[at : self._filled], size)

    def _move(self, rest: memoryview, size: int) -> None:
        """Move what is not whole yet to the beginning, of a room of the size that it will need."""
        room = self._room if size == len(self._room) else bytearray(size)
        room[: len(rest)] = bytes(rest)
        self._room, self._filled = room, len(rest)


def ask_to_read(question: Question) -> bytes:
    """Pack a body that is to be read."""
    return _parcel(question)


def question_of(parcel: memoryview) -> Question:
    """Take out a body that is to be read."""
    question: Question = pickle.loads(parcel)  # noqa: S301 - written by a process of ours
    return question


def answer(parsed: "Parsed") -> bytes:
    """Pack what was read, its entries as tuples: nouns take twice as long on either side (November 2026).

    Entries that were introduced go in their own place only.
    """
    if not isinstance(parsed, Document):
        return _parcel((parsed, (), ()))
    introduced = [
        (_VALUES_OF(each.entry), tuple(each.face), each.entry_id, each.marks, each.sha256) for each in parsed.introduced
    ]
    entries = () if introduced else [_VALUES_OF(each) for each in parsed.entries]
    return _parcel((replace(parsed, entries=(), introduced=()), entries, introduced))


def answer_of(parcel: memoryview) -> "Parsed":
    """Take out what was read."""
    parsed, entries, introduced = pickle.loads(parcel)  # noqa: S301 - written by a process of ours
    if introduced:
        known = tuple(_introduced(*each) for each in introduced)
        parsed = replace(parsed, entries=tuple(each.entry for each in known), introduced=known)
    elif entries:
        parsed = replace(parsed, entries=tuple(map(_entry, entries)))
    read: Parsed = parsed
    return read


def _introduced(
    values: tuple[Any, ...], face: tuple[Any, ...], entry_id: str, marks: frozenset[str], sha256: str
) -> Introduced:
    return Introduced(entry=_entry(values), face=Face(*face), entry_id=entry_id, marks=marks, sha256=sha256)


def _entry(values: tuple[Any, ...]) -> Entry:
    return Entry(**dict(zip(_NAMES, values, strict=True)))


def ready() -> bytes:
    """Say that questions may come now: the first parcel of a reading process."""
    return _parcel(None)


def _parcel(thing: object) -> bytes:
    packed = pickle.dumps(thing, pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(packed)) + packed
