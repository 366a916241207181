"""How far apart and how alike tellings of one event may be."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinPolicy:
    """When two tellings are one event.

    `window` is the longest silence inside a story, `longest` its whole span. A pair joins from `least` (log-odds that
    both tell one event); a member joins a story when it agrees with its members by `agree` on average. Where all was
    told within `near`, two members that do not contradict are enough, if it agrees by `agree_near`.
    """

    window: timedelta = timedelta(days=10)
    longest: timedelta = timedelta(days=30)
    least: float = -0.25
    agree: float = 0.1
    near: timedelta = timedelta(days=3)
    agree_near: float = -0.4

    def __post_init__(self) -> None:
        if not timedelta(0) < self.window <= self.longest:
            raise ValueError(f"window must lie between nothing and {self.longest}, came {self.window}")
