"""`dailyten feeds add`: finding the feed of a site, looking at it, putting it into the list."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dailyten.cli.asking import agreed, is_person, said_number
from dailyten.cli.looking import Look, look_at, look_told, say_look, sought_feeds
from dailyten.cli.saying import AsJson, plural, say
from dailyten.cli.watching import why_least
from dailyten.config import read_settings
from dailyten.errors import BadInput, CannotGoOn
from dailyten.feedlist.address import alike_key
from dailyten.feedlist.edit import Opml
from dailyten.model.feed import Feed, feed_id_of
from dailyten.model.fetched import Failure
from dailyten.pipeline.earning import Earnings, feed_earnings
from dailyten.pipeline.list_file import ListFile
from dailyten.pipeline.listing import change_list, text_diff
from dailyten.pipeline.seeking import Came, FoundFeed, Sought, Step
from dailyten.pipeline.taking import follow_list
from dailyten.poll.outcomes import FAILURES
from dailyten.store.store import Store
from dailyten.wiring import Parts

PASSING = frozenset(
    {
        Failure.REFUSED,
        Failure.TLS,
        Failure.TIMEOUT,
        Failure.TOO_SLOW,
        Failure.BROKEN_OFF,
        Failure.SERVER_ERROR,
        Failure.TOO_MANY_REQUESTS,
    }
)
"""Failures that say nothing of whether there is a feed: the same question may be answered tomorrow."""
WITHOUT_FEEDS = ("facebook.com", "instagram.com", "linkedin.com", "tiktok.com", "x.com", "twitter.com", "threads.net")
_SHORTER = {Failure.NOT_FOUND: "nothing is there."}
MOST_STEPS_SHOWN = 4
JUDGED_DAYS = 90


def add_(
    address: str,
    *,
    title: str = "",
    category: str = "",
    pick: int | None = None,
    yes: bool = False,
    dry_run: bool = False,
    config: Path | None = None,
    as_json: AsJson = False,
) -> int:
    """Find the feed of a site, look at it, and add it to the list.

    Args:
        address: A site, a page, a feed, or a profile on YouTube, Mastodon, Substack, Medium, GitHub, Reddit, Bluesky.
        title: What to call it; its own title if none is given.
        category: The group to put it into.
        pick: Which of several feeds to take, by its number in the list that is shown.
        yes: Do not ask before writing.
        dry_run: Show everything and write nothing.
        config: The settings file.
        as_json: Write one JSON document.

    """
    parts = Parts(read_settings(config))
    sought = asyncio.run(sought_feeds(parts, address))
    if not sought.feeds:
        raise _nothing_found(sought, address)
    _say_instead(sought, as_json=as_json)
    with parts.store() as store:
        follow_list(store, parts.list_file(), parts.clock())
        found = _chosen(sought, address, pick, asks=is_person() and not as_json)
        if found is None:
            return _show_choice(sought, as_json=as_json)
        look = look_at(store, parts, found)
        _refuse_listed(look)
        new = _new(look, _feed(found, title, category), parts.list_file(), _one_too_many(store, parts))
        if not as_json:
            new.say(parts)
        write = not dry_run and (yes or as_json or agreed("Add it?"))
        if write:
            change_list(store, new.list_file, "add", new.before, new.after, parts.clock())
    _say_done(new, sought, written=write, as_json=as_json)
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _New:
    """A feed about to be listed, and the list before and after."""

    look: Look
    feed: Feed
    list_file: ListFile
    earned: Earnings | None
    before: bytes
    after: bytes

    @property
    def diff(self) -> tuple[str, ...]:
        """Give the lines of the list that change."""
        return text_diff(self.before, self.after)

    def say(self, parts: Parts) -> None:
        """Show all that a person should know before saying yes."""
        say_look(parts, self.look)
        for line in _least_lines(self.earned):
            say(line)
        say("\nIn the list:")
        for line in self.diff:
            say(f"  {line}")


def _new(look: Look, feed: Feed, list_file: ListFile, earned: Earnings | None) -> _New:
    before = list_file.read()
    after = Opml.of(before, name=list_file.name).add(feed).to_bytes()
    return _New(look=look, feed=feed, list_file=list_file, earned=earned, before=before, after=after)


def _say_done(new: _New, sought: Sought, *, written: bool, as_json: bool) -> None:
    if as_json:
        told = {"start": sought.start, "feeds": _told_feeds(sought), **look_told(new.look), "diff": new.diff}
        least = new.earned.least.feed.title if new.earned and new.earned.least else None
        say(json.dumps({**told, "written": written, "earns_least": least}, ensure_ascii=False, indent=1))
    elif written:
        count = plural(len(new.look.found.document.entries), "entry", "entries")
        say(f"\n{new.feed.title} is on the list now ({count} at the moment).")
    else:
        say("\nNothing was written.")


def _say_instead(sought: Sought, *, as_json: bool) -> None:
    """Say what was wrong with the address that was given, where the feeds were found elsewhere on its site."""
    first = sought.steps[0]
    given = first.address == sought.start and first.came is not Came.FEED and first.detail != "it is a web page"
    if given and not as_json:
        say(f"! {next(_step_lines(sought))}")
        say("  What follows was found elsewhere on that site.\n")


def _one_too_many(store: Store, parts: Parts) -> Earnings | None:
    """Say what the feeds earn, where one more would be more than the digest is meant for."""
    slots = parts.settings.list.slots
    if len(parts.feed_list().feeds) < slots:
        return None
    return feed_earnings(store, parts.clock(), JUDGED_DAYS, slots, one_more=True)


def _least_lines(earned: Earnings | None) -> Iterator[str]:
    if earned is None or earned.least is None:
        return
    yield f"\n! That would be {plural(len(earned.feeds) + 1, 'feed')}; this digest is meant for {earned.slots}."
    yield f"  Of those on the list, {earned.least.feed.title} earns least: {why_least(earned.least)}"
    yield "  More feeds are read all the same; `dailyten feeds earns` shows what each of them brings."


def _chosen(sought: Sought, said: str, pick: int | None, *, asks: bool) -> FoundFeed | None:
    """Take the feed that is meant; None where a person must say which."""
    feeds = sought.feeds
    if pick is not None:
        if not 1 <= pick <= len(feeds):
            raise BadInput(
                "There is no feed with this number.", expected=f"1 to {len(feeds)}", came=str(pick), where=said
            )
        return feeds[pick - 1]
    main = [each for each in feeds if not each.is_side]
    if len(feeds) == 1 or len(main) == 1:
        return feeds[0]
    if not asks:
        return None
    _say_choice(sought)
    return feeds[said_number("Which one?", len(feeds)) - 1]


def _show_choice(sought: Sought, *, as_json: bool) -> int:
    if as_json:
        told = {"start": sought.start, "feeds": _told_feeds(sought), "written": False}
        say(json.dumps(told, ensure_ascii=False, indent=1))
        return 2
    _say_choice(sought)
    say("\nNothing was written. Say which one: the same command with `--pick N`.")
    return 2


def _say_choice(sought: Sought) -> None:
    say(f"{plural(len(sought.feeds), 'feed')} found:\n")
    for number, found in enumerate(sought.feeds, 1):
        side = "  (comments)" if found.is_side else ""
        say(f"  {number}  {found.document.title or '(no title)'}{side}")
        say(f"     {found.address}")
        say(f"     {plural(len(found.document.entries), 'entry', 'entries')}{_newest_title(found)}")


def _newest_title(found: FoundFeed) -> str:
    first = next((entry.title for entry in found.document.entries if entry.title), "")
    return f', such as "{first[:70]}"' if first else ""


def _refuse_listed(look: Look) -> None:
    seen, found = look.overlap, look.found
    if seen.listed is not None:
        raise BadInput(f'{found.address} is listed already, as "{seen.listed.title}" ({seen.listed.address}).')
    twins = {alike_key(each) for each in found.twins}
    twin = next((feed for feed in seen.same_site if alike_key(feed.address) in twins), None)
    if twin is not None:
        raise BadInput(f'The same entries are listed already, as "{twin.title}" ({twin.address}).')


def _feed(found: FoundFeed, title: str, category: str) -> Feed:
    return Feed(
        feed_id=feed_id_of(found.address),
        address=found.address,
        title=_title(found, title),
        home_url=found.document.home_url or found.page,
        category=category,
    )


def _title(found: FoundFeed, given: str) -> str:
    return given or found.document.title or urlsplit(found.address).hostname or found.address


def _nothing_found(sought: Sought, said: str) -> BadInput | CannotGoOn:
    """Say what was looked at, what came, and what a person can do."""
    first = sought.steps[0]
    came = "\n".join(f"  {line}" for line in _step_lines(sought))
    if first.failure in PASSING and all(step.came is Came.NOTHING for step in sought.steps):
        row = FAILURES[first.failure]
        return CannotGoOn(f"{row.told} Nothing was written.\n{came}\n{row.mend} Then run this again.")
    return BadInput(f"There is no feed at this address.\n{came}\n{_advice(sought, said)}")


def _step_lines(sought: Sought) -> Iterator[str]:
    for step in sought.steps[:MOST_STEPS_SHOWN]:
        yield f"{step.address}  {_what_came(step)}"
    if len(sought.steps) > MOST_STEPS_SHOWN:
        yield f"and {plural(len(sought.steps) - MOST_STEPS_SHOWN, 'more address', 'more addresses')} of that site."


def _what_came(step: Step) -> str:
    if step.failure is None:
        return f"{step.detail}."
    detail = f" ({step.detail})" if step.detail else ""
    return _SHORTER.get(step.failure) or f"{FAILURES[step.failure].told}{detail}"


def _advice(sought: Sought, said: str) -> str:
    host = (urlsplit(sought.start).hostname or "").removeprefix("www.").removeprefix("m.")
    if host in WITHOUT_FEEDS:
        return f"{host} gives nobody a feed. Look for the blog or newsletter of the same people."
    if host == "youtube.com":
        return (
            "YouTube did not show us the channel. Open it in a browser, choose Share channel > Copy channel ID, "
            "and add youtube.com/channel/ with that ID."
        )
    if sought.steps[0].failure is Failure.DNS:
        return f'Check the spelling of "{said}".'
    if sought.steps[0].failure is not None:
        return FAILURES[sought.steps[0].failure].mend
    return (
        "Look on the site for a link called RSS, Feed or Subscribe and add its address. "
        "If there is none, ask its owner, or look for a newsletter or another site on the subject."
    )


def _told_feeds(sought: Sought) -> list[dict[str, Any]]:
    return [
        {
            "address": found.address,
            "title": found.document.title,
            "kind": found.document.kind,
            "entries": len(found.document.entries),
            "because": found.because.name.lower(),
            "comments": found.is_side,
            "twins": list(found.twins),
        }
        for found in sought.feeds
    ]
