"""Polling: ask feeds, read what they answer, and keep it, each answer whole or not at all.

Fetching is concurrent, reading happens in other processes, and there is one writer: what came while it wrote and a
moment longer is written next, together, for a commit waits for the disk however little it holds.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Protocol, assert_never

from dailyten.errors import DailytenError
from dailyten.model.entry import Document, NotAFeed
from dailyten.model.feed import Feed, PollNote, PollState
from dailyten.model.fetched import Failed, Failure, Fetched, Fresh
from dailyten.model.push import Push
from dailyten.pipeline.tray import Tray
from dailyten.poll.engine import Answer, Fetch, Limits, Postponed, ask_all
from dailyten.poll.etiquette import note_of
from dailyten.poll.hubs import after_poll, announced_by, wait_beside
from dailyten.poll.outcomes import Good, has_same_bytes, outcome_of
from dailyten.poll.rhythm import REMEMBERED, usual_wait
from dailyten.poll.schedule import PollPolicy, Wishes, asking_of, next_state, postponed
from dailyten.store.store import Store
from dailyten.store.transaction import Transaction


class Read(Protocol):
    """Reads a body with a limit on time (`dailyten.parse.process`)."""

    async def __call__(
        self, body: bytes, *, headers: Mapping[str, str], address: str, now: datetime, feed_id: str = ""
    ) -> Document | NotAFeed | Failed:
        """Give the document, or say what the body was instead; with a feed's id its entries are introduced as its."""
        ...


LEAVE_ALONE = frozenset({Failure.TOO_MANY_REQUESTS, Failure.GONE})
"""Failures after which even a person who asks for "now" waits until the next try is due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poller:
    """What polling needs beside the store; `fetching` and `reading` are opened for each round.

    Where it `hears_hubs`, a feed whose hub tells us of news is asked less often.
    """

    fetching: Callable[[], AbstractAsyncContextManager[Fetch]]
    reading: Callable[[], AbstractAsyncContextManager[Read]]
    clock: Callable[[], datetime]
    rng: Random
    policy: PollPolicy = field(default_factory=PollPolicy)
    limits: Limits = field(default_factory=Limits)
    back_issues: timedelta = timedelta(days=7)
    hears_hubs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What came of asking one feed. `outcome` is None for one that was put off for its host's sake."""

    feed: Feed
    outcome: Good | Failure | None
    detail: str = ""
    new_entries: int = 0
    next_poll_at: datetime | None = None


Asked = tuple[Feed, PollState]

MOST_REFUSED = 1
"""Answers that a round may fail to keep; at the second it is not the answer that is wrong, but the database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """An answer, and what was read in it."""

    answer: Answer
    fetched: Fetched
    document: Document | None

    @property
    def feed_id(self) -> str:
        return self.answer.feed_id

    @property
    def has_place(self) -> bool:
        """Say whether it holds a body, and so a place on the tray."""
        return isinstance(self.answer.fetched, Fresh)


_Settled = _Read | Postponed
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

    Afterwards lines of the log that are older than the policy keeps them are forgotten.

    Raises DailytenError when the database refuses: one feed's answer at the end, after all others are kept; more than
    one at once. What was kept until then stays.
    """
    by_id = {feed.feed_id: (feed, state) for feed, state in asked}
    try:
        polled = asyncio.run(_Round(store, poller, by_id, tell).run())
    except ExceptionGroup as group:
        raise _innermost(group) from group
    with store.writing() as db:
        db.feeds.forget_polls(poller.clock() - poller.policy.log_kept)
    return polled


@dataclass(slots=True)
class _Round:
    store: Store
    poller: Poller
    asked: Mapping[str, Asked]
    tell: Callable[[Polled], None]
    polled: list[Polled] = field(default_factory=list)
    refused: list[DailytenError] = field(default_factory=list)

    async def run(self) -> tuple[Polled, ...]:
        """Ask all, with no more bodies in hand than questions may be under way."""
        poller, now = self.poller, self.poller.clock()
        askings = [
            (feed.feed_id, asking_of(state, feed.address, now, poller.policy)) for feed, state in self.asked.values()
        ]
        async with poller.fetching() as fetch, poller.reading() as read:
            answering = ask_all(askings, fetch, limits=poller.limits, clock=poller.clock)
            await self._settle_all(answering, read)
        if self.refused:
            raise self.refused[0]
        return tuple(self.polled)

    async def _settle_all(self, answering: AsyncGenerator[Answer | Postponed, None], read: Read) -> None:
        tray = Tray[_Settled](self.poller.limits.at_once)
        async with asyncio.TaskGroup() as writing:
            writing.create_task(self._write(tray))
            async with asyncio.TaskGroup() as reading, aclosing(answering) as answers:
                async for answer in answers:
                    match answer:
                        case Postponed():
                            tray.put(answer)
                        case Answer(fetched=Fresh() as fresh):
                            await tray.take_place()
                            reading.create_task(self._settle(answer, fresh, read, tray))
                        case Answer():
                            tray.put(_Read(answer=answer, fetched=answer.fetched, document=None))
                        case _:
                            assert_never(answer)
            tray.end()

    async def _settle(self, answer: Answer, fresh: Fresh, read: Read, tray: Tray[_Settled]) -> None:
        fetched, document = await self._read(answer, fresh, read)
        tray.put(_Read(answer=answer, fetched=fetched, document=document))

    async def _write(self, tray: Tray[_Settled]) -> None:
        """Write down what is settled, all that waits in one transaction, until no more comes."""
        while settled := await tray.take():
            for polled in await asyncio.to_thread(self._keep_all, settled):
                self.polled.append(polled)
                self.tell(polled)
            tray.free(sum(isinstance(each, _Read) and each.has_place for each in settled))

    def _keep_all(self, settled: Sequence[_Settled]) -> list[Polled]:
        """Keep all in one transaction; where that fails one by one, so that one feed costs no other its answer."""
        try:
            return self._keep(settled)
        except DailytenError as error:
            if len(settled) <= 1:
                self._refuse(error)
                return []
        return [polled for each in settled for polled in self._keep_all([each])]

    def _refuse(self, error: DailytenError) -> None:
        self.refused.append(error)
        if len(self.refused) > MOST_REFUSED:
            raise error

    async def _read(self, answer: Answer, fresh: Fresh, read: Read) -> tuple[Fetched, Document | None]:
        """Turn a body into a document; one that is none becomes a failure of the feed."""
        if has_same_bytes(fresh, self.asked[answer.feed_id][1]):
            return fresh, None
        parsed = await read(
            fresh.body, headers=fresh.headers, address=fresh.address, now=answer.asked_at, feed_id=answer.feed_id
        )
        match parsed:
            case Document():
                return fresh, parsed
            case NotAFeed():
                return Failed(failure=Failure.NOT_A_FEED, detail=f"it is {parsed.what}", status=200), None
            case Failed():
                return parsed, None
            case _:
                assert_never(parsed)

    def _keep(self, settled: Sequence[_Settled]) -> list[Polled]:
        """Keep entries, what we now know of the feeds, and lines of the poll log."""
        with self.store.writing() as db:
            read = [each for each in settled if isinstance(each, _Read)]
            new = self._keep_entries(db, read)
            arrivals = db.entries.arrivals_of([each.feed_id for each in read], REMEMBERED)
            self._keep_announcements(db, read)
            pushes = self._mind_pushes(db, read, new)
            states = [
                self._postponed(each)
                if isinstance(each, Postponed)
                else self._next_state(each, arrivals[each.feed_id], pushes.get(each.feed_id))
                for each in settled
            ]
            db.feeds.record(*states)
            db.feeds.note_poll(*(_note(each, new.get(each.feed_id, 0)) for each in read))
        return [self._told(each, state, new) for each, state in zip(settled, states, strict=True)]

    def _keep_entries(self, db: Transaction, read: Sequence[_Read]) -> dict[str, int]:
        """Keep the entries that came, and say how many of each feed are new."""
        came = [(each, each.document) for each in read if each.document and each.document.entries]
        if not came:
            return {}
        from dailyten.model.introducing import introduce
        from dailyten.store.keeping import Arrived

        documents = [
            Arrived(
                feed_id=each.feed_id,
                entries=document.introduced or introduce(each.feed_id, document.entries),
                now=each.answer.asked_at,
                back_issues_before=each.answer.asked_at - self.poller.back_issues,
            )
            for each, document in came
        ]
        kept = db.entries.keep_all(documents)
        return {document.feed_id: len(one.new) for document, one in zip(documents, kept, strict=True)}

    def _keep_announcements(self, db: Transaction, read: Sequence[_Read]) -> None:
        """Keep which hub each document names, where that is another than before."""
        documents = {each.feed_id: (each.document, each.answer.asking.address) for each in read if each.document}
        if not documents:
            return
        before = db.pushes.announced(list(documents))
        now = {feed_id: announced_by(document, feed_id, at) for feed_id, (document, at) in documents.items()}
        db.pushes.announce([each for each in now.values() if each and before.get(each.feed_id) != each])
        db.pushes.withdraw([feed_id for feed_id in before if now[feed_id] is None])

    def _mind_pushes(self, db: Transaction, read: Sequence[_Read], new: Mapping[str, int]) -> dict[str, Push]:
        """Give the subscriptions of these feeds, and note of which news their hubs did not tell."""
        if not self.poller.hears_hubs:
            return {}
        # A hub may call meanwhile: either it is seen here, or it waits and finds what this answer brought.
        db.feeds.hold([each.feed_id for each in read])
        pushes = db.pushes.of_feeds([each.feed_id for each in read])
        after = {
            each.feed_id: after_poll(
                pushes[each.feed_id],
                new.get(each.feed_id, 0),
                before=self.asked[each.feed_id][1].last_poll_at,
                now=each.answer.asked_at,
            )
            for each in read
            if each.feed_id in pushes
        }
        db.pushes.keep(*(push for feed_id, push in after.items() if push is not pushes[feed_id]))
        return after

    def _next_state(self, read: _Read, arrivals: Iterable[datetime], push: Push | None) -> PollState:
        asked_at, policy = read.answer.asked_at, self.poller.policy
        usual = usual_wait(arrivals, asked_at)
        if push is not None:
            usual = wait_beside(push, usual, arrivals, asked_at, policy.beside_hub)
        return next_state(
            self.asked[read.feed_id][1],
            read.fetched,
            now=asked_at,
            policy=policy,
            rng=self.poller.rng,
            wishes=None if read.document is None else _wishes_of(read.document),
            usual_wait=usual,
        )

    def _postponed(self, answer: Postponed) -> PollState:
        poller, before = self.poller, self.asked[answer.feed_id][1]
        return postponed(before, answer.wait, now=poller.clock(), policy=poller.policy, rng=poller.rng)

    def _told(self, settled: _Settled, state: PollState, new: Mapping[str, int]) -> Polled:
        feed, before = self.asked[settled.feed_id]
        if isinstance(settled, Postponed):
            return Polled(feed=feed, outcome=None, next_poll_at=state.next_poll_at)
        entries = None if settled.document is None else len(settled.document.entries)
        return Polled(
            feed=feed,
            outcome=outcome_of(settled.fetched, before, entries=entries),
            detail=state.failure_detail,
            new_entries=new.get(feed.feed_id, 0),
            next_poll_at=state.next_poll_at,
        )


def _note(read: _Read, new_entries: int) -> PollNote:
    answer = read.answer
    return note_of(
        answer.feed_id,
        answer.asking,
        read.fetched,
        asked_at=answer.asked_at,
        took=answer.took,
        new_entries=new_entries,
    )


def _innermost(error: Exception) -> Exception:
    """Take an error out of the groups in which tasks wrap it."""
    return _innermost(error.exceptions[0]) if isinstance(error, ExceptionGroup) else error


def _wishes_of(document: Document) -> Wishes:
    return Wishes(minutes=document.ttl_minutes or 0, quiet_hours=document.quiet_hours)
