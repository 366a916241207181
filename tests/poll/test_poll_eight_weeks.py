"""Eight simulated weeks of ten feeds over both clock changes, with a machine that sleeps, restarts and loses time."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest

from dailyten.model.canonical import from_json, to_json
from dailyten.model.feed import PollNote, PollState
from dailyten.model.fetched import Asking, Failed, Failure, Fetched, Fresh, Unchanged
from dailyten.poll.etiquette import etiquette_of, note_of
from dailyten.poll.rhythm import usual_wait
from dailyten.poll.schedule import PollPolicy, Wishes, asking_of, next_state
from dailyten.testing.clock import Clock

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TICK, WEEKS = 5 * MINUTE, 8 * 7 * DAY


class Publisher:
    """A site that publishes every `gap`, answers conditionally, and fails for a while now and then."""

    def __init__(self, gap: timedelta, start: datetime, *, fails_every: int = 0, max_age: int = 0) -> None:
        self.gap, self.start, self.fails_every, self.max_age = gap, start, fails_every, max_age
        self.asked: list[tuple[datetime, Asking]] = []
        self.wanted_peace_until = start

    def answer(self, asking: Asking, now: datetime) -> Fetched:
        assert now >= self.wanted_peace_until, "asked again before Retry-After was over"
        self.asked.append((now, asking))
        if self.fails_every and len(self.asked) % self.fails_every == 0:
            self.wanted_peace_until = now + 3 * HOUR
            return Failed(failure=Failure.SERVER_ERROR, status=503, retry_after=3 * HOUR)
        etag = f'"{(now - self.start) // self.gap}"'
        headers = {"etag": etag, "cache-control": f"max-age={self.max_age}"}
        if asking.etag == etag:
            return Unchanged(headers=headers)
        return Fresh(body=etag.encode(), address=asking.address, headers=headers)

    def published(self, until: datetime) -> set[bytes]:
        return {f'"{n}"'.encode() for n in range((until - self.start) // self.gap + 1)}


class Machine:
    """Asks what is due at every tick, as the schedule of `serve` does, and keeps its states as text like a store."""

    def __init__(self, publishers: dict[str, Publisher], clock: Clock, seed: int) -> None:
        self.publishers, self.clock, self.rng = publishers, clock, Random(seed)
        self.kept = {feed_id: to_json(PollState(feed_id=feed_id)) for feed_id in publishers}
        self.arrivals: dict[str, list[datetime]] = defaultdict(list)
        self.seen: dict[str, list[bytes]] = defaultdict(list)
        self.notes: dict[str, list[PollNote]] = defaultdict(list)

    def tick(self) -> int:
        now, asked = self.clock.now(), 0
        for feed_id, text in self.kept.items():
            state = from_json(text, PollState)
            if state.next_poll_at is None or state.next_poll_at <= now:
                self.kept[feed_id] = to_json(self.ask(state, now))
                asked += 1
        return asked

    def ask(self, state: PollState, now: datetime) -> PollState:
        asking = asking_of(state, f"http://{state.feed_id}.example/f", now, PollPolicy())
        fetched = self.publishers[state.feed_id].answer(asking, now)
        if isinstance(fetched, Fresh) and fetched.body not in self.seen[state.feed_id]:
            self.seen[state.feed_id].append(fetched.body)
            self.arrivals[state.feed_id].append(now)
        note = note_of(state.feed_id, asking, fetched, asked_at=now, took=HOUR / 3600)
        self.notes[state.feed_id].append(note)
        return next_state(
            state,
            fetched,
            now=now,
            policy=PollPolicy(),
            rng=self.rng,
            wishes=Wishes(),
            usual_wait=usual_wait(self.arrivals[state.feed_id], now),
        )


@pytest.mark.parametrize(
    ("begin", "zone"),
    [
        pytest.param(datetime(2026, 2, 10, 6, 0), "America/New_York", id="spring"),  # noqa: DTZ001 - local on purpose
        pytest.param(datetime(2026, 10, 1, 6, 0), "Europe/Berlin", id="autumn"),  # noqa: DTZ001
    ],
)
def test_eight_weeks_with_a_clock_change_sleeps_and_faults(begin: datetime, zone: str) -> None:
    start = begin.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert begin.replace(tzinfo=ZoneInfo(zone)).dst() != (start + WEEKS).astimezone(ZoneInfo(zone)).dst()
    gaps = [HOUR, 2 * HOUR, 5 * HOUR, 12 * HOUR, DAY, DAY, 2 * DAY, 3 * DAY, 7 * DAY]
    publishers = {f"feed{n}": Publisher(gap, start, fails_every=17 if n % 3 == 0 else 0) for n, gap in enumerate(gaps)}
    publishers["cached"] = Publisher(DAY, start, max_age=6 * 3600)
    clock = Clock(start)
    machine, sleeps = Machine(publishers, clock, seed=3), Random(5)

    awake, last_tick = timedelta(0), start
    while clock.now() < start + WEEKS:
        machine.tick()
        last_tick = clock.now()
        asleep = sleeps.random() < 0.002
        clock.advance(9 * HOUR if asleep else TICK)
        awake += timedelta(0) if asleep else TICK

    assert awake < WEEKS
    for feed_id, publisher in publishers.items():
        states = from_json(machine.kept[feed_id], PollState)
        assert states.last_poll_at is not None
        assert states.next_poll_at is not None
        assert states.next_poll_at > last_tick
        report = etiquette_of(feed_id, machine.notes[feed_id])
        assert report.smallest_gap is not None
        assert report.smallest_gap >= 15 * MINUTE
        assert report.waits_kept == report.waits_asked
        unconditional = [at for at, asking in publisher.asked if not asking.etag]
        assert all(later - earlier > 8 * DAY for earlier, later in pairwise(unconditional))
        longest = max(later - earlier for (earlier, _), (later, _) in pairwise(publisher.asked))
        assert longest <= DAY + 9 * HOUR + 2 * TICK

    slow = publishers["feed8"]
    assert set(machine.seen["feed8"]) >= slow.published(start + WEEKS - 2 * DAY)
    assert len(publishers["feed0"].asked) > 4 * len(slow.asked)
    assert min(b - a for (a, _), (b, _) in pairwise(publishers["cached"].asked)) >= 6 * HOUR


def test_a_burst_after_a_long_sleep_is_spread_again_within_a_day() -> None:
    clock = Clock(datetime(2026, 11, 1, tzinfo=UTC))
    publishers = {f"feed{n}": Publisher(7 * DAY, clock.now()) for n in range(200)}
    machine = Machine(publishers, clock, seed=1)

    burst = machine.tick()
    most = 0
    for n in range(int(DAY / TICK)):
        clock.advance(TICK)
        asked = machine.tick()
        most = max(most, asked) if n > 12 * 20 else most

    assert burst == 200
    assert most < 60


def test_a_state_survives_being_stored() -> None:
    state = PollState(feed_id="f", wished_minutes=60, quiet_hours=(1, 2, 167), moved_to="b", validators_from="a")

    assert from_json(to_json(state), PollState) == state
    assert from_json(to_json(replace(state, failure=Failure.GONE)), PollState).failure is Failure.GONE
