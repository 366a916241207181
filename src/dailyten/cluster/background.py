"""How common words are in a trade's news: counted in the training entries of its pack, to judge a day of thirty."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from dailyten.cluster.kindred import ACT, NETWORK
from dailyten.cluster.traits import traits_of
from dailyten.errors import BadPack
from dailyten.model.entry import Entry, KeptEntry
from dailyten.text.vectors import Rarity

RARE_FROM = 3
"""Texts in which a stem must stand to be counted; rarer ones weigh like unseen ones anyway."""


def read_background(body: bytes, where: str) -> Rarity:
    """Read how many texts were counted, and in how many of them each stem stands. Raises BadPack."""
    try:
        table = json.loads(body)
        return Rarity(int(table["texts"]), {str(stem): int(count) for stem, count in table["df"].items()})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        wanted = '{"texts": 442, "df": {"account": 40}}, as `dailyten topics train` writes it'
        raise BadPack("these are no counts of words", expected=wanted, came=repr(error), where=where) from error


def count_background(texts: Iterable[tuple[str, str]], networks: Callable[[str, str], tuple[str, ...]]) -> Rarity:
    """Count the stems of titles and summaries, and the networks that `networks` finds in them."""
    counted = Rarity.of(_stems(title, summary, networks(title, summary)) for title, summary in texts)
    return Rarity(counted.documents, {stem: n for stem, n in sorted(counted.df.items()) if n >= RARE_FROM})


def write_background(counted: Rarity) -> bytes:
    """Write counts so that `read_background` reads them; the same counts give the same bytes."""
    table = {"texts": counted.documents, "df": dict(sorted(counted.df.items()))}
    return json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def with_background(texts: Iterable[Iterable[str]], known: Rarity | None = None) -> Rarity:
    """Count the words of these texts on top of what is known of the trade, which may be nothing."""
    here, there = Rarity.of(texts), known or Rarity(0, {})
    return Rarity(there.documents + here.documents, Counter(there.df) + Counter(here.df))


def share_unknown(words: Iterable[str], known: Rarity) -> float:
    """Give the share of an entry's words that the trade never used; networks and acts are no words."""
    plain = [word in known.df for word in words if word[0] not in ACT + NETWORK]
    return plain.count(False) / len(plain) if plain else 0.0


def _stems(title: str, summary: str, networks: tuple[str, ...]) -> frozenset[str]:
    entry = Entry(key="counted", title=title, summary=summary)
    kept = KeptEntry(entry_id="counted", feed_id="counted", entry=entry, first_seen_at=datetime(2000, 1, 1, tzinfo=UTC))
    return traits_of(kept, networks).words
