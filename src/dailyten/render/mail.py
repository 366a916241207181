"""The mail of an edition or an issue: made up once, then filled with one person's links.

The HTML part stays below Gmail's clipping limit by construction: the lowest stories lose their summary first, then
"also in", then they become a title, then they are left to the site.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

from dailyten.model.edition import Edition
from dailyten.model.issue import Issue, IssueKind, Place
from dailyten.render.galley import MOST_LINK_CHARACTERS, MOST_VOTE_CHARACTERS, Galley, Link, MadeUp, Pieces
from dailyten.render.links import absolute, edition_path
from dailyten.render.names import Names
from dailyten.render.settings import SiteSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLinks:
    """One person's links, each an http(s) or mailto address of at most 400 ASCII characters.

    `view` is the edition in a browser; empty for its public page. `vote` is where votes on its stories are cast, empty
    where there are none. Raises ValueError.
    """

    unsubscribe: str
    preferences: str
    pause: str
    view: str = ""
    vote: str = ""

    def __post_init__(self) -> None:
        for name, url in (("unsubscribe", self.unsubscribe), ("preferences", self.preferences), ("pause", self.pause)):
            if not url:
                raise ValueError(f"the {name} link is missing")
        for url in (self.unsubscribe, self.preferences, self.pause, self.view, self.vote):
            fits = len(html.escape(url)) <= MOST_LINK_CHARACTERS and re.fullmatch(r"[!-~]*", url)
            if url and not (fits and url.startswith(("https://", "http://", "mailto:"))):
                raise ValueError(f"a link must be an ASCII address of at most 400 characters, came {url[:80]!r}")
        if len(html.escape(self.vote)) > MOST_VOTE_CHARACTERS:
            raise ValueError(f"a link to vote has at most {MOST_VOTE_CHARACTERS} characters, came {self.vote[:80]!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail ready to be packed into a message: `text` is the first part, `html` (pure ASCII) the second."""

    subject: str
    preheader: str
    text: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailForm:
    """A mail without its personal links."""

    made: MadeUp
    public_view: str

    def fill(self, links: MailLinks) -> Mail:
        """Fill one person's links in; cheap, to be done thousands of times for one form."""
        urls = {
            "unsubscribe": links.unsubscribe,
            "preferences": links.preferences,
            "pause": links.pause,
            "view": links.view or self.public_view,
            "vote": links.vote,
        }
        escaped = {name: html.escape(url) for name, url in urls.items()}
        return Mail(
            subject=self.made.subject,
            preheader=self.made.preheader,
            text=_filled(self.made.text, urls),
            html=_filled(self.made.html, escaped),
        )


def mail(edition: Edition, settings: SiteSettings, names: Names, links: MailLinks) -> Mail:
    """Set the mail of an edition for one person."""
    return mail_form(edition, settings, names, votes=bool(links.vote)).fill(links)


def mail_form(edition: Edition, settings: SiteSettings, names: Names, *, votes: bool = False) -> MailForm:
    """Set all that is the same for everyone who gets this edition; with `votes` each story has links to vote on it."""
    return form_of(Galley(edition=edition, settings=settings, names=names, votes=votes), as_edited(edition))


def form_of(galley: Galley, issue: Issue, editions: Mapping[str, Edition] | None = None) -> MailForm:
    """Make the mail of an issue up from a galley of its newest edition."""
    view = absolute(galley.settings, edition_path(galley.edition.on))
    return MailForm(made=galley.make_up(issue, editions), public_view=view)


def as_edited(edition: Edition) -> Issue:
    """Give the issue that is the edition as it is."""
    return Issue(
        kind=IssueKind.DAILY,
        editions=(edition.edition_id,),
        places=tuple(Place(story_id=story_id) for story_id in edition.places),
        minutes=edition.minutes,
        considered=len(edition.candidates),
    )


def _filled(pieces: Pieces, urls: Mapping[str, str]) -> str:
    return "".join(urls[piece] if type(piece) is Link else piece for piece in pieces)
