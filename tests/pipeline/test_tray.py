"""What is to be written waits for a moment, but never for ever."""

import asyncio

import pytest

from dailyten.pipeline import tray as tray_module
from dailyten.pipeline.tray import Tray


def test_what_comes_within_a_moment_is_given_together() -> None:
    async def together() -> list[int]:
        tray = Tray[int](1)
        tray.put(1)
        asyncio.get_running_loop().call_soon(tray.put, 2)
        return await tray.take()

    assert asyncio.run(together()) == [1, 2]


def test_all_that_was_put_is_given_once_and_then_nothing() -> None:
    async def all_of_it() -> list[list[int]]:
        tray = Tray[int](1)
        tray.put(1)
        given = [await tray.take()]
        for each in (2, 3):
            tray.put(each)
        tray.end()
        return [*given, await tray.take(), await tray.take()]

    assert asyncio.run(all_of_it()) == [[1], [2, 3], []]


@pytest.fixture
def a_moment_of_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """So long that only the want of a place can be what ends it."""
    monkeypatch.setattr(tray_module, "MOMENT_SECONDS", 3600)


@pytest.mark.usefixtures("a_moment_of_an_hour")
def test_nothing_waits_where_all_places_are_taken() -> None:
    async def taken() -> list[str]:
        tray = Tray[str](1)
        await tray.take_place()
        tray.put("has the only place")
        async with asyncio.timeout(10):
            return await tray.take()

    assert asyncio.run(taken()) == ["has the only place"]


@pytest.mark.usefixtures("a_moment_of_an_hour")
def test_what_waits_already_is_given_as_soon_as_somebody_wants_a_place_in_vain() -> None:
    async def taken() -> list[str]:
        tray = Tray[str](1)
        tray.put("waits for its moment")
        async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
            taking = tasks.create_task(tray.take())
            await asyncio.sleep(0)
            assert not taking.done()
            await tray.take_place()
            waiting = tasks.create_task(tray.take_place())
            given = await taking
            assert not waiting.done()
            tray.free(1)
        return given

    assert asyncio.run(taken()) == ["waits for its moment"]
