"""How well joined stories agree with a careful reader's: pairs, and B-cubed over the entries that have a twin."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Precision and recall of joined pairs, and of B-cubed (Bagga & Baldwin 1998) over grouped entries only."""

    pair_precision: float
    pair_recall: float
    b_cubed_precision: float
    b_cubed_recall: float

    @property
    def b_cubed_f1(self) -> float:
        """Give the harmonic mean of both."""
        whole = self.b_cubed_precision + self.b_cubed_recall
        return 2 * self.b_cubed_precision * self.b_cubed_recall / whole if whole else 0.0


def agreement(found: Collection[Collection[str]], truth: Mapping[str, str]) -> Agreement:
    """Compare groups of entry ids with the reader's story of each entry; an empty story may join with none."""
    stories = _by_story(truth)
    right = _pairs(stories.values())
    joined = _pairs(found)
    group_of = {entry_id: set(group) for group in found for entry_id in group}
    told = {entry_id: set(stories[story]) for entry_id, story in truth.items() if story}
    common = {entry_id: len(group_of[entry_id] & twins) for entry_id, twins in told.items()}
    return Agreement(
        pair_precision=len(joined & right) / len(joined) if joined else 1.0,
        pair_recall=len(joined & right) / len(right) if right else 1.0,
        b_cubed_precision=sum(n / len(group_of[each]) for each, n in common.items()) / len(told) if told else 1.0,
        b_cubed_recall=sum(n / len(told[each]) for each, n in common.items()) / len(told) if told else 1.0,
    )


def _by_story(truth: Mapping[str, str]) -> dict[str, list[str]]:
    stories: dict[str, list[str]] = {}
    for entry_id, story in truth.items():
        if story:
            stories.setdefault(story, []).append(entry_id)
    return stories


def _pairs(groups: Iterable[Collection[str]]) -> set[tuple[str, str]]:
    return {pair for group in groups for pair in combinations(sorted(group), 2)}
