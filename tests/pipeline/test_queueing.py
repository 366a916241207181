"""Filling the outbox: whose turn has come, from which editions, and that nothing comes twice."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from dailyten.model.delivery import DeliveryState
from dailyten.model.edition import Edition
from dailyten.model.issue import Issue, IssueKind
from dailyten.model.subscriber import Days, Membership, QuietDays, Subscriber, Wishes, subscriber_id_of
from dailyten.pipeline import queueing
from dailyten.pipeline.queueing import Post, issue_about, queue_due
from dailyten.pipeline.settings import DigestSettings
from dailyten.store import Store, open_store
from dailyten.store.turns import Reader
from tests.edition.test_personal import a_story, edition

TODAY = date(2026, 11, 24)
SEVEN = datetime(2026, 11, 24, 7, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NETWORKS = ("linkedin", "tiktok", "facebook")


@pytest.fixture
def store() -> Iterator[Store]:
    with open_store("sqlite://") as opened:
        yield opened


@pytest.fixture
def post() -> Post:
    return Post(settings=DigestSettings(zone="UTC", hour=7), goals={"sell": ("roi",)}, mail_domain="example.org")


def day(on: date, stories: int = 12) -> Edition:
    """Make an edition in which not everything found room."""
    return edition(
        [
            a_story(
                f"{on:%d}.{n}", 40 - n, feed=f"f{n}", primary=f"t{n}", topics=("roi",), networks=NETWORKS[n % 3 :][:1]
            )
            for n in range(stories)
        ],
        on,
    )


def freeze(store: Store, *editions: Edition) -> None:
    with store.writing() as db:
        for each in editions:
            db.editions.freeze(each)


def join(store: Store, name: str, at: datetime = SEVEN - 30 * DAY, **wishes: object) -> str:
    address = f"{name}@example.org"
    subscriber = Subscriber(
        subscriber_id=subscriber_id_of(address),
        address=address,
        membership=Membership.ACTIVE,
        joined_at=at,
        changed_at=at,
        wishes=Wishes(**wishes),  # type: ignore[arg-type]
    )
    with store.writing() as db:
        db.subscribers.add(subscriber)
    return subscriber.subscriber_id


def issues(store: Store, subscriber_id: str) -> list[Issue]:
    with store.reading() as db:
        theirs = db.outbox.of(subscriber_id)
        found = db.turns.issues([each.delivery_id for each in theirs])
    return [found[each.delivery_id] for each in theirs]


def test_who_chose_no_hour_is_queued_with_the_edition_and_gets_the_edition(store: Store, post: Post) -> None:
    anna = join(store, "anna")
    before = queue_due(store, post, SEVEN)
    freeze(store, day(TODAY))

    counts = [queue_due(store, post, SEVEN + minutes * timedelta(minutes=1)) for minutes in (1, 2, 60)]

    assert (before, counts) == (0, [1, 0, 0])
    [issue] = issues(store, anna)
    assert issue.story_ids == day(TODAY).places
    assert issue.kind is IssueKind.DAILY


def test_others_are_queued_at_their_hour_and_once(store: Store, post: Post) -> None:
    join(store, "anna", hour=9)
    join(store, "bert", zone="Asia/Tokyo", hour=18)
    freeze(store, day(TODAY))

    counts = [queue_due(store, post, SEVEN + hours * HOUR) for hours in (0, 1, 2, 3)]
    again = [queue_due(store, post, SEVEN + hours * HOUR) for hours in (3, 4, 10)]

    assert counts == [0, 0, 2, 0]
    assert again == [0, 0, 0]


def test_what_somebody_asked_for_is_chosen(store: Store, post: Post) -> None:
    anna = join(store, "anna", hour=9, networks=("tiktok",), minutes=5)
    freeze(store, day(TODAY))
    queue_due(store, post, SEVEN + 3 * HOUR)

    [issue] = issues(store, anna)

    assert issue.asked == ("network:tiktok", "minutes:5")
    assert issue.places[0].why == ("network:tiktok",)
    assert issue.story_ids != day(TODAY).places


def test_the_week_is_the_best_without_what_the_daily_sent(store: Store, post: Post) -> None:
    monday = date(2026, 11, 23)
    week = [day(monday - away * DAY, 3) for away in range(6, -1, -1)]
    anna = join(store, "anna", hour=9)
    freeze(store, *week)
    queue_due(store, post, SEVEN - 3 * DAY + 2 * HOUR)
    with store.writing() as db:
        db.subscribers.change(replace(db.subscribers.get(anna), wishes=Wishes(hour=9, days=Days.WEEKLY)))
    queue_due(store, post, SEVEN - DAY + 2 * HOUR)

    daily, weekly = issues(store, anna)

    assert daily.kind is IssueKind.DAILY
    assert weekly.kind is IssueKind.WEEKLY
    assert len(weekly.editions) == 7
    assert not set(daily.story_ids) & set(weekly.story_ids)


def test_after_a_pause_comes_one_catch_up_without_what_was_had(store: Store, post: Post) -> None:
    days = [day(TODAY - away * DAY, 3) for away in range(5, -1, -1)]
    anna = join(store, "anna", hour=9)
    freeze(store, *days)
    queue_due(store, post, SEVEN - 5 * DAY + 2 * HOUR)
    queue_due(store, post, SEVEN + 2 * HOUR)

    before, after = issues(store, anna)

    assert before.kind is IssueKind.DAILY
    assert after.kind is IssueKind.CATCH_UP
    assert after.editions == tuple(each.edition_id for each in days[1:])
    assert not set(before.story_ids) & set(after.story_ids)


def test_what_surely_did_not_arrive_comes_with_the_next(store: Store, post: Post) -> None:
    anna = join(store, "anna", hour=9)
    freeze(store, day(TODAY - DAY, 2), day(TODAY, 2))
    queue_due(store, post, SEVEN - DAY + 2 * HOUR)
    with store.writing() as db:
        expired = db.outbox.expire(SEVEN)
    queue_due(store, post, SEVEN + 2 * HOUR)

    first, second = issues(store, anna)

    assert expired == 1
    assert second.kind is IssueKind.CATCH_UP
    assert set(first.story_ids) <= set(second.story_ids)


def test_a_quiet_day_is_told_or_skipped_by_wish_and_its_stories_wait(store: Store, post: Post) -> None:
    told = join(store, "told", hour=9)
    skips = join(store, "skips", hour=9, quiet_days=QuietDays.SKIP)
    freeze(store, day(TODAY - 2 * DAY), day(TODAY - DAY, 2), day(TODAY, 12))
    for away in (2, 1):
        queue_due(store, post, SEVEN - away * DAY + 2 * HOUR)
    before = (len(issues(store, told)), len(issues(store, skips)))
    queue_due(store, post, SEVEN + 2 * HOUR)

    assert before == (2, 1)
    assert issues(store, told)[1].quiet
    later = issues(store, skips)[-1]
    assert {"23.0", "23.1"} <= set(later.story_ids)


def test_an_empty_day_says_so_too(store: Store, post: Post) -> None:
    anna = join(store, "anna")
    freeze(store, day(TODAY, 0))

    assert queue_due(store, post, SEVEN) == 1
    assert issues(store, anna)[0].places == ()


def test_an_edition_that_is_late_is_waited_for_and_then_given_up(store: Store, post: Post) -> None:
    join(store, "anna", hour=9)
    waited = queue_due(store, post, SEVEN + 2 * HOUR)
    freeze(store, day(TODAY))
    came = queue_due(store, post, SEVEN + 3 * HOUR)
    join(store, "bert", hour=8)
    too_late = queue_due(store, post, SEVEN + 9 * HOUR)

    assert (waited, came, too_late) == (0, 1, 0)


def test_who_joins_after_the_hour_begins_on_the_next_day(store: Store, post: Post) -> None:
    freeze(store, day(TODAY))
    join(store, "anna", SEVEN + HOUR)
    join(store, "bert", SEVEN + 3 * HOUR, hour=9)

    assert queue_due(store, post, SEVEN + 4 * HOUR) == 0


def test_nobody_but_the_active_is_queued(store: Store, post: Post) -> None:
    freeze(store, day(TODAY))
    for membership in Membership:
        anna = join(store, membership, hour=9)
        with store.writing() as db:
            db.subscribers.change(replace(db.subscribers.get(anna), membership=membership))

    assert queue_due(store, post, SEVEN + 2 * HOUR) == 1


def test_it_may_be_killed_between_any_two_pages(store: Store, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queueing, "PAGE", 3)
    readers = [join(store, f"s{n}", hour=9 if n % 2 else 7) for n in range(20)]
    freeze(store, day(TODAY))
    filled = queueing._fill

    def dies(*given: object) -> int:
        monkeypatch.setattr(queueing, "_fill", filled)
        filled(*given)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    killed = 0
    for _ in range(30):
        monkeypatch.setattr(queueing, "_fill", dies)
        try:
            queue_due(store, post, SEVEN + 2 * HOUR)
        except KeyboardInterrupt:
            killed += 1
            queue_due(store, post, SEVEN + 2 * HOUR)

    assert killed >= 1
    assert [len(issues(store, each)) for each in readers] == [1] * 20


def test_a_rebuilt_edition_is_not_mailed(store: Store, post: Post) -> None:
    join(store, "anna", hour=9)
    again = replace(day(TODAY), revision=2, edition_id="another")
    freeze(store, day(TODAY), again)
    queue_due(store, post, SEVEN + 2 * HOUR)

    with store.reading() as db:
        assert db.outbox.counts(day(TODAY).edition_id) == {DeliveryState.QUEUED: 1}
        assert db.outbox.counts("another") == {}


def test_an_issue_can_be_looked_at_and_explained_without_being_kept(store: Store, post: Post) -> None:
    anna = join(store, "anna", hour=9, networks=("tiktok",))
    freeze(store, day(TODAY))
    queue_due(store, post, SEVEN + 2 * HOUR)
    with store.reading() as db:
        reader = Reader(anna, "anna@example.org", SEVEN - DAY, Wishes(hour=9, networks=("tiktok",)))
        told = issue_about(db, post, reader, db.editions.steps(day(TODAY).edition_id))

    assert told.issue == issues(store, anna)[0]
    assert len(told.cuts) + len(told.issue.places) == 12
