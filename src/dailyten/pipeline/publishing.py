"""Publishing: every page of the site from the frozen editions, put in place at once.

The newest months are rendered anew each time; pages of older ones stay as they are, as long as they are there and
were printed in today's style. What is missing is printed again, month by month. (Decision 0018.)
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import structlog

from dailyten.feedlist.export import export
from dailyten.model.delivery import DeliveryState
from dailyten.model.edition import ArchiveLine, Edition
from dailyten.render.disk import Published, Put
from dailyten.render.findable import month_key, shard_path
from dailyten.render.library import Bygone
from dailyten.render.links import absolute
from dailyten.render.names import Names
from dailyten.render.picture import Picture
from dailyten.render.press import Page
from dailyten.render.receipt import Receipt
from dailyten.render.settings import SiteSettings
from dailyten.render.site import kept_paths, lasting_paths, month_anew, site, style
from dailyten.store.store import Store
from dailyten.store.transaction import Transaction

log = structlog.get_logger()

FULL_EDITIONS = 100
"""Editions rendered anew each time, with the rest of the oldest one's month; twelve weeks of plots need 84."""
MONTHS_KNOWN = 12
"""Months before these whose search files are read back from the site: for dates ahead, and stories told before."""

RECEIPTS = 7
UNDER_WAY = {DeliveryState.QUEUED, DeliveryState.LEASED, DeliveryState.IN_DOUBT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """What printing the site needs beside the store. `there` names the files of the site, `body` reads one of them.

    `turn` waits until nobody else publishes, and gives what puts pages in their place (`dailyten.render.disk`).
    `tell_hub` tells a hub which feeds changed and gives "" or why it did not take it.
    """

    settings: SiteSettings
    names: Names
    zone: str
    turn: Callable[[], AbstractContextManager[Put]]
    there: Callable[[], frozenset[str]]
    body: Callable[[str], bytes]
    tell_hub: Callable[[str, Sequence[str]], str] | None = None


def publish_site(store: Store, press: Press, now: datetime, *, everything: bool = False) -> Published:
    """Render the site of all editions and put it in place; then write down that they are published.

    With `everything` the pages of old editions are rendered anew too, as after a change of templates. Raises
    PublishError, and the site is then as it was.
    """
    with press.turn() as put, store.reading() as db:
        plan = _plan(db, press, everything=everything)
        published = put(_pages(db, press, plan), kept_paths(plan.kept))
    with store.writing() as db:
        for line in (*plan.full, *plan.anew):
            if line.published_at is None:
                db.editions.mark_published(line.edition_id, now)
    _tell_hub(press, published)
    return published


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """Which editions are rendered: `full` with all that is about them, `anew` only their lasting pages."""

    lines: tuple[ArchiveLine, ...]
    full: tuple[ArchiveLine, ...]
    anew: tuple[ArchiveLine, ...] = ()
    kept: tuple[ArchiveLine, ...] = ()
    shards: dict[str, bytes] = field(default_factory=dict)


def _tell_hub(press: Press, published: Published) -> None:
    """Tell the hub which feeds changed; a hub that is down is logged, and stops nothing."""
    settings = press.settings
    feeds = sorted(
        path for path in published.written if path.endswith(("feed.xml", "feed.json", "stories.xml", "stories.json"))
    )
    if press.tell_hub is None or not settings.hub or not settings.is_public or not feeds:
        return
    fault = press.tell_hub(settings.hub, [absolute(settings, path) for path in feeds])
    if fault:
        log.warning("hub_not_told", hub=settings.hub, feeds=len(feeds), reason=fault)
    else:
        log.info("hub_told", hub=settings.hub, feeds=len(feeds))


def _plan(db: Transaction, press: Press, *, everything: bool) -> _Plan:
    lines = tuple(line for line in db.editions.listing(every_revision=True) if line.zone == press.zone)
    by_month: dict[str, list[ArchiveLine]] = {}
    for line in lines:
        by_month.setdefault(month_key(line.on), []).append(line)
    newest = _newest_months(by_month)
    older = [month for month in by_month if month not in newest]
    there = press.there() if older else frozenset()
    whole = style(press.settings).path in there and not everything
    kept = {month for month in older if whole and _is_there(by_month[month], there)}
    return _Plan(
        lines=lines,
        full=_of(by_month, newest),
        anew=_of(by_month, [month for month in older if month not in kept]),
        kept=_of(by_month, [month for month in older if month in kept]),
        shards={month: press.body(shard_path(month)) for month in older[:MONTHS_KNOWN] if month in kept},
    )


def _newest_months(by_month: dict[str, list[ArchiveLine]]) -> list[str]:
    """Give the months, the newest first, until they hold enough editions."""
    months: list[str] = []
    days = 0
    for month, lines in by_month.items():
        if days >= FULL_EDITIONS:
            break
        months.append(month)
        days += len({line.on for line in lines})
    return months


def _of(by_month: dict[str, list[ArchiveLine]], months: Sequence[str]) -> tuple[ArchiveLine, ...]:
    return tuple(line for month in months for line in by_month[month])


def _is_there(lines: Iterable[ArchiveLine], there: frozenset[str]) -> bool:
    return all(path in there for line in lines for path in lasting_paths(line.on))


def _pages(db: Transaction, press: Press, plan: _Plan) -> Iterator[Page | Picture]:
    feeds_opml = export(db.feeds.listed(), f"{press.settings.name}: the feeds")
    bygone, shards = Bygone(), dict(plan.shards)
    yield from _old_pages(db, press, plan, bygone, shards)
    earlier = [*plan.anew, *plan.kept]
    yield from site(
        _editions(db, plan.full),
        press.settings,
        press.names,
        feeds_opml=feeds_opml,
        earlier=earlier,
        earlier_shards=shards,
        bygone=bygone,
        receipts=_receipts(db, plan.full),
    )


def _receipts(db: Transaction, lines: Sequence[ArchiveLine]) -> list[Receipt]:
    """Count what became of the mails of the last editions; of one that is still being sent nothing is said yet."""
    receipts: list[Receipt] = []
    for line in lines:
        if len(receipts) == RECEIPTS:
            break
        counts = db.outbox.counts(line.edition_id) if line.mailed_at is not None else {}
        if counts and not counts.keys() & UNDER_WAY:
            receipts.append(
                Receipt(
                    on=line.on,
                    sent=counts.get(DeliveryState.SENT, 0),
                    deferred=counts.get(DeliveryState.DEFERRED, 0),
                    failed=counts.get(DeliveryState.FAILED, 0) + counts.get(DeliveryState.EXPIRED, 0),
                    unknown=counts.get(DeliveryState.UNKNOWN, 0),
                )
            )
    return receipts


def _old_pages(
    db: Transaction, press: Press, plan: _Plan, bygone: Bygone, shards: dict[str, bytes]
) -> Iterator[Page | Picture]:
    """Print months that are missing, the oldest first; only one of them is in memory at a time."""
    months: dict[str, list[ArchiveLine]] = {}
    for line in reversed(plan.anew):
        months.setdefault(month_key(line.on), []).append(line)
    for month, lines in months.items():
        before = {key: shards.get(key) or press.body(shard_path(key)) for key in _months_before(month)}
        for page in month_anew(
            _editions(db, lines),
            press.settings,
            press.names,
            has_opml=True,
            all_lines=plan.lines,
            earlier_shards=before,
            bygone=bygone,
        ):
            if page.path == shard_path(month):
                shards[month] = page.body
            yield page


def _months_before(month: str) -> tuple[str, str]:
    """Name the two months before one: no story is carried on after a longer time."""
    first = date.fromisoformat(f"{month}-01")
    last = first - timedelta(days=1)
    return month_key(last.replace(day=1) - timedelta(days=1)), month_key(last)


def _editions(db: Transaction, lines: Iterable[ArchiveLine]) -> list[Edition]:
    return [db.editions.get(line.edition_id) for line in lines]
