"""Titles that tell no single event: round-ups, which name many, and columns, which come every week under one name."""

import re

_SPAN = "(?:day|week|weekend|month|quarter|year|monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_MONTH = "(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_COUNT = r"(?:\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty)"
_ISSUE = "(?:brief|briefing|digest|links|reads|round-?up|recap|wrap|five|ratings|reading|review|q ?& ?a)"
_LISTED = (
    "(?:ways|tips|things|reasons|ideas|tools|examples|lessons|mistakes|fails|crises|stats|statistics|trends|hacks"
    "|secrets|tricks)"
)
_GATHERS = re.compile(
    "|".join(
        [
            r"(?<!\bend )(?<!\brest )(?<!\bstart )(?<!\bmiddle )\bof the (?:day|week|weekend|month)\b",
            rf"^(?:this|last) {_SPAN} (?:in|on|at|for|we)\b",
            rf"^the (?:\w+ )?{_SPAN} (?:in|on|at)\b",
            rf"^(?:the )?(?:\w+ )?{_SPAN}(?: in \w+)?: .*, ",
            rf"\b(?:morning|evening|daily|weekly|monthly|{_SPAN}) (?:in )?{_ISSUE}\b",
            rf"^{_SPAN} challenge\b",
            r"\bround-?up\b|\brecap\b|\bdigest: |^links? (?:of|for|from)\b|\bweek (?:ending|\d+)\b",
            r"\bwhat (?:we|i) read\b|\bnews you (?:may have )?missed\b|^what's new\b|^a year (?:in|on|of)\b",
            rf"^what changed in {_MONTH}|^{_MONTH}(?: \d{{4}})? for \w+",
            r"^today (?:in|on|at) |^[^,:]+(?:, [^,]+){3,}$",
            r"^who to follow\b|^(?:the )?best and worst\b",
            rf"^(?:the )?(?:top |best )?{_COUNT} (?:\w+ ){{0,4}}{_LISTED}\b",
        ]
    ),
    re.IGNORECASE,
)
_PART = re.compile(r"\b(?:part|pt\.?|episode|ep\.?|chapter|day|week|issue)\s#?(?P<number>\d{1,4})\b", re.IGNORECASE)
_LABEL = re.compile(r"^(?P<label>[^:|]{6,45}?)\s?(?:[:|]| [-\u2013\u2014] )\s?\S")
_NAME = re.compile(r"[\w']+")


def gathers(title: str) -> bool:
    """Say whether a title announces a round-up, a list or a column, which belong to no story."""
    return _GATHERS.search(title.replace("\u2019", "'")) is not None


def label(title: str) -> str:
    """Give the words before a colon or bar, such as "page of the week": one feed's texts under it are a column."""
    found = _LABEL.match(title)
    return found["label"].casefold() if found and len(_NAME.findall(found["label"])) > 1 else ""


def part(title: str) -> str:
    """Give the number of a part, an episode or a chapter that a title names; empty where it names none."""
    found = _PART.search(title)
    return found["number"] if found else ""
