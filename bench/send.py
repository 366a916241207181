"""Messages a second into a mail server on loopback, beside bare smtplib on one reused connection in the same run.

`python bench/send.py [MESSAGES] [KILOBYTES]`. The server is the project's own sink in a process of its own, so the
figures are ratios of one run, not promises. Bare smtplib gets finished bytes and keeps no record; ours makes each
reader's message, writes two commits for it (SQLite, synchronous=FULL) and can be killed at any moment.
"""

import random
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from dailyten.deliver.dkim import DkimKey, sign
from dailyten.deliver.envelope import tagged
from dailyten.deliver.grouping import Doubt, GroupedOutbox, Move
from dailyten.deliver.line import Line
from dailyten.deliver.message import (
    Letter,
    Outgoing,
    Recipient,
    SenderSettings,
    address_to,
    message_id_of,
    write_letter,
)
from dailyten.deliver.sending import send
from dailyten.deliver.settings import SendLimits, SmtpSettings
from dailyten.deliver.smtp import SmtpLine
from dailyten.model.delivery import Delivery, DeliveryState, delivery_id_of
from dailyten.model.edition import Edition
from dailyten.model.subscriber import Membership, Subscriber, subscriber_id_of
from dailyten.store import Store, open_store

NOW = datetime(2026, 11, 24, 7, tzinfo=UTC)
EDITION = Edition(
    edition_id="bench", on=NOW.date(), zone="UTC", revision=1, title="Bench", built_at=NOW, seen_from=None, seen_to=NOW,
    budget_minutes=15, minutes=0, minutes_saved=0, entries=0, feeds=(), candidates=(), places=(), cuts=(),
)  # fmt: skip
SENDER = SenderSettings(name="Bench", address="daily@example.com", base_url="https://news.example.com")
LEAVE = "https://personal.invalid/leave"
KEYS = (b"k" * 32,)
RSA = DkimKey(domain="example.com", selector="r", key=rsa.generate_private_key(65537, 2048))
ED25519 = DkimKey(domain="example.com", selector="e", key=ed25519.Ed25519PrivateKey.generate())

Signed = Callable[[Outgoing], Outgoing]


@contextmanager
def sink() -> Iterator[int]:
    with subprocess.Popen(
        [sys.executable, "-m", "dailyten.testing.mail_sink"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None  # noqa: S101 - for mypy
        yield int(server.stdout.readline())
        server.communicate()


def a_letter(kilobytes: int) -> Letter:
    story = '<tr><td style="padding:8px"><h2>A story about a small shop</h2><p>Größe, words and more.</p></td></tr>\n'
    stories = story * (kilobytes * 1024 // len(story))
    return write_letter(
        subject=Line("Ten stories"),
        text="1. A story\n" * 200 + LEAVE,
        html=f'<html lang="en"><body><table>{stories}</table><a href="{LEAVE}">Leave</a></body></html>',
        sender=SENDER,
        edition_id="bench",
        places=(LEAVE,),
    )


def a_delivery(number: int) -> Delivery:
    address = f"reader{number}@example.org"
    subscriber_id = subscriber_id_of(address)
    delivery_id = delivery_id_of("bench", subscriber_id)
    return Delivery(
        delivery_id=delivery_id,
        edition_id="bench",
        subscriber_id=subscriber_id,
        address=address,
        message_id=message_id_of("bench", delivery_id, "example.com"),
        state=DeliveryState.QUEUED,
        queued_at=NOW,
        expires_at=NOW + timedelta(hours=8),
    )


def message_of(delivery: Delivery, letter: Letter) -> Outgoing:
    url = f"https://news.example.com/unsubscribe/{delivery.subscriber_id}"
    to = Recipient(
        delivery_id=delivery.delivery_id,
        address=delivery.address,
        message_id=delivery.message_id,
        at=NOW,
        return_path=tagged("bounce", delivery.delivery_id, "example.com", KEYS),
        unsubscribe_address=tagged("unsub", delivery.subscriber_id, "example.com", KEYS),
        unsubscribe_url=url,
        texts={LEAVE: url},
    )
    return address_to(to, letter)


def signed_by(*keys: DkimKey) -> Signed:
    def sign_it(outgoing: Outgoing) -> Outgoing:
        return Outgoing(
            delivery_id=outgoing.delivery_id,
            return_path=outgoing.return_path,
            recipient=outgoing.recipient,
            content=sign(outgoing.content, keys, NOW),
        )

    return sign_it


def bare(port: int, letter: Letter, deliveries: list[Delivery]) -> float:
    messages = [message_of(each, letter) for each in deliveries]
    started = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port, "localhost") as client:
        for each in messages:
            client.sendmail(each.return_path, [each.recipient], each.content)
    return time.perf_counter() - started


def line_alone(port: int, letter: Letter, deliveries: list[Delivery]) -> float:
    messages = [message_of(each, letter) for each in deliveries]
    started = time.perf_counter()
    line = SmtpLine(SmtpSettings(port=port))
    for each in messages:
        line.hand_over(each, lambda: True)
    line.close()
    return time.perf_counter() - started


def outbox_of(store: Store, deliveries: list[Delivery]) -> GroupedOutbox:
    with store.writing() as db:
        db.editions.freeze(EDITION)
        for each in deliveries:
            db.subscribers.add(
                Subscriber(
                    subscriber_id=each.subscriber_id,
                    address=each.address,
                    membership=Membership.ACTIVE,
                    joined_at=NOW,
                    changed_at=NOW,
                )
            )
        db.outbox.fill(deliveries)

    def lease(worker: str, now: datetime, until: datetime, limit: int) -> Sequence[Delivery]:
        with store.writing() as db:
            return db.outbox.lease(worker, now, until, limit)

    def write(moves: Sequence[Move]) -> Sequence[bool]:
        with store.writing() as db:
            return [
                db.outbox.in_doubt(move.delivery_id, move.worker) if isinstance(move, Doubt) else db.outbox.settle(move)
                for move in moves
            ]

    return GroupedOutbox(lease, write)


def whole(port: int, letter: Letter, deliveries: list[Delivery], lines: int, sign_it: Signed | None = None) -> float:
    def make(delivery: Delivery) -> Outgoing:
        outgoing = message_of(delivery, letter)
        return sign_it(outgoing) if sign_it else outgoing

    with tempfile.TemporaryDirectory() as folder, open_store(f"sqlite:///{Path(folder) / 'outbox.db'}") as store:
        outbox = outbox_of(store, deliveries)
        started = time.perf_counter()
        sent = send(
            outbox,
            lambda: SmtpLine(SmtpSettings(port=port)),
            make,
            worker="bench",
            clock=lambda: NOW,
            rng=random.Random(1),  # noqa: S311 - spreads waits, guards nothing
            limits=SendLimits(lines=lines, batch=50),
        )
        took = time.perf_counter() - started
    if sent.sent != len(deliveries):
        raise SystemExit(f"not everything was sent: {sent}")
    return took


def main() -> None:
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    kilobytes = int(sys.argv[2]) if len(sys.argv) > 2 else 40
    letter, deliveries = a_letter(kilobytes), [a_delivery(number) for number in range(messages)]
    size = len(message_of(deliveries[0], letter).content)
    rows: list[tuple[str, Callable[[int], float]]] = [
        ("bare smtplib, one connection, nothing kept", lambda port: bare(port, letter, deliveries)),
        ("our line alone", lambda port: line_alone(port, letter, deliveries)),
        ("outbox, messages made, 1 line", lambda port: whole(port, letter, deliveries, 1)),
        ("outbox, messages made, 4 lines", lambda port: whole(port, letter, deliveries, 4)),
        ("outbox, messages made, 16 lines", lambda port: whole(port, letter, deliveries, 16)),
        ("outbox, messages made, 32 lines", lambda port: whole(port, letter, deliveries, 32)),
        ("the same with DKIM Ed25519, 32 lines", lambda port: whole(port, letter, deliveries, 32, signed_by(ED25519))),
        ("the same with DKIM RSA-2048, 32 lines", lambda port: whole(port, letter, deliveries, 32, signed_by(RSA))),
        ("the same with DKIM Ed25519, 16 lines", lambda port: whole(port, letter, deliveries, 16, signed_by(ED25519))),
        ("the same with DKIM RSA-2048, 16 lines", lambda port: whole(port, letter, deliveries, 16, signed_by(RSA))),
    ]
    print(f"{messages} messages of {size / 1024:.0f} kB")
    print(f"{'':45}{'messages/s':>12}{'of bare':>9}")
    first = 0.0
    for name, run in rows:
        with sink() as port:
            took = run(port)
        first = first or took
        print(f"{name:45}{messages / took:12.0f}{first / took:9.0%}")


if __name__ == "__main__":
    main()
