"""`dailyten feeds discover`: feeds of the sites that our stories cite most."""

import asyncio
import json
from pathlib import Path
from typing import Any

from dailyten.cli.looking import Look, facts, look_at, look_told, overlap_lines, sought_feeds
from dailyten.cli.saying import AsJson, plural, say
from dailyten.config import read_settings
from dailyten.errors import BadInput
from dailyten.pipeline.citing import Cited, cited_hosts
from dailyten.pipeline.taking import follow_list
from dailyten.store.store import Store
from dailyten.wiring import Parts

REQUESTS_A_HOST = 6


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


def _search_host(store: Store, parts: Parts, cited: Cited) -> Look | None:
    """Look at the likeliest feed of a host; None where it has none, or one that is listed."""
    sought = asyncio.run(sought_feeds(parts, cited.start, REQUESTS_A_HOST))
    if not sought.feeds or sought.feeds[0].is_side:
        return None
    look = look_at(store, parts, sought.feeds[0])
    return None if look.overlap.listed else look


def _say_host(parts: Parts, cited: Cited, look: Look | None) -> None:
    by = ", ".join(feed.title for feed in cited.feeds[:3])
    stories = plural(cited.stories, "story", "stories")
    say(f"\n{cited.host}: cited by {plural(len(cited.feeds), 'feed')} in {stories} ({by})")
    say(f'  as in "{cited.examples[0].entry_title[:80]}"')
    if look is None:
        say("  No feed was found there that is not listed.")
        return
    say(f"  {look.found.document.title or '(no title)'}  {look.found.address}")
    for line in (*facts(look.preview, parts.clock()), *overlap_lines(look)):
        say(f"  {line}")
    say(f"  To add it:  dailyten feeds add {look.found.address}")


def _told_host(cited: Cited, look: Look | None) -> dict[str, Any]:
    return {
        "host": cited.host,
        "feeds": [feed.title for feed in cited.feeds],
        "stories": cited.stories,
        "entries": cited.entries,
        "examples": [{"title": each.entry_title, "url": each.url} for each in cited.examples],
        "found": None if look is None else look_told(look),
    }
