"""What the days around an entry talk of: a word that many say just now tells less than it does in other weeks."""

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from dailyten.cluster.likeness import COMMON, Rareness
from dailyten.cluster.traits import Traits
from dailyten.text.vectors import Rarity

ASSUMED = 4000
"""Texts of the trade that are thought to stand beside those of the days. Of 0.3, 1, 2, 4, 8 thousand the fewest that
cost our sets no story: pairs right of 100 joined in the exam went from 96 to 97."""
A_STORY = 2
"""Tellings in the days up to which a word is not talked of by many: one event may be all that is behind it."""
STEPS = 2
"""Parts of the window. The days of an entry are the window before its part, and its part."""


class Nearby:
    """The rareness of words as it is in the days of each entry. `traits` must be in order of time."""

    def __init__(self, traits: Sequence[Traits], rare: Rareness, known: Rarity | None, window: timedelta) -> None:
        self._traits, self._rare = traits, rare
        self._known = known or Rarity(0, {})
        self._at = [each.at for each in traits]
        self._step = window / STEPS
        self._days: dict[int, Rareness] = {}

    def rareness(self, place: int) -> Rareness:
        """Give the weights of all words that are said in the days of an entry."""
        part = (self._at[place] - self._at[0]) // self._step
        if part not in self._days:
            self._days[part] = self._of(self._at[0] + part * self._step)
        return self._days[part]

    def _of(self, start: datetime) -> Mapping[str, float]:
        first = bisect_left(self._at, start - STEPS * self._step)
        told = self._traits[first : bisect_right(self._at, start + self._step)]
        count = Counter(word for each in told for word in each.words)
        texts, share = ASSUMED + len(told), ASSUMED / max(1, self._known.documents)
        rare, df = self._rare, self._known.df
        return {
            word: rare.get(word, 0.0)
            if times <= A_STORY or not rare.get(word)
            else max(0.0, min(rare[word], math.log((1 + texts) / (1 + times + share * df.get(word, 0))) + 1 - COMMON))
            for word, times in count.items()
        }
