"""Which telling leads a story: the one that tells a reader most, not the one that came first."""

import math
from collections.abc import Mapping, Sequence

from dailyten.cluster.traits import Traits
from dailyten.model.entry import KeptEntry

ENOUGH_WORDS = 60
"""Words of text from which more of them tell no more; feeds with whole articles do not lead for that alone."""


def lead_of(told: Sequence[tuple[KeptEntry, Traits]], trust: Mapping[str, float]) -> str:
    """Choose the lead: by text, figures and names, a link, and the editors' trust in its feed (1 where none is given).

    Of equals the earlier one leads.
    """
    return min(told, key=lambda each: (-telling(*each, trust.get(each[0].feed_id, 1.0)), each[1].at, each[0].entry_id))[
        0
    ].entry_id


def telling(kept: KeptEntry, traits: Traits, trust: float) -> float:
    """Grade how much an entry tells: 1 for a full text, up to 0.5 for figures, 0.3 for names, 0.5 for a link, 0.5 for trust."""
    words = min(ENOUGH_WORDS, len(kept.entry.summary.split()))
    return (
        words / ENOUGH_WORDS
        + min(0.5, 0.2 * len(traits.figures))
        + min(0.3, 0.1 * len(traits.names))
        + (0.5 if kept.entry.url else 0.0)
        + 0.5 * math.log2(1.0 + trust)
        - (0.5 if kept.entry.title.rstrip().endswith("?") else 0.0)
    )
