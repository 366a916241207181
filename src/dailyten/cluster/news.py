"""What a later telling brings that the earlier ones did not: a step, a figure, a name."""

from collections.abc import Iterable

from dailyten.cluster.figures import said, weight
from dailyten.cluster.traits import Traits

STEPS = frozenset(
    [
        "end",
        "allow",
        "ban",
        "reverse",
        "delay",
        "deny",
        "apology",
        "fine",
        "sue",
        "fire",
        "buy",
        "fall",
        "rise",
        "limit",
        "launch",
    ]
)
"""Acts that carry a story on when they are told for the first time in a title."""


def news(later: Iterable[Traits], earlier: Iterable[Traits]) -> tuple[str, ...]:
    """Say in words what is new, empty for a mere repeat.

    News is a step in the title that no earlier telling told, or a telling figure together with a new act or name.
    """
    told = list(earlier)
    known_acts = frozenset(act for each in told for act in each.acts)
    known_words = frozenset(word for each in told for word in each.words)
    known_figures = frozenset(figure for each in told for figure in each.figures)
    found: dict[str, None] = {}
    for each in later:
        found |= dict.fromkeys(f"step: {act}" for act in sorted((each.title_acts & STEPS) - known_acts))
        found |= dict.fromkeys(
            f"figure: {said(f)}" for f in sorted(each.title_figures - known_figures) if weight(f) >= 1.0
        )
        fresh = sorted(name for name in each.names - known_words)
        if len(fresh) > 2:
            found |= dict.fromkeys(f"name: {name}" for name in fresh)
    return tuple(found)
