"""Words that stand for one another when an event is told again, and words that tell a place, a network or an act."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

from dailyten.cluster.acts import ACTS
from dailyten.cluster.stems import stem
from dailyten.errors import BadPack

ACT, NETWORK = "~", "@"
"""First letters of keys that no word has: an act that was told, a network that an entry is about."""
SHORTEST_PART = 3
"""Letters of each part of a hyphenated word that is read as words of their own: "u-turn" is one, "data-leak" two."""
MOST_REMEMBERED = 50_000
"""Words whose keys are remembered; then the memory starts afresh."""


@dataclass(frozen=True, slots=True)
class Kindred:
    """What words count as: the lines of `kindred.txt`, which hold for every trade, and those of a pack (`own`).

    By stem: what a stem counts as, what it tells beside itself; what pairs of words tell.
    """

    own: str = ""
    same: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    beside: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)
    pairs: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)
    _remembered: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)

    def keys_of(self, word: str) -> tuple[str, ...]:
        """Give what a folded word counts as: itself or its key first, then what it tells beside, its parts and acts."""
        known = self._remembered.get(word)
        if known is None:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            known = self._remembered[word] = self._read(word.lstrip("#@"))
        return known

    def keys_of_pairs(self, words: Sequence[str]) -> Iterator[str]:
        """Give what two words in a row tell, such as "white house"."""
        stems = [stem(word) for word in words]
        for two in pairwise(stems):
            if two in self.pairs:
                yield from self.pairs[two]
                yield from (ACT + act for key in self.pairs[two] for act in sorted(ACTS.get(key, ())))

    def _read(self, bare: str) -> tuple[str, ...]:
        root = stem(bare)
        parts = bare.split("-")
        if len(parts) == 1 or root in self.same or root in self.beside:
            return self._of_stem(root)
        if min(map(len, parts)) < SHORTEST_PART:
            return self.keys_of("".join(parts)) if any(parts) else ()
        return tuple(dict.fromkeys(key for part in parts if not part[0].isdigit() for key in self.keys_of(part)))

    def _of_stem(self, root: str) -> tuple[str, ...]:
        if root[:1].isdigit():
            return ()
        key = self.same.get(root, root)
        acts = ACTS.get(root, frozenset()) | ACTS.get(key, frozenset())
        return tuple(dict.fromkeys((key, *self.beside.get(root, ()), *(ACT + act for act in sorted(acts)))))

    def _add(self, key: str, sign: str, words: Sequence[str]) -> None:
        for word in words:
            if "_" in word:
                first, second = word.split("_")
                two = stem(first), stem(second)
                self.pairs[two] = (*self.pairs.get(two, ()), key)
            elif sign == "=":
                self.same[stem(word)] = key
            else:
                self.beside[stem(word)] = (*self.beside.get(stem(word), ()), key)


@lru_cache(maxsize=8)
def kindred(own: str = "", where: str = "") -> Kindred:
    """Read the words of every trade, then those of a pack, which may say otherwise of a word.

    Raises BadPack, naming the line, for one that is neither "key = words" nor "key + words".
    """
    read = Kindred("\n".join(filter(_tells, own.splitlines())))
    for text, named in ((files(__package__).joinpath("kindred.txt").read_text("utf-8"), "kindred.txt"), (own, where)):
        for number, line in enumerate(text.splitlines(), 1):
            if _tells(line):
                read._add(*_parts(line, f"{named}:{number}"))  # noqa: SLF001 - its own maker
    return read


def _tells(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _parts(line: str, where: str) -> tuple[str, str, list[str]]:
    key, *rest = line.split()
    if len(rest) < 2 or rest[0] not in "=+" or any(word.count("_") > 1 for word in rest[1:]):  # noqa: PLR2004
        expected = '"key = words" (each counts as the key) or "key + words" (each tells the key too), two words as a_b'
        raise BadPack("this line joins no words", expected=expected, came=line, where=where)
    return key, rest[0], rest[1:]
