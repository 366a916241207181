"""An entry: what the publisher wrote, and what we know of it, as two types."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from dailyten.model.instant import require_utc


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the publisher wrote, cleaned at the door.

    `key` identifies the entry inside its feed (see `dailyten.parse.identity`). `title` and `summary` are plain text,
    `html` is sanitised. Times are None where the publisher gave none that can be believed. `language` is a lower-case
    ISO 639-1 code or empty.
    """

    key: str
    guid: str = ""
    title: str = ""
    url: str = ""
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    updated_at: datetime | None = None
    summary: str = ""
    html: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.key:
            raise ValueError("an entry needs a key")
        require_utc(published_at=self.published_at, updated_at=self.updated_at)


class Face(NamedTuple):
    """What an entry is recognised by, freed of what publishers vary without meaning it."""

    key: str
    guid: str
    link: str
    title: str
    date: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduced:
    """An entry of a certain feed, with what we shall know it by (see `dailyten.model.introducing`).

    `entry_id` is the id that it takes unless another entry has it; it is found again by its `marks`; `sha256` names its
    words.
    """

    entry: Entry
    face: Face
    entry_id: str
    marks: frozenset[str]
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One feed document as we read it. `kind` is the field's name of the format, such as "rss 2.0".

    `ttl_minutes` is the publisher's own wish, the longest of ttl and sy:updatePeriod; `quiet_hours` are the hours of
    the week in UTC (0 is Monday 00:00) in which nobody should ask, from skipHours and skipDays. `warnings` say in
    plain words what was repaired or left out. `introduced` are the entries again, each once, if the reader was told
    whose they are.
    """

    kind: str
    title: str = ""
    home_url: str = ""
    language: str = ""
    ttl_minutes: int | None = None
    quiet_hours: tuple[int, ...] = ()
    hub_url: str = ""
    self_url: str = ""
    entries: tuple[Entry, ...] = ()
    introduced: tuple[Introduced, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAFeed:
    """The body is no feed: what it was instead, in words ("a web page", "an empty body")."""

    what: str


class Standing(StrEnum):
    """Where a kept entry stands: waiting for an edition, considered by one, or known from before we read the feed."""

    WAITING = "waiting"
    CONSIDERED = "considered"
    KNOWN = "known"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEntry:
    """What we know of an entry: whose it is, when it first arrived, and which edition considered it."""

    entry_id: str
    feed_id: str
    entry: Entry
    first_seen_at: datetime
    standing: Standing = Standing.WAITING
    edition_id: str = ""

    def __post_init__(self) -> None:
        require_utc(first_seen_at=self.first_seen_at)
