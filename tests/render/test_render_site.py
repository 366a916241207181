import json
import posixpath
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import feedparser
import pytest
from bs4 import BeautifulSoup
from lxml import etree

from dailyten.errors import BadSetting
from dailyten.model.canonical import short_id
from dailyten.model.edition import NEAR_MISSES, ArchiveLine, CutReason, Teller, edition_id_of
from dailyten.render.names import Names
from dailyten.render.settings import SiteSettings
from dailyten.render.sheet import lay_out
from dailyten.render.site import kept_paths, site
from dailyten.render.wording import TELLER_WORDS
from tests.render.sample_edition import (
    CUT_STORIES,
    NAMES,
    ON,
    SETTINGS,
    STORIES,
    ZONE,
    candidate,
    edition,
    many_editions,
)

OPML = b'<opml version="2.0"><head/><body/></opml>'
ATOM = "{http://www.w3.org/2005/Atom}"


@cache
def built(days: int = 30) -> dict[str, bytes]:
    return {page.path: page.body for page in site(many_editions(days), SETTINGS, NAMES, feeds_opml=OPML)}


def page(files: dict[str, bytes], path: str) -> BeautifulSoup:
    return BeautifulSoup(files[path], "lxml")


def html_pages(files: dict[str, bytes]) -> Iterable[tuple[str, BeautifulSoup]]:
    return ((path, page(files, path)) for path in files if path.endswith(".html"))


def target_of(path: str, href: str) -> tuple[str, str]:
    """Resolve a link of a page as a browser does: the file it names, and the anchor in it."""
    address, anchor = urldefrag(href)
    if not address:
        return path, anchor
    resolved = posixpath.normpath(posixpath.join(posixpath.dirname("/" + path), unquote(address)))
    if address.endswith("/"):
        resolved = posixpath.join(resolved, "index.html")
    return resolved.lstrip("/"), anchor


def test_the_same_editions_give_the_same_bytes_in_any_order() -> None:
    editions = many_editions(12)

    once = [(each.path, each.body) for each in site(editions, SETTINGS, NAMES, feeds_opml=OPML)]
    again = [(each.path, each.body) for each in site(reversed(editions), SETTINGS, NAMES, feeds_opml=OPML)]

    assert once == again
    assert len({path for path, _ in once}) == len(once)


def test_the_site_has_every_page_it_promises() -> None:
    expected = {
        "index.html", "404.html", "feed.xml", "feed.json", "stories.xml", "stories.json", "feeds.opml", "robots.txt",
        "sitemap.xml", "icon.svg", "archive/index.html", "archive/2026-11/index.html", "topics/index.html",
        "topics/platforms/index.html", "topics/platforms/feed.xml", "topics/platforms/feed.json",
        "networks/google-business/index.html", "networks/google-business/feed.json", "feeds/index.html",
        f"feeds/{short_id('feed', 'harbour')}/index.html", "rising/index.html", "numbers/index.html",
        "about/index.html", "editions/2026-11-24/index.html",
    }  # fmt: skip

    assert expected <= set(built())


@pytest.mark.parametrize("index_names", [False, True])
def test_every_link_inside_the_site_leads_to_a_page_and_an_anchor_that_are_there(index_names: bool) -> None:
    chosen = replace(SETTINGS, index_names=index_names)
    files = {each.path: each.body for each in site(many_editions(30), chosen, NAMES, feeds_opml=OPML)}
    anchors = {path: {str(tag["id"]) for tag in soup.find_all(id=True)} for path, soup in html_pages(files)}

    for path, soup in html_pages(files):
        for tag in soup.find_all(["a", "link"], href=True):
            href = str(tag["href"])
            if not urlsplit(href).scheme:
                file, anchor = target_of(path, href)
                assert file in files, (path, href)
                assert not anchor or anchor in anchors[file], (path, href)
            if index_names and tag.name == "a":
                assert not href.endswith("/") or urlsplit(href).scheme


def test_a_page_that_is_shown_at_any_depth_names_others_from_the_root() -> None:
    under = replace(SETTINGS, base_url="https://example.org/digest")

    files = {each.path: each.body for each in site(many_editions(1), under, NAMES)}

    inside = [str(a["href"]) for a in page(files, "404.html").find_all("a", href=True)]
    assert "/digest/archive/" in inside
    assert all(href.startswith(("/digest/", "https://", "#")) for href in inside)


def test_no_page_repeats_an_id_skips_a_heading_or_forgets_a_landmark() -> None:
    for path, soup in html_pages(built()):
        ids = [tag["id"] for tag in soup.find_all(id=True)]
        levels = [int(tag.name[1]) for tag in soup.find_all(re.compile("^h[1-6]$"))]
        assert len(ids) == len(set(ids)), path
        assert levels.count(1) == 1, path
        assert levels[0] == 1, path
        assert all(below - above <= 1 for above, below in pairwise(levels)), path
        for landmark in ("header", "main", "footer", "nav"):
            assert soup.find(landmark) is not None, (path, landmark)
        assert soup.title is not None
        assert soup.title.get_text(), path
        assert soup.find("meta", attrs={"name": "description"}) is not None


def test_titles_of_pages_differ() -> None:
    titles = [soup.title.get_text() for _, soup in html_pages(built()) if soup.title]

    assert len(titles) == len(set(titles))


def test_nothing_runs_and_nothing_is_loaded_from_elsewhere() -> None:
    for path, soup in html_pages(built()):
        if path != "search/index.html":
            assert soup.find(["script", "form"]) is None, path
        assert soup.find(["iframe", "img", "object"]) is None, path
        assert soup.find(style=True) is None, path
        assert not [tag for tag in soup.find_all() if any(name.startswith("on") for name in tag.attrs)], path
        for loaded in soup.find_all("link", rel=["stylesheet", "icon"]):
            assert not urlsplit(str(loaded["href"])).scheme, path


def test_the_one_script_is_small_a_file_of_its_own_and_allowed_on_its_page_only() -> None:
    (script,) = page(built(), "search/index.html").find_all("script")

    body = built()[target_of("search/index.html", str(script["src"]))[0]]
    assert len(body) < 10_000
    assert not script.get_text()
    for each in (b"innerHTML", b"eval", b"http:", b"https:", b"fetch("):
        assert each not in body
    allowed = [path for path in built() if path.endswith(".html") and b"script-src" in built()[path]]
    assert allowed == ["search/index.html"]


def test_hostile_words_are_shown_as_they_were_written() -> None:
    shown = page(built(), "editions/2026-11-24/index.html").get_text()

    assert 'Ads & "boosts" <script>alert(1)</script>: what </title> survives' in shown
    assert "A headline with <b>tags</b> &amp; entities" in shown


def test_links_of_stories_lead_straight_to_the_publisher_and_never_to_a_script() -> None:
    soup = page(built(), "editions/2026-11-24/index.html")

    headlines = soup.select("article.story h2 a")
    assert [a["href"] for a in headlines] == [story.lead.url for story in STORIES]
    assert all(a["rel"] == ["noopener", "external"] for a in headlines)
    assert b"javascript:" not in built()["editions/2026-11-24/index.html"]


def test_a_right_to_left_headline_carries_its_own_direction_and_language() -> None:
    arabic = page(built(), "index.html").select_one("a[lang=ar]")

    assert arabic is not None
    assert arabic["dir"] == "auto"


def test_each_story_opens_to_the_reasons_their_points_and_the_words() -> None:
    article = page(built(), "editions/2026-11-24/index.html").select_one("article.story")

    assert article is not None
    why = article.select_one("details.why")
    assert why is not None
    text = " ".join(why.get_text(" ").split())
    assert "looks like something to act on this week (2.8 of 3) +28.0" in text
    assert "3 of the feeds carry it +7.9" in text
    assert "Sum 40.1" in text
    assert "Words that spoke for Platform changes: business accounts , pinned" in text


def test_what_was_left_out_is_listed_with_its_reason() -> None:
    soup = page(built(), "editions/2026-11-24/index.html")

    left_out = soup.select_one("section.unread")
    assert left_out is not None
    text = " ".join(left_out.get_text(" ").split())
    assert "What you did not see: 6 stories" in text
    for story, _, words in CUT_STORIES:
        assert story.lead.title in text
        assert words in text
    assert left_out.find("span", class_="title", string="A story with an address that is no address") is not None


def test_a_development_links_to_the_story_that_it_carries_on() -> None:
    yesterday = edition(on=ON - timedelta(days=1))
    carried = replace(
        candidate("harbour", "The tab has arrived"), development_of=STORIES[3].story_id, story_id=short_id("new")
    )

    files = {each.path: each.body for each in site([yesterday, edition((carried,))], SETTINGS, NAMES)}

    before = page(files, "index.html").select_one(".development a")
    assert before is not None
    assert target_of("index.html", str(before["href"]))[0] == "editions/2026-11-23/index.html"
    assert "Carries on from 23 Nov 2026" in page(files, "index.html").get_text()


def test_a_new_revision_takes_the_place_and_the_older_one_stays_readable() -> None:
    first, second = edition(STORIES[:5]), edition(revision=2)

    files = {each.path: each.body for each in site([first, second], SETTINGS, NAMES)}

    newest, older = (page(files, f"editions/2026-11-24/{path}index.html") for path in ("", "1/"))
    assert "Revision 2 of this edition" in newest.get_text()
    assert len(newest.select("article.story")) == 9
    assert "This is revision 1, kept as it was published." in older.get_text()
    assert len(older.select("article.story")) == 5
    assert older.find("meta", attrs={"name": "robots", "content": "noindex"}) is not None


def test_a_published_edition_page_does_not_change_when_days_follow_except_for_the_way_on() -> None:
    before = {each.path: each.body for each in site(many_editions(30)[:-1], SETTINGS, NAMES, feeds_opml=OPML)}
    path = "editions/2026-11-10/index.html"

    assert before[path] == built()[path]


def test_the_home_page_stays_light_even_on_a_day_with_five_hundred_candidates() -> None:
    cuts = tuple(
        (candidate("harbour", f"Left out {place}", primary=""), CutReason.OFF_TOPIC, "about none of the topics")
        for place in range(500)
    )

    files = {each.path: each.body for each in site([edition(cut=cuts)], SETTINGS, NAMES)}

    assert len(files["index.html"]) < 50_000
    assert len(page(files, "editions/2026-11-24/index.html").select(".unread li")) == 500


def test_a_day_with_five_hundred_stories_shows_them_all() -> None:
    stories = tuple(candidate("corner", f"Story {place}") for place in range(500))

    files = {each.path: each.body for each in site([edition(stories, ())], SETTINGS, NAMES)}

    assert len(page(files, "index.html").select("article.story")) == 500


def test_an_empty_day_a_day_of_one_story_and_no_edition_at_all_make_whole_sites() -> None:
    for editions in ([edition((), (), entries=0)], [edition(STORIES[:1], ())], []):
        files = {each.path: each.body for each in site(editions, SETTINGS, NAMES)}
        assert page(files, "index.html").h1 is not None
        for path, soup in html_pages(files):
            for a in soup.find_all("a", href=True):
                if not urlsplit(str(a["href"])).scheme:
                    assert target_of(path, str(a["href"]))[0] in files, (path, a["href"])


def test_feeds_without_dates_say_so() -> None:
    undated = candidate("corner", "No date", hours=None)

    files = {each.path: each.body for each in site([edition((undated,), ())], SETTINGS, NAMES)}

    assert "undated, seen 05:30" in page(files, "index.html").get_text()


def test_topics_that_left_the_pack_keep_their_pages() -> None:
    files = {each.path: each.body for each in site([edition()], SETTINGS, Names())}

    assert "topics/platforms/index.html" in files
    assert "Platforms" in page(files, "topics/index.html").get_text()


def test_a_key_that_could_climb_out_of_its_folder_does_not() -> None:
    odd = replace(candidate("corner", "Odd"), primary="../../etc", topics=("../../etc",))

    files = {each.path: each.body for each in site([edition((odd,), ())], SETTINGS, NAMES)}

    assert not [path for path in files if ".." in path]


def test_the_list_of_feeds_says_in_plain_words_how_each_of_them_is() -> None:
    text = " ".join(page(built(), "feeds/index.html").get_text(" ").split())

    assert "9 of 10 feeds read; Small Print Watch unreachable since 06:10." in text
    assert "Unreachable since 06:10. The server did not answer within 20 seconds." in text
    assert "Read for this edition, 5 new entries." in text


def test_a_feed_that_is_no_longer_listed_keeps_its_page_but_leaves_the_list() -> None:
    today = edition()
    shorter = replace(today, feeds=today.feeds[:-1])
    gone = today.feeds[-1]

    files = {each.path: each.body for each in site([edition(on=ON - timedelta(days=1)), shorter], SETTINGS, NAMES)}

    assert "No longer on the list." in page(files, f"feeds/{gone.feed_id}/index.html").get_text()
    assert gone.title not in page(files, "feeds/index.html").get_text()


def test_the_archive_links_every_day_of_its_calendars() -> None:
    soup = page(built(), "archive/index.html")

    days = {target_of("archive/index.html", str(a["href"]))[0] for a in soup.select(".month td a")}
    assert days == {path for path in built() if re.fullmatch(r"editions/[\d-]+/index.html", path)}


def test_editions_handed_in_earlier_are_listed_and_their_folders_kept() -> None:
    line = ArchiveLine(
        edition_id=edition_id_of(date(2025, 3, 1), ZONE, 1),
        on=date(2025, 3, 1),
        zone=ZONE,
        revision=1,
        title="An old one",
        minutes=12,
        stories=8,
        built_at=datetime(2025, 3, 1, 6, tzinfo=UTC),
    )

    files = {each.path: each.body for each in site([edition()], SETTINGS, NAMES, earlier=[line])}

    assert page(files, "archive/index.html").find("a", href="../editions/2025-03-01/") is not None
    assert {"editions/2025-03-01/", "archive/2025-03/", "search/2025-03.js"} <= kept_paths([line])


def test_editions_of_two_time_zones_are_refused() -> None:
    with pytest.raises(ValueError, match="one time zone"):
        list(site([edition(), replace(edition(), zone="America/New_York")], SETTINGS, NAMES))


def test_the_plots_carry_a_title_a_description_and_a_table() -> None:
    for drawn in page(built(), "rising/index.html").select("figure.plot"):
        svg = drawn.find("svg")
        assert svg is not None
        assert svg.find("title") is not None
        assert svg.find("desc") is not None
        assert len(drawn.select("tbody tr")) == 12


def test_a_word_in_more_titles_than_usual_is_called_rising() -> None:
    usual = [edition(on=ON - timedelta(days=days)) for days in range(7, 35)]
    today = edition((*STORIES, *(candidate("corner", f"Threads gains a tab, part {place}") for place in range(4))), ())

    files = {each.path: each.body for each in site([*usual, today], SETTINGS, NAMES)}

    words = [bdi.get_text() for bdi in page(files, "rising/index.html").select(".rail bdi")]
    assert "threads" in words
    assert "instagram" not in words


def test_the_stylesheet_is_small_and_named_by_its_content() -> None:
    (path,) = (path for path in built() if path.endswith(".css"))
    other = {each.path for each in site([], replace(SETTINGS, accent="#aa2200"), NAMES) if each.path.endswith(".css")}

    assert len(built()[path]) < 20_000
    assert other != {path}


# -- feeds out -----------------------------------------------------------------------------------------------------


def atom_files() -> list[str]:
    return [path for path in built() if path.endswith(".xml") and path != "sitemap.xml"]


@pytest.mark.parametrize("path", atom_files())
def test_an_atom_feed_has_what_rfc_4287_demands(path: str) -> None:
    feed = etree.fromstring(built()[path])

    def one(parent: etree._Element, name: str) -> str:
        (found,) = parent.findall(ATOM + name)
        return found.text or ""

    entries = feed.findall(ATOM + "entry")
    ids = [one(entry, "id") for entry in entries]
    assert all(each.startswith("urn:uuid:") for each in [one(feed, "id"), *ids])
    assert len(ids) == len(set(ids))
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    assert [link.get("rel") for link in feed.findall(ATOM + "link")] == ["self", "alternate"]
    assert feed.findall(ATOM + "link")[0].get("href") == f"https://daily.example.org/{path}"
    for parent in (feed, *entries):
        assert one(parent, "title")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", one(parent, "updated"))
    for entry in entries:
        assert one(entry, "published") <= one(entry, "updated")
        assert len([link for link in entry.findall(ATOM + "link") if link.get("rel") == "alternate"]) == 1


@pytest.mark.parametrize("path", ["feed.xml", "stories.xml", "topics/advertising/feed.xml"])
def test_a_feed_reader_reads_our_atom_without_complaint(path: str) -> None:
    read = feedparser.parse(BytesIO(built()[path]))

    assert not read.bozo
    assert read.version == "atom10"
    assert read.entries


def test_a_storys_entry_links_to_the_publisher_and_names_its_place_here() -> None:
    read = feedparser.parse(BytesIO(built()["stories.xml"]))

    first = read.entries[0]
    assert first.title == STORIES[0].lead.title
    assert first.link == STORIES[0].lead.url
    assert first.links[1].href.startswith("https://daily.example.org/editions/2026-11-24/#story-")
    assert [tag.term for tag in first.tags] == ["Platform changes", "Instagram"]


def test_a_hostile_headline_is_plain_text_in_atom() -> None:
    read = feedparser.parse(BytesIO(built()["topics/advertising/feed.xml"]))

    assert any("alert(1)" in entry.title for entry in read.entries)
    assert b"<script" not in built()["topics/advertising/feed.xml"]


@pytest.mark.parametrize("path", [path for path in built() if path.endswith(".json")])
def test_a_json_feed_has_what_version_1_1_demands(path: str) -> None:
    feed = json.loads(built()[path])

    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    assert feed["feed_url"] == f"https://daily.example.org/{path}"
    ids = [item["id"] for item in feed["items"]]
    assert len(ids) == len(set(ids))
    for item in feed["items"]:
        assert item["content_html"]
        assert item["url"].startswith("https://daily.example.org/editions/")
        assert datetime.fromisoformat(item["date_published"]).tzinfo is not None


def test_a_revision_keeps_the_id_of_its_edition_and_moves_its_time() -> None:
    def entry(editions: list[int]) -> tuple[str, str]:
        made = site([edition(revision=revision) for revision in editions], SETTINGS, NAMES)
        (atom,) = (each.body for each in made if each.path == "feed.xml")
        (first,) = feedparser.parse(BytesIO(atom)).entries
        return first.id, first.updated

    first, second = entry([1]), entry([1, 2])

    assert first[0] == second[0]
    assert first[1] < second[1]


def test_the_sitemap_names_every_lasting_page_and_robots_names_the_sitemap() -> None:
    urls = {loc.text for loc in etree.fromstring(built()["sitemap.xml"]).iter("{*}loc")}

    assert "https://daily.example.org/" in urls
    assert "https://daily.example.org/editions/2026-11-24/" in urls
    assert all(str(url).removeprefix("https://daily.example.org/") + "index.html" in built() for url in urls)
    assert b"Sitemap: https://daily.example.org/sitemap.xml" in built()["robots.txt"]


# -- settings and an editor's own templates ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"base_url": "daily.example.org"},
        {"base_url": "https://daily.example.org/"},
        {"base_url": "https://daily.example.org?x=1"},
        {"accent": "green"},
        {"name": ""},
        {"name": "x" * 61},
        {"address": "x" * 301},
    ],
    ids=str,
)
def test_settings_that_cannot_be_right_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="must"):
        SiteSettings(**({"name": "Daily Ten", "base_url": "https://daily.example.org"} | wrong))  # type: ignore[arg-type]


def test_an_editor_replaces_one_template_and_keeps_the_others(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site/lost.html").write_text(
        "{% extends 'site/base.html' %}{% block content %}<h1>Gone fishing</h1>{% endblock %}"
    )

    files = {each.path: each.body for each in site([edition()], replace(SETTINGS, templates=tmp_path), NAMES)}

    assert b"Gone fishing" in files["404.html"]
    assert b"No scripts" in files["404.html"]


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        pytest.param(
            "{% extends 'site/base.html' %}\n{% block content %}\n{{ nothing.of.that }}\n{% endblock %}", 3, id="name"
        ),
        pytest.param("{% extends 'site/base.html' %}\n{% block content %}\n{% endfor %}", 3, id="syntax"),
    ],
)
def test_a_fault_in_a_template_is_named_with_its_file_and_line(tmp_path: Path, fault: str, line: int) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site/lost.html").write_text(fault)

    with pytest.raises(BadSetting) as caught:
        list(site([edition()], replace(SETTINGS, templates=tmp_path), NAMES))

    assert "site/lost.html" in caught.value.where
    assert f"line {line}" in caught.value.where


def test_a_number_of_a_source_that_sells_is_flagged_wherever_it_is_shown() -> None:
    told = edition()
    first = told.candidate(told.places[0])
    flagged = replace(first, number="Our data shows that 9 % of posts sell.", number_by=Teller.SELLER)
    others = tuple(each for each in told.candidates if each is not first)
    files = {
        each.path: each.body
        for each in site([replace(told, candidates=(flagged, *others))], SETTINGS, NAMES, feeds_opml=OPML)
    }

    for path in ("index.html", "numbers/index.html"):
        assert TELLER_WORDS[Teller.SELLER] in page(files, path).get_text()


def test_the_page_of_a_day_names_what_would_have_been_next() -> None:
    told = edition()
    following = told.next_in_line()
    assert following is not None
    files = {each.path: each.body for each in site([told], SETTINGS, NAMES, feeds_opml=OPML)}

    words = page(files, f"editions/{ON}/index.html").get_text()

    assert f"Next would have been {told.candidate(following.story_id).lead.title}" in " ".join(words.split())
    assert following.reason in NEAR_MISSES
    points = {cut.story_id: told.candidate(cut.story_id).score_points for cut in told.cuts if cut.reason in NEAR_MISSES}
    assert points[following.story_id] == max(points.values())


def test_a_story_behind_one_with_fewer_points_says_that_variety_let_it_go_ahead() -> None:
    told = edition()
    first, second, third, *_ = told.places
    moved = {first: ("a", 30.0), second: ("b", 20.0), third: ("a", 25.0)}
    candidates = tuple(
        replace(each, score_points=moved[each.story_id][1], lead=replace(each.lead, feed_id=moved[each.story_id][0]))
        if each.story_id in moved
        else each
        for each in told.candidates
    )
    sheet = lay_out(replace(told, candidates=candidates), NAMES)

    assert [bool(story.variety) for story in sheet.stories[:3]] == [False, False, True]
    assert "1 story of this source" in sheet.stories[2].variety
