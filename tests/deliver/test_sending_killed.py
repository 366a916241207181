"""Promise 4: a sender killed at any moment doubles nothing, loses nothing in silence, and knows what it cannot know."""

import multiprocessing
import os
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from dailyten.model.delivery import Delivery, DeliveryState
from dailyten.store import Store, open_store
from dailyten.testing.mail_sink import Fault, MailSink
from tests.deliver.killed_sender import LINES, send_until_killed
from tests.deliver.letters import EDITION, delivery_to
from tests.deliver.stored_outbox import fill_store
from tests.patience import until

KILLS = int(os.environ.get("SENDING_KILLS", "20"))
MESSAGES = int(os.environ.get("SENDING_MESSAGES", str(15 * KILLS)))
MOMENTS = 80
"""So many commands at most come to the mail server between the first message in hand and the kill."""
PRELOADED = ["dailyten.deliver.sending", "dailyten.deliver.smtp", "dailyten.store.store", "sqlalchemy.dialects.sqlite"]


def rows(store: Store) -> tuple[Delivery, ...]:
    with store.reading() as db:
        return db.outbox.listing(EDITION)


def in_hand(store: Store) -> bool:
    """Ask quickly: while all rows are read, a child sends many messages that are then not there to be killed at."""
    with store.reading() as db:
        return bool(db.outbox.listing(EDITION, DeliveryState.LEASED, DeliveryState.IN_DOUBT))


def waits(store: Store) -> bool:
    with store.reading() as db:
        return DeliveryState.QUEUED in db.outbox.counts(EDITION)


def recover(store: Store) -> int:
    """Do what the next run does once the dead one's leases have run out."""
    with store.writing() as db:
        return db.outbox.recover(datetime.now(UTC) + timedelta(hours=2)).unknown


def wait_for_a_moment(child: BaseProcess, store: Store, sink: MailSink, commands: int) -> None:
    until(lambda: in_hand(store) or not child.is_alive())
    moment = len(sink.log) + commands
    until(lambda: len(sink.log) >= moment or not child.is_alive())


@pytest.mark.parametrize(("slow_at", "grouped"), [("MAIL", False), ("MAIL", True), ("dot", True)])
def test_a_sender_killed_at_any_moment_doubles_nothing_and_loses_nothing(
    slow_at: str, grouped: bool, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/outbox.db"
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    chance = random.Random(4)
    now = datetime.now(UTC)
    people = [
        delivery_to(f"reader{number}@example.org", queued_at=now, expires_at=now + timedelta(days=1))
        for number in range(MESSAGES)
    ]
    slow = Fault(stage=slow_at, delay=timedelta(milliseconds=8))
    unknown = kills = 0
    with MailSink(faults=[slow]) as sink, open_store(url) as store:
        fill_store(store, people)
        for run in range(2 * KILLS + 1):
            child = context.Process(
                target=send_until_killed, args=(url, sink.port, f"run{run}"), kwargs={"grouped": grouped}
            )
            child.start()
            if kills < KILLS:
                wait_for_a_moment(child, store, sink, chance.randrange(MOMENTS))
                kills += child.is_alive()
                child.kill()
            child.join()
            unknown += recover(store)
            if not waits(store):
                break
        until(lambda: not sink.open_lines)
        taken = Counter(each.recipients[0] for each in sink.taken)
        settled = {row.address: row.state for row in rows(store)}

    assert len(settled) == MESSAGES
    assert max(taken.values()) == 1
    assert set(settled.values()) <= {DeliveryState.SENT, DeliveryState.UNKNOWN}
    assert {address for address, state in settled.items() if state is DeliveryState.SENT} <= set(taken)
    assert kills >= KILLS // 2
    assert Counter(settled.values())[DeliveryState.UNKNOWN] == unknown <= LINES * kills
