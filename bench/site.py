"""How long the site takes: a history of a thousand editions from nothing, then one more, through the pipeline.

The editions are the sample ones of the tests, each with stories of its own; pictures are drawn where the extra `cards`
is installed. The promises: under 60 s from nothing, under 2 s for one more.
"""

import sys
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dailyten.pipeline.publishing import Press, publish_site
from dailyten.render.disk import published_body, published_paths, turn
from dailyten.store.store import open_store
from tests.render.sample_edition import NAMES, SETTINGS, ZONE, many_editions

NOW = datetime(2026, 11, 24, 7, tzinfo=UTC)
EDITIONS = 1000


def main() -> None:
    editions = many_editions(EDITIONS)
    with tempfile.TemporaryDirectory() as home, open_store(f"sqlite:///{home}/bench.db") as store:
        folder = Path(home) / "site"
        press = Press(
            settings=SETTINGS,
            names=NAMES,
            zone=ZONE,
            turn=partial(turn, folder),
            there=partial(published_paths, folder),
            body=partial(published_body, folder),
        )
        for what, new in ((f"{EDITIONS - 1:,} editions from nothing", editions[:-1]), ("one more", editions[-1:])):
            with store.writing() as db:
                for each in new:
                    db.editions.freeze(each)
            wall, cpu = time.perf_counter(), time.process_time()
            publish_site(store, press, NOW)
            print(f"{what:28}{time.perf_counter() - wall:8.2f} s{time.process_time() - cpu:8.2f} CPU s", flush=True)
        files = [path for path in folder.rglob("*") if path.is_file()]
        print(f"{len(files):,} files, {sum(path.suffix == '.png' for path in files):,} of them pictures")


if __name__ == "__main__":
    main()
