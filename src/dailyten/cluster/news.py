"""What a later telling brings that the earlier ones did not: a step, a figure, names. News is told in titles."""

from collections.abc import Iterable

from dailyten.cluster.figures import said, weight
from dailyten.cluster.traits import Traits

STEPS = frozenset("allow apology ban buy delay deny end find fine fire limit reverse sue".split())
"""Acts that carry a story on when told for the first time. "New" and "grows" are said of any old thing again."""
MANY_NAMES = 2
"""New names in one title from which somebody else has joined in."""


def news(later: Iterable[Traits], earlier: Iterable[Traits]) -> tuple[str, ...]:
    """Say in words what is new in the titles, empty for a mere repeat.

    News is a step that no earlier telling told, a telling figure, or two names, that stood nowhere in them.
    """
    told = list(earlier)
    known_acts = frozenset(act for each in told for act in each.acts)
    known_words = frozenset(word for each in told for word in each.words)
    known_figures = frozenset(figure for each in told for figure in each.figures)
    found: dict[str, None] = {}
    for each in later:
        found |= dict.fromkeys(f"step: {act}" for act in sorted((each.title_acts & STEPS) - known_acts))
        fresh_figures = sorted(each.title_figures - known_figures)
        found |= dict.fromkeys(f"figure: {said(figure)}" for figure in fresh_figures if weight(figure) >= 1.0)
        names = sorted((each.names & each.title_stems) - known_words)
        found |= dict.fromkeys(f"name: {name}" for name in names if len(names) >= MANY_NAMES)
    return tuple(found)
