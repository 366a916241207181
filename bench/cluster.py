"""Join 10,000 entries: our stories, look-alikes and training entries, and mixtures of them. CPU seconds, memory."""

import json
import random
import sys
import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dailyten.classify.networks import NetworkNames
from dailyten.classify.pack import load_pack
from dailyten.cluster.background import read_background
from dailyten.cluster.join import join
from dailyten.cluster.policy import JoinPolicy
from dailyten.model.entry import Entry, KeptEntry

ROOT = Path(__file__).parents[1]
PACK = load_pack(ROOT / "src/dailyten/packs/social_media")
BACKGROUND = read_background(PACK.background_file.read_bytes(), where="the pack")
ENTRIES = 10_000


def entries(days: int) -> list[KeptEntry]:
    """Take training entries and our stories in any order: as many words and names as life, few twins."""
    rng = random.Random(11)  # noqa: S311 - the same entries each time
    told = [(each.title, each.summary) for each in PACK.entries()]
    lines = [json.loads(line) for line in (ROOT / "tests/quality/stories.jsonl").read_text("utf-8").splitlines()]
    told = rng.sample([*told, *((line["title"], line["summary"]) for line in lines)], ENTRIES)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        KeptEntry(
            entry_id=f"e{number:05}",
            feed_id=f"f{number % 100}",
            entry=Entry(key=str(number), title=title, summary=summary),
            first_seen_at=start + timedelta(days=days * rng.random()),
        )
        for number, (title, summary) in enumerate(told)
    ]


def networks_of(arrived: list[KeptEntry]) -> dict[str, tuple[str, ...]]:
    names = NetworkNames(PACK.networks)
    return {each.entry_id: names.about(each.entry.title, each.entry.summary) for each in arrived}


def main() -> None:
    print("10,000 entries over  CPU s   joined stories")
    for days in (30, 100, 1000):
        arrived = entries(days)
        networks = networks_of(arrived)
        began = time.process_time()
        stories = join(arrived, (), networks, JoinPolicy(), background=BACKGROUND)
        spent = time.process_time() - began
        print(f"{days:10} days      {spent:6.2f}   {sum(len(story.entry_ids) > 1 for story in stories):6}")
    if "--memory" in sys.argv:
        arrived = entries(100)
        networks = networks_of(arrived)
        tracemalloc.start()
        join(arrived, (), networks, JoinPolicy(), background=BACKGROUND)
        print(f"peak {tracemalloc.get_traced_memory()[1] / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
