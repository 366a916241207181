from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.model.feed import PollState
from dailyten.model.fetched import Asking, Failed, Failure, Fetched, Fresh, Unchanged
from dailyten.poll.caching import LONGEST_WISH
from dailyten.poll.outcomes import FAILURES
from dailyten.poll.schedule import PollPolicy, Wishes, asking_of, next_state, postponed, proposed_move

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)  # a Tuesday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
STEADY = PollPolicy(jitter=0.0)
NEW = PollState(feed_id="f")


def fresh(headers: Mapping[str, str] | None = None, body: bytes = b"body", **more: str) -> Fresh:
    return Fresh(body=body, address="http://a.example/f", headers=headers or {}, **more)


def decide(
    state: PollState, fetched: Fetched, now: datetime = NOW, policy: PollPolicy = STEADY, **more: Any
) -> PollState:
    return next_state(state, fetched, now=now, policy=policy, rng=Random(7), **more)


def wait_of(state: PollState, now: datetime = NOW) -> timedelta:
    assert state.next_poll_at is not None
    return state.next_poll_at - now


class TestWaits:
    def test_a_feed_is_asked_hourly_until_its_rhythm_is_known(self) -> None:
        assert wait_of(decide(NEW, fresh())) == HOUR
        assert wait_of(decide(NEW, Unchanged())) == HOUR

    @pytest.mark.parametrize(
        ("usual", "wait"),
        [(MINUTE, 15 * MINUTE), (20 * MINUTE, 20 * MINUTE), (6 * HOUR, 6 * HOUR), (9 * DAY, DAY)],
    )
    def test_the_rhythm_counts_between_a_quarter_of_an_hour_and_a_day(self, usual: timedelta, wait: timedelta) -> None:
        assert wait_of(decide(NEW, fresh(), usual_wait=usual)) == wait

    @pytest.mark.parametrize(
        ("headers", "wait"),
        [
            ({"cache-control": "max-age=60"}, HOUR),
            ({"cache-control": "max-age=7200"}, 2 * HOUR),
            ({"expires": "Tue, 24 Nov 2026 09:00:00 GMT"}, 3 * HOUR),
            ({"retry-after": "14400"}, 4 * HOUR),
            ({"retry-after": "14400", "cache-control": "max-age=7200"}, 4 * HOUR),
            ({"cache-control": "max-age=864000"}, 10 * DAY),
            ({"cache-control": "max-age=31536000"}, 31 * DAY),
            ({"retry-after": "31536000"}, 31 * DAY),
        ],
    )
    @pytest.mark.parametrize("kind", [fresh, lambda headers: Unchanged(headers=headers)], ids=["200", "304"])
    def test_a_longer_wish_of_the_publisher_is_kept_up_to_31_days(
        self, kind: Any, headers: dict[str, str], wait: timedelta
    ) -> None:
        assert wait_of(decide(NEW, kind(headers))) == wait

    @pytest.mark.parametrize("failure", list(Failure))
    def test_retry_after_is_kept_on_every_failure(self, failure: Failure) -> None:
        for wish in (5 * HOUR, 30 * DAY, 31 * DAY):
            state = decide(NEW, Failed(failure=failure, retry_after=wish))

            assert wait_of(state) >= wish
            assert wait_of(state) <= max(wish, 3 * DAY)

    @pytest.mark.parametrize("failure", [each for each in Failure if each is not Failure.GONE])
    def test_failures_double_the_wait_up_to_three_days_and_never_stop(self, failure: Failure) -> None:
        state, waits = NEW, []
        for _ in range(40):
            state = decide(state, Failed(failure=failure))
            waits.append(wait_of(state))

        first = max(HOUR, FAILURES[failure].first_wait)
        assert waits[:2] == [first, min(2 * first, 3 * DAY)]
        assert waits == sorted(waits)
        assert waits[-1] == 3 * DAY
        assert state.failures == 40

    def test_a_feed_that_is_gone_is_asked_ever_more_rarely_but_asked(self) -> None:
        state, waits = NEW, []
        for _ in range(9):
            state = decide(state, Failed(failure=Failure.GONE))
            waits.append(wait_of(state) / DAY)

        assert waits == [1, 2, 4, 8, 16, 28, 28, 28, 28]

    def test_one_good_answer_ends_the_row_of_failures(self) -> None:
        state = NEW
        for _ in range(5):
            state = decide(state, Failed(failure=Failure.DNS, detail="no such name"))
        good = decide(state, Unchanged())

        assert state.failing_since == NOW
        assert (good.failures, good.failure, good.failure_detail, good.failing_since) == (0, None, "", None)
        assert wait_of(good) == HOUR

    def test_the_wishes_of_a_document_outlive_it(self) -> None:
        state = decide(NEW, fresh(), wishes=Wishes(minutes=180))

        assert wait_of(state) == 3 * HOUR
        assert wait_of(decide(state, Unchanged())) == 3 * HOUR
        assert wait_of(decide(state, fresh(), wishes=Wishes())) == HOUR

    def test_a_ttl_of_a_year_is_a_mistake(self) -> None:
        assert wait_of(decide(NEW, fresh(), wishes=Wishes(minutes=365 * 24 * 60))) == DAY

    def test_quiet_hours_and_days_are_left_alone(self) -> None:
        hours = Wishes(quiet_hours=tuple(day * 24 + hour for day in range(7) for hour in (7, 8, 9)))
        days = Wishes(quiet_hours=tuple(range(24, 72)))

        assert decide(NEW, fresh(), wishes=hours).next_poll_at == NOW + 4 * HOUR
        assert decide(NEW, fresh(), wishes=days).next_poll_at == datetime(2026, 11, 26, 0, 0, tzinfo=UTC)

    def test_chance_parts_feeds_that_were_asked_together(self) -> None:
        rng = Random(1)
        states = [next_state(NEW, Unchanged(), now=NOW, policy=PollPolicy(), rng=rng) for _ in range(200)]
        waits = [wait_of(state) for state in states]

        assert len(set(waits)) == 200
        assert min(waits) >= HOUR
        assert max(waits) <= HOUR * 1.1
        assert max(waits) - min(waits) > 5 * MINUTE

    def test_a_feed_that_was_not_asked_waits_for_an_hour_at_most(self) -> None:
        for wait in (timedelta(0), 30 * MINUTE, 31 * DAY):
            state = postponed(replace(NEW, failures=0), wait, now=NOW, policy=STEADY, rng=Random(1))

            assert 15 * MINUTE <= wait_of(state) <= HOUR
            assert (state.failures, state.last_poll_at) == (0, None)


class TestValidators:
    HEADERS: Mapping[str, str] = {"etag": '"one"', "last-modified": "Mon, 23 Nov 2026 00:00:00 GMT"}

    def ask(self, state: PollState, now: datetime = NOW) -> Asking:
        return asking_of(state, "http://a.example/f", now, STEADY)

    def test_they_are_sent_back_to_who_gave_them(self) -> None:
        asking = self.ask(decide(NEW, fresh(self.HEADERS)))

        assert asking == Asking(
            address="http://a.example/f",
            etag='"one"',
            last_modified="Mon, 23 Nov 2026 00:00:00 GMT",
            validators_from="http://a.example/f",
        )

    @pytest.mark.parametrize("failure", list(Failure))
    def test_a_failure_keeps_them(self, failure: Failure) -> None:
        state = decide(decide(NEW, fresh(self.HEADERS)), Failed(failure=failure))

        assert self.ask(state).etag == '"one"'

    def test_a_feed_that_becomes_a_web_page_keeps_its_old_validators(self) -> None:
        known = decide(NEW, fresh(self.HEADERS))

        state = decide(known, Failed(failure=Failure.NOT_A_FEED, detail="a web page"))

        assert (state.etag, state.last_modified, state.body_sha256) == (
            known.etag,
            known.last_modified,
            known.body_sha256,
        )

    def test_a_document_without_them_forgets_the_old_ones(self) -> None:
        state = decide(decide(NEW, fresh(self.HEADERS)), fresh())

        assert self.ask(state) == Asking(address="http://a.example/f", validators_from="http://a.example/f")

    def test_they_are_forgotten_after_eight_days_of_not_modified(self) -> None:
        state, now = decide(NEW, fresh(self.HEADERS)), NOW
        unconditional = []
        for _ in range(24 * 20):
            now += HOUR
            asking = self.ask(state, now)
            answer = Unchanged() if asking.etag else fresh(self.HEADERS)
            state = decide(state, answer, now)
            if not asking.etag:
                unconditional.append(now)

        assert len(unconditional) == 2
        assert unconditional[0] - NOW == 8 * DAY + HOUR

    def test_a_clock_that_was_put_back_forgets_them(self) -> None:
        assert self.ask(decide(NEW, fresh(self.HEADERS)), NOW - 100 * DAY).etag == ""


class TestMoves:
    MOVED = "http://b.example/f"

    def play(self, *answers: tuple[float, Fetched]) -> str:
        state = NEW
        for days, fetched in answers:
            state = decide(state, fetched, NOW + days * DAY)
        return proposed_move(state, NOW + answers[-1][0] * DAY, STEADY)

    def test_a_permanent_move_is_proposed_after_six_days_of_the_same_answer(self) -> None:
        answers = [(day, fresh(moved_to=self.MOVED) if day % 2 else Unchanged(moved_to=self.MOVED)) for day in range(7)]

        assert self.play(*answers[:6]) == ""
        assert self.play(*answers) == self.MOVED

    @pytest.mark.parametrize(
        "between",
        [Unchanged(), Unchanged(moved_to="http://c.example/f"), fresh()],
        ids=["no move", "another move", "a document in its place"],
    )
    def test_another_answer_in_between_begins_the_days_anew(self, between: Fetched) -> None:
        moved = Unchanged(moved_to=self.MOVED)

        assert self.play((0, moved), (3, between), (4, moved), (7, moved)) == ""
        assert self.play((0, moved), (3, between), (4, moved), (10, moved)) == self.MOVED

    def test_a_failure_proves_nothing_either_way(self) -> None:
        moved, failed = Unchanged(moved_to=self.MOVED), Failed(failure=Failure.SERVER_ERROR)

        assert self.play((0, moved), (7, failed)) == ""
        assert self.play((0, moved), (3, failed), (7, moved)) == self.MOVED


HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "cache-control": st.integers(-10, 10**9).map(lambda n: f"max-age={n}"),
        "retry-after": st.integers(-10, 10**9).map(str),
        "etag": st.text(max_size=9),
        "age": st.integers(0, 10**9).map(str),
    },
)
MAYBE_SPAN = st.none() | st.timedeltas(timedelta(0), timedelta(days=4000))
ANSWERS = st.one_of(
    st.builds(fresh, HEADERS, st.binary(min_size=1, max_size=4), moved_to=st.sampled_from(["", "http://b.example/"])),
    st.builds(Unchanged, headers=HEADERS, moved_to=st.sampled_from(["", "http://b.example/"])),
    st.builds(Failed, failure=st.sampled_from(list(Failure)), retry_after=MAYBE_SPAN),
)
WISHES = st.none() | st.builds(
    Wishes,
    minutes=st.integers(0, 6_000_000),
    quiet_hours=st.frozensets(st.integers(0, 167), max_size=167).map(lambda hours: tuple(sorted(hours))),
)


@given(
    story=st.lists(st.tuples(ANSWERS, WISHES, MAYBE_SPAN, st.timedeltas(timedelta(0), 40 * DAY)), max_size=12),
    seed=st.integers(0, 99),
)
def test_whatever_happens_the_next_try_is_set_in_the_future_and_within_the_limits(
    story: list[tuple[Fetched, Wishes | None, timedelta | None, timedelta]], seed: int
) -> None:
    state, now, rng = NEW, NOW, Random(seed)
    for fetched, wishes, usual, later in story:
        now += later
        known = state
        state = next_state(state, fetched, now=now, policy=PollPolicy(), rng=rng, wishes=wishes, usual_wait=usual)

        wait = wait_of(state, now)
        assert 15 * MINUTE <= wait <= LONGEST_WISH + timedelta(days=7)
        assert state.last_poll_at == now
        if isinstance(fetched, Failed):
            assert (state.failures, state.failure) == (known.failures + 1, fetched.failure)
            assert (state.etag, state.validated_at, state.last_good_at) == (
                known.etag,
                known.validated_at,
                known.last_good_at,
            )
            assert wait >= min(fetched.retry_after or timedelta(0), LONGEST_WISH)
        else:
            assert (state.failures, state.failing_since, state.last_good_at) == (0, None, now)
        assert (state.failing_since is None) == (state.failures == 0)
        assert (state.moved_since is None) == (state.moved_to == "")


@given(
    failure=st.sampled_from(list(Failure)),
    usual=MAYBE_SPAN,
    ttl=st.integers(0, 600_000),
    failures=st.integers(0, 30),
    seed=st.integers(),
)
def test_a_failure_never_shortens_the_wait(
    failure: Failure, usual: timedelta | None, ttl: int, failures: int, seed: int
) -> None:
    known = decide(NEW, fresh(), wishes=Wishes(minutes=ttl), usual_wait=usual)
    failing = replace(
        known, failures=failures, failure=failure if failures else None, failing_since=NOW if failures else None
    )

    def wait(state: PollState, fetched: Fetched) -> timedelta:
        after = next_state(state, fetched, now=NOW, policy=PollPolicy(), rng=Random(seed), usual_wait=usual)
        return wait_of(after)

    once = wait(failing, Failed(failure=failure))
    assert once >= wait(known, Unchanged())
    assert (
        wait(replace(failing, failures=failures + 1, failing_since=NOW, failure=failure), Failed(failure=failure))
        >= once
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"shortest": timedelta(0)},
        {"interval": MINUTE},
        {"longest": MINUTE},
        {"longest": 40 * DAY},
        {"jitter": -0.1},
        {"jitter": 2.0},
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"expected|jitter"):
        PollPolicy(**wrong)
