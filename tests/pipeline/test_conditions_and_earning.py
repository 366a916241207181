"""What an editor is told of feeds: how they are, and what they earn."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dailyten.model.edition import Candidate, Edition, Telling
from dailyten.model.entry import Entry
from dailyten.model.feed import Feed, FeedState, PollState, feed_id_of
from dailyten.model.feedback import Vote, VoteKind
from dailyten.model.fetched import Failure
from dailyten.model.story import Story
from dailyten.model.topic import Verdict
from dailyten.pipeline.conditions import Condition, feed_conditions
from dailyten.pipeline.earning import Earning, feed_earnings
from dailyten.pipeline.joining import add_subscriber
from dailyten.pipeline.previewing import Content
from dailyten.poll.outcomes import FAILURES
from dailyten.poll.schedule import PollPolicy
from dailyten.store import Store, open_store
from tests.editions import an_edition

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def a_feed(name: str) -> Feed:
    address = f"https://{name}.example/"
    return Feed(feed_id=feed_id_of(address), address=address, title=name)


A, B, C = a_feed("a"), a_feed("b"), a_feed("c")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'a.db'}") as opened:
        with opened.writing() as db:
            db.feeds.apply([A, B, C], NOW - 60 * DAY)
        yield opened


def bring(store: Store, feed: Feed, key: str, at: datetime, **more: object) -> str:
    entry = Entry(key=key, **{"title": f"{key} of {feed.title}", "html": "word " * 200, **more})  # type: ignore[arg-type]
    with store.writing() as db:
        return db.entries.keep(feed.feed_id, [entry], now=at).new[0].entry_id


POLICY = PollPolicy()


def condition(store: Store, feed: Feed = A, now: datetime = NOW, policy: PollPolicy = POLICY, **view: str) -> Condition:
    return next(each for each in feed_conditions(store, policy, now, **view) if each.feed == feed)


def record(store: Store, **more: object) -> None:
    with store.writing() as db:
        db.feeds.record(PollState(feed_id=A.feed_id, **{"last_good_at": NOW, **more}))  # type: ignore[arg-type]


def test_a_feed_has_moved_when_the_settings_say_so(store: Store) -> None:
    record(store, moved_to="https://new.example/", moved_since=NOW - 7 * DAY)

    assert condition(store).state is FeedState.MOVED
    assert condition(store, policy=PollPolicy(moved_after=10 * DAY)).state is FeedState.HEALTHY
    assert condition(store, policy=PollPolicy(moved_after=7 * DAY)).state is FeedState.MOVED


def test_a_failing_feed_says_since_when_why_and_what_to_do(store: Store) -> None:
    record(store, failures=3, failure=Failure.TOO_BIG, failing_since=NOW - 2 * DAY, next_poll_at=NOW + DAY)

    told = condition(store)

    assert (told.state, told.since) == (FeedState.FAILING, NOW - 2 * DAY)
    assert (told.told, told.mend) == (FAILURES[Failure.TOO_BIG].told, FAILURES[Failure.TOO_BIG].mend)
    assert told.poll.next_poll_at == NOW + DAY


def test_a_feed_that_falls_silent_against_its_rhythm_is_told_with_the_chance_of_that(store: Store) -> None:
    for day in range(40):
        bring(store, A, str(day), NOW - 8 * DAY - day * DAY)
    record(store)

    told = condition(store)

    assert (told.state, told.since) == (FeedState.SILENT, NOW - 8 * DAY)
    assert told.silence is not None
    assert told.silence.chance < 0.001


def test_a_feed_was_not_silent_while_nobody_looked(store: Store) -> None:
    """The machine slept for two weeks, and the last look at the feed was on time."""
    for day in range(40):
        bring(store, A, str(day), NOW - day * DAY)
    record(store)

    assert condition(store, now=NOW + 14 * DAY).state is FeedState.HEALTHY


def test_the_first_document_tells_a_rhythm_by_its_dates_and_later_ones_by_their_arrival(store: Store) -> None:
    with store.writing() as db:
        first = [Entry(key=str(n), title=str(n), published_at=NOW - n * DAY) for n in range(5, 15)]
        db.entries.keep(A.feed_id, first, now=NOW - 4 * DAY)
    bring(store, A, "late", NOW - DAY, published_at=NOW - 300 * DAY)
    record(store)

    told = condition(store)

    assert told.newest_at == NOW - DAY
    assert [day.on.day for day in told.rhythm if day.entries] == [*range(10, 20), 23]
    assert len(told.rhythm) == 28
    assert told.silence is not None
    assert told.silence.gaps == 10


def test_a_day_of_the_plot_ends_at_the_digests_midnight(store: Store) -> None:
    bring(store, A, "evening", NOW.replace(hour=3))

    assert condition(store).rhythm[-1].entries == 1
    assert condition(store, zone="America/New_York").rhythm[-2].entries == 1


@pytest.mark.parametrize(
    ("entry", "kind", "figures"),
    [
        pytest.param({}, Content.FULL, (0, 0, 0, 0), id="whole texts"),
        pytest.param({"html": "<p>A few words only</p>"}, Content.EXCERPTS, (0, 0, 0, 0), id="excerpts"),
        pytest.param({"html": "word " * 300 + "[…]"}, Content.EXCERPTS, (4, 0, 0, 0), id="cut off"),
        pytest.param({"html": "", "summary": ""}, Content.TITLES, (0, 4, 0, 0), id="titles"),
        pytest.param({"summary": "cafÃ© donâ€™t"}, Content.FULL, (0, 0, 4, 0), id="garbled"),
        pytest.param({"language": "de"}, Content.FULL, (0, 0, 0, 4), id="another language"),
        pytest.param({"language": "en"}, Content.FULL, (0, 0, 0, 0), id="our language"),
    ],
)
def test_poor_contents_are_counted(
    store: Store, entry: dict[str, str], kind: Content, figures: tuple[int, ...]
) -> None:
    for number in range(4):
        bring(store, A, str(number), NOW, **entry)

    found = condition(store).contents

    assert found is not None
    assert found.kind is kind
    assert (found.cut_off, found.title_only, found.garbled, found.in_another_language) == figures


def test_a_feed_of_which_nothing_came_has_no_contents_and_no_rhythm(store: Store) -> None:
    told = condition(store)

    assert (told.state, told.contents, told.silence, told.newest_at) == (FeedState.NEW, None, None, None)
    assert sum(day.entries for day in told.rhythm) == 0


def publish(store: Store, stories: dict[str, list[str]], topics: dict[str, bool] | None = None) -> Edition:
    """Tell stories in an edition of today: the first entry of each leads."""
    with store.writing() as db:
        kept = db.entries.get(each for ids in stories.values() for each in ids)
        told = [
            Candidate(
                story_id=name,
                lead=Telling(
                    entry_id=ids[0],
                    feed_id=kept[ids[0]].feed_id,
                    feed_title="f",
                    title=name,
                    url="https://x.example/",
                    first_seen_at=NOW,
                ),
            )
            for name, ids in stories.items()
        ]
        edition = an_edition(
            datetime(2026, 11, 24, 7, tzinfo=UTC), entries=len(kept), candidates=tuple(told), places=tuple(stories)
        )
        db.editions.freeze(edition)
        db.stories.keep(
            [
                Story(
                    story_id=name,
                    lead_id=ids[0],
                    entry_ids=tuple(ids),
                    first_seen_at=min(kept[each].first_seen_at for each in ids),
                )
                for name, ids in stories.items()
            ]
        )
        db.verdicts.keep(
            Verdict(entry_id=each, topics=("tools",) if (topics or {}).get(each, True) else ()) for each in kept
        )
    return edition


def earning(store: Store, feed: Feed, days: int = 30) -> Earning:
    return next(each for each in feed_earnings(store, NOW, days, 10).feeds if each.feed == feed)


def test_a_feed_earns_by_what_nobody_else_told(store: Store) -> None:
    alone = bring(store, A, "alone", NOW - 3 * HOUR)
    shared = [bring(store, A, "shared", NOW - 5 * HOUR), bring(store, B, "shared", NOW - 2 * HOUR)]
    noise = bring(store, B, "noise", NOW - HOUR)
    edition = publish(store, {"alone": [alone], "shared": [shared[1], shared[0]], "noise": [noise]}, {noise: False})
    with store.writing() as db:
        for number, (story, kind) in enumerate([("shared", VoteKind.MORE), ("noise", VoteKind.LESS)]):
            who = add_subscriber(db, f"reader{number}@shop.example", "asked", NOW).subscriber_id
            db.feedback.cast(
                Vote(subscriber_id=who, edition_id=edition.edition_id, story_id=story, kind=kind, cast_at=NOW)
            )

    a, b = earning(store, A), earning(store, B)

    assert (a.entries, a.on_topic, a.led, a.alone, a.also_in, a.told_by_several, a.first) == (2, 2, 1, 1, 1, 1, 1)
    assert (b.entries, b.on_topic, b.led, b.alone, b.also_in, b.told_by_several, b.first) == (2, 1, 2, 1, 0, 1, 0)
    assert [(each.feed.title, each.stories) for each in b.overlap] == [("a", 1)]
    assert (b.more, b.less) == (1, 1)
    assert a.points == pytest.approx(1.0 + 0.1 + 0.25)
    assert b.points == pytest.approx(1.0 + 0.25)
    assert a.minutes >= 1


@pytest.mark.parametrize(
    ("a_wrote", "b_wrote", "first"),
    [(NOW - 9 * HOUR, NOW - 8 * HOUR, "a"), (NOW - 8 * HOUR, NOW - 9 * HOUR, "b"), (None, NOW - 8 * HOUR, "")],
)
def test_of_two_that_came_in_one_round_the_dates_say_who_was_first(
    store: Store, a_wrote: datetime | None, b_wrote: datetime, first: str
) -> None:
    a = bring(store, A, "x", NOW - 60 * timedelta(seconds=1), published_at=a_wrote)
    b = bring(store, B, "x", NOW, published_at=b_wrote)
    publish(store, {"x": [a, b]})

    assert [feed.title for feed in (A, B) if earning(store, feed).first] == ([first] if first else [])


def test_what_arrived_before_the_span_and_back_issues_do_not_count(store: Store) -> None:
    bring(store, A, "old", NOW - 40 * DAY)
    with store.writing() as db:
        stale = Entry(key="stale", title="s", published_at=NOW - 400 * DAY)
        db.entries.keep(B.feed_id, [stale], now=NOW - DAY, back_issues_before=NOW - 8 * DAY)

    assert (earning(store, A).entries, earning(store, B).entries) == (0, 0)
    assert earning(store, A, days=50).entries == 1


def test_with_one_feed_too_many_the_one_that_earns_least_is_named_and_never_the_newest(store: Store) -> None:
    newest = a_feed("newest")
    with store.writing() as db:
        db.feeds.apply([A, B, C, newest], NOW - 10 * DAY)
    one, two = bring(store, A, "1", NOW - HOUR), bring(store, C, "2", NOW - HOUR)
    publish(store, {"1": [one], "2": [two]})

    enough = feed_earnings(store, NOW, 30, 4)
    too_many = feed_earnings(store, NOW, 30, 3)
    one_more = feed_earnings(store, NOW, 30, 4, one_more=True)

    assert enough.least is None
    assert too_many.newest == newest
    assert too_many.least is not None
    assert too_many.least.feed == B
    assert one_more.least is not None
    assert one_more.least.feed in (B, newest)


def test_a_feed_that_joined_late_is_compared_by_the_week(store: Store) -> None:
    late = a_feed("late")
    with store.writing() as db:
        db.feeds.apply([A, B, C, late], NOW - 10 * DAY)
    stories = {f"s{n}": [bring(store, A if n else late, str(n), NOW - HOUR)] for n in range(3)}
    publish(store, stories)

    assert earning(store, late).a_week == pytest.approx(0.7)
    assert earning(store, A).a_week == pytest.approx(2 / 30 * 7)
    assert not earning(store, late).is_too_new


def test_a_replaced_title_changes_nothing_of_what_a_feed_earned(store: Store) -> None:
    publish(store, {"1": [bring(store, A, "1", NOW - HOUR)]})
    before = earning(store, A)
    renamed = replace(A, title="renamed")
    with store.writing() as db:
        db.feeds.apply([renamed, B, C], NOW)

    assert earning(store, renamed) == replace(before, feed=renamed)
