"""Polling: ask feeds, read what they answer, and keep it, each answer in one transaction of its own.

Fetching is concurrent, reading happens in other processes, keeping is one answer after the other: one writer.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Protocol, assert_never

from dailyten.model.entry import Document, NotAFeed
from dailyten.model.feed import Feed, PollState
from dailyten.model.fetched import Failed, Failure, Fetched, Fresh
from dailyten.poll.engine import Answer, Fetch, Limits, Postponed, ask_all
from dailyten.poll.etiquette import note_of
from dailyten.poll.outcomes import Good, has_same_bytes, outcome_of
from dailyten.poll.rhythm import usual_wait
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
    """Ask these feeds and keep what they answer; `tell` hears of each as soon as it is kept."""
    return asyncio.run(_Round(store, poller, {feed.feed_id: (feed, state) for feed, state in asked}, tell).run())


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
        room = asyncio.Semaphore(self.poller.limits.at_once)
        async with asyncio.TaskGroup() as tasks, aclosing(answering) as answers:
            async for answer in answers:
                await room.acquire()
                tasks.create_task(self._settle(answer, read)).add_done_callback(lambda _: room.release())

    async def _settle(self, answer: Answer | Postponed, read: Read) -> None:
        match answer:
            case Answer():
                fetched, document = await self._read(answer, read)
                with self.store.writing() as db:
                    polled = self._keep(db, answer, fetched, document)
            case Postponed():
                polled = self._put_off(answer)
            case _:
                assert_never(answer)
        self.polled.append(polled)
        self.tell(polled)

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

    def _keep(self, db: Transaction, answer: Answer, fetched: Fetched, document: Document | None) -> Polled:
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
            usual_wait=usual_wait((kept.first_seen_at for kept in db.entries.of_feed(feed.feed_id, 40)), now),
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

    def _put_off(self, answer: Postponed) -> Polled:
        feed, before = self.asked[answer.feed_id]
        poller = self.poller
        state = postponed(before, answer.wait, now=poller.clock(), policy=poller.policy, rng=poller.rng)
        with self.store.writing() as db:
            db.feeds.record(state)
        return Polled(feed=feed, outcome=None, next_poll_at=state.next_poll_at)


def _wishes_of(document: Document) -> Wishes:
    return Wishes(minutes=document.ttl_minutes or 0, quiet_hours=document.quiet_hours)
