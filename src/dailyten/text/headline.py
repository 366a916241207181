"""What an entry is called that has no title, as the posts of social networks have none."""

from dailyten.text.shorten import shorten
from dailyten.text.words import sentences

MOST_CHARACTERS = 100
"""Characters of a sentence that stands for a title; headlines rarely have more."""
UNTITLED = "(no title)"


def headline(title: str, summary: str) -> str:
    """Give the title, or else the first sentence of the summary, and where there is no word, `UNTITLED`."""
    if title:
        return title
    return shorten(next(iter(sentences(summary)), ""), MOST_CHARACTERS) or UNTITLED
