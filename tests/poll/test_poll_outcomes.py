from datetime import UTC, datetime, timedelta

import pytest

from dailyten.model.feed import FeedState, PollState
from dailyten.model.fetched import Failed, Failure, Fetched, Fresh, Unchanged
from dailyten.poll.outcomes import FAILURES, GOOD, Good, Kept, digest_of, has_same_bytes, outcome_of, row_of, state_of

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)
KNOWN = PollState(feed_id="f", last_good_at=NOW - DAY, body_sha256=digest_of(b"known"))


def test_every_failure_and_every_good_outcome_has_its_row() -> None:
    assert set(FAILURES) == set(Failure)
    assert set(GOOD) == set(Good)


@pytest.mark.parametrize("failure", list(Failure))
def test_a_failure_says_in_plain_words_what_happened_and_what_can_be_done(failure: Failure) -> None:
    row = row_of(failure)

    assert row.kept is Kept.FAILURE
    assert row.told.endswith(".")
    assert row.mend.endswith((".", ".)"))
    words = f"{row.told} {row.mend}".lower()
    assert not any(
        jargon in words for jargon in ("http ", "dns", "tls", "ssl", "timeout", "exception", "4xx", "redirect")
    )


@pytest.mark.parametrize("failure", list(Failure))
def test_a_failure_always_has_a_next_try(failure: Failure) -> None:
    row = row_of(failure)

    assert timedelta(minutes=15) <= row.first_wait <= row.longest_wait
    assert row.longest_wait <= (28 * DAY if failure is Failure.GONE else 3 * DAY)


@pytest.mark.parametrize(
    ("fetched", "entries", "outcome"),
    [
        (Fresh(body=b"new", address="a"), None, Good.FRESH),
        (Fresh(body=b"new", address="a"), 3, Good.FRESH),
        (Fresh(body=b"new", address="a"), 0, Good.EMPTY),
        (Fresh(body=b"known", address="a"), None, Good.SAME_BYTES),
        (Unchanged(), None, Good.UNCHANGED),
        (Failed(failure=Failure.GONE), None, Failure.GONE),
    ],
)
def test_an_answer_finds_its_row(fetched: Fetched, entries: int | None, outcome: Good | Failure) -> None:
    assert outcome_of(fetched, KNOWN, entries=entries) is outcome


def test_the_same_bytes_are_looked_at_again_after_a_failure() -> None:
    failing = PollState(feed_id="f", body_sha256=KNOWN.body_sha256, failures=1, failure=Failure.UNREADABLE)

    assert has_same_bytes(Fresh(body=b"known", address="a"), KNOWN)
    assert not has_same_bytes(Fresh(body=b"known", address="a"), failing)
    assert not has_same_bytes(Fresh(body=b"known", address="a"), PollState(feed_id="f"))


@pytest.mark.parametrize(
    ("state", "silent", "word"),
    [
        (PollState(feed_id="f"), False, FeedState.NEW),
        (KNOWN, False, FeedState.HEALTHY),
        (KNOWN, True, FeedState.SILENT),
        (PollState(feed_id="f", failures=1, failure=Failure.DNS), False, FeedState.FAILING),
        (PollState(feed_id="f", failures=1, failure=Failure.GONE, last_good_at=NOW), False, FeedState.GONE),
        (PollState(feed_id="f", last_good_at=NOW, moved_to="b", moved_since=NOW - 6 * DAY), True, FeedState.MOVED),
        (PollState(feed_id="f", last_good_at=NOW, moved_to="b", moved_since=NOW - 5 * DAY), False, FeedState.HEALTHY),
    ],
)
def test_a_feed_is_described_in_one_word(state: PollState, silent: bool, word: FeedState) -> None:
    assert state_of(state, NOW, moved_after=6 * DAY, silent=silent) is word
