"""Feeds that have moved: what is proposed for the list and why, looking for dead feeds at their sites, writing moves.

A permanent redirect (301, 308) is proposed when it was the answer for six days; a temporary one never is. What a look
at a dead feed's site found is only proposed, never written without a person.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from dailyten.errors import BadInput
from dailyten.feedlist.address import alike_key, same_key
from dailyten.model.entry import KeptEntry
from dailyten.model.feed import Feed, ListChange, PollState, Replacement
from dailyten.model.fetched import Failure
from dailyten.pipeline.polling import Poller, Read
from dailyten.poll.engine import Fetch
from dailyten.poll.schedule import PollPolicy, proposed_move
from dailyten.store.store import Store

if TYPE_CHECKING:
    from dailyten.pipeline.list_file import ListFile
    from dailyten.pipeline.seeking import FoundFeed

DEAD = frozenset({Failure.NOT_FOUND, Failure.GONE, Failure.NOT_A_FEED, Failure.TOO_MANY_REDIRECTS})
"""Failures after which a feed of the same site may be where the news went."""
DEAD_AFTER = timedelta(days=3)
LOOK_AGAIN_AFTER = timedelta(days=7)
MOST_LOOKS = 3
"""Dead feeds that are looked for in one round."""
MOST_REQUESTS_A_LOOK = 6
_KNOWN = 50


class Because(StrEnum):
    """Why another address is proposed for a feed."""

    REDIRECT = "redirect"
    FOUND = "found"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedMove:
    """Another address for a feed of the list.

    `since` is when the redirects began or when the site was looked at. Of a found feed, `shared` of the `known` newest
    entries of the dead one are there too. `taken_by` is another listed feed with that address: then nothing is to be
    moved, one of the two is to be removed.
    """

    feed: Feed
    address: str
    because: Because
    since: datetime
    title: str = ""
    shared: int = 0
    known: int = 0
    taken_by: Feed | None = None


def proposed_moves(store: Store, policy: PollPolicy, now: datetime) -> tuple[ProposedMove, ...]:
    """Give every move that is proposed now, in the order of the list."""
    with store.reading() as db:
        listed, states, found = db.feeds.listed(), db.feeds.poll_states(), db.feeds.replacements()
    proposed = (_proposed(feed, states[feed.feed_id], found.get(feed.feed_id), policy, now) for feed in listed)
    return tuple(_with_owner(each, listed) for each in proposed if each is not None)


def moved_list(body: bytes, moves: Iterable[ProposedMove], *, name: str) -> bytes:
    """Give the bytes of the list with these moves in it; all else stays as it is."""
    from dailyten.feedlist.edit import Opml

    opml = Opml.of(body, name=name)
    for move in moves:
        if move.taken_by is not None:
            came = f"{move.address} is that of {move.taken_by.title} already"
            raise BadInput(f"{move.feed.title} cannot move: remove one of the two.", came=came)
        opml = opml.replace_address(move.feed.address, move.address, known_as=move.feed.feed_id)
    return opml.to_bytes()


def apply_redirects(store: Store, list_file: "ListFile", policy: PollPolicy, now: datetime) -> ListChange | None:
    """Write every move that permanent redirects have proposed; None where there is none.

    A feed that stands in an included list is left: that list is not ours to write.
    """
    from dailyten.pipeline.listing import change_list

    before = list_file.read()
    sure = [each for each in proposed_moves(store, policy, now) if is_sure(each)]
    moves, _ = ours_to_write(before, sure, name=list_file.name)
    if not moves:
        return None
    return change_list(store, list_file, "move", before, moved_list(before, moves, name=list_file.name), now)


def ours_to_write(
    body: bytes, moves: Iterable[ProposedMove], *, name: str
) -> tuple[list[ProposedMove], list[ProposedMove]]:
    """Part moves into those of feeds that this list names itself, and those of lists that it includes."""
    from dailyten.feedlist.edit import Opml
    from dailyten.feedlist.outline import address_of

    named = {same_key(address_of(element)) for element in Opml.of(body, name=name).outlines}
    ours, others = list[ProposedMove](), list[ProposedMove]()
    for each in moves:
        (ours if same_key(each.feed.address) in named else others).append(each)
    return ours, others


def is_sure(move: ProposedMove) -> bool:
    """Say whether the publisher itself named the new address and no other feed has it."""
    return move.because is Because.REDIRECT and move.taken_by is None


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


def _proposed(
    feed: Feed, state: PollState, found: Replacement | None, policy: PollPolicy, now: datetime
) -> ProposedMove | None:
    address = proposed_move(state, now, policy)
    if address and same_key(address) != same_key(feed.address) and state.moved_since is not None:
        return ProposedMove(feed=feed, address=address, because=Because.REDIRECT, since=state.moved_since)
    if found is None or not found.address or not state.failures:
        return None
    return ProposedMove(
        feed=feed,
        address=found.address,
        because=Because.FOUND,
        since=found.looked_at,
        title=found.title,
        shared=found.shared,
        known=found.known,
    )


def _with_owner(move: ProposedMove, listed: Sequence[Feed]) -> ProposedMove:
    others = (feed for feed in listed if feed.feed_id != move.feed.feed_id)
    owner = next((feed for feed in others if same_key(feed.address) == same_key(move.address)), None)
    return replace(move, taken_by=owner)


def _is_dead(state: PollState, now: datetime) -> bool:
    since = state.failing_since
    return state.failure in DEAD and since is not None and now - since >= DEAD_AFTER


def _may_look(last: Replacement | None, now: datetime) -> bool:
    """Look once a week; never again where something was found, for the editors have it before them."""
    return last is None or (not last.address and now - last.looked_at >= LOOK_AGAIN_AFTER)
