"""How polite we are to each publisher, from the poll log: the criteria of public feed-reader scores."""

from dataclasses import dataclass
from datetime import datetime

from dailyten.model.feed import Feed
from dailyten.poll.etiquette import Etiquette, Lapse, etiquette_of, lapses_of
from dailyten.poll.schedule import PollPolicy
from dailyten.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """A feed, how it was asked, and what of that was not polite. `has_validators`: it can be asked conditionally."""

    feed: Feed
    etiquette: Etiquette
    has_validators: bool
    lapses: tuple[Lapse, ...]


def feed_manners(store: Store, since: datetime, policy: PollPolicy) -> tuple[Manners, ...]:
    """Sum up the poll log of every listed feed from an instant on, in the order of the list."""
    with store.reading() as db:
        states = db.feeds.poll_states()
        logs = [(feed, db.feeds.poll_log(feed.feed_id, since)) for feed in db.feeds.listed()]
    found = []
    for feed, notes in logs:
        state, report = states[feed.feed_id], etiquette_of(feed.feed_id, notes, policy)
        gives = bool(state.etag or state.last_modified)
        lapses = lapses_of(report, policy, has_validators=gives)
        found.append(Manners(feed=feed, etiquette=report, has_validators=gives, lapses=lapses))
    return tuple(found)
