"""One beat of `dailyten serve`: whatever is due is done, and what a crash left half done is finished.

Nothing is remembered between beats: the store knows what is done, so a beat may be missed, repeated or killed.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from dailyten.deliver.sending import MailLine, Sent
from dailyten.edition.morning import due_at, local_date
from dailyten.errors import BadFeedList, BadInput, BadRules, CannotGoOn, DailytenError
from dailyten.feedlist.read import FeedList
from dailyten.model.bounce import Bounce
from dailyten.model.edition import ArchiveLine
from dailyten.pipeline.confirming import keep_house, send_confirmations
from dailyten.pipeline.links import Links
from dailyten.pipeline.list_file import ListFile
from dailyten.pipeline.looking import dead_feeds, look_for
from dailyten.pipeline.making import Made, Maker, make_edition
from dailyten.pipeline.moving import apply_redirects
from dailyten.pipeline.polling import Poller, due_feeds, poll
from dailyten.pipeline.publishing import Press, publish_site
from dailyten.pipeline.pushing import HubLine, mind_hubs
from dailyten.pipeline.sending import MailRoom, send_queued
from dailyten.pipeline.settings import ListSettings
from dailyten.pipeline.taking import take_list
from dailyten.store.store import Store

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What a day needs beside the store.

    Without a `room` nothing is mailed, without `links` nobody can ask for it, without `hubs` feeds are only polled.
    `list_changed` gives the feed list when its file has changed since it was last asked, None when it has not;
    `rules_changed` says how many rules there are when theirs has. `maker` gives the classifier that is in use now,
    which may have learnt since, and the last good rules.
    `take_returned` takes what came back by mail, if it is time to look; it raises CannotGoOn when there is no way to.
    """

    poller: Poller
    maker: Callable[[], Maker]
    press: Press
    room: MailRoom | None
    links: Links | None
    open_line: Callable[[], MailLine]
    list_changed: Callable[[], FeedList | None]
    rules_changed: Callable[[], int | None]
    list_file: ListFile
    list_settings: ListSettings
    clock: Callable[[], datetime]
    worker: str
    hubs: HubLine | None = None
    take_returned: Callable[[Store], Sequence[Bounce]] | None = None


def beat(store: Store, day: Day) -> None:
    """Do all that is due now: who comes back, the list, the polls, the edition, the site, the mail."""
    keep_house(store, day.clock())
    confirm_by_mail(store, day)
    _take_changed_list(store, day)
    _take_changed_rules(day)
    if due := due_feeds(store, day.clock()):
        polled = poll(store, day.poller, due)
        log.info("polled", feeds=len(polled), new_entries=sum(each.new_entries for each in polled))
        mind_moves(store, day)
    make_morning(store, day)
    publish_unpublished(store, day)
    heed_returned(store, day)
    if day.room is not None:
        _send(store, day, day.room)
    if day.hubs is not None:
        mind_hubs(store, day.hubs)


def heed_returned(store: Store, day: Day) -> None:
    """Take what came back by mail, before anything else goes out. A mailbox that cannot be read stops no morning."""
    if day.take_returned is None:
        return
    try:
        taken = day.take_returned(store)
    except (CannotGoOn, BadInput) as error:
        log.warning("returned_mail_not_read", reason=str(error))
        return
    if taken:
        log.info("returned_mail_taken", **Counter(str(each.kind) for each in taken))


def mind_moves(store: Store, day: Day) -> None:
    """Look for dead feeds at their sites, and write moves into the list where the settings allow it."""
    now = day.clock()
    if day.list_settings.look_for_dead and (dead := dead_feeds(store, now)):
        for found in look_for(store, day.poller, dead, now):
            log.info("looked_for_dead_feed", feed=found.feed_id, found=found.address or "nothing")
    if not day.list_settings.apply_moves:
        return
    try:
        change = apply_redirects(store, day.list_file, day.poller.policy, now)
    except DailytenError as error:
        log.warning("moves_not_written", reason=str(error))
        return
    if change is not None:
        log.info("moves_written", change=change.change_id, moves=list(change.lines))


def make_morning(store: Store, day: Day) -> None:
    """Make today's edition once its hour has come; a morning that is made already is left as it is."""
    maker, now = day.maker(), day.clock()
    settings = maker.settings
    on = local_date(now, settings.zone)
    if now < due_at(on, settings.zone, settings.hour):
        return
    made = make_edition(store, maker, on, now)
    if not isinstance(made, Made):
        log.warning("no_edition", on=str(on), reason="no feed could be read and nothing waits")
    elif made.just_now:
        edition = made.edition
        log.info("edition_made", on=str(on), entries=edition.entries, stories=len(edition.places))


def publish_unpublished(store: Store, day: Day) -> None:
    """Publish the site if there is an edition that it does not show yet."""
    with store.reading() as db:
        lines = db.editions.listing()
    if any(_is_unpublished(line, day) for line in lines):
        published = publish_site(store, day.press, day.clock())
        log.info("site_published", new=published.new, changed=published.changed)


def confirm_by_mail(store: Store, day: Day) -> None:
    """Send the confirm mails that wait: those who asked are looking into their mailboxes."""
    if day.room is None or day.links is None:
        return
    rng = random.Random()  # noqa: S311 - spreads tries in time, keeps no secret
    sent = send_confirmations(store, day.room, day.links, day.open_line, worker=day.worker, clock=day.clock, rng=rng)
    if sent != Sent():
        log.info("asked_to_confirm", sent=sent.sent, deferred=sent.deferred, failed=sent.failed, unknown=sent.unknown)


def _is_unpublished(line: ArchiveLine, day: Day) -> bool:
    return line.published_at is None and line.zone == day.press.zone


def _send(store: Store, day: Day, room: MailRoom) -> None:
    rng = random.Random()  # noqa: S311 - spreads tries in time, keeps no secret
    sent = send_queued(store, room, day.open_line, worker=day.worker, clock=day.clock, rng=rng)
    for words in room.gate.news(sent.held) if room.gate else ():
        log.error("edition_held", reason=words)
    if replace(sent, held=()) != Sent():
        log.info("mailed", sent=sent.sent, deferred=sent.deferred, failed=sent.failed, unknown=sent.unknown)
    if sent.stopped:
        log.warning("mailing_stopped", reason=sent.stopped)


def _take_changed_list(store: Store, day: Day) -> None:
    """Take a changed list over; one with a fault is reported, and the last good one stays in force."""
    try:
        changed = day.list_changed()
    except BadFeedList as error:
        log.error("feed_list_refused", reason=str(error), in_force="the last good list")
        return
    if changed is not None:
        plan = take_list(store, changed, day.clock())
        log.info("feed_list_taken", feeds=len(changed.feeds), added=len(plan.added), removed=len(plan.removed))


def _take_changed_rules(day: Day) -> None:
    """Take changed rules for the next edition; with a fault they are reported, and the last good ones stay in force."""
    try:
        changed = day.rules_changed()
    except BadRules as error:
        log.error("rules_refused", reason=str(error), in_force="the last good rules")
        return
    if changed is not None:
        log.info("rules_taken", rules=changed)
