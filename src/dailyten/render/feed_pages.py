"""Pages of the feeds that are read: how each of them is, in plain words, and what it brings."""

from collections.abc import Iterator
from dataclasses import dataclass

from dailyten.model.edition import Edition, FeedReport
from dailyten.render.earnings import draw_earnings, earnings
from dailyten.render.harmless import line, link
from dailyten.render.library import Library, by_day
from dailyten.render.plots import count_by_week
from dailyten.render.press import Page, Press, feed_path
from dailyten.render.shelf_pages import MOST_LISTED
from dailyten.render.trends import entries_by_feed
from dailyten.render.wording import at_clock, feeds_read, plural, since

EARNING_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class _Card:
    """A feed as the list shows it."""

    feed_id: str
    path: str
    title: str
    home_url: str
    address: str
    read: bool
    state: str
    earns: str


def feed_pages(press: Press) -> Iterator[Page]:
    """Give a page for each feed that any of these editions read, and the list of those read today."""
    library = press.library
    known = library.bygone.feeds | {
        report.feed_id: report for edition in reversed(library.editions) for report in edition.feeds
    }
    today = {report.feed_id for report in library.editions[0].feeds} if library.editions else set()
    cards = [_card(report, library, listed=feed_id in today) for feed_id, report in known.items()]
    weeks = press.weeks(entries_by_feed)
    for card in cards:
        placed = library.by_feed.get(card.feed_id, ())
        yield press.page(
            "feed.html",
            f"{card.path}index.html",
            title=press.titled(card.title),
            description=f"What {card.title} brought to {press.settings.name}.",
            feed=card,
            days=by_day(placed, MOST_LISTED),
            older=max(0, len(placed) - MOST_LISTED),
            drawing=count_by_week(weeks, card.feed_id, name=card.title, one="new entry", many="new entries"),
        )
    newest = library.newest
    by_id = {card.feed_id: card for card in cards}
    yield press.page(
        "feeds.html",
        "feeds/index.html",
        title=press.titled("The feeds"),
        description="Which feeds are read, how they are, and what each of them brings.",
        earns=(rows := earnings(library.editions[:EARNING_DAYS])),
        earns_drawn=draw_earnings(rows),
        earns_days=min(EARNING_DAYS, len(library.editions)),
        sentence=feeds_read(newest.edition) if newest else "No edition has been made yet.",
        when=at_clock(newest.edition) if newest else "",
        cards=[by_id[report.feed_id] for report in newest.edition.feeds] if newest else [],
    )


def _card(report: FeedReport, library: Library, *, listed: bool) -> _Card:
    return _Card(
        feed_id=report.feed_id,
        path=feed_path(report.feed_id),
        title=line(report.title or report.address, 120),
        home_url=link(report.home_url),
        address=link(report.address),
        read=report.read or not listed,
        state=_state(report, library.editions[0]) if listed else "No longer on the list.",
        earns=_earns(report.feed_id, library),
    )


def _state(report: FeedReport, edition: Edition) -> str:
    if report.read:
        return f"Read for this edition, {plural(report.entries, 'new entry', 'new entries')}."
    began = f" since {since(report.since, edition.on, edition.zone)}" if report.since else ""
    return f"Unreachable{began}. {line(report.words, 240)}".strip()


def _earns(feed_id: str, library: Library) -> str:
    recent = library.editions[:EARNING_DAYS]
    entries = sum(report.entries for each in recent for report in each.feeds if report.feed_id == feed_id)
    told = sum(each.sheet.edition.on >= recent[-1].on for each in library.by_feed.get(feed_id, ()))
    span = "this edition" if len(recent) == 1 else f"the last {len(recent)} editions"
    return f"{plural(told, 'story', 'stories')} told from {plural(entries, 'new entry', 'new entries')} in {span}."
