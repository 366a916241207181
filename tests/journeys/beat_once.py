"""One beat of a digest, to be killed by the test that started it: FOLDER SMTP_HOST:PORT NOW."""

import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from dailyten.config import read_settings
from dailyten.pipeline.ticking import beat
from dailyten.poll.guard import Allowance
from dailyten.testing.clock import Clock
from dailyten.wiring import Parts

if __name__ == "__main__":
    folder, smtp, now = sys.argv[1:]
    settings = read_settings(Path(folder) / "dailyten.toml", {})
    host, port = smtp.split(":")
    settings = replace(
        settings,
        http=replace(settings.http, allowed=(Allowance.parse("127.0.0.0/8"),)),
        smtp=replace(settings.smtp, host=host, port=int(port)),
    )
    clock = Clock(datetime.fromisoformat(now))
    parts = Parts(settings, clock)
    with parts.store() as store:
        beat(store, parts.day("killed"))
        clock.advance(timedelta(minutes=20))
        beat(store, parts.day("killed"))
