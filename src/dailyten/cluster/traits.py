"""What of an entry is compared when two entries may tell one event."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote, urlsplit

from dailyten.cluster.advice import advises
from dailyten.cluster.columns import gathers, label, part
from dailyten.cluster.figures import Figure, figures
from dailyten.cluster.kindred import ACT, NETWORK, Kindred, kindred
from dailyten.cluster.stems import stem
from dailyten.model.entry import KeptEntry
from dailyten.text.words import STOP_WORDS, fold, sentences, tokens

READ_WORDS = 60
"""Words of the text that count. News is told at the start; the end of an article tells of its neighbours."""
SHINGLE = 5
"""Words in a row that two texts rarely share unless one was copied."""
LONG_SLUG = 4
"""Words of an address that make it as telling as a title."""

_CAPITAL = re.compile(r"[#@]?[^\W\d_][\w&+'\u2019-]*")
_SITE = re.compile(r"\s+(?:\||\u2013|\u2014|::|-)\s+[^|\u2013\u2014]{2,40}$")
_VIA = re.compile(r"\s+via @\w.*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """An entry as the joining sees it: stems of title and text, figures, names, acts; where and when it was told.

    `outside` is the share of its words that the news of the trade never used; 0 where nothing is known of the trade.
    """

    entry_id: str
    feed_id: str
    at: datetime
    title: str
    pattern: tuple[str, ...]
    title_stems: frozenset[str]
    stems: tuple[str, ...]
    words: frozenset[str]
    gathers: bool
    label: str
    part: str
    advises: bool
    names: frozenset[str]
    maybe_names: frozenset[str]
    figures: frozenset[Figure]
    title_figures: frozenset[Figure]
    acts: frozenset[str]
    title_acts: frozenset[str]
    shingles: frozenset[str]
    slug: frozenset[str]
    numbers_of_address: frozenset[str]
    networks: frozenset[str]
    foreign: bool
    outside: float = 0.0


def told_at(kept: KeptEntry) -> datetime:
    """Give the instant an entry was told: as published where that can be believed, else when we first saw it."""
    published = kept.entry.published_at
    return published if published and published <= kept.first_seen_at else kept.first_seen_at


def traits_of(kept: KeptEntry, networks: Iterable[str] = (), words: Kindred | None = None) -> Traits:
    """Read the traits of an entry; `words` says what its words count as.

    Where the entry names none of its `networks`, words may tell them: "the photo-sharing app", who speaks for it.
    """
    known = words or kindred()
    entry = kept.entry
    title = bare_title(entry.title)
    text = " ".join(entry.summary.split()[:READ_WORDS])
    title_words, text_words = tokens(title), tokens(text)
    in_title, in_text = _keys(title_words, known), _keys(text_words, known)
    stems = (*in_title, *in_text)
    sure, maybe = _names(title, text, known)
    slug, numbers = _address(entry.url, known)
    about = frozenset(networks) or frozenset(key[1:] for key in stems if key[0] == NETWORK)
    return Traits(
        entry_id=kept.entry_id,
        feed_id=kept.feed_id,
        at=told_at(kept),
        title=fold(title),
        pattern=tuple(map(stem, title_words)),
        title_stems=frozenset(in_title),
        stems=stems,
        words=frozenset(stems) | slug | {NETWORK + each for each in about},
        gathers=gathers(title),
        label=label(title),
        part=part(title),
        advises=advises(title),
        names=sure,
        maybe_names=maybe,
        figures=figures(f"{title}. {text}"),
        title_figures=figures(title),
        acts=frozenset(key[1:] for key in stems if key[0] == ACT),
        title_acts=frozenset(key[1:] for key in in_title if key[0] == ACT),
        shingles=_shingles(text_words),
        slug=slug,
        numbers_of_address=numbers,
        networks=about,
        foreign=entry.language not in {"", "en"},
    )


def bare_title(title: str) -> str:
    """Drop what a publisher hangs on its titles: " | The Site", " via @writer"."""
    bare = _SITE.sub("", _VIA.sub("", title)).strip()
    return bare if len(bare.split()) >= 3 else title  # noqa: PLR2004 - what is left must still be a title


def _keys(words: list[str], known: Kindred) -> list[str]:
    return [*(key for word in words if _tells(word) for key in known.keys_of(word)), *known.keys_of_pairs(words)]


def _tells(word: str) -> bool:
    return word not in STOP_WORDS and (len(word) > 1 or word == "x") and word[0] not in "$\u00a3\u20ac"


def _names(title: str, text: str, known: Kindred) -> tuple[frozenset[str], frozenset[str]]:
    """Tell sure names (a capital inside a sentence) from possible ones (first words, titles In Capitals)."""
    sure: set[str] = set()
    maybe: set[str] = set()
    for sentence in [title, *sentences(text)]:
        words = _CAPITAL.findall(sentence)
        capitals = [word for word in words if not word.lstrip("#@")[:1].islower()]
        shouted = len(capitals) > 0.6 * len(words) > 2  # noqa: PLR2004
        for place, word in enumerate(capitals):
            key = next(iter(known.keys_of(fold(word).removesuffix("'s"))), "")
            first = place == 0 and words[0] == word
            odd = word[0] in "#@" or (not word.isupper() and word[1:] != word[1:].lower())
            (sure if odd or not (shouted or first) else maybe).add(key)
    return frozenset(sure), frozenset(sure | maybe)


def _shingles(words: list[str]) -> frozenset[str]:
    return frozenset(" ".join(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1))


def _address(url: str, known: Kindred) -> tuple[frozenset[str], frozenset[str]]:
    """Read an address: the stems of its last long part, and its numbers of six digits or more."""
    parts = [part for part in unquote(urlsplit(url).path).split("/") if part]
    slugs = [re.sub(r"\.\w{2,5}$", "", part) for part in parts]
    longest = max(slugs, key=lambda part: len(re.split(r"[-_]", part)), default="")
    words = [
        key
        for key in _keys(tokens(re.sub(r"[-_]", " ", longest)), known)
        if key[0] not in ACT + NETWORK and not key.isdigit()
    ]
    numbers = frozenset(
        number for part in parts for number in re.findall(r"\d{6,}", part) if not number.startswith("20")
    )
    return (frozenset(words) if len(words) >= LONG_SLUG else frozenset()), numbers
