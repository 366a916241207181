"""Feeds out: Atom (RFC 4287) and JSON Feed 1.1 of editions and of stories, whole and for each topic and network.

Ids are computed from what they name, so they survive a move of the site. A story's link leads straight to its
publisher; its place on the site stands beside it.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from dailyten.render.library import Library, Placed
from dailyten.render.links import absolute, edition_path
from dailyten.render.settings import SiteSettings
from dailyten.render.sheet import Sheet
from dailyten.render.templates import set_in

MOST_EDITIONS = 20
MOST_STORIES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of a feed. `published` and `updated` are instants in UTC."""

    urn: str
    url: str
    page: str
    title: str
    summary: str
    html: str
    published: datetime
    updated: datetime
    tags: tuple[str, ...] = ()
    author: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Out:
    """A feed to be written: `folder` is where `stem`.xml and `stem`.json lie, `about` the page it belongs to."""

    title: str
    folder: str
    stem: str
    about: str
    items: tuple[Item, ...]
    updated: datetime

    @property
    def atom_path(self) -> str:
        """Where the Atom feed lies."""
        return f"{self.folder}{self.stem}.xml"

    @property
    def json_path(self) -> str:
        """Where the JSON Feed lies."""
        return f"{self.folder}{self.stem}.json"


def whole_feeds(library: Library, settings: SiteSettings) -> Iterator[tuple[str, bytes]]:
    """Write the feeds of the whole site: `feed` has an item for each edition, `stories` one for each story."""
    items = tuple(_edition_item(sheet, settings) for sheet in library.days[:MOST_EDITIONS])
    updated = _latest(items, library)
    yield from _both(Out(title=settings.name, folder="", stem="feed", about="", items=items, updated=updated), settings)
    placed = tuple(Placed(sheet=sheet, story=story) for sheet in library.days for story in sheet.stories)
    title = f"{settings.name}: every story"
    yield from story_feeds(library, settings, placed, title=title, folder="", stem="stories")


def story_feeds(
    library: Library, settings: SiteSettings, placed: Sequence[Placed], *, title: str, folder: str, stem: str
) -> Iterator[tuple[str, bytes]]:
    """Write the two feeds of a row of stories, newest first; `folder` is also the page they belong to."""
    items = tuple(_story_item(each, settings) for each in placed[:MOST_STORIES])
    updated = _latest(items, library)
    yield from _both(Out(title=title, folder=folder, stem=stem, about=folder, items=items, updated=updated), settings)


def atom(out: Out, settings: SiteSettings) -> bytes:
    """Write a feed as Atom."""
    return set_in(
        "site/atom.xml",
        settings.templates,
        out=out,
        settings=settings,
        urn=_urn("feed", out.atom_path),
        self_url=absolute(settings, out.atom_path),
        about_url=absolute(settings, out.about),
        icon_url=absolute(settings, "icon.svg"),
        instant=instant,
    ).encode()


def json_feed(out: Out, settings: SiteSettings) -> bytes:
    """Write a feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": out.title,
        "home_page_url": absolute(settings, out.about),
        "feed_url": absolute(settings, out.json_path),
        "description": settings.tagline,
        "language": "en",
        "authors": [{"name": settings.name, "url": absolute(settings, "")}],
        **({"hubs": [{"type": "WebSub", "url": settings.hub}]} if settings.hub else {}),
        "items": [_json_item(item) for item in out.items],
    }
    return (json.dumps(feed, ensure_ascii=False, indent=1) + "\n").encode()


def instant(at: datetime) -> str:
    """Write an instant by RFC 3339, in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _both(out: Out, settings: SiteSettings) -> Iterator[tuple[str, bytes]]:
    yield out.atom_path, atom(out, settings)
    yield out.json_path, json_feed(out, settings)


def _latest(items: Iterable[Item], library: Library) -> datetime:
    """Say when a feed changed last; an empty one has to say something too (RFC 4287 §4.2.15)."""
    first = library.days[-1].edition.built_at if library.days else datetime(1970, 1, 1, tzinfo=UTC)
    return max((item.updated for item in items), default=first)


def _edition_item(sheet: Sheet, settings: SiteSettings) -> Item:
    edition = sheet.edition
    url = absolute(settings, edition_path(edition.on))
    return Item(
        urn=_urn("edition", edition.on.isoformat(), edition.zone),
        url=url,
        page=url,
        title=f"{sheet.date_words}: {sheet.stories[0].title}" if sheet.stories else f"{sheet.date_words}: a quiet day",
        summary=f"{sheet.counts} {sheet.feeds_read}",
        html=set_in("site/feed_edition.html", settings.templates, sheet=sheet, url=url),
        published=edition.built_at,
        updated=edition.built_at,
    )


def _story_item(placed: Placed, settings: SiteSettings) -> Item:
    """Make the item of a story; a second apart, so that a reader that sorts by time keeps the order of the edition."""
    story, edition = placed.story, placed.sheet.edition
    page = absolute(settings, edition_path(edition.on), story.anchor)
    published = story.candidate.lead.published_at
    updated = edition.built_at - timedelta(seconds=max(0, story.rank - 1))
    return Item(
        urn=_urn("story", edition.on.isoformat(), story.story_id),
        url=story.url or page,
        page=page,
        title=story.title,
        summary=story.summary,
        html=set_in("site/feed_story.html", settings.templates, story=story, page=page),
        published=min(published or updated, updated),
        updated=updated,
        tags=tuple(label.name for label in (*story.topics, *story.networks)),
        author=story.source,
        language=story.language,
    )


def _json_item(item: Item) -> dict[str, object]:
    made: dict[str, object] = {
        "id": item.urn,
        "url": item.page,
        "title": item.title,
        "content_html": item.html,
        "date_published": instant(item.published),
        "date_modified": instant(item.updated),
    }
    optional: dict[str, object] = {
        "external_url": item.url if item.url != item.page else "",
        "summary": item.summary,
        "authors": [{"name": item.author}] if item.author else [],
        "tags": list(item.tags),
        "language": item.language,
    }
    return made | {key: value for key, value in optional.items() if value}


def _urn(*parts: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, 'dailyten:' + '/'.join(parts))}"
