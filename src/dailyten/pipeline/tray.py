"""Where what is to be written waits, so that much is written at once."""

import asyncio
from contextlib import suppress
from typing import Final, Generic, TypeVar

T = TypeVar("T")

MOMENT_SECONDS: Final = 0.1
"""How long a thing waits for others to be written down with it.

To write at all costs as much as thirty answers that brought no news, so 1,000 of them cost half as much together
(November 2026). What a kill takes away meanwhile is asked again.
"""


class Tray(Generic[T]):
    """Gathers what is to be written for a moment. What is large has a place, from before it is put until that is freed.

    One task takes, others put; all in one loop.
    """

    def __init__(self, places: int) -> None:
        self._waiting: list[T] = []
        self._places = asyncio.Semaphore(places)
        self._filled = asyncio.Event()
        self._hurry = asyncio.Event()
        self._ended = False

    async def take_place(self) -> None:
        """Wait for a place; where none is free, what waits is written at once."""
        if self._places.locked():
            self._hurry.set()
        await self._places.acquire()

    def free(self, places: int) -> None:
        """Give places back."""
        for _ in range(places):
            self._places.release()

    def put(self, thing: T) -> None:
        """Let a thing be written, soon."""
        self._waiting.append(thing)
        self._filled.set()

    def end(self) -> None:
        """Say that no more comes."""
        self._ended = True
        self._filled.set()
        self._hurry.set()

    async def take(self) -> list[T]:
        """Give all that waits, a moment after the first of it came; nothing when no more comes."""
        await self._filled.wait()
        if not self._places.locked():
            with suppress(TimeoutError):
                async with asyncio.timeout(MOMENT_SECONDS):
                    await self._hurry.wait()
        taken, self._waiting = self._waiting, []
        if not self._ended:
            self._filled.clear()
            self._hurry.clear()
        return taken
