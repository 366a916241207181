"""The feed list: its file, the lists that it includes, and a look for changes."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dailyten.errors import BadFeedList
from dailyten.feedlist.disk import IncludedLists, read_list_file, write_list_file
from dailyten.model.feed import Feed

if TYPE_CHECKING:
    from dailyten.feedlist.read import FeedList, Include
    from dailyten.pipeline.list_file import ListFile
    from dailyten.wiring.parts import Parts


def read_list(parts: "Parts", body: bytes, path: Path) -> "FeedList":
    """Read a list that stands at a path, with the lists that it includes. Raises BadFeedList."""
    from dailyten.feedlist.read import read

    return read(body, name=str(path), include=parts.include(path))


def include(parts: "Parts", path: Path) -> "Include":
    """Give what fetches the lists that a list at this path includes."""
    from dailyten.pipeline.including import Includes

    shelf = IncludedLists(parts.settings.place(parts.settings.paths.data) / "included")
    return Includes(read_file=read_list_file, poller=parts.poller, shelf=shelf, clock=parts.clock).beside(path)


def put_list(parts: "Parts", body: bytes) -> None:
    """Write the feed list anew, if it reads without a fault."""
    read_list(parts, body, parts.list_path)
    write_list_file(parts.list_path, body)


def list_file(parts: "Parts") -> "ListFile":
    """Give the feed list as something that is read and written."""
    from dailyten.pipeline.list_file import ListFile

    return ListFile(
        name=str(parts.list_path),
        read=parts.list_bytes,
        write=partial(put_list, parts),
        take=partial(read_list, parts, path=parts.list_path),
    )


@dataclass(slots=True)
class ListWatch:
    """Reads the feed list when its bytes have changed since the last look; one that includes others at every look."""

    parts: "Parts"
    seen: bytes | None = None
    feeds: tuple[Feed, ...] = ()
    fault: str = ""

    def changed(self) -> "FeedList | None":
        """Give the list if it changed, None if not. Raises BadFeedList, once for each faulty version."""
        body = self.parts.list_bytes()
        again = body == self.seen
        if again and b"include" not in body:
            return None
        self.seen = body
        try:
            feed_list = self.parts.read_list(body, self.parts.list_path)
        except BadFeedList as error:
            told, self.fault = self.fault, str(error)
            if again and told == self.fault:
                return None
            raise
        same = again and not self.fault and feed_list.feeds == self.feeds
        self.feeds, self.fault = feed_list.feeds, ""
        return None if same else feed_list
