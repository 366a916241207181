"""From pairs to groups, guarded against chains: who joins must agree with most of those who are there."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import repeat

from dailyten.cluster.policy import JoinPolicy

Scores = Mapping[tuple[int, int], float]
Compare = Callable[[int, int], float]

SURE = 3.0
"""Log-odds beyond which a pair says no more: one copied text must not outvote two members that disagree."""

DOUBT = -1.0
"""Log-odds from which a member does not contradict: the words differ, the event may be the same."""


def groups(
    at: Sequence[datetime], scores: Scores, compare: Compare, fixed: Sequence[Sequence[int]], policy: JoinPolicy
) -> list[list[int]]:
    """Join places into groups, the surest pairs first. `fixed` groups come joined and never join one another.

    `scores` are the candidates' log-odds; `compare(earlier, later)` gives those of any other pair when it is needed.
    """
    known = dict(scores)

    def vote(one: int, other: int) -> float:
        pair = (one, other) if one < other else (other, one)
        if pair not in known:
            known[pair] = compare(*pair)
        return max(-SURE, min(SURE, known[pair]))

    def agree(a: set[int], b: set[int]) -> bool:
        told = [at[place] for place in a | b]
        span = max(told) - min(told)
        if span > policy.longest:
            return False
        votes = [vote(i, j) for i in sorted(a) for j in sorted(b)]
        if len(votes) == 1 or sum(votes) >= policy.agree * len(votes):
            return True
        vouching = sum(each >= DOUBT for each in votes)
        return span <= policy.near and vouching > 1 and sum(votes) >= policy.agree_near * len(votes)

    group_of: dict[int, set[int]] = {place: {place} for place in range(len(at))}
    for members in fixed:
        group = set(members)
        group_of.update(zip(members, repeat(group)))
    held = {place for members in fixed for place in members}
    for (one, other), score in sorted(scores.items(), key=lambda item: (-item[1], item[0])):
        if score < policy.least:
            break
        a, b = group_of[one], group_of[other]
        if a is not b and not (a & held and b & held) and agree(a, b):
            joined = a | b
            group_of.update(zip(joined, repeat(joined)))
    return sorted({id(group): sorted(group) for group in group_of.values()}.values())
