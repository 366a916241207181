"""The reasons for and against a story, each with its points and a sentence for people.

Nothing is multiplied and nothing is hidden: the score of a story is the sum of what `score` returns.
"""

import math
from dataclasses import dataclass
from datetime import timedelta

from dailyten.model.edition import Reason
from dailyten.rank.policy import RankPolicy, Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a story when it is scored.

    `usefulness` runs from 0 to 3; `age` is the time since it was published or, where that is unknown, first seen;
    `feeds` counts the feeds that carry it; `weight` is the editors' trust in the lead's feed; `budget` is the time that
    the whole edition may take.
    """

    usefulness: float
    age: timedelta
    topics: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    feeds: int = 1
    lead_was_first: bool = False
    weight: float = 1.0
    reading: timedelta = timedelta(0)
    budget: timedelta = timedelta(minutes=15)
    is_development: bool = False
    said_before: bool = False
    sells: bool = False


def score(facts: Facts, wanted: Wanted, policy: RankPolicy) -> tuple[Reason, ...]:
    """Name every reason that moves a story up or down, the strongest first; reasons of no points are left out."""
    reasons = (
        _usefulness(facts, policy),
        _freshness(facts, policy),
        _carried(facts, policy),
        *_wishes(facts, wanted, policy),
        _first(facts, policy),
        _weight(facts, policy),
        _length(facts, policy),
        _news(facts, policy),
        _selling(facts, policy),
    )
    telling = (reason for reason in reasons if reason is not None and abs(reason.points) >= 0.05)  # noqa: PLR2004 - shown with one decimal
    return tuple(sorted(telling, key=lambda reason: (-abs(reason.points), reason.name)))


def total(reasons: tuple[Reason, ...]) -> float:
    """Add the points up, to the two decimals that are stored."""
    return round(math.fsum(reason.points for reason in reasons), 2)


def _reason(name: str, points: float, words: str) -> Reason:
    return Reason(name=name, points=round(points, 2), words=words)


def _usefulness(facts: Facts, policy: RankPolicy) -> Reason:
    steps = ("noise to a shop owner", "of marginal use", "something worth reading", "something to act on this week")
    words = f"looks like {steps[min(3, max(0, round(facts.usefulness)))]} ({facts.usefulness:.1f} of 3)"
    return _reason("usefulness", facts.usefulness * policy.usefulness_points, words)


def _freshness(facts: Facts, policy: RankPolicy) -> Reason:
    hours = max(0.0, facts.age / timedelta(hours=1))
    left = 0.5 ** (hours / (policy.fresh_half_life / timedelta(hours=1)))
    days = round(hours / 24)
    words = "fresh: less than a day old" if days < 1 else f"{days} day{'s' * (days > 1)} old"
    return _reason("freshness", policy.fresh_points * left, words)


def _carried(facts: Facts, policy: RankPolicy) -> Reason | None:
    if facts.feeds <= 1:
        return None
    return _reason("carried", policy.carried_points * math.log2(facts.feeds), f"{facts.feeds} of the feeds carry it")


def _wishes(facts: Facts, wanted: Wanted, policy: RankPolicy) -> tuple[Reason, ...]:
    topics = [key for key in facts.topics if key in wanted.topics]
    networks = [key for key in facts.networks if key in wanted.networks]
    found = []
    if topics:
        found.append(_reason("topic_wish", policy.wish_points, f"about {topics[0]}, which you asked for"))
    if networks:
        found.append(_reason("network_wish", policy.wish_points, f"about {networks[0]}, which you asked for"))
    return tuple(found)


def _first(facts: Facts, policy: RankPolicy) -> Reason | None:
    if facts.feeds <= 1 or not facts.lead_was_first:
        return None
    return _reason("first", policy.first_points, "this source was the first to tell it")


def _weight(facts: Facts, policy: RankPolicy) -> Reason:
    words = "the editors trust this source more" if facts.weight > 1 else "the editors trust this source less"
    return _reason("source", (facts.weight - 1.0) * policy.weight_points, words)


def _length(facts: Facts, policy: RankPolicy) -> Reason | None:
    minute = timedelta(minutes=1)
    over = (facts.reading - min(policy.long_from, facts.budget / 3)) / minute
    if over <= 0:
        return None
    words = (
        f"long: {round(facts.reading / minute)} minutes to read, where the whole edition has {facts.budget // minute}"
    )
    return _reason("length", over * policy.long_points_a_minute, words)


def _news(facts: Facts, policy: RankPolicy) -> Reason | None:
    if facts.is_development:
        return _reason("development", policy.development_points, "carries an earlier story on")
    if facts.said_before:
        return _reason("said_before", policy.repeat_points, "told before, with nothing new")
    return None


def _selling(facts: Facts, policy: RankPolicy) -> Reason | None:
    return _reason("selling", policy.selling_points, "sells something") if facts.sells else None
