"""Issues of one's own: choosing and making the messages of readers with distinct wishes, and filling the outbox.

CPU seconds, for the machine may be shared; memory is the most that the process held. The subscribers lie in a SQLite
file and are gone through page by page. `python bench/personal.py [READERS] [ROWS] [MESSAGES]`; the goals are for
100,000 and 1,000,000, which take a minute or two.
"""

import json
import random
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice, product
from pathlib import Path

from dailyten.config import read_settings
from dailyten.edition.budget import Budget
from dailyten.edition.choose import choose
from dailyten.model.canonical import short_id
from dailyten.model.edition import Candidate, Edition, Reason, Telling, edition_id_of
from dailyten.model.subscriber import Wishes
from dailyten.pipeline.queueing import queue_due
from dailyten.pipeline.sending import MailRoom
from dailyten.store.store import Store, open_store
from dailyten.wiring import Parts

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
STORIES, FEEDS = 150, 10
MINUTES, MOST = range(5, 31), 100_000
RENDERED = 10_000
"""Messages made of those that are queued, so that a run takes seconds and not minutes."""
WORDS = "shops reply customers local photos video morning budget small coffee reach week plain figures owners".split()


def edition_of(topics: list[str], networks: list[str]) -> Edition:
    rng = random.Random(1)  # noqa: S311 - the same stories in each run
    stories = [_story(number, rng, topics, networks) for number in range(STORIES)]
    choice = choose(stories, Budget())
    return Edition(
        edition_id=edition_id_of(NOW.date(), "UTC", 1),
        on=NOW.date(),
        zone="UTC",
        revision=1,
        title=stories[0].lead.title,
        built_at=NOW - timedelta(hours=2),
        seen_from=None,
        seen_to=NOW,
        budget_minutes=15,
        minutes=-(-choice.seconds // 60),
        minutes_saved=60,
        entries=STORIES,
        feeds=(),
        candidates=tuple(stories),
        places=choice.places,
        cuts=choice.cuts,
    )


def _story(number: int, rng: random.Random, topics: list[str], networks: list[str]) -> Candidate:
    def words(count: int) -> str:
        return " ".join(rng.choices(WORDS, k=count))

    own = rng.sample(topics, 2)
    points = (Reason(name="usefulness", points=float(rng.randint(9, 28)), words="looks like worth reading (2.0 of 3)"),)
    seen = NOW - timedelta(hours=rng.randint(3, 20))
    return Candidate(
        story_id=short_id("bench", str(number)),
        lead=Telling(
            entry_id=f"e{number}",
            feed_id=f"f{number % FEEDS}",
            feed_title=f"Feed {number % FEEDS}",
            title=f"Story {number} {words(7)}",
            url=f"https://site{number % FEEDS}.example/2026/11/{number}",
            first_seen_at=seen,
            published_at=seen,
        ),
        summary=words(45),
        language="en",
        primary=own[0],
        topics=tuple(own),
        networks=tuple(rng.sample(networks, rng.randint(0, 2))),
        usefulness=2.0,
        reading_seconds=rng.randint(60, 300),
        score_points=points[0].points,
        reasons=points,
    )


def distinct_wishes(topics: list[str], networks: list[str], goals: list[str]) -> list[str]:
    """Give wishes that all differ, at nine o'clock; in an order in which neighbours are strangers."""
    pairs = [(one, other) for one, other in product(networks, networks) if one < other]
    wanted = [(), *((goal,) for goal in goals), tuple(goals[:2])]
    rng = random.Random(2)  # noqa: S311 - the same wishes in each run
    rng.shuffle(pairs)
    plain = {name: getattr(Wishes(), name) for name in ("days", "zone", "quiet_days")}
    found = (
        {"networks": pair, "topics": (topic,), "goals": goal, "minutes": minutes, "hour": 9}
        for pair, topic, goal, minutes in product(pairs, topics, wanted, MINUTES)
    )
    every = [json.dumps(plain | each, sort_keys=True, separators=(",", ":")) for each in islice(found, MOST)]
    rng.shuffle(every)
    return every


def subscribe(path: Path, wishes: list[str], count: int) -> int:
    """Write subscribers straight into the file; say how many different wishes they have."""
    at = "2026-01-01T00:00:00.000000Z"
    rows = (
        (
            short_id("reader", str(number)),
            f"reader{number}@mail{number % 50}.example",
            "active",
            at,
            at,
            wishes[number % len(wishes)],
            "",
        )
        for number in range(count)
    )
    columns = "subscriber_id, address, membership, joined_at, changed_at, wishes, consent"
    with closing(sqlite3.connect(path)) as db, db:
        db.executemany(f"INSERT INTO subscribers ({columns}) VALUES (?,?,?,?,?,?,?)", rows)  # noqa: S608
        db.execute("INSERT INTO turns SELECT subscriber_id, '1970-01-01T00:00:00.000000Z' FROM subscribers")
    return min(count, len(wishes))


def timed(what: Callable[[], int]) -> tuple[int, float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    count = what()
    return count, time.process_time() - cpu, time.perf_counter() - wall


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def make_messages(store: Store, room: MailRoom, edition: Edition, limit: int) -> int:
    """Make the messages of what is queued, batch by batch as sending does, and let go of each."""
    made, size = 0, 0
    until = NOW + timedelta(hours=1)
    while made < limit:
        with store.writing() as db:
            leased = db.outbox.lease("bench", NOW, until, 200)
            room.issues.update(db.turns.issues([each.delivery_id for each in leased]))
        if not leased:
            break
        for delivery in leased:
            size += len(room.message(delivery, lambda _: edition).content)
        made += len(leased)
    print(f"{'a message':52}{size / max(1, made) / 1000:10.0f} kB")
    return made


def measure(parts: Parts, count: int, wishes: list[str], edition: Edition, *, messages: int) -> None:
    room = parts.mail_room(parts.pack())
    room = replace(room, post=replace(room.post, mail_domain="news.example"))
    with tempfile.TemporaryDirectory() as folder, open_store(f"sqlite:///{folder}/bench.sqlite") as store:
        with store.writing() as db:
            db.editions.freeze(edition)
        distinct = subscribe(Path(folder) / "bench.sqlite", wishes, count)
        queued, cpu, wall = timed(lambda: queue_due(store, room.post, NOW))
        name = f"choose and queue {queued:,} readers, {distinct:,} different wishes"
        print(f"{name:52}{cpu:10.2f} CPU s {wall:8.1f} s {queued / cpu:10,.0f} a CPU s {peak_mb():6.0f} MB")
        if messages:
            made, making, wall = timed(lambda: make_messages(store, room, edition, messages))
            name = f"make {made:,} of their messages"
            print(f"{name:52}{making:10.2f} CPU s {wall:8.1f} s {made / making:10,.0f} a CPU s {peak_mb():6.0f} MB")
            both = cpu / queued + making / made
            print(f"{'choose, queue and make':52}{1 / both:44,.0f} a CPU s")


def main() -> None:
    readers = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    messages = int(sys.argv[3]) if len(sys.argv) > 3 else RENDERED
    parts = Parts(read_settings(None))
    pack = parts.pack()
    topics, networks = list(pack.topic_keys), [network.key for network in pack.networks]
    edition, wishes = edition_of(topics, networks), distinct_wishes(topics, networks, [goal.key for goal in pack.goals])
    measure(parts, readers, wishes, edition, messages=messages)
    if rows:
        measure(parts, rows, wishes[:1000], edition, messages=0)


if __name__ == "__main__":
    main()
