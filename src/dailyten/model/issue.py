"""An issue: what one reader gets of one or more frozen editions, chosen for this person and then never changed."""

from dataclasses import dataclass
from enum import StrEnum


class IssueKind(StrEnum):
    """What an issue is to its reader: the day's, the best of a week, or one for all that was missed."""

    DAILY = "daily"
    WEEKLY = "weekly"
    CATCH_UP = "catch_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A story of an issue. `why` names what of the reader's wishes speaks for it, such as `topic:rules`.

    Each is a kind (`network`, `topic`, `goal`), a colon and a key; `lead` is the story that the editors put first.
    """

    story_id: str
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """The choice for one reader: places in order of reading, and what its header says.

    `editions` are the ids of the editions it was chosen from, the newest last, whose row of the outbox it is.
    `considered` counts the stories of these editions, `minutes` is the reading time of the places. `asked` names the
    wishes it was chosen by, written as in `Place.why`. `quiet` says that there were minutes left and few stories.
    """

    kind: IssueKind
    editions: tuple[str, ...]
    places: tuple[Place, ...] = ()
    minutes: int = 0
    considered: int = 0
    asked: tuple[str, ...] = ()
    quiet: bool = False

    def __post_init__(self) -> None:
        if not self.editions:
            raise ValueError("an issue is chosen from one edition at least")
        if len({each.story_id for each in self.places}) < len(self.places):
            raise ValueError("a story has one place in an issue")

    @property
    def story_ids(self) -> tuple[str, ...]:
        """Give the ids of its stories in order of reading."""
        return tuple(each.story_id for each in self.places)
