from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.text.ahead import LONGEST, MONTHS, dates_ahead

TOLD_ON = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "on"),
    [
        pytest.param("Reels drafts are removed from 3 March 2027.", date(2027, 3, 3), id="day month year"),
        pytest.param("Starting December 1, Pages must name an owner.", date(2026, 12, 1), id="month day, no year"),
        pytest.param("The old API shuts down on Jan. 15, 2027.", date(2027, 1, 15), id="short month with a stop"),
        pytest.param("Facebook moves event posts on 1 December", date(2026, 12, 1), id="title"),
        pytest.param("Apply by the 31st of January 2027.", date(2027, 1, 31), id="by"),
        pytest.param("The rule takes effect on 2027-02-01.", date(2027, 2, 1), id="iso"),
        pytest.param("It moved from 30 November to 7 December.", date(2026, 12, 7), id="moved"),
        pytest.param("The deadline is February 2nd.", date(2027, 2, 2), id="next year"),
    ],
)
def test_a_day_and_a_month_beside_a_word_of_change_are_found(text: str, on: date) -> None:
    assert [each.on for each in dates_ahead(text, TOLD_ON)] == [on]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("The feature ends next week.", id="relative"),
        pytest.param("It shuts down in March 2027.", id="no day"),
        pytest.param("It shuts down on 3/4/2027.", id="March or April"),
        pytest.param("The change took effect on 3 March 2026.", id="past"),
        pytest.param("It ended on 20 November.", id="past without a year"),
        pytest.param("Register for our webinar from 3 December.", id="advertisement"),
        pytest.param("Our shop in Whitby, 3 December 2026, blue skies.", id="no change"),
        pytest.param("From 31 February 2027 it stops.", id="no such day"),
        pytest.param("It ends on 3 March 2093.", id="too far"),
        pytest.param("From May 50% of shops must pay, starting May 3.5 times as much.", id="numbers"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_names_no_day_to_come_gives_none(text: str) -> None:
    assert dates_ahead(text, TOLD_ON) == ()


def test_the_sentence_is_given_and_each_date_once() -> None:
    text = "Stories get a tab. Polls end on 5 Dec. 2026 for all. Again: polls end on 5 December."

    (found,) = dates_ahead(text, TOLD_ON)

    assert found.sentence == "Polls end on 5 Dec. 2026 for all."


@given(st.text(max_size=300), st.sampled_from(MONTHS), st.integers(0, 40), st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_every_date_found_lies_ahead_and_not_too_far(text: str, month: str, day: int, told_on: date) -> None:
    for each in dates_ahead(f"{text} ends on {day} {month} {text}", told_on):
        assert timedelta(0) < each.on - told_on <= LONGEST
