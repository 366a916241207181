"""Publishing: every page of the site from the frozen editions, put in place at once."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from dailyten.feedlist.export import export
from dailyten.model.edition import ArchiveLine, Edition
from dailyten.render.disk import Published
from dailyten.render.press import Page
from dailyten.render.settings import Names, SiteSettings
from dailyten.render.site import kept_paths, site
from dailyten.store.store import Store

FULL_EDITIONS = 100
"""Editions that are rendered anew each time; older ones are listed and their pages left as they are. Twelve weeks of
plots need 84."""

Put = Callable[[Iterable[Page], Collection[str]], Published]
"""Puts pages in their place and leaves the named folders alone (`dailyten.render.disk.publish`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """What printing the site needs beside the store."""

    settings: SiteSettings
    names: Names
    zone: str
    put: Put


def publish_site(store: Store, press: Press, now: datetime) -> Published:
    """Render the site of all editions and put it in place; then write down that they are published.

    Raises PublishError, and the site is then as it was.
    """
    editions, earlier, feeds_opml = _read(store, press)
    pages = site(editions, press.settings, press.names, feeds_opml=feeds_opml, earlier=earlier)
    published = press.put(pages, kept_paths(editions, earlier))
    with store.writing() as db:
        for edition in editions:
            db.editions.mark_published(edition.edition_id, now)
    return published


def _read(store: Store, press: Press) -> tuple[list[Edition], list[ArchiveLine], bytes]:
    with store.reading() as db:
        lines = [line for line in db.editions.listing(every_revision=True) if line.zone == press.zone]
        full = sorted({line.on for line in lines}, reverse=True)[:FULL_EDITIONS]
        editions = [db.editions.get(line.edition_id) for line in lines if line.on in full]
        earlier = [line for line in lines if line.on not in full]
        return editions, earlier, export(db.feeds.listed(), f"{press.settings.name}: the feeds")
