"""How much memory a round of polling takes at its peak, and a whole morning: poll, tag, join, rank, freeze.

    .venv/bin/python bench/memory.py

The program and its reading processes together, pages that they share counted once (PSS), looked at ten times a
second; so Linux only. The feeds come from loopback, the server's memory is not counted.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from dailyten.config import read_settings
from dailyten.model.feed import Feed, feed_id_of
from dailyten.pipeline.making import make_edition
from dailyten.pipeline.polling import all_feeds, poll
from dailyten.testing.feed_server import FeedServer
from dailyten.wiring import Parts

RUNS = {
    "first poll": (10_000, 2, "<language>en</language>"),
    "the same, languages not said": (10_000, 2, ""),
    "poll, tag, rank": (500, 20, ""),
}
"""Feeds, entries of each, and what each says of its language: where it says nothing, every reading process guesses."""
HOSTS = tuple(f"127.0.0.{number}" for number in range(1, 21))
BODIES = 50
WORDS = "shop budget post customer network reach video story price week report owner click answer goal plan".split()


def body(number: int, entries: int, language: str) -> bytes:
    rng = random.Random(number)  # noqa: S311 - a repeatable text, no secret

    def words(count: int) -> str:
        return " ".join(rng.choices(WORDS, k=count))

    items = "".join(
        f"<item><title>{words(8)}</title><guid>urn:{number}:{each}</guid><link>https://site{number}.example/{each}</link>"
        f"<description><![CDATA[{''.join(f'<p>{words(60)}</p>' for _ in range(6))}]]></description></item>"
        for each in range(entries)
    )
    return f'<rss version="2.0"><channel><title>{number}</title>{language}{items}</channel></rss>'.encode()


def measured(what: str, addresses: list[str], folder: Path) -> None:
    """Do what is measured; runs in a process of its own."""
    settings = folder / "dailyten.toml"
    settings.write_text('[http]\nallowed = ["127.0.0.0/8"]\n', "ascii")
    parts = Parts(read_settings(settings))
    with parts.store() as store:
        with store.writing() as db:
            feeds = [Feed(feed_id=feed_id_of(each), address=each, title=each) for each in addresses]
            db.feeds.apply(feeds, parts.clock())
        polled = poll(store, parts.poller(), all_feeds(store, parts.clock()))
        entries = sum(each.new_entries for each in polled)
        if what == "poll, tag, rank":
            now = datetime.now(UTC)
            make_edition(store, parts.maker(parts.pack()), now.date(), now)
    print(json.dumps({"entries": entries, "cpu": sum(os.times()[:4])}))


def peak_of(command: list[str], told: str) -> tuple[float, float, dict[str, float]]:
    """Run a program; give its peak in MB, its wall seconds, and what it printed."""
    began, peak = time.perf_counter(), 0.0
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin  # noqa: S101 - a pipe was asked for
        process.stdin.write(told)
        process.stdin.close()
        while process.poll() is None:
            peak = max(peak, sum(map(pss_mb, family(process.pid))))
            time.sleep(0.1)
        assert process.stdout  # noqa: S101
        return peak, time.perf_counter() - began, json.loads(process.stdout.read().splitlines()[-1])


def family(pid: int) -> Iterator[int]:
    yield pid
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from family(int(child))
    except OSError:  # it ended meanwhile
        return


def pss_mb(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def main() -> None:
    for what, (feeds, entries, language) in RUNS.items():
        bodies = [body(number, entries, language) for number in range(BODIES)]
        with FeedServer(HOSTS) as server, TemporaryDirectory() as folder:
            paths = [server.publish(f"/{number}.xml", bodies[number % BODIES]) for number in range(feeds)]
            addresses = [path.replace(HOSTS[0], HOSTS[number % len(HOSTS)]) for number, path in enumerate(paths)]
            command = [sys.executable, __file__, what, folder]
            peak, wall, said = peak_of(command, "\n".join(addresses))
        name = f"{what}, {feeds:,} feeds, {said['entries']:,.0f} entries"
        print(f"{name:64} {peak:5.0f} MB {said['cpu']:8.1f} CPU s {wall:8.1f} s", flush=True)


if __name__ == "__main__":
    if sys.argv[1:]:
        measured(sys.argv[1], sys.stdin.read().split(), Path(sys.argv[2]))
    else:
        main()
