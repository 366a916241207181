"""`dailyten subscribers`: who gets the mail."""

import csv
import json
import re
import sys
from collections import Counter
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from dailyten.cli.saying import AsJson, plural, say, when
from dailyten.config import read_settings
from dailyten.errors import BadImport, BadInput, BadWishes
from dailyten.model.canonical import to_plain
from dailyten.model.consent import Door
from dailyten.model.subscriber import Membership, Subscriber, Wishes
from dailyten.pipeline.importing import COLUMNS, Taken, export_row, import_people
from dailyten.pipeline.joining import add_subscriber, change_wishes, known_subscriber, take_off
from dailyten.pipeline.leaving import erase, pause, resume
from dailyten.pipeline.recording import Record, record_of
from dailyten.pipeline.wishing import LISTS, Choices, read_wishes
from dailyten.wiring import Parts
from dailyten.wiring.packs import choices_of

IN_PERSON = "asked the operator in person"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""How a file begins that a spreadsheet saved as "Unicode text"."""
TAKEN = {
    Taken.ADDED: "added",
    Taken.KNOWN: "on the list already",
    Taken.LEFT: "has left, and is not brought back",
    Taken.ERASED: "was erased, or had left by an earlier list, and is not brought back",
    Taken.PENDING: "never confirmed, and must ask again",
}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Wishes as they are typed.

    Attributes:
        networks: Networks, parted by commas.
        topics: Topics, parted by commas.
        goals: Goals of the pack, such as sell or hire, parted by commas.
        minutes: Minutes of reading, 3 to 60; empty as the editors choose.
        days: daily, weekdays or weekly.
        hour: The hour of the mail, 0 to 23.
        zone: The time zone of that hour, such as Europe/Berlin.
        quiet_days: tell or skip.

    """

    networks: Annotated[str | None, Parameter(help="Networks, parted by commas.")] = None
    topics: Annotated[str | None, Parameter(help="Topics, parted by commas.")] = None
    goals: Annotated[str | None, Parameter(help="Goals of the pack, such as sell or hire, parted by commas.")] = None
    minutes: Annotated[str | None, Parameter(help='Minutes of reading, 3 to 60; "" as the editors choose.')] = None
    days: Annotated[str | None, Parameter(help="daily, weekdays or weekly.")] = None
    hour: Annotated[str | None, Parameter(help="The hour of the mail, 0 to 23.")] = None
    zone: Annotated[str | None, Parameter(help="The time zone of that hour, such as Europe/Berlin.")] = None
    quiet_days: Annotated[str | None, Parameter(help="On a day with nothing for them: tell or skip.")] = None

    def read(self, choices: Choices, before: Wishes | None = None) -> Wishes:
        """Read them. Raises BadInput naming each option that is wrong."""
        given = {
            each.name: re.split(r"[,\s]+", text) if each.name in LISTS else [text]
            for each in fields(self)
            if (text := getattr(self, each.name)) is not None
        }
        try:
            return read_wishes(given, choices, before)
        except BadWishes as error:
            told = " ".join(f"--{name.replace('_', '-')}: {words}" for name, words in error.faults.items())
            raise BadInput(told) from error


Options = Annotated[Wanted | None, Parameter(name="*")]


def add_(address: str, *, wanted: Options = None, consent: str = IN_PERSON, config: Path | None = None) -> None:
    """Add a subscriber who has asked for the mail.

    Args:
        address: The address for mail.
        wanted: What the person wishes to read.
        consent: When and how the person asked.
        config: The settings file.

    """
    parts = Parts(read_settings(config))
    wishes = wanted.read(_choices(parts)) if wanted else None
    with parts.store() as store, store.writing() as db:
        subscriber = add_subscriber(db, address, consent, parts.clock(), wishes=wishes)
    say(f"{subscriber.address} will get the next edition.")
    if parts.settings.sender is None:
        say("Nobody is named as the sender yet: add a section [sender] to dailyten.toml (docs/reference/settings.md).")


def import_(file: Path, *, consent: str = "", config: Path | None = None) -> int:
    """Add all people of a CSV file, or nobody if a row has a fault.

    Args:
        file: The file; its first row names the columns: address, and perhaps consent and wishes.
        consent: When and how those asked whose row does not say it.
        config: The settings file.

    """
    parts = Parts(read_settings(config))
    text = _text_of(file)
    try:
        with parts.store() as store, store.writing() as db:
            rows = import_people(db, text, consent, _choices(parts), parts.clock())
    except BadImport as error:
        for fault in error.faults:
            say(fault)
        raise
    counted = Counter(row.taken for row in rows)
    for row in rows:
        if row.taken is not Taken.ADDED:
            say(f"line {row.line}: {row.address} {TAKEN[row.taken]}")
    say(f"{plural(counted[Taken.ADDED], 'subscriber')} added, {len(rows) - counted[Taken.ADDED]} left as they are.")
    return 0


def show_(address: str, *, config: Path | None = None, as_json: AsJson = False) -> None:
    """Show all that is kept about a person.

    Args:
        address: The address for mail.
        config: The settings file.
        as_json: Write one JSON document instead of lines.

    """
    parts = Parts(read_settings(config))
    with parts.store() as store, store.reading() as db:
        record = record_of(db, known_subscriber(db, address).subscriber_id)
    if as_json:
        say(json.dumps(to_plain(record), ensure_ascii=False, indent=1))
    else:
        _say_record(record, parts.settings.digest.zone)


def set_(address: str, *, wanted: Options = None, config: Path | None = None) -> None:
    """Change what a subscriber wishes to read.

    Args:
        address: The address for mail.
        wanted: What changes; all else stays.
        config: The settings file.

    """
    parts = Parts(read_settings(config))
    if wanted is None:
        raise BadInput("Nothing was named that should change.", expected="an option such as --minutes 5")
    with parts.store() as store, store.writing() as db:
        known = known_subscriber(db, address)
        wishes = wanted.read(_choices(parts), known.wishes)
        change_wishes(db, known.subscriber_id, wishes, Door.CLI, parts.clock())
    say(f"{known.address} gets the next edition by these wishes.")


def pause_(address: str, *, until: date | None = None, end: bool = False, config: Path | None = None) -> None:
    """Send a subscriber nothing until a date.

    Args:
        address: The address for mail.
        until: The day of the next mail.
        end: End the pause now.
        config: The settings file.

    """
    if (until is None) == (not end):
        raise BadInput("Say until when.", expected="--until DATE, or --end")
    parts = Parts(read_settings(config))
    with parts.store() as store, store.writing() as db:
        known = known_subscriber(db, address)
        if until is None:
            resume(db, known.subscriber_id, Door.CLI, parts.clock())
        else:
            pause(db, known.subscriber_id, until, parts.settings.digest.zone, Door.CLI, parts.clock())
    say(f"{known.address} gets the next edition." if until is None else f"{known.address} gets no mail until {until}.")


def list_(*, config: Path | None = None, as_json: AsJson = False) -> None:
    """List the subscribers.

    Args:
        config: The settings file.
        as_json: Write one JSON document instead of a table.

    """
    parts = Parts(read_settings(config))
    everybody = _everybody(parts)
    if as_json:
        say(json.dumps(to_plain(everybody), ensure_ascii=False, indent=1))
        return
    for each in everybody:
        say(f"{each.address}  {each.membership}  since {when(each.joined_at, parts.settings.digest.zone)}")
    active = sum(each.membership is Membership.ACTIVE for each in everybody)
    say(f"{plural(len(everybody), 'subscriber')}, {active} active.")


def remove_(address: str, *, config: Path | None = None) -> None:
    """Take a subscriber off the list; what is on its way to them is stopped.

    Args:
        address: The address for mail.
        config: The settings file.

    """
    parts = Parts(read_settings(config))
    with parts.store() as store, store.writing() as db:
        gone = take_off(db, address, parts.clock())
    say(f"{gone.address} gets no more mail.")


def erase_(address: str, *, config: Path | None = None) -> None:
    """Erase a subscriber for good; only a hash stays, so that no import brings them back.

    Args:
        address: The address for mail.
        config: The settings file.

    """
    parts = Parts(read_settings(config))
    with parts.store() as store, store.writing() as db:
        erase(db, address, parts.clock())
    say("Everything about this person is erased.")


def export_(*, config: Path | None = None) -> None:
    """Write all subscribers as CSV to standard output.

    Args:
        config: The settings file.

    """
    rows = csv.writer(sys.stdout)
    rows.writerow(COLUMNS)
    for each in _everybody(Parts(read_settings(config))):
        rows.writerow(export_row(each))


def _everybody(parts: Parts) -> list[Subscriber]:
    with parts.store() as store, store.reading() as db:
        return sorted(db.subscribers.in_membership(), key=lambda each: each.address)


def _choices(parts: Parts) -> Choices:
    return choices_of(parts.pack())


def _text_of(file: Path) -> str:
    try:
        content = file.read_bytes()
        return content.decode("utf-16" if content.startswith(UTF_16) else "utf-8-sig")
    except OSError as error:
        raise BadInput("The file cannot be read.", came=str(error.strerror), where=str(file)) from error
    except UnicodeDecodeError as error:
        expected = 'a file saved as "CSV UTF-8", as spreadsheets call it'
        raise BadInput("The file is not UTF-8.", expected=expected, came=str(error), where=str(file)) from error


def _say_record(record: Record, zone: str) -> None:
    person = record.subscriber
    say(f"{person.address}: {person.membership}, joined {when(person.joined_at, zone)}")
    if person.membership is Membership.PAUSED:
        say(f"  paused until {when(person.paused_until, zone)}")
    for name, value in to_plain(person.wishes).items():
        words = ", ".join(value) if isinstance(value, list | tuple) else value
        say(f"  {name}: {'as the editors choose' if words is None else words}")
    for each in record.consents:
        say(f"  {when(each.at, zone)}: {each.act} ({each.door}) {each.words}".rstrip())
    for vote in record.votes:
        say(f"  {when(vote.cast_at, zone)}: voted {vote.kind} on {vote.story_id}")
    for mail in record.mails:
        say(f"  {when(mail.queued_at, zone)}: mail {mail.state}. {mail.reply}".rstrip())
    for ask in record.waiting:
        say(f"  {when(ask.asked_at, zone)}: waits for a confirmation from {ask.address}")
