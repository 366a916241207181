from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.poll.caching import LONGEST_WISH, fresh_for, http_date, retry_after, validators

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("120", timedelta(minutes=2)),
        (" 3600 ", timedelta(hours=1)),
        ("Tue, 24 Nov 2026 07:00:00 GMT", timedelta(hours=1)),
        ("Tuesday, 24-Nov-26 07:00:00 GMT", timedelta(hours=1)),
        ("Tue Nov 24 07:00:00 2026", timedelta(hours=1)),
        ("Tue, 24 Nov 2026 09:00:00 +0200", timedelta(hours=1)),
        ("99999999999", LONGEST_WISH),
        ("Fri, 01 Jan 2100 00:00:00 GMT", LONGEST_WISH),
        ("0", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("Tue, 24 Nov 2026 05:00:00 GMT", None),
        ("Mon, 99 Foo 9999 99:99:99 GMT", None),
        ("9" * 400, None),
    ],
)
def test_retry_after_is_read_in_both_forms(said: str, wait: timedelta | None) -> None:
    assert retry_after({"retry-after": said}, NOW) == wait


def test_a_retry_after_date_counts_from_the_servers_own_clock() -> None:
    headers = {"retry-after": "Tue, 24 Nov 2026 05:10:00 GMT", "date": "Tue, 24 Nov 2026 05:00:00 GMT"}

    assert retry_after(headers, NOW) == timedelta(minutes=10)


@pytest.mark.parametrize(
    ("headers", "fresh"),
    [
        ({"cache-control": "max-age=600"}, timedelta(minutes=10)),
        ({"cache-control": "public, Max-Age = 600"}, timedelta(minutes=10)),
        ({"cache-control": 'max-age="600"'}, timedelta(minutes=10)),
        ({"cache-control": "max-age=600", "age": "500"}, timedelta(seconds=100)),
        ({"cache-control": "max-age=600", "age": "700"}, timedelta(0)),
        ({"cache-control": "s-maxage=600"}, timedelta(0)),
        ({"cache-control": "no-cache, max-age=600"}, timedelta(0)),
        ({"cache-control": "no-store"}, timedelta(0)),
        ({"cache-control": "max-age=31536000"}, LONGEST_WISH),
        ({"cache-control": "max-age=600", "expires": "Wed, 25 Nov 2026 06:00:00 GMT"}, timedelta(minutes=10)),
        ({"expires": "Tue, 24 Nov 2026 08:00:00 GMT"}, timedelta(hours=2)),
        ({"expires": "Tue, 24 Nov 2026 08:00:00 GMT", "date": "Tue, 24 Nov 2026 07:00:00 GMT"}, timedelta(hours=1)),
        ({"expires": "0"}, timedelta(0)),
        ({"expires": "-1"}, timedelta(0)),
        ({}, timedelta(0)),
    ],
)
def test_freshness_is_read_as_the_standard_says(headers: dict[str, str], fresh: timedelta) -> None:
    assert fresh_for(headers, NOW) == fresh


def test_validators_go_back_as_they_came_unless_they_are_absurd() -> None:
    assert validators({"etag": 'W/"a b"', "last-modified": "yesterday"}) == ('W/"a b"', "yesterday")
    assert validators({"etag": "x" * 5000}) == ("", "")
    assert validators({}) == ("", "")


@given(st.dictionaries(st.sampled_from(["retry-after", "cache-control", "expires", "date", "age"]), st.text()))
def test_no_header_breaks_the_reading_or_keeps_us_away_for_longer_than_31_days(headers: dict[str, str]) -> None:
    assert timedelta(0) <= fresh_for(headers, NOW) <= LONGEST_WISH
    assert timedelta(0) < (retry_after(headers, NOW) or LONGEST_WISH) <= LONGEST_WISH


@given(st.text(st.characters(max_codepoint=0x7F), max_size=40))
def test_any_date_is_read_in_utc_or_not_at_all(text: str) -> None:
    at = http_date(text)

    assert at is None or at.utcoffset() == timedelta(0)
