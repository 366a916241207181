"""How long the morning takes: build an edition from 300 entries that wait, then set twelve stories as mail and site."""

import json
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from dailyten.config import read_settings
from dailyten.model.entry import Entry
from dailyten.model.feed import Feed
from dailyten.pipeline.making import Made, make_edition
from dailyten.render.site import site
from dailyten.store.store import open_store
from dailyten.wiring import Parts
from dailyten.wiring.mail import NOBODY
from dailyten.wiring.packs import names_of

NOW = datetime(2026, 11, 24, 7, tzinfo=UTC)
ENTRIES, STORIES, FEEDS = 300, 12, 10
MINUTES = 60
"""Enough for twelve stories."""


def entries_of(folder: Path) -> list[Entry]:
    files = [file.open(encoding="utf-8") for file in sorted(folder.rglob("*.jsonl"))]
    lines = islice((line for each in zip(*files, strict=False) for line in each), ENTRIES)
    return [
        Entry(
            key=str(at),
            guid=str(at),
            title=written["title"],
            url=f"https://site.example/{at}",
            summary=written["summary"],
            published_at=NOW,
        )
        for at, written in enumerate(map(json.loads, lines))
    ]


def main() -> None:
    parts = Parts(read_settings(None))
    pack = parts.pack()
    maker, room = parts.maker(pack), parts.mail_room(pack)
    long = replace(maker.settings, budget=replace(maker.settings.budget, minutes=MINUTES))
    maker = replace(maker, settings=long)
    entries = entries_of(pack.model_file.parent)
    feeds = [
        Feed(feed_id=f"f{at}", title=f"Feed {at}", address=f"https://site{at}.example/feed") for at in range(FEEDS)
    ]
    with tempfile.TemporaryDirectory() as folder, open_store(f"sqlite:///{folder}/bench.sqlite") as store:
        with store.writing() as db:
            db.feeds.apply(feeds, NOW)
            for at, feed in enumerate(feeds):
                db.entries.keep(feed.feed_id, entries[at::FEEDS], now=NOW)
        begin = time.process_time()
        made = make_edition(store, maker, NOW.date(), NOW)
        built = time.process_time() - begin
    if not isinstance(made, Made):
        raise SystemExit("no edition was made")
    edition = replace(made.edition, places=made.edition.places[:STORIES])
    print(f"build an edition from {len(entries)} entries {built:10.2f} CPU s")
    stories, begin = len(edition.places), time.process_time()
    content = room.sample(edition, NOBODY).content
    mailed = time.process_time() - begin
    pages = list(site([edition], parts.settings.site, names_of(pack)))
    took = time.process_time() - begin - mailed
    print(f"set its mail, {stories} stories, {len(content) / 1000:.0f} kB {mailed:13.2f} CPU s")
    print(f"set its site, {stories} stories, {len(pages)} pages {took:10.2f} CPU s")


if __name__ == "__main__":
    main()
