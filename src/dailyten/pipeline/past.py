"""What making an edition looks up of the mornings before it: in the store, or in a replay that lives in memory."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from dailyten.model.edition import Edition
from dailyten.model.entry import KeptEntry
from dailyten.model.feed import Feed
from dailyten.model.story import Story
from dailyten.model.topic import Verdict
from dailyten.store.transaction import Transaction

Telling = tuple[str, date]
"""The id of a story and the date of an edition that told it."""


class Past(Protocol):
    """What came before a morning, and the feeds it is made from."""

    def stories_since(self, at: datetime) -> tuple[Story, ...]:
        """Give the stories with an entry that arrived at that instant or later."""
        ...

    def entries(self, entry_ids: Iterable[str]) -> dict[str, KeptEntry]:
        """Give entries by their ids."""
        ...

    def verdicts(self, entry_ids: Iterable[str]) -> dict[str, Verdict]:
        """Give what was thought of entries."""
        ...

    def told_since(self, at: datetime) -> list[Telling]:
        """Say which stories were told in editions built at that instant or later, the oldest first."""
        ...

    def listed(self) -> tuple[Feed, ...]:
        """Give the feeds of the list."""
        ...

    def feed(self, feed_id: str) -> Feed:
        """Give a feed, listed or not."""
        ...


@dataclass(frozen=True, slots=True)
class StoredPast:
    """The past as it was."""

    db: Transaction

    def stories_since(self, at: datetime) -> tuple[Story, ...]:
        """Give the stories as they are kept."""
        return self.db.stories.since(at)

    def entries(self, entry_ids: Iterable[str]) -> dict[str, KeptEntry]:
        """Give entries as they are kept."""
        return self.db.entries.get(entry_ids)

    def verdicts(self, entry_ids: Iterable[str]) -> dict[str, Verdict]:
        """Give the verdicts that are kept."""
        return self.db.verdicts.of(entry_ids)

    def told_since(self, at: datetime) -> list[Telling]:
        """Read the places of frozen editions."""
        told = self.db.editions.told_since(at)
        return [(story_id, line.on) for story_id, lines in told.items() for line in lines]

    def listed(self) -> tuple[Feed, ...]:
        """Give the list as it is now."""
        return tuple(self.db.feeds.listed())

    def feed(self, feed_id: str) -> Feed:
        """Give a feed as it is now. Raises NotFound."""
        return self.db.feeds.get(feed_id)


@dataclass(slots=True)
class ReplayedPast:
    """The past as it was up to a date, and from then on as a replay has made it. It reads the store and never writes.

    `feeds` take the place of the stored list; a feed that is in neither is asked of the store.
    """

    stored: StoredPast
    start: date
    feeds: tuple[Feed, ...]
    stories: list[Story] = field(default_factory=list)
    judged: dict[str, Verdict] = field(default_factory=dict)
    told: list[tuple[datetime, Telling]] = field(default_factory=list)
    _ids_before: frozenset[str] | None = None

    def add(self, edition: Edition, stories: Iterable[Story], verdicts: Iterable[Verdict]) -> None:
        """Let a replayed edition become part of the past."""
        self.stories += stories
        self.judged |= {verdict.entry_id: verdict for verdict in verdicts}
        self.told += [(edition.built_at, (story_id, edition.on)) for story_id in edition.places]

    def stories_since(self, at: datetime) -> tuple[Story, ...]:
        """Give the stored stories of editions before the start, and the replayed ones."""
        found = self.stored.stories_since(at)
        kept = self.stored.entries(entry_id for story in found for entry_id in story.entry_ids)
        before = self._before()
        old = [each for each in found if all(kept[entry_id].edition_id in before for entry_id in each.entry_ids)]
        return (*old, *(story for story in self.stories if story.first_seen_at >= at))

    def entries(self, entry_ids: Iterable[str]) -> dict[str, KeptEntry]:
        """Give entries as they are kept."""
        return self.stored.entries(entry_ids)

    def verdicts(self, entry_ids: Iterable[str]) -> dict[str, Verdict]:
        """Give the replay's own verdicts before the kept ones."""
        asked = list(entry_ids)
        own = {entry_id: self.judged[entry_id] for entry_id in asked if entry_id in self.judged}
        return self.stored.verdicts(each for each in asked if each not in own) | own

    def told_since(self, at: datetime) -> list[Telling]:
        """Say what was told before the start, and in the replay."""
        before = [telling for telling in self.stored.told_since(at) if telling[1] < self.start]
        return before + [telling for built_at, telling in self.told if built_at >= at]

    def listed(self) -> tuple[Feed, ...]:
        """Give the replay's list."""
        return self.feeds

    def feed(self, feed_id: str) -> Feed:
        """Give a feed of the replay's list, else as it is kept."""
        return next((feed for feed in self.feeds if feed.feed_id == feed_id), None) or self.stored.feed(feed_id)

    def _before(self) -> frozenset[str]:
        if self._ids_before is None:
            lines = self.stored.db.editions.listing(every_revision=True)
            self._ids_before = frozenset(line.edition_id for line in lines if line.on < self.start)
        return self._ids_before
