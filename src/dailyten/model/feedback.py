"""What people tell us: an editor's label, a reader's vote."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dailyten.model.instant import require_utc


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a person says of one entry: its topics (primary first), networks and usefulness from 0 to 3."""

    entry_id: str
    topics: tuple[str, ...]
    networks: tuple[str, ...]
    usefulness: int
    given_at: datetime
    given_by: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.usefulness <= 3:  # noqa: PLR2004 - the labelling guide's own scale
            raise ValueError(f"usefulness must be 0 to 3, came {self.usefulness}")
        require_utc(given_at=self.given_at)


class VoteKind(StrEnum):
    """What a reader asks of one story."""

    MORE = "more"
    LESS = "less"
    WRONG_TOPIC = "wrong_topic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """A reader's vote on a story of an edition."""

    subscriber_id: str
    edition_id: str
    story_id: str
    kind: VoteKind
    cast_at: datetime

    def __post_init__(self) -> None:
        require_utc(cast_at=self.cast_at)
