"""The queries that matter are answered from an index, not by looking at every row, and not by sorting."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from dailyten.model.entry import Entry
from dailyten.model.feed import Feed
from dailyten.store import Store, Transaction, open_store

NOW = datetime(2026, 11, 2, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)

Ask = Callable[[Transaction], object]

QUERIES = [
    pytest.param(lambda db: db.feeds.due(NOW, 10), "poll_states_by_due_at", id="due"),
    pytest.param(lambda db: db.entries.waiting(NOW), "arrivals_waiting", id="waiting"),
    pytest.param(lambda db: db.entries.arrived_since(NOW), "arrivals_by_time", id="arrived_since"),
    pytest.param(lambda db: db.entries.of_feed("f1", 9), "arrivals_by_feed", id="of_feed"),
    pytest.param(lambda db: db.entries.arrivals_of(["f1"], 9), "arrivals_by_feed", id="arrivals_of"),
    pytest.param(lambda db: db.entries.considered_by("e"), "arrivals_by_edition", id="considered_by"),
    pytest.param(lambda db: db.outbox.lease("w", NOW, NOW + HOUR, 9), "deliveries_open", id="lease"),
    pytest.param(lambda db: db.outbox.recover(NOW), "deliveries_in_hand", id="recover"),
    pytest.param(lambda db: db.outbox.late(NOW), "deliveries_open", id="late"),
    pytest.param(lambda db: db.outbox.expire(NOW), "deliveries_open", id="expire"),
    pytest.param(lambda db: db.outbox.cancel("s", NOW), "deliveries_by_subscriber", id="cancel"),
    pytest.param(lambda db: db.outbox.counts("e"), "one_per_subscriber", id="counts"),
    pytest.param(lambda db: db.turns.due(NOW, 9), "turns_due", id="readers_due"),
    pytest.param(lambda db: db.turns.with_edition("s", 9), "turns_due", id="readers_with_edition"),
    pytest.param(lambda db: db.feeds.poll_log("f1", NOW), "poll_log_by_feed", id="poll_log"),
    pytest.param(lambda db: db.feeds.forget_polls(NOW), "poll_log_by_feed", id="forget_polls"),
    pytest.param(lambda db: db.editions.latest(), "editions_by_built_at", id="latest"),
    pytest.param(lambda db: db.feedback.votes(NOW), "votes_by_time", id="votes"),
    pytest.param(lambda db: list(db.subscribers.in_membership("active")), "subscribers_by_membership", id="members"),
]

UNSORTED = {"due", "waiting", "arrived_since", "of_feed", "arrivals_of", "readers_due", "readers_with_edition"}


@contextmanager
def overheard(store: Store) -> Iterator[list[tuple[str, Any]]]:
    """Listen to the statements that the store sends."""
    said: list[tuple[str, Any]] = []

    def hear(_db: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: Any) -> None:
        said.append((statement, parameters))

    event.listen(store._engine, "before_cursor_execute", hear)
    yield said
    event.remove(store._engine, "before_cursor_execute", hear)


def plans(store: Store, ask: Ask, explain: str) -> str:
    """Give the database's plan for the statements behind a question."""
    with overheard(store) as said, store.writing() as db:
        ask(db)
    found = []
    with store._transaction(writing=True) as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
        for statement, parameters in said:
            if statement.startswith(("SELECT", "UPDATE", "DELETE")):
                rows = connection.exec_driver_sql(f"{explain} {statement}", parameters).all()
                found += [str(row[-1]) for row in rows]
    return "\n".join(found)


def with_rows(store: Store) -> None:
    with store.writing() as db:
        feeds = [Feed(feed_id=f"f{n}", address=f"https://{n}.example/", title="A") for n in range(30)]
        db.feeds.apply(feeds, NOW)
        for feed in feeds:
            db.entries.keep(feed.feed_id, [Entry(key=f"k{n}", title=f"T{n}") for n in range(10)], now=NOW)


@pytest.mark.parametrize(("ask", "index"), QUERIES)
def test_sqlite_answers_from_the_index(tmp_path: Path, ask: Ask, index: str, request: pytest.FixtureRequest) -> None:
    with open_store(f"sqlite:///{tmp_path / 'a.db'}") as store:
        with_rows(store)
        plan = plans(store, ask, "EXPLAIN QUERY PLAN")

    # SQLite calls the index of a UNIQUE constraint by a number.
    assert (index if index != "one_per_subscriber" else "sqlite_autoindex_deliveries_2") in plan
    assert "SCAN deliveries" not in plan.replace("SCAN deliveries USING INDEX deliveries_open", "")
    if request.node.callspec.id in UNSORTED:
        assert "TEMP B-TREE FOR ORDER BY" not in plan


@pytest.mark.postgres
@pytest.mark.parametrize(("ask", "index"), QUERIES)
def test_postgresql_can_answer_from_the_index(postgres_url: str, ask: Ask, index: str) -> None:
    with open_store(postgres_url) as store:
        with_rows(store)

        assert index in plans(store, ask, "EXPLAIN")
