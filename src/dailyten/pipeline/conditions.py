"""How each listed feed is: what an editor needs to know in one look."""

from dataclasses import dataclass
from datetime import datetime

from dailyten.model.feed import Feed, FeedState, PollState
from dailyten.poll.outcomes import state_of
from dailyten.poll.rhythm import is_oddly_silent
from dailyten.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A feed, what polling knows of it, and the one word for both."""

    feed: Feed
    poll: PollState
    state: FeedState


def feed_conditions(store: Store, now: datetime) -> tuple[Condition, ...]:
    """Look at every listed feed, in the order of the list."""
    with store.reading() as db:
        states = db.feeds.poll_states()
        found = []
        for feed in db.feeds.listed():
            poll = states[feed.feed_id]
            arrivals = (kept.first_seen_at for kept in db.entries.of_feed(feed.feed_id))
            state = state_of(poll, now, silent=is_oddly_silent(arrivals, now))
            found.append(Condition(feed=feed, poll=poll, state=state))
    return tuple(found)
