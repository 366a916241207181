"""What every store promises of editions, verdicts, stories and feedback."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from dailyten.errors import NotFound
from dailyten.model.canonical import digest, to_json
from dailyten.model.edition import Candidate, Cut, CutReason, Edition, FeedReport, Reason, Telling, edition_id_of
from dailyten.model.entry import Entry
from dailyten.model.feed import Feed
from dailyten.model.feedback import Label, Vote, VoteKind
from dailyten.model.story import Story
from dailyten.model.subscriber import Membership, Subscriber
from dailyten.model.topic import Verdict, Word
from dailyten.store import Store, Transaction, open_store
from dailyten.store.editions import AlreadyFrozen

NOW = datetime(2026, 11, 2, 6, tzinfo=UTC)
DAY = timedelta(days=1)
TODAY = date(2026, 11, 2)


def an_edition(on: date = TODAY, revision: int = 1, *, zone: str = "Europe/Berlin", told: str = "story") -> Edition:
    telling = Telling(
        entry_id="e1", feed_id="f1", feed_title="É", title="T 😀", url="https://a.example/", first_seen_at=NOW
    )
    candidate = Candidate(
        story_id=told,
        lead=telling,
        also_in=(telling,),
        score_points=0.1 + 0.2,
        usefulness=1 / 3,
        reasons=(Reason(name="fresh", points=1e-9, words="new"),),
        because=(Word(text="ads", weight=-0.0),),
    )
    return Edition(
        edition_id=edition_id_of(on, zone, revision),
        on=on,
        zone=zone,
        revision=revision,
        title="Monday",
        built_at=NOW + (on - TODAY) + timedelta(minutes=revision),
        seen_from=None,
        seen_to=NOW,
        budget_minutes=15,
        minutes=14,
        minutes_saved=60,
        entries=2,
        feeds=(FeedReport(feed_id="f1", title="É", home_url="", address="", read=False, since=NOW, words="down"),),
        candidates=(candidate, replace(candidate, story_id=f"cut {told}")),
        places=(told,),
        cuts=(Cut(story_id=f"cut {told}", reason=CutReason.NO_TIME, words="no time"),),
    )


def with_entries(db: Transaction, number: int = 3, now: datetime = NOW) -> list[str]:
    db.feeds.apply([Feed(feed_id="f1", address="https://a.example/feed", title="A")], NOW)
    entries = [Entry(key=f"{now} {each}", title=f"{now} {each}") for each in range(number)]
    return [kept.entry_id for kept in db.entries.keep("f1", entries, now=now).new]


def test_a_frozen_edition_comes_back_to_the_byte(store: Store) -> None:
    edition = an_edition()
    with store.writing() as db:
        assert db.editions.freeze(edition) == edition

    with store.reading() as db:
        again = db.editions.get(edition.edition_id)
        assert again == edition
        assert (to_json(again), digest(again)) == (to_json(edition), digest(edition))


def test_of_two_editions_of_one_morning_the_first_is_frozen(store: Store) -> None:
    first, second = an_edition(), replace(an_edition(), title="The other process")
    with store.writing() as db:
        db.editions.freeze(first)
    with store.writing() as db:
        assert db.editions.freeze(second) == AlreadyFrozen(first)

    with store.reading() as db:
        assert db.editions.latest() == first
        assert len(db.editions.listing(every_revision=True)) == 1


def test_a_double_start_freezes_one_edition(shared_url: str) -> None:
    outcomes: list[Edition | AlreadyFrozen] = []
    ready = threading.Barrier(4)

    def start(number: int) -> None:
        with open_store(shared_url) as store:
            ready.wait()
            with store.writing() as db:
                outcomes.append(db.editions.freeze(replace(an_edition(), title=f"process {number}")))

    threads = [threading.Thread(target=start, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    (winner,) = [each for each in outcomes if isinstance(each, Edition)]
    assert [each for each in outcomes if isinstance(each, AlreadyFrozen)] == [AlreadyFrozen(winner)] * 3


def test_the_newest_revision_of_a_morning_counts(store: Store) -> None:
    with store.writing() as db:
        for edition in (an_edition(), an_edition(revision=2), an_edition(zone="UTC"), an_edition(TODAY - DAY, 3)):
            db.editions.freeze(edition)

        assert db.editions.on(TODAY, "Europe/Berlin") == an_edition(revision=2)
        assert db.editions.on(TODAY, "Asia/Tokyo") is None
        assert db.editions.latest() == an_edition(revision=2)


def test_the_listing_shows_the_newest_morning_first(store: Store) -> None:
    with store.writing() as db:
        for edition in (an_edition(TODAY - DAY), an_edition(), an_edition(revision=2)):
            db.editions.freeze(edition)
        lines = db.editions.listing()

        assert [(line.on, line.revision, line.stories, line.minutes) for line in lines] == [
            (TODAY, 2, 1, 14),
            (TODAY - DAY, 1, 1, 14),
        ]
        assert [line.revision for line in db.editions.listing(every_revision=True)] == [2, 1, 1]


def test_a_store_without_editions_has_no_latest(store: Store) -> None:
    with store.reading() as db:
        assert db.editions.latest() is None
        assert db.editions.listing() == ()


def test_steps_are_marked_once_and_do_not_touch_the_frozen_text(store: Store) -> None:
    edition = an_edition()
    with store.writing() as db:
        db.editions.freeze(edition)
        db.editions.mark_published(edition.edition_id, NOW)
        db.editions.mark_published(edition.edition_id, NOW + DAY)
        assert db.editions.steps(edition.edition_id).mailed_at is None
        db.editions.mark_mailed(edition.edition_id, NOW + DAY)

        steps = db.editions.steps(edition.edition_id)
        assert (steps.built_at, steps.published_at, steps.mailed_at) == (edition.built_at, NOW, NOW + DAY)
        assert db.editions.get(edition.edition_id) == edition


def test_what_is_asked_of_an_unknown_edition_is_not_found(store: Store) -> None:
    with store.writing() as db:
        for ask in (db.editions.get, db.editions.steps, lambda name: db.editions.mark_published(name, NOW)):
            with pytest.raises(NotFound):
                ask("nobody")


def test_told_since_names_the_stories_with_a_place_and_their_editions(store: Store) -> None:
    with store.writing() as db:
        for edition in (
            an_edition(TODAY - DAY, told="old"),
            an_edition(told="old"),
            an_edition(revision=2, told="new"),
        ):
            db.editions.freeze(edition)

        told = db.editions.told_since(NOW - 2 * DAY)
        assert {name: [(line.on, line.revision) for line in lines] for name, lines in told.items()} == {
            "old": [(TODAY - DAY, 1), (TODAY, 1)],
            "new": [(TODAY, 2)],
        }
        assert set(db.editions.told_since(NOW + timedelta(minutes=2))) == {"new"}


def test_a_later_verdict_takes_the_place_of_an_earlier(store: Store) -> None:
    with store.writing() as db:
        one, two, three = with_entries(db)
        verdict = Verdict(
            entry_id=one,
            primary="roi",
            topics=("roi", "tools"),
            scores={"roi": 0.1 + 0.2, "tools": 0.5},
            because={"roi": (Word(text="größe", weight=0.25),)},
        )
        db.verdicts.keep([verdict, Verdict(entry_id=two)])
        db.verdicts.keep([Verdict(entry_id=two, primary="tools")])

        assert db.verdicts.of([one, two, three]) == {one: verdict, two: Verdict(entry_id=two, primary="tools")}


def test_a_story_takes_in_entries_and_keeps_their_order(store: Store) -> None:
    with store.writing() as db:
        one, two, three = with_entries(db)
        story = Story(story_id="s1", lead_id=two, entry_ids=(two, one), first_seen_at=NOW)
        db.stories.keep([story])
        grown = replace(story, entry_ids=(three, two, one), lead_id=three, development_of="s0")
        db.stories.keep([grown])

        assert db.stories.get(["s1", "nobody"]) == {"s1": grown}
        assert db.stories.of_entries([one, three]) == {one: "s1", three: "s1"}


def test_a_story_is_alive_while_entries_join_it(store: Store) -> None:
    with store.writing() as db:
        (old,), (fresh,) = with_entries(db, 1), with_entries(db, 1, NOW + DAY)
        (lone,) = with_entries(db, 1, NOW + timedelta(hours=1))
        long = Story(story_id="s1", lead_id=old, entry_ids=(old, fresh), first_seen_at=NOW)
        db.stories.keep([long, Story(story_id="s2", lead_id=lone, entry_ids=(lone,), first_seen_at=NOW)])

        assert db.stories.since(NOW + DAY) == (long,)
        assert [story.story_id for story in db.stories.since(NOW)] == ["s1", "s2"]


def test_the_same_persons_later_label_counts(store: Store) -> None:
    with store.writing() as db:
        one, two, _ = with_entries(db)
        label = Label(entry_id=one, topics=("roi",), networks=("facebook",), usefulness=2, given_at=NOW, given_by="ann")
        better = replace(label, usefulness=3, given_at=NOW + DAY)
        other = replace(label, entry_id=two, given_by="bob")
        for each in (label, other, better):
            db.feedback.keep_label(each)

        assert db.feedback.labels() == (other, better)


def test_a_label_is_taken_back_from_the_one_who_gave_it(store: Store) -> None:
    with store.writing() as db:
        one, *_ = with_entries(db)
        label = Label(entry_id=one, topics=("roi",), networks=(), usefulness=2, given_at=NOW, given_by="ann")
        other = replace(label, given_by="bob")
        db.feedback.keep_label(label)
        db.feedback.keep_label(other)

        assert db.feedback.take_label_back(one, "ann")
        assert not db.feedback.take_label_back(one, "ann")
        assert db.feedback.labels() == (other,)


def test_a_readers_last_vote_on_a_story_stands(store: Store) -> None:
    reader = Subscriber(
        subscriber_id="r", address="r@a.example", membership=Membership.ACTIVE, joined_at=NOW, changed_at=NOW
    )
    with store.writing() as db:
        db.subscribers.add(reader)
        db.editions.freeze(an_edition())
        vote = Vote(
            subscriber_id="r", edition_id=an_edition().edition_id, story_id="story", kind=VoteKind.MORE, cast_at=NOW
        )
        db.feedback.cast(vote)
        db.feedback.cast(replace(vote, kind=VoteKind.LESS, cast_at=NOW + DAY))
        db.feedback.cast(replace(vote, story_id="cut story"))

        assert [each.kind for each in db.feedback.votes(NOW)] == [VoteKind.MORE, VoteKind.LESS]
        assert [each.story_id for each in db.feedback.votes(NOW + DAY)] == ["story"]
