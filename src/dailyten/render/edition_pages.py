"""Pages of editions: each day, each replaced revision, the home page."""

from collections import Counter
from collections.abc import Iterator, Sequence

from dailyten.render.links import edition_path
from dailyten.render.picture import Picture, picture
from dailyten.render.press import Page, Press, feed_path
from dailyten.render.sheet import Label, Sheet
from dailyten.text.shorten import shorten

MOST_RECENT = 5


def edition_pages(press: Press) -> Iterator[Page | Picture]:
    """Give a page for each day, from the first to the newest, and one for each revision that was replaced."""
    library = press.library
    listed = library.listed
    place_of = {each.on: place for place, each in enumerate(listed)}
    for sheet in reversed(library.days):
        on = sheet.edition.on
        older = library.replaced.get(on, ())
        for replaced in older:
            yield _replaced_page(press, replaced, by=sheet)
        drawn = picture(sheet, press.settings)
        if drawn is not None:
            yield drawn
        place = place_of[on]
        yield _page(
            press,
            sheet,
            edition_path(on) + "index.html",
            older=_revisions(older),
            before=listed[place + 1] if place + 1 < len(listed) else None,
            after=listed[place - 1] if place else None,
        )


def home_page(press: Press) -> Page:
    """Give the home page: the newest edition, with the nearest misses only and a way to the days before."""
    sheet = press.library.newest
    if sheet is None:
        name, tagline = press.settings.name, press.settings.tagline
        return press.page("none.html", "index.html", title=name, description=f"{tagline}.")
    listed = press.library.listed
    return _page(
        press,
        sheet,
        "index.html",
        title=f"{press.settings.name}: {sheet.date_words}",
        older=_revisions(press.library.replaced.get(sheet.edition.on, ())),
        full_cuts=False,
        recent=listed[1 : MOST_RECENT + 1],
        before=listed[1] if len(listed) > 1 else None,
    )


def _replaced_page(press: Press, sheet: Sheet, *, by: Sheet) -> Page:
    on = sheet.edition.on
    return _page(
        press,
        sheet,
        edition_path(on, sheet.edition.revision) + "index.html",
        replaced_by=edition_path(on),
        newest_revision=by.edition.revision,
        hidden=True,
    )


def _page(press: Press, sheet: Sheet, path: str, *, title: str = "", **what: object) -> Page:
    drawn = picture(sheet, press.settings) if not what.get("replaced_by") else None
    context: dict[str, object] = {
        "kind": "edition",
        "picture": drawn.path if drawn else "",
        "sheet": sheet,
        "edition_path": edition_path(sheet.edition.on),
        "earlier_stories": press.library.by_story,
        "topics_here": _topics(sheet),
        "feed_path": feed_path,
        "older": [],
        "replaced_by": "",
        "newest_revision": sheet.edition.revision,
        "full_cuts": True,
        "recent": (),
        "before": None,
        "after": None,
    }
    return press.page(
        "edition.html",
        path,
        title=title or press.titled(sheet.date_words),
        description=_description(sheet),
        **(context | what),
    )


def _revisions(sheets: Sequence[Sheet]) -> list[dict[str, object]]:
    return [
        {"revision": sheet.edition.revision, "path": edition_path(sheet.edition.on, sheet.edition.revision)}
        for sheet in sheets
    ]


def _description(sheet: Sheet) -> str:
    if not sheet.stories:
        return f"{sheet.quiet or sheet.counts} {sheet.feeds_read}"
    return shorten(f"{sheet.counts} " + "; ".join(story.title for story in sheet.stories[:3]), 200)


def _topics(sheet: Sheet) -> list[tuple[Label, int]]:
    return Counter(story.topic for story in sheet.stories if story.topic).most_common()
