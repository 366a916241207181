"""`dailyten mail`: look at the mail, send it, see what became of it."""

import json
import os
import random
import socket
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from dailyten.cli.edition import find_choice, find_edition
from dailyten.cli.saying import AsJson, plural, say, when
from dailyten.config import read_settings
from dailyten.deliver.address import normalise
from dailyten.deliver.findings import Severity
from dailyten.deliver.sending import Down
from dailyten.errors import BadInput, BadSetting, CannotGoOn
from dailyten.model.canonical import to_plain
from dailyten.model.delivery import Accepted, DeliveryState
from dailyten.model.edition import Edition, edition_id_of
from dailyten.pipeline.sending import send_queued
from dailyten.wiring import Parts
from dailyten.wiring.mail import NOBODY


def preview_(
    on: date | None = None,
    *,
    reader: Annotated[str | None, Parameter(name="--for")] = None,
    config: Path | None = None,
) -> None:
    """Write an edition's mail to a file and say where; for a subscriber, show what is chosen and write that.

    Args:
        on: The edition's date; the latest if none is given.
        reader: The address of a subscriber.
        config: The settings file.

    """
    parts = Parts(read_settings(config))
    room, edition = parts.mail_room(parts.pack()), find_edition(parts, on)
    if reader is None:
        say(str(parts.keep_mail(edition, room.sample(edition, NOBODY).content)))
        return
    chosen = find_choice(parts, room.post, edition, reader)
    mail = room.mail(edition, chosen.explained.issue, chosen.editions)
    say(f"Subject: {mail.subject}\n\n{mail.text}")
    sample = room.sample(edition, NOBODY, chosen.explained.issue, chosen.editions)
    say(str(parts.keep_mail(edition, sample.content, reader=chosen.subscriber_id)))


def lint_(file: Path | None = None, *, config: Path | None = None, as_json: AsJson = False) -> int:
    """Look for what receivers punish and clients break; exit code 2 if anything is an error.

    Args:
        file: An `.eml` file; the mail of the latest edition if none is given.
        config: The settings file.
        as_json: Write one JSON document instead of lines.

    """
    from dailyten.deliver.lint import lint

    parts = Parts(read_settings(config))
    room = parts.mail_room(parts.pack())
    content = _read(file) if file else room.sample(find_edition(parts, None), NOBODY).content
    findings = lint(content, room.sender)
    if as_json:
        say(json.dumps([to_plain(each) for each in findings], ensure_ascii=False, indent=1))
    else:
        for each in findings:
            say(f"{each.severity}: {each.words} {each.figure}".rstrip() + f" [{each.rule}]")
        say(f"{plural(len(findings), 'finding')}." if findings else "Nothing to complain about.")
    return 2 if any(each.severity is Severity.ERROR for each in findings) else 0


def test_(address: str, *, config: Path | None = None) -> None:  # noqa: PT028 - a command, not a test
    """Send one copy of the latest edition to an address.

    Args:
        address: Where to send it.
        config: The settings file.

    """
    parts = _with_sender(Parts(read_settings(config)))
    outgoing = parts.mail_room(parts.pack()).sample(find_edition(parts, None), normalise(address))
    line = parts.mail_line()
    said = line.hand_over(outgoing, lambda: True)
    line.close()
    if isinstance(said, Down):
        raise CannotGoOn(said.words)
    if not isinstance(said, Accepted):
        raise CannotGoOn("The mail server did not take it.", came=str(said), where=parts.settings.smtp.place)
    say(f"{parts.settings.smtp.place} took it: {said.reply}")


def send_(*, force: Annotated[bool, Parameter(negative="")] = False, config: Path | None = None) -> int:
    """Send what is queued; exit code 1 if sending stopped, if nothing could be sent, or if a mail has a fault.

    Args:
        force: Send even a mail in which `dailyten mail lint` finds an error.
        config: The settings file.

    """
    parts = _with_sender(Parts(read_settings(config)))
    room, worker = parts.mail_room(parts.pack()), f"{socket.gethostname()}/{os.getpid()}"
    with parts.store() as store:
        rng = random.Random()  # noqa: S311 - spreads tries in time, keeps no secret
        line, clock = parts.mail_line, parts.clock
        sent = send_queued(store, room, line, worker=worker, clock=clock, rng=rng, force=force)
    say(
        f"{plural(sent.sent, 'mail')} sent, {sent.deferred} deferred, {sent.failed} refused, {sent.unknown} unknown,"
        f" {sent.put_off} put off."
    )
    _say_held(sent.held)
    nothing = bool(sent.deferred) and not sent.sent
    if sent.stopped or nothing:
        say(sent.stopped or "Nothing could be sent: `dailyten mail outbox` says why.")
    return int(bool(sent.stopped or sent.held) or nothing)


def outbox_(on: date | None = None, *, config: Path | None = None, as_json: AsJson = False) -> None:
    """Show what became of each message of an edition.

    Args:
        on: The edition's date; the latest if none is given.
        config: The settings file.
        as_json: Write one JSON document instead of lines.

    """
    parts = Parts(read_settings(config))
    found = find_edition(parts, on)
    with parts.store() as store, store.reading() as db:
        edition = db.editions.get(edition_id_of(found.on, found.zone, 1))  # only that is mailed: decision 0010
        deliveries = db.outbox.listing(edition.edition_id)
        counts = db.outbox.counts(edition.edition_id)
        waits = any(each.edition_id == edition.edition_id for each in db.outbox.samples(parts.clock()))
    held = _why_held(parts, edition) if waits else ""
    if as_json:
        rows = [{"address": each.address, "state": each.state, "reply": each.reply} for each in deliveries]
        say(json.dumps({"counts": counts, "held": held, "deliveries": rows}, ensure_ascii=False, indent=1))
        return
    for each in deliveries:
        if each.state is not DeliveryState.SENT:
            later = f", next try {when(each.next_try_at, edition.zone)}" if each.next_try_at else ""
            say(f"  {each.address}: {each.state}{later}. {each.reply}")
    told = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
    say(f"{edition.on}: {told or 'no mails'}.")
    _say_held([held] if held else [])


def _why_held(parts: Parts, edition: Edition) -> str:
    """Say what keeps an edition that waits from being sent, empty when nothing does."""
    if parts.settings.sender is None:
        return ""
    room = parts.mail_room(parts.pack())
    return room.gate.look(room.sample(edition, NOBODY)).words if room.gate else ""


def _say_held(held: Iterable[str]) -> None:
    for words in held:
        say(f"Held back, for the mail has a fault: {words}")
        say("Mend it and send again: `dailyten mail lint` lists everything.")
        say("`dailyten mail send --force` sends it all the same.")


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadInput("The mail cannot be read.", came=str(error.strerror), where=str(file)) from error


def _with_sender(parts: Parts) -> Parts:
    if parts.settings.sender is None:
        raise BadSetting(
            "Nobody is named as the sender.",
            expected="a section [sender] with name and address (docs/reference/settings.md)",
        )
    return parts
