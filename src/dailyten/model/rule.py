"""A rule of the editors: what to mute or to boost, until when, and what breaks it."""

import math
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MOST_POINTS = 30.0
"""Beyond that a rule would decide alone; three grades of usefulness are worth as much."""
USUAL_POINTS = 6.0


class RuleAct(StrEnum):
    """What a rule does to the stories that it hits."""

    MUTE = "mute"
    BOOST = "boost"


class Where(StrEnum):
    """Where words and patterns are sought."""

    TITLE = "title"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Mute or boost the stories that fit every kind of condition named here; of each kind one is enough.

    `words` are phrases of whole words, `patterns` regular expressions without back-references; `where` says whether the
    title alone is searched, or the text too. `topics` and `networks` are keys of the pack, `feeds` titles or addresses.
    `points` are what a boost is worth, below 0 to lower. `until` is the last day on which the rule holds.
    `unless_feeds` breaks it for a story that so many feeds carry; 0 for never. Raises ValueError.
    """

    name: str
    act: RuleAct
    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    where: Where = Where.TEXT
    topics: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    points: float = USUAL_POINTS
    until: date | None = None
    unless_feeds: int = 0

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("a rule needs a name")
        if not (self.words or self.patterns or self.topics or self.networks or self.feeds):
            raise ValueError("a rule needs words, patterns, topics, networks or feeds, else it would hit everything")
        if not math.isfinite(self.points) or not self.points or abs(self.points) > MOST_POINTS:
            raise ValueError(f"points must lie between -{MOST_POINTS:g} and {MOST_POINTS:g} and not be 0")
        if self.unless_feeds < 0 or self.unless_feeds == 1:
            raise ValueError("unless_feeds must be 2 or more: every story is carried by one feed")

    def holds(self, on: date) -> bool:
        """Say whether the rule is in force on a day."""
        return self.until is None or on <= self.until
