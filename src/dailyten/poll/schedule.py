"""When to ask a feed again and with which validators: a pure decision about one feed after one answer."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final, assert_never

from dailyten.model.feed import PollState
from dailyten.model.fetched import Asking, Failed, Fetched, Fresh, Unchanged
from dailyten.poll.caching import LONGEST_WISH, fresh_for, retry_after, validators
from dailyten.poll.outcomes import FAILURES, digest_of

_HOURS_OF_A_WEEK: Final = 168
_MOST_DOUBLINGS: Final = 16
_HOUR: Final = timedelta(hours=1)
SUMMED_UP: Final = timedelta(days=30)
"""What is said of our manners sums up this span of the poll log, so the log is kept for that long at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollPolicy:
    """How often we may ask.

    `interval` holds until a feed's rhythm is known; `shortest` and `longest` bound the rhythm and the wishes inside
    documents (ttl, sy:updatePeriod). `jitter` lengthens a wait by up to that share, at most `most_jitter`.
    `validators_kept` is how long we believe "not modified" before we look at the whole document once. With `websub`
    hubs are asked to tell us of news, and a feed whose hub does is polled every `beside_hub` only. Lines of the poll
    log are kept for `log_kept`.
    """

    interval: timedelta = timedelta(hours=1)
    shortest: timedelta = timedelta(minutes=15)
    longest: timedelta = timedelta(days=1)
    jitter: float = 0.1
    most_jitter: timedelta = timedelta(minutes=30)
    validators_kept: timedelta = timedelta(days=8)
    moved_after: timedelta = timedelta(days=6)
    websub: bool = True
    beside_hub: timedelta = timedelta(hours=6)
    log_kept: timedelta = timedelta(days=400)

    def __post_init__(self) -> None:
        if not timedelta(0) < self.shortest <= self.interval <= self.longest <= LONGEST_WISH:
            raise ValueError(
                f"expected 0 < shortest <= interval <= longest <= 31 days, "
                f"came {self.shortest}, {self.interval}, {self.longest}"
            )
        if not self.shortest <= self.beside_hub <= self.longest:
            raise ValueError(f"expected shortest <= beside_hub <= longest, came {self.beside_hub}")
        if self.log_kept < SUMMED_UP:
            raise ValueError(f"log_kept must be 30 days or more, came {self.log_kept}")
        if not 0.0 <= self.jitter <= 1.0:
            raise ValueError(f"jitter must lie between 0 and 1, came {self.jitter}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a document itself says about visits, as parsing sums it up.

    `minutes` is the least wait between two of them (RSS ttl, sy:updatePeriod), 0 where nothing was said. `quiet_hours`
    are the hours of the week in UTC, Monday 00:00 first, in which to stay away (skipHours, skipDays).
    """

    minutes: int = 0
    quiet_hours: tuple[int, ...] = ()


def asking_of(state: PollState, address: str, now: datetime, policy: PollPolicy) -> Asking:
    """Put the next question: with the validators of the last good answer, unless that is more than eight days old.

    A server that says "not modified" for ever is then looked at once. Validators whose age is unknown are not sent.
    """
    since = state.validated_at
    if since is None or now - since > policy.validators_kept or since > now + policy.validators_kept:
        return Asking(address=address)
    return Asking(
        address=address,
        etag=state.etag,
        last_modified=state.last_modified,
        validators_from=state.validators_from,
    )


def next_state(
    state: PollState,
    fetched: Fetched,
    *,
    now: datetime,
    policy: PollPolicy,
    rng: Random,
    wishes: Wishes | None = None,
    usual_wait: timedelta | None = None,
) -> PollState:
    """Decide what we know of a feed after an answer, and when to ask again. Every answer stores a next time.

    `wishes` are those of the document if one was parsed, None keeps what is known; `usual_wait` comes from
    `rhythm.usual_wait`. A body that turned out to be no feed comes here as `Failed`, so its validators are never kept.
    The times are bounded: never sooner than `policy.shortest`, never later than 31 days and a week of quiet hours.
    """
    match fetched:
        case Fresh():
            settled = _after_document(state, fetched, wishes, now)
        case Unchanged():
            settled = _after_good(state, fetched.moved_to, now)
        case Failed():
            settled = _after_failure(state, fetched, now)
        case _:
            assert_never(fetched)
    wish = _wish_of(fetched, now)
    wait = _spread(max(_wait(settled, policy, usual_wait), wish), _cap(settled, policy, wish), policy, rng, floor=wish)
    return replace(
        settled,
        last_poll_at=now,
        last_good_at=settled.last_good_at if isinstance(fetched, Failed) else now,
        next_poll_at=_outside(settled.quiet_hours, now + wait),
    )


def postponed(state: PollState, wait: timedelta, *, now: datetime, policy: PollPolicy, rng: Random) -> PollState:
    """Put off a feed that was not asked, because its host asked us to wait: at most by one ordinary interval."""
    put_off = _spread(min(wait, policy.interval), policy.longest, policy, rng, floor=timedelta(0))
    return replace(state, next_poll_at=now + max(put_off, policy.shortest))


def prompted(state: PollState, *, now: datetime, policy: PollPolicy) -> PollState:
    """Bring a feed's next question forward, because its hub says that there is news.

    However often a hub calls, no feed is asked more often than `policy.shortest`. One that fails keeps its back-off:
    whoever asks for peace gets it.
    """
    if state.failure is not None:
        return state
    soonest = max(now, state.last_poll_at + policy.shortest) if state.last_poll_at else now
    if state.next_poll_at is not None and state.next_poll_at <= soonest:
        return state
    return replace(state, next_poll_at=soonest)


def proposed_move(state: PollState, now: datetime, policy: PollPolicy) -> str:
    """Give the address to put into the list: permanent redirects named it for six days, and nothing else did."""
    lasting = state.moved_since is not None and now - state.moved_since >= policy.moved_after
    return state.moved_to if lasting and not state.failures else ""


def _after_document(state: PollState, fresh: Fresh, wishes: Wishes | None, now: datetime) -> PollState:
    etag, last_modified = validators(fresh.headers)
    good = _after_good(state, fresh.moved_to, now)
    return replace(
        good,
        etag=etag,
        last_modified=last_modified,
        validators_from=fresh.address,
        validated_at=now,
        body_sha256=digest_of(fresh.body),
        wished_minutes=good.wished_minutes if wishes is None else wishes.minutes,
        quiet_hours=good.quiet_hours if wishes is None else wishes.quiet_hours,
    )


def _after_good(state: PollState, moved_to: str, now: datetime) -> PollState:
    stays = moved_to == state.moved_to
    if stays and state.failure is None and not state.failures:
        return state  # nearly always, and a copy costs a tenth of keeping the answer
    return replace(
        state,
        failures=0,
        failing_since=None,
        failure=None,
        failure_detail="",
        moved_to=moved_to,
        moved_since=(state.moved_since if stays else now) if moved_to else None,
    )


def _after_failure(state: PollState, failed: Failed, now: datetime) -> PollState:
    return replace(
        state,
        failures=state.failures + 1,
        failing_since=state.failing_since or now,
        failure=failed.failure,
        failure_detail=failed.detail,
    )


def _wait(state: PollState, policy: PollPolicy, usual_wait: timedelta | None) -> timedelta:
    """Say how long we would wait by ourselves: the rhythm and the document's wish, doubled with each failure."""
    rhythm = max(policy.shortest, min(policy.interval if usual_wait is None else usual_wait, policy.longest))
    regular = min(max(rhythm, timedelta(minutes=state.wished_minutes)), policy.longest)
    if state.failure is None:
        return regular
    row = FAILURES[state.failure]
    doubled: timedelta = max(regular, row.first_wait) * 2 ** min(state.failures - 1, _MOST_DOUBLINGS)
    return min(doubled, row.longest_wait)


def _cap(state: PollState, policy: PollPolicy, wish: timedelta) -> timedelta:
    own = policy.longest if state.failure is None else FAILURES[state.failure].longest_wait
    return min(max(own, wish + policy.most_jitter if wish else own), LONGEST_WISH)


def _wish_of(fetched: Fetched, now: datetime) -> timedelta:
    """Say how long the publisher wants us to stay away: Retry-After on any answer, freshness on a good one."""
    match fetched:
        case Failed():
            return min(fetched.retry_after or timedelta(0), LONGEST_WISH)
        case Fresh() | Unchanged():
            return max(retry_after(fetched.headers, now) or timedelta(0), fresh_for(fetched.headers, now))
        case _:
            assert_never(fetched)


def _spread(wait: timedelta, cap: timedelta, policy: PollPolicy, rng: Random, *, floor: timedelta) -> timedelta:
    """Lengthen a wait by chance, so that feeds asked together part; below the cap and never below the floor."""
    span = min(wait * policy.jitter, policy.most_jitter)
    base = max(floor, min(wait, cap - span))
    return max(min(base + span * rng.random(), cap), floor)


def _outside(quiet_hours: Iterable[int], at: datetime) -> datetime:
    """Move a time out of the quiet hours, hour by hour, so that feeds keep their distance within the hour."""
    quiet = set(quiet_hours)
    for _ in range(_HOURS_OF_A_WEEK):
        if _hour_of_week(at) not in quiet:
            break
        at += _HOUR
    return at


def _hour_of_week(at: datetime) -> int:
    return at.weekday() * 24 + at.hour
