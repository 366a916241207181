"""How polite we were to a publisher, from the poll log alone. Pure; the criteria of public feed-reader scores."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from dailyten.model.feed import PollNote
from dailyten.model.fetched import Asking, Failed, Fetched, Fresh, Unchanged
from dailyten.poll.caching import retry_after
from dailyten.poll.schedule import PollPolicy

USUAL: Final = PollPolicy()
_TOO_MANY: Final = 429
_STATUS: Final[dict[type, int]] = {Fresh: 200, Unchanged: 304}


@dataclass(frozen=True, slots=True, kw_only=True)
class Etiquette:
    """One feed's report.

    `conditional_share` counts from the second request, since the first can have no validators. `waits_asked` counts
    answers with a Retry-After, `waits_kept` those after which we stayed away for as long (the last one counts when
    its time has passed or is still running). `refusals` counts answers of 429, "too many requests". `needless` counts
    requests without validators though a document had come within the span for which its validators are believed.
    `saved_bytes` is what "not modified" spared the publisher, by the size of the document before.
    """

    feed_id: str
    requests: int
    conditional_share: float
    smallest_gap: timedelta | None
    waits_asked: int
    waits_kept: int
    refusals: int
    needless: int
    received_bytes: int
    saved_bytes: int


class Lapse(StrEnum):
    """What a publisher may hold against us."""

    WAIT_BROKEN = "wait_broken"
    TOO_SOON = "too_soon"
    UNCONDITIONAL = "unconditional"
    TOO_MANY = "too_many"


def note_of(
    feed_id: str, asking: Asking, fetched: Fetched, *, asked_at: datetime, took: timedelta, new_entries: int = 0
) -> PollNote:
    """Write the line of the poll log for one question and what came of it."""
    wait = fetched.retry_after if isinstance(fetched, Failed) else retry_after(fetched.headers, asked_at)
    return PollNote(
        feed_id=feed_id,
        asked_at=asked_at,
        outcome=_outcome(fetched),
        status=fetched.status if isinstance(fetched, Failed) else _STATUS[type(fetched)],
        body_bytes=len(fetched.body) if isinstance(fetched, Fresh) else 0,
        conditional=bool(asking.etag or asking.last_modified),
        new_entries=new_entries,
        milliseconds=took // timedelta(milliseconds=1),
        wait_seconds=int((wait or timedelta(0)).total_seconds()),
    )


def etiquette_of(feed_id: str, notes: Iterable[PollNote], policy: PollPolicy = USUAL) -> Etiquette:
    """Sum up the notes of one feed, in any order."""
    told = sorted((note for note in notes if note.feed_id == feed_id), key=lambda note: note.asked_at)
    later = told[1:]
    waits = [_wait_kept(note, following) for note, following in _followed(told) if note.wait_seconds]
    return Etiquette(
        feed_id=feed_id,
        requests=len(told),
        conditional_share=sum(note.conditional for note in later) / len(later) if later else 1.0,
        smallest_gap=min((b.asked_at - a.asked_at for a, b in pairwise(told)), default=None),
        waits_asked=len(waits),
        waits_kept=sum(waits),
        refusals=sum(note.status == _TOO_MANY for note in told),
        needless=_needless(told, policy.validators_kept),
        received_bytes=sum(note.body_bytes for note in told),
        saved_bytes=_saved_bytes(told),
    )


def lapses_of(report: Etiquette, policy: PollPolicy, *, has_validators: bool) -> tuple[Lapse, ...]:
    """Name what was not polite, the worst first; nothing where all was.

    A publisher that gives no validators cannot be asked conditionally, so `has_validators` says whether it does.
    """
    found = {
        Lapse.WAIT_BROKEN: report.waits_kept < report.waits_asked,
        Lapse.TOO_SOON: report.smallest_gap is not None and report.smallest_gap < policy.shortest,
        Lapse.UNCONDITIONAL: has_validators and report.needless > 0,
        Lapse.TOO_MANY: report.refusals > 0,
    }
    return tuple(lapse for lapse, so in found.items() if so)


def _needless(notes: list[PollNote], believed: timedelta) -> int:
    """Count requests for the whole document that a conditional one could have spared."""
    count, document_at = 0, None
    for note in notes:
        count += not note.conditional and document_at is not None and note.asked_at - document_at <= believed
        document_at = note.asked_at if note.outcome == "fresh" else document_at
    return count


def _followed(notes: list[PollNote]) -> Iterable[tuple[PollNote, datetime | None]]:
    return zip(notes, [*(note.asked_at for note in notes[1:]), None], strict=False)


def _wait_kept(note: PollNote, following: datetime | None) -> bool:
    return following is None or following - note.asked_at >= timedelta(seconds=note.wait_seconds)


def _saved_bytes(notes: list[PollNote]) -> int:
    saved, size = 0, 0
    for note in notes:
        size = note.body_bytes or size
        saved += size if note.outcome == "unchanged" else 0
    return saved


def _outcome(fetched: Fetched) -> str:
    match fetched:
        case Fresh():
            return "fresh"
        case Unchanged():
            return "unchanged"
        case Failed():
            return fetched.failure.value
