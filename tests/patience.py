"""Time in tests: wait for what is to be seen, give a busy machine more time, measure effort by the machine itself."""

import asyncio
import hashlib
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

Seen = TypeVar("Seen")
FOREVER = timedelta(minutes=2)
"""Longer than any healthy step takes on any machine; only a fault waits so long."""
GROWING = tuple(timedelta(seconds=0.3 * 5**turn) for turn in range(4))
EFFORT_BYTES = 1 << 24


def until(there: Callable[[], object]) -> None:
    """Wait until something is to be seen."""
    ends = time.monotonic() + FOREVER.total_seconds()
    while not there():
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.002)


async def until_seen(there: Callable[[], object]) -> None:
    """Wait until something is to be seen, and let the others go on meanwhile."""
    async with asyncio.timeout(FOREVER.total_seconds()):
        while not there():  # noqa: ASYNC110 - what is waited for sets no event
            await asyncio.sleep(0.002)


def patiently(work: Callable[[timedelta], Seen], came_there: Callable[[Seen], bool]) -> Seen:
    """Work with a short limit; with longer ones where it ran out before the point that is tested was reached.

    A limit that must run out makes a test as slow as it is long, and a short one runs out too early on a busy machine.
    """
    for limit in GROWING[:-1]:
        seen = work(limit)
        if came_there(seen):
            return seen
    return work(GROWING[-1])


def effort(work: Callable[[], object]) -> float:
    """Say how much processor time a work takes, in units of what hashing 16 MiB takes on the same machine just now."""
    begin = time.process_time()
    work()
    spent = time.process_time() - begin
    begin = time.process_time()
    hashlib.blake2b(bytes(EFFORT_BYTES)).digest()
    return spent / (time.process_time() - begin)
