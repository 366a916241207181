"""The site: every page of it as bytes, from editions alone. The same editions and settings give the same bytes.

Pages name one another relatively and work without scripts, under any path, and from disk.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from dailyten.model.edition import ArchiveLine, Edition
from dailyten.render.ahead_pages import ahead_pages
from dailyten.render.archive_pages import archive_page, month_pages
from dailyten.render.colours import palettes
from dailyten.render.edition_pages import edition_pages, home_page
from dailyten.render.feed_pages import feed_pages
from dailyten.render.findable import Findable, month_key, read_shards, shard_path
from dailyten.render.follow_page import follow_page
from dailyten.render.library import Bygone, shelve
from dailyten.render.links import Way, edition_path, month_path
from dailyten.render.logo import logos
from dailyten.render.names import Names
from dailyten.render.picture import Picture
from dailyten.render.plots import count_by_week
from dailyten.render.press import Page, Press, feed_path
from dailyten.render.receipt import Receipt
from dailyten.render.search_pages import search_pages, shards, titles_path
from dailyten.render.settings import SiteSettings
from dailyten.render.shelf_pages import shelf_pages
from dailyten.render.syndication import whole_feeds
from dailyten.render.templates import set_in, source
from dailyten.render.trend_pages import numbers_page, rising_page
from dailyten.render.trends import minutes_saved
from dailyten.render.wording import at_clock

_FIXED_PAGES = (
    "",
    "archive/",
    "topics/",
    "networks/",
    "rising/",
    "numbers/",
    "feeds/",
    "search/",
    "dates/",
    "follow/",
    "about/",
)


def site(
    editions: Iterable[Edition],
    settings: SiteSettings,
    names: Names,
    *,
    feeds_opml: bytes = b"",
    earlier: Sequence[ArchiveLine] = (),
    earlier_shards: Mapping[str, bytes] = MappingProxyType({}),
    bygone: Bygone | None = None,
    receipts: Sequence[Receipt] = (),
) -> Iterator[Page | Picture]:
    """Give every page of the site of these editions (of one time zone, any order, all revisions there are).

    `earlier` are editions of earlier months that were published before and are not handed in again: they are listed in
    the archive, and their pages stay as they are (see `kept_paths`). `earlier_shards` are what the search knows of
    such months, by their key; `bygone` is what their pages link to, where that needs pages too. Raises BadSetting for a
    template with a fault, ValueError for editions of several time zones.
    """
    stylesheet = style(settings)
    press = Press(
        library=shelve(editions, names, earlier, told_before=_lately(earlier_shards), bygone=bygone),
        settings=settings,
        names=names,
        stylesheet=stylesheet.path,
        has_opml=bool(feeds_opml),
    )
    yield stylesheet
    yield icon(settings)
    yield from logo_files(settings)
    yield from edition_pages(press)
    yield from month_pages(press)
    yield from shelf_pages(press)
    yield from feed_pages(press)
    yield numbers_page(press)
    yield rising_page(press)
    yield _about(press, receipts)
    yield from search_pages(press, earlier_shards)
    yield from ahead_pages(press, read_shards(earlier_shards))
    yield follow_page(press)
    yield from (Page(path=path, body=body) for path, body in whole_feeds(press.library, settings))
    if feeds_opml:
        yield Page(path="feeds.opml", body=feeds_opml)
    yield archive_page(press)
    yield home_page(press)
    yield _lost(press)
    yield Page(path="robots.txt", body=f"User-agent: *\nAllow: /\nSitemap: {press.full('sitemap.xml')}\n".encode())
    yield _sitemap(press)


def month_anew(
    editions: Iterable[Edition],
    settings: SiteSettings,
    names: Names,
    *,
    has_opml: bool,
    all_lines: Sequence[ArchiveLine],
    earlier_shards: Mapping[str, bytes],
    bygone: Bygone,
) -> Iterator[Page | Picture]:
    """Give the lasting pages of the editions of one earlier month, which `site` is not given.

    Months must come in order, the oldest first; `bygone` notes what they link to.
    """
    told_before = _lately(earlier_shards)
    press = Press(
        library=shelve(editions, names, all_lines, told_before=told_before, bygone=bygone),
        settings=settings,
        names=names,
        stylesheet=style(settings).path,
        has_opml=has_opml,
    )
    bygone.note(press.library)
    yield from edition_pages(press)
    yield from month_pages(press)
    yield from (Page(path=shard_path(month), body=body) for month, body in shards(press.library).items())


def lasting_paths(on: date) -> tuple[str, ...]:
    """Name the files without which an edition of an earlier month is not whole."""
    folders = (edition_path(on), month_path(on), titles_path(f"{on.year:04}"))
    return (*(f"{folder}index.html" for folder in folders), shard_path(month_key(on)))


def kept_paths(earlier: Iterable[ArchiveLine]) -> frozenset[str]:
    """Name what a publisher must leave alone because `site` was not given these editions.

    Their folders, and what their pages may link to: a feed that left the list, a topic that left the pack, the style
    that they were printed with.
    """
    days = {each.on for each in earlier}
    if not days:
        return frozenset()
    lasting = {edition_path(on) for on in days} | {month_path(on) for on in days}
    shelves = {"feeds/", "topics/", "networks/", "style."}
    titles = {titles_path(f"{on.year:04}") for on in days}
    return frozenset(lasting | shelves | titles | {shard_path(month_key(on)) for on in days})


def _lately(earlier_shards: Mapping[str, bytes]) -> list[Findable]:
    """Give the stories of the last two months before: no story is carried on after a longer time."""
    return read_shards({month: earlier_shards[month] for month in sorted(earlier_shards)[-2:]})


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


def logo_files(settings: SiteSettings) -> Iterator[Page]:
    """Give the editor's own pictures. Raises BadSetting for one that cannot be shown."""
    yield from (Page(path=each.path, body=each.body) for each in logos(settings) if each is not None)


def _about(press: Press, receipts: Sequence[Receipt]) -> Page:
    newest = press.library.newest
    failed = [report for report in newest.edition.feeds if not report.read] if newest else []
    return press.page(
        "about.html",
        "about/index.html",
        title=f"About {press.settings.name}",
        description=f"How {press.settings.name} is made.",
        sheet=newest,
        built=at_clock(newest.edition) if newest else "",
        failed=failed,
        feed_path=feed_path,
        receipts=receipts,
        saved=count_by_week(
            press.weeks(minutes_saved), "saved", name="Reading", one="minute saved", many="minutes saved"
        ),
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
