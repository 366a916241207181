import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest

from dailyten.deliver.limits import PaceLimits
from dailyten.deliver.message import Outgoing
from dailyten.deliver.outbox import RetryPolicy
from dailyten.deliver.pace import Pace
from dailyten.deliver.sending import Down, MailLine, OutboxPort, Sent, Withdrawn, send
from dailyten.deliver.settings import SendLimits, SmtpSettings
from dailyten.deliver.smtp import SmtpLine
from dailyten.errors import StoreError
from dailyten.model.delivery import Accepted, Deferred, Delivery, DeliveryState, Handover
from dailyten.store import open_store
from dailyten.testing.mail_sink import Drop, Fault, MailSink
from tests.deliver.letters import NOW, delivery_to, message_to
from tests.deliver.memory_outbox import MemoryOutbox
from tests.deliver.stored_outbox import GroupedStoredOutbox, StoredOutbox, fill_store
from tests.patience import FOREVER

SENT, DEFERRED, FAILED = DeliveryState.SENT, DeliveryState.DEFERRED, DeliveryState.FAILED
QUEUED, UNKNOWN, CANCELLED = DeliveryState.QUEUED, DeliveryState.UNKNOWN, DeliveryState.CANCELLED
RNG = random.Random(1)


class Outbox(OutboxPort, Protocol):
    def rows(self) -> dict[str, Delivery]: ...

    def cancel(self, delivery: Delivery) -> None: ...


Fill = Callable[[Sequence[Delivery]], Outbox]


@pytest.fixture(params=["memory", "sqlite", "grouped"])
def fill(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Fill]:
    """Give each outbox in turn: what holds for one must hold for all."""
    if request.param == "memory":
        yield MemoryOutbox
        return
    with open_store(f"sqlite:///{tmp_path}/outbox.db") as store:

        def filled(deliveries: Sequence[Delivery]) -> Outbox:
            fill_store(store, deliveries)
            return GroupedStoredOutbox(store) if request.param == "grouped" else StoredOutbox(store)

        yield filled


def people(count: int, domain: str = "example.org") -> list[Delivery]:
    return [delivery_to(f"reader{number:03}@{domain}") for number in range(count)]


def line_to(sink: MailSink) -> Callable[[], MailLine]:
    settings = SmtpSettings(port=sink.port, timeout=FOREVER, dot_timeout=FOREVER, connect_timeout=FOREVER)
    return lambda: SmtpLine(settings)


def send_all(outbox: OutboxPort, open_line: Callable[[], MailLine], **changes: Any) -> Sent:
    given: dict[str, Any] = {"worker": "test", "clock": lambda: NOW, "rng": RNG, "message_of": message_to}
    return send(outbox, open_line, **(given | changes))


def states(outbox: Outbox) -> Counter[DeliveryState]:
    return Counter(row.state for row in outbox.rows().values())


def test_everybody_gets_the_edition_once(fill: Fill) -> None:
    outbox = fill(people(60))
    with MailSink() as sink:
        sent = send_all(outbox, line_to(sink), limits=SendLimits(lines=3, batch=7))
        again = send_all(outbox, line_to(sink))

        assert sent == Sent(sent=60)
        assert again == Sent()
        assert states(outbox) == {SENT: 60}
        assert Counter(taken.recipients[0] for taken in sink.taken) == {row.address: 1 for row in people(60)}
        assert {message["Message-ID"] for message in sink.messages()} == {row.message_id for row in people(60)}


def test_the_reply_of_the_server_is_kept(fill: Fill) -> None:
    outbox = fill(people(1))
    with MailSink() as sink:
        send_all(outbox, line_to(sink))

    (row,) = outbox.rows().values()
    assert row.reply == "250 2.0.0 Taken as 1"
    assert (row.attempts, row.settled_at) == (1, NOW)


def test_what_happens_to_one_reader_happens_to_no_other(fill: Fill) -> None:
    outbox = fill(people(8))
    faults = [
        Fault(stage="RCPT", reply="550 5.1.1 No such user", recipient="reader000@example.org"),
        Fault(stage="RCPT", reply="450 4.2.2 Mailbox full", recipient="reader001@example.org"),
        Fault(stage="dot", reply="554 5.7.1 Spam", recipient="reader002@example.org"),
        Fault(stage="dot", drop=Drop.AFTER, recipient="reader003@example.org"),
        Fault(stage="RCPT", drop=Drop.BEFORE, recipient="reader004@example.org"),
    ]

    def make(delivery: Delivery) -> Outgoing:
        if delivery.address.startswith("reader005"):
            raise LookupError("this reader's wishes are broken")
        return message_to(delivery)

    with MailSink(faults=faults) as sink:
        sent = send_all(outbox, line_to(sink), message_of=make)

    assert sent == Sent(sent=2, failed=2, deferred=3, unknown=1)
    found = [row.state for _, row in sorted(outbox.rows().items())]
    assert found == [FAILED, DEFERRED, FAILED, UNKNOWN, DEFERRED, DEFERRED, SENT, SENT]
    assert "broken" in outbox.rows()["reader005@example.org"].reply


def test_what_is_deferred_is_tried_again_later_with_the_same_message_id(fill: Fill) -> None:
    outbox = fill(people(1))
    policy = RetryPolicy(spread=0)
    with MailSink(faults=[Fault(stage="RCPT", reply="451 4.7.1 Greylisted", times=1)]) as sink:
        first = send_all(outbox, line_to(sink), policy=policy)
        too_soon = send_all(outbox, line_to(sink), policy=policy, clock=lambda: NOW + timedelta(minutes=4))
        later = send_all(outbox, line_to(sink), policy=policy, clock=lambda: NOW + timedelta(minutes=5))

        assert (first, too_soon, later) == (Sent(deferred=1), Sent(), Sent(sent=1))
        assert [message["Message-ID"] for message in sink.messages()] == [people(1)[0].message_id]


def test_what_is_unknown_is_not_sent_again(fill: Fill) -> None:
    outbox = fill(people(3))
    with MailSink(faults=[Fault(stage="dot", drop=Drop.AFTER)]) as sink:
        send_all(outbox, line_to(sink))
        sink.fail()
        again = send_all(outbox, line_to(sink), clock=lambda: NOW + timedelta(hours=7))

        assert again == Sent()
        assert states(outbox) == {UNKNOWN: 3}
        assert sink.count == 3


def test_a_server_that_is_down_stops_the_run_and_fails_nobody(fill: Fill) -> None:
    outbox = fill(people(30))
    with MailSink() as sink:
        gone = line_to(sink)
    sent = send_all(outbox, gone, limits=SendLimits(lines=2, batch=5))

    assert sent.stopped.startswith("No mail server listens at 127.0.0.1:")
    assert (sent.sent, sent.failed, sent.unknown) == (0, 0, 0)
    assert states(outbox) == {DEFERRED: 2, QUEUED: 28}


def test_a_server_that_dies_in_the_middle_loses_nothing(fill: Fill) -> None:
    outbox = fill(people(40))
    with MailSink() as sink:
        enough = threading.Event()

        def make(delivery: Delivery) -> Outgoing:
            if sink.count >= 10 and not enough.is_set():
                enough.set()
                sink.close()
            return message_to(delivery)

        sent = send_all(outbox, line_to(sink), message_of=make, limits=SendLimits(lines=2))
        taken = {each.recipients[0] for each in sink.taken}

    with MailSink() as sink:
        then = send_all(outbox, line_to(sink), clock=lambda: NOW + timedelta(hours=1))
        taken_then = {each.recipients[0] for each in sink.taken}

    assert sent.stopped
    assert sent.unknown <= 2
    assert not taken & taken_then
    assert len(taken | taken_then) >= 40 - sent.unknown
    assert states(outbox) == Counter({SENT: 40 - sent.unknown, UNKNOWN: sent.unknown})
    assert then.stopped == ""


def test_a_server_that_limits_connections_still_gets_all_the_mail(fill: Fill) -> None:
    outbox = fill(people(30))
    with MailSink(faults=[Fault(stage="connect", reply="421 4.7.0 Too many connections", times=1)]) as sink:
        sent = send_all(outbox, line_to(sink), limits=SendLimits(lines=2, batch=5))

    assert sent == Sent(sent=29, deferred=1)


def test_a_server_that_refuses_the_sender_does_not_cost_everybody_their_mail(fill: Fill) -> None:
    outbox = fill(people(30))
    with MailSink(faults=[Fault(stage="MAIL", reply="550 5.7.1 Sender refused")]) as sink:
        sent = send_all(outbox, line_to(sink), limits=SendLimits(lines=1, refusals=4))

    assert states(outbox) == {FAILED: 4, QUEUED: 26}
    assert "refused 4 messages in a row" in sent.stopped
    assert "550 5.7.1 Sender refused" in sent.stopped


def test_many_dead_mailboxes_are_no_reason_to_stop(fill: Fill) -> None:
    outbox = fill(people(20))
    with MailSink(faults=[Fault(stage="RCPT", reply="550 5.1.1 No such user")]) as sink:
        sent = send_all(outbox, line_to(sink), limits=SendLimits(refusals=3))

    assert sent == Sent(failed=20)


def test_somebody_who_leaves_while_it_is_sent_gets_nothing(fill: Fill) -> None:
    outbox = fill(people(3))

    def make(delivery: Delivery) -> Outgoing:
        if delivery.address == "reader001@example.org":
            outbox.cancel(delivery)
        return message_to(delivery)

    with MailSink() as sink:
        sent = send_all(outbox, line_to(sink), message_of=make)

        assert sent == Sent(sent=2, withdrawn=1)
        assert outbox.rows()["reader001@example.org"].state is CANCELLED
        assert "reader001@example.org" not in {taken.recipients[0] for taken in sink.taken}


def test_an_edition_that_is_too_late_is_not_sent(fill: Fill) -> None:
    outbox = fill(people(3))
    with MailSink() as sink:
        sent = send_all(outbox, line_to(sink), clock=lambda: NOW + timedelta(hours=8))

        assert sent == Sent()
        assert sink.count == 0


def test_what_runs_out_while_it_is_leased_goes_back_unsent() -> None:
    outbox = MemoryOutbox(people(2))
    times = iter([NOW] + [NOW + timedelta(hours=9)] * 99)
    with MailSink() as sink:
        sent = send_all(outbox, line_to(sink), clock=lambda: next(times), limits=SendLimits(lines=1))

        assert sent == Sent(put_off=2)
        assert sink.count == 0


def test_a_domain_that_defers_rests_while_others_get_their_mail(fill: Fill) -> None:
    slow, quick = people(10, "slow.example"), people(10, "quick.example")
    outbox = fill([*slow, *quick])
    faults = [Fault(stage="RCPT", reply="421 4.7.28 Slow down", recipient=row.address) for row in slow]
    limits = SendLimits(lines=1, pace=PaceLimits(deferrals=3, rest=timedelta(minutes=10)))
    with MailSink(faults=faults) as sink:
        sent = send_all(outbox, line_to(sink), limits=limits)

        assert sent == Sent(sent=10, deferred=3, put_off=7)
        rested = [row for row in outbox.rows().values() if row.state is QUEUED]
        assert {(row.attempts, row.next_try_at) for row in rested} == {(0, NOW + timedelta(minutes=10))}


def test_while_all_places_at_a_receiver_are_taken_its_mail_waits_and_that_of_others_does_not() -> None:
    pace = Pace(PaceLimits(domain_at_once=1))
    assert pace.enter("big.example"), "another line has the only place"
    order = []

    class Line:
        def hand_over(self, outgoing: Outgoing, before_dot: Callable[[], bool]) -> Handover | Withdrawn | Down:
            domain = outgoing.recipient.partition("@")[2]
            order.append(domain)
            before_dot()
            if order == ["small.example", "small.example"]:
                pace.leave("big.example")
            return Accepted(reply="250")

        def close(self) -> None:
            pass

    outbox = MemoryOutbox([*people(2, "big.example"), *people(2, "small.example")])
    sent = send_all(outbox, Line, limits=SendLimits(lines=1), pace=pace)

    assert sent == Sent(sent=4)
    assert order == ["small.example"] * 2 + ["big.example"] * 2
    assert pace.enter("big.example"), "every place was given back"


def test_when_the_outbox_fails_the_run_ends_with_its_error_and_every_line_closed() -> None:
    class FullDisk(MemoryOutbox):
        def settle(self, delivery: Delivery, heard: Callable[[bool], None]) -> None:  # noqa: ARG002 - the port's
            raise StoreError("The disk that holds the database is full.", came=delivery.delivery_id)

    closed = []

    class Line:
        def hand_over(self, outgoing: Outgoing, before_dot: Callable[[], bool]) -> Handover | Withdrawn | Down:
            assert outgoing.content
            return Accepted(reply="250") if before_dot() else Withdrawn()

        def close(self) -> None:
            closed.append(self)

    outbox = FullDisk(people(10))
    with pytest.raises(StoreError, match="disk"):
        send_all(outbox, Line, limits=SendLimits(lines=3))

    assert len(closed) == 3
    assert SENT not in states(outbox), "what the server took and we could not write down is in doubt, not sent"


def test_a_message_is_in_doubt_before_its_dot_and_never_after_a_refusal() -> None:
    seen: dict[str, DeliveryState] = {}
    outbox = MemoryOutbox(people(2))

    class Line:
        def hand_over(self, outgoing: Outgoing, before_dot: Callable[[], bool]) -> Handover | Withdrawn | Down:
            if outgoing.recipient.startswith("reader000"):
                return Deferred(reply="450", stage="RCPT")
            before_dot()
            seen.update({row.address: row.state for row in outbox.by_id.values()})
            return Accepted(reply="250")

        def close(self) -> None:
            pass

    send_all(outbox, Line, limits=SendLimits(lines=1))

    assert seen == {"reader000@example.org": DEFERRED, "reader001@example.org": DeliveryState.IN_DOUBT}


def test_the_pace_is_kept() -> None:
    outbox = MemoryOutbox(people(6))
    starts: list[datetime] = []

    class Line:
        def hand_over(self, outgoing: Outgoing, before_dot: Callable[[], bool]) -> Handover | Withdrawn | Down:
            assert outgoing.content
            starts.append(datetime.now(NOW.tzinfo))
            return Accepted(reply="250") if before_dot() else Withdrawn()

        def close(self) -> None:
            pass

    limits, began = SendLimits(lines=2, pace=PaceLimits(per_second=20)), datetime.now(NOW.tzinfo)
    send_all(outbox, Line, limits=limits, clock=lambda: NOW + (datetime.now(NOW.tzinfo) - began))

    assert len(starts) == 6
    assert starts[-1] - starts[0] >= timedelta(seconds=0.2)
