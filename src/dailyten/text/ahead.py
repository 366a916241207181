"""Dates that are still ahead: a day and a month beside a word of change, such as "from 3 March" or "ends on 1 May".

Only what is written out counts: no "next week", no "in spring", no 3/4 that may be March or April. English only.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

LONGEST_WITHOUT_YEAR = timedelta(days=200)
"""How far ahead a date without a year may lie: "3 March", told in April, was this March."""
LONGEST = timedelta(days=3 * 366)
NEAR = 60
"""Characters around a date in which its word of change must stand."""

MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = (
    r"(?P<{0}>January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_DAY = r"(?P<{0}>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?:,? (?P<{0}>20\d\d)(?!\d))?"
_DATE = re.compile(
    rf"\b(?:{_DAY.format('d1')}(?: of)? {_MONTH.format('m1')}{_YEAR.format('y1')}"
    rf"|{_MONTH.format('m2')} {_DAY.format('d2')}(?![\d:.%]\d|\d|%){_YEAR.format('y2')}"
    r"|(?P<y3>20\d\d)-(?P<m3>0[1-9]|1[0-2])-(?P<d3>[0-2]\d|3[01]))(?!\w)"
)
_CHANGE = re.compile(
    r"\b(?:deadline|no later than|until|ends?|ending|expires?|clos(?:es?|ing)|shut(?:s|ting)?(?: down| off)|"
    r"shutdown|sunset(?:s|ting)?|retir(?:es?|ed|ing)|discontinu\w+|deprecat\w+|remov(?:es?|ed|ing|al)|no longer|"
    r"stop(?:s|ping)?|effective|takes? effect|taking effect|com(?:es?|ing) into force|enters? into force|appl(?:y|ies)|"
    r"must|requir\w+|mandatory|delet\w+|replac\w+|switch\w*|mov(?:es?|ing)|migrat\w+|launch(?:es|ing)|"
    r"rolls? out|rolling out|goes live|starts?|starting|begins?|beginning|from|as of|changes?|changing|increas\w+|"
    r"ban(?:s|ned)?)\b",
    re.IGNORECASE,
)
_SPAN_FROM = re.compile(r"\bfrom\s*$", re.IGNORECASE)
_SPAN_TO = re.compile(r"\s+(?:to|until|till)\b", re.IGNORECASE)
"""A date that moved "from 30 November to 7 December" is no longer the first of them."""
_BY = re.compile(r"\b(?:by|before|after|on or after)\s*$", re.IGNORECASE)
_NO_CHANGE = re.compile(
    r"\b(?:webinars?|conferences?|summits?|tickets?|early[- ]bird|register|registration|sign up|rsvp|workshops?|"
    r"masterclass|giveaway|sweepstakes|coupon|discount|sale|born|anniversary|since|between|tour|awards?|survey|"
    r"course|submissions?|voting|vote|episode|event on|hearing)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[\"'\u201c\u2018(]?[A-Z0-9])")
_ABBREVIATED = re.compile(r"\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """A date and the sentence that names it."""

    on: date
    sentence: str


def dates_ahead(text: str, told_on: date) -> tuple[Ahead, ...]:
    """Find dates after `told_on` on which something changes, in the order of the text, each date once."""
    found: dict[date, Ahead] = {}
    for sentence in _sentences(text):
        if _NO_CHANGE.search(sentence):
            continue
        for match in _DATE.finditer(sentence):
            on = _date(match, told_on)
            if on is not None and told_on < on <= told_on + LONGEST and _is_change(sentence, match):
                found.setdefault(on, Ahead(on=on, sentence=sentence))
    return tuple(found.values())


def _sentences(text: str) -> list[str]:
    """Cut text into sentences, but not after "Dec."."""
    parts: list[str] = []
    for part in _SENTENCE.split(text):
        if parts and _ABBREVIATED.search(parts[-1]):
            parts[-1] += " " + part
        else:
            parts.append(part)
    return [part.strip() for part in parts]


def _is_change(sentence: str, match: re.Match[str]) -> bool:
    before = sentence[max(0, match.start() - NEAR) : match.start()]
    after = sentence[match.end() : match.end() + NEAR]
    if _SPAN_FROM.search(before) and _SPAN_TO.match(sentence[match.end() :]):
        return False
    return bool(_BY.search(before) or _CHANGE.search(before) or _CHANGE.search(after))


def _date(match: re.Match[str], told_on: date) -> date | None:
    parts = match.groupdict()
    day = int(parts["d1"] or parts["d2"] or parts["d3"])
    month = _month(parts["m1"] or parts["m2"] or parts["m3"])
    year = parts["y1"] or parts["y2"] or parts["y3"]
    if year:
        return _made(int(year), month, day)
    made = (_made(each, month, day) for each in (told_on.year, told_on.year + 1))
    coming = [each for each in made if each is not None and each > told_on]
    return coming[0] if coming and coming[0] - told_on <= LONGEST_WITHOUT_YEAR else None


def _month(words: str) -> int:
    return int(words) if words.isdigit() else MONTHS.index(words[:3].lower()) + 1


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
