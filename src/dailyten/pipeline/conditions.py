"""How each listed feed is: what an editor needs to know in one look, with the figures behind it.

Everything comes from what is stored: no request is made.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dailyten.model.entry import KeptEntry
from dailyten.model.feed import Feed, FeedState, PollState
from dailyten.model.push import HubStanding, Push
from dailyten.pipeline.previewing import Content, content_of, is_cut_off, is_title_only
from dailyten.poll.hubs import standing_of
from dailyten.poll.outcomes import FAILURES, state_of
from dailyten.poll.rhythm import Silence, silence_of
from dailyten.poll.schedule import PollPolicy
from dailyten.store.store import Store
from dailyten.text.mojibake import is_garbled

LOOKED_AT = 20
"""Newest entries by which a feed's contents are judged."""
PLOTTED_DAYS = 28
_OF_ONE_ROUND = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """A day of the rhythm plot, and how many entries came."""

    on: date
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What the `judged` newest entries of a feed are like.

    `cut_off` break off with an ellipsis or "read more", `title_only` hold nothing beyond the title, `garbled` show the
    traces of a wrong encoding, `in_another_language` are not in the digest's own; `languages` counts them all.
    """

    judged: int
    kind: Content
    cut_off: int
    title_only: int
    garbled: int
    in_another_language: int
    languages: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A feed, what polling knows of it, and the one word for both.

    `since` is when that word began to hold, None where that is not known. `told` and `mend` are the words of the table
    of outcomes, where the feed fails. `silence` is None for a feed whose rhythm is not known yet, `contents` for one of
    which we have nothing. `push` is its subscription at a hub, `standing` how that is.
    """

    feed: Feed
    poll: PollState
    state: FeedState
    since: datetime | None
    told: str
    mend: str
    newest_at: datetime | None
    rhythm: tuple[DayCount, ...]
    silence: Silence | None
    contents: Contents | None
    push: Push | None = None
    standing: HubStanding | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """From where feeds are looked at."""

    policy: PollPolicy
    now: datetime
    zone: str
    language: str


def feed_conditions(
    store: Store, policy: PollPolicy, now: datetime, *, zone: str = "UTC", language: str = "en"
) -> tuple[Condition, ...]:
    """Look at every listed feed, in the order of the list. `zone` says where a day of the plot ends."""
    view = _View(policy=policy, now=now, zone=zone, language=language)
    with store.reading() as db:
        states, recovered = db.feeds.poll_states(), db.feeds.recovered_at()
        pushes = db.pushes.of_feeds(list(states))
        conditions = [
            _condition(feed, states[feed.feed_id], db.entries.of_feed(feed.feed_id), recovered, view)
            for feed in db.feeds.listed()
        ]
    return tuple(_with_push(each, pushes.get(each.feed.feed_id), now) for each in conditions)


def _with_push(condition: Condition, push: Push | None, now: datetime) -> Condition:
    return condition if push is None else replace(condition, push=push, standing=standing_of(push, now))


def moments_of(entries: Sequence[KeptEntry]) -> list[datetime]:
    """Say when entries came: at their arrival, those of the first document when they were written, if they say so."""
    first = min((kept.first_seen_at for kept in entries), default=None)
    return [
        min(kept.entry.published_at or kept.first_seen_at, kept.first_seen_at)
        if first is not None and kept.first_seen_at - first <= _OF_ONE_ROUND
        else kept.first_seen_at
        for kept in entries
    ]


def contents_of(entries: Sequence[KeptEntry], language: str) -> Contents | None:
    """Judge the newest entries; None where there are none."""
    newest = [kept.entry for kept in entries[:LOOKED_AT]]
    if not newest:
        return None
    languages = Counter(entry.language for entry in newest if entry.language)
    return Contents(
        judged=len(newest),
        kind=content_of(newest),
        cut_off=sum(is_cut_off(entry) for entry in newest),
        title_only=sum(is_title_only(entry) for entry in newest),
        garbled=sum(is_garbled(f"{entry.title} {entry.summary}") for entry in newest),
        in_another_language=sum(count for each, count in languages.items() if each != language),
        languages=tuple(languages.most_common()),
    )


def _condition(
    feed: Feed,
    poll: PollState,
    entries: Sequence[KeptEntry],
    recovered: Mapping[str, datetime],
    view: _View,
) -> Condition:
    moments = moments_of(entries)
    # While nobody looked, a feed was not silent: what counts is the silence at the last good answer.
    silence = silence_of(moments, poll.last_good_at or view.now)
    silent = silence is not None and silence.is_odd
    state = state_of(poll, view.now, moved_after=view.policy.moved_after, silent=silent)
    row = None if poll.failure is None else FAILURES[poll.failure]
    return Condition(
        feed=feed,
        poll=poll,
        state=state,
        since=_since(state, poll, silence, recovered.get(feed.feed_id)),
        told="" if row is None else row.told,
        mend="" if row is None else row.mend,
        newest_at=max(moments, default=None),
        rhythm=_rhythm(moments, view.now, view.zone),
        silence=silence,
        contents=contents_of(entries, view.language),
    )


def _since(
    state: FeedState, poll: PollState, silence: Silence | None, recovered_at: datetime | None
) -> datetime | None:
    match state:
        case FeedState.FAILING | FeedState.GONE:
            return poll.failing_since
        case FeedState.MOVED:
            return poll.moved_since
        case FeedState.SILENT:
            return None if silence is None else silence.since
        case FeedState.HEALTHY:
            return recovered_at
        case FeedState.NEW:
            return None


def _rhythm(moments: Iterable[datetime], now: datetime, zone: str) -> tuple[DayCount, ...]:
    """Count the entries of each of the last four weeks' days."""
    local = ZoneInfo(zone)
    today = now.astimezone(local).date()
    counts = Counter(at.astimezone(local).date() for at in moments)
    days = (today - timedelta(days=ago) for ago in range(PLOTTED_DAYS - 1, -1, -1))
    return tuple(DayCount(on=day, entries=counts[day]) for day in days)
