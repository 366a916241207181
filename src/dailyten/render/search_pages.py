"""Search: its page, its script, a file of findable stories for each month, and all titles as plain pages by year."""

import hashlib
from collections.abc import Iterator, Mapping

from dailyten.render.findable import (
    Findable,
    by_month,
    findables,
    month_key,
    read_shard,
    shard_path,
    write_shard,
)
from dailyten.render.harmless import line, slug
from dailyten.render.library import Library
from dailyten.render.press import Page, Press
from dailyten.render.templates import source
from dailyten.render.wording import MONTHS, month_name, short_date


def shards(library: Library) -> dict[str, bytes]:
    """Write the findable stories of these editions by month. Months must be whole: a file holds all of its month."""
    known = by_month(each for sheet in library.days for each in findables(sheet))
    quiet = {month_key(sheet.edition.on) for sheet in library.days} - set(known)
    return {month: write_shard(month, known.get(month, ())) for month in sorted({*known, *quiet})}


def search_pages(press: Press, earlier: Mapping[str, bytes]) -> Iterator[Page]:
    """Give everything the search needs. `earlier` are files of months that are not rendered, for the years' titles."""
    fresh = shards(press.library)
    yield from (Page(path=shard_path(month), body=body) for month, body in fresh.items())
    yield from _title_pages(press, dict(earlier) | fresh)
    script = _script(press)
    yield script
    yield _search_page(press, script.path)


def _script(press: Press) -> Page:
    body = source("site/search.js", press.settings.templates).encode()
    return Page(path=f"search/script.{hashlib.sha256(body).hexdigest()[:12]}.js", body=body)


def _search_page(press: Press, script: str) -> Page:
    listed = press.library.listed
    known = {report.feed_id: report for edition in reversed(press.library.editions) for report in edition.feeds}
    feeds = [(slug(feed_id), line(report.title or report.address, 80)) for feed_id, report in known.items()]
    return press.page(
        "search.html",
        "search/index.html",
        title=press.titled("Search"),
        description=f"Search the stories of all editions of {press.settings.name}.",
        script=script,
        months=list(dict.fromkeys(month_key(each.on) for each in listed)),
        years=_years(press),
        count=len(listed),
        stories=sum(each.stories for each in listed),
        first=short_date(listed[-1].on) if listed else "",
        earliest=listed[-1].on.isoformat() if listed else "",
        latest=listed[0].on.isoformat() if listed else "",
        topics=[(label.slug, label.name) for label in press.topics()],
        networks=[(label.slug, label.name) for label in press.networks()],
        feeds=sorted(feeds, key=lambda feed: feed[1].casefold()),
    )


def titles_path(year: str) -> str:
    """Say where all titles of a year stand."""
    return f"search/titles/{year}/"


def _title_pages(press: Press, bodies: Mapping[str, bytes]) -> Iterator[Page]:
    """Give the titles of each year that is known whole; that of another year stays as it was published."""
    unknown = {month_key(each.on)[:4] for each in press.library.listed if month_key(each.on) not in bodies}
    for year in _years(press):
        if year in unknown:
            continue
        months = [_month(read_shard(bodies[month])) for month in sorted(bodies, reverse=True) if month.startswith(year)]
        months = [month for month in months if month["stories"]]
        yield press.page(
            "titles.html",
            titles_path(year) + "index.html",
            title=press.titled(f"All titles of {year}"),
            description=f"Every story that {press.settings.name} told in {year}, by title.",
            year=year,
            others=[other for other in _years(press) if other != year],
            count=sum(len(month["stories"]) for month in months),
            months=months,
        )


def _month(stories: tuple[Findable, ...]) -> dict[str, tuple[Findable, ...] | str]:
    if not stories:
        return {"stories": ()}
    on = stories[0].on
    return {"name": month_name(on), "short": MONTHS[on.month - 1][:3], "stories": stories}


def _years(press: Press) -> list[str]:
    return list(dict.fromkeys(f"{each.on.year:04}" for each in press.library.listed))
