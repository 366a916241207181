"""Many texts at once, as sparse matrices: what `Vocabulary.vector` gives for one text. Loads numpy and scipy.

The letters of a text are those of its tokens, so they are kept as two matrices, texts by tokens and tokens by n-grams:
a fifth of the numbers that their product would hold.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags

from dailyten.classify.features import LETTERS_WEIGHT, SHAPE_WEIGHT, Terms, Vocabulary, grams

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficients:
    """What each term says to each output: rows of words (with the signs of shape), rows of letters, one intercept."""

    words: Numbers
    letters: Numbers
    intercepts: Numbers


@dataclass(frozen=True)
class Matrix:
    """Texts as rows over a vocabulary. The shape of a text is told to the last `shaped` outputs only."""

    vocabulary: Vocabulary
    words: csr_matrix
    tokens: csr_matrix
    letters: csr_matrix
    shapes: csr_matrix
    shaped: int

    @classmethod
    def of(cls, texts: Sequence[Terms], taught: NDArray[np.bool_], shaped: int) -> "Matrix":
        """Read texts; the vocabulary, and how rare each term is, are learnt from those that are taught."""
        words, word_names = _columns([text.words for text in texts])
        shapes, signs = _columns([dict.fromkeys(text.shape, 1.0) for text in texts])
        tokens, token_names = _columns([text.tokens for text in texts])
        letters, gram_names = _columns([Counter(grams(token)) for token in token_names])
        vocabulary = Vocabulary.from_counts(
            int(taught.sum()),
            words=_counted(words[taught], word_names) | _counted(shapes[taught], signs),
            grams=_counted(_whether(tokens[taught]) @ _whether(letters), gram_names),
        )
        rarity = np.array(vocabulary.rarity)
        in_words, in_grams = rarity[: len(vocabulary.words)], rarity[len(vocabulary.words) :]
        spelt = _placed(letters, gram_names, vocabulary.grams) @ diags(in_grams)
        return cls(
            vocabulary,
            words=_of_length_one(_placed(words, word_names, vocabulary.words) @ diags(in_words)),
            tokens=_scaled(tokens, spelt),
            letters=csr_matrix(spelt),
            shapes=csr_matrix(_placed(shapes, signs, vocabulary.words) @ diags(SHAPE_WEIGHT * in_words)),
            shaped=shaped,
        )

    def coefficients(self, shares: Numbers) -> Coefficients:
        """Add up the texts, each by its share in each output."""
        words = self._turned[0] @ shares
        words[:, -self.shaped :] += self._turned[3] @ shares[:, -self.shaped :]
        letters = self._turned[2] @ (self._turned[1] @ shares)
        return Coefficients(words=words, letters=letters, intercepts=shares.sum(axis=0))

    def values(self, found: Coefficients) -> Numbers:
        """Say what coefficients make of each text, for each output."""
        told = self.words @ found.words + self.tokens @ (self.letters @ found.letters) + found.intercepts
        told[:, -self.shaped :] += self.shapes @ found.words[:, -self.shaped :]
        return np.asarray(told)

    @cached_property
    def _turned(self) -> tuple[csr_matrix, ...]:
        return tuple(csr_matrix(each.T) for each in (self.words, self.tokens, self.letters, self.shapes))


def _columns(rows: Sequence[Mapping[str, float]]) -> tuple[csr_matrix, list[str]]:
    """Give a matrix of these rows, and the names of its columns."""
    places: dict[str, int] = {}
    for row in rows:
        for name in row:
            places.setdefault(name, len(places))
    ends = list(accumulate((len(row) for row in rows), initial=0))
    columns = [places[name] for row in rows for name in row]
    values = [value for row in rows for value in row.values()]
    return csr_matrix((values, columns, ends), shape=(len(rows), len(places)), dtype=float), list(places)


def _whether(matrix: csr_matrix) -> csr_matrix:
    return csr_matrix((np.ones_like(matrix.data), matrix.indices, matrix.indptr), shape=matrix.shape)


def _counted(matrix: csr_matrix, names: Sequence[str]) -> dict[str, int]:
    """Count the rows that hold each name."""
    counts = np.bincount(matrix.indices, minlength=len(names))
    return dict(zip(names, counts.tolist(), strict=True))


def _placed(matrix: csr_matrix, names: Sequence[str], wanted: Sequence[str]) -> csr_matrix:
    """Put the columns where they are wanted; the others are left out, and what no text holds is empty."""
    places = {name: place for place, name in enumerate(names)}
    known = [(places[name], place) for place, name in enumerate(wanted) if name in places]
    old, new = np.array(known, dtype=np.int64).reshape(-1, 2).T
    moves = csr_matrix((np.ones(len(known)), (old, new)), shape=(len(names), len(wanted)))
    return csr_matrix(matrix @ moves)


def _of_length_one(matrix: csr_matrix) -> csr_matrix:
    squares = np.asarray(matrix.power(2).sum(axis=1)).ravel()
    return csr_matrix(diags(_inverse(np.sqrt(squares))) @ matrix)


def _scaled(tokens: csr_matrix, spelt: csr_matrix) -> csr_matrix:
    squares = tokens.power(2) @ np.asarray(spelt.power(2).sum(axis=1)).ravel()
    return csr_matrix(diags(LETTERS_WEIGHT * _inverse(np.sqrt(squares))) @ tokens)


def _inverse(lengths: Numbers) -> Numbers:
    return np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0)
