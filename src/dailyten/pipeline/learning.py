"""Learning from people: labels are given, the next ones proposed, and a challenger is fitted and judged.

A challenger takes the champion's place only if it agrees better with the labels that editors gave, on entries that
neither has seen, and no figure on the pack's own entries falls beneath what the pack alone reaches. (Decision 0011.)
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from dailyten.classify.classifier import Classifier
from dailyten.classify.contest import Side, settle, side
from dailyten.classify.evaluate import Guess, Truth
from dailyten.classify.history import PACK, Decision, History, Note
from dailyten.classify.model import Model
from dailyten.classify.pack import Pack, TrainingEntry, refuse_too_few
from dailyten.classify.propose import Proposal, Unlabelled, propose, propose_for_topic
from dailyten.errors import BadInput, NotFound
from dailyten.feedback.evidence import Cast, Evidence, taught_by_labels, taught_by_votes
from dailyten.model import canonical
from dailyten.model.edition import Edition
from dailyten.model.entry import KeptEntry
from dailyten.model.feedback import Label
from dailyten.store.store import Store
from dailyten.store.transaction import Transaction

FEWEST_LABELS = 20
"""Labelled entries below which nothing is learnt: a judgement over fewer would be luck."""
FEWEST_OF_NEW_TOPIC = 10
"""Labels of a topic that the pack adds; below, it cannot be learnt and judged at once."""
VOTES_HEARD = timedelta(days=365)
LATELY = timedelta(days=60)
"""How far back entries are proposed."""
MOST_LOOKED_AT = 3_000
"""Entries among which proposals are sought, the newest: what one judges in some two seconds."""


class Learnt(Protocol):
    """A model, and what models that had not seen them say of the entries that were asked about."""

    @property
    def model(self) -> Model:
        """The model."""

    @property
    def guesses(self) -> tuple[Guess, ...]:
        """The guesses, in the order of the entries."""

    @property
    def plain(self) -> tuple[Guess, ...]:
        """The same without the topics that the pack adds."""


Learn = Callable[[Pack, Sequence[TrainingEntry], Sequence[TrainingEntry]], Learnt]


class Shelf(Protocol):
    """Where learnt models are kept."""

    def history(self) -> History:
        """Read the notes."""

    def learnt_from(self, version: str) -> str:
        """Read what a model was learnt from beside the pack."""

    def model(self, version: str) -> Model:
        """Read a model."""

    def keep(self, version: str, model: Model, evidence: str) -> None:
        """Put a model on the shelf."""

    def note(self, note: Note) -> None:
        """Write a note down."""

    def alone(self) -> AbstractContextManager[None]:
        """Let only one process learn at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """What learning needs beside the store. `stamp` names the state of the pack, `learn` fits models."""

    pack: Pack
    stamp: str
    shelf: Shelf
    learn: Learn


def give_label(db: Transaction, pack: Pack, label: Label) -> None:
    """Keep an editor's label. Raises BadInput for an unknown topic or network, NotFound for an unknown entry."""
    known = {"topic": pack.topic_keys, "network": tuple(network.key for network in pack.networks)}
    for kind, given in (("topic", label.topics), ("network", label.networks)):
        for key in given:
            if key not in known[kind]:
                raise BadInput(f"Unknown {kind}.", expected=f"one of {', '.join(known[kind])}", came=key)
        if len(set(given)) < len(given):
            raise BadInput(f"A {kind} stands there twice.", came=", ".join(given))
    if len(label.topics) > 3:  # noqa: PLR2004 - the labelling guide's own limit
        raise BadInput("Too many topics.", expected="at most three, the main one first", came=", ".join(label.topics))
    if not db.entries.get([label.entry_id]):
        raise NotFound("There is no such entry.", came=label.entry_id)
    db.feedback.keep_label(label)


def find_entry(db: Transaction, named: str) -> KeptEntry:
    """Find an entry by its id or its address; of several with one address the latest. Raises NotFound."""
    found = (*db.entries.get([named]).values(), *db.entries.at_address(named))
    if not found:
        raise NotFound("There is no such entry.", expected="an entry's id or address", came=named)
    return found[-1]


def proposals(
    db: Transaction, pack: Pack, classifier: Classifier, now: datetime, most: int, topic: str = ""
) -> list[tuple[Proposal, Unlabelled]]:
    """Propose the next entries to label; with a topic, those that may belong to it. Raises BadInput for no topic."""
    if topic and topic not in pack.topic_keys:
        raise BadInput("Unknown topic.", expected=f"one of {', '.join(pack.topic_keys)}", came=topic)
    labels = {label.entry_id: label for label in db.feedback.labels()}
    lately = [kept for kept in db.entries.arrived_since(now - LATELY) if kept.entry_id not in labels]
    entries = _with_verdicts(classifier, lately[-MOST_LOOKED_AT:])
    kept = db.entries.get(labels)
    texts = {entry_id: _text(each) for entry_id, each in kept.items()}
    if topic:
        about = next(f"{each.name}. {each.about}" for each in pack.topics if each.key == topic)
        examples = [about, *(text for entry_id, text in texts.items() if topic in labels[entry_id].topics)]
        found = propose_for_topic(entries, list(texts.values()), examples, most)
    else:
        found = propose(entries, list(texts.values()), classifier.thresholds, most)
    by_id = {each.entry_id: each for each in entries}
    return [(each, by_id[each.entry_id]) for each in found]


def learn_from_people(
    store: Store, school: School, now: datetime, tell: Callable[[str], None] = lambda _: None
) -> Note:
    """Fit a challenger to the pack's entries and all that people said, judge it, and let it take over if it may.

    Raises BadInput where too little was said to learn from, or nothing since the last time. A crash leaves the
    champion that was.
    """
    with store.reading() as db:
        heard = _heard(db, now)
    _refuse_too_little(heard, school.pack)
    with school.shelf.alone():
        history = school.shelf.history()
        _refuse_nothing_new(heard, history, school)
        return _contest(heard, history, school, now, tell)


def roll_back(shelf: Shelf, stamp: str, now: datetime, version: str = "") -> Note:
    """Go back to an earlier version, by default to the one before. Raises NotFound, BadInput for one that cannot be."""
    with shelf.alone():
        history = shelf.history()
        champion = history.champion(stamp)
        target = version or history.before_this(stamp)
        if target == champion:
            raise BadInput("This version is in use already.", came=target)
        if target != PACK:
            made = history.made(target)
            if made is None:
                raise NotFound("There is no such version.", expected="one that `topics history` lists", came=target)
            if made.stamp != stamp:
                raise BadInput("This version was learnt with another state of the pack.", came=target)
            shelf.model(target)
        note = Note(
            at=now, version=target, decision=Decision.ROLLED_BACK, why=f"Back from {champion} by hand.", stamp=stamp
        )
        shelf.note(note)
        return note


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """All that people said, and the entries of which they said it."""

    labels: tuple[Evidence, ...]
    votes: tuple[Evidence, ...]
    kept: Mapping[str, KeptEntry]

    @property
    def every(self) -> tuple[Evidence, ...]:
        return (*self.labels, *self.votes)

    def training(self, evidence: Iterable[Evidence]) -> list[TrainingEntry]:
        """Turn evidence into training entries; of an entry that is no longer here nothing is learnt."""
        return [_training(each, self.kept[each.entry_id]) for each in evidence if each.entry_id in self.kept]

    def judged(self) -> list[TrainingEntry]:
        """Give the labelled entries by which both sides are judged, each once, by its latest label."""
        latest = {each.entry_id: each for each in self.labels}
        return self.training(latest.values())


def _heard(db: Transaction, now: datetime) -> _Heard:
    labels = taught_by_labels(db.feedback.labels())
    labelled = {each.entry_id for each in labels}
    votes = taught_by_votes(_casts(db, now), labelled)
    kept = db.entries.get([*labelled, *(each.entry_id for each in votes)])
    return _Heard(
        labels=tuple(each for each in labels if each.entry_id in kept),
        votes=tuple(each for each in votes if each.entry_id in kept),
        kept=kept,
    )


def _casts(db: Transaction, now: datetime) -> list[Cast]:
    votes = db.feedback.votes(now - VOTES_HEARD)
    editions = {edition_id: db.editions.get(edition_id) for edition_id in {vote.edition_id for vote in votes}}
    casts = []
    for vote in votes:
        shown = _shown(editions[vote.edition_id], vote.story_id)
        if shown is not None:
            entry_id, topics, networks, usefulness = shown
            casts.append(
                Cast(
                    entry_id=entry_id,
                    reader=vote.subscriber_id,
                    kind=vote.kind,
                    cast_at=vote.cast_at,
                    topics=topics,
                    networks=networks,
                    usefulness=usefulness,
                )
            )
    return casts


def _shown(edition: Edition, story_id: str) -> tuple[str, tuple[str, ...], tuple[str, ...], float] | None:
    for each in edition.candidates:
        if each.story_id == story_id:
            return each.lead.entry_id, each.topics, each.networks, each.usefulness
    return None


def _training(evidence: Evidence, kept: KeptEntry) -> TrainingEntry:
    return TrainingEntry(
        title=kept.entry.title,
        summary=kept.entry.summary,
        primary=evidence.topics[0] if evidence.topics else "",
        topics=evidence.topics,
        networks=evidence.networks,
        usefulness=evidence.usefulness,
        year=kept.first_seen_at.year,
        weight=evidence.weight,
        held=f"entry {kept.entry_id}",
        speaks_of=evidence.speaks_of,
    )


def _refuse_too_little(heard: _Heard, pack: Pack) -> None:
    labelled = {each.entry_id: each for each in heard.labels}
    if len(labelled) < FEWEST_LABELS:
        raise BadInput(
            "Too few entries are labelled to learn from; `dailyten topics propose` names the next ones.",
            expected=f"at least {FEWEST_LABELS}",
            came=str(len(labelled)),
        )
    for topic in pack.added_topics:
        written = sum(topic in entry.topics for entry in pack.written())
        given = sum(topic in each.topics for each in labelled.values())
        if written + given < FEWEST_OF_NEW_TOPIC:
            raise BadInput(
                f"Too few entries have the new topic {topic}; `dailyten topics propose --topic {topic}` names some.",
                expected=f"at least {FEWEST_OF_NEW_TOPIC}",
                came=str(written + given),
            )


def _refuse_nothing_new(heard: _Heard, history: History, school: School) -> None:
    champion = history.champion(school.stamp)
    if champion != PACK and school.shelf.learnt_from(champion) == canonical.to_json(heard.every):
        raise BadInput("Nobody has said anything new since the model in use was learnt.", came=champion)


def _contest(heard: _Heard, history: History, school: School, now: datetime, tell: Callable[[str], None]) -> Note:
    pack, champion = school.pack, history.champion(school.stamp)
    written, judged = pack.written(), heard.judged()
    evidence = heard.training(heard.every)
    refuse_too_few([*written, *evidence], pack.topic_keys, where=str(pack.folder / "entries"))
    tell(f"Judging the model in use ({champion}) on {len(written):,} entries of the pack and {len(judged)} labelled.")
    before = _side_of(_champion(champion, heard, school, judged), written, judged, pack)
    floors = history.floors(school.stamp)
    if champion == PACK:
        floors = {name: figure for name, figure in before.figures().items() if name != "agreement"}
    tell("Fitting a challenger to them and to what people said, and judging it on the same entries.")
    challenger = school.learn(pack, [*written, *evidence], [*written, *judged])
    after = _side_of(challenger, written, judged, pack)
    settled = settle(before, after, floors)
    version = f"{now:%Y%m%dT%H%M%S}-{challenger.model.training_hash[:8]}"
    note = Note(
        at=now,
        version=version,
        decision=Decision.REPLACED if settled.better else Decision.STAYED,
        why=settled.why,
        stamp=school.stamp,
        entries=len(written),
        labels=len(heard.labels),
        votes=len(heard.votes),
        before=before.figures(),
        after=after.figures(),
        floors=floors,
        words=settled.words,
    )
    if settled.better:
        model = replace(challenger.model, quality=after.figures())
        school.shelf.keep(version, model, canonical.to_json(heard.every))
    school.shelf.note(note)
    return note


def _champion(version: str, heard: _Heard, school: School, judged: Sequence[TrainingEntry]) -> Learnt:
    """Fit the champion's like again, so that it can be judged on entries that it has not seen."""
    pack = school.pack
    asked = [*pack.written(), *judged]
    if version != PACK:
        evidence = canonical.from_json(school.shelf.learnt_from(version), tuple[Evidence, ...])
        return school.learn(pack, [*pack.written(), *heard.training(evidence)], asked)
    ours = pack.base if pack.base is not None and not pack.model_file.exists() else pack
    return school.learn(ours, ours.written(), asked)


def _side_of(learnt: Learnt, written: Sequence[TrainingEntry], judged: Sequence[TrainingEntry], pack: Pack) -> Side:
    """Judge on the pack's entries as though added topics were not there, for nobody labelled them for those."""
    base = pack.base or pack
    count = len(written)
    return side(
        (learnt.plain[:count], [_truth(entry, pack.added_topics) for entry in written]),
        (learnt.guesses[count:], [_truth(entry) for entry in judged]),
        base.topic_keys,
        pack.topic_keys,
    )


def _truth(entry: TrainingEntry, without: Sequence[str] = ()) -> Truth:
    topics = tuple(topic for topic in entry.topics if topic not in without)
    return Truth(
        primary=topics[0] if topics else "",
        topics=topics,
        networks=entry.networks,
        usefulness=entry.usefulness,
        place=entry.year,
    )


def _with_verdicts(classifier: Classifier, kept: Sequence[KeptEntry]) -> list[Unlabelled]:
    texts = [(each.entry_id, each.entry.title, each.entry.summary, each.entry.url) for each in kept]
    return [
        Unlabelled(entry_id=each.entry_id, title=each.entry.title, summary=each.entry.summary, verdict=verdict)
        for each, verdict in zip(kept, classifier.verdicts(texts), strict=True)
    ]


def _text(kept: KeptEntry) -> str:
    return f"{kept.entry.title} {kept.entry.summary}"
