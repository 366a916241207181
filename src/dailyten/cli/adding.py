"""`dailyten feeds add` and `dailyten feeds discover`: finding feeds, looking at them, putting one into the list."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dailyten.cli.asking import agreed, is_person, said_number
from dailyten.cli.saying import AsJson, plural, say
from dailyten.cli.watching import why_least
from dailyten.config import read_settings
from dailyten.errors import BadInput, CannotGoOn
from dailyten.feedlist.address import alike_key
from dailyten.feedlist.edit import Opml
from dailyten.model.canonical import to_plain
from dailyten.model.feed import Feed, feed_id_of
from dailyten.model.fetched import Failure
from dailyten.pipeline.citing import Cited, cited_hosts
from dailyten.pipeline.earning import Earnings, feed_earnings
from dailyten.pipeline.listing import change_list, text_diff
from dailyten.pipeline.previewing import Overlap, Preview, overlap, preview
from dailyten.pipeline.seeking import Came, FoundFeed, Sought, seek
from dailyten.pipeline.taking import follow_list
from dailyten.poll.outcomes import FAILURES
from dailyten.store.store import Store
from dailyten.wiring import Parts, names_of

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
REQUESTS_A_HOST = 6
NEARLY_ALL = 0.8
_RARELY = timedelta(days=45)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """A found feed with what the digest would have of it."""

    found: FoundFeed
    preview: Preview
    overlap: Overlap


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
    sought = asyncio.run(_seek(parts, address))
    if not sought.feeds:
        raise _nothing_found(sought, address)
    _say_instead(sought, as_json=as_json)
    with parts.store() as store:
        follow_list(store, parts.list_file(), parts.clock())
        found = _chosen(sought, address, pick, asks=is_person() and not as_json)
        if found is None:
            return _show_choice(sought, as_json=as_json)
        look = _look(store, parts, found)
        _refuse_listed(look)
        list_file = parts.list_file()
        before = list_file.read()
        after = Opml.of(before, name=list_file.name).add(_feed(found, title, category)).to_bytes()
        diff = text_diff(before, after)
        earned = _one_too_many(store, parts)
        if not as_json:
            _say_look(parts, look)
            for line in _least_lines(earned):
                say(line)
            say("\nIn the list:")
            for line in diff:
                say(f"  {line}")
        write = not dry_run and (yes or as_json or agreed("Add it?"))
        if write:
            change_list(store, list_file, "add", before, after, parts.clock())
    if as_json:
        told = {"start": sought.start, "feeds": _told_feeds(sought), **_told(look), "diff": diff, "written": write}
        told["earns_least"] = earned.least.feed.title if earned and earned.least else None
        say(json.dumps(told, ensure_ascii=False, indent=1))
    elif write:
        count = plural(len(found.document.entries), "entry", "entries")
        say(f"\n{_title(found, title)} is on the list now ({count} at the moment).")
    else:
        say("\nNothing was written.")
    return 0


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


def discover_(*, tries: int = 5, config: Path | None = None, as_json: AsJson = False) -> int:
    """Propose new feeds: those of the hosts that our stories cite most.

    Args:
        tries: How many hosts to look at; each costs a few requests.
        config: The settings file.
        as_json: Write one JSON document.

    """
    if not 1 <= tries <= 20:  # noqa: PLR2004 - more is no look but a crawl
        raise BadInput("A search looks at a few hosts.", expected="1 to 20", came=str(tries))
    parts = Parts(read_settings(config))
    networks = {host for network in parts.pack().networks for host in network.hosts}
    with parts.store() as store:
        follow_list(store, parts.list_file(), parts.clock())
        cited = cited_hosts(store, parts.clock(), networks)
        looked = [(each, _search_host(store, parts, each)) for each in cited[:tries]]
    if as_json:
        say(json.dumps([_told_host(*each) for each in looked], ensure_ascii=False, indent=1))
        return 0
    if not looked:
        say("The entries of the last 90 days link to no site that is not on the list.")
        say("Titles-only feeds link nowhere; `dailyten poll` reads what is new.")
    for each, look in looked:
        _say_host(parts, each, look)
    if len(cited) > len(looked):
        say(f"\n{plural(len(cited) - len(looked), 'more site')} cited; `--tries` looks at more.")
    return 0


async def _seek(parts: Parts, said: str, most: int | None = None) -> Sought:
    poller = parts.poller()
    async with poller.fetching() as fetch, poller.reading() as read:
        if most is None:
            return await seek(fetch, read, said, now=parts.clock())
        return await seek(fetch, read, said, now=parts.clock(), most=most)


def _search_host(store: Store, parts: Parts, cited: Cited) -> _Look | None:
    """Look at the likeliest feed of a host; None where it has none, or one that is listed."""
    sought = asyncio.run(_seek(parts, cited.start, REQUESTS_A_HOST))
    if not sought.feeds or sought.feeds[0].is_side:
        return None
    look = _look(store, parts, sought.feeds[0])
    return None if look.overlap.listed else look


def _look(store: Store, parts: Parts, found: FoundFeed) -> _Look:
    now, listed, pack = parts.clock(), parts.feed_list().feeds, parts.pack()
    joining = parts.settings.digest.join, parts.background(pack)
    seen = overlap(store, listed, found.address, found.document, now, *joining)
    return _Look(found=found, preview=preview(found.document, parts.classifier(pack), now), overlap=seen)


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


def _refuse_listed(look: _Look) -> None:
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
        what = _SHORTER.get(step.failure) or FAILURES[step.failure].told if step.failure else f"{step.detail}."
        yield f"{step.address}  {what}"
    if len(sought.steps) > MOST_STEPS_SHOWN:
        yield f"and {plural(len(sought.steps) - MOST_STEPS_SHOWN, 'more address', 'more addresses')} of that site."


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


def _say_look(parts: Parts, look: _Look) -> None:
    found, seen = look.found, look.preview
    say(f"{found.document.title or '(no title)'}")
    say(f"  {found.address}  ({found.document.kind})")
    for line in _facts(seen, parts.clock()):
        say(f"  {line}")
    names = names_of(parts.pack()).topics
    if seen.samples:
        say("\nNewest entries:")
    for sample in seen.samples:
        day = f"{sample.published_at:%Y-%m-%d}" if sample.published_at else "no date   "
        topics = ", ".join(names.get(topic, topic) for topic in sample.topics) or "no topic of ours"
        say(f"  {day}  {sample.title[:90]}\n              {topics}")
    say()
    for line in _overlap_lines(look):
        say(line)


def _facts(seen: Preview, now: datetime) -> Iterator[str]:
    if not seen.judged:
        yield "! It holds no entries at the moment."
        return
    language = seen.language or "language not said"
    yield f"{_rhythm(seen)}, {seen.content}, {language}, {plural(seen.entries, 'entry', 'entries')}"
    yield f"{seen.on_topic} of its {seen.judged} newest entries have a topic of ours."
    if seen.in_another_language * 2 > seen.judged:
        yield "! Most of it is in a language that the digest cannot judge; it would get no topics."
    if seen.newest_at is not None and now - seen.newest_at > _RARELY * 2:
        yield f"! Its newest entry is of {seen.newest_at:%d %B %Y}: is the site still written?"


def _rhythm(seen: Preview) -> str:
    if seen.gap is None:
        return "one dated entry" if seen.newest_at else "no dates"
    a_week = timedelta(days=7) / max(seen.gap, timedelta(minutes=10))
    if a_week >= 10:  # noqa: PLR2004 - beyond that people count by the day
        return f"about {round(a_week / 7)} a day"
    if a_week >= 0.8:  # noqa: PLR2004 - below that people count by the month
        return f"about {max(1, round(a_week))} a week"
    a_month = timedelta(days=30) / seen.gap
    return f"about {max(1, round(a_month))} a month" if seen.gap <= _RARELY else "less than one a month"


def _overlap_lines(look: _Look) -> Iterator[str]:
    seen = look.overlap
    for feed in seen.same_site:
        yield f'The list holds another feed of this site: "{feed.title}" ({feed.address}).'
    if not seen.shared:
        yield "None of its newest entries was carried by a feed of the list."
        return
    by = ", ".join(f"{each.feed.title} ({each.entries})" for each in seen.carried[:3])
    yield f"{seen.shared} of its {seen.compared} newest entries were carried by feeds of the list: {by}."
    if seen.shared >= NEARLY_ALL * seen.compared:
        yield "! It would bring almost nothing new."


def _say_host(parts: Parts, cited: Cited, look: _Look | None) -> None:
    by = ", ".join(feed.title for feed in cited.feeds[:3])
    stories = plural(cited.stories, "story", "stories")
    say(f"\n{cited.host}: cited by {plural(len(cited.feeds), 'feed')} in {stories} ({by})")
    say(f'  as in "{cited.examples[0].entry_title[:80]}"')
    if look is None:
        say("  No feed was found there that is not listed.")
        return
    say(f"  {look.found.document.title or '(no title)'}  {look.found.address}")
    for line in (*_facts(look.preview, parts.clock()), *_overlap_lines(look)):
        say(f"  {line}")
    say(f"  To add it:  dailyten feeds add {look.found.address}")


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


def _told(look: _Look) -> dict[str, Any]:
    seen = look.overlap
    gap = look.preview.gap
    return {
        "address": look.found.address,
        "title": look.found.document.title,
        "preview": {
            **{name: value for name, value in to_plain(look.preview).items() if name != "gap"},
            "gap_hours": None if gap is None else round(gap.total_seconds() / 3600, 1),
        },
        "overlap": {
            "listed": seen.listed.address if seen.listed else None,
            "same_site": [feed.address for feed in seen.same_site],
            "compared": seen.compared,
            "shared": seen.shared,
            "carried": [{"address": each.feed.address, "entries": each.entries} for each in seen.carried],
        },
    }


def _told_host(cited: Cited, look: _Look | None) -> dict[str, Any]:
    return {
        "host": cited.host,
        "feeds": [feed.title for feed in cited.feeds],
        "stories": cited.stories,
        "entries": cited.entries,
        "examples": [{"title": each.entry_title, "url": each.url} for each in cited.examples],
        "found": None if look is None else _told(look),
    }
