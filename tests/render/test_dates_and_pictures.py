"""The calendar file by the rules of RFC 5545, the page of dates ahead, the picture of an edition, ways to get it."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import icalendar
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dailyten.render.calendar_file import Event, calendar_file
from dailyten.render.picture import Picture, picture
from dailyten.render.settings import SiteSettings
from dailyten.render.sheet import lay_out
from dailyten.render.site import site
from tests.render.sample_edition import NAMES, ON, SETTINGS, STORIES, candidate, edition

EVENT = Event(
    uid="1@dailyten.example",
    on=date(2026, 12, 1),
    stamp=datetime(2026, 11, 24, tzinfo=UTC),
    title="Events move",
    words="",
    url="https://a.example/",
)
SHOWABLE = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=120)


def files(settings: SiteSettings = SETTINGS, *stories: object) -> dict[str, bytes]:
    made = edition(stories, ()) if stories else edition()  # type: ignore[arg-type]
    return {each.path: each.body for each in site([made], settings, NAMES)}


@given(title=SHOWABLE, words=SHOWABLE, name=SHOWABLE)
def test_every_line_of_the_calendar_is_short_ends_in_crlf_and_reads_back(title: str, words: str, name: str) -> None:
    body = calendar_file(name, [replace(EVENT, title=title, words=words, categories=("A, B", "C"))])

    assert body.endswith(b"\r\n")
    assert b"\n" not in body.replace(b"\r\n", b"")
    for line in body.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    (event,) = icalendar.Calendar.from_ical(body).walk("VEVENT")
    assert str(event["SUMMARY"]) == title
    assert str(event["DESCRIPTION"]) == words


def test_a_day_of_the_calendar_has_what_rfc_5545_demands_and_lasts_one_day() -> None:
    body = calendar_file("Daily Ten", [replace(EVENT, title="Ads; shops, and \\", words="One\nTwo")]).decode()

    assert body.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")
    assert "DTSTART;VALUE=DATE:20261201\r\nDTEND;VALUE=DATE:20261202\r\n" in body
    assert "DTSTAMP:20261124T000000Z" in body
    assert "SUMMARY:Ads\\; shops\\, and \\\\\r\n" in body
    assert "DESCRIPTION:One\\nTwo\r\n" in body


def test_dates_that_stories_name_stand_on_a_page_and_in_the_calendar() -> None:
    built = files()

    soup = BeautifulSoup(built["dates/index.html"], "lxml")
    assert [str(time["datetime"]) for time in soup.select("h2 time")] == ["2026-12-01"]
    assert "in 7 days" in soup.get_text()
    (event,) = icalendar.Calendar.from_ical(built["calendar.ics"]).walk("VEVENT")
    assert event.decoded("DTSTART") == date(2026, 12, 1)
    assert str(event["URL"]) == STORIES[3].lead.url


def test_a_date_keeps_its_id_when_later_editions_follow() -> None:
    once = files()["calendar.ics"]

    made = site([edition(), edition((STORIES[0],), (), on=ON + timedelta(days=3))], SETTINGS, NAMES)

    assert [each.body for each in made if each.path == "calendar.ics"] == [once]


def test_a_site_without_dates_has_an_empty_calendar_and_says_so() -> None:
    built = files(SETTINGS, STORIES[0])

    assert icalendar.Calendar.from_ical(built["calendar.ics"]).walk("VEVENT") == []
    assert "No story of the last months names a day" in built["dates/index.html"].decode()


def test_the_picture_of_an_edition_is_1200_by_630_small_and_always_the_same() -> None:
    drawn, again = (picture(lay_out(edition(), NAMES), SETTINGS) for _ in range(2))

    assert drawn is not None
    assert again is not None
    assert (drawn.path, drawn.body) == (again.path, again.body)
    assert re.fullmatch(r"editions/2026-11-24/card\.[0-9a-f]{12}\.png", drawn.path)
    with Image.open(BytesIO(drawn.body)) as image:
        assert (image.format, image.size) == ("PNG", (1200, 630))
    assert len(drawn.body) < 60_000


@pytest.mark.parametrize(
    "title",
    ["", "x" * 400, "word " * 80, "\u0643\u064a\u0641 \u062a\u062e\u062a\u0627\u0631", "\U0001f950", "Donau" * 30],
    ids=["none", "endless", "long", "arabic", "emoji", "one word"],
)
def test_any_title_gives_a_picture(title: str) -> None:
    drawn = picture(lay_out(edition((candidate("corner", title),), ()), NAMES), SETTINGS)

    assert isinstance(drawn, Picture)
    assert drawn.body.startswith(b"\x89PNG")


def test_pages_of_editions_name_their_picture_in_full_once_the_site_has_an_address() -> None:
    placed, unplaced = files(), files(replace(SETTINGS, base_url="http://127.0.0.1:8010"))

    for path in ("index.html", "editions/2026-11-24/index.html"):
        (image,) = BeautifulSoup(placed[path], "lxml").select('meta[property="og:image"]')
        assert str(image["content"]).removeprefix("https://daily.example.org/") in placed
        for full in (b"og:image", b"og:url", b"canonical"):
            assert full not in unplaced[path]
        assert b'<meta name="description" content=' in unplaced[path]


def test_without_a_form_the_page_for_readers_offers_the_feeds_honestly() -> None:
    with_form, without = files(), files(replace(SETTINGS, subscribe_url=""))

    assert b'href="https://daily.example.org/subscribe"' in with_form["follow/index.html"]
    assert b"This digest is not sent by mail to readers." in without["follow/index.html"]
    assert b"https://daily.example.org/feed.xml" in without["follow/index.html"]


def test_a_hub_is_named_in_every_feed() -> None:
    built = files(replace(SETTINGS, hub="https://hub.example.org/"))

    assert b'<link rel="hub" href="https://hub.example.org/"/>' in built["feed.xml"]
    assert b'"hubs"' in built["topics/platforms/feed.json"]
