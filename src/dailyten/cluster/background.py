"""What is known of a trade's news beforehand: how common its words are, and which of them stand for one another.

Counted in the training entries of a pack, to judge a day of thirty.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from dailyten.cluster.kindred import ACT, NETWORK, Kindred, kindred
from dailyten.cluster.traits import traits_of
from dailyten.errors import BadPack
from dailyten.model.entry import Entry, KeptEntry
from dailyten.text.vectors import Rarity

RARE_FROM = 3
"""Texts in which a stem must stand to be counted; rarer ones weigh like unseen ones anyway."""


@dataclass(frozen=True, slots=True)
class Background:
    """The words of a trade. The counts are of keys, so they hold for these words of kin only."""

    rarity: Rarity
    kindred: Kindred


def read_background(body: bytes, where: str) -> Background:
    """Read how many texts were counted, in how many of them each stem stands, and the words of kin. Raises BadPack."""
    try:
        table = json.loads(body)
        rarity = Rarity(int(table["texts"]), {str(stem): int(count) for stem, count in table["df"].items()})
        own = "\n".join(table.get("kindred", ()))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        wanted = '{"texts": 442, "df": {"account": 40}, "kindred": []}, as `dailyten topics train` writes it'
        raise BadPack("these are no counts of words", expected=wanted, came=repr(error), where=where) from error
    return Background(rarity, kindred(own, where))


def count_background(
    texts: Iterable[tuple[str, str]], networks: Callable[[str, str], tuple[str, ...]], words: Kindred | None = None
) -> Background:
    """Count the keys of titles and summaries, and the networks that `networks` finds in them."""
    known = words or kindred()
    counted = Rarity.of(_stems(title, summary, networks(title, summary), known) for title, summary in texts)
    common = {stem: n for stem, n in sorted(counted.df.items()) if n >= RARE_FROM}
    return Background(Rarity(counted.documents, common), known)


def write_background(counted: Background) -> bytes:
    """Write counts so that `read_background` reads them; the same counts give the same bytes."""
    table = {
        "texts": counted.rarity.documents,
        "df": dict(sorted(counted.rarity.df.items())),
        "kindred": counted.kindred.own.splitlines(),
    }
    return json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def with_background(texts: Iterable[Iterable[str]], known: Rarity | None = None) -> Rarity:
    """Count the words of these texts on top of what is known of the trade, which may be nothing."""
    here, there = Rarity.of(texts), known or Rarity(0, {})
    return Rarity(there.documents + here.documents, Counter(there.df) + Counter(here.df))


def share_unknown(words: Iterable[str], known: Rarity) -> float:
    """Give the share of an entry's words that the trade never used; networks and acts are no words."""
    plain = [word in known.df for word in words if word[0] not in ACT + NETWORK]
    return plain.count(False) / len(plain) if plain else 0.0


def _stems(title: str, summary: str, networks: tuple[str, ...], known: Kindred) -> frozenset[str]:
    entry = Entry(key="counted", title=title, summary=summary)
    kept = KeptEntry(entry_id="counted", feed_id="counted", entry=entry, first_seen_at=datetime(2000, 1, 1, tzinfo=UTC))
    return traits_of(kept, networks, known).words
