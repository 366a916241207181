"""Real processes: one hangs, one dies, one eats the memory; the others go on."""

import asyncio
import os
import signal
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest

from dailyten.model.entry import Document, NotAFeed
from dailyten.model.fetched import Failed, Failure
from dailyten.model.introducing import introduce
from dailyten.parse.document import Parsed, parse
from dailyten.parse.process import WORTH_A_START, ReadingPolicy, ReadingRoom
from tests.patience import patiently

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FEED = b'<rss version="2.0"><channel><title>T</title><item><title>x</title><link>https://f.example/1</link></item></channel></rss>'
SLOW = b"<rss><channel>" + b"<item><title>x<i>&nbsp;</title><description><b>y</description></item>" * 100_000
"""Malformed, so feedparser reads it, for seconds."""
Result = TypeVar("Result")


def run(work: Coroutine[Any, Any, Result]) -> Result:
    return asyncio.run(work)


async def read(room: ReadingRoom, body: bytes) -> Parsed:
    return await room.read(body, headers={"content-type": "text/xml"}, address="https://f.example/feed", now=NOW)


def lives(process: int) -> bool:
    """Say whether a child of ours lives; one that ended and was waited for is nobody's."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_another_process_reads_the_same_as_this_one() -> None:
    with ReadingRoom(ReadingPolicy(processes=1)) as room:
        found = run(read(room, FEED))

    assert found == parse(FEED, headers={"content-type": "text/xml"}, address="https://f.example/feed", now=NOW)


def test_the_entries_of_a_feed_come_back_introduced() -> None:
    async def work(room: ReadingRoom) -> Parsed:
        return await room.read(FEED, headers={}, address="https://f.example/feed", now=NOW, feed_id="f")

    with ReadingRoom(ReadingPolicy(processes=1)) as room:
        found = run(work(room))

    assert isinstance(found, Document)
    assert found.introduced == introduce("f", found.entries) != ()


def test_many_documents_come_back_in_their_own_place() -> None:
    async def work(room: ReadingRoom) -> list[Parsed]:
        bodies = [FEED.replace(b"<title>T", f"<title>{number}".encode()) for number in range(40)]
        return await asyncio.gather(*(read(room, body) for body in bodies))

    with ReadingRoom(ReadingPolicy(processes=2)) as room:
        found = run(work(room))

    assert [each.title for each in found if isinstance(each, Document)] == [str(number) for number in range(40)]


def test_a_document_larger_than_any_buffer_goes_there_and_comes_back() -> None:
    long = (
        b"<rss><channel><title>T</title>"
        + b"<item><title>x</title><description>%s</description></item>" % (b"word " * 40_000) * 20
        + b"</channel></rss>"
    )
    with ReadingRoom(ReadingPolicy(processes=1)) as room:
        found = run(read(room, long))

    assert isinstance(found, Document)
    assert sum(len(entry.html) for entry in found.entries) > 3_000_000


def test_few_documents_are_read_by_one_process_and_many_by_all() -> None:
    async def work(room: ReadingRoom, documents: int) -> int:
        await asyncio.gather(*(read(room, FEED) for _ in range(documents)))
        return len(room.processes)

    for documents, processes in ((WORTH_A_START - 1, 1), (WORTH_A_START + 1, 2)):
        with ReadingRoom(ReadingPolicy(processes=2)) as room:
            assert run(work(room, documents)) == processes


def test_who_waits_behind_a_slow_document_gets_a_process_of_its_own() -> None:
    async def work(room: ReadingRoom) -> set[asyncio.Task[Parsed]]:
        await read(room, FEED)
        slow = asyncio.create_task(read(room, SLOW))
        await asyncio.wait([asyncio.create_task(read(room, FEED)), slow], return_when=asyncio.FIRST_COMPLETED)
        return set() if slow.done() else {slow}

    def read_with(limit: timedelta) -> set[asyncio.Task[Parsed]]:
        with ReadingRoom(ReadingPolicy(processes=2, limit=limit)) as room:
            return run(work(room))

    assert patiently(read_with, bool)


def test_a_document_that_takes_too_long_fails_alone_and_its_process_is_replaced() -> None:
    async def work(room: ReadingRoom) -> tuple[Parsed, Parsed, Parsed]:
        await read(room, FEED)
        slow, other = await asyncio.gather(read(room, SLOW), read(room, FEED))
        return slow, other, await read(room, FEED)

    def read_with(limit: timedelta) -> tuple[Parsed, Parsed, Parsed]:
        with ReadingRoom(ReadingPolicy(processes=2, limit=limit)) as room:
            return run(work(room))

    slow, other, after = patiently(read_with, lambda read: isinstance(read[1], Document))

    assert isinstance(slow, Failed)
    assert slow.failure == Failure.TOO_HARD
    assert slow.detail.startswith("not read within ")
    assert isinstance(other, Document)
    assert isinstance(after, Document)


def test_a_process_that_dies_takes_one_document_with_it() -> None:
    async def work(room: ReadingRoom) -> tuple[Parsed, Parsed]:
        await read(room, FEED)
        dying = asyncio.create_task(read(room, SLOW))
        await asyncio.sleep(0.3)
        os.kill(room.processes[0], signal.SIGKILL)
        return await dying, await read(room, FEED)

    with ReadingRoom(ReadingPolicy(processes=1)) as room:
        died, after = run(work(room))

    assert isinstance(died, Failed)
    assert died.failure == Failure.TOO_HARD
    assert isinstance(after, Document)


def test_a_process_that_died_while_idle_is_replaced_unnoticed() -> None:
    async def work(room: ReadingRoom) -> Parsed:
        await read(room, FEED)
        os.kill(room.processes[0], signal.SIGKILL)
        await asyncio.sleep(0.2)
        return await read(room, FEED)

    with ReadingRoom(ReadingPolicy(processes=1)) as room:
        assert isinstance(run(work(room)), Document)


def test_processes_are_replaced_after_so_many_documents() -> None:
    async def work(room: ReadingRoom) -> set[int]:
        seen: set[int] = set()
        for _ in range(4):
            await read(room, FEED)
            seen.update(room.processes)
        return seen

    with ReadingRoom(ReadingPolicy(processes=1, documents_a_process=2)) as room:
        assert len(run(work(room))) == 2


def test_leaving_the_room_leaves_no_process() -> None:
    with ReadingRoom(ReadingPolicy(processes=2)) as room:
        assert run(read(room, b"")) == NotAFeed(what="an empty body")
        processes = room.processes
        assert all(map(lives, processes))

    assert processes
    assert not any(map(lives, processes))


def test_a_room_that_nobody_entered_starts_no_process() -> None:
    with ReadingRoom() as room:
        assert not room.processes


@pytest.mark.parametrize("policy", [{"limit": timedelta(0)}, {"processes": -1}, {"documents_a_process": 0}])
def test_a_policy_without_sense_is_refused(policy: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="reading room"):
        ReadingPolicy(**policy)
