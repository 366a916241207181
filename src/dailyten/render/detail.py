"""How much of each story a mail has room for, and what is given up first when it has not."""

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
    def figure_note(self) -> str:
        """Who stands behind the figure, while it is shown, in a line of its own or in the summary."""
        return self.story.figure_note if self.detail < Detail.NO_SUMMARY else ""

    @property
    def shows_elsewhere(self) -> bool:
        """Whether there is room for the other feeds that tell it."""
        return self.detail < Detail.NO_ELSEWHERE


def sacrifices(stories: int) -> int:
    """Say how many sacrifices there are before nothing of so many stories is left."""
    return (len(Detail.__members__) - 1) * stories


def detail_after(done: int, place: int, stories: int) -> Detail:
    """Say how much of a story is shown after so many sacrifices; `place` counts from 0.

    Each kind is made from the lowest place up before the next begins.
    """
    kind, places = divmod(done, max(1, stories))
    return Detail(kind + (place >= stories - places))
