"""Processes that parse: a document that hangs, crashes or eats the memory costs its time limit and one process.

    event loop ──> ReadingRoom.read(...) ──> a desk (one process, one socket) ──> dailyten.parse.reader

The loop never waits for a parser, all cores are used, and a process that outlives its limit is killed by its own
handle and replaced. Processes are started anew, not forked, so they inherit no socket, lock or database of ours.
"""

import asyncio
import os
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from dailyten.model.fetched import Failed, Failure
from dailyten.parse.heap import keep_freed_memory
from dailyten.parse.parcels import Inbox, answer_of, ask_to_read
from dailyten.parse.shared_model import ModelFile

if TYPE_CHECKING:
    from dailyten.parse.document import Parsed

LONGEST_START = timedelta(seconds=60)
"""How long a new process may take to import what it needs; that is not the document's fault."""
AHEAD = 4
"""Documents that a process has before it, the one it reads among them: it must not wait for the loop, which has more to
do and comes round every few milliseconds."""
WORTH_A_START = 120
"""Bodies that came since the last start after which one that waits at no process has another process started.

A start costs 0.08 s, as much as 25 documents of 20 entries, and most rounds bring few. 100 changed feeds are read by
one process as fast as by two, while the program itself is busy, for a twelfth less CPU time (November 2026).
"""
PATIENCE = timedelta(seconds=0.5)
"""How long what waits behind a document stays there before it goes to another process."""

_BUFFER_BYTES = 1 << 20
_START = (
    "import sys; sys.path[:] = sys.argv[4:]; from dailyten.parse.reader import main; main(*map(int, sys.argv[1:4]))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingPolicy:
    """How much a document may cost. `max_bytes` bounds the address space of one process; 0 leaves it open."""

    processes: int = 0
    limit: timedelta = timedelta(seconds=10)
    max_bytes: int = 1_500_000_000
    documents_a_process: int = 5_000

    def __post_init__(self) -> None:
        if self.processes < 0 or self.limit <= timedelta(0) or self.documents_a_process < 1:
            raise ValueError("a reading room needs a limit and at least one document a process")


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    parcel: bytes
    answered: "asyncio.Future[Parsed]"

    def end(self, parsed: "Parsed") -> None:
        """Give the answer to whoever still waits for it."""
        if not self.answered.done():
            self.answered.set_result(parsed)


class ReadingRoom:
    """Some parsing processes. Use it as a context manager inside one event loop: leaving it ends every process.

    Processes start when they are needed: one at once, another where much waits or one is slow. They are replaced after
    `documents_a_process` documents, for libxml2 never forgets a name it has met.
    """

    def __init__(self, policy: ReadingPolicy = ReadingPolicy()) -> None:
        self.policy = policy
        self.languages: ModelFile | None = None
        self._most = policy.processes or os.cpu_count() or 1
        self._desks: list[_Desk] = []
        self._waiting: deque[_Job] = deque()
        self._came = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every process at once; they hold nothing that could be lost."""
        while self._desks:
            self._desks.pop().end()
        if self.languages is not None:
            self.languages.close()

    @property
    def processes(self) -> tuple[int, ...]:
        """Name the processes that live."""
        return tuple(desk.process.pid for desk in self._desks)

    async def read(
        self, body: bytes, *, headers: Mapping[str, str], address: str, now: datetime, feed_id: str = ""
    ) -> "Parsed":
        """Parse a body in another process, see `dailyten.parse.document.parse`.

        With the id of its feed the document's entries are introduced (see `dailyten.model.introducing`).
        A document that takes longer than the limit, or whose process dies, is `Failed(TOO_HARD)`.
        """
        job = _Job(
            ask_to_read((body, dict(headers), address, now, feed_id)), asyncio.get_running_loop().create_future()
        )
        self._waiting.append(job)
        self._came += 1
        self.hand_out()
        return await job.answered

    def hand_out(self, *, in_a_hurry: bool = False) -> None:
        """Bring what waits to the desks with the fewest documents; open another one where that pays."""
        while self._waiting and (desk := self._free() or self._opened(in_a_hurry=in_a_hurry)):
            job = self._waiting.popleft()
            if not job.answered.done():
                desk.take(job)

    def take_back(self, jobs: Iterable[_Job], *, in_a_hurry: bool = False) -> None:
        """Let others read these first."""
        self._waiting.extendleft(reversed(list(jobs)))
        self.hand_out(in_a_hurry=in_a_hurry)

    def leave(self, desk: "_Desk") -> None:
        """Do without a desk."""
        if desk in self._desks:
            self._desks.remove(desk)

    def _free(self) -> "_Desk | None":
        return min((desk for desk in self._desks if desk.has_room), key=lambda desk: len(desk.jobs), default=None)

    def _opened(self, *, in_a_hurry: bool) -> "_Desk | None":
        worth_it = in_a_hurry or not self._desks or self._came >= WORTH_A_START
        if len(self._desks) >= self._most or not worth_it:
            return None
        if not self._desks:
            keep_freed_memory()
            self.languages = self.languages or ModelFile.new()
        self._came = 0
        self._desks.append(_Desk(self))
        return self._desks[-1]


class _Desk:
    """One process at work, and the documents before it, which it reads in their order.

    None stands for a document that went to another one meanwhile.
    """

    def __init__(self, room: ReadingRoom) -> None:
        self.room = room
        self.jobs: deque[_Job | None] = deque()
        self.loop = asyncio.get_running_loop()
        self.line, theirs = socket.socketpair()
        with theirs:
            self.line.setblocking(False)  # noqa: FBT003 - the name says it
            for each in (self.line, theirs):
                each.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER_BYTES)
            self.process = _started(theirs.fileno(), room.policy.max_bytes, room.languages)
        self._inbox = Inbox()
        self._unsent = bytearray()
        self._given = 0
        self._ready = self._slow = False
        self._began_at = self.loop.time()
        self._bell: asyncio.Handle | None = None
        self.loop.add_reader(self.line, self._receive)

    @property
    def has_room(self) -> bool:
        """Say whether it may take one more."""
        return len(self.jobs) < AHEAD and not self._slow and self._given < self.room.policy.documents_a_process

    def take(self, job: _Job) -> None:
        """Take a document."""
        if not self.jobs:
            self._began_at = self.loop.time()
        self.jobs.append(job)
        self._given += 1
        if self._bell is None:
            self._wait_on()
        self._unsent += job.parcel
        self._send()

    def end(self) -> None:
        """End the process and leave no zombie."""
        if not self.loop.is_closed():
            self.loop.remove_reader(self.line)
            self.loop.remove_writer(self.line)
        if self._bell is not None:
            self._bell.cancel()
        self.line.close()
        self.process.kill()
        self.process.wait()

    def _send(self) -> None:
        try:
            del self._unsent[: self.line.send(self._unsent)]
        except BlockingIOError:
            pass
        except OSError:
            return  # the process died; `_receive` will hear of it
        if self._unsent:
            self.loop.add_writer(self.line, self._send)
        else:
            self.loop.remove_writer(self.line)

    def _receive(self) -> None:
        try:
            for parcel in self._inbox.receive(self.line.recv_into):
                self._answered(parcel)
        except BlockingIOError:
            return
        except (EOFError, OSError):
            self._fail("the parsing process died")
            return
        if self._given >= self.room.policy.documents_a_process and not self.jobs:
            self.room.leave(self)
            self.end()
        self.room.hand_out()

    def _answered(self, parcel: memoryview) -> None:
        self._began_at = self.loop.time()
        if not self._ready:
            self._ready = True
            self._wait_on()
            return
        self._slow = False
        if job := self.jobs.popleft():
            job.end(answer_of(parcel))

    def _fail(self, why: str) -> None:
        """End the process; who reads on is told why, what was behind it goes to others."""
        self.room.leave(self)
        self.end()
        if self.jobs and (job := self.jobs.popleft()):
            job.end(Failed(failure=Failure.TOO_HARD, detail=why))
        self.room.take_back(filter(None, self.jobs))

    def _wait_on(self) -> None:
        """Look again when the document at hand may have become too slow."""
        if self._bell is not None:
            self._bell.cancel()
        span = self._limit if not self._ready or self._slow else min(PATIENCE, self._limit)
        self._bell = self.loop.call_at(self._began_at + span.total_seconds(), self._look)

    @property
    def _limit(self) -> timedelta:
        return self.room.policy.limit if self._ready else LONGEST_START

    def _look(self) -> None:
        self._bell = None
        spent = self.loop.time() - self._began_at
        if not self.jobs:
            return
        if spent >= self._limit.total_seconds():
            self._fail(f"not read within {self._limit.total_seconds():g} s")
            return
        behind = self._step_aside() if self._ready and spent >= PATIENCE.total_seconds() else []
        self._wait_on()
        if self._slow:
            self.room.take_back(behind, in_a_hurry=True)

    def _step_aside(self) -> list[_Job]:
        """Give up all but the document at hand, which is slow."""
        self._slow = True
        first, *others = self.jobs
        self.jobs = deque([first, *(None for _ in others)])
        return [each for each in others if each]


def _started(line: int, max_bytes: int, languages: ModelFile | None) -> "subprocess.Popen[bytes]":
    """Start a process that knows where ours finds its modules, and nothing else of it; `site` has nothing to add."""
    shared = languages.fileno() if languages is not None else -1
    home = str(Path(__file__).parents[2])
    path = sys.path if home in sys.path else [*sys.path, home]
    given = [str(number) for number in (line, max_bytes, shared)]
    return subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-S", "-c", _START, *given, *path],
        stdin=subprocess.DEVNULL,
        pass_fds=[number for number in (line, shared) if number >= 0],
    )
