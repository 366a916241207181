"""The set type of an edition's mails: its frame, and each story in each length, joined into what one reader gets.

Setting is slow (a template, then CSS inlined), so each piece is set once, when a mail first needs it, and kept. Making
up is fast: it looks pieces up and puts what is a reader's own between them. The pieces given are the very same objects
for every reader, so who encodes them can keep what it made of them.
"""

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import css_inline
from markupsafe import Markup

from dailyten.errors import BadSetting
from dailyten.model.canonical import digest
from dailyten.model.edition import Candidate, Edition
from dailyten.model.issue import Issue, Place
from dailyten.render.colours import Palette, palettes
from dailyten.render.detail import Detail, Told, detail_after, sacrifices
from dailyten.render.heading import Heading, heading_of, preheader_of, subject_of, why_of
from dailyten.render.links import absolute, edition_path
from dailyten.render.mail_text import (
    asked_text,
    closing,
    opening,
    rest,
    story_text,
    title_text,
    vote_by_mail_text,
    vote_text,
    why_text,
)
from dailyten.render.names import Names
from dailyten.render.settings import SiteSettings
from dailyten.render.sheet import Sheet, Shown, lay_out, show
from dailyten.render.templates import set_in

MOST_HTML_BYTES = 102_400
"""Gmail cuts a mail off at about this size (MAIL: clipping observed at 102 kB to 105 kB)."""
MOST_LINK_CHARACTERS = 400
MOST_VOTE_CHARACTERS = 200
"""There are three for each story, so they must be short: a host name and a token of a hundred characters."""
PARTS = ("", "asked", "feeds", "quiet", "short", "short_end", "rest", "left", "cut", "all", "foot")
MOST_KEPT = 20_000
"""Reasons and headings that are kept; then they are made anew, so that a long run cannot fill the machine."""


class Link(str):
    """The place of a link, by its name: each reader has another address there."""

    __slots__ = ()


class Own(str):
    """A piece that hardly any two readers have the same of."""

    __slots__ = ()


LINKS = {name: Link(name) for name in ("unsubscribe", "preferences", "pause", "view", "vote")}

Pieces = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeUp:
    """One reader's mail in pieces; where a link goes stands a `Link`. The HTML is pure ASCII."""

    subject: str
    preheader: str
    text: Pieces
    html: Pieces


@dataclass(frozen=True, slots=True)
class _Set:
    """A story set: its pieces up to the rank, on to the reasons, around the reasons, and after them."""

    shown: Shown
    before: str
    after: str
    why: Pieces
    end: Pieces
    text: str
    vote: tuple[str, str]


@dataclass(slots=True, kw_only=True)
class Galley:
    """The pieces for the mails of one edition, which may tell stories of editions before it too.

    With `own_page` each reader's mail has a page of its own to be read in a browser; without, that is only so for who
    gets the edition itself, and others are led to the edition. With `votes` each story has links to vote on it: to a
    page, or by `votes_by_mail` to an address that is written to.
    """

    edition: Edition
    settings: SiteSettings
    names: Names
    own_page: bool = False
    votes: bool = False
    votes_by_mail: bool = False
    _sheet: Sheet = field(init=False)
    _secret: str = field(init=False)
    _frame: dict[str, Pieces] = field(default_factory=dict)
    _stories: dict[tuple[str, Detail, bool], _Set] = field(default_factory=dict)
    _titles: dict[str, tuple[Pieces, str]] = field(default_factory=dict)
    _whys: dict[tuple[str, tuple[str, ...]], tuple[str, str]] = field(default_factory=dict)
    _texts: dict[tuple[str, ...], Pieces] = field(default_factory=dict)
    _candidates: dict[str, Candidate] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._sheet = lay_out(self.edition, self.names)
        self._secret = digest(self.edition)
        self._candidates |= {each.story_id: each for each in self.edition.candidates}

    @property
    def sha256(self) -> str:
        """The digest of the frozen edition."""
        return self._secret

    def make_up(self, issue: Issue, editions: Mapping[str, Edition] | None = None) -> MadeUp:
        """Make one reader's mail up.

        `editions` are those that the issue was chosen from, by id; the galley knows its own. Raises KeyError for a
        story that none of them has.
        """
        every = [(editions or {}).get(each) or self.edition for each in issue.editions]
        for edition in every[:-1]:
            if any(each.story_id not in self._candidates for each in issue.places):
                self._candidates |= {each.story_id: each for each in edition.candidates}
        heading = heading_of(issue, every, self._sheet, self.names, own_page=self.own_page)
        count = len(issue.places)
        low, high = 0, sacrifices(count)
        made = self._made_up(issue, heading, low)
        if _fits(made.html):
            return made
        made = self._made_up(issue, heading, high)
        while high - low > 1:
            middle = (low + high) // 2
            tried = self._made_up(issue, heading, middle)
            if _fits(tried.html):
                high, made = middle, tried
            else:
                low = middle
        return made

    def titles(self, issue: Issue) -> list[str]:
        """Give the headlines of an issue in order of reading."""
        return [self._shown(place.story_id).title for place in issue.places]

    # -- making up --------------------------------------------------------------------------------------------------

    def _made_up(self, issue: Issue, heading: Heading, done: int) -> MadeUp:
        count = len(issue.places)
        details = [detail_after(done, place, count) for place in range(count)]
        stories = self._wanted(issue, details)
        titles = [each.shown.title for each in stories if each] if all(stories) else self.titles(issue)
        subject = subject_of(titles, self.settings)
        preheader = preheader_of(titles, heading)
        own = {
            "subject": _ascii(subject),
            "preheader": Own(_ascii(preheader)),
            "date": _ascii(heading.date_words),
            "counts": _ascii(heading.counts),
            "asked": Own(_ascii(heading.asked)),
            "view_words": _ascii(heading.view_words),
            "quiet": _ascii(heading.quiet),
            "cut": Own(_ascii(heading.cut_words)),
            "left": f"{_plural_left(details)}",
        }
        return MadeUp(
            subject=subject,
            preheader=preheader,
            text=tuple(self._text(issue, heading, details, stories)),
            html=tuple(self._html(issue, heading, details, stories, own)),
        )

    def _html(
        self,
        issue: Issue,
        heading: Heading,
        details: Sequence[Detail],
        stories: Sequence["_Set | None"],
        own: Mapping[str, str],
    ) -> Iterator[str]:
        left, cut, titles = Detail.ON_THE_SITE in details, bool(heading.cut_words), Detail.TITLE in details
        yield from self._parts(own, "", "asked" if heading.asked else None, "feeds", "quiet" if heading.quiet else None)
        for rank, (place, story) in enumerate(zip(issue.places, stories, strict=True), start=1):
            if story is not None:
                why = self._why(story.shown, place.why)[0]
                yield from (story.before, str(rank), story.after)
                yield from (story.why[0], why, story.why[1]) if why else ()
                for number, piece in enumerate(story.end):
                    yield piece if number % 2 == 0 else LINKS.get(piece) or str(rank)
        if titles:
            yield from self._parts(own, "short")
            for rank, place in _with_title(issue, details):
                before, after = self._title(place.story_id)[0]
                yield from (before, str(rank), after)
            yield from self._parts(own, "short_end")
        if left or cut:
            yield from self._parts(own, "rest", "left" if left else None, "cut" if cut else None, "all")
        yield from self._parts(own, "foot")

    def _text(
        self, issue: Issue, heading: Heading, details: Sequence[Detail], stories: Sequence["_Set | None"]
    ) -> Iterator[str]:
        left = sum(each is Detail.ON_THE_SITE for each in details)
        yield from self._kept_text(
            ("opening", heading.date_words, heading.counts),
            lambda: (opening(self._sheet, heading, self.settings),),
        )
        yield from self._kept_text(("asked", heading.asked, heading.quiet), lambda: (asked_text(heading),))
        for rank, (place, story) in enumerate(zip(issue.places, stories, strict=True), start=1):
            if story is not None:
                yield f"{rank:2}"
                yield story.text
                yield self._why(story.shown, place.why)[1]
                if self.votes and not self.votes_by_mail:
                    before, after = story.vote
                    yield from (before, LINKS["vote"], after)
                else:
                    yield "\n"
        told = [rank for rank, story in enumerate(stories, start=1) if story is not None]
        if self.votes and self.votes_by_mail and told:
            before, after = vote_by_mail_text(told[0])
            yield from (before, LINKS["vote"], after)
        if Detail.TITLE in details:
            yield "In short:\n"
            for rank, place in _with_title(issue, details):
                yield from (f"{rank:2}", self._title(place.story_id)[1])
            yield "\n"
        yield from self._kept_text(
            ("rest", heading.cut_words, str(left)), lambda: (rest(self._sheet, left, heading, self.settings),)
        )
        yield from self._kept_text(
            ("closing", heading.view_words),
            lambda: tuple(LINKS.get(piece, piece) for piece in closing(self.settings, heading)),
        )

    def _kept_text(self, key: tuple[str, ...], text: Callable[[], Pieces]) -> Pieces:
        """Give a part of the text, set anew only for words that no reader had before."""
        if key not in self._texts:
            _make_room(self._texts)
            self._texts[key] = text()
        return self._texts[key]

    def _parts(self, own: Mapping[str, str], *names: str | None) -> Iterator[str]:
        if not self._frame:
            self._frame = self._cut([], [])
        for name in names:
            for number, piece in enumerate(self._frame[name] if name is not None else ()):
                yield piece if number % 2 == 0 else LINKS.get(piece) or own[piece]

    def _why(self, story: Shown, why: tuple[str, ...]) -> tuple[str, str]:
        """Give the reasons of a story for one reader, for the HTML and for the text; most readers share theirs."""
        key = (story.story_id, why)
        if key not in self._whys:
            _make_room(self._whys)
            words = why_of(story, why, self.names)
            self._whys[key] = (_ascii(words), why_text(words))
        return self._whys[key]

    # -- setting ----------------------------------------------------------------------------------------------------

    def _wanted(self, issue: Issue, details: Sequence[Detail]) -> list["_Set | None"]:
        """Give the stories that are shown in full or in part, setting all that are missing at once."""
        keys = [
            (place.story_id, detail, number == 0)
            for number, (place, detail) in enumerate(zip(issue.places, details, strict=True))
        ]
        stories = self._stories
        missing = [key for key in keys if key[1] <= Detail.NO_ELSEWHERE and key not in stories]
        if missing:
            self._set(missing)
        return [stories[key] if key[1] <= Detail.NO_ELSEWHERE else None for key in keys]

    def _set(self, keys: Sequence[tuple[str, Detail, bool]]) -> None:
        told = [Told(story=self._shown(story_id), detail=detail) for story_id, detail, _ in keys]
        cut = self._cut(list(zip(told, [lead for _, _, lead in keys], strict=True)), [])
        for number, (key, each) in enumerate(zip(keys, told, strict=True)):
            before, _, after = cut[f"story.{number}"]
            why, _, why_end = cut[f"why.{number}"]
            end = cut[f"end.{number}"]
            self._stories[key] = _Set(
                each.story, before, after, (why, why_end), end, story_text(each), vote_text(each.story)
            )

    def _title(self, story_id: str) -> tuple[Pieces, str]:
        if story_id not in self._titles:
            shown = self._shown(story_id)
            before, _, after = self._cut([], [shown])["title.0"]
            self._titles[story_id] = ((before, after), title_text(shown))
        return self._titles[story_id]

    def _shown(self, story_id: str) -> Shown:
        return show(self._candidates[story_id], self.edition, self.names)

    def _cut(self, stories: Sequence[tuple[Told, bool]], titles: Sequence[Shown]) -> dict[str, Pieces]:
        """Set a page with these stories and cut it into its parts, each at its holes: text, hole, text ..."""
        markup = self._page(stories, titles)
        parts = re.split(f"<!--{self._secret}:([a-z_.0-9]*)-->\n?", "<!---->" + markup)
        found = {"": parts[0].removeprefix("<!---->")} | dict(zip(parts[1::2], parts[2::2], strict=True))
        for name in (*PARTS, *(f"story.{number}" for number in range(len(stories)))):
            if name not in found:
                raise BadSetting(
                    "The template of the mail lacks a mark.",
                    expected=f'{{{{ mark("{name}") }}}}',
                    where="template mail/mail.html",
                )
        return {name: tuple(re.split(f"{self._secret}-([a-z_]+);", part)) for name, part in found.items()}

    def _page(self, stories: Sequence[tuple[Told, bool]], titles: Sequence[Shown]) -> str:
        light, dark = palettes(self.settings.accent)
        page = set_in(
            "mail/mail.html",
            self.settings.templates,
            sheet=self._sheet,
            settings=self.settings,
            votes=self.votes,
            votes_by_mail=self.votes_by_mail,
            stories=stories,
            titles=titles,
            edition_url=absolute(self.settings, edition_path(self.edition.on)),
            site_url=absolute(self.settings, ""),
            light=light,
            mark=lambda name: Markup(f"<!--{self._secret}:{name}-->"),  # noqa: S704 - a name of the template
            hole=lambda name: Markup(f"{self._secret}-{name};"),  # noqa: S704
        )
        inlined = _inliner().inline(page)
        styled = inlined.replace("</head>", f"<style>{_dark_style(dark, self.settings)}</style></head>", 1)
        return styled.encode("ascii", "xmlcharrefreplace").decode()


def _fits(pieces: Pieces) -> bool:
    """Count with every personal link at its longest; the markup is ASCII, so characters are bytes."""
    links = [piece for piece in pieces if type(piece) is Link]
    votes = links.count(LINKS["vote"])
    longest = votes * MOST_VOTE_CHARACTERS + (len(links) - votes) * MOST_LINK_CHARACTERS
    return sum(map(len, pieces)) + longest <= MOST_HTML_BYTES


def _with_title(issue: Issue, details: Sequence[Detail]) -> Iterator[tuple[int, Place]]:
    for rank, (place, detail) in enumerate(zip(issue.places, details, strict=True), start=1):
        if detail is Detail.TITLE:
            yield rank, place


def _ascii(words: str) -> str:
    return html.escape(words).encode("ascii", "xmlcharrefreplace").decode()


def _plural_left(details: Sequence[Detail]) -> str:
    left = sum(each is Detail.ON_THE_SITE for each in details)
    return f"{left:,} more {'story' if left == 1 else 'stories'}"


def _make_room(kept: dict[Any, Any]) -> None:
    if len(kept) >= MOST_KEPT:
        kept.clear()


def _dark_style(dark: Palette, settings: SiteSettings) -> str:
    """Give the rules that cannot be inlined: the dark colours and the narrow screen."""
    return set_in("mail/dark.css", settings.templates, dark=dark)


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False)
