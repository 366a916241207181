"""Many questions at once on one thread, fair to every host: answers come out as they arrive, in no order.

One slow feed delays the others by nothing but its place. Memory is bounded: no more bodies are held than questions
may be under way, however many feeds there are and however slow the reader of the answers is.
"""

import asyncio
import heapq
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final, Protocol
from urllib.parse import urlsplit

from dailyten.model.fetched import Asking, Failed, Failure, Fetched
from dailyten.model.instant import utc_now

_ASKS_FOR_PEACE: Final = frozenset({Failure.TOO_MANY_REQUESTS, Failure.SERVER_ERROR})


class Fetch(Protocol):
    """The port to the world; `HttpFetcher.fetch` fits it."""

    async def __call__(self, asking: Asking, /) -> Fetched:
        """Put one question and give the answer as a value."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many questions may be under way, in all and to one host, and how a host is spared.

    Before the next question a host gets `spacing` times the time its last answer took, at most `longest_spacing`: a
    server that labours is asked slowly, one that answers at once is not held up.
    """

    at_once: int = 64
    per_host: int = 2
    spacing: float = 1.0
    longest_spacing: timedelta = timedelta(seconds=2)

    def __post_init__(self) -> None:
        if self.at_once < 1 or self.per_host < 1 or self.spacing < 0:
            raise ValueError(f"expected at least one question at once, came {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of one question."""

    feed_id: str
    asking: Asking
    fetched: Fetched
    asked_at: datetime
    took: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Postponed:
    """A question that was not put, because the host had just asked us to stay away for `wait`."""

    feed_id: str
    asking: Asking
    wait: timedelta


@dataclass(slots=True)
class _Host:
    waiting: deque[tuple[str, Asking]] = field(default_factory=deque)
    under_way: int = 0
    free_at: float = 0.0
    in_line: bool = False


class Line:
    """Who is asked next. Hosts take turns; a host that is busy or being spared steps aside without holding up others.

    Times are seconds of any monotonic clock. Not thread-safe, and needs no threads.
    """

    def __init__(self, askings: Iterable[tuple[str, Asking]], limits: Limits) -> None:
        self._limits = limits
        self._hosts: dict[str, _Host] = {}
        self._turns: deque[str] = deque()
        self._spared: list[tuple[float, str]] = []
        self._left = 0
        for feed_id, asking in askings:
            host = host_of(asking.address)
            self._hosts.setdefault(host, _Host()).waiting.append((feed_id, asking))
            self._left += 1
        for host in self._hosts:
            self._stand(host)

    def __len__(self) -> int:
        return self._left

    def take(self, now: float) -> tuple[str, Asking] | None:
        """Give the next question that may be put now; None when there is none yet."""
        while self._spared and self._spared[0][0] <= now:
            self._turns.append(heapq.heappop(self._spared)[1])
        while self._turns:
            name = self._turns.popleft()
            host = self._hosts[name]
            host.in_line = False
            if host.free_at <= now:
                host.under_way += 1
                self._left -= 1
                job = host.waiting.popleft()
                self._stand(name, now)
                return job
            self._stand(name, now)
        return None

    def done(self, address: str, now: float, took_seconds: float) -> None:
        """Say that a question came back, so that its host can have the next one."""
        name = host_of(address)
        host = self._hosts[name]
        host.under_way -= 1
        gap = min(took_seconds * self._limits.spacing, self._limits.longest_spacing.total_seconds())
        host.free_at = max(host.free_at, now + gap)
        if host.under_way == 0 and not host.waiting:
            del self._hosts[name]
        else:
            self._stand(name, now)

    def withdraw(self, address: str) -> list[tuple[str, Asking]]:
        """Take out all questions that wait for the host of an address."""
        host = self._hosts.get(host_of(address))
        if host is None:
            return []
        taken = list(host.waiting)
        host.waiting.clear()
        self._left -= len(taken)
        if host.in_line:
            host.in_line = False
            name = host_of(address)
            self._turns = deque(each for each in self._turns if each != name)
            self._spared = [each for each in self._spared if each[1] != name]
            heapq.heapify(self._spared)
        return taken

    def free_at(self) -> float | None:
        """Say when the next spared host may be asked; None when no host is being spared."""
        return self._spared[0][0] if self._spared else None

    def _stand(self, name: str, now: float = 0.0) -> None:
        host = self._hosts[name]
        if host.in_line or not host.waiting or host.under_way >= self._limits.per_host:
            return
        host.in_line = True
        if host.free_at > now:
            heapq.heappush(self._spared, (host.free_at, name))
        else:
            self._turns.append(name)


async def ask_all(
    askings: Iterable[tuple[str, Asking]],
    fetch: Fetch,
    *,
    limits: Limits | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> AsyncGenerator[Answer | Postponed, None]:
    """Put every question, given as (feed id, question), and yield what comes of each, once.

    When a host answers 429, or 5xx with a Retry-After, its other questions of this round come out as `Postponed`.
    Leave early by closing the generator (`contextlib.aclosing`): what is under way is cancelled and awaited. An
    exception of `fetch` is a bug, not the world's doing, and ends the round.
    """
    limits = limits or Limits()
    loop = asyncio.get_running_loop()
    line = Line(askings, limits)
    under_way: set[asyncio.Task[Answer]] = set()
    ended: asyncio.Queue[asyncio.Task[Answer] | None] = asyncio.Queue()
    try:
        while line or under_way:
            while len(under_way) < limits.at_once and (job := line.take(loop.time())):
                task = loop.create_task(_ask(*job, fetch, clock))
                task.add_done_callback(ended.put_nowait)
                under_way.add(task)
            task_or_none = await _next_of(ended, line.free_at() if len(under_way) < limits.at_once else None)
            if task_or_none is None:
                continue
            under_way.discard(task_or_none)
            answer = task_or_none.result()
            line.done(answer.asking.address, loop.time(), answer.took.total_seconds())
            spare = _spares(answer.fetched)
            withdrawn = line.withdraw(answer.asking.address) if spare else []
            yield answer
            for feed_id, asking in withdrawn:
                yield Postponed(feed_id=feed_id, asking=asking, wait=spare or timedelta(0))
    finally:
        for each in under_way:
            each.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


async def _ask(feed_id: str, asking: Asking, fetch: Fetch, clock: Callable[[], datetime]) -> Answer:
    loop = asyncio.get_running_loop()
    asked_at, began = clock(), loop.time()
    fetched = await fetch(asking)
    took = timedelta(seconds=loop.time() - began)
    return Answer(feed_id=feed_id, asking=asking, fetched=fetched, asked_at=asked_at, took=took)


async def _next_of(
    ended: "asyncio.Queue[asyncio.Task[Answer] | None]", wake_at: float | None
) -> "asyncio.Task[Answer] | None":
    """Wait for an answer, or until a spared host may be asked."""
    if wake_at is None or not ended.empty():
        return await ended.get()
    bell = asyncio.get_running_loop().call_at(wake_at, ended.put_nowait, None)
    try:
        return await ended.get()
    finally:
        bell.cancel()


def _spares(fetched: Fetched) -> timedelta | None:
    """Say for how long a host wants peace from all of us; None if it does not."""
    if not isinstance(fetched, Failed) or fetched.failure not in _ASKS_FOR_PEACE:
        return None
    if fetched.failure is Failure.TOO_MANY_REQUESTS:
        return fetched.retry_after or timedelta(hours=1)
    return fetched.retry_after


@lru_cache(maxsize=1_024)  # asked when a question stands in line, and when its answer comes
def host_of(address: str) -> str:
    """Name the host that an address asks, the same for http and https; the address itself where it names none."""
    try:
        return (urlsplit(address).hostname or address).removesuffix(".")
    except ValueError:
        return address
