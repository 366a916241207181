"""The feed list as something that is read and written; what is done with it stands in `taking` and `listing`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dailyten.feedlist.read import FeedList


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFile:
    """The list's file, as the edge gives it.

    `take` reads bytes as this list, with the lists that it includes, and raises BadFeedList; `write` writes it whole or
    not at all.
    """

    name: str
    read: Callable[[], bytes]
    write: Callable[[bytes], None]
    take: Callable[[bytes], "FeedList"]
