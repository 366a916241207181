"""Which telling leads a story: the one that tells a reader most, not the one that came first."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime

from dailyten.cluster.traits import Traits
from dailyten.model.entry import KeptEntry
from dailyten.text.summary import without_teasers

ENOUGH_WORDS = 60
"""Words of text from which more of them tell no more; feeds with whole articles do not lead for that alone."""


FIGURE, NAME, LINK, TRUST, QUESTION = 0.2, 0.1, 0.5, 0.5, -0.5
"""What counts beside 1 for a full text: each figure (at most 2) and name (at most 3), a link, each doubling of trust, a
title that only asks."""


def lead_of(told: Sequence[tuple[KeptEntry, Traits]], trust: Mapping[str, float]) -> str:
    """Choose the lead: by text, figures and names, a link, and the editors' trust in its feed (1 where none is given).

    Of equals the earlier one leads.
    """
    if len(told) == 1:
        return told[0][0].entry_id

    def order(each: tuple[KeptEntry, Traits]) -> tuple[float, datetime, str]:
        kept, traits = each
        return -_telling(kept, traits, trust.get(kept.feed_id, 1.0)), traits.at, kept.entry_id

    return min(told, key=order)[0].entry_id


def _telling(kept: KeptEntry, traits: Traits, trust: float) -> float:
    return (
        min(ENOUGH_WORDS, len(without_teasers(kept.entry.summary).split())) / ENOUGH_WORDS
        + FIGURE * min(2, len(traits.figures))
        + NAME * min(3, len(traits.names))
        + (LINK if kept.entry.url else 0.0)
        + TRUST * math.log2(1.0 + trust)
        + (QUESTION if kept.entry.title.rstrip().endswith("?") else 0.0)
    )
