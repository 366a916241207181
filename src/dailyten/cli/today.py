"""`dailyten today`: the main job, from asking the feeds to the page to open."""

from collections.abc import Sequence
from pathlib import Path

from dailyten.cli.minding import mind_moves
from dailyten.cli.saying import CHECK_CONNECTION, plural, say, say_feeds, was_read, watch_polling
from dailyten.config import read_settings
from dailyten.edition.morning import local_date
from dailyten.model.edition import Edition
from dailyten.pipeline.confirming import keep_house
from dailyten.pipeline.making import Made, NothingRead, make_edition
from dailyten.pipeline.polling import Polled, all_feeds, poll
from dailyten.pipeline.publishing import publish_site
from dailyten.pipeline.queueing import is_worth_a_mail, queue_due
from dailyten.pipeline.taking import follow_list
from dailyten.store.store import Store
from dailyten.wiring import Parts
from dailyten.wiring.mail import NOBODY


def today(*, config: Path | None = None, rebuild: bool = False) -> int:
    """Read the feeds, build today's edition, write the site and the mail, and say where they are.

    Args:
        config: The settings file; `dailyten.toml` of this folder if there is one.
        rebuild: Make a new revision of today's edition, with what has arrived since.

    """
    parts = Parts(read_settings(config))
    with parts.store() as store:
        follow_list(store, parts.list_file(), parts.clock())
        with watch_polling() as watch:
            polled = poll(store, parts.poller(), watch.asked(all_feeds(store, parts.clock())), watch.tell)
        say_feeds(polled, parts.settings.digest.zone)
        mind_moves(store, parts)
        return publish_today(store, parts, polled, rebuild=rebuild)


def publish_today(store: Store, parts: Parts, polled: Sequence[Polled], *, rebuild: bool = False) -> int:
    """Make or find today's edition, publish it and say so; 1 if no feed could be read."""
    pack, now = parts.pack(), parts.clock()
    made = make_edition(store, parts.maker(pack), local_date(now, parts.settings.digest.zone), now, rebuild=rebuild)
    if isinstance(made, NothingRead):
        say("\nNo feed could be read and nothing was waiting, so no edition was published.")
        say(CHECK_CONNECTION)
        return 1
    publish_site(store, parts.press(pack), now)
    room = parts.mail_room(pack)
    keep_house(store, now)
    if parts.settings.sender is not None:
        queue_due(store, room.post, now)
    mail = parts.keep_mail(made.edition, room.sample(made.edition, NOBODY).content)
    say_made(made, parts, mail)
    if parts.settings.sender is not None and not is_worth_a_mail(made.edition, parts.settings.digest, now):
        hour = parts.settings.digest.hour
        say(f"  No mail to who chose no hour: {hour}:00 was too long ago (`digest.too_late_after`).")
    return int(bool(polled) and not any(map(was_read, polled)))


def say_made(made: Made, parts: Parts, mail: Path) -> None:
    """Say what there is to read, and where."""
    edition = made.edition
    say(f"\n{_headline(edition, just_now=made.just_now)}")
    say(
        f"  {plural(edition.entries, 'entry', 'entries')} became {plural(len(edition.places), 'story', 'stories')}:"
        f" {plural(edition.minutes, 'minute')} of reading, {plural(edition.minutes_saved, 'minute')} saved."
    )
    say(f"  Open  {parts.settings.place(parts.settings.paths.site) / 'index.html'}")
    say(f"  Mail  {mail}")


def _headline(edition: Edition, *, just_now: bool) -> str:
    name = f"The edition of {edition.on:%A, %-d %B %Y}"
    if not just_now:
        return f"{name} was made before and has not changed (`--rebuild` makes a new revision)."
    return (
        f"{name} is out." if edition.revision == 1 else f"{name} was built again: this is revision {edition.revision}."
    )
