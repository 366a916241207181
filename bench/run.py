"""All measures of this folder in one table, each in a process of its own with a limit on time: `make bench`.

The figures are of one run on one machine: compare them with one another, not with yesterday's. The other feed
programs and the real documents lie outside the project; where they are missing the table says so. `ours/its` is our
CPU time over that of the program in the row, `strangers` the share of the machine that other work took meanwhile.
"""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[1] / "shared"
PEERS_PYTHON = HERE.parent / ".bench" / "venv" / "bin" / "python"
POLL_SECONDS = 150
MEASURE_SECONDS = 180
PHASES = {
    "first": "first poll",
    "unchanged": "nothing changed",
    "changed": "one in ten changed",
    "novalidators": "same bytes, no validators",
}
MEASURES = {
    "Parsing": "parse.py",
    "Tagging": "tag.py",
    "Tagging beside other ways": "yardstick.py",
    "Edition": "edition.py",
    "Site of a thousand editions": "site.py",
    "Issues of one's own": "personal.py",
    "Sending into a sink on loopback": "send.py",
    "Memory": "memory.py",
    "Cold start": "start.py",
}


def main() -> None:
    print(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, Python {platform.python_version()}, one run"
    )
    print("\n## Polling")
    poll()
    for title, name in MEASURES.items():
        print(f"\n## {title}", flush=True)
        if name == "parse.py" and not (SHARED / "feeds" / "real").exists():
            print("the real documents are not here")
        if name == "yardstick.py" and not PEERS_PYTHON.exists():
            print("sentence embeddings are not installed (bench/yardstick.py says how)")
        print(output_of([sys.executable, str(HERE / name)], MEASURE_SECONDS), flush=True)


def poll() -> None:
    farm = SHARED / "bench"
    if not (farm / "run_all.py").exists():
        print("not measured: the farm is not here")
        return
    if not PEERS_PYTHON.exists():
        print("the other feed programs are not installed")
    python = str(PEERS_PYTHON) if PEERS_PYTHON.exists() else sys.executable
    found = output_of([python, str(HERE / "poll.py"), str(farm), str(POLL_SECONDS)], POLL_SECONDS + 90)
    rows = [json.loads(line) for line in found.splitlines() if line.startswith("{")]
    if not rows:
        print(found)
        return
    print(f"{'':52}{'feeds/s':>9}{'CPU s':>8}{'peak MB':>9}{'ours/its':>9}{'strangers':>11}")
    for row in sorted(rows, key=lambda row: (row["n"], list(PHASES).index(row["phase"]) if row["phase"] else 9)):
        print(told(row, rows), flush=True)


def told(row: dict[str, Any], rows: Sequence[dict[str, Any]]) -> str:
    if problem := row.get("problem"):
        return f"{row['peer']} with {row['n']:,} feeds: not measured: {problem}"
    name = f"{row['n']:5,} {PHASES[row['phase']]}, {row['peer']}"
    if row.get("late"):
        return f"{name}: not measured: no time left"
    if row["code"] or row["asked"] != row["n"]:
        asked = f"{row['asked']:,} asked"
        return f"{name}: ended with {row['code']} after {row['wall']:.0f} s, {asked}, CPU {row['cpu']:.0f} s"
    ours = [each for each in rows if _what(each) == (row["n"], row["phase"], "dailyten") and "cpu" in each]
    ratio = f"{ours[0]['cpu'] / row['cpu']:9.2f}" if ours else f"{'-':>9}"
    return f"{name:52}{row['feeds_per_s']:9.1f}{row['cpu']:8.2f}{row['rss_mb']:9.0f}{ratio}{row['other']:11.0%}"


def _what(row: dict[str, Any]) -> tuple[int, str, str]:
    return row["n"], row["phase"], row["peer"]


def output_of(command: Sequence[str], seconds: float) -> str:
    """Run a measure; what it wrote counts even if it did not end in time."""
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as late:
        return f"{(late.stdout or b'').decode()}not ended within {seconds:g} s".strip()
    failed = f"\nfailed: {(ran.stderr.strip().splitlines() or ['?'])[-1]}" if ran.returncode else ""
    return f"{ran.stdout.strip()}{failed}".strip()


if __name__ == "__main__":
    main()
