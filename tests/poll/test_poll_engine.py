import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dailyten.model.fetched import Asking, Failed, Failure, Fetched, Fresh, Unchanged
from dailyten.poll.engine import Answer, Limits, Line, Postponed, ask_all, host_of
from tests.patience import until_seen

NO_SPACING = Limits(spacing=0.0)


def askings(*hosts: str, each: int = 1) -> list[tuple[str, Asking]]:
    return [(f"{host}/{n}", Asking(address=f"http://{host}/{n}")) for host in hosts for n in range(each)]


class World:
    """A `Fetch` that takes its time and keeps watch on how many are under way."""

    def __init__(self, seconds: Callable[[str], float] = lambda _: 0.0) -> None:
        self.seconds = seconds
        self.now: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.asked: list[tuple[str, float]] = []
        self.cancelled = 0

    async def __call__(self, asking: Asking) -> Fetched:
        host = host_of(asking.address)
        self.asked.append((asking.address, asyncio.get_running_loop().time()))
        self.now.update([host, ""])
        self.most[host] = max(self.most[host], self.now[host])
        self.most[""] = max(self.most[""], self.now[""])
        try:
            await asyncio.sleep(self.seconds(asking.address))
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.now.subtract([host, ""])
        return Unchanged()


def gather(
    questions: list[tuple[str, Asking]],
    fetch: Callable[[Asking], Awaitable[Fetched]],
    limits: Limits = NO_SPACING,
) -> list[Answer | Postponed]:
    async def run() -> list[Answer | Postponed]:
        return [each async for each in ask_all(questions, fetch, limits=limits)]  # type: ignore[arg-type]

    return asyncio.run(run())


def test_every_question_gets_one_answer() -> None:
    questions = askings("a.example", "b.example", "c.example", each=30)

    answers = gather(questions, World())

    assert Counter(each.feed_id for each in answers) == Counter(feed_id for feed_id, _ in questions)
    assert all(isinstance(each, Answer) and each.took >= timedelta(0) for each in answers)


def test_nothing_to_ask_is_no_answer() -> None:
    assert gather([], World()) == []


def test_no_more_than_so_many_are_under_way_in_all_and_to_one_host() -> None:
    world = World(lambda _: 0.002)

    gather(askings("a.example", "b.example", "c.example", each=7), world, Limits(at_once=5, per_host=2, spacing=0.0))

    assert world.most.pop("") == 5
    assert max(world.most.values()) == 2


def test_hosts_take_turns_so_that_a_big_one_does_not_come_first() -> None:
    world = World()

    gather(askings("big.example", each=50) + askings("small.example", "tiny.example"), world, Limits(at_once=1))

    first = [host_of(address) for address, _ in world.asked[:3]]
    assert set(first) == {"big.example", "small.example", "tiny.example"}


def test_a_slow_feed_delays_the_others_by_nothing() -> None:
    world = World(lambda address: 0.5 if "slow" in address else 0.001)

    answers = gather(askings("slow.example") + askings(*(f"{n}.example" for n in range(40))), world, Limits(at_once=8))

    assert host_of(answers[-1].asking.address) == "slow.example"
    assert max(at for _, at in world.asked) - world.asked[0][1] < 0.4


def test_a_slow_host_with_many_feeds_delays_the_other_hosts_by_nothing() -> None:
    world = World(lambda address: 0.05 if "slow" in address else 0.0)

    answers = gather(
        askings("slow.example", each=8) + askings(*(f"{n}.example" for n in range(40))), world, Limits(at_once=4)
    )

    order = [host_of(each.asking.address) for each in answers]
    assert order.count("slow.example") == 8
    assert set(order[-6:]) == {"slow.example"}


def test_a_host_that_labours_is_given_time_between_questions() -> None:
    world = World(lambda _: 0.03)

    gather(askings("one.example", each=4), world, Limits(per_host=1, spacing=1.0))

    times = [at for _, at in world.asked]
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.055


def test_no_more_bodies_are_held_than_may_be_under_way() -> None:
    held, most = 0, 0

    class Body(bytes):
        __slots__ = ()

    async def fetch(asking: Asking) -> Fetched:
        nonlocal held, most
        held += 1
        most = max(most, held)
        await asyncio.sleep(0)
        return Fresh(body=Body(b"x"), address=asking.address)

    async def run() -> None:
        nonlocal held
        async for _ in ask_all(askings(*(f"{n}.example" for n in range(200))), fetch, limits=Limits(at_once=6)):
            await asyncio.sleep(0.001)
            held -= 1

    asyncio.run(run())

    assert most <= 7


def test_a_host_that_asks_for_peace_gets_it_for_all_its_feeds() -> None:
    async def fetch(asking: Asking) -> Fetched:
        if "busy" in asking.address:
            return Failed(failure=Failure.TOO_MANY_REQUESTS, retry_after=timedelta(minutes=5))
        return Unchanged()

    answers = gather(askings("busy.example", "calm.example", each=6), fetch, Limits(per_host=1))

    asked = [each for each in answers if isinstance(each, Answer)]
    put_off = [each for each in answers if isinstance(each, Postponed)]
    assert Counter(host_of(each.asking.address) for each in asked) == {"busy.example": 1, "calm.example": 6}
    assert Counter(host_of(each.asking.address) for each in put_off) == {"busy.example": 5}
    assert {each.wait for each in put_off} == {timedelta(minutes=5)}


@pytest.mark.parametrize(
    ("failure", "asked"), [(Failure.SERVER_ERROR, 6), (Failure.NOT_FOUND, 6), (Failure.TOO_MANY_REQUESTS, 1)]
)
def test_an_ordinary_fault_puts_off_nobody(failure: Failure, asked: int) -> None:
    async def fetch(asking: Asking) -> Fetched:
        del asking
        return Failed(failure=failure)

    answers = gather(askings("one.example", each=6), fetch, Limits(per_host=1, spacing=0.0))

    assert sum(isinstance(each, Answer) for each in answers) == asked
    assert len(answers) == 6


def test_leaving_early_cancels_what_is_under_way() -> None:
    world = World(lambda address: 0.0 if "0.example" in address else 60.0)

    async def run() -> None:
        async with aclosing(ask_all(askings(*(f"{n}.example" for n in range(8))), world)) as answers:
            async for _ in answers:
                break

    asyncio.run(run())

    assert world.now[""] == 0
    assert world.cancelled == 7


def test_cancelling_the_reader_cancels_what_is_under_way() -> None:
    world = World(lambda _: 60.0)

    async def read() -> None:
        async for _ in ask_all(askings("a.example", "b.example"), world):
            pass

    async def run() -> None:
        task = asyncio.create_task(read())
        await until_seen(lambda: world.now[""] == 2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())

    assert world.cancelled == 2


def test_a_bug_in_the_fetch_is_not_taken_for_the_worlds_doing() -> None:
    async def fetch(asking: Asking) -> Fetched:
        raise KeyError(asking.address)

    with pytest.raises(KeyError):
        gather(askings("a.example", "b.example"), fetch)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("http://A.example./x", "a.example"),
        ("https://a.example:8443/x", "a.example"),
        ("http://[::1]:80/", "::1"),
        ("http://[::1", "http://[::1"),
        ("nonsense", "nonsense"),
    ],
)
def test_a_host_is_the_same_under_every_scheme_and_port(address: str, host: str) -> None:
    assert host_of(address) == host


@settings(max_examples=60)
@given(
    hosts=st.lists(st.sampled_from("abcdef"), max_size=60),
    seed=st.integers(0, 999),
    per_host=st.integers(1, 3),
    spacing=st.sampled_from([0.0, 1.0]),
)
def test_the_line_gives_everyone_once_never_too_many_to_a_host_and_never_too_soon(
    hosts: list[str], seed: int, per_host: int, spacing: float
) -> None:
    rng, now = random.Random(seed), 100.0
    questions = [(str(n), Asking(address=f"http://{host}.example/")) for n, host in enumerate(hosts)]
    limits = Limits(per_host=per_host, spacing=spacing)
    line, taken, free_at = Line(questions, limits), [], dict.fromkeys(hosts, 0.0)
    under_way: list[str] = []

    while line or under_way:
        if (job := line.take(now)) and (host := job[1].address[7]):
            assert under_way.count(host) < per_host
            assert free_at[host] <= now
            under_way.append(host)
            taken.append(job[0])
            continue
        if under_way:
            host = under_way.pop(rng.randrange(len(under_way)))
            took = rng.random()
            now += took / 2
            line.done(f"http://{host}.example/", now, took)
            free_at[host] = max(free_at[host], now + took * spacing)
        else:
            wake = line.free_at()
            assert wake is not None
            now = max(now, wake)

    assert sorted(taken, key=int) == [feed_id for feed_id, _ in questions]
