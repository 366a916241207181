"""A text as weighted terms: words, pairs of words, cues and the letters inside words. The same for training and use.

The value of a text is built so that it can be added up token by token, which makes tagging fast without numpy: every
distinct token counts once, at the weight of the better place it stands in (title or summary), and brings the n-grams
of its letters with it. Words and letters are two blocks, each of length one (letters: by the lengths of their tokens).
The shape of the text is a third, small one, which tells how useful it is and nothing of what it is about.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from dailyten.classify.shape import shape
from dailyten.text.words import tokens

TITLE_WEIGHT = 1.5
"""A word of the title against one of the summary; flat between 1.5 and 2 in cross-validation on our entries."""
LETTERS_WEIGHT = 0.7
"""The block of letters against the block of words; flat between 0.5 and 1 on entries of writers who were held back."""
CUE_WEIGHT = 1.5
"""A cue against a word: from 0.671 macro-F1 without cues to 0.697 with, in cross-validation; flat from 1.5 on."""
GRAM_SIZES = (3, 4, 5)
FEWEST_WORD = 2
"""Texts that must hold a word or pair before it becomes a feature."""
FEWEST_GRAM = 3
MOST_CHARACTERS = 1_200
"""Of title and summary each: the training entries end well before, and whole articles must not drown their lead."""
CUE_PREFIX = "cue:"
SHAPE_WEIGHT = 0.1
"""A sign of shape against a word; flat between 0.1 and 0.2."""
_STEM = "*"
_SHORTEST_STEM = 3


@dataclass(frozen=True, slots=True)
class Terms:
    """What a text holds: `words` (words, pairs, cues) and `tokens`, each with its weight; its `shape`."""

    words: Mapping[str, float]
    tokens: Mapping[str, float]
    shape: tuple[str, ...] = ()


class Cues:
    """Groups of words that speak alike: "ftc", "gdpr", "lawsuit*" and "data protection" all tell of the law.

    A word ending in * stands for every word that begins so; several words are a phrase.
    """

    def __init__(self, groups: Mapping[str, Iterable[str]]) -> None:
        self._exact: dict[str, list[str]] = {}
        self._stems: dict[str, list[str]] = {}
        self._known: dict[str, tuple[str, ...]] = {}
        for key, words in groups.items():
            for word in words:
                stem = word.endswith(_STEM)
                found = " ".join(tokens(word.removesuffix(_STEM)))
                if not found:
                    continue
                (self._stems if stem else self._exact).setdefault(found, []).append(CUE_PREFIX + key)
        self._heads = {stem[:_SHORTEST_STEM] for stem in self._stems}
        self._sizes_from: dict[str, set[int]] = {}
        for phrase in self._exact:
            first, *rest = phrase.split()
            if rest:
                self._sizes_from.setdefault(first, set()).add(len(rest) + 1)

    def found(self, words: list[str]) -> set[str]:
        """Give the cues that stand in a run of tokens."""
        cues = {cue for word in words for cue in self._of(word)}
        for place, word in enumerate(words):
            for size in self._sizes_from.get(word, ()):
                cues.update(self._exact.get(" ".join(words[place : place + size]), ()))
        return cues

    def _of(self, word: str) -> tuple[str, ...]:
        known = self._known.get(word)
        if known is None:
            known = self._known[word] = (*self._exact.get(word, ()), *self._begun(word))
        return known

    def _begun(self, word: str) -> Iterator[str]:
        if word[:_SHORTEST_STEM] in self._heads:
            for size in range(_SHORTEST_STEM, len(word) + 1):
                yield from self._stems.get(word[:size], ())


def read(title: str, summary: str, cues: Cues) -> Terms:
    """Turn a text into its terms. Only the first `MOST_CHARACTERS` of title and summary are looked at."""
    found: dict[str, float] = {}
    single: dict[str, float] = {}
    title, summary = title[:MOST_CHARACTERS], summary[:MOST_CHARACTERS]
    title_tokens, summary_tokens = tokens(title), tokens(summary)
    for part, weight in ((summary_tokens, 1.0), (title_tokens, TITLE_WEIGHT)):
        single.update(dict.fromkeys(part, weight))
        found.update(dict.fromkeys(map(" ".join, pairwise(part)), weight))
        found.update(dict.fromkeys(cues.found(part), weight * CUE_WEIGHT))
    seen = shape(title, summary, title_tokens=len(title_tokens), summary_tokens=len(summary_tokens))
    return Terms(words={**single, **found}, tokens=single, shape=seen)


def grams(token: str) -> list[str]:
    """Give the letter n-grams of a token with its borders marked by spaces."""
    padded = f" {token} "
    return [padded[at : at + size] for size in GRAM_SIZES for at in range(len(padded) - size + 1)]


@dataclass(frozen=True)
class Vocabulary:
    """The terms a model knows, in order, and in how many of `documents` texts each was seen."""

    documents: int
    words: tuple[str, ...]
    word_counts: tuple[int, ...]
    grams: tuple[str, ...]
    gram_counts: tuple[int, ...]

    @classmethod
    def from_counts(cls, documents: int, *, words: Mapping[str, int], grams: Mapping[str, int]) -> "Vocabulary":
        """Keep the terms that were counted in enough of the documents."""
        kept = sorted((word, count) for word, count in words.items() if count >= FEWEST_WORD)
        kept_grams = sorted((gram, count) for gram, count in grams.items() if count >= FEWEST_GRAM)
        return cls(
            documents=documents,
            words=tuple(word for word, _ in kept),
            word_counts=tuple(count for _, count in kept),
            grams=tuple(gram for gram, _ in kept_grams),
            gram_counts=tuple(count for _, count in kept_grams),
        )

    def __len__(self) -> int:
        return len(self.words) + len(self.grams)

    @cached_property
    def word_places(self) -> dict[str, int]:
        """Say which row belongs to a word, a pair or a cue."""
        return {word: place for place, word in enumerate(self.words)}

    @cached_property
    def gram_places(self) -> dict[str, int]:
        """Say which row belongs to an n-gram; they follow the words."""
        return {gram: place for place, gram in enumerate(self.grams, start=len(self.words))}

    @cached_property
    def rarity(self) -> tuple[float, ...]:
        """Give the idf of every row: ln((1 + N) / (1 + df)) + 1."""
        return self._by_count(lambda idf: idf)

    @cached_property
    def squares(self) -> tuple[float, ...]:
        """Give the square of the idf of every row."""
        return self._by_count(lambda idf: idf * idf)

    def _by_count(self, worth: Callable[[float], float]) -> tuple[float, ...]:
        counts = (*self.word_counts, *self.gram_counts)
        told = {count: worth(math.log((1 + self.documents) / (1 + count)) + 1.0) for count in set(counts)}
        return tuple(map(told.__getitem__, counts))

    def vector(self, text: Terms) -> dict[int, float]:
        """Give a text's row and value pairs, as the model is trained on them."""
        found = self.word_block(text)
        for place, value in self._gram_block(text).items():
            found[place] = value
        return found | self.shape_block(text)

    def shape_block(self, text: Terms) -> dict[int, float]:
        """Give the rows of a text's shape with their values."""
        places, rarity = self.word_places, self.rarity
        known = (places[sign] for sign in text.shape if sign in places)
        return {place: SHAPE_WEIGHT * rarity[place] for place in known}

    def word_block(self, text: Terms) -> dict[int, float]:
        """Give the rows of a text's words, pairs and cues with their values; of length one."""
        places, rarity = self.word_places, self.rarity
        block = {places[word]: weight * rarity[places[word]] for word, weight in text.words.items() if word in places}
        length = math.sqrt(math.fsum(value * value for value in block.values()))
        return {place: value / length for place, value in block.items()} if length else {}

    def _gram_block(self, text: Terms) -> dict[int, float]:
        block: dict[int, float] = {}
        squares = 0.0
        for token, weight in text.tokens.items():
            inside = self.token_block(token)
            squares += weight * weight * math.fsum(value * value for value in inside.values())
            for place, value in inside.items():
                block[place] = block.get(place, 0.0) + weight * value
        scale = LETTERS_WEIGHT / math.sqrt(squares) if squares else 0.0
        return {place: value * scale for place, value in block.items()}

    @cached_property
    def _blocks(self) -> dict[str, dict[int, float]]:
        return {}

    def token_block(self, token: str) -> dict[int, float]:
        """Give the rows of a token's n-grams and how often each occurs times its idf; kept, for words come again."""
        known = self._blocks.get(token)
        if known is None:
            known = self._blocks[token] = self._new_block(token)
        return known

    def _new_block(self, token: str) -> dict[int, float]:
        places, rarity = self.gram_places, self.rarity
        counted = Counter(places[gram] for gram in grams(token) if gram in places)
        return {place: count * rarity[place] for place, count in counted.items()}
