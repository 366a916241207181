"""From an opinion to a decision: which topics, which of them first, or none."""

from collections.abc import Mapping
from typing import NamedTuple

from dailyten.classify.model import NONE, Opinion

MOST_TOPICS = 3


class Decision(NamedTuple):
    """The topics of an entry, the main one first; both empty for none."""

    primary: str
    topics: tuple[str, ...]


def decide(opinion: Opinion, thresholds: Mapping[str, float]) -> Decision:
    """Choose the main topic as the likeliest class, add the others that pass their thresholds, at most three in all."""
    primary = max(opinion.primary, key=lambda key: opinion.primary[key])
    if primary == NONE:
        return Decision(NONE, ())
    others = [key for key, sure in opinion.topics.items() if key != primary and sure >= thresholds[key]]
    others.sort(key=lambda key: thresholds[key] - opinion.topics[key])
    return Decision(primary, (primary, *others[: MOST_TOPICS - 1]))
