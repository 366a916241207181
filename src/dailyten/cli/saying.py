"""Words and progress for people at a terminal. Results go to standard output, progress and faults to standard error."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

from cyclopts import Parameter

from dailyten.pipeline.polling import Asked, Polled
from dailyten.poll.outcomes import Good, row_of

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

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
    """Say how the reading went: how many feeds, how many new entries, and each one that failed, with the reason."""
    read = [each for each in polled if was_read(each)]
    new = sum(each.new_entries for each in polled)
    say(f"{len(read)} of {plural(len(polled), 'feed')} read, {plural(new, 'new entry', 'new entries')}.")
    for each in sorted(polled, key=lambda one: one.feed.title.casefold()):
        if not was_read(each):
            say(f"  {each.feed.title}: {_why(each)} Next try {when(each.next_poll_at, zone)}.")


def was_read(polled: Polled) -> bool:
    """Say whether a feed answered as it should."""
    return isinstance(polled.outcome, Good)


def _why(polled: Polled) -> str:
    if polled.outcome is None:
        return "not asked, for its server had just asked for peace."
    detail = f" ({polled.detail})" if polled.detail else ""
    return f"{row_of(polled.outcome).told}{detail}"
