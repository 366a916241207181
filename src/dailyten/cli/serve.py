"""`dailyten serve`: the digest day by day, until it is told to stop."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from dailyten.config import read_settings
from dailyten.errors import BadInput, BadSetting
from dailyten.pipeline.ticking import Day, beat, confirm_by_mail
from dailyten.schedule.alone import alone_in
from dailyten.schedule.beats import beating_beside, run_beats, stopped_by_signals
from dailyten.store.store import Store
from dailyten.wiring import Parts

LEAST_SECONDS = 0.1
MOST_SECONDS = 3600.0
SOON = timedelta(seconds=2)


def serve(*, config: Path | None = None, beat_seconds: float = 30.0, once: bool = False) -> int:
    """Poll what is due, publish each morning at its hour, mail it, and answer readers, until stopped.

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
            beat(store, replace(day, hubs=None))  # nobody would answer a hub's question
        else:
            if parts.settings.web is not None:
                stack.enter_context(_open_to_readers(parts, store, day, stop))
            run_beats(lambda: beat(store, day), timedelta(seconds=beat_seconds), stop)
    return 0


@contextmanager
def _open_to_readers(parts: Parts, store: Store, day: Day, stop: threading.Event) -> Iterator[None]:
    """Answer readers on a port, and write to those who ask without waiting for the beat."""
    from dailyten.web.app import application
    from dailyten.web.opening import reception_of
    from dailyten.web.running import answering

    web = parts.settings.web
    if web is None:
        raise BadSetting("There is no section [web].")
    app = application(reception_of(parts, store, parts.pack()))
    with answering(app, web) as address, beating_beside(lambda: confirm_by_mail(store, day), SOON, stop):
        print(f"Readers come and go at {web.public_url or address}/subscribe ({address})", flush=True)
        yield
