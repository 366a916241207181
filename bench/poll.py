"""Polls of the farm by every feed program that is here, once each: a JSON object a line.

    PYTHON bench/poll.py FARM SECONDS

PYTHON is the interpreter the peers are installed for, FARM the folder with the farm's `run_all.py`. Rounds of programs
that did not begin within SECONDS are left out and say so. Wall time is worth little on a busy machine: `other` is the
share of the processor that strangers took meanwhile.
"""

import importlib
import json
import os
import sys
import time
from argparse import Namespace
from pathlib import Path
from typing import Any

PEERS = ("dailyten", "lemon_reader", "feed2exec", "rss2email_nosend")
SIZES = (10, 1000)
HOME = Path(".bench").resolve()
HERE = Path(__file__).resolve().parent


def main(folder: str, seconds: float) -> None:
    os.environ.setdefault("BENCH_HOME", str(HOME))
    os.environ["BENCH_MORE_PEERS"] = str(HERE / "peers")
    sys.path.insert(0, folder)
    farm_runs: Any = importlib.import_module("run_all")
    known = {file.stem for each in farm_runs.PEER_DIRS for file in each.iterdir()}
    ends_at = time.monotonic() + seconds
    args = _arguments()
    args.work.mkdir(parents=True, exist_ok=True)
    for size in SIZES:
        farm = farm_runs.Farm(size, args)
        try:
            for name in (each for each in PEERS if each in known):
                _one_program(farm_runs, farm_runs.Peer(name, args), farm, size, ends_at)
        finally:
            farm.close()


def _arguments() -> Namespace:
    return Namespace(
        corpora=HOME / "corpus", work=HOME / "run", port=8091, hosts=50, workers=16, latency_ms=0, wait=2, limit=60
    )


def _one_program(farm_runs: Any, peer: Any, farm: Any, size: int, ends_at: float) -> None:  # noqa: ANN401
    try:
        peer.fresh(farm)
        for phase in peer.call("phases").split():
            if phase in farm_runs.PHASES[:4]:
                late = time.monotonic() > ends_at
                what = {"late": True} if late else _polled(farm_runs, peer, farm, phase, size)
                print(json.dumps({"peer": peer.name, "n": size, "phase": phase} | what), flush=True)
    except Exception as problem:  # noqa: BLE001 - a program that is not installed fails in its own way
        last = (str(problem).strip() or type(problem).__name__).splitlines()[-1]
        print(json.dumps({"peer": peer.name, "n": size, "phase": "", "problem": last}), flush=True)
    finally:
        peer.stop()


def _polled(farm_runs: Any, peer: Any, farm: Any, phase: str, size: int) -> dict[str, Any]:  # noqa: ANN401
    row: dict[str, Any] = farm_runs.poll(
        peer, farm, phase, int(phase in ("changed", "novalidators")), size, _arguments()
    )
    return row | {"asked": row["counts"].get("feeds", 0)}


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
