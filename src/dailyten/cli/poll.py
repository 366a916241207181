"""`dailyten poll`: ask feeds and keep what they answer, without making an edition."""

from pathlib import Path

from dailyten.cli.minding import mind_moves
from dailyten.cli.saying import CHECK_CONNECTION, MANY, say, say_feeds, was_read, watch_polling
from dailyten.config import read_settings
from dailyten.pipeline.polling import all_feeds, due_feeds
from dailyten.pipeline.polling import poll as ask
from dailyten.pipeline.taking import follow_list
from dailyten.wiring import Parts


def poll(*, config: Path | None = None, everything: bool = False) -> int:
    """Ask the feeds that are due.

    Args:
        config: The settings file.
        everything: Ask all feeds, except those that told us to stay away for longer.

    """
    parts = Parts(read_settings(config))
    with parts.store() as store, watch_polling() as watch:
        follow_list(store, parts.list_file(), parts.clock())
        chosen = all_feeds if everything else due_feeds
        polled = ask(store, parts.poller(), watch.asked(chosen(store, parts.clock())), watch.tell)
        mind_moves(store, parts)
    say_feeds(polled, parts.settings.digest.zone)
    nothing = bool(polled) and not any(map(was_read, polled))
    if nothing and len(polled) >= MANY:
        say(CHECK_CONNECTION)
    return int(nothing)
