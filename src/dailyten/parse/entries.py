"""From what stands in a document to entries that the rest of the house may trust."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict
from urllib.parse import unquote

from dailyten.model.entry import Entry
from dailyten.parse import clean
from dailyten.parse.addresses import absolute, is_web_address, join, looks_alike
from dailyten.parse.dates import read_date
from dailyten.parse.identity import Signs, keys_of
from dailyten.parse.language import code_of, guess
from dailyten.parse.raw import Form, Markup, RawEntry, RawFeed, RawLink
from dailyten.parse.tidy import on_one_line

MOST_TAGS = 50
MOST_AUTHORS = 20
LONGEST_NAME = 200
_MAIL = re.compile(r"(?:mailto:)?[^\s<>()\[\],;:\"']+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_EMPTY_BRACKETS = re.compile(r"<\s*>|\(\s*\)|\[\s*\]")
_SIGNS_OFF = {
    "appeared first on": "the post",
    "first appeared on": "the post",
    "erschien zuerst auf": "der beitrag",
    "se publicó primero en": "la entrada",
    "apareció primero en": "la entrada",
    "est apparu en premier sur": "l\u2019article",
    "proviene da": "l'articolo",
    "apareceu primeiro em": "o post",
    "verscheen eerst op": "het bericht",
    "появились сначала на": "сообщение",
}
"""What WordPress adds to every entry, by what stands in its middle and at its beginning."""
_A_PATH = re.compile(r"(?=[^/]*/)[\w.~!$'()*+,;=:@%/?#&-]+\Z")
_COUNTING_CLICKS = ("feedproxy.google.com/", "feeds.feedburner.com/", "feedproxy.feedburner.com/")
"""Where links only count clicks and lead on, if they still do: the publisher names the page in `origLink`."""
_LOOKED_BACK = 900
"""Characters at the end of a summary in which a sign-off may stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """What relative addresses and inherited facts come from; `maybe_twice` marks text that was encoded twice."""

    address: str
    language: str
    authors: tuple[str, ...]
    maybe_twice: bool


def entries_of(feed: RawFeed, where: Where, now: datetime) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """Clean every entry of a document; give them with what had to be doubted or repaired, in plain words."""
    notes: Counter[str] = Counter()
    found = [_facts(raw, where, now, notes) for raw in feed.entries]
    dates = Counter(facts["published_at"] for facts in found if not (facts["guid"] or facts["url"]))
    keys = keys_of([_signs(facts, dates) for facts in found])
    return tuple(Entry(key=key, **facts) for key, facts in zip(keys, found, strict=True)), tuple(_told(notes))


def plain(markup: Markup) -> str:
    """Give a title, subtitle or name as plain text."""
    return clean.plain_title(markup.text, is_html=markup.form is Form.HTML, is_text=markup.form is Form.TEXT)


def best_link(links: Iterable[RawLink], base: str, *, kinds: tuple[str, ...] = ("alternate",)) -> str:
    """Choose the link to the page: one that says it is HTML, else the first web address of the wanted relations."""
    wanted = [link for link in links if link.rel in kinds]
    pages = [link for link in wanted if link.kind in ("", "text/html", "application/xhtml+xml")]
    return next((found for link in [*pages, *wanted] if (found := absolute(link.href, base))), "")


class _Facts(TypedDict):
    """Everything of an entry but its key, which depends on its neighbours."""

    guid: str
    title: str
    url: str
    authors: tuple[str, ...]
    published_at: datetime | None
    updated_at: datetime | None
    summary: str
    html: str
    language: str
    tags: tuple[str, ...]


def _facts(raw: RawEntry, where: Where, now: datetime, notes: Counter[str]) -> _Facts:
    base = join(where.address, raw.base) if raw.base else where.address
    guid = on_one_line(raw.guid)
    url = _page(raw, guid, base)
    title = plain(raw.title)
    body = _html(raw.content, url or base, where, notes)
    summary = _summary(raw.summary, where) if body else ""
    body = body or _html(raw.summary, url or base, where, notes)
    summary = without_sign_off(summary or clean.summary_of(body))
    if looks_alike(url):
        notes["link names a look-alike host, shown as what it is"] += 1
    return _Facts(
        guid=guid,
        title=title,
        url=url,
        authors=people(raw.authors) or where.authors,
        published_at=_date(raw.published, now, notes),
        updated_at=_date(raw.updated, now, notes),
        summary=summary,
        html=body,
        language=code_of(raw.language) or where.language or guess(f"{title}. {summary}"),
        tags=_tags(raw.tags),
    )


def _signs(facts: _Facts, dates: Counter[datetime | None]) -> Signs:
    """Give what an entry is known by; date or summary stand in where there is neither guid nor link.

    A date that several such entries of the document bear is that of the document, perhaps of this very reading: what
    they say counts before it.
    """
    guid, link, title, dated = facts["guid"], facts["url"], facts["title"], facts["published_at"]
    if guid or link:
        return Signs(guid=guid, link=link, title=title)
    own = dated is not None and title and (dates[dated] == 1 or not facts["summary"])
    return Signs(title=title, words=dated.isoformat() if dated and own else facts["summary"])


def _summary(markup: Markup, where: Where) -> str:
    text = markup.text.strip()
    if markup.form is Form.TEXT and not clean.says_html(text):
        return clean.summary_of(clean.text_as_html(text[: 10 * clean.MOST_SUMMARY]))
    return clean.summary_from(text, maybe_twice=where.maybe_twice)


def _page(raw: RawEntry, guid: str, base: str) -> str:
    """Choose the address of an entry: its link, its guid if that is one, and the file or page it speaks of at last."""
    found = best_link(raw.links, base)
    if raw.original_link and (not found or found.partition("://")[2].startswith(_COUNTING_CLICKS)):
        found = absolute(raw.original_link, base) or found
    denied = raw.guid_is_link is False
    if not found and not denied and (is_web_address(guid) or (raw.guid_is_link and _A_PATH.match(guid))):
        found = absolute(guid, base)
    return found or best_link(raw.links, base, kinds=("related", "via", "enclosure"))


def _html(markup: Markup, base: str, where: Where, notes: Counter[str]) -> str:
    text = markup.text.strip()
    if not text:
        return ""
    if markup.form is Form.TEXT and not clean.says_html(text):
        return clean.text_as_html(text)
    cleaned = clean.sanitise(text, join(base, markup.base) if markup.base else base, maybe_twice=where.maybe_twice)
    if cleaned.repair:
        notes[cleaned.repair] += 1
    return cleaned.html


def without_sign_off(summary: str) -> str:
    """Drop WordPress's last sentence, "The post … appeared first on …", in the languages we have met."""
    tail = summary[-_LOOKED_BACK:].lower()
    for middle, beginning in _SIGNS_OFF.items():
        if middle in tail:
            start = tail.rfind(f"{beginning} ", 0, tail.rfind(middle))
            if start >= 0 and len(tail) == len(summary[-_LOOKED_BACK:]):
                return summary[: len(summary) - len(tail) + start].rstrip()
    return summary


def _date(written: list[str], now: datetime, notes: Counter[str]) -> datetime | None:
    for each in written:
        dated = read_date(each, now)
        if dated.doubt:
            notes[f"date {dated.doubt}"] += 1
        if dated.at:
            return dated.at
    return None


def people(written: list[str]) -> tuple[str, ...]:
    """Give the names of authors, each once, without their mail addresses where they have a name."""
    names = [
        _person(on_one_line(each) if "<" in each and not clean.says_html(each) else clean.plain_title(each))
        for each in written
    ]
    return tuple(dict.fromkeys(name[:LONGEST_NAME] for name in names if name))[:MOST_AUTHORS]


def _person(written: str) -> str:
    """Give the name out of "mail (Name)", "Name <mail>" and "Name, mail", else the one address, without "mailto:"."""
    if written[:7].lower() == "mailto:":
        written = unquote(written[7:].partition("?")[0])
    mails = _MAIL.findall(written) if "@" in written else []
    if len(mails) != 1:
        return written.strip()
    name = _EMPTY_BRACKETS.sub("", _MAIL.sub("", written)).strip(" \t,;:-\"'")
    if name[:1] == "(" and name[-1:] == ")":
        name = name[1:-1].strip()
    return name or mails[0][7 if mails[0].lower().startswith("mailto:") else 0 :]


def _tags(written: list[str]) -> tuple[str, ...]:
    names: dict[str, str] = {}
    for each in written:
        if tag := clean.plain_title(each)[:LONGEST_NAME]:
            names.setdefault(tag.casefold(), tag)
    return tuple(names.values())[:MOST_TAGS]


def _told(notes: Counter[str]) -> Iterator[str]:
    for note, times in notes.items():
        noun, _, rest = note.partition(" ")
        yield (
            f"{times} {noun}{'s' if times > 1 and noun in ('date', 'link') else ''}: {rest}"
            if noun in ("date", "link")
            else (f"{note[0].upper()}{note[1:]} ({times} times)" if times > 1 else f"{note[0].upper()}{note[1:]}")
        )
