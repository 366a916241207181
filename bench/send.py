"""Messages a second into a mail server on loopback, beside bare smtplib on connections that are used again.

`python bench/send.py [MESSAGES] [KILOBYTES] [ROUNDS]`. The server is the project's own sink in a process of its own, so
the figures are ratios, not promises. In each round every row has its turn, and the table gives the middle of them;
`of bare` is the middle of the ratios to the faster of the two bare rows of the same round. Bare smtplib gets finished
bytes and keeps no record; ours makes each reader's message, writes two lines for it that survive a power cut (SQLite,
synchronous=FULL) and can be killed at any moment. The rows of ours have the settings that a fresh digest has, but for
the lines that they name; one message for each reader, or in the last row an issue chosen for each reader.
"""

import random
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from dailyten.config import read_settings
from dailyten.deliver.dkim import DkimKey, sign
from dailyten.deliver.envelope import tagged
from dailyten.deliver.line import Line
from dailyten.deliver.message import Letter, Outgoing, Recipient, address_to, message_id_of, write_letter
from dailyten.deliver.sender import SenderSettings
from dailyten.deliver.sending import send
from dailyten.deliver.settings import SendLimits, SmtpSettings
from dailyten.deliver.smtp import SmtpLine
from dailyten.model.delivery import Delivery, DeliveryState, delivery_id_of
from dailyten.model.edition import Edition
from dailyten.model.subscriber import Membership, Subscriber, subscriber_id_of
from dailyten.pipeline.queueing import queue_due
from dailyten.pipeline.sending import outbox_of, send_queued
from dailyten.store import Store, open_store
from dailyten.wiring import Parts

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

PERSONAL: Any = import_module("personal")
"""The file beside this one; a bench is run as a program, so mypy does not see it."""
ONE = "bare smtplib, one connection"

Signed = Callable[[Outgoing], Outgoing]
Run = Callable[[int, Path], tuple[float, float]]
"""Wall time and CPU time of a row: sending to a port, with a folder of its own."""


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


def bare(port: int, finished: Sequence[Outgoing], connections: int) -> tuple[float, float]:
    def give(share: Sequence[Outgoing]) -> None:
        with smtplib.SMTP("127.0.0.1", port, "localhost") as client:
            for each in share:
                client.sendmail(each.return_path, [each.recipient], each.content)

    started, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(connections) as threads:
        list(threads.map(give, [finished[first::connections] for first in range(connections)]))
    return time.perf_counter() - started, time.process_time() - cpu


def line_alone(port: int, finished: Sequence[Outgoing]) -> tuple[float, float]:
    started, cpu = time.perf_counter(), time.process_time()
    line = SmtpLine(SmtpSettings(port=port))
    for each in finished:
        line.hand_over(each, lambda: True)
    line.close()
    return time.perf_counter() - started, time.process_time() - cpu


def fill(store: Store, deliveries: list[Delivery]) -> None:
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


def whole(
    port: int,
    folder: Path,
    letter: Letter,
    deliveries: list[Delivery],
    lines: int,
    sign_it: Signed | None = None,
) -> tuple[float, float]:
    def make(delivery: Delivery) -> Outgoing:
        outgoing = message_of(delivery, letter)
        return sign_it(outgoing) if sign_it else outgoing

    with open_store(f"sqlite:///{folder / 'outbox.db'}") as store:
        fill(store, deliveries)
        started, cpu = time.perf_counter(), time.process_time()
        sent = send(
            outbox_of(store),
            lambda: SmtpLine(SmtpSettings(port=port)),
            make,
            worker="bench",
            clock=lambda: NOW,
            rng=random.Random(1),  # noqa: S311 - spreads waits, guards nothing
            limits=SendLimits(lines=lines),
        )
        took = time.perf_counter() - started, time.process_time() - cpu
    if sent.sent != len(deliveries):
        raise SystemExit(f"not everything was sent: {sent}")
    return took


def personal(port: int, folder: Path, count: int) -> tuple[float, float]:
    """Send issues that were chosen for readers with different wishes, by the parts of the real pipeline."""
    parts = Parts(read_settings(None))
    pack = parts.pack()
    topics, networks = list(pack.topic_keys), [network.key for network in pack.networks]
    room = parts.mail_room(pack)
    room = replace(room, post=replace(room.post, mail_domain="news.example"), gate=None, pace=None)
    path = folder / "personal.sqlite"
    with open_store(f"sqlite:///{path}") as store:
        with store.writing() as db:
            db.editions.freeze(PERSONAL.edition_of(topics, networks))
        PERSONAL.subscribe(path, PERSONAL.distinct_wishes(topics, networks, [goal.key for goal in pack.goals]), count)
        queue_due(store, room.post, PERSONAL.NOW)
        started, cpu = time.perf_counter(), time.process_time()
        sent = send_queued(
            store,
            room,
            lambda: SmtpLine(SmtpSettings(port=port)),
            worker="bench",
            clock=lambda: PERSONAL.NOW,
            rng=random.Random(1),  # noqa: S311 - spreads waits, guards nothing
        )
        took = time.perf_counter() - started, time.process_time() - cpu
    if sent.sent != count:
        raise SystemExit(f"not everything was sent: {sent}")
    return took


def main() -> None:
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    kilobytes = int(sys.argv[2]) if len(sys.argv) > 2 else 40
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    letter, deliveries = a_letter(kilobytes), [a_delivery(number) for number in range(messages)]
    finished = [message_of(each, letter) for each in deliveries]
    print(f"{messages} messages of {len(finished[0].content) / 1024:.0f} kB, the middle of {rounds} rounds")
    lines = SendLimits().lines

    def ours(lines: int, sign_it: Signed | None = None) -> Run:
        return lambda port, folder: whole(port, folder, letter, deliveries, lines, sign_it)

    rows: dict[str, Run] = {
        ONE: lambda port, _: bare(port, finished, 1),
        f"bare smtplib, {lines} connections": lambda port, _: bare(port, finished, lines),
        "our line alone": lambda port, _: line_alone(port, finished),
        f"outbox, {lines} lines (the default)": ours(lines),
        "outbox, 4 lines": ours(4),
        "outbox, 16 lines": ours(16),
        "the default with DKIM Ed25519": ours(lines, signed_by(ED25519)),
        "the default with DKIM RSA-2048": ours(lines, signed_by(RSA)),
        "the default, issues of 31 kB chosen for each": lambda port, folder: personal(port, folder, messages),
    }
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in rows}
    for _ in range(rounds):
        for name, run in rows.items():
            with sink() as port, tempfile.TemporaryDirectory() as folder:
                took[name].append(run(port, Path(folder)))
    bares = [min(each[0] for each in both) for both in zip(*list(took.values())[:2], strict=True)]
    print(f"{'':46}{'messages/s':>12}{'of bare':>9}{'lowest':>8}{'ms of our CPU':>15}")
    for name, runs in took.items():
        ratios = [bare_took / wall for bare_took, (wall, _) in zip(bares, runs, strict=True)]
        rate, cpu = messages / median(wall for wall, _ in runs), 1000 * median(cpu for _, cpu in runs) / messages
        print(f"{name:46}{rate:12.0f}{median(ratios):9.0%}{min(ratios):8.0%}{cpu:15.2f}")


if __name__ == "__main__":
    main()
