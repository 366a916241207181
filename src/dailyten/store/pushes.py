"""Hubs: what feeds announce, and our subscriptions at them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from dailyten.model.push import Announcement, Push
from dailyten.store.rows import batches, columns_of, insert_or_update, noun_of, row_of
from dailyten.store.tables import pushes as tables

ANNOUNCEMENT = columns_of(tables.announcements, Announcement)
PUSH = columns_of(tables.pushes, Push)


class Pushes:
    """The subscriptions of one transaction."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def announce(self, announcements: Sequence[Announcement]) -> None:
        """Keep the hub that each feed names now."""
        insert_or_update(self._db, tables.announcements, [row_of(each) for each in announcements])

    def withdraw(self, feed_ids: Sequence[str]) -> None:
        """Forget the hubs of feeds that name none any more."""
        for batch in batches(feed_ids):
            named = tables.announcements.c.feed_id.in_(batch)
            self._db.execute(delete(tables.announcements).where(named))

    def announced(self, feed_ids: Sequence[str] | None = None) -> dict[str, Announcement]:
        """Give what these feeds announce, by feed; without a choice that of every listed feed."""
        found: dict[str, Announcement] = {}
        if feed_ids is None:
            listed = select(*ANNOUNCEMENT).join_from(tables.announcements, tables.feeds).where(tables.feeds.c.listed)
            rows = self._db.execute(listed.order_by(tables.feeds.c.place)).all()
            return {row.feed_id: noun_of(Announcement, row) for row in rows}
        for batch in batches(feed_ids):
            named = select(*ANNOUNCEMENT).where(tables.announcements.c.feed_id.in_(batch))
            found |= {row.feed_id: noun_of(Announcement, row) for row in self._db.execute(named)}
        return found

    def keep(self, *pushes: Push) -> None:
        """Keep subscriptions as they are now."""
        insert_or_update(self._db, tables.pushes, [row_of(push) for push in pushes])

    def drop(self, *push_ids: str) -> None:
        """Forget subscriptions."""
        for batch in batches(push_ids):
            self._db.execute(delete(tables.pushes).where(tables.pushes.c.push_id.in_(batch)))

    def find(self, push_id: str) -> Push | None:
        """Give a subscription by the name in its callback; None if there is none."""
        row = self._db.execute(select(*PUSH).where(tables.pushes.c.push_id == push_id)).one_or_none()
        return None if row is None else noun_of(Push, row)

    def all(self) -> tuple[Push, ...]:
        """Give every subscription, those being given up too."""
        rows = self._db.execute(select(*PUSH).order_by(tables.pushes.c.feed_id, tables.pushes.c.push_id))
        return tuple(noun_of(Push, row) for row in rows)

    def of_feeds(self, feed_ids: Sequence[str]) -> dict[str, Push]:
        """Give the subscriptions of feeds, by feed, without those being given up."""
        push = tables.pushes.c
        found: dict[str, Push] = {}
        for batch in batches(feed_ids):
            rows = self._db.execute(select(*PUSH).where(push.feed_id.in_(batch), ~push.leaving))
            found |= {row.feed_id: noun_of(Push, row) for row in rows}
        return found

    def count_live(self, now: datetime, *, missed: int = 0) -> int:
        """Count the subscriptions that last and of which so many polls in a row, or more, found what no hub told."""
        push = tables.pushes.c
        last = select(func.count()).where(push.lease_until > now, ~push.leaving, push.missed >= missed)
        return int(self._db.execute(last).scalar_one())
