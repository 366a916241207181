"""The mail of an edition: set once for all, then filled with one person's links.

The HTML part stays below Gmail's clipping limit by construction: the lowest stories lose their summary first, then
"also in", then they become a title, then they are left to the site.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import css_inline

from dailyten.model.canonical import digest
from dailyten.model.edition import Edition
from dailyten.render.colours import Palette, palettes
from dailyten.render.detail import Detail, Told, sacrifices, told_after
from dailyten.render.harmless import line
from dailyten.render.links import absolute, edition_path
from dailyten.render.mail_text import mail_text
from dailyten.render.settings import Names, SiteSettings
from dailyten.render.sheet import Sheet, lay_out
from dailyten.render.templates import set_in
from dailyten.text.shorten import shorten

MOST_HTML_BYTES = 102_400
"""Gmail cuts a mail off at about this size (MAIL: clipping observed at 102 kB to 105 kB)."""
MOST_LINK_CHARACTERS = 400
MOST_VOTE_CHARACTERS = 200
"""There are three for each story, so they must be short: a host name and a token of a hundred characters."""
MOST_SUBJECT = 60
LEAST_SUBJECT = 10
MOST_PREHEADER = 110
LEAST_PREHEADER = 40

_NAMES = ("unsubscribe", "preferences", "pause", "view", "vote")
_ABSENT = "https://personal.invalid/"
"""Where a personal link will stand; the digest of the edition's content behind it cannot stand in that content."""


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
    """A mail without its personal links: `text` and `html` are cut where a link goes, names of links between."""

    subject: str
    preheader: str
    text: tuple[str, ...]
    html: tuple[str, ...]
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
            subject=self.subject,
            preheader=self.preheader,
            text=_filled(self.text, urls),
            html=_filled(self.html, escaped),
        )


def mail(edition: Edition, settings: SiteSettings, names: Names, links: MailLinks) -> Mail:
    """Set the mail of an edition for one person."""
    return mail_form(edition, settings, names, votes=bool(links.vote)).fill(links)


def mail_form(edition: Edition, settings: SiteSettings, names: Names, *, votes: bool = False) -> MailForm:
    """Set all that is the same for everyone who gets this edition; with `votes` each story has links to vote on it."""
    sheet = lay_out(edition, names)
    secret = digest(edition)
    absent = {name: f"{_ABSENT}{name}/{secret}" for name in _NAMES}
    absent |= {} if votes else {"vote": ""}
    told, markup = _fitting(sheet, settings, absent)
    cut = re.compile(re.escape(_ABSENT) + f"([a-z]+)/{secret}")
    return MailForm(
        subject=subject_of(sheet, settings),
        preheader=preheader_of(sheet),
        text=tuple(cut.split(mail_text(sheet, told, settings, absent))),
        html=tuple(cut.split(markup)),
        public_view=absolute(settings, edition_path(edition.on)),
    )


def subject_of(sheet: Sheet, settings: SiteSettings) -> str:
    """Give the subject, 10 to 60 characters: the first headline and how many more there are."""
    if not sheet.stories:
        return shorten(f"{line(settings.name, 40)}: a quiet day", MOST_SUBJECT)
    more = f" (+{len(sheet.stories) - 1})" if len(sheet.stories) > 1 else ""
    headline = sheet.stories[0].title
    if len(headline + more) < LEAST_SUBJECT:
        headline = f"{line(settings.name, 40)}: {headline}"
    return shorten(headline, MOST_SUBJECT - len(more)) + more


def preheader_of(sheet: Sheet) -> str:
    """Give the line that mail programs show behind the subject, 40 to 110 characters: the headlines that follow."""
    said = " \u00b7 ".join(story.title for story in sheet.stories[1:6])
    for more in (sheet.counts, sheet.feeds_read, f"The edition of {sheet.date_words}."):
        if len(said) < LEAST_PREHEADER:
            said = f"{said} \u00b7 {more}" if said else more
    return shorten(said, MOST_PREHEADER)


def _fitting(sheet: Sheet, settings: SiteSettings, absent: dict[str, str]) -> tuple[tuple[Told, ...], str]:
    """Set the fullest mail that fits, by halving between "all of it" and "nothing of it"."""
    low, high = 0, sacrifices(sheet.stories)
    told, markup = _set(sheet, low, settings, absent)
    if _fits(markup):
        return told, markup
    best = _set(sheet, high, settings, absent)
    while high - low > 1:
        middle = (low + high) // 2
        told, markup = _set(sheet, middle, settings, absent)
        if _fits(markup):
            high, best = middle, (told, markup)
        else:
            low = middle
    return best


def _fits(markup: str) -> bool:
    """Count with every personal link at its longest; the markup is ASCII, so characters are bytes."""
    votes = markup.count(f"{_ABSENT}vote/")
    others = markup.count(_ABSENT) - votes
    return len(markup) + others * MOST_LINK_CHARACTERS + votes * MOST_VOTE_CHARACTERS <= MOST_HTML_BYTES


def _set(sheet: Sheet, done: int, settings: SiteSettings, absent: dict[str, str]) -> tuple[tuple[Told, ...], str]:
    told = told_after(done, sheet.stories)
    return told, _markup(sheet, told, settings, absent)


def _markup(sheet: Sheet, told: Sequence[Told], settings: SiteSettings, absent: dict[str, str]) -> str:
    light, dark = palettes(settings.accent)
    page = set_in(
        "mail/mail.html",
        settings.templates,
        sheet=sheet,
        settings=settings,
        subject=subject_of(sheet, settings),
        preheader=preheader_of(sheet),
        stories=[each for each in told if each.detail <= Detail.NO_ELSEWHERE],
        titles=[each.story for each in told if each.detail is Detail.TITLE],
        left_to_site=sum(each.detail is Detail.ON_THE_SITE for each in told),
        edition_url=absolute(settings, edition_path(sheet.edition.on)),
        site_url=absolute(settings, ""),
        links=absent,
        light=light,
    )
    inlined = _inliner().inline(page)
    styled = inlined.replace("</head>", f"<style>{_dark_style(dark, settings)}</style></head>", 1)
    return styled.encode("ascii", "xmlcharrefreplace").decode()


def _dark_style(dark: Palette, settings: SiteSettings) -> str:
    """Give the rules that cannot be inlined: the dark colours and the narrow screen."""
    return set_in("mail/dark.css", settings.templates, dark=dark)


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False)


def _filled(parts: Sequence[str], urls: dict[str, str]) -> str:
    return "".join(urls[part] if place % 2 else part for place, part in enumerate(parts))
