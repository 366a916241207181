"""Stems: "sues", "sued" and "suing" are one word when tellings are compared. Rough on purpose, English only."""

from functools import lru_cache

_ENDINGS = (
    "ations",
    "ation",
    "ements",
    "ement",
    "ings",
    "ing",
    "ies",
    "ied",
    "ers",
    "er",
    "es",
    "ed",
    "ly",
    "s",
    "e",
    "y",
)
_SHORTEST = 4
"""Letters that must remain; "news" and "rise" stay apart from "new" and "ris"."""


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Cut the first ending that fits and leaves at least four letters; short words only lose a plural s."""
    if not word.isalpha():
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            cut = word[: -len(ending)]
            return cut[:-1] if cut[-1] == cut[-2] and cut[-1] not in "lsz" and len(cut) > _SHORTEST else cut
    return word[:-1] if len(word) == _SHORTEST and word[-1] == "s" and word[-2] not in "su" else word
