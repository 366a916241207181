"""The site and the mail in a real browser: accessibility, small screens, no scripts, nothing from elsewhere."""

import shutil
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Page as Tab

from dailyten.model.canonical import short_id
from dailyten.render.disk import publish
from dailyten.render.mail import MailLinks, mail
from dailyten.render.site import site

sys.path.append(str(Path(__file__).parents[1] / "render"))
from tests.render.sample_edition import NAMES, SETTINGS, candidate, edition, many_editions

CHROMIUM = shutil.which("chromium") or ""
Scheme = Literal["light", "dark"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no chromium on this machine (Debian: apt-get install chromium)"),
]

PATHS = [
    "",
    "editions/2026-11-24/",
    "archive/",
    "archive/2026-11/",
    "topics/",
    "topics/platforms/",
    "topics/rules/",
    "networks/",
    "networks/instagram/",
    "feeds/",
    f"feeds/{short_id('feed', 'smallprint')}/",
    "rising/",
    "numbers/",
    "about/",
    "search/?q=instagram",
    "search/titles/2026/",
    "dates/",
    "follow/",
    "404.html",
    "mail.html",
    "quiet/",
    "many/",
]

IN_A_MAIL_PROGRAM: dict[str, object] = {
    "rules": {"landmark-one-main": {"enabled": False}, "region": {"enabled": False}}
}
"""The landmarks around a mail are those of the program that shows it."""


EVERY_RULE: dict[str, object] = {}
ABOUT_COLOURS: dict[str, object] = {"runOnly": ["color-contrast", "link-in-text-block"]}
ABOUT_SIZES: dict[str, object] = {"runOnly": ["target-size", "meta-viewport", "scrollable-region-focusable"]}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name in the class above
        """Say nothing."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a site of 40 days, with a mail, a quiet day and a crowded day beside it."""
    folder = tmp_path_factory.mktemp("site")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    root = f"http://127.0.0.1:{server.server_port}"
    settings = replace(SETTINGS, base_url=root)
    links = MailLinks(unsubscribe=f"{root}/u", preferences=f"{root}/p", pause=f"{root}/z")
    publish(site(many_editions(40), settings, NAMES, feeds_opml=b"<opml version='2.0'/>"), folder)
    crowded = edition(tuple(candidate("corner", f"Story {place}") for place in range(60)))
    publish(site([edition((), (), entries=0)], replace(settings, base_url=f"{root}/quiet"), NAMES), folder / "quiet")
    publish(site([crowded], replace(settings, base_url=f"{root}/many"), NAMES), folder / "many")
    (folder / "mail.html").write_text(mail(edition(), settings, NAMES, links).html, "ascii")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield root
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()


def open_tab(chromium: Browser, *, width: int, scheme: Scheme = "light", scripts: bool = True) -> Tab:
    context = chromium.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=scripts
    )
    return context.new_page()


@pytest.mark.parametrize(
    ("width", "scheme", "rules"),
    [
        (375, "light", EVERY_RULE),
        (1280, "dark", EVERY_RULE),
        (768, "light", ABOUT_SIZES),
        (375, "dark", ABOUT_COLOURS),
        (1280, "light", ABOUT_COLOURS),
    ],
    ids=["phone-light", "wide-dark", "tablet-light", "phone-dark", "wide-light"],
)
def test_axe_finds_nothing_on_any_page(
    chromium: Browser, served: str, width: int, scheme: Scheme, rules: dict[str, object]
) -> None:
    """What depends on neither width nor colour is asked twice, not six times: all rules take a second a page."""
    from axe_playwright_python.sync_playwright import Axe

    tab = open_tab(chromium, width=width, scheme=scheme)
    found = {}
    for path in PATHS:
        tab.goto(f"{served}/{path}")
        tab.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        asked = IN_A_MAIL_PROGRAM if path == "mail.html" and rules is EVERY_RULE else rules
        report = Axe().run(tab, options=asked)
        if report.violations_count:
            found[path] = report.generate_report()
    tab.context.close()

    assert found == {}


@pytest.mark.parametrize("width", [320, 375, 768, 1280])
def test_no_page_scrolls_sideways(chromium: Browser, served: str, width: int) -> None:
    tab = open_tab(chromium, width=width)
    wide = []
    for path in PATHS:
        tab.goto(f"{served}/{path}")
        tab.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        if tab.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wide.append(path)
    tab.context.close()

    assert wide == []


def test_nothing_is_asked_from_other_hosts_and_the_first_page_is_small(chromium: Browser, served: str) -> None:
    tab = open_tab(chromium, width=375)
    asked: list[str] = []
    sizes: list[int] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("response", lambda response: sizes.append(len(response.body())))
    tab.goto(f"{served}/")
    tab.wait_for_load_state("networkidle")
    tab.context.close()

    assert asked
    assert all(url.startswith(served) for url in asked)
    assert sum(sizes) < 50_000


def test_the_browser_complains_about_nothing(chromium: Browser, served: str) -> None:
    tab = open_tab(chromium, width=1280)
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    for path in PATHS:
        tab.goto(f"{served}/{path}")
    tab.context.close()

    assert said == []


def test_the_reasons_open_without_scripts(chromium: Browser, served: str) -> None:
    tab = open_tab(chromium, width=375, scripts=False)
    tab.goto(f"{served}/")
    first = tab.locator("details.why").first
    shown_before = first.locator("table").is_visible()
    first.locator("summary").click()
    shown_after = first.locator("table").is_visible()
    tab.context.close()

    assert (shown_before, shown_after) == (False, True)


def test_the_keyboard_reaches_the_stories_first(chromium: Browser, served: str) -> None:
    tab = open_tab(chromium, width=1280)
    tab.goto(f"{served}/")
    tab.keyboard.press("Tab")
    skip = tab.evaluate(
        "document.activeElement.getBoundingClientRect().left >= 0 && document.activeElement.textContent"
    )
    tab.keyboard.press("Enter")
    where = tab.evaluate("document.activeElement.id")
    tab.context.close()

    assert skip == "Skip to the stories"
    assert where == "content"


def test_lines_of_text_are_as_long_as_lines_of_a_book(chromium: Browser, served: str) -> None:
    tab = open_tab(chromium, width=1280)
    tab.goto(f"{served}/")
    characters = tab.evaluate(
        """() => {
            const p = document.querySelectorAll('.summary')[1];
            const range = document.createRange(); range.selectNodeContents(p);
            return p.textContent.length / [...range.getClientRects()].length;
        }"""
    )
    tab.context.close()

    assert 45 <= characters <= 80


def test_links_of_navigation_are_big_enough_for_a_thumb(chromium: Browser, served: str) -> None:
    tab = open_tab(chromium, width=375)
    small = []
    for path in ("", "archive/", "feeds/"):
        tab.goto(f"{served}/{path}")
        small += tab.evaluate(
            """() => [...document.querySelectorAll('nav a, .month td a, .minutes a, summary, .foot a')]
                .filter(a => a.getBoundingClientRect().height < 24 || a.getBoundingClientRect().width < 24)
                .map(a => a.textContent)"""
        )
    tab.context.close()

    assert small == []


def test_the_search_finds_by_words_and_filters_with_the_keyboard_alone(chromium: Browser, served: str) -> None:
    tab = open_tab(chromium, width=375)
    tab.goto(f"{served}/search/")
    tab.keyboard.press("Tab")
    tab.locator("#q").focus()
    tab.keyboard.type("INSTAG rep")
    tab.wait_for_url("**q=INSTAG+rep")
    tab.locator("#found li").first.wait_for()
    found = tab.locator("#found a.title").all_inner_texts()
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.locator("#network").select_option("tiktok")
    tab.get_by_text("Nothing found.").wait_for()
    address = tab.url
    tab.context.close()

    assert set(found) == {"Instagram lets shops pin three customer replies under a post"}
    assert address.endswith("/search/?q=INSTAG+rep&network=tiktok")


def test_without_scripts_the_search_page_leads_to_all_titles(chromium: Browser, served: str) -> None:
    tab = open_tab(chromium, width=375, scripts=False)
    tab.goto(f"{served}/search/")
    form = tab.locator("#search-form").is_visible()
    tab.get_by_role("link", name="2026", exact=True).click()
    titles = tab.locator("details.titles li").count()
    tab.context.close()

    assert not form
    assert titles > 100


def test_the_search_works_from_disk(chromium: Browser, tmp_path: Path) -> None:
    publish(site(many_editions(3), replace(SETTINGS, index_names=True), NAMES), tmp_path)
    tab = open_tab(chromium, width=1280)
    tab.goto((tmp_path / "search/index.html").as_uri())
    tab.locator("#q").fill("bakery")
    tab.locator("#found li").first.wait_for()
    said = tab.locator("#said").inner_text()
    tab.context.close()

    assert said.endswith("stories." if not said.startswith("1 ") else "story.")


def test_paper_gets_the_stories_and_not_the_navigation(chromium: Browser, served: str) -> None:
    tab = open_tab(chromium, width=1280)
    tab.goto(f"{served}/")
    tab.emulate_media(media="print")
    shown = tab.evaluate(
        "['.nav', '.rail', '.foot', '.story'].map(each => getComputedStyle(document.querySelector(each)).display)"
    )
    tab.context.close()

    assert shown[:3] == ["none", "none", "none"]
    assert shown[3] != "none"


def test_the_site_works_from_disk(chromium: Browser, tmp_path: Path) -> None:
    publish(site(many_editions(3), replace(SETTINGS, index_names=True), NAMES), tmp_path)
    tab = open_tab(chromium, width=1280)
    tab.goto((tmp_path / "index.html").as_uri())
    styled = tab.evaluate("getComputedStyle(document.querySelector('.masthead')).display")
    tab.get_by_role("link", name="Archive").click()
    heading = tab.locator("h1").inner_text()
    tab.context.close()

    assert (styled, heading) == ("flex", "Archive")
