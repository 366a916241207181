"""Taking a feed list over: exactly its feeds are polled from now on."""

from datetime import datetime

from dailyten.feedlist.plan import Plan, plan
from dailyten.feedlist.read import FeedList
from dailyten.store.store import Store


def take_list(store: Store, feed_list: FeedList, now: datetime) -> Plan:
    """Make the feeds of a list the listed ones, and say what that changed."""
    with store.writing() as db:
        before = db.feeds.listed()
        after = db.feeds.apply(feed_list.feeds, now)
    return plan(before, after)
