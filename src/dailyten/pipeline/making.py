"""Making the edition of a morning: what arrived becomes verdicts, stories, candidates, places and cuts, and is frozen.

All of it happens in one writing transaction, so a crash leaves the morning unmade and every entry waiting, and of two
programs that make the same morning one finds it made.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dailyten.classify.classifier import Classifier
from dailyten.cluster.background import Background
from dailyten.cluster.join import Earlier, join
from dailyten.edition.choose import Choice, choose
from dailyten.edition.telling import Told, article_seconds, candidate
from dailyten.model.edition import (
    Candidate,
    Cut,
    CutReason,
    Edition,
    FeedReport,
    edition_id_of,
)
from dailyten.model.entry import KeptEntry, Standing
from dailyten.model.feed import Feed
from dailyten.model.story import Story
from dailyten.model.topic import Verdict
from dailyten.pipeline.past import Past, StoredPast
from dailyten.pipeline.reports import feed_reports
from dailyten.pipeline.settings import DigestSettings
from dailyten.rank.rules import NO_RULES, Rulebook, Ruling, Subject, ruling
from dailyten.rank.score import Facts, score, total
from dailyten.store.editions import AlreadyFrozen
from dailyten.store.store import Store
from dailyten.store.transaction import Transaction
from dailyten.text.plain import plain_text
from dailyten.text.reading import minutes_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The edition of a morning, and whether it was made just now."""

    edition: Edition
    just_now: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingRead:
    """No edition: no feed could be read and nothing waits."""

    feeds: tuple[FeedReport, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """What making an edition needs beside the store. `background` is what is known of the words of its trade."""

    settings: DigestSettings
    classifier: Classifier
    background: Background | None = None
    rules: Rulebook = NO_RULES


def make_edition(store: Store, maker: Maker, on: date, now: datetime, *, rebuild: bool = False) -> Made | NothingRead:
    """Give the edition of a date: the frozen one, or a new one of everything that waits.

    With `rebuild` a new revision is made of what the earlier ones considered and what arrived since.
    """
    with store.writing() as db:
        frozen = db.editions.on(on, maker.settings.zone)
        if frozen is not None and not rebuild:
            return Made(edition=frozen, just_now=False)
        arrived = _to_consider(db, frozen, now)
        feeds = feed_reports(db, arrived)
        if not arrived and not any(report.read for report in feeds):
            return NothingRead(feeds=feeds)
        return _freeze(db, maker, Morning(on=on, now=now, frozen=frozen, arrived=arrived, feeds=feeds))


def preview_edition(store: Store, maker: Maker, on: date, now: datetime) -> Edition | NothingRead:
    """Say what the edition of a date would be if it were made now; nothing is kept."""
    with store.reading() as db:
        frozen = db.editions.on(on, maker.settings.zone)
        arrived = _to_consider(db, frozen, now)
        feeds = feed_reports(db, arrived)
        if not arrived:
            return NothingRead(feeds=feeds)
        morning = Morning(on=on, now=now, frozen=frozen, arrived=arrived, feeds=feeds)
        return draft_edition(StoredPast(db), maker, morning).edition


def told_while_waiting(db: Transaction, maker: Maker, now: datetime) -> list[Told]:
    """Give the stories of everything that waits for an edition, as an edition of now would tell them."""
    morning = Morning(on=now.date(), now=now, frozen=None, arrived=db.entries.waiting(now), feeds=())
    verdicts = _verdicts(maker.classifier, morning.arrived)
    feeds = {feed_id: db.feeds.get(feed_id) for feed_id in {kept.feed_id for kept in morning.arrived}}
    return _told(_stories(StoredPast(db), maker, morning, verdicts), morning.arrived, feeds, verdicts)


def subject_of(told: Told) -> Subject:
    """Give a story as the editors' rules see it."""
    tellings = [told.lead, *(kept for entry_id, kept in told.entries.items() if entry_id != told.story.lead_id)]
    return Subject(
        story_id=told.story.story_id,
        titles=tuple(kept.entry.title for kept in tellings),
        text=plain_text(told.lead.entry.html) or told.lead.entry.summary,
        topics=told.verdict.topics,
        networks=told.verdict.networks,
        feeds=tuple(told.feeds[feed_id] for feed_id in dict.fromkeys(kept.feed_id for kept in tellings)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """A morning's edition before it is made. `frozen` is its last revision, if there is one."""

    on: date
    now: datetime
    frozen: Edition | None
    arrived: tuple[KeptEntry, ...]
    feeds: tuple[FeedReport, ...]


def _to_consider(db: Transaction, frozen: Edition | None, now: datetime) -> tuple[KeptEntry, ...]:
    if frozen is None:
        return db.entries.waiting(now)
    again = [edition_id_of(frozen.on, frozen.zone, revision + 1) for revision in range(frozen.revision)]
    return (*db.entries.considered_by(*again), *db.entries.waiting(now))


def _freeze(db: Transaction, maker: Maker, morning: Morning) -> Made:
    draft = draft_edition(StoredPast(db), maker, morning)
    edition = draft.edition
    outcome = db.editions.freeze(edition)
    if isinstance(outcome, AlreadyFrozen):
        return Made(edition=outcome.edition, just_now=False)
    waiting = [kept.entry_id for kept in morning.arrived if kept.standing is Standing.WAITING]
    db.entries.consider(waiting, edition.edition_id)
    db.verdicts.keep(draft.verdicts)
    db.stories.keep(draft.stories)
    return Made(edition=edition, just_now=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An edition that is not frozen, with all that would be kept beside it."""

    edition: Edition
    verdicts: tuple[Verdict, ...]
    stories: tuple[Story, ...]


def draft_edition(past: Past, maker: Maker, morning: Morning) -> Draft:
    """Compose the edition; nothing is written."""
    verdicts = _verdicts(maker.classifier, morning.arrived)
    stories = _stories(past, maker, morning, verdicts)
    feeds = {feed_id: past.feed(feed_id) for feed_id in {kept.feed_id for kept in morning.arrived}}
    told = _told(stories, morning.arrived, feeds, verdicts)
    return Draft(edition=_edition(past, maker, morning, told), verdicts=tuple(verdicts.values()), stories=stories)


def _verdicts(classifier: Classifier, arrived: Sequence[KeptEntry]) -> dict[str, Verdict]:
    texts = [(kept.entry_id, kept.entry.title, kept.entry.summary, kept.entry.url) for kept in arrived]
    return {verdict.entry_id: verdict for verdict in classifier.verdicts(texts)}


def _stories(past: Past, maker: Maker, morning: Morning, verdicts: Mapping[str, Verdict]) -> tuple[Story, ...]:
    now_considered = {kept.entry_id for kept in morning.arrived}
    since = morning.now - maker.settings.join.longest
    earlier = [story for story in past.stories_since(since) if not now_considered.intersection(story.entry_ids)]
    entries = past.entries(entry_id for story in earlier for entry_id in story.entry_ids)
    known = past.verdicts(entries)
    networks = {entry_id: verdict.networks for entry_id, verdict in {**known, **verdicts}.items()}
    before = [Earlier(story=story, entries=tuple(entries[each] for each in story.entry_ids)) for story in earlier]
    trust = {feed.feed_id: feed.weight for feed in past.listed()}
    return join(morning.arrived, before, networks, maker.settings.join, trust=trust, background=maker.background)


def _told(
    stories: Iterable[Story],
    arrived: Iterable[KeptEntry],
    feeds: Mapping[str, Feed],
    verdicts: Mapping[str, Verdict],
) -> list[Told]:
    entries = {kept.entry_id: kept for kept in arrived}
    return [
        Told(
            story=story,
            entries={entry_id: entries[entry_id] for entry_id in story.entry_ids},
            feeds=feeds,
            verdict=verdicts[story.lead_id],
        )
        for story in stories
    ]


def _edition(past: Past, maker: Maker, morning: Morning, told: Sequence[Told]) -> Edition:
    settings, frozen = maker.settings, morning.frozen
    history = _History.of(past, morning, settings)
    rulings = [_ruling(each, maker.rules, morning.on) for each in told]
    candidates = [_candidate(each, maker, morning.now, history, by) for each, by in zip(told, rulings, strict=True)]
    muted = [by.cut for by in rulings if by.cut is not None]
    choice = choose(candidates, settings.budget, [*_ruled_out(told, candidates, settings, history), *muted])
    revision = 1 if frozen is None else frozen.revision + 1
    return Edition(
        edition_id=edition_id_of(morning.on, settings.zone, revision),
        on=morning.on,
        zone=settings.zone,
        revision=revision,
        title=_title(choice, candidates, settings),
        built_at=morning.now,
        seen_from=min((kept.first_seen_at for kept in morning.arrived), default=None),
        seen_to=morning.now,
        budget_minutes=settings.budget.minutes,
        minutes=minutes_of(choice.seconds),
        minutes_saved=_minutes_saved(morning.arrived, choice),
        entries=len(morning.arrived),
        feeds=morning.feeds,
        candidates=tuple(candidates),
        places=choice.places,
        cuts=choice.cuts,
        made_by=maker.classifier.made_by,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _History:
    """Which stories other mornings told, and on which date, by story id; and the feeds of today."""

    told: Mapping[str, str]
    feeds: tuple[FeedReport, ...]

    @classmethod
    def of(cls, past: Past, morning: Morning, settings: DigestSettings) -> "_History":
        since = morning.now - settings.join.longest
        told = {story_id: f"{on:%-d %B}" for story_id, on in past.told_since(since) if on != morning.on}
        return cls(told=told, feeds=morning.feeds)


def _ruling(told: Told, rules: Rulebook, on: date) -> Ruling:
    if not rules.rules:
        return Ruling()
    return ruling(rules.hits(subject_of(told), on), told.story.story_id)


def _candidate(told: Told, maker: Maker, now: datetime, history: _History, by: Ruling) -> Candidate:
    facts = _facts(told, maker, now, history)
    found = score(facts, maker.settings.wanted, maker.settings.rank)
    reasons = tuple(sorted((*found, *by.reasons), key=lambda reason: (-abs(reason.points), reason.name)))
    return candidate(told, reasons, total(reasons), sells=facts.sells)


def _facts(told: Told, maker: Maker, now: datetime, history: _History) -> Facts:
    entry = told.lead.entry
    since = min(entry.published_at or told.lead.first_seen_at, told.lead.first_seen_at)
    return Facts(
        usefulness=told.verdict.usefulness,
        age=max(timedelta(0), now - since),
        topics=told.verdict.topics,
        networks=told.verdict.networks,
        feeds=len(told.feed_ids),
        lead_was_first=told.lead_was_first,
        weight=told.feeds[told.lead.feed_id].weight,
        reading=timedelta(seconds=article_seconds(told.lead)[0]),
        budget=timedelta(minutes=maker.settings.budget.minutes),
        is_development=told.story.development_of in history.told,
        said_before=told.story.repeats in history.told,
        sells=maker.classifier.sells(entry.title, entry.summary),
    )


def _ruled_out(
    told: Sequence[Told], candidates: Sequence[Candidate], settings: DigestSettings, history: _History
) -> list[Cut]:
    cuts = []
    listed = {report.feed_id for report in history.feeds}
    for each, made in zip(told, candidates, strict=True):
        if each.story.repeats in history.told:
            words = f"told on {history.told[each.story.repeats]} already, with nothing new since"
            cuts.append(Cut(story_id=made.story_id, reason=CutReason.SAID_BEFORE, words=words))
        elif made.language not in ("", settings.language):
            words = f"written in another language ({made.language})"
            cuts.append(Cut(story_id=made.story_id, reason=CutReason.OTHER_LANGUAGE, words=words))
        elif made.lead.feed_id not in listed:
            words = f"{made.lead.feed_title} is no longer on the feed list"
            cuts.append(Cut(story_id=made.story_id, reason=CutReason.UNLISTED, words=words))
    return cuts


def _minutes_saved(arrived: Iterable[KeptEntry], choice: Choice) -> int:
    everything = sum(article_seconds(kept)[0] for kept in arrived)
    return max(0, (everything - choice.seconds) // 60)


def _title(choice: Choice, candidates: Sequence[Candidate], settings: DigestSettings) -> str:
    if not choice.places:
        return f"{settings.name}: a quiet day"
    lead = next(each for each in candidates if each.story_id == choice.places[0])
    return lead.lead.title
