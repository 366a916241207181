"""Feeds that have moved: what is proposed for the list and why, and writing it.

A permanent redirect (301, 308) is proposed when it was the answer for six days; a temporary one never is. What a look
at a dead feed's site found is only proposed, never written without a person.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from dailyten.errors import BadInput
from dailyten.feedlist.address import same_key
from dailyten.model.feed import Feed, ListChange, PollState, Replacement
from dailyten.poll.schedule import PollPolicy, proposed_move
from dailyten.store.store import Store

if TYPE_CHECKING:
    from dailyten.pipeline.list_file import ListFile


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
