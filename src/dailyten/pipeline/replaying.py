"""Replaying mornings: the editions of past days built again in memory by other means, beside those that were published.

It starts from the entries that each day's edition considered and from what was told before the first of the days; what
the replay tells on one day is known to it on the next. Nothing is written: it works in a reading transaction.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from dailyten.errors import BadInput, NotFound
from dailyten.model.edition import Candidate, Edition, FeedReport, edition_id_of
from dailyten.model.entry import KeptEntry
from dailyten.model.feed import Feed
from dailyten.pipeline.making import Maker, Morning, draft_edition
from dailyten.pipeline.past import ReplayedPast, StoredPast
from dailyten.store.store import Store
from dailyten.store.transaction import Transaction

LONGEST = timedelta(days=366)
OFF_THE_LIST = "its feed is not on the list"
PART_OF_ANOTHER = "told as a part of another story"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A story whose place differs. A place is 0 where the story is not in; `words` say why it is out there.

    `story` is the replay's candidate where it has one, else the published one.
    """

    story: Candidate
    was: int
    now: int
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """One day: what was published, what the replay makes of it, and the stories that came in, went out or moved."""

    published: Edition
    replayed: Edition
    changes: tuple[Change, ...]
    same: int

    @property
    def differs(self) -> bool:
        """Whether a reader would have seen anything else."""
        return bool(self.changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """The days that were replayed, those without an edition, and the feeds of the list that brought nothing in them."""

    days: tuple[Replayed, ...]
    without: tuple[date, ...]
    silent: tuple[Feed, ...]


def replay(store: Store, maker: Maker, start: date, end: date, feeds: Sequence[Feed] | None = None) -> Replay:
    """Build the editions from one date to another again; `feeds` is another list, or None for the one in use.

    Raises BadInput for dates in the wrong order or more than a year, NotFound where no day has an edition.
    """
    if not timedelta(0) <= end - start <= LONGEST:
        raise BadInput("These days cannot be replayed.", expected="from one date to a later one, at most a year")
    with store.reading() as db:
        dates = [start + timedelta(days=each) for each in range((end - start).days + 1)]
        found = {on: db.editions.on(on, maker.settings.zone) for on in dates}
        frozen = [edition for edition in found.values() if edition is not None]
        if not frozen:
            raise NotFound("No day between these has an edition.", came=f"{start} to {end}", expected=_there_are(db))
        stored = StoredPast(db)
        past = ReplayedPast(stored=stored, start=start, feeds=tuple(stored.listed() if feeds is None else feeds))
        brought: Counter[str] = Counter()
        days = [_replayed(db, maker, past, edition, brought) for edition in frozen]
    return Replay(
        days=tuple(days),
        without=tuple(on for on in dates if found[on] is None),
        silent=tuple(feed for feed in past.feeds if not brought[feed.feed_id]),
    )


def compared(published: Edition, replayed: Edition) -> Replayed:
    """Say which stories came in, went out or moved. Stories are the same that share an id or the lead's entry."""
    was = {story_id: place for place, story_id in enumerate(published.places, 1)}
    partner = _partners(published, replayed)
    changes, same, met = [], 0, set()
    for place, story in enumerate(replayed.told(), 1):
        other = partner.get(story.story_id)
        before = was.get(other, 0) if other else 0
        met.add(other)
        if before == place:
            same += 1
        else:
            words = "" if before else _why_out(published, other, story)
            changes.append(Change(story=story, was=before, now=place, words=words))
    backwards = {other: story_id for story_id, other in partner.items()}
    for story in published.told():
        if story.story_id not in met:
            now = backwards.get(story.story_id)
            words = _why_out(replayed, now, story)
            changes.append(Change(story=story, was=was[story.story_id], now=0, words=words))
    return Replayed(published=published, replayed=replayed, changes=tuple(changes), same=same)


def _replayed(
    db: Transaction, maker: Maker, past: ReplayedPast, published: Edition, brought: "Counter[str]"
) -> Replayed:
    known = {feed.feed_id for feed in past.feeds}
    revisions = [edition_id_of(published.on, published.zone, each + 1) for each in range(published.revision)]
    arrived = tuple(kept for kept in db.entries.considered_by(*revisions) if kept.feed_id in known)
    brought.update(kept.feed_id for kept in arrived)
    morning = Morning(
        on=published.on,
        now=published.built_at,
        frozen=replace(published, revision=published.revision - 1) if published.revision > 1 else None,
        arrived=arrived,
        feeds=_reports(past.feeds, published, arrived),
    )
    draft = draft_edition(past, maker, morning)
    past.add(draft.edition, draft.stories, draft.verdicts)
    return compared(published, draft.edition)


def _reports(feeds: Sequence[Feed], published: Edition, arrived: Sequence[KeptEntry]) -> tuple[FeedReport, ...]:
    """Report on the replay's feeds as the morning knew them; one that it did not know was not read."""
    known = {report.feed_id: report for report in published.feeds}
    entries = Counter(kept.feed_id for kept in arrived)
    return tuple(
        replace(known[feed.feed_id], title=feed.title)
        if feed.feed_id in known
        else FeedReport(
            feed_id=feed.feed_id,
            title=feed.title,
            home_url=feed.home_url,
            address=feed.address,
            read=bool(entries[feed.feed_id]),
            entries=entries[feed.feed_id],
        )
        for feed in feeds
    )


def _partners(published: Edition, replayed: Edition) -> Mapping[str, str]:
    """Say which published story each replayed one is."""
    by_id = {each.story_id: each for each in published.candidates}
    by_entry = {
        telling.entry_id: each.story_id for each in published.candidates for telling in (*each.also_in, each.lead)
    }
    found: dict[str, str] = {}
    for each in replayed.candidates:
        other = each.story_id if each.story_id in by_id else by_entry.get(each.lead.entry_id)
        if other is not None and other not in found.values():
            found[each.story_id] = other
    return found


def _why_out(edition: Edition, story_id: str | None, story: Candidate) -> str:
    for cut in edition.cuts:
        if cut.story_id == story_id:
            return cut.words
    listed = {report.feed_id for report in edition.feeds}
    return PART_OF_ANOTHER if story.lead.feed_id in listed else OFF_THE_LIST


def _there_are(db: Transaction) -> str:
    lines = db.editions.listing()
    return f"days from {lines[-1].on} to {lines[0].on}" if lines else "an edition, and there is none yet"
