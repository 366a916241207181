"""What rules hit, on what is stored: the stories of the last days and those that wait for the next edition."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dailyten.edition.telling import Told
from dailyten.model.rule import Rule
from dailyten.pipeline.making import Maker, subject_of, told_while_waiting
from dailyten.rank.rules import Rulebook, is_called
from dailyten.store.store import Store
from dailyten.store.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryHit:
    """A story that a rule hits: `found` are the words that fit, `spared` says that enough feeds carry it."""

    story_id: str
    title: str
    feed_title: str
    first_seen_at: datetime
    waiting: bool
    found: str
    spared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleReport:
    """A rule, whether it holds today, what it hits, and the feeds it names that are not on the list."""

    rule: Rule
    holds: bool
    hits: tuple[StoryHit, ...]
    unknown_feeds: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesReport:
    """What all rules hit: of `stories` stories of the last days and `waiting` that wait for the next edition."""

    rules: tuple[RuleReport, ...]
    stories: int
    waiting: int


def rules_report(store: Store, maker: Maker, book: Rulebook, on: date, now: datetime, days: int) -> RulesReport:
    """Try rules on what is stored; nothing is changed. A rule that has run out is tried as if it held still."""
    with store.reading() as db:
        waiting = [(each, True) for each in told_while_waiting(db, maker, now)]
        stories = [*waiting, *((each, False) for each in _stored(db, now - timedelta(days=days)))]
        listed = db.feeds.listed()
    hits: dict[str, list[StoryHit]] = {rule.name: [] for rule in book.rules}
    for told, waits in stories:
        for hit in book.hits(subject_of(told), date.min):
            lead = told.lead
            hits[hit.rule.name].append(
                StoryHit(
                    story_id=told.story.story_id,
                    title=lead.entry.title,
                    feed_title=told.feeds[lead.feed_id].title,
                    first_seen_at=told.story.first_seen_at,
                    waiting=waits,
                    found=hit.found,
                    spared=hit.spared,
                )
            )
    reports = tuple(
        RuleReport(
            rule=rule,
            holds=rule.holds(on),
            hits=tuple(sorted(hits[rule.name], key=lambda hit: hit.first_seen_at, reverse=True)),
            unknown_feeds=tuple(each for each in rule.feeds if not any(is_called(feed, each) for feed in listed)),
        )
        for rule in book.rules
    )
    return RulesReport(rules=reports, stories=len(stories) - len(waiting), waiting=len(waiting))


def _stored(db: Transaction, since: datetime) -> Iterator[Told]:
    stories = db.stories.since(since)
    entries = db.entries.get(entry_id for story in stories for entry_id in story.entry_ids)
    verdicts = db.verdicts.of(story.lead_id for story in stories)
    feeds = {feed_id: db.feeds.get(feed_id) for feed_id in {kept.feed_id for kept in entries.values()}}
    for story in stories:
        if story.lead_id in verdicts:
            of_story = {each: entries[each] for each in story.entry_ids}
            yield Told(story=story, entries=of_story, feeds=feeds, verdict=verdicts[story.lead_id])
