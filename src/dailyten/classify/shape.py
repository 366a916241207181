"""The shape of a text, apart from its words: how long, with how many figures, a question, a list, to whom it speaks.

It tells how useful a text is (an announcement with figures, a how-to that speaks to "you", a teaser) and is told to
nothing else: usefulness gains 0.008 of nDCG@10 in the mean of six writers who were held back, topics lose with them.
"""

import re
from collections.abc import Iterator

PREFIX = "shape:"
TITLE_STEP, LONGEST_TITLE = 2, 30
SUMMARY_STEP, LONGEST_SUMMARY = 4, 64
"""Tokens in a step, and from how many on a text is no longer of a kind with the training entries: nothing is told."""
MOST_COMMAS, MOST_FIGURES = 4, 3

_FIGURE = re.compile(r"\d[\d,.]*")
_LIST = re.compile(r"\W*\d+ ")
_TO_YOU = re.compile(r"\byour?\b", re.IGNORECASE)


def shape(title: str, summary: str, *, title_tokens: int, summary_tokens: int) -> tuple[str, ...]:
    """Name what can be seen of a text without reading it; nothing of a part that is empty or overlong."""
    told: list[str] = []
    if 0 < title_tokens < LONGEST_TITLE:
        told.extend(_of_title(title, title_tokens))
    if 0 < summary_tokens < LONGEST_SUMMARY:
        told.extend(_of_summary(summary, summary_tokens))
    if told and _TO_YOU.search(f"{title} {summary[: 10 * LONGEST_SUMMARY]}"):
        told.append("you")
    return tuple(PREFIX + each for each in told)


def _of_title(title: str, tokens: int) -> Iterator[str]:
    yield f"title:{tokens // TITLE_STEP}"
    if _FIGURE.search(title):
        yield "title has a figure"
    if _LIST.match(title):
        yield "title begins with a number"
    if "?" in title:
        yield "title asks"
    if ":" in title:
        yield "title has a colon"


def _of_summary(summary: str, tokens: int) -> Iterator[str]:
    yield f"summary:{tokens // SUMMARY_STEP}"
    yield f"figures:{min(MOST_FIGURES, len(_FIGURE.findall(summary)))}"
    yield f"commas:{min(MOST_COMMAS, summary.count(','))}"
