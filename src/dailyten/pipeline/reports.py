"""How the reading of the feeds went, for an edition's honest header."""

from collections import Counter
from collections.abc import Sequence

from dailyten.model.edition import FeedReport
from dailyten.model.entry import KeptEntry
from dailyten.model.feed import Feed, PollState
from dailyten.poll.outcomes import FAILURES
from dailyten.store.transaction import Transaction


def feed_reports(db: Transaction, arrived: Sequence[KeptEntry]) -> tuple[FeedReport, ...]:
    """Report on each listed feed: read or not, since when not and why in plain words, and what it brought."""
    states = db.feeds.poll_states()
    brought = Counter(kept.feed_id for kept in arrived)
    return tuple(_report(feed, states.get(feed.feed_id), brought[feed.feed_id]) for feed in db.feeds.listed())


def _report(feed: Feed, state: PollState | None, entries: int) -> FeedReport:
    read = state is not None and state.last_good_at is not None and state.failure is None
    failing = state is not None and state.failure is not None
    return FeedReport(
        feed_id=feed.feed_id,
        title=feed.title,
        home_url=feed.home_url,
        address=feed.address,
        read=read,
        entries=entries,
        since=state.failing_since if failing and state is not None else None,
        words=FAILURES[state.failure].told if state is not None and state.failure is not None else "",
    )
