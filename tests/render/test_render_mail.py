import re
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given, settings
from hypothesis import strategies as st

from dailyten.model.canonical import short_id
from dailyten.model.edition import Candidate, Teller
from dailyten.render.colours import LEAST_CONTRAST, least_contrast, palettes
from dailyten.render.mail import Mail, MailLinks, mail, mail_form
from tests.render.sample_edition import CUT_STORIES, NAMES, SETTINGS, STORIES, candidate, edition, feed_reports, telling

LINKS = MailLinks(
    unsubscribe="https://daily.example.org/unsubscribe/9f8e",
    preferences="https://daily.example.org/preferences/9f8e",
    pause="https://daily.example.org/pause/9f8e",
)


def sample() -> Mail:
    return mail(edition(), SETTINGS, NAMES, LINKS)


def soup(made: Mail) -> BeautifulSoup:
    return BeautifulSoup(made.html, "lxml")


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def visible_text(page: BeautifulSoup) -> str:
    body = page.body
    assert body is not None
    for hidden in body.select('[style*="display: none"], [style*="display:none"]'):
        hidden.decompose()
    return body.get_text(" ")


def style_of(tag: Tag) -> dict[str, str]:
    pairs = (each.split(":", 1) for each in str(tag.get("style", "")).split(";") if ":" in each)
    return {name.strip(): value.strip() for name, value in pairs}


def big_story(place: int, *, size: int = 400, others: int = 6) -> Candidate:
    also = tuple(telling("loudbutton", f"Telling {place}.{other} " + "\u20ac" * 200) for other in range(others))
    return replace(
        candidate("harbour", f"Story {place} " + "\u6f22" * 220, summary="\u00e9" * size, number="9 %" * 80, also=also),
        story_id=short_id("big", str(place)),
    )


def test_the_same_edition_gives_the_same_bytes() -> None:
    assert sample() == sample()


def test_the_subject_is_the_first_headline_and_says_how_many_follow() -> None:
    made = sample()

    assert made.subject == "Instagram lets shops pin three customer replies under\u2026 (+8)"
    assert 10 <= len(made.subject) <= 60


def test_the_preheader_gives_the_headlines_that_the_subject_does_not() -> None:
    made = sample()

    assert made.preheader.startswith("What a lead from Instagram really cost a garden centre \u00b7 Seven posts")
    assert 40 <= len(made.preheader) <= 110
    assert made.preheader in soup(made).get_text()


@given(titles=st.lists(st.text(max_size=300), max_size=4))
def test_subject_and_preheader_keep_their_lengths_and_stay_one_line_whatever_the_titles(titles: list[str]) -> None:
    stories = tuple(
        replace(candidate("corner", title or "?"), story_id=str(place)) for place, title in enumerate(titles)
    )

    made = mail(edition(stories, ()), SETTINGS, NAMES, LINKS)

    assert 10 <= len(made.subject) <= 60
    assert 40 <= len(made.preheader) <= 110
    assert not re.search(r"[\x00-\x1f\x7f-\x9f]", made.subject + made.preheader)


def test_the_text_part_is_the_digest_itself() -> None:
    text = sample().text

    assert text.startswith(
        "Daily Ten \u00b7 Tuesday 24 November 2026\n9 of 10 feeds read; Small Print Watch unreachable since 06:10."
    )
    for story in STORIES:
        assert f"    {story.lead.url}\n" in text
        assert story.lead.feed_title in text
    assert [int(number) for number in re.findall(r"^ ?(\d+)\.", text, re.MULTILINE)] == list(range(1, 10))
    assert "Unsubscribe:\nhttps://daily.example.org/unsubscribe/9f8e\n" in text


def test_the_text_part_holds_most_of_the_words_and_only_addresses_run_over_the_line() -> None:
    made = sample()

    long_lines = [line for line in made.text.splitlines() if len(line) > 78]
    assert len(words(made.text)) >= 0.6 * len(words(visible_text(soup(made))))
    assert all(" " not in line.strip() for line in long_lines)


def test_the_html_is_ascii_so_no_program_can_guess_its_encoding_wrong() -> None:
    made = sample()

    assert made.html.isascii()
    assert "Caf&#233; Communaut&#233;" in made.html


def test_hostile_words_are_shown_and_never_run() -> None:
    page = soup(sample())

    assert page.find("script") is None
    assert 'Ads & "boosts" <script>alert(1)</script>' in page.get_text()
    assert all(urlsplit(str(a["href"])).scheme == "https" for a in page.find_all("a"))


def test_there_is_one_first_heading_and_one_second_for_each_story() -> None:
    page = soup(sample())

    assert [h1.get_text() for h1 in page.find_all("h1")] == ["Daily Ten"]
    assert len(page.find_all("h2")) == len(STORIES)
    assert page.find_all(["h3", "h4", "h5", "h6"]) == []


def test_language_and_direction_are_said_twice_for_programs_that_drop_the_body() -> None:
    page = soup(sample())

    html, wrapper = page.select_one("html"), page.select_one("body > div")
    assert html is not None
    assert wrapper is not None
    for tag in (html, wrapper):
        assert (tag["lang"], tag["dir"]) == ("en", "ltr")


def test_every_table_is_only_layout_and_the_main_one_is_600_wide() -> None:
    tables = soup(sample()).find_all("table")

    assert all(table["role"] == "presentation" for table in tables)
    assert [table["width"] for table in tables].count("600") == 1


def test_only_cells_have_padding_and_nothing_needs_what_outlook_lacks() -> None:
    for tag in soup(sample()).find_all(style=True):
        style = style_of(tag)
        assert not any(name.startswith("padding") for name in style) or tag.name == "td", tag
        assert not {"position", "float", "flex", "grid", "background-image"} & {*style, style.get("display", "")}
        assert "max-width" not in style or tag.name == "table"
        assert "auto" not in style.get("margin", "")
        assert "-" not in style.get("margin", "")


def test_there_is_no_picture_no_script_no_form_and_nothing_from_elsewhere() -> None:
    made = sample()

    assert soup(made).find_all(["img", "script", "form", "button", "iframe", "link", "svg", "video", "object"]) == []
    assert "@import" not in made.html
    assert "url(" not in made.html


def test_text_is_never_smaller_than_14_pixels_nor_set_tight() -> None:
    for tag in soup(sample()).find_all(style=True):
        style = style_of(tag)
        if "font-size" in style and "bar" not in (tag.get("class") or []):
            size, height = (float(style[name].removesuffix("px")) for name in ("font-size", "line-height"))
            assert size >= 14
            assert height / size >= (1.4 if size < 20 else 1.19)


def test_every_colour_pair_of_the_mail_can_be_read_in_light_dark_and_inverted() -> None:
    light, dark = palettes(SETTINGS.accent)
    made = sample()
    used = set(re.findall(r"(?<!&)#[0-9a-f]{6}\b", made.html))

    assert used <= {getattr(palette, name) for palette in (light, dark) for name in palette.__slots__}
    for palette in (light, dark):
        assert (
            min(least_contrast(text, ground) for text in palette.texts for ground in palette.grounds) >= LEAST_CONTRAST
        )


def test_the_dark_style_stands_in_the_head_small_and_without_nested_rules() -> None:
    page = soup(sample())
    head = page.head
    assert head is not None
    styles = [style.get_text() for style in head.find_all("style")]

    assert page.body is not None
    assert page.body.find_all("style") == []
    assert sum(map(len, styles)) < 16_384
    assert "prefers-color-scheme: dark" in styles[-1]
    assert not re.search(r"@media[^{]*\{[^{}]*@", styles[-1])
    assert head.find("meta", attrs={"name": "color-scheme", "content": "light dark"}) is not None


def test_each_link_says_where_it_leads_and_no_two_say_the_same() -> None:
    texts: dict[str, set[str]] = {}
    for a in soup(sample()).find_all("a"):
        texts.setdefault(a.get_text(" ", strip=True), set()).add(str(a["href"]))

    assert "" not in texts
    assert all(len(targets) == 1 for targets in texts.values())
    assert not {"click here", "read more", "more", "here"} & {text.lower() for text in texts}
    assert not any(target.startswith("#") for targets in texts.values() for target in targets)
    assert sum(map(len, texts.values())) <= 100


def test_the_law_is_kept_reason_address_unsubscribe_and_the_browser() -> None:
    page = soup(sample())
    text = re.sub(r"\s+", " ", page.get_text())

    assert "You get this because you asked for Daily Ten." in text
    assert SETTINGS.address in text
    assert {LINKS.unsubscribe, LINKS.preferences, LINKS.pause} <= {str(a["href"]) for a in page.find_all("a")}
    assert page.find("a", string="Read in a browser", href="https://daily.example.org/editions/2026-11-24/") is not None


def test_each_story_says_why_it_is_there() -> None:
    made = sample()

    assert made.html.count("Why: Looks like something to act on this week") == len(STORIES)
    assert made.text.count("Why: Looks like") == len(STORIES)


def test_personal_links_are_filled_in_and_escaped() -> None:
    odd = replace(
        LINKS, unsubscribe="https://daily.example.org/u?a=1&b='\"<>", view="https://daily.example.org/v?x=1&y=2"
    )

    made = mail(edition(), SETTINGS, NAMES, odd)

    hrefs = {str(a["href"]) for a in soup(made).find_all("a")}
    assert {odd.unsubscribe, odd.view} <= hrefs
    assert odd.view in made.text
    assert "personal.invalid" not in made.html + made.text


def test_a_headline_cannot_pretend_to_be_a_personal_link() -> None:
    title = "https://personal.invalid/unsubscribe/" + "0" * 64

    made = mail(edition((candidate("corner", title),), ()), SETTINGS, NAMES, LINKS)

    assert title in soup(made).get_text()


@pytest.mark.parametrize(
    "url", ["", "javascript:x", "https://a.example/\n", "https://a.example/" + "x" * 500, "https://\u00e4"]
)
def test_a_personal_link_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"link"):
        MailLinks(unsubscribe=url, preferences="https://a.example", pause="https://a.example")


def test_what_does_not_fit_loses_summaries_from_below_then_other_sources_then_all_but_the_title() -> None:
    made = mail(edition(tuple(big_story(place) for place in range(30)), ()), SETTINGS, NAMES, LINKS)

    page = soup(made)
    shown = [h2.get_text() for h2 in page.find_all("h2")]
    assert shown[0].startswith("Story 0")
    assert "In short" in shown
    assert 60_000 < len(made.html) <= 102_400
    assert all(f"Story {place} " in page.get_text() for place in range(30))


def test_five_hundred_stories_leave_most_to_the_site_and_say_so() -> None:
    made = mail(edition(tuple(big_story(place, size=40) for place in range(500)), ()), SETTINGS, NAMES, LINKS)

    left = re.search(r"(\d+) more stories of this edition did not fit into a mail", soup(made).get_text())
    assert left is not None
    assert int(left[1]) > 400
    assert f"{left[1]} more stories on the site:" in made.text


@settings(max_examples=12, deadline=None)
@given(
    stories=st.integers(0, 120),
    size=st.integers(0, 420),
    others=st.integers(0, 8),
    link=st.integers(30, 380),
)
def test_the_html_never_passes_the_clipping_limit(stories: int, size: int, others: int, link: int) -> None:
    chosen = tuple(big_story(place, size=size, others=others) for place in range(stories))
    long = "https://daily.example.org/" + "x" * (link - 26)
    links = MailLinks(unsubscribe=long, preferences=long, pause=long, view=long)

    assert len(mail(edition(chosen, ()), SETTINGS, NAMES, links).html) <= 102_400


def test_even_with_every_feed_down_and_a_long_name_it_fits() -> None:
    report = feed_reports()[7]
    down = tuple(replace(report, feed_id=str(place), title="\u20ac" * 500) for place in range(500))
    loud = replace(SETTINGS, name="\u20ac" * 60, address="\u20ac" * 300)

    assert len(mail(edition((), (), feeds=down), loud, NAMES, LINKS).html) < 102_400


def test_a_quiet_day_says_so_in_both_parts() -> None:
    made = mail(edition(STORIES[:2], ()), SETTINGS, NAMES, LINKS)

    assert "A quiet day: nothing worth ten stories, so here are two." in made.text
    assert "A quiet day: nothing worth ten stories, so here are two." in soup(made).get_text()


def test_an_empty_day_still_makes_a_good_mail() -> None:
    made = mail(edition((), CUT_STORIES), SETTINGS, NAMES, LINKS)

    assert made.subject == "Daily Ten: a quiet day"
    assert len(visible_text(soup(made))) > 200


def test_a_form_is_filled_for_many_without_setting_it_again() -> None:
    form = mail_form(edition(), SETTINGS, NAMES)

    mails = {form.fill(replace(LINKS, unsubscribe=f"https://daily.example.org/u/{place}")).html for place in range(50)}

    assert len(mails) == 50


def test_a_number_that_is_the_sources_own_is_said_to_be_so_in_both_parts() -> None:
    told = edition()
    first = told.candidate(told.places[0])
    flagged = replace(first, number="Our data shows that 9 % of posts sell.", number_by=Teller.ITSELF)
    others = tuple(each for each in told.candidates if each is not first)
    letter = mail(replace(told, candidates=(flagged, *others)), SETTINGS, NAMES, LINKS)

    assert "The source's own figure." in visible_text(soup(letter))
    assert "The source's own figure." in letter.text
