"""A story: the entries that tell one event."""

from dataclasses import dataclass
from datetime import datetime

from dailyten.model.instant import require_utc


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Entries about one event. The lead is the most informative telling, not the first.

    `story_id` is computed from the entry that arrived first and stays while others join. `development_of` names the
    earlier story that this one carries on with news, `repeats` the one that it merely tells again; at most one of them.
    """

    story_id: str
    lead_id: str
    entry_ids: tuple[str, ...]
    first_seen_at: datetime
    development_of: str = ""
    repeats: str = ""

    def __post_init__(self) -> None:
        if self.development_of and self.repeats:
            raise ValueError(f"story {self.story_id} cannot both carry a story on and repeat one")
        if self.lead_id not in self.entry_ids:
            raise ValueError(f"the lead {self.lead_id} is not among the entries of story {self.story_id}")
        require_utc(first_seen_at=self.first_seen_at)
