"""Processes that parse: a document that hangs, crashes or eats the memory costs its time limit and one process.

    async loop ──> ReadingRoom.read(...) ──> a free desk (one thread, one pipe, one process) ──> parse(...)

The loop never waits for a parser, all cores are used, and a process that outlives its limit is killed by its own
handle and replaced. Processes are started with "spawn", so they inherit no socket, lock or database of ours.
"""

import asyncio
import gc
import multiprocessing
import os
import pickle
import resource
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from operator import attrgetter
from queue import Empty, LifoQueue
from types import TracebackType
from typing import TYPE_CHECKING, Self

from dailyten.model.entry import Document, Entry
from dailyten.model.fetched import Failed, Failure
from dailyten.parse.heap import keep_freed_memory
from dailyten.parse.shared_model import ModelFile

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

    from dailyten.parse.document import Parsed

READY = "ready"
LONGEST_START = timedelta(seconds=60)
"""How long a new process may take to import what it needs; that is not the document's fault."""
WORTH_A_START = 120
"""Bodies read since the last start after which one that waits has another process started.

A start costs 0.12 s, as much as 30 documents of 20 entries, and most rounds bring few. So 100 changed feeds cost a
seventh less CPU time and 1,000 new ones no more (November 2026).
"""
PATIENCE_SECONDS = 0.5
"""How long a body waits for a process that is at work before another one is started all the same."""


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


@dataclass(frozen=True, slots=True)
class _Job:
    body: bytes
    headers: dict[str, str]
    address: str
    now: datetime


class ReadingRoom:
    """A pool of parsing processes. Use it as a context manager: leaving it ends every process it started.

    Processes start when they are needed: one at once, another where much was read or one is slow. They are replaced
    after `documents_a_process` documents, for libxml2 never forgets a name it has met.
    """

    def __init__(self, policy: ReadingPolicy = ReadingPolicy()) -> None:
        self.policy = policy
        count = policy.processes or os.cpu_count() or 1
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="reading")
        self._languages = ModelFile.new()
        self._read = 0
        self._open: LifoQueue[_Desk] = LifoQueue(count)
        self._shut: LifoQueue[_Desk] = LifoQueue(count)
        for _ in range(count):
            self._shut.put(_Desk(policy, self._languages))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every process. Documents that wait are given up, one being read is waited for, at most its limit."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        while not self._open.empty():
            self._open.get().close()
        if self._languages is not None:
            self._languages.close()

    async def read(self, body: bytes, *, headers: Mapping[str, str], address: str, now: datetime) -> "Parsed":
        """Parse a body in another process, see `dailyten.parse.document.parse`.

        A document that takes longer than the limit, or whose process dies, is `Failed(TOO_HARD)`.
        """
        job = _Job(body, dict(headers), address, now)
        self._read += 1
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._ask, job)

    def _ask(self, job: _Job) -> "Parsed":
        desk = self._desk()
        try:
            return desk.ask(job)
        finally:
            self._open.put(desk)

    def _desk(self) -> "_Desk":
        """Take a desk that is open and free, or open one; there are as many as threads that ask."""
        in_a_hurry = self._shut.full() or self._read >= WORTH_A_START
        with suppress(Empty):
            return self._open.get(timeout=0 if in_a_hurry else PATIENCE_SECONDS)
        self._read = 0
        with suppress(Empty):
            return self._shut.get_nowait()
        return self._open.get()


class _Desk:
    """One process at work, started when there is something to do. Asked by one thread at a time."""

    def __init__(self, policy: ReadingPolicy, languages: ModelFile | None) -> None:
        self.policy = policy
        self.languages = languages
        self.process: BaseProcess | None = None
        self.pipe: Connection | None = None
        self.documents = 0

    def ask(self, job: _Job) -> "Parsed":
        try:
            pipe = self._ready()
            pipe.send(job)
            if not pipe.poll(self.policy.limit.total_seconds()):
                self.close(at_once=True)
                seconds = self.policy.limit.total_seconds()
                return Failed(failure=Failure.TOO_HARD, detail=f"not read within {seconds:g} s")
            found = _unpacked(pipe.recv_bytes())
        except (EOFError, OSError) as error:
            self.close(at_once=True)
            return Failed(failure=Failure.TOO_HARD, detail=f"the parsing process died ({type(error).__name__})")
        self.documents += 1
        return found

    def _ready(self) -> Connection:
        if self.documents >= self.policy.documents_a_process:
            self.close()
        if self.pipe and self.process and self.process.is_alive():
            return self.pipe
        self.close(at_once=True)
        return self._start()

    def _start(self) -> Connection:
        keep_freed_memory()
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(
            target=_work, args=(theirs, self.policy.max_bytes, self.languages), name="dailyten-parse", daemon=True
        )
        process.start()
        theirs.close()
        self.process, self.pipe, self.documents = process, ours, 0
        if not ours.poll(LONGEST_START.total_seconds()) or ours.recv() != READY:
            raise OSError("a parsing process did not start")
        return ours

    def close(self, *, at_once: bool = False) -> None:
        """End the process, kindly or at once, and leave no zombie."""
        if self.pipe is not None:
            if not at_once:
                with suppress(OSError):
                    self.pipe.send(None)
            self.pipe.close()
        if self.process is not None:
            if not at_once:
                self.process.join(1)
            if self.process.is_alive():
                self.process.kill()
            self.process.join()
            self.process.close()
        self.process = self.pipe = None


def _work(pipe: Connection, max_bytes: int, languages: ModelFile | None) -> None:
    """Parse what comes through the pipe until it closes. Runs in a process of its own."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # else numpy reserves memory for every core, past the limit
    from dailyten.parse import language
    from dailyten.parse.document import parse

    keep_freed_memory()
    if languages is not None:
        language.share(languages)
    if max_bytes:
        resource.setrlimit(resource.RLIMIT_AS, (max_bytes, max_bytes))
    with suppress(EOFError, OSError, KeyboardInterrupt):
        pipe.send(READY)
        while (job := pipe.recv()) is not None:
            pipe.send_bytes(_packed(parse(job.body, headers=job.headers, address=job.address, now=job.now)))
    gc.freeze()  # else Python looks for garbage in all that lives as it ends: 0.03 s (November 2026)


_NAMES = tuple(each.name for each in fields(Entry))
_VALUES_OF = attrgetter(*_NAMES)


def _packed(parsed: "Parsed") -> bytes:
    """Write down what was read, its entries as tuples: nouns take twice as long on either side (November 2026)."""
    entries = parsed.entries if isinstance(parsed, Document) else ()
    bare = replace(parsed, entries=()) if isinstance(parsed, Document) else parsed
    return pickle.dumps((bare, [_VALUES_OF(each) for each in entries]), pickle.HIGHEST_PROTOCOL)


def _unpacked(packed: bytes) -> "Parsed":
    bare, rows = pickle.loads(packed)  # noqa: S301 - written by a process of ours
    entries = tuple(Entry(**dict(zip(_NAMES, row, strict=True))) for row in rows)
    parsed: Parsed = replace(bare, entries=entries) if entries else bare
    return parsed
