"""What each feed earns: what the digest would lose without it, counted from what is stored.

A story that only this feed told counts whole, one that others told too counts little, for it would have been told
anyway. So a feed that merely repeats others earns next to nothing, however much it sends.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dailyten.edition.telling import article_seconds
from dailyten.model.entry import KeptEntry, Standing
from dailyten.model.feed import Feed
from dailyten.model.feedback import VoteKind
from dailyten.model.story import Story
from dailyten.model.topic import Verdict
from dailyten.store.store import Store
from dailyten.store.transaction import Transaction
from dailyten.text.reading import minutes_of

ALONE_POINTS = 1.0
"""For a story of an edition that no other feed told: without this feed it would not have been in it."""
LED_POINTS = 0.25
"""For one that it led and others told too."""
ALSO_POINTS = 0.1
"""For one that another led."""
FIRST_POINTS = 0.25
"""For having brought a story of an edition before all others did."""
VOTE_POINTS = 0.1
"""For a reader's "more", and off for a "less"."""
NEAR = timedelta(hours=1)
"""Arrivals this near each other do not say who told first, only whom we asked first."""
FEWEST_DAYS = 7
"""A feed on the list for less is too new to be judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """How many of the feed's stories another feed told too."""

    feed: Feed
    stories: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Earning:
    """What one feed brought within a span of `days`, fewer where it joined the list later.

    Of its `entries`, `on_topic` have a topic of the digest. It `led` stories of editions, of which `alone` nobody else
    told, and stands in `also_in` more. Of the `told_by_several` stories that it shares with other feeds, in editions or
    not, it was `first` to report some; `overlap` says with whom, the most first. `more` and `less` are votes on
    the stories that it led, `minutes` their reading time. `points` sum it up; `a_week` is what feeds are compared by.
    """

    feed: Feed
    days: float
    entries: int
    on_topic: int
    led: int
    alone: int
    also_in: int
    told_by_several: int
    first: int
    overlap: tuple[Shared, ...]
    more: int
    less: int
    minutes: int
    points: float

    @property
    def a_week(self) -> float:
        """Give the points of a usual week."""
        return self.points / max(self.days, 1.0) * 7

    @property
    def is_too_new(self) -> bool:
        """Say whether it was listed too shortly to be judged."""
        return self.days < FEWEST_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Earnings:
    """What all listed feeds earn, in the order of the list. Beyond `slots` feeds, `least` names the one to give up.

    `newest` is the feed that came onto the list last; it is not judged by what it could not bring yet.
    """

    since: datetime
    editions: int
    feeds: tuple[Earning, ...]
    slots: int
    newest: Feed | None
    least: Earning | None


def feed_earnings(store: Store, now: datetime, days: int, slots: int, *, one_more: bool = False) -> Earnings:
    """Count what each listed feed brought in the last so many days, by arrival.

    With `one_more` a feed is about to be added: all that are listed are judged as if it were there.
    """
    since = now - timedelta(days=days)
    with store.reading() as db:
        ledger, added_at = _Ledger.of(db, since), db.feeds.added_at()
        editions = sum(line.built_at >= since for line in db.editions.listing())
    found = tuple(ledger.earning(feed, _days(added_at[feed.feed_id], since, now)) for feed in ledger.feeds.values())
    newest = None if one_more else max(found, key=lambda each: added_at[each.feed.feed_id], default=None)
    return Earnings(
        since=since,
        editions=editions,
        feeds=found,
        slots=slots,
        newest=None if newest is None else newest.feed,
        least=_least(found, newest) if len(found) + one_more > slots else None,
    )


def _days(added_at: datetime, since: datetime, now: datetime) -> float:
    return (now - max(added_at, since)) / timedelta(days=1)


def _least(found: Sequence[Earning], newest: Earning | None) -> Earning | None:
    """Name the feed that earns least, besides the newest; feeds that are too new only where there is no other."""
    judged = [each for each in found if each is not newest]
    seasoned = [each for each in judged if not each.is_too_new] or judged
    return min(seasoned, key=lambda each: (round(each.a_week, 3), each.on_topic, each.entries), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ledger:
    """What is stored of a span: entries, verdicts, stories, the places of editions and the votes."""

    feeds: Mapping[str, Feed]
    entries: Mapping[str, KeptEntry]
    verdicts: Mapping[str, Verdict]
    stories: Mapping[str, Story]
    told: frozenset[str]
    votes: Mapping[str, Counter[VoteKind]]
    first_of: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, db: Transaction, since: datetime) -> "_Ledger":
        arrived = {
            kept.entry_id: kept for kept in db.entries.arrived_since(since) if kept.standing is not Standing.KNOWN
        }
        stories = {story.story_id: story for story in db.stories.since(since)}
        strangers = {each for story in stories.values() for each in story.entry_ids} - set(arrived)
        votes: dict[str, Counter[VoteKind]] = {}
        for vote in db.feedback.votes(since):
            votes.setdefault(vote.story_id, Counter())[vote.kind] += 1
        return cls(
            feeds={feed.feed_id: feed for feed in db.feeds.listed()},
            entries={**db.entries.get(strangers), **arrived},
            verdicts=db.verdicts.of(arrived),
            stories=stories,
            told=frozenset(db.editions.told_since(since)),
            votes=votes,
        )

    def earning(self, feed: Feed, days: float) -> Earning:
        own = [kept for kept in self.entries.values() if kept.feed_id == feed.feed_id]
        mine = [story for story in self.stories.values() if feed.feed_id in self._carriers(story)]
        shared = [story for story in mine if len(self._carriers(story)) > 1]
        told = [story for story in mine if story.story_id in self.told]
        led = [story for story in told if self.entries[story.lead_id].feed_id == feed.feed_id]
        alone = [story for story in led if len(self._carriers(story)) == 1]
        more = sum(self._votes(story, VoteKind.MORE) for story in led)
        less = sum(self._votes(story, VoteKind.LESS) for story in led)
        first_told = sum(self._first(story) == feed.feed_id for story in told if len(self._carriers(story)) > 1)
        points = (
            len(alone) * ALONE_POINTS
            + (len(led) - len(alone)) * LED_POINTS
            + (len(told) - len(led)) * ALSO_POINTS
            + first_told * FIRST_POINTS
            + (more - less) * VOTE_POINTS
        )
        return Earning(
            feed=feed,
            days=round(days, 1),
            entries=len(own),
            on_topic=sum(bool(self.verdicts[kept.entry_id].topics) for kept in own if kept.entry_id in self.verdicts),
            led=len(led),
            alone=len(alone),
            also_in=len(told) - len(led),
            told_by_several=len(shared),
            first=sum(self._first(story) == feed.feed_id for story in shared),
            overlap=self._overlap(feed, shared),
            more=more,
            less=less,
            minutes=minutes_of(sum(article_seconds(self.entries[story.lead_id])[0] for story in led)),
            points=round(points, 2),
        )

    def _carriers(self, story: Story) -> frozenset[str]:
        return frozenset(self.entries[each].feed_id for each in story.entry_ids if each in self.entries)

    def _first(self, story: Story) -> str:
        """Name the feed that told a story before all others; "" where nobody can say.

        Feeds are asked at different times, so of those whose tellings came within an hour the dates that they give
        decide.
        """
        if story.story_id not in self.first_of:
            known = [self.entries[each] for each in story.entry_ids if each in self.entries]
            earliest = min(kept.first_seen_at for kept in known)
            self.first_of[story.story_id] = _foremost([kept for kept in known if kept.first_seen_at <= earliest + NEAR])
        return self.first_of[story.story_id]

    def _votes(self, story: Story, kind: VoteKind) -> int:
        return self.votes.get(story.story_id, Counter())[kind]

    def _overlap(self, feed: Feed, shared: Sequence[Story]) -> tuple[Shared, ...]:
        with_whom = Counter(other for story in shared for other in self._carriers(story) if other != feed.feed_id)
        return tuple(
            Shared(feed=self.feeds[other], stories=count)
            for other, count in with_whom.most_common()
            if other in self.feeds
        )


def _foremost(tellings: Sequence[KeptEntry]) -> str:
    if len({kept.feed_id for kept in tellings}) == 1:
        return tellings[0].feed_id
    dated = [(min(at, kept.first_seen_at), kept.feed_id) for kept in tellings if (at := kept.entry.published_at)]
    at, feed_id = min(dated, default=(None, ""))
    tied = len(dated) < len(tellings) or any(other == at and each != feed_id for other, each in dated)
    return "" if tied else feed_id
