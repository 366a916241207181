from datetime import UTC, datetime, timedelta

from dailyten.model.feed import PollNote
from dailyten.model.fetched import Asking, Failed, Failure, Fresh, Unchanged
from dailyten.poll.etiquette import Lapse, etiquette_of, lapses_of, note_of
from dailyten.poll.schedule import PollPolicy

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
POLICY = PollPolicy()


def note(hours: float, outcome: str = "unchanged", **more: int | bool) -> PollNote:
    return PollNote(feed_id="f", asked_at=NOW + hours * HOUR, outcome=outcome, **{"conditional": True} | more)  # type: ignore[arg-type]


def test_a_feed_that_was_never_asked_was_asked_politely() -> None:
    report = etiquette_of("f", [])

    assert (report.requests, report.conditional_share, report.smallest_gap) == (0, 1.0, None)


def test_a_report_counts_what_public_scores_count() -> None:
    notes = [
        note(0, "fresh", conditional=False, body_bytes=1000),
        note(3),
        note(1),
        note(5, "too_many_requests", wait_seconds=7200),
        note(7, "fresh", body_bytes=3000, conditional=False),
        note(8),
        PollNote(feed_id="another", asked_at=NOW, outcome="fresh"),
    ]

    report = etiquette_of("f", notes)

    assert report.requests == 6
    assert report.conditional_share == 0.8
    assert report.smallest_gap == HOUR
    assert (report.waits_asked, report.waits_kept) == (1, 1)
    assert (report.received_bytes, report.saved_bytes) == (4000, 2 * 1000 + 3000)


def test_coming_back_before_the_time_is_told() -> None:
    report = etiquette_of("f", [note(0, "server_error", wait_seconds=7200), note(1), note(2, "x", wait_seconds=60)])

    assert (report.waits_asked, report.waits_kept) == (2, 1)
    assert lapses_of(report, POLICY, has_validators=True) == (Lapse.WAIT_BROKEN,)


def test_asking_for_the_whole_document_again_is_needless_only_where_validators_could_have_spared_it() -> None:
    whole = {"conditional": False}
    again = etiquette_of("f", [note(0, "fresh", **whole), note(2, "fresh", **whole), note(4)])
    eight_days_later = etiquette_of("f", [note(0, "fresh", **whole), note(24 * 8 + 1, "fresh", **whole)])
    never_read = etiquette_of("f", [note(0, "dns", **whole), note(2, "dns", **whole)])

    assert (again.needless, eight_days_later.needless, never_read.needless) == (1, 0, 0)
    assert lapses_of(again, POLICY, has_validators=True) == (Lapse.UNCONDITIONAL,)
    assert lapses_of(again, POLICY, has_validators=False) == ()


def test_a_publisher_that_says_too_often_and_one_that_is_asked_too_soon_could_complain() -> None:
    refused = etiquette_of("f", [note(0), note(3, "too_many_requests", status=429, wait_seconds=60), note(9)])
    hasty = etiquette_of("f", [note(0), note(0.2)])

    assert (refused.refusals, lapses_of(refused, POLICY, has_validators=True)) == (1, (Lapse.TOO_MANY,))
    assert lapses_of(hasty, POLICY, has_validators=True) == (Lapse.TOO_SOON,)


def test_a_note_says_what_was_asked_and_what_came() -> None:
    asking = Asking(address="http://a.example/", etag='"x"')
    took = timedelta(seconds=1.2345)

    fresh = note_of("f", asking, Fresh(body=b"abc", address="a"), asked_at=NOW, took=took, new_entries=2)
    unchanged = note_of("f", asking, Unchanged(headers={"retry-after": "60"}), asked_at=NOW, took=took)
    failed = note_of(
        "f",
        Asking(address="http://a.example/"),
        Failed(failure=Failure.TOO_MANY_REQUESTS, status=429, retry_after=HOUR),
        asked_at=NOW,
        took=took,
    )

    assert (fresh.outcome, fresh.status, fresh.body_bytes, fresh.new_entries) == ("fresh", 200, 3, 2)
    assert (fresh.conditional, fresh.milliseconds) == (True, 1234)
    assert (unchanged.outcome, unchanged.status, unchanged.wait_seconds) == ("unchanged", 304, 60)
    assert (failed.outcome, failed.status, failed.wait_seconds) == ("too_many_requests", 429, 3600)
    assert not failed.conditional
