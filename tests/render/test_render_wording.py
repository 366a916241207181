from datetime import UTC, date, datetime

import pytest

from dailyten.model.edition import CutReason
from dailyten.render.wording import CUT_WORDS, counts, feeds_read, moment, quiet_day, since
from tests.render.sample_edition import ON, STORIES, ZONE, candidate, edition, feed_reports


def test_the_header_says_how_many_feeds_were_read_and_which_was_not() -> None:
    assert feeds_read(edition()) == "9 of 10 feeds read; Small Print Watch unreachable since 06:10."
    assert counts(edition()) == "143 entries, 9 stories, 14 minutes."


def test_the_header_names_three_failed_feeds_and_counts_the_rest() -> None:
    failing = ("harbour", "corner", "cafe", "window", "tidewater")

    said = feeds_read(edition(feeds=feed_reports(failing=failing)))

    assert said == (
        "5 of 10 feeds read; Harbour Social News unreachable since 06:10, The Corner Shop Marketer unreachable since"
        " 06:10, Café Communauté unreachable since 06:10, 2 more unreachable."
    )


def test_a_day_on_which_all_went_well_claims_no_more_than_that() -> None:
    assert feeds_read(edition(feeds=feed_reports(failing=()))) == "10 of 10 feeds read."


def test_every_reason_for_a_cut_has_words() -> None:
    assert set(CUT_WORDS) == set(CutReason)


def test_one_of_each_is_counted_in_the_singular() -> None:
    assert counts(edition(STORIES[:1], (), entries=1, minutes=1)) == "1 entry, 1 story, 1 minute."


@pytest.mark.parametrize(
    ("at", "said"),
    [
        pytest.param(datetime(2026, 11, 24, 6, 10, tzinfo=UTC), "06:10", id="the day itself"),
        pytest.param(datetime(2026, 11, 23, 22, 0, tzinfo=UTC), "Monday 22:00", id="the evening before"),
        pytest.param(datetime(2026, 11, 2, 22, 0, tzinfo=UTC), "2 November", id="weeks ago"),
        pytest.param(datetime(2025, 11, 2, 22, 0, tzinfo=UTC), "2 November 2025", id="last year"),
    ],
)
def test_the_beginning_of_a_failure_is_said_in_the_readers_time(at: datetime, said: str) -> None:
    assert since(at, ON, ZONE) == said


def test_a_moment_is_told_in_the_zone_of_the_edition_and_stays_true_in_the_archive() -> None:
    late = datetime(2026, 7, 13, 23, 30, tzinfo=UTC)

    assert moment(late, date(2026, 7, 14), "Europe/London") == "00:30"
    assert moment(late, date(2026, 7, 14), "America/New_York") == "Mon 19:30"


def test_a_day_with_few_stories_and_minutes_left_is_called_quiet() -> None:
    assert quiet_day(edition(STORIES[:3], ())) == "A quiet day: nothing worth ten stories, so here are three."
    assert quiet_day(edition(STORIES[:1], ())) == "A quiet day: nothing worth ten stories, so here is one."


def test_a_day_with_few_but_long_stories_is_not_called_quiet() -> None:
    left_out = (candidate("corner", "One more"), CutReason.NO_TIME, "would have gone over 15 minutes of reading")

    assert quiet_day(edition(STORIES[:3], (left_out,))) == ""


def test_a_day_without_stories_says_so_even_if_the_minutes_were_the_reason() -> None:
    left_out = (candidate("corner", "Too long"), CutReason.NO_TIME, "would have gone over 15 minutes of reading")

    assert quiet_day(edition((), (left_out,))).startswith("A quiet day")


@pytest.mark.parametrize(
    ("entries", "failing", "said"),
    [
        pytest.param(40, (), "none of 40 new entries was worth your time", id="nothing good"),
        pytest.param(1, (), "the one new entry was not worth your time", id="one and not good"),
        pytest.param(0, (), "the feeds published nothing new", id="nothing new"),
        pytest.param(0, tuple("abc"), "the feeds published nothing new", id="others failed"),
    ],
)
def test_an_empty_day_says_why_it_is_empty(entries: int, failing: tuple[str, ...], said: str) -> None:
    assert said in quiet_day(edition((), (), entries=entries, feeds=feed_reports(failing=failing)))


def test_a_day_on_which_no_feed_could_be_read_does_not_call_itself_quiet() -> None:
    down = tuple(report for report in feed_reports(failing=("smallprint",)) if not report.read)

    assert quiet_day(edition((), (), entries=0, feeds=down)).startswith("No feed could be read")


def test_a_failure_of_unknown_beginning_names_no_time() -> None:
    report = feed_reports()[7]
    unknown = (type(report)(feed_id="f", title="Gone Quiet", home_url="", address="", read=False),)

    assert feeds_read(edition(feeds=unknown)) == "0 of 1 feed read; Gone Quiet unreachable."
