import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from dailyten.deliver.grouping import Doubt, GroupedOutbox, Move
from dailyten.errors import StoreError
from dailyten.model.delivery import Delivery
from tests.deliver.letters import NOW, delivery_to
from tests.patience import until


def nothing(*_: object) -> tuple[Delivery, ...]:
    return ()


def test_who_comes_while_a_group_is_written_goes_into_the_next() -> None:
    groups: list[int] = []
    all_wait = threading.Event()

    def write(moves: Sequence[Move]) -> list[bool]:
        if not groups:
            all_wait.wait()
        groups.append(len(moves))
        return [True] * len(moves)

    outbox = GroupedOutbox(nothing, write)
    with ThreadPoolExecutor(8) as threads:
        answers = [threads.submit(outbox.in_doubt, str(number), "w") for number in range(8)]
        while len(outbox._waiting) < 7:
            pass
        all_wait.set()
        assert all(answer.result() for answer in answers)

    assert groups == [1, 7]


def test_each_hears_the_answer_to_its_own_line() -> None:
    def write(moves: Sequence[Move]) -> list[bool]:
        return [isinstance(move, Doubt) and int(move.delivery_id) % 3 == 0 for move in moves]

    outbox = GroupedOutbox(nothing, write)
    with ThreadPoolExecutor(8) as threads:
        answers = [threads.submit(outbox.in_doubt, str(number), "w") for number in range(300)]

        assert [answer.result() for answer in answers] == [number % 3 == 0 for number in range(300)]


def test_nobody_goes_on_when_the_group_was_not_kept() -> None:
    def write(moves: Sequence[Move]) -> list[bool]:
        raise StoreError("The database is locked.", came=str(len(moves)))

    outbox = GroupedOutbox(nothing, write)
    with ThreadPoolExecutor(4) as threads:
        answers = [threads.submit(outbox.in_doubt, str(number), "w") for number in range(20)]
        for answer in answers:
            with pytest.raises(StoreError):
                answer.result()
    with pytest.raises(StoreError):
        outbox.flush()


def test_what_became_of_a_message_is_kept_with_the_next_doubt_in_one_group() -> None:
    groups: list[Sequence[Move]] = []
    heard: list[bool] = []

    def write(moves: Sequence[Move]) -> list[bool]:
        groups.append(moves)
        return [True] * len(moves)

    outbox = GroupedOutbox(nothing, write, patience=timedelta(hours=1))
    ann = delivery_to("ann@example.org")
    outbox.settle(ann, heard.append)

    assert heard == []
    assert outbox.in_doubt("next", "w")
    assert groups == [[ann, Doubt(delivery_id="next", worker="w")]]
    assert heard == [True]


def test_what_became_of_a_message_is_kept_before_the_next_are_leased_and_when_all_is_done() -> None:
    told: list[str] = []

    def lease(*_: object) -> tuple[Delivery, ...]:
        told.append("leased")
        return ()

    outbox = GroupedOutbox(lease, lambda moves: [True] * len(moves), patience=timedelta(hours=1))
    outbox.settle(delivery_to("ann@example.org"), lambda _: told.append("kept"))
    outbox.lease("w", NOW, NOW, 1)
    outbox.settle(delivery_to("bert@example.org"), lambda _: told.append("kept"))
    outbox.flush()

    assert told == ["kept", "leased", "kept"]


def test_what_became_of_a_message_is_kept_soon_when_nothing_else_is_written() -> None:
    kept = threading.Event()
    outbox = GroupedOutbox(nothing, lambda moves: [True] * len(moves), patience=timedelta(milliseconds=1))
    outbox.settle(delivery_to("ann@example.org"), lambda _: kept.set())

    until(kept.is_set)


def test_a_fault_that_nobody_waited_for_is_told_to_whoever_asks_next() -> None:
    tried = threading.Event()

    def write(moves: Sequence[Move]) -> list[bool]:
        tried.set()
        raise StoreError("The disk that holds the database is full.", came=str(len(moves)))

    outbox = GroupedOutbox(nothing, write, patience=timedelta(milliseconds=1))
    outbox.settle(delivery_to("ann@example.org"), lambda _: None)
    until(tried.is_set)

    with pytest.raises(StoreError, match="full"):
        outbox.in_doubt("next", "w")


def test_leases_go_through_as_they_are() -> None:
    ann = delivery_to("ann@example.org")
    outbox = GroupedOutbox(lambda *asked: (ann,) * asked[3], lambda moves: [True] * len(moves))

    assert outbox.lease("w", NOW, NOW, 2) == (ann, ann)
