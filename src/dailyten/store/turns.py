"""Whose issue is due, and what each of these readers was sent lately: what filling the outbox asks for, page by page.

A row of `turns` says when to look at a reader next: the epoch for "at once" (new, or with changed wishes), the year
9999 for who gets the mail with the edition, whenever that is made. Only active readers have one. Rows are read without
making nouns of them, for filling the outbox goes through every reader there is.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, exists, select, type_coerce
from sqlalchemy import Text as TextType

from dailyten.model.canonical import from_json
from dailyten.model.delivery import DeliveryState
from dailyten.model.issue import Issue, IssueKind, Place
from dailyten.model.subscriber import Wishes
from dailyten.store.rows import batches, insert_missing_alike, update_each
from dailyten.store.tables import outbox as tables

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
WITH_EDITION = datetime(9999, 12, 31, tzinfo=UTC)
DAY = timedelta(days=1)
NOT_SENT = (DeliveryState.EXPIRED, DeliveryState.CANCELLED, DeliveryState.FAILED)
"""What a reader surely did not get, so its stories may come again."""


class Reader(NamedTuple):
    """An active subscriber, as far as choosing an issue needs to know. A tuple, for a million of them are made."""

    subscriber_id: str
    address: str
    joined_at: datetime
    wishes: Wishes
    had_any: bool = True
    """Whether anything may have been queued for this reader before."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """An edition that a reader was sent; without an `issue` it was the edition itself."""

    edition_id: str
    on: date
    issue: Issue | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """Deliveries to queue, alike but for whose they are and what was chosen: the columns that `OWN` names.

    What was chosen is text (`issue_text`).
    """

    edition_id: str
    queued_at: datetime
    expires_at: datetime
    rows: Sequence[tuple[str, str, str, str, str]]
    state: DeliveryState = DeliveryState.QUEUED

    def shared(self) -> dict[str, Any]:
        """Give the columns that all rows have in common."""
        return {
            "edition_id": self.edition_id,
            "state": self.state,
            "queued_at": self.queued_at,
            "expires_at": self.expires_at,
            "ready_at": self.queued_at,
            "attempts": 0,
            "leased_by": "",
            "reply": "",
        }


OWN = ("delivery_id", "subscriber_id", "address", "message_id", "issue")


class Turns:
    """The turns of the readers in one transaction."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def due(self, now: datetime, limit: int) -> tuple[Reader, ...]:
        """Give readers to look at now, the longest due first."""
        columns = tables.turns.c
        found = _READERS.where(columns.due_at <= now).order_by(columns.due_at, columns.subscriber_id)
        return self._read(found.limit(limit))

    def with_edition(self, after: str, limit: int) -> tuple[Reader, ...]:
        """Give readers who get the mail with the edition, by id; `after` is the last one of the page before."""
        columns = tables.turns.c
        waiting = (columns.due_at == WITH_EDITION, columns.subscriber_id > after)
        return self._read(_READERS.where(*waiting).order_by(columns.subscriber_id).limit(limit))

    def put_off(self, due_at: Mapping[str, datetime]) -> None:
        """Say when to look at each reader next."""
        update_each(self._db, tables.turns.c.due_at, due_at)

    def delivered(self, subscriber_ids: Sequence[str], since: datetime) -> dict[str, list[Delivered]]:
        """Give what each reader was sent since then, or is about to be; who was sent nothing is not in it."""
        columns, editions = tables.deliveries.c, tables.editions.c
        what = (columns.subscriber_id, columns.edition_id, editions.on, columns.issue)
        found: dict[str, list[Delivered]] = {}
        for batch in batches(subscriber_ids):
            theirs = (columns.subscriber_id.in_(batch), columns.queued_at >= since, columns.state.not_in(NOT_SENT))
            for row in self._db.execute(select(*what).join_from(tables.deliveries, tables.editions).where(*theirs)):
                issue = None if row[3] is None else issue_of(row[3])
                found.setdefault(row[0], []).append(Delivered(row[1], row[2], issue))
        return found

    def last_dates(self, subscriber_ids: Sequence[str], since: datetime | None = None) -> dict[str, date]:
        """Give the newest date whose edition each reader was sent since then, or ever.

        For who was never sent any of those that were queued, the date before the first of them: nothing is had from
        there on. Who was queued nothing is not in it.
        """
        columns, editions = tables.deliveries.c, tables.editions.c
        rows = select(columns.subscriber_id, editions.on, columns.state).join_from(tables.deliveries, tables.editions)
        found: dict[str, date] = {}
        unsent: dict[str, date] = {}
        for batch in batches(subscriber_ids):
            theirs = (columns.subscriber_id.in_(batch), columns.queued_at >= (since or AT_ONCE))
            for subscriber_id, on, state in self._db.execute(rows.where(*theirs)):
                if state in NOT_SENT:
                    unsent[subscriber_id] = min(on - DAY, unsent.get(subscriber_id, on))
                else:
                    found[subscriber_id] = max(on, found.get(subscriber_id, on))
        return found if since else unsent | found

    def fill(self, filling: Filling) -> int:
        """Queue deliveries with what was chosen; of one edition and subscriber the first one counts.

        Says how many were new. Rows go in by id, so that neighbours fall on the same pages of each index: with ids in
        no order, four hundred thousand rows took three times as long (SQLite, November 2026).
        """
        return insert_missing_alike(self._db, tables.deliveries, filling.shared(), OWN, filling.rows)

    def issues(self, delivery_ids: Sequence[str]) -> dict[str, Issue]:
        """Give what was chosen for these deliveries; one whose reader gets the edition itself is left out."""
        columns = tables.deliveries.c
        found: dict[str, Issue] = {}
        for batch in batches(delivery_ids):
            rows = select(columns.delivery_id, columns.issue).where(columns.delivery_id.in_(batch))
            found |= {row[0]: issue_of(row[1]) for row in self._db.execute(rows) if row[1] is not None}
        return found

    def _read(self, found: Select[Any]) -> tuple[Reader, ...]:
        return tuple([Reader(row[0], row[1], row[2], _wishes(row[3]), row[4]) for row in self._db.execute(found).all()])


_READERS = select(
    tables.turns.c.subscriber_id,
    tables.subscribers.c.address,
    tables.subscribers.c.joined_at,
    type_coerce(tables.subscribers.c.wishes, TextType).label("wishes"),
    exists().where(tables.deliveries.c.subscriber_id == tables.turns.c.subscriber_id).label("had_any"),
).join_from(tables.turns, tables.subscribers)


@lru_cache(maxsize=4096)
def _wishes(text: str) -> Wishes:
    """Read wishes; many readers have the same."""
    return from_json(text, Wishes)


def issue_text(issue: Issue) -> str:
    """Write an issue, short, for there is one for every mail."""
    places = [[each.story_id, *each.why] for each in issue.places]
    kept = [issue.kind, issue.editions, places, issue.minutes, issue.considered, issue.asked, issue.quiet]
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=4096)
def issue_of(text: str) -> Issue:
    """Read an issue back."""
    kind, editions, places, minutes, considered, asked, quiet = json.loads(text)
    return Issue(
        kind=IssueKind(kind),
        editions=tuple(editions),
        places=tuple([Place(story_id=each[0], why=tuple(each[1:])) for each in places]),
        minutes=minutes,
        considered=considered,
        asked=tuple(asked),
        quiet=quiet,
    )
