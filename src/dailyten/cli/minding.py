"""What a round of polls does about feeds that moved or died. Apart from `moving`, for that loads what edits lists."""

from dailyten.cli.saying import say
from dailyten.pipeline.looking import dead_feeds, look_for
from dailyten.store.store import Store
from dailyten.wiring import Parts


def mind_moves(store: Store, parts: Parts) -> None:
    """Do after a round of polls what the section [list] of the settings allows, and say what was written."""
    settings, now = parts.settings.list, parts.clock()
    if settings.look_for_dead and (dead := dead_feeds(store, now)):
        look_for(store, parts.poller(), dead, now)
    if not settings.apply_moves:
        return
    from dailyten.pipeline.moving import apply_redirects

    change = apply_redirects(store, parts.list_file(), parts.settings.poll, now)
    if change is not None:
        say(f"Written into the list (`dailyten feeds undo {change.change_id}` takes it back):")
        for line in change.lines:
            say(f"  {line}")
