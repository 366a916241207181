"""What reasons are worth, and what readers asked for. Apart from the scoring, so that settings load no scores."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class RankPolicy:
    """How many points each reason is worth. One grade of usefulness is the measure for all others.

    A story is long from `long_from` on, or from a third of the edition's minutes where that is less.
    """

    usefulness_points: float = 10.0
    wish_points: float = 5.0
    fresh_points: float = 6.0
    fresh_half_life: timedelta = timedelta(hours=24)
    carried_points: float = 5.0
    first_points: float = 1.0
    weight_points: float = 4.0
    long_points_a_minute: float = -0.5
    long_from: timedelta = timedelta(minutes=5)
    development_points: float = 3.0
    repeat_points: float = -12.0
    selling_points: float = -6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the readers of this edition asked for: keys of topics and networks, with their names for people."""

    topics: frozenset[str] = frozenset()
    networks: frozenset[str] = frozenset()

    def unknown(self, topics: Iterable[str], networks: Iterable[str]) -> tuple[str, ...]:
        """Give the keys that none of these topics and networks has, in alphabetical order."""
        return tuple(sorted((self.topics - set(topics)) | (self.networks - set(networks))))
