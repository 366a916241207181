"""Words that stand for one another when an event is told again, and words that tell a place or an act."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

from dailyten.cluster.acts import ACTS
from dailyten.cluster.stems import stem

ACT, NETWORK = "~", "@"
"""First letters of keys that no word has: an act that was told, a network that an entry is about."""
SHORTEST_PART = 3
"""Letters of each part of a hyphenated word that is read as words of their own: "u-turn" is one, "data-leak" two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kindred:
    """The lines of `kindred.txt` by stem: what a stem counts as, what it tells beside itself; pairs of words."""

    same: dict[str, str]
    beside: dict[str, tuple[str, ...]]
    pairs: dict[tuple[str, str], tuple[str, ...]]


@cache
def kindred() -> Kindred:
    """Read `kindred.txt`; a line that is neither "key = words" nor "key + words" is a fault of ours."""
    same: dict[str, str] = {}
    beside: dict[str, tuple[str, ...]] = {}
    pairs: dict[tuple[str, str], tuple[str, ...]] = {}
    for line in files(__package__).joinpath("kindred.txt").read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        key, sign, *words = line.split()
        for word in words:
            if "_" in word:
                first, second = word.split("_")
                pairs[stem(first), stem(second)] = (*pairs.get((stem(first), stem(second)), ()), key)
            elif sign == "=":
                same[stem(word)] = key
            else:
                beside[stem(word)] = (*beside.get(stem(word), ()), key)
    return Kindred(same=same, beside=beside, pairs=pairs)


@lru_cache(maxsize=50_000)
def keys_of(word: str) -> tuple[str, ...]:
    """Give what a folded word counts as: itself or its key first, then what it tells beside, its parts and acts."""
    known = kindred()
    bare = word.lstrip("#@")
    root = stem(bare)
    parts = bare.split("-")
    if len(parts) == 1 or root in known.same or root in known.beside:
        if root[:1].isdigit():
            return ()
        key = known.same.get(root, root)
        return tuple(
            dict.fromkeys((key, *known.beside.get(root, ()), *(ACT + act for act in sorted(_acts(root, key)))))
        )
    if min(map(len, parts)) < SHORTEST_PART:
        return keys_of("".join(parts)) if any(parts) else ()
    return tuple(dict.fromkeys(key for part in parts if not part[0].isdigit() for key in keys_of(part)))


def keys_of_pairs(words: Sequence[str]) -> Iterator[str]:
    """Give what two words in a row tell, such as "white house"."""
    pairs = kindred().pairs
    stems = [stem(word) for word in words]
    for two in pairwise(stems):
        if two in pairs:
            yield from pairs[two]
            yield from (ACT + act for key in pairs[two] for act in sorted(ACTS.get(key, ())))


def _acts(root: str, key: str) -> frozenset[str]:
    return ACTS.get(root, frozenset()) | ACTS.get(key, frozenset())
