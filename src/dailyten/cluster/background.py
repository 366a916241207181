"""How common words are in our trade's news: counted in the project's own entries, to judge a day of thirty."""

import json
from collections import Counter
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from dailyten.text.vectors import Rarity


@cache
def background() -> Rarity:
    """Read the counts of `background.json`: texts counted, and in how many of them each stem stands (3 or more)."""
    table = json.loads(files(__package__).joinpath("background.json").read_text("utf-8"))
    return Rarity(table["texts"], table["df"])


def with_background(texts: Iterable[Iterable[str]]) -> Rarity:
    """Count the words of these texts on top of the background."""
    here = Rarity.of(texts)
    return Rarity(background().documents + here.documents, Counter(background().df) + Counter(here.df))
