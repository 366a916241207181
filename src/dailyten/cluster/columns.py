"""Titles that tell no single event: round-ups, which name many, and columns, which come every week under one name."""

import re

_SPAN = r"(?:day|week|weekend|month|quarter|year|monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_MONTHS = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_COUNT = r"(?:\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty)"
_GATHERS = re.compile(
    rf"(?:\b(?:of|in) the {_SPAN}\b(?!'s)|^(?:this|last) {_SPAN} (?:in|on|at|for|we)\b|^the {_SPAN} (?:in|on|at)\b"
    rf"|^(?:the )?\w* ?{_SPAN} ?(?:in|on)? ?(?:review|brief|briefing|digest|links?|reads?|round-?up|recap|wrap|five|ten|notes"
    rf"|challenge|ratings|q ?& ?a)\b|^(?:the )?(?:\w+ )?{_SPAN}(?: in \w+)?: .*, "
    rf"|\b(?:morning|evening|daily|weekly|monthly|friday|monday) (?:brief|briefing|digest|links?|reads?|round-?up|recap|wrap"
    rf"|five|ten|notes|ratings|reading|roundup|update|news)\b"
    rf"|\bround-?up\b|\blinks? (?:of|for|from)\b|\bweek(?:ly)? (?:ending|\d+)\b|\brecap\b|\bdigest: |\bwhat (?:we|i) read\b"
    rf"|\bnews you (?:may have )?missed\b|\bwhat changed in {_MONTHS}|^{_MONTHS}(?: \d{{4}})? for \w+|^what's new\b"
    rf"|^a year (?:in|on|of)\b|\bwho to follow\b|^(?:the )?best and worst\b"
    rf"|^(?:the )?(?:top |best )?{_COUNT} (?:\w+ ){{0,4}}(?:ways|tips|things|reasons|ideas|tools|apps|examples|lessons|mistakes"
    rf"|steps|questions|rules|fails|crises|facts|stats|statistics|trends|hacks|secrets|tricks|brands|accounts)\b)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^(?P<label>[^:|]{6,45}?)\s?(?:[:|]| [-\u2013\u2014] )\s?\S")
_NAME = re.compile(r"[\w']+")


def gathers(title: str) -> bool:
    """Say whether a title announces a round-up, a list or a column, which belong to no story."""
    return _GATHERS.search(title.replace("\u2019", "'")) is not None


def label(title: str) -> str:
    """Give the words before a colon or bar, such as "page of the week"; one feed's texts under one label are a column."""
    found = _LABEL.match(title)
    return found["label"].casefold() if found and len(_NAME.findall(found["label"])) > 1 else ""
