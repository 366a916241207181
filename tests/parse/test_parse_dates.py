from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.parse import dates
from dailyten.parse.dates import Dated, read_date

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("Tue, 03 Mar 2026 08:30:00 GMT", at(2026, 3, 3, 8, 30), id="RFC 822"),
        pytest.param("Tue, 03 Mar 2026 08:30:00 -0500", at(2026, 3, 3, 13, 30), id="numeric zone"),
        pytest.param("3 Mar 26 08:30 EST", at(2026, 3, 3, 13, 30), id="two-digit year, no seconds"),
        pytest.param("Tue, 3 Mar 2026 08:30:00 +01:00", at(2026, 3, 3, 7, 30), id="zone with a colon"),
        pytest.param("2026-03-03T08:30:00Z", at(2026, 3, 3, 8, 30), id="ISO 8601"),
        pytest.param("2026-03-03t08:30:00z", at(2026, 3, 3, 8, 30), id="ISO 8601 in lower case"),
        pytest.param("2026-03-03T08:30:00.999+01:00", at(2026, 3, 3, 7, 30).replace(microsecond=999000), id="fraction"),
        pytest.param("2026-03-03 08:30:00 +0100", at(2026, 3, 3, 7, 30), id="a space for the T"),
        pytest.param("2026-03-03T8:30:00-05:00", at(2026, 3, 3, 13, 30), id="an hour of one digit"),
        pytest.param("20260303T083000Z", at(2026, 3, 3, 8, 30), id="compact"),
        pytest.param("2026-03-03", at(2026, 3, 3), id="only a day"),
        pytest.param("Fri, 17 May 2019 06:00:00 BST", at(2019, 5, 17, 5), id="British Summer Time"),
        pytest.param("Sun, 17 May 2026 06:00:00 CEST", at(2026, 5, 17, 4), id="CEST"),
        pytest.param("Mon, 05/04/2026 - 06:00 GMT", at(2026, 5, 4, 6), id="the weekday tells the American order"),
        pytest.param("Sun, 05/04/2026 - 06:00 GMT", at(2026, 4, 5, 6), id="the weekday tells the British order"),
        pytest.param("Sun, 17 May 2026 06:00:00 EDT-0400", at(2026, 5, 17, 10), id="a name and an offset"),
        pytest.param("Κυρ, 17 Μαϊ 2026 06:00:00 +0300", at(2026, 5, 17, 3), id="Greek"),  # noqa: RUF001
        pytest.param("Sun, 17 May 2026 06:00:00 MESZ", at(2026, 5, 17, 4), id="German CEST"),
        pytest.param("Sun, 17 May 2026 06:00:00 -800", at(2026, 5, 17, 14), id="-800"),
        pytest.param("Sun, 17 May 2026 06:00:00 +530", at(2026, 5, 17, 0, 30), id="+530"),
        pytest.param("Sun, 17 May 2026 6:5:9 GMT", at(2026, 5, 17, 6, 5, 9), id="minutes and seconds of one digit"),
        pytest.param("Sun, May 17,2026 06:00 GMT", at(2026, 5, 17, 6), id="no space behind the comma"),
        pytest.param("Sun, 17, May 2026 06:00 GMT", at(2026, 5, 17, 6), id="a comma behind the day"),
        pytest.param("Sun, 2026-05-17 06:00Z", at(2026, 5, 17, 6), id="ISO 8601 behind a weekday"),
        pytest.param("2026-05-17 at 06:00:00Z", at(2026, 5, 17, 6), id="ISO 8601 with at"),
        pytest.param("2026 May 17 06:00 GMT", at(2026, 5, 17, 6), id="year first with a name"),
        pytest.param("Sun, 17 May 2026 06:00:00 --0400", at(2026, 5, 17, 10), id="a sign twice"),
        pytest.param("Mon, 05 04 2026 06:00:00 GMT", at(2026, 5, 4, 6), id="spaces between, the weekday tells"),
        pytest.param("05/17/26 06:00 GMT", at(2026, 5, 17, 6), id="a short year behind an American date"),
        pytest.param("05.04.26", at(2026, 4, 5), id="a short year behind points"),
        pytest.param("2026-05-17T8:05:00-010:00", at(2026, 5, 17, 18, 5), id="an offset with a zero too many"),
        pytest.param("\u65e5, 17 5 2026 06:00:00 PDT", at(2026, 5, 17, 13), id="a weekday of one character"),
        pytest.param("Sun, 17 May 2026 24:05:00 GMT", at(2026, 5, 18, 0, 5), id="after midnight at the end of a day"),
        pytest.param("Sun, 17 May 2026 06:00:00 -040", at(2026, 5, 17, 10), id="an offset without its last zero"),
        pytest.param("Sun, 17 May 2026 06:00:00 +000", at(2026, 5, 17, 6), id="+000"),
        pytest.param("2026-05-17T060000+0200", at(2026, 5, 17, 4), id="ISO 8601 without colons in its time"),
        pytest.param("Sun (at last), 17(th) May 2026 06:00 +0000 (UTC)", at(2026, 5, 17, 6), id="comments"),
        pytest.param("Sun, 17 May 2026 06:00:00 UTC+1", at(2026, 5, 17, 5), id="UTC+1"),
        pytest.param("Sun, 17 May 2026 06:00:00 GMT-07:00", at(2026, 5, 17, 13), id="GMT-07:00"),
        pytest.param("Sun, 17 May 2026 06:00:00 EST5EDT", at(2026, 5, 17, 10), id="EST5EDT in summer"),
        pytest.param("Sun, 17 May 2026 06:00:00 ET", at(2026, 5, 17, 10), id="ET in summer"),
        pytest.param("Sat, 17 Jan 2026 06:00:00 PT", at(2026, 1, 17, 14), id="PT in winter"),
        pytest.param("17 May 2026 06:00:00 Europe/Berlin", at(2026, 5, 17, 4), id="a named place"),
        pytest.param("Sun May 17 2026 06:00:00 GMT-0700 (PDT)", at(2026, 5, 17, 13), id="JavaScript"),
        pytest.param("Sun May 17 06:00:00 PDT 2026", at(2026, 5, 17, 13), id="Unix date"),
        pytest.param("Sun May 17 06:00:00 2026 UTC", at(2026, 5, 17, 6), id="asctime with a zone"),
        pytest.param("May 17, 2026 6:05 pm UTC", at(2026, 5, 17, 18, 5), id="American, afternoon"),
        pytest.param("Sun, 17 May 2026 12:05 AM GMT", at(2026, 5, 17, 0, 5), id="after midnight"),
        pytest.param("Sunday, 17 May 2026 06:00:00 GMT", at(2026, 5, 17, 6), id="whole weekday"),
        pytest.param("Fun, 17 May 2026 06:00:00 GMT", at(2026, 5, 17, 6), id="wrong weekday"),
        pytest.param("Sun, 17 May 2026 24:00:00 GMT", at(2026, 5, 18), id="midnight at the end of a day"),
        pytest.param("Sat, 31 Dec 2016 23:59:60 GMT", at(2016, 12, 31, 23, 59, 59), id="leap second"),
        pytest.param("17-May-2026 06:00:00 GMT", at(2026, 5, 17, 6), id="hyphens"),
        pytest.param("2026/1/10 14:33:00 Z", at(2026, 1, 10, 14, 33), id="year first with slashes"),
        pytest.param("2026-17-05T06:00:00Z", at(2026, 5, 17, 6), id="day and month exchanged, unmistakably"),
        pytest.param("17/05/2026 06:00:00 GMT", at(2026, 5, 17, 6), id="day first, unmistakably"),
        pytest.param("05/17/2026 06:00:00 GMT", at(2026, 5, 17, 6), id="month first, unmistakably"),
        pytest.param("05/05/2026 06:00:00 GMT", at(2026, 5, 5, 6), id="both the same"),
        pytest.param("07.05.2026 06:00 GMT", at(2026, 5, 7, 6), id="dots mean day first"),
        pytest.param("1779000000", at(2026, 5, 17, 6, 40), id="seconds since 1970"),
        pytest.param("1779000000000", at(2026, 5, 17, 6, 40), id="milliseconds since 1970"),
        pytest.param("dim., 17 mai 2026 06:00:00 +0200", at(2026, 5, 17, 4), id="French"),
        pytest.param("So, 17 Mai 2026 06:00:00 +0200", at(2026, 5, 17, 4), id="German"),
        pytest.param("mié, 7 ene 2026 06:00:00 +0100", at(2026, 1, 7, 5), id="Spanish"),
        pytest.param("7 de agosto de 2026 06:00:00 GMT", at(2026, 8, 7, 6), id="Portuguese"),
        pytest.param("Вс, 17 мая 2026 06:00:00 +0300", at(2026, 5, 17, 3), id="Russian"),  # noqa: RUF001
        pytest.param("2026年5月17日 06:00:00 +0900", at(2026, 5, 16, 21), id="Japanese"),
        pytest.param("2026년 05월 17일 오후 06:00:00 +0900", at(2026, 5, 17, 9), id="Korean afternoon"),
        pytest.param("2026-137", at(2026, 5, 17), id="day of the year"),
    ],
)
def test_a_date_of_real_life_is_read(written: str, expected: datetime) -> None:
    assert read_date(written, NOW).at == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("Sun, 17 May 2026 06:00:00", Dated(at(2026, 5, 17, 6), dates.NO_ZONE), id="no zone"),
        pytest.param("2026-05-17T06:00:00", Dated(at(2026, 5, 17, 6), dates.NO_ZONE), id="no zone in ISO"),
        pytest.param("Sun, 17 May 2026 06:00:00 XYZ", Dated(at(2026, 5, 17, 6), dates.ODD_ZONE), id="no such zone"),
        pytest.param("Sun, 17 May 2026 06:00:00 +9900", Dated(at(2026, 5, 17, 6), dates.ODD_ZONE), id="no such offset"),
        pytest.param(
            "Sun, 17 May 2026 06:00:00 IST", Dated(at(2026, 5, 17, 0, 30), dates.TWO_ZONES), id="Indian, Irish"
        ),
        pytest.param("2026-05", Dated(at(2026, 5, 1), dates.NO_DAY), id="only a month"),
    ],
)
def test_a_doubtful_date_is_read_with_its_doubt(written: str, expected: Dated) -> None:
    assert read_date(written, NOW) == expected


@pytest.mark.parametrize(
    ("written", "doubt"),
    [
        ("10/01/2026 06:00:00 GMT", dates.TWO_ORDERS),
        ("0000-00-00T00:00:00Z", dates.NONSENSE),
        ("0000-00-00 00:00:00", dates.NONSENSE),
        ("Mon, 01 Jan 0001 00:00:00 +0000", dates.NONSENSE),
        ("Thu, 01 Jan 1970 00:00:00 GMT", dates.NONSENSE),
        ("1970-01-01T01:00:00+01:00", dates.NONSENSE),
        ("Wed, 31 Dec 1969 16:00:00 PST", dates.NONSENSE),
        ("Wed, 30 Nov -0001 00:00:00 +0000", dates.NONSENSE),
        ("Mon, 30 Feb 2026 06:00:00 GMT", dates.UNKNOWN),
        ("Mon, 17 May 2026 25:00:00 GMT", dates.UNKNOWN),
        ("31 Dec 10:14:55 GMT", dates.UNKNOWN),
        ("yesterday", dates.UNKNOWN),
        ("9999999999999999999999", dates.UNKNOWN),
        ("Wed, 25 Nov 2026 12:00:01 GMT", dates.AHEAD),
        ("Sun, 17 May 2099 06:00:00 GMT", dates.AHEAD),
    ],
)
def test_what_cannot_be_believed_is_unknown_and_says_so(written: str, doubt: Dated) -> None:
    assert read_date(written, NOW) == doubt


def test_an_empty_date_is_unknown_without_a_word() -> None:
    assert read_date("  ", NOW) == Dated(None)


def test_a_date_less_than_a_day_ahead_is_believed() -> None:
    assert read_date("Wed, 25 Nov 2026 12:00:00 GMT", NOW).at == NOW + timedelta(days=1)


offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
instants = st.datetimes(datetime(1971, 1, 1), datetime(2026, 11, 1), timezones=offsets)  # noqa: DTZ001


@given(instants)
def test_every_rfc_822_date_is_read_back(instant: datetime) -> None:
    assert read_date(format_datetime(instant), NOW) == Dated(instant.replace(microsecond=0).astimezone(UTC))


@given(instants)
def test_every_iso_date_is_read_back(instant: datetime) -> None:
    assert read_date(instant.isoformat(), NOW) == Dated(instant.astimezone(UTC))


@given(st.dates(datetime(1971, 1, 1).date(), datetime(2026, 11, 1).date()), st.sampled_from("/-"))  # noqa: DTZ001
def test_a_date_in_numbers_is_right_or_unknown_whatever_the_order(day: datetime, separator: str) -> None:
    orders = [
        f"{day.month}{separator}{day.day}{separator}{day.year}",
        f"{day.day}{separator}{day.month}{separator}{day.year}",
    ]
    for written in orders:
        assert read_date(written, NOW).at in (None, at(day.year, day.month, day.day))


@given(st.text() | st.text("0123456789-/:. TZ+,JanFebMar年月日"))
def test_any_text_gives_an_instant_in_utc_that_can_be_believed_or_none(text: str) -> None:
    found = read_date(text, NOW)

    assert found.at is None or (
        found.at.utcoffset() == timedelta(0) and dates.EARLIEST <= found.at <= NOW + timedelta(days=1)
    )
