"""How fast entries are tagged: a thousand of those the pack was trained with, in one process."""

import json
import time
from itertools import cycle, islice

from dailyten.config import read_settings
from dailyten.wiring import Parts

ENTRIES = 1000


def main() -> None:
    parts = Parts(read_settings(None))
    began = time.process_time()
    pack = parts.pack()
    classifier = parts.classifier(pack)
    loaded = time.process_time()
    lines = [line for file in sorted(pack.model_file.parent.rglob("*.jsonl")) for line in file.open(encoding="utf-8")]
    written = [json.loads(line) for line in islice(cycle(lines), ENTRIES)]
    entries = [(str(at), each.get("title", ""), each.get("summary", ""), "") for at, each in enumerate(written)]
    begin = time.process_time()
    classifier.verdicts(entries)
    took = time.process_time() - begin
    print(f"load the model {loaded - began:24.2f} CPU s")
    print(f"tag {ENTRIES:,} entries {took:23.2f} CPU s {ENTRIES / took:10,.0f} entries a second")


if __name__ == "__main__":
    main()
