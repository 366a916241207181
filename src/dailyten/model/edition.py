"""An edition: one morning, frozen. Everything that mail, site and feeds show of it stands in here."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from dailyten.model.canonical import short_id
from dailyten.model.instant import require_utc
from dailyten.model.topic import Word


def edition_id_of(on: date, zone: str, revision: int) -> str:
    """Compute the id of an edition: its date, the digest's time zone, its revision from 1."""
    return short_id("edition", on.isoformat(), zone, str(revision))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A named part of a score: `name` is a key, `points` its share, `words` the sentence for people."""

    name: str
    points: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One entry of a story as an edition shows it."""

    entry_id: str
    feed_id: str
    feed_title: str
    title: str
    url: str
    first_seen_at: datetime
    published_at: datetime | None = None

    def __post_init__(self) -> None:
        require_utc(first_seen_at=self.first_seen_at, published_at=self.published_at)


class Teller(StrEnum):
    """Who stands behind the number of a story: somebody else, the publisher itself, or a publisher that is selling."""

    OTHERS = ""
    ITSELF = "itself"
    SELLER = "seller"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A story that an edition considered, with everything needed to show, choose or explain it.

    `reading_seconds` is for the whole article at the publisher's, estimated where the feed carries only an excerpt;
    `number` is a sentence with a figure from the text, `number_by` who stands behind it. `reasons` add up to
    `score_points`. `because` are the heaviest words of the primary topic.
    """

    story_id: str
    lead: Telling
    also_in: tuple[Telling, ...] = ()
    summary: str = ""
    number: str = ""
    number_by: Teller = Teller.OTHERS
    language: str = ""
    primary: str = ""
    topics: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    usefulness: float = 0.0
    reading_seconds: int = 0
    reading_estimated: bool = False
    score_points: float = 0.0
    reasons: tuple[Reason, ...] = ()
    because: tuple[Word, ...] = ()
    development_of: str = ""


class CutReason(StrEnum):
    """Why a story that was considered is not in the edition."""

    OFF_TOPIC = "off_topic"
    NOISE = "noise"
    NO_TIME = "no_time"
    SAME_FEED = "same_feed"
    SAME_TOPIC = "same_topic"
    SAID_BEFORE = "said_before"
    NO_LINK = "no_link"
    OTHER_LANGUAGE = "other_language"
    UNLISTED = "unlisted"
    MUTED = "muted"


NEAR_MISSES = frozenset({CutReason.NO_TIME, CutReason.SAME_FEED, CutReason.SAME_TOPIC})
"""Cuts of what would have got in on another day: it found no room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A story that was left out, and why."""

    story_id: str
    reason: CutReason
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReport:
    """How the reading of one feed went, for the edition's honest header. `since` and `words` only if it failed."""

    feed_id: str
    title: str
    home_url: str
    address: str
    read: bool
    entries: int = 0
    since: datetime | None = None
    words: str = ""

    def __post_init__(self) -> None:
        require_utc(since=self.since)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One edition of the digest: one per date, time zone and revision.

    `places` are story ids in order of reading; every other candidate has a `Cut`. `minutes` is the reading time of
    what is in it, `minutes_saved` that of everything considered less `minutes`. `seen_from` to `seen_to` is the
    span of arrival that it considered.
    """

    edition_id: str
    on: date
    zone: str
    revision: int
    title: str
    built_at: datetime
    seen_from: datetime | None
    seen_to: datetime
    budget_minutes: int
    minutes: int
    minutes_saved: int
    entries: int
    feeds: tuple[FeedReport, ...]
    candidates: tuple[Candidate, ...]
    places: tuple[str, ...]
    cuts: tuple[Cut, ...]
    made_by: str = ""

    def __post_init__(self) -> None:
        require_utc(built_at=self.built_at, seen_from=self.seen_from, seen_to=self.seen_to)
        known = {candidate.story_id for candidate in self.candidates}
        told = set(self.places)
        cut = {each.story_id for each in self.cuts}
        if told & cut or told | cut != known:
            raise ValueError("every candidate must either have a place or be cut, and not both")

    def candidate(self, story_id: str) -> Candidate:
        """Give the candidate with that id; KeyError if there is none."""
        for each in self.candidates:
            if each.story_id == story_id:
                return each
        raise KeyError(story_id)

    def told(self) -> tuple[Candidate, ...]:
        """Give the stories of the edition in order of reading."""
        by_id = {each.story_id: each for each in self.candidates}
        return tuple(by_id[story_id] for story_id in self.places)

    def next_in_line(self) -> Cut | None:
        """Give the cut of the story that would have been next: of those that found no room the one with most points."""
        points = {each.story_id: each.score_points for each in self.candidates}
        near = [cut for cut in self.cuts if cut.reason in NEAR_MISSES]
        return max(near, key=lambda cut: (points[cut.story_id], cut.story_id), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveLine:
    """One edition as a list shows it, with the steps it has taken since it was frozen."""

    edition_id: str
    on: date
    zone: str
    revision: int
    title: str
    minutes: int
    stories: int
    built_at: datetime
    published_at: datetime | None = None
    mailed_at: datetime | None = None

    def __post_init__(self) -> None:
        require_utc(built_at=self.built_at, published_at=self.published_at, mailed_at=self.mailed_at)
