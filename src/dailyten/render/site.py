"""The site: every page of it as bytes, from editions alone. The same editions and settings give the same bytes.

Pages name one another relatively and work without scripts, under any path, and from disk.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from dailyten.model.edition import ArchiveLine, Edition
from dailyten.render.archive_pages import archive_page, month_pages
from dailyten.render.colours import palettes
from dailyten.render.edition_pages import edition_pages, home_page
from dailyten.render.feed_pages import feed_pages
from dailyten.render.library import shelve
from dailyten.render.links import Way, edition_path, month_path
from dailyten.render.press import Page, Press
from dailyten.render.settings import Names, SiteSettings
from dailyten.render.shelf_pages import shelf_pages
from dailyten.render.syndication import whole_feeds
from dailyten.render.templates import set_in, source
from dailyten.render.trend_pages import numbers_page, rising_page
from dailyten.render.wording import at_clock

_FIXED_PAGES = ("", "archive/", "topics/", "networks/", "rising/", "numbers/", "feeds/", "about/")


def site(
    editions: Iterable[Edition],
    settings: SiteSettings,
    names: Names,
    *,
    feeds_opml: bytes = b"",
    earlier: Sequence[ArchiveLine] = (),
) -> Iterator[Page]:
    """Give every page of the site of these editions (of one time zone, any order, all revisions there are).

    `earlier` are editions that were published before and are not handed in again: they are listed in the archive, and
    their pages stay as they are (see `kept_paths`). Raises BadSetting for a template with a fault, ValueError for
    editions of several time zones.
    """
    stylesheet = style(settings)
    press = Press(
        library=shelve(editions, names, earlier),
        settings=settings,
        names=names,
        stylesheet=stylesheet.path,
        has_opml=bool(feeds_opml),
    )
    yield stylesheet
    yield icon(settings)
    yield from edition_pages(press)
    yield from month_pages(press)
    yield from shelf_pages(press)
    yield from feed_pages(press)
    yield numbers_page(press)
    yield rising_page(press)
    yield _about(press)
    yield from (Page(path=path, body=body) for path, body in whole_feeds(press.library, settings))
    if feeds_opml:
        yield Page(path="feeds.opml", body=feeds_opml)
    yield archive_page(press)
    yield home_page(press)
    yield _lost(press)
    yield Page(path="robots.txt", body=f"User-agent: *\nAllow: /\nSitemap: {press.full('sitemap.xml')}\n".encode())
    yield _sitemap(press)


def kept_paths(editions: Iterable[Edition], earlier: Iterable[ArchiveLine]) -> frozenset[str]:
    """Name the folders that a publisher must leave alone because `site` was not given their editions."""
    full = {edition.on for edition in editions}
    kept = {each.on for each in earlier} - full
    months = {month_path(on) for on in kept} - {month_path(on) for on in full}
    return frozenset({edition_path(on) for on in kept} | months)


def style(settings: SiteSettings) -> Page:
    """Make the stylesheet, named by its content: a page never meets the style of another day."""
    tokens = ("paper", "panel", "ink", "muted", "line", "accent", "warning")
    light, dark = (
        ";".join(f"--{each}:{getattr(palette, each)}" for each in tokens) for palette in palettes(settings.accent)
    )
    head = f":root{{{light}}}\n@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
    body = (head + source("site/style.css", settings.templates)).encode()
    return Page(path=f"style.{hashlib.sha256(body).hexdigest()[:12]}.css", body=body)


def icon(settings: SiteSettings) -> Page:
    """Draw the mark of the digest, for the tab of a browser."""
    light, _ = palettes(settings.accent)
    mark = set_in("site/mark.svg", settings.templates)
    drawn = mark.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1).replace("currentColor", light.ink)
    return Page(path="icon.svg", body=drawn.replace('class="tenth"', f'fill="{light.accent}"').encode())


def _about(press: Press) -> Page:
    newest = press.library.newest
    return press.page(
        "about.html",
        "about/index.html",
        title=f"About {press.settings.name}",
        description=f"How {press.settings.name} is made.",
        sheet=newest,
        built=at_clock(newest.edition) if newest else "",
    )


def _lost(press: Press) -> Page:
    return press.page(
        "lost.html",
        "404.html",
        title=press.titled("No such page"),
        description="There is no such page.",
        hidden=True,
        way=Way("404.html", press.settings, from_root=True),
    )


def _sitemap(press: Press) -> Page:
    paths = [
        *_FIXED_PAGES,
        *(f"topics/{label.slug}/" for label in press.topics()),
        *(f"networks/{label.slug}/" for label in press.networks()),
        *dict.fromkeys(month_path(each.on) for each in press.library.listed),
        *(each.path for each in press.library.listed),
    ]
    body = set_in("site/sitemap.xml", press.settings.templates, urls=[press.full(path) for path in paths])
    return Page(path="sitemap.xml", body=body.encode())
