"""Taking a feed list over: exactly its feeds are polled from now on."""

from datetime import datetime
from typing import TYPE_CHECKING

from dailyten.feedlist.stamp import stamp_of
from dailyten.pipeline.list_file import ListFile
from dailyten.store.store import Store

if TYPE_CHECKING:
    from dailyten.feedlist.plan import Plan
    from dailyten.feedlist.read import FeedList


def take_list(store: Store, feed_list: "FeedList", now: datetime) -> "Plan":
    """Make the feeds of a list the listed ones, and say what that changed."""
    from dailyten.feedlist.plan import plan

    with store.writing() as db:
        before = db.feeds.listed()
        after = db.feeds.apply(feed_list.feeds, now, stamp=feed_list.stamp)
    return plan(before, after)


def follow_list(store: Store, list_file: ListFile, now: datetime) -> None:
    """Take the list over, unless its text is the one that was taken last: then its feeds are the listed ones already.

    To read a list takes a tenth of a poll of all its feeds in which nothing is new (November 2026). One that includes
    others is always read. Raises BadFeedList.
    """
    body = list_file.read()
    with store.reading() as db:
        known = db.feeds.stamp()
    if known != stamp_of(body):
        take_list(store, list_file.take(body), now)
