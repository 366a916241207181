"""Beats at a steady pace until somebody says stop. A beat that is late is made up once; two never overlap."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from dailyten.errors import DailytenError

log = structlog.get_logger()


def run_beats(beat: Callable[[], None], every: timedelta, stop: threading.Event) -> None:
    """Beat at once and then every so often, until `stop` is set; the beat under way is finished first.

    A beat that fails is logged and the next one tries again: what failed is still due then.
    """
    scheduler = BackgroundScheduler(timezone="UTC", executors={"default": ThreadPoolExecutor(1)})
    scheduler.add_job(
        _guarded(beat),
        "interval",
        seconds=every.total_seconds(),
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
    )
    _guarded(beat)()
    scheduler.start()
    try:
        stop.wait()
    finally:
        scheduler.shutdown(wait=True)


@contextmanager
def beating_beside(beat: Callable[[], None], every: timedelta, stop: threading.Event) -> Iterator[None]:
    """Do something small every so often in a thread of its own, while something long may be under way."""

    def go() -> None:
        while not stop.wait(every.total_seconds()):
            _guarded(beat)()

    thread = threading.Thread(target=go, name="beside")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@contextmanager
def stopped_by_signals() -> Iterator[threading.Event]:
    """Give an event that SIGTERM and SIGINT set."""
    stop = threading.Event()

    def heard(number: int, _: FrameType | None) -> None:
        log.info("stopping", signal=signal.Signals(number).name)
        stop.set()

    before = {each: signal.signal(each, heard) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _guarded(beat: Callable[[], None]) -> Callable[[], None]:
    def guarded() -> None:
        try:
            beat()
        except DailytenError as error:
            log.error("beat_failed", reason=str(error))
        except Exception:
            log.exception("beat_failed")

    return guarded
