"""How much of each story a mail has room for, and what is given up first when it has not."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from dailyten.render.sheet import Shown


class Detail(IntEnum):
    """How much of a story is shown."""

    ALL = 0
    NO_SUMMARY = 1
    NO_ELSEWHERE = 2
    TITLE = 3
    ON_THE_SITE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A story of a mail and how much of it is shown."""

    story: Shown
    detail: Detail

    @property
    def summary(self) -> str:
        """The summary, while there is room for it."""
        return self.story.summary if self.detail < Detail.NO_SUMMARY else ""

    @property
    def figure(self) -> str:
        """The sentence with a figure, while there is room for it."""
        return self.story.figure if self.detail < Detail.NO_SUMMARY else ""

    @property
    def shows_elsewhere(self) -> bool:
        """Whether there is room for the other feeds that tell it."""
        return self.detail < Detail.NO_ELSEWHERE


def sacrifices(stories: Sequence[Shown]) -> int:
    """Say how many sacrifices there are before nothing is left."""
    return len(Detail.__members__) * len(stories) - len(stories)


def told_after(done: int, stories: Sequence[Shown]) -> tuple[Told, ...]:
    """Show stories after so many sacrifices: each kind is made from the lowest place up before the next begins."""
    kind, places = divmod(done, max(1, len(stories)))
    return tuple(
        Told(story=story, detail=Detail(kind + (place >= len(stories) - places))) for place, story in enumerate(stories)
    )
