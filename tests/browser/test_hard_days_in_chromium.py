"""Days that break pages, and a site of a thousand editions, in a real browser."""

import mimetypes
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser

from dailyten.model.edition import Candidate, CutReason, Edition
from dailyten.render.proof.check import proof_read
from dailyten.render.site import site
from tests.browser.test_site_in_chromium import CHROMIUM, chromium, open_tab
from tests.render.sample_edition import NAMES, ON, SETTINGS, STORIES, _dated, candidate, edition

__all__ = ["chromium"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no chromium on this machine (Debian: apt-get install chromium)"),
]

HOSTILE = (
    candidate("corner", "Pneumono" + "ultramicroscopicsilicovolcanoconiosis" * 5, summary="x" * 400),
    candidate("window", "שלום \u202eevil\u202c עולם, 3 ל-Instagram", summary="טקסט מימין (Latin).", language="he"),
    candidate("cafe", "🥐👩🏽‍🚀🏳️‍🌈" * 20, summary="👨‍👩‍👧‍👦 " * 60),
    candidate("fieldnotes", "</article></main><script>document.title='owned'</script><img src=x onerror=alert(1)>"),
    candidate("harbour", "Z̸̢͎̦͝a̵̛͇͖͝l̶̘͑̚g̸͎̈́o̵͝ " * 8, hours=None),
    candidate("plainmetrics", "https://a.example/" + "very-long-path/" * 14),
    candidate("tidewater", "\u0000\u200b\ufeff", url="javascript:alert(1)"),
)  # fmt: skip


def undated(story: Candidate) -> Candidate:
    return replace(story, lead=replace(story.lead, published_at=None))


def crowd() -> Edition:
    """Give a day on which five hundred stories came, of which twelve were told."""
    stories = tuple(candidate("corner", f"Story number {place} of a very full day") for place in range(500))
    cuts = tuple((each, CutReason.NO_TIME, "would have gone over 15 minutes of reading") for each in stories[12:])
    return edition(stories[:12], cuts, entries=812)


DAYS: dict[str, Edition] = {
    "hostile": edition(HOSTILE, ()),
    "crowd": crowd(),
    "every": edition(tuple(candidate("corner", f"Story number {place}") for place in range(500)), ()),
    "one": edition(STORIES[:1], (), entries=1, minutes=3),
    "none": edition((), (), entries=0, minutes=0),
    "undated": edition(tuple(undated(each) for each in STORIES), ()),
}


@contextmanager
def serving(files: Mapping[str, bytes]) -> Iterator[str]:
    """Serve files from memory."""

    class Memory(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = unquote(urlsplit(self.path).path).lstrip("/")
            path += "index.html" if not path or path.endswith("/") else ""
            body = files.get(path)
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Type", mimetypes.guess_type(path)[0] or "application/octet-stream")
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name in the class above
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Memory)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@cache
def files_of(day: str) -> dict[str, bytes]:
    return {page.path: page.body for page in site([DAYS[day]], SETTINGS, NAMES)}


@pytest.fixture(scope="module")
def hard() -> Iterator[str]:
    with serving({f"{day}/{path}": body for day in DAYS for path, body in files_of(day).items()}) as root:
        yield root


@pytest.mark.parametrize("day", DAYS)
def test_a_hard_day_proof_reads_clean(day: str) -> None:
    files = files_of(day)
    faults = [each for each in proof_read(files, files.__getitem__).faults if (day, each.rule) != ("every", "weight")]

    assert faults == []


def test_hard_days_fit_the_width_and_stay_themselves(chromium: Browser, hard: str) -> None:
    """At 320 px, which is also 1280 px at 400 %, and with text twice its size (WCAG 1.4.4, 1.4.10)."""
    wrong: list[object] = []
    for width, zoom, scripts in [(320, 100, True), (375, 200, True), (1280, 200, True), (1280, 100, False)]:
        tab = open_tab(chromium, width=width, scripts=scripts)
        for path in (f"{day}/" for day in DAYS if day != "every"):
            tab.goto(f"{hard}/{path}")
            if scripts:
                tab.evaluate(f"document.documentElement.style.fontSize = '{zoom}%'")
                tab.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
                over = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                wrong += [(path, width, zoom, over)] if over > 0 else []
            wrong += [(path, tab.title())] if "owned" in tab.title() or tab.locator("script").count() else []
        tab.context.close()

    assert wrong == []


def test_titles_from_right_to_left_keep_their_direction_and_leave_the_line_alone(chromium: Browser, hard: str) -> None:
    tab = open_tab(chromium, width=375)
    tab.goto(f"{hard}/hostile/")
    title = tab.locator("h2 a[lang=he]")
    direction = title.evaluate("each => getComputedStyle(each).direction")
    around = tab.locator(".meta").nth(1).evaluate("each => getComputedStyle(each).direction")
    text = title.inner_text()
    titles = tab.locator(".story h2").all_inner_texts()
    tab.context.close()

    assert (direction, around) == ("rtl", "ltr")
    assert "\u202e" not in text
    assert titles[-1] == "Untitled"


def test_each_hard_day_says_what_it_is(chromium: Browser, hard: str) -> None:
    tab = open_tab(chromium, width=375, scripts=False)
    told: dict[str, object] = {}
    for day in ("crowd", "one", "none"):
        tab.goto(f"{hard}/{day}/")
        told[day] = (tab.locator(".story").count(), tab.locator(".minutes").count(), tab.locator(".quiet").count())
    tab.context.close()

    assert told == {"crowd": (12, 1, 0), "one": (1, 0, 1), "none": (0, 0, 1)}


def test_the_keyboard_opens_the_reasons_and_sees_where_it_is(chromium: Browser, hard: str) -> None:
    tab = open_tab(chromium, width=1280)
    tab.goto(f"{hard}/one/")
    unseen = []
    for _ in range(40):
        tab.keyboard.press("Tab")
        focus = tab.evaluate(
            """() => { const at = document.activeElement, style = getComputedStyle(at);
                return [at.tagName, style.outlineStyle, parseFloat(style.outlineWidth), at.textContent.trim()]; }"""
        )
        if focus[0] == "BODY":
            break
        unseen += [focus] if focus[1] == "none" or focus[2] < 2 else []
        if focus[0] == "SUMMARY" and focus[3].startswith("Why"):
            tab.keyboard.press("Enter")
    opened = tab.locator("details.why").first.evaluate("each => each.open")
    tab.context.close()

    assert unseen == []
    assert opened


def test_who_wants_no_motion_gets_none_and_forced_colours_keep_the_edges(chromium: Browser, hard: str) -> None:
    context = chromium.new_context(reduced_motion="reduce", forced_colors="active")
    tab = context.new_page()
    tab.goto(f"{hard}/crowd/")
    motion = tab.evaluate(
        """() => [getComputedStyle(document.documentElement).scrollBehavior,
            getComputedStyle(document.querySelector('summary'), '::before').transitionDuration]"""
    )
    edge = tab.evaluate("getComputedStyle(document.querySelector('.minutes a')).borderBlockEndStyle")
    context.close()

    assert motion == ["auto", "0s"]
    assert edge == "solid"


@pytest.fixture(scope="module")
def thousand() -> dict[str, bytes]:
    days = []
    for back in reversed(range(1000)):
        on = ON - timedelta(days=back)
        days.append(edition((_dated(STORIES[back % 9], on),), (), on=on))
    return {page.path: page.body for page in site(days, SETTINGS, NAMES)}


def test_a_thousand_editions_open_and_each_link_resolves(chromium: Browser, thousand: dict[str, bytes]) -> None:
    told: dict[str, object] = {}
    with serving(thousand) as root:
        tab = open_tab(chromium, width=375, scripts=False)
        tab.goto(f"{root}/archive/")
        tab.locator("summary", has_text="2024").click()
        tab.get_by_role("link", name="6", exact=True).last.click()
        told["old edition"] = tab.locator(".story").count()
        tab.locator(".label a").first.click()
        told["topic"] = tab.locator(".lines li").count() > 0
        tab.goto(f"{root}/search/")
        tab.get_by_role("link", name="2024", exact=True).click()
        told["titles"] = tab.locator("details.titles li").count() > 200
        tab.context.close()
        tab = open_tab(chromium, width=1280)
        tab.goto(f"{root}/search/?q=bakery&from=2024-03-01&to=2024-05-30")
        tab.locator("#found li").first.wait_for()
        told["found"] = tab.locator("#found a.title").first.inner_text()
        tab.context.close()
    proof = proof_read(thousand, thousand.__getitem__)

    assert told == {
        "old edition": 1, "topic": True, "titles": True, "found": "Seven posts a bakery can make before opening time",
    }  # fmt: skip
    assert proof.faults == ()
    assert proof.pages > 1_000
