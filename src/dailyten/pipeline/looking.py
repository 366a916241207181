"""Dead feeds: looking at their sites for others. What is found is proposed, and never written without a person."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dailyten.model.entry import KeptEntry
from dailyten.model.feed import Feed, PollState, Replacement
from dailyten.model.fetched import Failure
from dailyten.pipeline.polling import Poller, Read
from dailyten.poll.engine import Fetch
from dailyten.store.store import Store

if TYPE_CHECKING:
    from dailyten.pipeline.seeking import FoundFeed

DEAD = frozenset({Failure.NOT_FOUND, Failure.GONE, Failure.NOT_A_FEED, Failure.TOO_MANY_REDIRECTS})
"""Failures after which a feed of the same site may be where the news went."""
DEAD_AFTER = timedelta(days=3)
LOOK_AGAIN_AFTER = timedelta(days=7)
MOST_LOOKS = 3
"""Dead feeds that are looked for in one round."""
MOST_REQUESTS_A_LOOK = 6
_KNOWN = 50


def dead_feeds(store: Store, now: datetime) -> tuple[Feed, ...]:
    """Name the feeds that have been dead for three days and were not looked for within a week, a few at a time."""
    with store.reading() as db:
        failing, looked = db.feeds.failing(), db.feeds.replacements()
    due = [feed for feed, state in failing if _is_dead(state, now) and _may_look(looked.get(feed.feed_id), now)]
    return tuple(due[:MOST_LOOKS])


def look_for(store: Store, poller: Poller, dead: Iterable[Feed], now: datetime) -> tuple[Replacement, ...]:
    """Look at the sites of dead feeds for other feeds, one site after the other, and keep what came of it."""
    return asyncio.run(_look_for(store, poller, dead, now))


async def _look_for(store: Store, poller: Poller, dead: Iterable[Feed], now: datetime) -> tuple[Replacement, ...]:
    async with poller.fetching() as fetch, poller.reading() as read:
        looked = [_keep(store, feed, await _feeds_at_its_site(fetch, read, feed, now), now) for feed in dead]
    return tuple(looked)


async def _feeds_at_its_site(fetch: Fetch, read: Read, feed: Feed, now: datetime) -> "tuple[FoundFeed, ...]":
    """Search from the feed's home page, then from the front page of its host; few requests for both together."""
    from dailyten.pipeline.seeking import front_of, seek

    left = MOST_REQUESTS_A_LOOK
    for start in dict.fromkeys([feed.home_url or front_of(feed.address), front_of(feed.address)]):
        sought = await seek(fetch, read, start, now=now, most=left)
        left -= len(sought.steps)
        if sought.feeds or left < 1:
            return sought.feeds
    return ()


def _keep(store: Store, feed: Feed, found: "Sequence[FoundFeed]", now: datetime) -> Replacement:
    from dailyten.feedlist.address import alike_key

    with store.writing() as db:
        listed = {alike_key(each.address) for each in db.feeds.listed()}
        kept = db.entries.of_feed(feed.feed_id, _KNOWN)
        replacement = _best(feed, [each for each in found if alike_key(each.address) not in listed], kept, now)
        db.feeds.keep_replacement(replacement)
    return replacement


def _best(feed: Feed, found: "Sequence[FoundFeed]", kept: Sequence[KeptEntry], now: datetime) -> Replacement:
    """Take the feed that carries most of what the dead one had; of two alike the one that the site names first."""
    from dailyten.pipeline.previewing import shared_entries

    known = len(kept)
    ranked = [(shared_entries(each.document.entries, kept), each) for each in found if _may_replace(each)]
    if not ranked:
        return Replacement(feed_id=feed.feed_id, looked_at=now, known=known)
    shared, best = max(ranked, key=lambda each: each[0])
    return Replacement(
        feed_id=feed.feed_id,
        looked_at=now,
        address=best.address,
        title=best.document.title,
        shared=min(shared, known),
        known=known,
    )


def _may_replace(found: "FoundFeed") -> bool:
    return bool(found.document.entries) and not found.is_side


def _is_dead(state: PollState, now: datetime) -> bool:
    since = state.failing_since
    return state.failure in DEAD and since is not None and now - since >= DEAD_AFTER


def _may_look(last: Replacement | None, now: datetime) -> bool:
    """Look once a week; never again where something was found, for the editors have it before them."""
    return last is None or (not last.address and now - last.looked_at >= LOOK_AGAIN_AFTER)
