"""Figures of a text with their units: two tellings of one event tend to agree on them, two events do not."""

import re
from collections.abc import Iterator

from dailyten.cluster.stems import stem

_SCALE = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6, "bn": 1e9, "b": 1e9, "billion": 1e9}
_UNIT = {"%": "%", "percent": "%", "per cent": "%", "percentage points": "%"}
_MONTHS = "january february march april may june july august september october november december".split()
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
CALENDAR = frozenset(stem(word) for word in [*_MONTHS, *_DAYS, *(month[:3] for month in _MONTHS), "sept"])
"""Stems of months and days of the week."""
_MONTH_OF = {name[:3]: place for place, name in enumerate(_MONTHS, start=1)}
_MONTH = rf"(?P<{{}}>{'|'.join([*_MONTHS, 'sept', *(month[:3] for month in _MONTHS)])})\.?"
_DATE = re.compile(
    rf"\b(?:{_MONTH.format('before')} (?P<second>\d{{1,2}})(?:st|nd|rd|th)?|(?P<first>\d{{1,2}})(?:st|nd|rd|th)? "
    rf"(?:of )?{_MONTH.format('after')})\b(?!\s?%)"
)
_FIGURE = re.compile(
    r"(?<![\w.])(?P<money>[$\u00a3\u20ac])?\s?(?P<digits>\d+(?:[,.\u00a0 ]\d{3})*(?:[.,]\d+)?)"
    r"(?:[- ]?(?P<scale>thousand|million|billion|bn|mn|k|m|b)\b)?"
    r"(?P<unit>\s?%| percent\b| per cent\b| percentage points\b)?"
)
_WORDS = {
    word: str(number)
    for number, word in enumerate(
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
        " eighteen nineteen twenty".split(),
        start=2,
    )
} | {"thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90"}
_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b")
_ONE = re.compile(r"\b(?P<half>half )?(?:a|one) (?=thousand\b|million\b|billion\b)")

FIRST_YEAR, LAST_YEAR = 1990, 2039
"""A bare number between these is a year, which says little: most texts of one week share it."""

Figure = tuple[str, float]
"""A unit ("$", "%", "date", "year", or empty for a count) and a value."""


def figures(text: str) -> frozenset[Figure]:
    """Read the figures of a text: sums, shares, counts, dates (month * 100 + day), years. Words up to ninety count."""
    text = text.lower()
    digits = _ONE.sub(lambda one: "0.5 " if one["half"] else "1 ", text) if _scaled(text) else text
    if any(word in digits for word in _WORDS):
        digits = _NUMBER_WORD.sub(lambda word: _WORDS[word[0]], digits)
    if not any(map(str.isdigit, digits)):
        return frozenset()
    dates = frozenset(_dates(digits))
    return dates | frozenset(_amounts(_DATE.sub(" ", digits) if dates else digits))


def weight(figure: Figure) -> float:
    """Say how telling it is to share a figure: a sum, a share or a long count 1, a date 0.7, a small count little."""
    unit, value = figure
    if unit == "year":
        return 0.0
    if unit == "date":
        return 0.7
    if unit or value >= 1000 or value != int(value):  # noqa: PLR2004 - four digits are rarely shared by chance
        return 1.0
    return 0.5 if value > 12 else 0.2  # noqa: PLR2004 - up to a dozen, numbers are shared by chance


def said(figure: Figure) -> str:
    """Write a figure for people: "$19,000,000,000", "61%", "28 Feb"."""
    unit, value = figure
    if unit == "date":
        return f"{int(value) % 100} {_MONTHS[int(value) // 100 - 1][:3].title()}"
    return f"{value:,g}%" if unit == "%" else f"{unit if unit != 'year' else ''}{value:.15g}"


def _scaled(text: str) -> bool:
    return "illion" in text or "thousand" in text


def _dates(text: str) -> Iterator[Figure]:
    for found in _DATE.finditer(text):
        month, day = found["before"] or found["after"], int(found["second"] or found["first"])
        yield "date", _MONTH_OF[month[:3].lower()] * 100 + day


def _amounts(text: str) -> Iterator[Figure]:
    for found in _FIGURE.finditer(text):
        value = _value(found["digits"]) * _SCALE.get((found["scale"] or "").lower(), 1.0)
        unit = found["money"] or _UNIT.get((found["unit"] or "").strip().lower(), "")
        is_year = not unit and not found["scale"] and FIRST_YEAR <= value <= LAST_YEAR and len(found["digits"]) == 4  # noqa: PLR2004
        yield ("year" if is_year else unit), value


def _value(digits: str) -> float:
    grouped = re.fullmatch(r"\d{1,3}(?:[,.\u00a0 ]\d{3})+", digits)
    if grouped and not re.fullmatch(r"0?\.\d{3}", digits):
        return float(re.sub(r"\D", "", digits))
    return float(re.sub(r"[,\u00a0 ](?=\d{3})", "", digits).replace(",", "."))
