"""Lists that the feed list includes: files beside it, and lists on the web, asked like feeds and kept for half a day.

A list on the web that cannot be had now is taken as it was; one that was never had is a fault of the list.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from dailyten.errors import DailytenError
from dailyten.feedlist.read import Include
from dailyten.model.fetched import Asking, Fresh
from dailyten.pipeline.polling import Poller

GOOD_FOR = timedelta(hours=12)


class Shelf(Protocol):
    """Keeps the last copy of each list from the web (`dailyten.feedlist.disk`)."""

    def get(self, url: str) -> tuple[bytes, datetime] | None:
        """Give the last copy and when it was put here."""
        ...

    def put(self, url: str, body: bytes, at: datetime) -> None:
        """Keep a copy."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Includes:
    """What including needs: how to read a file, how to ask the web, and where copies are kept."""

    read_file: Callable[[Path], bytes]
    poller: Callable[[], Poller]
    shelf: Shelf
    clock: Callable[[], datetime]

    def beside(self, path: Path) -> Include:
        """Give what fetches the lists that a list at this path includes: files of its own folder, or web addresses."""

        def include(url: str) -> bytes | None:
            if url.startswith(("http://", "https://")):
                return self._from_web(url)
            return self._from_folder(path.resolve().parent, url)

        return include

    def _from_folder(self, folder: Path, name: str) -> bytes | None:
        """Read a list beside ours; never one outside of our folder, and nothing of another scheme."""
        wanted = (folder / name).resolve()
        if ":" in name or not wanted.is_relative_to(folder):
            return None
        try:
            return self.read_file(wanted)
        except DailytenError:
            return None

    def _from_web(self, url: str) -> bytes | None:
        kept, now = self.shelf.get(url), self.clock()
        if kept is not None and now - kept[1] < GOOD_FOR:
            return kept[0]
        fetched = asyncio.run(_fetch(self.poller(), url))
        if fetched is None:
            return kept[0] if kept is not None else None
        self.shelf.put(url, fetched, now)
        return fetched


async def _fetch(poller: Poller, url: str) -> bytes | None:
    async with poller.fetching() as fetch:
        fetched = await fetch(Asking(address=url))
    return fetched.body if isinstance(fetched, Fresh) else None
