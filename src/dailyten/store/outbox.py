"""The outbox: one delivery for each edition and subscriber, and the moves it may make.

Every move is one UPDATE that names the states it may start from, so of two programs that want the same row one gets
it. A worker leases, commits `in_doubt` just before SMTP's final dot, and settles with what the server said.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, Update, bindparam, exists, func, or_, select, update

from dailyten.model.delivery import Delivery, DeliveryState
from dailyten.model.subscriber import Membership
from dailyten.store.rows import columns_of, insert_missing, noun_of, row_of
from dailyten.store.tables import outbox as tables

SETTLED_FROM = {
    DeliveryState.SENT: (DeliveryState.IN_DOUBT, DeliveryState.UNKNOWN),
    DeliveryState.DEFERRED: (DeliveryState.LEASED, DeliveryState.IN_DOUBT),
    DeliveryState.FAILED: (DeliveryState.LEASED, DeliveryState.IN_DOUBT, DeliveryState.UNKNOWN),
    DeliveryState.UNKNOWN: (DeliveryState.IN_DOUBT,),
    DeliveryState.QUEUED: (DeliveryState.LEASED, DeliveryState.UNKNOWN),
}
"""To which states a delivery is settled, and from where. A late answer may still settle what was `unknown`; `unknown`
becomes `queued` only when a person or a rule decides to send again, with the same Message-ID."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """What was found lying about after a crash: leases put back, messages whose fate is unknown."""

    queued: int
    unknown: int


class Outbox:
    """The deliveries of one transaction: of editions, or in a `table` of its own of confirm mails."""

    def __init__(self, db: Connection, table: Table = tables.deliveries) -> None:
        self._db = db
        self._table = table

    def fill(self, deliveries: Sequence[Delivery]) -> int:
        """Queue deliveries; one that is here for the same edition and subscriber stays as it is.

        Says how many were new. `Turns.fill` queues the issues of an edition, page by page; nobody gets two.
        """
        rows = [row_of(each, ready_at=each.next_try_at or each.queued_at) for each in deliveries]
        return insert_missing(self._db, self._table, rows)

    def lease(
        self, worker: str, now: datetime, until: datetime, limit: int, *, held: Collection[str] = ()
    ) -> tuple[Delivery, ...]:
        """Give a worker deliveries that no other worker has, the longest ready first.

        Queued, or deferred with its next try come; never one that has expired, nor one of the editions that are `held`.
        """
        columns = self._table.c
        ready = (
            select(columns.delivery_id)
            .where(tables.IS_OPEN, columns.ready_at <= now, columns.expires_at > now, *_not_of(columns, held))
            .order_by(columns.ready_at, columns.delivery_id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        leased = (
            update(self._table)
            .where(columns.delivery_id.in_(ready.scalar_subquery()))
            .values(state=DeliveryState.LEASED, leased_by=worker, leased_until=until)
            .returning(*columns_of(self._table, Delivery), columns.ready_at)
        )
        rows = sorted(self._db.execute(leased), key=lambda row: (row.ready_at, row.delivery_id))
        return tuple(noun_of(Delivery, row[:-1]) for row in rows)

    def in_doubt(self, delivery_id: str, worker: str) -> bool:
        """Write down that the final dot is about to be sent; commit before sending it.

        False when the worker no longer has the lease (it ran out, or the subscriber left): then do not send. That
        the subscriber is active is asked here once more, for on PostgreSQL an edition may be queued while one leaves.
        """
        mine = {"which": delivery_id, "whose": worker}
        return bool(self._db.execute(_doubting(self._table), mine).rowcount)

    def settle(self, delivery: Delivery) -> bool:
        """Keep what became of a delivery: its state, attempts, next try, reply and the time.

        `delivery` still names the worker that leased it. False, and nothing changes, when its state does not lead
        there or the lease is another worker's.
        """
        if delivery.state not in SETTLED_FROM:
            return False
        again = delivery.state in (DeliveryState.QUEUED, DeliveryState.DEFERRED)
        fresh = {
            "which": delivery.delivery_id,
            "whose": delivery.leased_by,
            "now_attempts": delivery.attempts,
            "now_next_try_at": delivery.next_try_at,
            "now_ready_at": delivery.next_try_at or delivery.queued_at,
            "now_reply": delivery.reply,
            "now_settled_at": delivery.settled_at,
            "now_leased_by": "" if again else delivery.leased_by,
        }
        return bool(self._db.execute(_settling(self._table, delivery.state), fresh).rowcount)

    def has_work(self) -> bool:
        """Say whether anything is open or in somebody's hands."""
        return any(
            self._db.execute(select(self._table.c.delivery_id).where(which).limit(1)).first() is not None
            for which in (tables.IS_OPEN, tables.IS_IN_HAND)
        )

    def samples(self, now: datetime) -> tuple[Delivery, ...]:
        """Give one open delivery of each edition that has any."""
        columns = self._table.c
        one_each = select(func.min(columns.delivery_id)).where(tables.IS_OPEN, columns.expires_at > now)
        one_each = one_each.group_by(columns.edition_id)
        found = select(*columns_of(self._table, Delivery)).where(columns.delivery_id.in_(one_each.scalar_subquery()))
        return tuple(noun_of(Delivery, row) for row in self._db.execute(found.order_by(columns.delivery_id)))

    def recover(self, now: datetime) -> Recovered:
        """Settle what dead workers left: a lease that ran out is queued again, a message in doubt is unknown."""
        over = self._table.c.leased_until <= now
        queued = self._move(
            (DeliveryState.LEASED,),
            tables.IS_IN_HAND,
            over,
            state=DeliveryState.QUEUED,
            leased_by="",
            leased_until=None,
        )
        unknown = self._move(
            (DeliveryState.IN_DOUBT,), tables.IS_IN_HAND, over, state=DeliveryState.UNKNOWN, settled_at=now
        )
        return Recovered(queued=queued, unknown=unknown)

    def late(self, now: datetime) -> tuple[Delivery, ...]:
        """Give what was tried in vain and is now too late, so that `expire` will give it up."""
        columns = self._table.c
        found = select(*columns_of(self._table, Delivery)).where(tables.IS_OPEN, columns.expires_at <= now)
        found = found.where(columns.state == DeliveryState.DEFERRED).order_by(columns.ready_at)
        return tuple(noun_of(Delivery, row) for row in self._db.execute(found))

    def expire(self, now: datetime) -> int:
        """Give up what is too late to be useful and in nobody's hands; say how many."""
        late = self._table.c.expires_at <= now
        open_states = (DeliveryState.QUEUED, DeliveryState.DEFERRED)
        return self._move(open_states, tables.IS_OPEN, late, state=DeliveryState.EXPIRED, settled_at=now)

    def cancel(self, subscriber_id: str, now: datetime) -> int:
        """Stop what is on its way to a subscriber and has not come to the final dot; say how many."""
        theirs = self._table.c.subscriber_id == subscriber_id
        stoppable = (DeliveryState.QUEUED, DeliveryState.DEFERRED, DeliveryState.LEASED)
        return self._move(stoppable, theirs, state=DeliveryState.CANCELLED, settled_at=now)

    def readdress(self, subscriber_id: str, address: str) -> int:
        """Send what is still in nobody's hands to a subscriber's new address; say how many."""
        theirs = self._table.c.subscriber_id == subscriber_id
        return self._move((DeliveryState.QUEUED, DeliveryState.DEFERRED), theirs, address=address)

    def forget(self, subscriber_id: str) -> None:
        """Delete all deliveries of a subscriber."""
        self._db.execute(self._table.delete().where(self._table.c.subscriber_id == subscriber_id))

    def forget_older(self, edition_id: str, before: datetime) -> None:
        """Delete the deliveries of an edition that were queued before an instant."""
        columns = self._table.c
        self._db.execute(self._table.delete().where(columns.edition_id == edition_id, columns.queued_at < before))

    def of(self, subscriber_id: str) -> tuple[Delivery, ...]:
        """Give all deliveries of a subscriber, the oldest first."""
        columns = self._table.c
        found = select(*columns_of(self._table, Delivery)).where(columns.subscriber_id == subscriber_id)
        rows = self._db.execute(found.order_by(columns.queued_at, columns.delivery_id))
        return tuple(noun_of(Delivery, row) for row in rows)

    def find(self, delivery_id: str) -> Delivery | None:
        """Give a delivery, None if there is none."""
        found = select(*columns_of(self._table, Delivery)).where(self._table.c.delivery_id == delivery_id)
        row = self._db.execute(found).one_or_none()
        return None if row is None else noun_of(Delivery, row)

    def counts(self, edition_id: str) -> dict[DeliveryState, int]:
        """Count the deliveries of an edition by state."""
        columns = self._table.c
        counted = select(columns.state, func.count()).where(columns.edition_id == edition_id).group_by(columns.state)
        return {row[0]: row[1] for row in self._db.execute(counted)}

    def listing(self, edition_id: str, *states: DeliveryState) -> tuple[Delivery, ...]:
        """Give the deliveries of an edition, those in these states or all, by id."""
        columns = self._table.c
        found = (
            select(*columns_of(self._table, Delivery))
            .where(columns.edition_id == edition_id)
            .order_by(columns.delivery_id)
        )
        if states:
            found = found.where(columns.state.in_(states))
        return tuple(noun_of(Delivery, row) for row in self._db.execute(found))

    def _move(self, come_from: Sequence[DeliveryState], *which: ColumnElement[bool] | Any, **fresh: Any) -> int:  # noqa: ANN401
        allowed = self._table.c.state.in_(come_from)
        return self._db.execute(update(self._table).where(allowed, *which).values(**fresh)).rowcount


# What is done twice for every message is built once: to build it costs more than to run it.


@cache
def _doubting(table: Table) -> Update:
    columns = table.c
    mine = (columns.delivery_id == bindparam("which"), columns.leased_by == bindparam("whose"))
    leased = update(table).where(columns.state == DeliveryState.LEASED, *mine, *_wanted(table))
    return leased.values(state=DeliveryState.IN_DOUBT)


@cache
def _settling(table: Table, state: DeliveryState) -> Update:
    columns = table.c
    allowed = or_(*(columns.state == each for each in SETTLED_FROM[state]))
    mine = (columns.delivery_id == bindparam("which"), columns.leased_by == bindparam("whose"))
    told = ("attempts", "next_try_at", "ready_at", "reply", "settled_at", "leased_by")
    fresh: dict[str, Any] = {name: bindparam(f"now_{name}") for name in told}
    return update(table).where(allowed, *mine).values(state=state, leased_until=None, **fresh)


def _wanted(table: Table) -> tuple[ColumnElement[bool], ...]:
    if table is not tables.deliveries:
        return ()
    reader = tables.subscribers.c
    return (exists().where(reader.subscriber_id == table.c.subscriber_id, reader.membership == Membership.ACTIVE),)


def _not_of(columns: Any, held: Collection[str]) -> tuple[ColumnElement[bool], ...]:  # noqa: ANN401 - a table's columns
    return (columns.edition_id.not_in(sorted(held)),) if held else ()
