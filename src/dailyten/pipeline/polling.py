"""Polling: ask feeds, read what they answer, and keep it, each answer whole or not at all.

Fetching is concurrent, reading happens in other processes, and there is one writer: what came while it wrote is
written next, together, for a commit waits for the disk however little it holds.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Protocol, assert_never

from dailyten.model.entry import Document, NotAFeed
from dailyten.model.feed import Feed, PollState
from dailyten.model.fetched import Failed, Failure, Fetched, Fresh
from dailyten.poll.engine import Answer, Fetch, Limits, Postponed, ask_all
from dailyten.poll.etiquette import note_of
from dailyten.poll.outcomes import Good, has_same_bytes, outcome_of
from dailyten.poll.rhythm import REMEMBERED, usual_wait
from dailyten.poll.schedule import PollPolicy, Wishes, asking_of, next_state, postponed
from dailyten.store.store import Store, Transaction


class Read(Protocol):
    """Reads a body with a limit on time (`dailyten.parse.process`)."""

    async def __call__(
        self, body: bytes, *, headers: Mapping[str, str], address: str, now: datetime
    ) -> Document | NotAFeed | Failed:
        """Give the document, or say what the body was instead."""
        ...


LEAVE_ALONE = frozenset({Failure.TOO_MANY_REQUESTS, Failure.GONE})
"""Failures after which even a person who asks for "now" waits until the next try is due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poller:
    """What polling needs beside the store; `fetching` and `reading` are opened for each round."""

    fetching: Callable[[], AbstractAsyncContextManager[Fetch]]
    reading: Callable[[], AbstractAsyncContextManager[Read]]
    clock: Callable[[], datetime]
    rng: Random
    policy: PollPolicy = field(default_factory=PollPolicy)
    limits: Limits = field(default_factory=Limits)
    back_issues: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What came of asking one feed. `outcome` is None for one that was put off for its host's sake."""

    feed: Feed
    outcome: Good | Failure | None
    detail: str = ""
    new_entries: int = 0
    next_poll_at: datetime | None = None


Asked = tuple[Feed, PollState]
_Settled = Callable[[Transaction], Polled]
"""What came of one question, ready to be written down."""


def due_feeds(store: Store, now: datetime) -> tuple[Asked, ...]:
    """Name the feeds whose time has come."""
    with store.reading() as db:
        return db.feeds.due(now)


def all_feeds(store: Store, now: datetime) -> tuple[Asked, ...]:
    """Name every listed feed, except those that told us to stay away for longer."""
    with store.reading() as db:
        states = db.feeds.poll_states()
        asked = ((feed, states[feed.feed_id]) for feed in db.feeds.listed())
        return tuple(each for each in asked if not _must_wait(each[1], now))


def _must_wait(state: PollState, now: datetime) -> bool:
    return state.failure in LEAVE_ALONE and state.next_poll_at is not None and state.next_poll_at > now


def poll(
    store: Store, poller: Poller, asked: Iterable[Asked], tell: Callable[[Polled], None] = lambda _: None
) -> tuple[Polled, ...]:
    """Ask these feeds and keep what they answer; `tell` hears of each as soon as it is kept.

    Raises StoreError when the database gives up; what was kept until then stays.
    """
    by_id = {feed.feed_id: (feed, state) for feed, state in asked}
    try:
        return asyncio.run(_Round(store, poller, by_id, tell).run())
    except ExceptionGroup as group:
        raise _innermost(group) from group


@dataclass(slots=True)
class _Round:
    store: Store
    poller: Poller
    asked: Mapping[str, Asked]
    tell: Callable[[Polled], None]
    polled: list[Polled] = field(default_factory=list)

    async def run(self) -> tuple[Polled, ...]:
        """Ask all, with no more answers in hand than questions may be under way."""
        poller, now = self.poller, self.poller.clock()
        askings = [
            (feed.feed_id, asking_of(state, feed.address, now, poller.policy)) for feed, state in self.asked.values()
        ]
        async with poller.fetching() as fetch, poller.reading() as read:
            answering = ask_all(askings, fetch, limits=poller.limits, clock=poller.clock)
            await self._settle_all(answering, read)
        return tuple(self.polled)

    async def _settle_all(self, answering: AsyncGenerator[Answer | Postponed, None], read: Read) -> None:
        room, settled = asyncio.Semaphore(self.poller.limits.at_once), asyncio.Queue[_Settled | None]()
        async with asyncio.TaskGroup() as writing:
            writing.create_task(self._write(settled, room))
            async with asyncio.TaskGroup() as reading, aclosing(answering) as answers:
                async for answer in answers:
                    await room.acquire()
                    reading.create_task(self._settle(answer, read, settled))
            settled.put_nowait(None)

    async def _settle(self, answer: Answer | Postponed, read: Read, settled: asyncio.Queue[_Settled | None]) -> None:
        match answer:
            case Answer():
                settled.put_nowait(partial(self._keep, answer, *await self._read(answer, read)))
            case Postponed():
                settled.put_nowait(partial(self._put_off, answer))
            case _:
                assert_never(answer)

    async def _write(self, settled: asyncio.Queue[_Settled | None], room: asyncio.Semaphore) -> None:
        """Write down what is settled, all that waits in one transaction, until None says that no more comes."""
        more = True
        while more:
            waiting = [await settled.get()]
            while not settled.empty():
                waiting.append(settled.get_nowait())
            more = None not in waiting
            for polled in await asyncio.to_thread(self._write_together, [each for each in waiting if each]):
                room.release()
                self.polled.append(polled)
                self.tell(polled)

    def _write_together(self, settled: Sequence[_Settled]) -> list[Polled]:
        with self.store.writing() as db:
            return [keep(db) for keep in settled]

    async def _read(self, answer: Answer, read: Read) -> tuple[Fetched, Document | None]:
        """Turn a body into a document; one that is none becomes a failure of the feed."""
        fetched, state = answer.fetched, self.asked[answer.feed_id][1]
        if not isinstance(fetched, Fresh) or has_same_bytes(fetched, state):
            return fetched, None
        parsed = await read(fetched.body, headers=fetched.headers, address=fetched.address, now=answer.asked_at)
        match parsed:
            case Document():
                return fetched, parsed
            case NotAFeed():
                return Failed(failure=Failure.NOT_A_FEED, detail=f"it is {parsed.what}", status=200), None
            case Failed():
                return parsed, None
            case _:
                assert_never(parsed)

    def _keep(self, answer: Answer, fetched: Fetched, document: Document | None, db: Transaction) -> Polled:
        """Keep the entries, what we now know of the feed, and a line of the poll log."""
        feed, before = self.asked[answer.feed_id]
        now, policy = answer.asked_at, self.poller.policy
        entries = None if document is None else document.entries
        back = now - self.poller.back_issues
        new = len(db.entries.keep(feed.feed_id, entries, now=now, back_issues_before=back).new) if entries else 0
        state = next_state(
            before,
            fetched,
            now=now,
            policy=policy,
            rng=self.poller.rng,
            wishes=None if document is None else _wishes_of(document),
            usual_wait=usual_wait(db.entries.arrivals_of(feed.feed_id, REMEMBERED), now),
        )
        db.feeds.record(state)
        note = note_of(feed.feed_id, answer.asking, fetched, asked_at=now, took=answer.took, new_entries=new)
        db.feeds.note_poll(note)
        return Polled(
            feed=feed,
            outcome=outcome_of(fetched, before, entries=None if entries is None else len(entries)),
            detail=state.failure_detail,
            new_entries=new,
            next_poll_at=state.next_poll_at,
        )

    def _put_off(self, answer: Postponed, db: Transaction) -> Polled:
        feed, before = self.asked[answer.feed_id]
        poller = self.poller
        state = postponed(before, answer.wait, now=poller.clock(), policy=poller.policy, rng=poller.rng)
        db.feeds.record(state)
        return Polled(feed=feed, outcome=None, next_poll_at=state.next_poll_at)


def _innermost(error: Exception) -> Exception:
    """Take an error out of the groups in which tasks wrap it."""
    return _innermost(error.exceptions[0]) if isinstance(error, ExceptionGroup) else error


def _wishes_of(document: Document) -> Wishes:
    return Wishes(minutes=document.ttl_minutes or 0, quiet_hours=document.quiet_hours)
