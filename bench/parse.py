"""How fast documents are parsed, beside feedparser alone: real documents if they are there, and feeds made here.

    .venv/bin/python bench/parse.py [FOLDER OF FEED DOCUMENTS]

CPU seconds of one process, best of three; everything is included: decoding, dates, identity and sanitising.
"""

import asyncio
import io
import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import feedparser

from dailyten.model.entry import Document
from dailyten.parse.document import parse
from dailyten.parse.process import ReadingPolicy, ReadingRoom

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ENTRIES = 20
WORDS = "shop budget post customer network reach video story price week report owner click answer goal plan".split()


def made(number: int) -> bytes:
    """Make an RSS 2.0 feed of twenty entries with 1 to 4 kB of HTML each."""
    rng = random.Random(number)  # noqa: S311 - a repeatable text, no secret
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Site {number}</title>
<link>https://site{number}.example/</link><language>en</language>{"".join(item(rng, number, n) for n in range(ENTRIES))}
</channel></rss>""".encode()


def item(rng: random.Random, site: int, number: int) -> str:
    def words(count: int) -> str:
        return " ".join(rng.choices(WORDS, k=count))

    link = f"https://site{site}.example/{number}"
    blocks = [
        f'<p>{words(30)} <strong>{words(8)}</strong> <a href="{link}?utm_source=rss&amp;p={n}">{words(6)}</a></p>'
        f'<figure><img src="/img/{n}.jpg" alt="{words(4)}" width="600" height="400"></figure>'
        for n in range(rng.randint(3, 10))
    ]
    return (
        f"<item><title>{words(8)}</title><link>{link}?utm_medium=feed</link><guid>{link}</guid>"
        f"<pubDate>Tue, 0{1 + number % 9} Mar 2026 08:30:00 GMT</pubDate>"
        f"<description><![CDATA[<p>{words(25)}</p>]]></description>"
        f"<content:encoded><![CDATA[{''.join(blocks)}]]></content:encoded></item>"
    )


def ours(body: bytes) -> int:
    found = parse(body, headers={}, address="https://site.example/feed", now=NOW)
    return len(found.entries) if isinstance(found, Document) else 0


def theirs(body: bytes) -> int:
    return len(feedparser.parse(io.BytesIO(body), response_headers={}).entries)


def best_of(times: int, read: Callable[[bytes], int], bodies: Sequence[bytes]) -> tuple[float, int]:
    best, entries = float("inf"), 0
    for _ in range(times):
        begin = time.process_time()
        entries = sum(map(read, bodies))
        best = min(best, time.process_time() - begin)
    return best, entries


def through_the_room(bodies: Sequence[bytes]) -> float:
    """Give the wall seconds of the same work in processes, one a core."""

    async def work(room: ReadingRoom) -> float:
        async def read(bodies: Sequence[bytes]) -> None:
            await asyncio.gather(
                *(room.read(body, headers={}, address="https://site.example/feed", now=NOW) for body in bodies)
            )

        await read(bodies[:8])
        begin = time.perf_counter()
        await read(bodies)
        return time.perf_counter() - begin

    with ReadingRoom(ReadingPolicy()) as room:
        return asyncio.run(work(room))


def told(name: str, bodies: Sequence[bytes], seconds: float, entries: int | None = None) -> None:
    rate, found = len(bodies) / seconds, "" if entries is None else f"{entries:,} entries"
    print(f"{name:40} {len(bodies):5,} documents {found:>14} {seconds:7.2f} s {rate:6,.0f} a second")


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "shared" / "feeds" / "real"
    sets = {"made here": [made(number) for number in range(60)]}
    if real := [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]:
        sets["real"] = real
    for name, bodies in sets.items():
        told(f"{name}: dailyten, CPU", bodies, *best_of(3, ours, bodies))
        told(f"{name}: feedparser alone, CPU", bodies, *best_of(1, theirs, bodies))
        told(f"{name}: dailyten in processes, wall", bodies, through_the_room(bodies))


if __name__ == "__main__":
    main()
