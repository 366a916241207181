"""Mails of readers with wishes: made up from shared pieces, within Gmail's limit whatever was chosen."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from dailyten.model.canonical import short_id
from dailyten.model.edition import Candidate
from dailyten.model.issue import Issue, IssueKind, Place
from dailyten.render.galley import MOST_HTML_BYTES, Galley, Link, MadeUp
from dailyten.render.mail import Mail, MailLinks, as_edited, form_of, mail
from tests.render.sample_edition import NAMES, SETTINGS, candidate, edition, telling

LONG = "https://daily.example.org/" + "x" * 374
LINKS = MailLinks(unsubscribe=LONG, preferences=LONG, pause=LONG, view=LONG)
WHYS = ("network:linkedin", "network:tiktok", "topic:roi", "goal:sell", "lead")
TODAY = edition()


def big(place: int) -> Candidate:
    also = tuple(telling("loudbutton", f"Telling {place}.{other} " + "\u20ac" * 200) for other in range(5))
    made = candidate(
        "harbour", f"Story {place} " + "\u6f22" * 200, summary="\u00e9" * 400, number="9 %" * 80, also=also
    )
    return replace(made, story_id=short_id("big", str(place)))


BIG = edition(tuple(big(place) for place in range(60)), ())
GALLEY = Galley(edition=BIG, settings=SETTINGS, names=NAMES, own_page=True)


def issue(*places: Place, kind: IssueKind = IssueKind.DAILY, **more: object) -> Issue:
    plain: dict[str, object] = {"editions": (TODAY.edition_id,), "minutes": 9, "considered": 40}
    return Issue(kind=kind, places=places, **{**plain, **more})  # type: ignore[arg-type]


def made(chosen: Issue, links: MailLinks = LINKS, *, own_page: bool = True) -> Mail:
    return form_of(Galley(edition=TODAY, settings=SETTINGS, names=NAMES, own_page=own_page), chosen).fill(links)


def chosen(*whys: str) -> Issue:
    """Choose the edition's second and fourth story, the first of them for these reasons."""
    return issue(
        Place(story_id=TODAY.places[1], why=whys),
        Place(story_id=TODAY.places[3]),
        asked=("network:tiktok", "topic:roi", "goal:sell", "minutes:5"),
    )


def test_the_edition_as_it_is_gives_the_editions_own_mail() -> None:
    assert made(as_edited(TODAY)) == mail(TODAY, SETTINGS, NAMES, LINKS)


def test_it_says_what_was_asked_for_and_why_each_story_is_in() -> None:
    mail_ = made(chosen("network:tiktok", "topic:roi", "goal:sell"))
    text = re.sub(r"\s+", " ", mail_.text)

    assert "Chosen for you: TikTok, Results and sell, in 5 minutes." in text
    assert "Why: You asked for TikTok and Results; it helps you to sell; " in text
    for part in (text, BeautifulSoup(mail_.html, "lxml").get_text()):
        assert "You asked for TikTok and Results" in part
        assert "38 stories left out" in part


def test_the_editors_lead_says_so() -> None:
    assert "Why: The editors put it first;" in re.sub(r"\s+", " ", made(chosen("lead")).text)


def test_stories_are_numbered_from_one_and_the_first_makes_the_subject() -> None:
    mail_ = made(chosen())

    assert re.findall(r"^ ?(\d+)\.", mail_.text, re.MULTILINE) == ["1", "2"]
    assert mail_.subject.startswith(TODAY.candidate(TODAY.places[1]).lead.title[:20])
    assert mail_.subject.endswith("(+1)")
    page = BeautifulSoup(mail_.html, "lxml")
    assert [page.select("h2")[0].get("class"), page.select("h2")[1].get("class")] == [["lead", "ink"], ["title", "ink"]]


@pytest.mark.parametrize(("own_page", "words"), [(True, "Read in a browser"), (False, "See the whole edition")])
def test_only_a_page_of_ones_own_is_called_the_mail_in_a_browser(own_page: bool, words: str) -> None:
    links = BeautifulSoup(made(chosen(), own_page=own_page).html, "lxml").find_all("a")

    assert words in [link.get_text() for link in links]


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (IssueKind.DAILY, "Monday 23 November 2026 to Tuesday 24 November 2026"),
        (IssueKind.WEEKLY, "The week to Tuesday 24 November 2026"),
        (IssueKind.CATCH_UP, "What you missed since Monday 23 November 2026"),
    ],
)
def test_an_issue_of_several_editions_says_which_days_it_tells(kind: IssueKind, says: str) -> None:
    story = candidate("corner", "What Monday told")
    monday = replace(edition((story,), ()), edition_id="monday", on=TODAY.on - timedelta(days=1))
    places = (Place(story_id=story.story_id), Place(story_id=TODAY.places[0]))
    both = issue(*places, kind=kind, editions=("monday", TODAY.edition_id))
    galley = Galley(edition=TODAY, settings=SETTINGS, names=NAMES)

    mail_ = form_of(galley, both, {"monday": monday, TODAY.edition_id: TODAY}).fill(LINKS)

    assert says in mail_.text
    assert "What Monday told" in mail_.text
    assert f"{monday.entries + TODAY.entries} entries, 2 stories, 9 minutes." in re.sub(r"\s+", " ", mail_.text)


def test_a_day_without_anything_for_a_reader_says_so() -> None:
    mail_ = made(issue(asked=("topic:roi",), quiet=True))

    assert "A quiet day: nothing new for you." in mail_.text
    assert "quiet day" in mail_.subject


@given(
    st.lists(st.integers(0, 59), unique=True, max_size=60),
    st.lists(st.sampled_from(WHYS), unique=True),
    st.booleans(),
)
@settings(max_examples=25, deadline=None)
def test_no_choice_passes_the_size_at_which_mails_are_cut_off(numbers: list[int], whys: list[str], quiet: bool) -> None:
    places = tuple(Place(story_id=BIG.candidates[number].story_id, why=tuple(whys)) for number in numbers)
    asked = issue(*places, editions=(BIG.edition_id,), asked=tuple(whys), quiet=quiet)

    mail_ = form_of(GALLEY, asked).fill(LINKS)

    assert len(mail_.html.encode()) <= MOST_HTML_BYTES
    assert mail_.html.isascii()
    assert mail_.html.count(LONG) == 4
    told = len(re.findall(r"<h2", mail_.html)) + len(re.findall(r'class="short ink gap"', mail_.html))
    said = re.search(r"(\d+) more stor(?:y|ies) of this edition", mail_.html)
    assert told - ("In short" in mail_.html) + int(said[1] if said else 0) == len(places)


def test_readers_share_the_very_same_pieces() -> None:
    """So who encodes them can keep what it made of them."""
    galley = Galley(edition=TODAY, settings=SETTINGS, names=NAMES)
    one, other = galley.make_up(chosen("lead")), galley.make_up(chosen("network:tiktok"))

    def shared(made_up: MadeUp) -> set[int]:
        return {id(piece) for piece in made_up.html if len(piece) > 200 and not isinstance(piece, Link)}

    assert len(shared(one)) > 4
    assert shared(one) == shared(other)
