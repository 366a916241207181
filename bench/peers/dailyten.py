"""dailyten as one of the feed programs that the farm drives: the whole pipe, started as a person starts it.

Called with one verb, see the farm's README. The first timed poll also takes the list over.
"""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[2] / ".venv" / "bin" / "dailyten"
HERE = Path(os.environ.get("BENCH_DIR", "."))
SETTINGS = '[http]\nallowed = ["127.0.0.0/8"]\n'


def setup() -> None:
    addresses = Path(os.environ["BENCH_URLS"]).read_text("ascii").split()
    outlines = "\n".join(
        f'<outline type="rss" text="Feed {number}" xmlUrl="{address}"/>' for number, address in enumerate(addresses)
    )
    opml = f'<?xml version="1.0"?>\n<opml version="2.0"><head/><body>\n{outlines}\n</body></opml>\n'
    (HERE / "feeds.opml").write_text(opml, "ascii")
    (HERE / "dailyten.toml").write_text(SETTINGS, "ascii")


def poll() -> None:
    os.execv(PROGRAM, [str(PROGRAM), "poll", "--everything", "--config", str(HERE / "dailyten.toml")])  # noqa: S606


def count() -> int:
    with closing(sqlite3.connect(HERE / "var" / "dailyten.sqlite")) as db:
        return int(db.execute("SELECT count(*) FROM entries").fetchone()[0])


def main(verb: str) -> None:
    match verb:
        case "version":
            subprocess.run([PROGRAM, "--version"], check=True)
        case "phases":
            print("first unchanged changed novalidators")
        case "setup":
            setup()
        case "poll":
            poll()
        case "count":
            print(count())
        case _:
            pass


if __name__ == "__main__":
    main(sys.argv[1])
