"""What is to be written waits for a moment, but never for ever."""

import asyncio

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


def test_nothing_waits_where_somebody_waits_for_a_place() -> None:
    """With a moment of an hour, only the want of a place can be what ends it."""

    async def taken() -> list[str]:
        tray = Tray[str](1)
        await tray.take_place()
        tray.put("has the only place")
        taking = asyncio.create_task(tray.take())
        waiting = asyncio.create_task(tray.take_place())
        given = await taking
        assert not waiting.done()
        tray.free(1)
        await waiting
        return given

    async def bounded() -> list[str]:
        async with asyncio.timeout(10):
            return await taken()

    assert asyncio.run(bounded()) == ["has the only place"]
