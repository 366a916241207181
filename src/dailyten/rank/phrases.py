"""Phrases of whole words, with `*` for any letters and `?` for one: "giveaway*", "buy * followers".

Matching cannot hang: each letter of the text costs one step for each word of the phrase, whatever the phrase
(a bit for each place in the word that a match may have reached).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dailyten.text.words import fold, tokens

LONGEST_PHRASE = 200
MOST_WORDS = 12
_WILD = frozenset("*?")
_SIGNS = frozenset("&+'-.,#@%$\u00a3\u20ac_")
_TAGS = "#@"


class BadPhraseError(ValueError):
    """A phrase that cannot be one; `at` is the place of the first wrong character, from 1."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True, slots=True)
class _Literal:
    text: str

    def fits(self, word: str) -> bool:
        return word == self.text


@dataclass(frozen=True, slots=True)
class _Glob:
    """A word with wildcards. Bit i stands for "the first i letters are matched"; `loops` marks where a star stands."""

    moves: dict[str, int]
    any_letter: int
    loops: int
    length: int

    def fits(self, word: str) -> bool:
        reached = 1
        for letter in word:
            reached = ((reached & (self.moves.get(letter, 0) | self.any_letter)) << 1) | (reached & self.loops)
        return bool(reached >> self.length & 1)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase, ready to be found in the tokens of a text (`dailyten.text.words.tokens`)."""

    text: str
    words: tuple[_Literal | _Glob, ...]
    is_tag: tuple[bool, ...]

    def found_in(self, words: Sequence[str]) -> str:
        """Give the words of the text that fit first, "" if none do."""
        last = len(self.words)
        fitting: dict[str, int] = {}
        reached = 0
        for place, word in enumerate(words):
            if (mask := fitting.get(word)) is None:
                mask = fitting[word] = self._fitting(word)
            reached = ((reached | 1) & mask) << 1
            if reached >> last:
                return " ".join(words[place - last + 1 : place + 1])
        return ""

    def _fitting(self, word: str) -> int:
        """Say which words of the phrase this one fits, a bit for each."""
        bare = word.lstrip(_TAGS)
        return sum(
            1 << step
            for step, (each, is_tag) in enumerate(zip(self.words, self.is_tag, strict=True))
            if each.fits(word if is_tag else bare)
        )


def phrase(text: str) -> Phrase:
    """Read a phrase. Raises BadPhraseError with the place of what is wrong."""
    if len(text) > LONGEST_PHRASE:
        raise BadPhraseError(f"a phrase has at most {LONGEST_PHRASE} characters", LONGEST_PHRASE + 1)
    words: list[_Literal | _Glob] = []
    tags: list[bool] = []
    at = 0
    for piece in text.split():
        at = text.index(piece, at)
        _check(piece, at)
        for word in (fold(piece),) if _WILD & set(piece) else tokens(piece):
            words.append(_glob(word) if _WILD & set(word) else _Literal(word))
            tags.append(word.startswith(tuple(_TAGS)))
        at += len(piece)
    if not words:
        raise BadPhraseError("a phrase needs a word", 1)
    if len(words) > MOST_WORDS:
        raise BadPhraseError(f"a phrase has at most {MOST_WORDS} words", 1)
    if all(isinstance(each, _Glob) and not each.moves for each in words):
        raise BadPhraseError("a phrase of nothing but * and ? would hit everything", 1)
    return Phrase(text=text, words=tuple(words), is_tag=tuple(tags))


def _check(piece: str, at: int) -> None:
    for place, letter in enumerate(piece):
        if not (letter.isalnum() or letter in _WILD or letter in _SIGNS or ord(letter) > 0x7F):  # noqa: PLR2004 - ASCII ends there
            raise BadPhraseError(f"{letter!r} cannot stand in a word", at + place + 1)
    if not _WILD & set(piece) and not tokens(piece):
        raise BadPhraseError(f"{piece!r} holds no word", at + 1)


def _glob(word: str) -> _Glob:
    moves: dict[str, int] = {}
    any_letter = loops = length = 0
    for letter in word:
        if letter == "*":
            loops |= 1 << length
            continue
        if letter == "?":
            any_letter |= 1 << length
        else:
            moves[letter] = moves.get(letter, 0) | 1 << length
        length += 1
    return _Glob(moves=moves, any_letter=any_letter, loops=loops, length=length)
