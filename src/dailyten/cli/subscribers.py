"""`dailyten subscribers`: who gets the mail."""

import csv
import json
import sys
from pathlib import Path

from dailyten.cli.saying import AsJson, plural, say, when
from dailyten.config import read_settings
from dailyten.model.canonical import to_plain
from dailyten.model.subscriber import Membership, Subscriber
from dailyten.pipeline.joining import add_subscriber, known_subscriber, take_off
from dailyten.wiring import Parts

COLUMNS = ("address", "membership", "joined_at", "consent")


def add_(address: str, *, consent: str = "asked the operator in person", config: Path | None = None) -> None:
    """Add a subscriber who has asked for the mail.

    Args:
        address: The address for mail.
        consent: When and how the person asked.
        config: The settings file.

    """
    parts = Parts(read_settings(config))
    with parts.store() as store, store.writing() as db:
        subscriber = add_subscriber(db, address, consent, parts.clock())
    say(f"{subscriber.address} will get the next edition.")
    if parts.settings.sender is None:
        say("Nobody is named as the sender yet: add a section [sender] to dailyten.toml (docs/reference/settings.md).")


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
        db.subscribers.erase(known_subscriber(db, address).subscriber_id, parts.clock())
    say("Everything about this person is erased.")


def export_(*, config: Path | None = None) -> None:
    """Write all subscribers as CSV to standard output.

    Args:
        config: The settings file.

    """
    rows = csv.writer(sys.stdout)
    rows.writerow(COLUMNS)
    for each in _everybody(Parts(read_settings(config))):
        rows.writerow([each.address, each.membership, each.joined_at.isoformat(), each.consent])


def _everybody(parts: Parts) -> list[Subscriber]:
    with parts.store() as store, store.reading() as db:
        return sorted(db.subscribers.in_membership(), key=lambda each: each.address)
