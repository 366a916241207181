"""Words and progress for people at a terminal. Results go to standard output, progress and faults to standard error."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from cyclopts import Parameter

from dailyten.pipeline.polling import Asked, Polled
from dailyten.poll.outcomes import Good, row_of

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

MANY = 3
"""Feeds that fail for one reason before it is said once for all of them."""
CHECK_CONNECTION = "Check this machine's connection to the internet and run it again; `dailyten doctor` looks closer."
AsJson = Annotated[bool, Parameter(name="--json", negative="")]
"""The switch of every command that can answer in JSON."""


def say(words: str = "") -> None:
    """Print a line."""
    print(words)


def plural(count: int, one: str, many: str = "") -> str:
    """Count things in words: "1 feed", "2 feeds"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def when(at: datetime | None, zone: str) -> str:
    """Say an instant as people of a zone read it, to the minute."""
    return "never" if at is None else f"{at.astimezone(ZoneInfo(zone)):%d %B, %H:%M}"


@dataclass(slots=True)
class Watch:
    """Shows how far polling has come: a bar on a terminal, nothing elsewhere."""

    progress: "Progress | None" = None
    task: "TaskID | None" = None

    def asked(self, feeds: Iterable[Asked]) -> tuple[Asked, ...]:
        """Tell how many feeds there are to ask."""
        every = tuple(feeds)
        if self.progress is not None:
            self.task = self.progress.add_task("Reading feeds", total=len(every))
        return every

    def tell(self, polled: Polled) -> None:
        """Tell that one feed was asked."""
        if self.progress is not None and self.task is not None:
            self.progress.update(self.task, advance=1, description=f"Read {polled.feed.title[:30]}")


@contextmanager
def watch_polling() -> Iterator[Watch]:
    """Show a progress bar while feeds are asked, if a person is looking."""
    if not sys.stderr.isatty():
        yield Watch()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description:<36}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield Watch(progress)


def say_feeds(polled: Sequence[Polled], zone: str) -> None:
    """Say how the reading went: how many feeds, how many new entries, and each one that failed, with the reason.

    What several feeds share, as when the machine is offline, is said once for all of them.
    """
    read = [each for each in polled if was_read(each)]
    new = sum(each.new_entries for each in polled)
    say(f"{len(read)} of {plural(len(polled), 'feed')} read, {plural(new, 'new entry', 'new entries')}.")
    reasons: dict[str, list[Polled]] = {}
    for each in sorted(polled, key=lambda one: one.feed.title.casefold()):
        if not was_read(each):
            reasons.setdefault(_why(each, named=False), []).append(each)
    for shared, failed in reasons.items():
        if len(failed) >= MANY:
            say(f"  {_all_of(failed, polled)}: {shared} Next tries from {when(_first_try(failed), zone)}.")
            continue
        for each in failed:
            say(f"  {each.feed.title}: {_why(each)} Next try {when(each.next_poll_at, zone)}.")


def _all_of(failed: Sequence[Polled], polled: Sequence[Polled]) -> str:
    return f"All {len(failed)}" if len(failed) == len(polled) else ", ".join(each.feed.title for each in failed)


def _first_try(failed: Sequence[Polled]) -> datetime | None:
    return min((each.next_poll_at for each in failed if each.next_poll_at is not None), default=None)


def was_read(polled: Polled) -> bool:
    """Say whether a feed answered as it should."""
    return isinstance(polled.outcome, Good)


def _why(polled: Polled, *, named: bool = True) -> str:
    """Say why a feed was not read; unless `named`, without the name of its host, which others do not share."""
    if polled.outcome is None:
        return "not asked, for its server had just asked for peace."
    host = "" if named else urlsplit(polled.feed.address).hostname
    detail = polled.detail.removeprefix(f"{host}: ") if host else polled.detail
    return f"{row_of(polled.outcome).told} ({detail})" if detail else row_of(polled.outcome).told
