"""`dailyten mail bounces` and `receipt`: what came back, and how an edition was delivered."""

import json
import sys
from datetime import date, timedelta
from pathlib import Path

from dailyten.cli.edition import find_edition
from dailyten.cli.saying import AsJson, plural, say, when
from dailyten.config import read_settings
from dailyten.errors import BadInput, NotFound
from dailyten.model.bounce import FOR_PEOPLE, Bounce, BounceKind
from dailyten.model.canonical import to_plain
from dailyten.pipeline.receipt import receipt_of
from dailyten.store.store import Store
from dailyten.store.transaction import Transaction
from dailyten.wiring import Parts

TOLD = {
    BounceKind.HARD: "no such mailbox",
    BounceKind.SOFT: "mailbox takes nothing now",
    BounceKind.BLOCKED: "receiver dislikes the sender or the mail",
    BounceKind.DELAYED: "still under way",
    BounceKind.COMPLAINT: "reported as spam",
    BounceKind.LEAVE: "wants to leave",
    BounceKind.PAUSE: "wants a pause",
    BounceKind.VOTE: "voted on a story",
    BounceKind.AUTO_REPLY: "a machine answered",
    BounceKind.NOTICE: "a note that it arrived",
    BounceKind.LETTER: "somebody wrote: read it",
    BounceKind.UNREAD: "nobody could read it: look at it",
}
LAST = 20
MONTH = timedelta(days=30)


def bounces_(
    *,
    take: Path | None = None,
    fetch: bool = False,
    show: str = "",
    config: Path | None = None,
    as_json: AsJson = False,
) -> None:
    """Show what came back by mail in the last 30 days; before that take in what is named.

    Args:
        take: A mail in a file, or a Maildir, whose new mails are marked as read.
        fetch: Look into the mailboxes of the section [bounces] now.
        show: The id of one that was kept whole; its bytes are written.
        config: The settings file.
        as_json: Write one JSON document instead of lines.

    """
    parts = Parts(read_settings(config))
    with parts.store() as store:
        if show:
            _show(store, show)
            return
        taken = _taken(parts, store, take, fetch=fetch)
        with store.reading() as db:
            counts, latest = db.bounces.counts(parts.clock() - MONTH), db.bounces.latest(LAST)
            rows = [_row(db, each) for each in (taken or latest)]
    if as_json:
        told = {"counts": counts, "new": None if taken is None else len(taken), "bounces": rows}
        say(json.dumps(told, ensure_ascii=False, indent=1))
        return
    if taken is not None:
        say(f"{plural(len(taken), 'new mail')} came back.")
    for row, each in zip(rows, taken or latest, strict=True):
        say(_words(row, each, parts.settings.digest.zone))
    say(f"In 30 days: {', '.join(f'{count} {kind}' for kind, count in counts.items()) or 'nothing came back'}.")


def receipt_(on: date | None = None, *, config: Path | None = None, as_json: AsJson = False) -> None:
    """Show how an edition was delivered: counts, no people.

    Args:
        on: The edition's date; the latest if none is given.
        config: The settings file.
        as_json: Write one JSON document instead of lines.

    """
    parts = Parts(read_settings(config))
    edition = find_edition(parts, on)
    with parts.store() as store, store.reading() as db:
        receipt = receipt_of(db, edition)
    if as_json:
        say(json.dumps(to_plain(receipt), indent=1))
        return
    say(f"{receipt.on}: {plural(receipt.mails, 'mail')}.")
    for count, words in (
        (receipt.sent, "sent: the reader's mail server took them"),
        (receipt.deferred, "deferred: asked to come back later"),
        (receipt.failed, "failed: refused for good"),
        (receipt.unknown, "unknown: the line broke during the answer, so nobody can know; not sent twice"),
        (receipt.waiting, "waiting: not tried yet"),
        (receipt.late, "late: given up, no longer useful"),
        (receipt.withdrawn, "withdrawn: the reader left or paused before"),
    ):
        if count:
            say(f"{count:7,} {words}")


def _taken(parts: Parts, store: Store, take: Path | None, *, fetch: bool) -> list[Bounce] | None:
    if take is not None:
        return parts.take_returned_from(store, take)
    if not fetch:
        return None
    if not parts.settings.bounces.host and parts.settings.bounces.maildir is None:
        raise BadInput("No mailbox is named.", expected="host or maildir in the section [bounces]")
    return parts.take_returned(store)


def _row(db: Transaction, bounce: Bounce) -> dict[str, object]:
    row: dict[str, object] = to_plain(bounce)
    try:
        row["address"] = db.subscribers.get(bounce.subscriber_id).address if bounce.subscriber_id else ""
    except NotFound:
        row["address"] = ""
    return row


def _words(row: dict[str, object], bounce: Bounce, zone: str) -> str:
    who = row["address"] or "somebody unknown to us"
    acted = f" -> {bounce.acted}" if bounce.acted else ""
    look = f" (dailyten mail bounces --show {bounce.bounce_id})" if bounce.kind in FOR_PEOPLE else ""
    said = " ".join(f"{bounce.status} {bounce.words}".split())[:120]
    return f"  {when(bounce.came_at, zone)}  {who}: {TOLD[bounce.kind]}{acted}. {said}{look}".rstrip()


def _show(store: Store, bounce_id: str) -> None:
    with store.reading() as db:
        content = db.bounces.content(bounce_id)
    sys.stdout.write(content.decode("utf-8", "replace"))
