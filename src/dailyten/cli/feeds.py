"""`dailyten feeds`: what is in the list, and whether it is sound."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dailyten.cli.saying import AsJson, plural, say
from dailyten.config import read_settings
from dailyten.errors import BadInput
from dailyten.feedlist.edit import Opml
from dailyten.feedlist.export import export
from dailyten.feedlist.fault import Fault, Severity
from dailyten.feedlist.read import lint
from dailyten.model.canonical import to_plain
from dailyten.model.entry import Document, NotAFeed
from dailyten.model.fetched import Asking, Failed, Fresh
from dailyten.parse.document import parse
from dailyten.parse.show import shown
from dailyten.pipeline.conditions import Condition, feed_conditions
from dailyten.pipeline.listing import change_list
from dailyten.pipeline.taking import follow_list, take_list
from dailyten.poll.outcomes import FAILURES
from dailyten.text.headline import headline
from dailyten.wiring import Parts

DOCUMENT_KEYS = ("kind", "title", "home_url", "warnings")
ENTRY_KEYS = ("id", "guid", "title", "url", "authors", "published_at", "updated_at", "summary", "html")


def list_(*, config: Path | None = None, as_json: AsJson = False) -> None:
    """List the feeds with their state.

    Args:
        config: The settings file.
        as_json: Write one JSON document instead of a table.

    """
    rows = _conditions(Parts(read_settings(config)))
    if as_json:
        say(json.dumps([{**to_plain(each.feed), "state": each.state} for each in rows], ensure_ascii=False, indent=1))
        return
    for each in rows:
        say(f"{each.state:8} {each.feed.title}  {each.feed.address}")


def show_(source: str, *, config: Path | None = None, as_json: AsJson = False) -> int:
    """Show one document or address as we read it; exit code 2 if it is not a feed.

    Args:
        source: A file, or an address that begins with http.
        config: The settings file.
        as_json: Write one JSON document.

    """
    parts = Parts(read_settings(config))
    body, headers, address = _document(parts, source)
    parsed = parse(body, headers=headers, address=address, now=parts.clock())
    if isinstance(parsed, Document):
        told = _told(shown(parsed, address=address))
        say(json.dumps(told, ensure_ascii=False, indent=1) if as_json else _as_text(parsed))
        return 0
    what = (
        f"it is {parsed.what}" if isinstance(parsed, NotAFeed) else f"{FAILURES[parsed.failure].told} {parsed.detail}"
    )
    raise BadInput("This is not a feed that can be read.", expected="RSS, Atom or JSON Feed", came=what, where=source)


def lint_(file: Path | None = None, *, config: Path | None = None, as_json: AsJson = False) -> int:
    """Look for faults in a feed list; exit code 2 if one of them is an error.

    Args:
        file: The list; that of the settings if none is given.
        config: The settings file.
        as_json: Write one JSON document instead of lines.

    """
    parts = Parts(read_settings(config))
    path = file or parts.list_path
    faults = lint(parts.list_bytes(path), str(path), include=parts.include(path))
    if as_json:
        say(json.dumps([to_plain(fault) for fault in faults], ensure_ascii=False, indent=1))
    else:
        for fault in faults:
            say(str(fault))
        say(f"{path}: {_verdict(faults)}")
    return 2 if any(fault.severity is Severity.ERROR for fault in faults) else 0


def remove_(feed: str, *, config: Path | None = None) -> None:
    """Remove a feed from the list.

    Args:
        feed: Its address or title.
        config: The settings file.

    """
    parts = Parts(read_settings(config))
    titled = [each.address for each in parts.feed_list().feeds if each.title.casefold() == feed.casefold()]
    address = titled[0] if len(titled) == 1 else feed
    list_file = parts.list_file()
    before = list_file.read()
    after = Opml.of(before, name=list_file.name).remove(address).to_bytes()
    with parts.store() as store:
        follow_list(store, parts.list_file(), parts.clock())
        change_list(store, list_file, "remove", before, after, parts.clock())
    say(f"{feed} is off the list. What it brought is kept; `dailyten feeds undo` takes it back.")


def export_(*, config: Path | None = None) -> None:
    """Write the list as plain OPML for other readers to standard output.

    Args:
        config: The settings file.

    """
    parts = Parts(read_settings(config))
    say(export(parts.feed_list().feeds, parts.settings.digest.name).decode().rstrip("\n"))


def _verdict(faults: Sequence[Fault]) -> str:
    """Sum up a lint: what an editor must mend, and what deserves a look."""
    errors = sum(fault.severity is Severity.ERROR for fault in faults)
    warnings = len(faults) - errors
    if errors:
        more = f" ({plural(warnings, 'warning')} besides)" if warnings else ""
        return f"{plural(errors, 'error')}{more}: the list would be refused until that is mended."
    return f"{plural(warnings, 'warning')}: the list can be used." if warnings else "nothing to mend."


def _conditions(parts: Parts) -> tuple[Condition, ...]:
    feed_list, now = parts.feed_list(), parts.clock()
    with parts.store() as store:
        take_list(store, feed_list, now)
        return feed_conditions(store, parts.settings.poll, now)


def _document(parts: Parts, source: str) -> tuple[bytes, Mapping[str, str], str]:
    if not source.startswith(("http://", "https://")):
        try:
            return Path(source).read_bytes(), {}, ""
        except OSError as error:
            raise BadInput("The file cannot be read.", came=str(error.strerror), where=source) from error
    fetched = asyncio.run(_fetch(parts, source))
    if isinstance(fetched, Fresh):
        return fetched.body, fetched.headers, fetched.address
    row = FAILURES[fetched.failure]
    raise BadInput(f"{row.told} {row.mend}".strip(), came=fetched.detail, where=source)


async def _fetch(parts: Parts, address: str) -> Fresh | Failed:
    async with parts.poller().fetching() as fetch:
        fetched = await fetch(Asking(address=address))
    if isinstance(fetched, Fresh | Failed):
        return fetched
    raise AssertionError("nothing was asked conditionally, so nothing can be unchanged")


def _told(document: dict[str, Any]) -> dict[str, Any]:
    """Keep the keys that other programs may rely on."""
    entries = [{key: entry[key] for key in ENTRY_KEYS} for entry in document["entries"]]
    return {**{key: document[key] for key in DOCUMENT_KEYS}, "entries": entries}


def _as_text(document: Document) -> str:
    lines = [f"{document.title or '(no title)'}  ({document.kind})  {document.home_url}"]
    lines += [f"  ! {warning}" for warning in document.warnings]
    for entry in document.entries:
        day = f"{entry.published_at:%Y-%m-%d}" if entry.published_at else "no date   "
        lines.append(f"  {day}  {headline(entry.title, entry.summary, entry.url)}\n              {entry.url}")
    return "\n".join(lines)
