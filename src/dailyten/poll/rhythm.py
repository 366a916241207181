"""The rhythm of a feed, learnt from when its entries arrived: how often to look, and when silence is odd. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

REMEMBERED: Final = 40
"""Arrivals that tell the rhythm of today; older ones tell that of yesterday."""

_ENOUGH_ARRIVALS: Final = 4
_LOOKS_PER_GAP: Final = 4
_LOOKS_PER_SILENCE: Final = 8
_TOGETHER: Final = timedelta(minutes=5)  # entries of one poll arrive within moments of each other

# A gap of 4.6 means has a chance of 1 % where news come at random (exponential gaps: exp(-4.6) = 0.01).
_ODD_MEANS: Final = 4.6
_ODD_LONGEST: Final = 1.5
_NEVER_ODD: Final = timedelta(days=2)  # a weekend is no news


def usual_wait(arrivals: Iterable[datetime], now: datetime) -> timedelta | None:
    """Say how long to wait between two looks: a quarter of the usual gap, longer the longer it has been silent.

    `arrivals` say when entries were first seen, in any order. None when there are too few to tell.
    """
    gaps, last = _gaps(arrivals)
    if len(gaps) < _ENOUGH_ARRIVALS - 1 or last is None:
        return None
    usual = sorted(gaps)[len(gaps) // 2]
    return max(usual / _LOOKS_PER_GAP, (now - last) / _LOOKS_PER_SILENCE)


def is_oddly_silent(arrivals: Iterable[datetime], now: datetime) -> bool:
    """Say whether the silence since the last arrival is improbable for this feed's own rhythm.

    Longer than 4.6 mean gaps, than one and a half times the longest gap it ever made, and than two days; a feed with
    fewer than four arrivals has no rhythm to break.
    """
    gaps, last = _gaps(arrivals)
    if len(gaps) < _ENOUGH_ARRIVALS - 1 or last is None:
        return False
    mean = sum(gaps, timedelta(0)) / len(gaps)
    return now - last > max(mean * _ODD_MEANS, max(gaps) * _ODD_LONGEST, _NEVER_ODD)


def _gaps(arrivals: Iterable[datetime]) -> tuple[list[timedelta], datetime | None]:
    """Give the gaps between the last arrivals, those of one poll counted once, and the last arrival."""
    apart: list[datetime] = []
    for at in sorted(arrivals):
        if apart and at - apart[-1] <= _TOGETHER:
            continue
        apart.append(at)
    apart = apart[-REMEMBERED:]
    return [later - earlier for earlier, later in pairwise(apart)], apart[-1] if apart else None
