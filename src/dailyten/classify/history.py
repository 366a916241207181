"""Which model is in use, and how it came to be: a list of notes, of which the last decision counts. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from dailyten.model.instant import require_utc

PACK = "pack"
"""The version that came with the pack."""


class Decision(StrEnum):
    """What became of a challenger, or that somebody went back to an earlier version."""

    REPLACED = "replaced"
    STAYED = "stayed"
    ROLLED_BACK = "rolled_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One attempt to learn, or one step back.

    `version` is the challenger's, or the one gone back to; `stamp` names the pack's state then. `labels` and `votes`
    count the pieces of evidence beside the pack's `entries`. `before` and `after` are the figures of champion and
    challenger on the same held-back entries; `floors` those of the pack alone, which no later model may fall below.
    """

    at: datetime
    version: str
    decision: Decision
    why: str
    stamp: str
    entries: int = 0
    labels: int = 0
    votes: int = 0
    before: Mapping[str, float] = field(default_factory=dict)
    after: Mapping[str, float] = field(default_factory=dict)
    floors: Mapping[str, float] = field(default_factory=dict)
    words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_utc(at=self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All notes, the oldest first."""

    notes: tuple[Note, ...] = ()

    @property
    def decided(self) -> tuple[Note, ...]:
        """Give the notes that put a model into use."""
        return tuple(note for note in self.notes if note.decision is not Decision.STAYED)

    def champion(self, stamp: str) -> str:
        """Name the version in use with a pack in that state.

        A model that was learnt with another state of the pack is set aside: after an update the pack's own model is
        newer, and its labels may mean something else.
        """
        last = self.decided[-1] if self.decided else None
        return last.version if last is not None and last.stamp == stamp else PACK

    def made(self, version: str) -> Note | None:
        """Give the note of the challenger that became this version."""
        found = (note for note in self.notes if note.version == version and note.decision is Decision.REPLACED)
        return next(found, None)

    def before_this(self, stamp: str) -> str:
        """Name the version that was in use before the present one, as far as it fits the pack's state."""
        now = self.champion(stamp)
        chain = [PACK, *(note.version for note in self.decided if note.stamp == stamp)]
        earlier = chain[: chain.index(now)] if now in chain else chain
        return earlier[-1] if earlier else PACK

    def floors(self, stamp: str) -> Mapping[str, float]:
        """Give the figures of the pack alone, as they were measured with a pack in that state; empty if never."""
        found = (note.floors for note in reversed(self.notes) if note.stamp == stamp and note.floors)
        return next(found, {})
