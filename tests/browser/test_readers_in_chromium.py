"""A reader's whole way in a real browser without scripts: form, mailbox, list, first mail, vote, pause, farewell."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Page as Tab

from dailyten.model.subscriber import Membership
from tests.web.open_house import House, open_house

CHROMIUM = shutil.which("chromium") or ""
COLOURS: dict[str, object] = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
LOOKS: tuple[tuple[Literal["light", "dark"], dict[str, object] | None], ...] = (("light", None), ("dark", COLOURS))
"""All rules are asked by day; in the dark only the colours differ."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no chromium on this machine (Debian: apt-get install chromium)"),
]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


@pytest.fixture
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()


class Looker:
    """Looks at every page that the reader comes to, in another tab with scripts, as axe needs them."""

    def __init__(self, chromium: Browser) -> None:
        self.tab = chromium.new_context(viewport={"width": 375, "height": 800}).new_page()
        self.found: dict[str, str] = {}

    def look(self, tab: Tab) -> None:
        tab.wait_for_load_state()  # a page that is still coming is not the page
        said = tab.content()
        self.tab.route(tab.url, lambda route: route.fulfill(body=said, content_type="text/html; charset=utf-8"))
        self.tab.goto(tab.url)
        self.tab.unroute(tab.url)
        assert self.tab.evaluate("getComputedStyle(document.querySelector('.masthead')).display") == "flex"
        for scheme, rules in LOOKS:
            self.tab.emulate_media(color_scheme=scheme)
            self.ask_axe(f"{tab.title()}, {scheme}", rules)
        if self.tab.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            self.found[f"{tab.title()} scrolls"] = "sideways"

    def ask_axe(self, page: str, rules: dict[str, object] | None) -> None:
        from axe_playwright_python.sync_playwright import Axe

        report = Axe().run(self.tab, options=rules)
        if report.violations_count:
            self.found[page] = report.generate_report()


def standing(house: House) -> Membership | None:
    with house.store.reading() as db:
        ann = db.subscribers.with_address("ann@shop.example")
    return None if ann is None else ann.membership


def elsewhere(house: House, *what: str) -> None:
    """Do what starts an event loop of its own in another thread: playwright has one in this."""
    with ThreadPoolExecutor(1) as thread:
        for each in what:
            work = house.deliver if each == "deliver" else lambda: house.digest.morning(house.store)
            thread.submit(work).result()


def test_from_the_form_to_the_farewell_without_scripts(  # noqa: PLR0915 - one way, told from end to end
    house: House, chromium: Browser
) -> None:
    looker = Looker(chromium)
    tab = chromium.new_context(viewport={"width": 375, "height": 800}, java_script_enabled=False).new_page()
    tab.goto(f"{house.root}/subscribe")
    looker.look(tab)
    tab.get_by_label("Your address for mail").fill("nobody")
    tab.get_by_role("button", name="Ask for the mail").click()
    looker.look(tab)
    assert tab.get_by_role("alert").is_visible()

    house.clock.advance(timedelta(seconds=5))
    tab.get_by_label("Your address for mail").fill("ann@shop.example")
    tab.get_by_label("Instagram").check()
    tab.get_by_label("Sell more").check()
    tab.locator("select[name=hour]").select_option("9")
    tab.get_by_label("How many minutes").fill("10")
    tab.get_by_label("Of which clock").select_option("Europe/Berlin")
    tab.get_by_label("Please send me this digest").check()
    tab.get_by_role("button", name="Ask for the mail").click()
    looker.look(tab)
    assert tab.get_by_role("heading", level=1).inner_text() == "Look into your mailbox"

    elsewhere(house, "deliver")
    tab.goto(house.root + house.link("confirm"))
    looker.look(tab)
    assert standing(house) is None
    tab.get_by_role("button", name="Yes, put me on the list").click()
    looker.look(tab)
    assert standing(house) is Membership.ACTIVE

    house.clock.advance(timedelta(minutes=75))
    elsewhere(house, "morning", "deliver")
    assert house.digest.sink.messages()[-1]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    tab.goto(house.root + house.link("vote"))
    looker.look(tab)
    tab.get_by_role("button", name="More like this").click()
    looker.look(tab)
    assert "We heard" in tab.get_by_role("status").inner_text()

    tab.goto(house.root + house.link("preferences"))
    looker.look(tab)
    assert tab.get_by_label("Instagram").is_checked()
    tab.get_by_role("link", name="Everything that is kept").click()
    looker.look(tab)
    assert tab.get_by_text("confirmed it from the mailbox").is_visible()

    tab.goto(house.root + house.link("pause"))
    looker.look(tab)
    tab.get_by_role("button", name="two weeks").click()
    looker.look(tab)
    assert standing(house) is Membership.PAUSED

    tab.goto(house.root + house.link("unsubscribe"))
    looker.look(tab)
    tab.get_by_role("button", name="Stop the mail").click()
    looker.look(tab)
    assert standing(house) is Membership.UNSUBSCRIBED
    tab.get_by_role("button", name="take me back").click()
    assert standing(house) is Membership.PAUSED

    assert looker.found == {}


def test_the_form_is_filled_in_and_sent_with_the_keyboard_alone(house: House, chromium: Browser) -> None:
    tab = chromium.new_context(java_script_enabled=False).new_page()
    tab.goto(f"{house.root}/subscribe")
    tab.get_by_label("Your address for mail").focus()
    tab.keyboard.type("ann@shop.example")
    named = []
    for _ in range(200):
        tab.keyboard.press("Tab")
        named.append(tab.locator(":focus").evaluate("each => each.name || each.textContent.trim()"))
        if named[-1] == "agreed":
            tab.keyboard.press("Space")
        if named[-1] == "Ask for the mail":
            break
    house.clock.advance(timedelta(seconds=5))
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/subscribe/asked")

    assert "website" not in named
