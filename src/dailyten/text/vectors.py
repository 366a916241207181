"""TF-IDF vectors as plain dicts: enough for some thousand entries a day without numpy.

Term weights are 1 + ln(tf), idf is ln((1 + N) / (1 + df)) + 1 as in scikit-learn's smoothed form, and vectors have
length one, so the dot product is the cosine (Salton & Buckley 1988).
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Vector = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Rarity:
    """How rare each term is in a collection of `documents` texts: `df` counts the texts that hold it."""

    documents: int
    df: Mapping[str, int]

    @classmethod
    def of(cls, texts: Iterable[Iterable[str]]) -> "Rarity":
        """Count a collection given as terms a text."""
        count: Counter[str] = Counter()
        documents = 0
        for terms in texts:
            documents += 1
            count.update(set(terms))
        return cls(documents, count)

    def idf(self, term: str) -> float:
        """Weigh a term: a term never seen is the rarest of all."""
        return math.log((1 + self.documents) / (1 + self.df.get(term, 0))) + 1.0

    def vector(self, terms: Iterable[str]) -> dict[str, float]:
        """Give the vector of a text, of length one; empty for an empty text."""
        weights = {term: (1.0 + math.log(tf)) * self.idf(term) for term, tf in Counter(terms).items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values()))
        return {term: weight / length for term, weight in weights.items()} if length else {}


def cosine(one: Vector, other: Vector) -> float:
    """Give the cosine of two vectors of length one: 0 to 1."""
    small, large = (one, other) if len(one) <= len(other) else (other, one)
    return sum(weight * large[term] for term, weight in small.items() if term in large)
