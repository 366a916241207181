"""From pairs to groups, guarded against chains: who joins must agree with most of those who are there."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import repeat

from dailyten.cluster.policy import JoinPolicy

Scores = Mapping[tuple[int, int], float]

SURE = 3.0
"""Log-odds beyond which a pair says no more: one copied text must not outvote two members that disagree."""


def groups(
    at: Sequence[datetime], scores: Scores, fixed: Sequence[Sequence[int]], policy: JoinPolicy
) -> list[list[int]]:
    """Join places into groups, the surest pairs first. `fixed` groups come joined and never join one another.

    A pair that was not compared counts as sure disagreement.
    """
    group_of: dict[int, set[int]] = {place: {place} for place in range(len(at))}
    for members in fixed:
        group = set(members)
        group_of.update(zip(members, repeat(group)))
    held = {place for members in fixed for place in members}
    for (one, other), score in sorted(scores.items(), key=lambda item: (-item[1], item[0])):
        if score < policy.least:
            break
        a, b = group_of[one], group_of[other]
        if a is b or (a & held and b & held) or not _agree(a, b, at, scores, policy):
            continue
        joined = a | b
        group_of.update(zip(joined, repeat(joined)))
    return _distinct(group_of)


def _agree(a: set[int], b: set[int], at: Sequence[datetime], scores: Scores, policy: JoinPolicy) -> bool:
    told = [at[place] for place in a | b]
    if max(told) - min(told) > policy.longest:
        return False
    votes = [max(-SURE, min(SURE, scores.get((min(i, j), max(i, j)), -SURE))) for i in a for j in b]
    return sum(votes) / len(votes) >= policy.agree


def _distinct(group_of: Mapping[int, set[int]]) -> list[list[int]]:
    found = {id(group): sorted(group) for group in group_of.values()}
    return sorted(found.values())
