"""`dailyten doctor`: look at everything that a digest leans on, and say what to do about each fault."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dailyten.cli.saying import plural, say
from dailyten.config import read_settings
from dailyten.deliver.settings import Security
from dailyten.errors import BadFeedList, DailytenError
from dailyten.feedlist.read import FeedList
from dailyten.model.feed import FeedState
from dailyten.pipeline.conditions import feed_conditions
from dailyten.pipeline.taking import take_list
from dailyten.wiring import Parts

LEAST_FREE_MB = 200
OURS = ("localhost", "127.0.0.1", "::1")
MARKS = {True: "ok  ", False: "FAIL", None: "?   "}
FIRST_SENSIBLE_YEAR = 2026


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at; `mend` says what to do where it is not well, None: nobody can know from here."""

    what: str
    well: bool | None
    words: str
    mend: str = ""


def doctor(*, config: Path | None = None) -> int:
    """Check settings, paths, database, clock, mail server and feeds; exit code 1 if one of them is not well.

    Args:
        config: The settings file.

    """
    findings = list(_findings(Parts(read_settings(config))))
    for each in findings:
        say(f"{MARKS[each.well]}  {each.what}: {each.words}")
        if each.well is False and each.mend:
            say(f"      {each.mend}")
    faults = sum(each.well is False for each in findings)
    say(f"\n{plural(faults, 'fault')}." if faults else "\nAll is well.")
    return int(faults > 0)


def _findings(parts: Parts) -> Iterator[Finding]:
    settings = parts.settings
    yield Finding(what="settings", well=True, words=f"{settings.digest.name}, {settings.digest.zone}")
    yield _clock(parts.clock())
    yield _folder("data folder", settings.place(settings.paths.data))
    yield _folder("site folder", settings.place(settings.paths.site))
    yield from _feeds(parts)
    yield _classifier(parts)
    yield from _mail(parts)


def _clock(now: datetime) -> Finding:
    mend = "Set this machine's clock; polls, dates and signatures depend on it."
    return Finding(
        what="clock", well=now.year >= FIRST_SENSIBLE_YEAR, words=f"{now.astimezone(UTC):%Y-%m-%d %H:%M} UTC", mend=mend
    )


def _folder(what: str, folder: Path) -> Finding:
    nearest = next(each for each in (folder, *folder.parents) if each.exists())
    if not os.access(nearest, os.W_OK | os.X_OK):
        mend = "Let the user that runs dailyten write there: chown it, or set another path in dailyten.toml."
        return Finding(what=what, well=False, words=f"{nearest} cannot be written", mend=mend)
    free_mb = shutil.disk_usage(nearest).free // 1_000_000
    mend = f"Make room: less than {LEAST_FREE_MB} MB are free."
    return Finding(what=what, well=free_mb >= LEAST_FREE_MB, words=f"{folder}, {free_mb:,} MB free", mend=mend)


def _feeds(parts: Parts) -> Iterator[Finding]:
    try:
        feed_list = parts.feed_list()
    except BadFeedList as error:
        yield Finding(what="feed list", well=False, words=str(error), mend="`dailyten feeds lint` lists every fault.")
        yield from _database(parts, None)
        return
    many = plural(len(feed_list.feeds), "feed")
    yield Finding(what="feed list", well=bool(feed_list.feeds), words=many, mend="Add one: dailyten feeds add ADDRESS.")
    yield from _database(parts, feed_list)


def _database(parts: Parts, feed_list: FeedList | None) -> Iterator[Finding]:
    try:
        with parts.store() as store:
            faults = store.faults()
            mend = "Restore a backup: dailyten restore FILE."
            yield Finding(what="database", well=not faults, words="; ".join(faults) or "sound", mend=mend)
            if feed_list is not None:
                take_list(store, feed_list, parts.clock())
            conditions = feed_conditions(store, parts.settings.poll, parts.clock())
    except DailytenError as error:
        mend = "Try again when nothing else uses it; if it stays so, restore a backup: dailyten restore FILE."
        yield Finding(what="database", well=False, words=str(error), mend=mend)
        return
    bad = [each.feed.title for each in conditions if each.state in (FeedState.FAILING, FeedState.GONE)]
    words = f"{plural(len(bad), 'feed')} failing: {', '.join(bad)}" if bad else "none is failing"
    yield Finding(what="feeds", well=not bad, words=words, mend="`dailyten feeds health` says why, and what to do.")


def _classifier(parts: Parts) -> Finding:
    try:
        made_by = parts.classifier(parts.pack()).made_by
    except DailytenError as error:
        return Finding(what="classifier", well=False, words=str(error), mend="Run `dailyten topics train`.")
    return Finding(what="classifier", well=True, words=made_by)


def _mail(parts: Parts) -> Iterator[Finding]:
    if parts.settings.sender is None:
        yield Finding(what="mail", well=True, words="nobody is named as the sender, so nothing is mailed")
        return
    for server, line in parts.mail_servers():
        down = line.look()
        words = f"{server.place} is ready for mail" if down is None else down.words
        mend = "Check the section [smtp] of dailyten.toml, and that the mail server runs."
        yield Finding(what="mail server", well=down is None, words=words, mend=mend)
        clear = server.security is Security.NONE and server.host not in OURS
        words = f"mail leaves for {server.place} {'in the clear' if clear else 'over a line that nobody else reads'}"
        mend = 'Set security = "starttls" or "tls" in [smtp]. Gmail asks for TLS from everybody (4.7.29).'
        yield Finding(what="TLS", well=not clear, words=words, mend=mend)
    for look in parts.standing():
        yield Finding(what=look.what, well=look.well, words=look.words, mend=look.mend)
