"""How long `dailyten --help` takes from a cold start of Python: the best and the middle of nine."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

PROGRAM = Path(sys.executable).with_name("dailyten")


def once() -> float:
    began = time.perf_counter()
    subprocess.run([PROGRAM, "--help"], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> None:
    times = [once() for _ in range(9)]
    print(f"dailyten --help {min(times):26.3f} s best {statistics.median(times):8.3f} s middle")


if __name__ == "__main__":
    main()
