"""What one digest is: its name, its place on the clock, and how its stages are set."""

from dataclasses import dataclass, field
from datetime import timedelta

from dailyten.cluster.policy import JoinPolicy
from dailyten.edition.choose import Budget
from dailyten.rank.score import RankPolicy, Wanted

LAST_HOUR = 23


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSettings:
    """What `serve` may do with the feed list by itself.

    `apply_moves` writes the new address of a feed into the list once permanent redirects have named it for as long as
    `poll.moved_after`. `look_for_dead` looks, once a week, at the site of a feed that is dead for another one.
    """

    apply_moves: bool = False
    look_for_dead: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestSettings:
    """The digest as its editors set it up.

    `zone` and `hour` say whose morning an edition belongs to and when it is due. An edition that is ready later than
    `too_late_after` its hour is published but no longer mailed. `back_issues` is how far back entries of a feed that is
    read for the first time are considered; older ones are known from the start. Raises ValueError.
    """

    name: str = "dailyten"
    zone: str = "UTC"
    hour: int = 7
    language: str = "en"
    pack: str = "social_media"
    too_late_after: timedelta = timedelta(hours=8)
    back_issues: timedelta = timedelta(days=7)
    budget: Budget = field(default_factory=Budget)
    rank: RankPolicy = field(default_factory=RankPolicy)
    wanted: Wanted = field(default_factory=Wanted)
    join: JoinPolicy = field(default_factory=JoinPolicy)

    def __post_init__(self) -> None:
        if not 0 <= self.hour <= LAST_HOUR:
            raise ValueError(f"hour is an hour of the day, 0 to {LAST_HOUR}, came {self.hour}")
        if self.budget.minutes < 1:
            raise ValueError(f"budget.minutes must be 1 or more, came {self.budget.minutes}")
