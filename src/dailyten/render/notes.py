"""Short letters that are no edition: what asks a mailbox whether it was its owner who asked, what tells an old one.

Fixed words: nothing that anybody typed stands in them, so nobody can have us mail their text to a stranger.
"""

import textwrap
from dataclasses import dataclass

from dailyten.render.harmless import line
from dailyten.render.settings import SiteSettings

WIDTH = 72


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A subject and a plain text."""

    subject: str
    text: str


def join_note(settings: SiteSettings, link: str) -> Note:
    """Ask whether this mailbox wants the digest."""
    name = line(settings.name, 60)
    return Note(
        subject=f"Please confirm: {name} by mail",
        text=_set(
            f"Somebody, we hope you, asked for {name} at this address.",
            "To get it, open this page and press the button there:",
            link,
            "If it was not you, do nothing: you will get nothing more, and what was typed is deleted in two days.",
            settings,
        ),
    )


def move_note(settings: SiteSettings, link: str) -> Note:
    """Ask whether this mailbox is a reader's new address."""
    name = line(settings.name, 60)
    return Note(
        subject=f"Please confirm your new address for {name}",
        text=_set(
            f"A reader of {name}, we hope you, wants to get it at this address from now on.",
            "If that is right, open this page and press the button there:",
            link,
            "If it was not you, do nothing: nothing changes, and what was typed is deleted in two days.",
            settings,
        ),
    )


def moved_note(settings: SiteSettings) -> Note:
    """Tell an address that its reader gets the digest elsewhere now; the new address is not named."""
    name = line(settings.name, 60)
    return Note(
        subject=f"{name} goes to another address now",
        text=_joined(
            _wrapped(f"{name} came to this address. Its reader, we hope you, has asked to get it at another one."),
            _wrapped(
                "The new address has confirmed it. If that was you, there is nothing to do: this is the last mail."
            ),
            _wrapped("If it was not you, please answer this mail, and we will set it right."),
            settings=settings,
        ),
    )


def _set(what: str, how: str, link: str, otherwise: str, settings: SiteSettings) -> str:
    works = "The link works for two days."
    return _joined(_wrapped(what), _wrapped(how), link, works, _wrapped(otherwise), settings=settings)


def _joined(*paragraphs: str, settings: SiteSettings) -> str:
    closing = [line(settings.name, 60), *([line(settings.address, 300)] if settings.address else [])]
    return "\n\n".join([*paragraphs, "\n".join(_wrapped(each) for each in closing)]) + "\n"


def _wrapped(words: str) -> str:
    return textwrap.fill(words, WIDTH, break_long_words=False, break_on_hyphens=False)
