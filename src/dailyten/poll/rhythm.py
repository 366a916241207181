"""The rhythm of a feed, learnt from when its entries arrived: how often to look, and when silence is odd. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

REMEMBERED: Final = 40
"""Arrivals that tell the rhythm of today; older ones tell that of yesterday."""

_ENOUGH_ARRIVALS: Final = 4
_LOOKS_PER_GAP: Final = 4
_LOOKS_PER_SILENCE: Final = 8
_TOGETHER: Final = timedelta(minutes=5)  # entries of one poll arrive within moments of each other

_ODD_CHANCE: Final = 0.01
_ODD_LONGEST: Final = 1.5
_NEVER_ODD: Final = timedelta(days=2)  # a weekend is no news


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """How long a feed has been silent, against its own rhythm.

    `mean` and `longest` are of its last `gaps` gaps between arrivals. `chance` is how probable a gap of this length or
    more is where entries come at random at the feed's own rate. That rate is itself only known from `gaps` gaps,
    so the chance is (1 + quiet / (gaps * mean)) ** -gaps: with few gaps a longer silence is needed to be improbable. As
    gaps grow it becomes exp(-quiet / mean).
    """

    since: datetime
    quiet: timedelta
    mean: timedelta
    longest: timedelta
    gaps: int
    chance: float

    @property
    def is_odd(self) -> bool:
        """Say whether to look: below 1 %, past one and a half times its longest gap, and past two days."""
        return self.chance < _ODD_CHANCE and self.quiet > max(self.longest * _ODD_LONGEST, _NEVER_ODD)


def usual_wait(arrivals: Iterable[datetime], now: datetime) -> timedelta | None:
    """Say how long to wait between two looks: a quarter of the usual gap, longer the longer it has been silent.

    `arrivals` say when entries were first seen, in any order. None when there are too few to tell.
    """
    gaps, last = _gaps(arrivals)
    if len(gaps) < _ENOUGH_ARRIVALS - 1 or last is None:
        return None
    usual = sorted(gaps)[len(gaps) // 2]
    return max(usual / _LOOKS_PER_GAP, (now - last) / _LOOKS_PER_SILENCE)


def silence_of(arrivals: Iterable[datetime], now: datetime) -> Silence | None:
    """Measure the silence since the last arrival; None for a feed with fewer than four arrivals: it has no rhythm."""
    gaps, last = _gaps(arrivals)
    if len(gaps) < _ENOUGH_ARRIVALS - 1 or last is None:
        return None
    whole = sum(gaps, timedelta(0))
    quiet = max(timedelta(0), now - last)
    return Silence(
        since=last,
        quiet=quiet,
        mean=whole / len(gaps),
        longest=max(gaps),
        gaps=len(gaps),
        chance=(1.0 + quiet / whole) ** -len(gaps),
    )


def is_oddly_silent(arrivals: Iterable[datetime], now: datetime) -> bool:
    """Say whether the silence since the last arrival is improbable for this feed's own rhythm."""
    silence = silence_of(arrivals, now)
    return silence is not None and silence.is_odd


def _gaps(arrivals: Iterable[datetime]) -> tuple[list[timedelta], datetime | None]:
    """Give the gaps between the last arrivals, those of one poll counted once, and the last arrival."""
    apart: list[datetime] = []
    for at in sorted(arrivals):
        if apart and at - apart[-1] <= _TOGETHER:
            continue
        apart.append(at)
    apart = apart[-REMEMBERED:]
    return [later - earlier for earlier, later in pairwise(apart)], apart[-1] if apart else None
