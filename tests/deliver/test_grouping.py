import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from dailyten.deliver.grouping import Doubt, GroupedOutbox, Move
from dailyten.errors import StoreError
from dailyten.model.delivery import Delivery
from tests.deliver.letters import NOW, delivery_to


def nothing(*_: object) -> tuple[Delivery, ...]:
    return ()


def test_who_comes_while_a_group_is_written_goes_into_the_next() -> None:
    groups: list[int] = []
    all_wait = threading.Event()

    def write(moves: Sequence[Move]) -> list[bool]:
        if not groups:
            all_wait.wait(5)
        groups.append(len(moves))
        return [True] * len(moves)

    outbox = GroupedOutbox(nothing, write)
    with ThreadPoolExecutor(8) as threads:
        answers = [threads.submit(outbox.in_doubt, str(number), "w") for number in range(8)]
        while len(outbox._waiting) < 7:
            pass
        all_wait.set()
        assert all(answer.result(5) for answer in answers)

    assert groups == [1, 7]


def test_each_hears_the_answer_to_its_own_line() -> None:
    def write(moves: Sequence[Move]) -> list[bool]:
        return [isinstance(move, Doubt) and int(move.delivery_id) % 3 == 0 for move in moves]

    outbox = GroupedOutbox(nothing, write)
    with ThreadPoolExecutor(8) as threads:
        answers = [threads.submit(outbox.in_doubt, str(number), "w") for number in range(300)]

        assert [answer.result(5) for answer in answers] == [number % 3 == 0 for number in range(300)]


def test_nobody_goes_on_when_the_group_was_not_kept() -> None:
    def write(moves: Sequence[Move]) -> list[bool]:
        raise StoreError("The database is locked.", came=str(len(moves)))

    outbox = GroupedOutbox(nothing, write)
    with ThreadPoolExecutor(4) as threads:
        answers = [threads.submit(outbox.settle, delivery_to("ann@example.org")) for _ in range(20)]
        for answer in answers:
            with pytest.raises(StoreError):
                answer.result(5)


def test_leases_go_through_as_they_are() -> None:
    ann = delivery_to("ann@example.org")
    outbox = GroupedOutbox(lambda *asked: (ann,) * asked[3], lambda moves: [True] * len(moves))

    assert outbox.lease("w", NOW, NOW, 2) == (ann, ann)
