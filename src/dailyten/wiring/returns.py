"""What takes in what comes back by mail."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dailyten.errors import BadInput
from dailyten.model.fetched import Asking, Fetched
from dailyten.poll.settings import HttpSettings
from dailyten.store.store import Store

if TYPE_CHECKING:
    from dailyten.model.bounce import Bounce, BounceDoor
    from dailyten.pipeline.bouncing import Bouncer
    from dailyten.pipeline.providers import ProviderDoor
    from dailyten.wiring.parts import Parts


def make_bouncer(parts: "Parts") -> "Bouncer":
    """Make what takes in what comes back by mail."""
    from dailyten.pipeline.bouncing import Bouncer

    rule, zone = parts.settings.bounces.rule, parts.settings.digest.zone
    return Bouncer(keys=parts.keys(), rule=rule, zone=zone, clock=parts.clock)


def make_provider_door(parts: "Parts", store: Store) -> "ProviderDoor":
    """Make what takes in what mail providers post."""
    from dailyten.pipeline.providers import ProviderDoor

    ask = partial(_ask, parts.settings.http, parts.clock)
    return ProviderDoor(store=store, bouncer=parts.bouncer(), settings=parts.settings.bounces.providers, ask=ask)


def _ask(settings: HttpSettings, clock: Callable[[], datetime], address: str) -> Fetched:
    from dailyten.wiring.polling import fetching

    async def ask() -> Fetched:
        async with fetching(settings, clock) as fetch:
            return await fetch(Asking(address=address))

    return asyncio.run(ask())


def take_returned(parts: "Parts", store: Store) -> "list[Bounce]":
    """Empty the mailboxes of the settings; what was taken is kept. Raises CannotGoOn, BadInput for no Maildir."""
    from dailyten.deliver.imap import take_from_imap
    from dailyten.deliver.maildir import take_from_maildir
    from dailyten.model.bounce import BounceDoor

    settings, taken = parts.settings.bounces, list["Bounce"]()
    if settings.maildir is not None:
        take_from_maildir(parts.settings.place(settings.maildir), _taking(parts, store, BounceDoor.MAILDIR, taken))
    if settings.host:
        take_from_imap(settings, _taking(parts, store, BounceDoor.IMAP, taken))
    return taken


def take_returned_from(parts: "Parts", store: Store, path: Path) -> "list[Bounce]":
    """Take in a mail in a file, or a Maildir; a file stays as it is. Raises BadInput, CannotGoOn."""
    from dailyten.deliver.maildir import take_from_maildir
    from dailyten.model.bounce import BounceDoor

    taken = list["Bounce"]()
    if path.is_dir():
        take_from_maildir(path, _taking(parts, store, BounceDoor.MAILDIR, taken))
        return taken
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadInput("The mail cannot be read.", came=str(error.strerror), where=str(path)) from error
    _taking(parts, store, BounceDoor.FILE, taken)(content)
    return taken


def _taking(parts: "Parts", store: Store, door: "BounceDoor", taken: "list[Bounce]") -> Callable[[bytes], bool]:
    from dailyten.model.bounce import BounceKind

    bouncer = parts.bouncer()

    def take(content: bytes) -> bool:
        bounce = bouncer.take(store, content, door)
        if bounce is not None:
            taken.append(bounce)
        return bounce is None or bounce.kind is not BounceKind.UNREAD

    return take


@dataclass(slots=True)
class ReturnWatch:
    """Looks into the mailboxes for what came back, every so often."""

    parts: "Parts"
    next_at: datetime | None = None

    def due(self, store: Store) -> "list[Bounce]":
        """Look, if it is time."""
        now = self.parts.clock()
        if self.next_at is not None and now < self.next_at:
            return []
        self.next_at = now + self.parts.settings.bounces.every
        return self.parts.take_returned(store)
