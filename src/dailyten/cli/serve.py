"""`dailyten serve`: the digest day by day, until it is told to stop."""

import os
import socket
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from dailyten.config import read_settings
from dailyten.errors import BadInput
from dailyten.pipeline.ticking import beat
from dailyten.schedule.alone import alone_in
from dailyten.schedule.beats import run_beats, stopped_by_signals
from dailyten.wiring import Parts

LEAST_SECONDS = 0.1
MOST_SECONDS = 3600.0


def serve(*, config: Path | None = None, beat_seconds: float = 30.0, once: bool = False) -> int:
    """Poll what is due, publish each morning at its hour, and mail it, until stopped.

    Args:
        config: The settings file.
        beat_seconds: How often to look what is due.
        once: Do what is due now, then leave.

    """
    if not LEAST_SECONDS <= beat_seconds <= MOST_SECONDS:
        wanted = f"{LEAST_SECONDS:g} to {MOST_SECONDS:g} seconds"
        raise BadInput("The digest needs a steady beat.", expected=wanted, came=f"{beat_seconds:g}")
    parts = Parts(read_settings(config))
    with ExitStack() as stack:
        stop = stack.enter_context(stopped_by_signals())
        stack.enter_context(alone_in(parts.settings.place(parts.settings.paths.data)))
        store = stack.enter_context(parts.store())
        day = parts.day(worker=f"{socket.gethostname()}/{os.getpid()}")
        if once:
            beat(store, day)
        else:
            run_beats(lambda: beat(store, day), timedelta(seconds=beat_seconds), stop)
    return 0
