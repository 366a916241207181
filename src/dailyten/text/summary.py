"""A short summary in the publisher's own sentences.

Sentences are chosen, never written: by how central they are to the text (cosine to the centroid of its TF-IDF
vectors, as in Radev et al. 2004), with the opening preferred, for publishers lead with the news.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from dailyten.text.shorten import shorten_words
from dailyten.text.vectors import Rarity, cosine
from dailyten.text.words import content_words, fold, quotes_close, sentences

MOST_WORDS = 40
"""Words of a summary that are shown at the most."""
MOST_SENTENCES = 2
READ_SENTENCES = 40
"""Sentences from the start of a text that are looked at; an article has said by then what it is about."""
LONGEST = 2_000
"""Characters of a sentence that are looked at: what has more is a list or no prose at all."""
SHORTEST = 5
"""Words below which a sentence says too little to stand alone."""
OPENING_BONUS = 0.35
"""What the very first sentence gains over one at the end; tuned by reading 60 entries of our own."""

_TEASER = re.compile(
    r"(?:\bthe post\b.{0,300}\b(?:appeared first on|first appeared on)\b.*"
    r"|\bthis (?:post|article|story|entry) (?:was )?(?:originally |first )?(?:appeared|published|posted)\b.*"
    r"|\b(?:continue|keep) reading\b.*|\bread (?:more|on|the (?:full|rest|whole)\b.*|full\b.*)\W*$"
    r"|\b(?:read|learn|see|find out|discover) (?:(?:more|the rest) (?:of|about|at|on|in|from|here)|how here)\b.*"
    r"|\b(?:don't (?:forget|miss)|remember) to (?:share|like|subscribe|follow|comment)\b.*"
    r"|\b(?:share|like|tweet|pin) (?:this|it) (?:post|article|story|on|with|if|to)\b.*"
    r"|\b(?:let us know|tell us|share your (?:thoughts|tips|ideas))\b.{0,60}\b(?:comments?|below|know)\b.*"
    r"|\b(?:join|get) (?:our|the|my) (?:free )?(?:newsletter|mailing list|weekly (?:e-?mail|digest))\b.*"
    r"|\b(?:want|like) more (?:tips|posts|stories) like this\b.*|\bthanks for reading\b.*"
    r"|\bclick (?:here|to)\b.*"
    r"|\b(?:view|see) (?:the )?(?:full|original|more)\b.{0,40}$"
    r"|\b(?:subscribe|sign up) (?:to|for|here|now)\b.*(?:newsletter|channel|podcast|updates|inbox).*"
    r"|\bfollow us on\b.*|\bimage (?:credit|source|via)\b.*|\bphoto(?:graph)? (?:by|credit|courtesy)\b.*"
    r"|\[?(?:\u2026|\.\.\.|&hellip;)\]?\s*$)",
    re.IGNORECASE,
)
_UNTOLD = re.compile(
    r"https?://|\bwww\.|(?:\b\d{1,2}:\d\d\b.*){3}|\bsubmitted by\b.*\[(?:link|comments)\]|#\w+(?:\s+#\w+){2}"
    r"|[{}<>|\\]{2}|\b(?:patreon|merch store|affiliate links?|sponsor(?:ed|ing)? (?:of|by|this)|use code|promo code)\b"
    r"|^(?:by|image|photo|credit|source|tags?|categor(?:y|ies)|posted|published|updated|via|filed under)\s*[:|]"
    r"|\b(?:privacy policy|terms of (?:service|use)|all rights reserved|cookie policy|copyright \d{4}|\u00a9 ?\d{4})\b",
    re.IGNORECASE,
)
"""Pieces that belong to the page and not to its text: addresses, chapter marks, tags, footers, begging."""
_LEANS = re.compile(
    r"(?:but|and|so|or|yet|however|instead|also|then|well|of course|still|meanwhile|additionally|moreover|furthermore"
    r"|therefore|thus|hence|otherwise|similarly|for example|for instance|in fact|indeed|it|they|he|she|this|that|these"
    r"|those|his|her|their|its|here's|there's|such|presently|hours later|after that|in other words|as such)\b",
    re.IGNORECASE,
)
"""Beginnings that lean on the sentence before."""
_WHOLE = re.compile(r"[.!?][\"\u201d\u2019')\]]*$")
_CUT = re.compile(r"\s*\[?(?:\u2026|\.\.\.)\]?\s*$")
_MARKS = re.compile(
    r"^(?:#{1,6}\s+|[-*\u2022\u2023\u25aa]+\s+|\d{1,2}[.)]\s+|[.\s\u2605|]+(?=\w))|\*\*|__|`|[\s\u2605]+$"
)
_LEANING, _ASKING = 0.4, 0.2
"""What a sentence loses that leans on one not chosen, or that only asks."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence, or what a block of the page has instead of one. `block` counts the blocks."""

    words: str
    block: int
    whole: bool


def without_teasers(text: str) -> str:
    """Drop what only lures or signs off: "read more", "the post … appeared first on …", a trailing ellipsis."""
    kept = (_TEASER.sub("", sentence).strip() for sentence in sentences(text))
    return " ".join(sentence for sentence in kept if re.search(r"\w", sentence))


def summarise(text: str, *, title: str = "", most_words: int = MOST_WORDS) -> str:
    """Choose at most two sentences that say what the text is about, in their order, at most `most_words` words.

    Each line of the text is a block of the page (`dailyten.text.plain.paragraphs`): a heading is no part of the
    sentence that follows it. The title said again is no summary. Empty where nothing is left.
    """
    found = _telling_sentences(text, title)[:READ_SENTENCES]
    if not found:
        return ""
    central = _by_centrality(found)
    chosen: list[int] = []
    while len(chosen) < MOST_SENTENCES:
        fit = [at for at in range(len(found)) if at not in chosen and _words_of(found, [*chosen, at]) <= most_words]
        if not fit:
            break
        chosen.append(max(fit, key=lambda at: (central[at] - _leaning(found, chosen, at), -at)))
    if not chosen:
        return shorten_words(found[max(range(len(found)), key=lambda at: (central[at], -at))].words, most_words)
    return " ".join(found[place].words for place in sorted(chosen))


def _leaning(found: Sequence[_Piece], chosen: Sequence[int], place: int) -> float:
    """Say what a sentence loses if it leans on one that is not there; the very first may open as it likes."""
    if place == 0 or place - 1 in chosen or not _LEANS.match(found[place].words):
        return 0.0
    return _LEANING


def _telling_sentences(text: str, title: str) -> list[_Piece]:
    """Give the sentences that say something; what is cut off or no sentence only where there is nothing else."""
    said = _bare(title)
    read = islice(_pieces(text), 4 * READ_SENTENCES)
    found = [piece for piece in read if _bare(piece.words) != said and not _UNTOLD.search(piece.words)]
    long_enough = [piece for piece in found if len(piece.words.split()) >= SHORTEST]
    whole = [piece for piece in long_enough if piece.whole]
    return whole or long_enough[:1] or [piece for piece in found if len(piece.words.split()) > 1]


def _pieces(text: str) -> Iterator[_Piece]:
    for block, line in enumerate(text.splitlines()):
        for sentence in sentences(line):
            cut = len(sentence) > LONGEST or _CUT.search(sentence)
            told = _MARKS.sub("", without_teasers(sentence[:LONGEST])).strip()
            if re.search(r"[^\W\d_]{3}", told):
                yield _Piece(
                    told + ("\u2026" if cut else ""),
                    block,
                    whole=not cut and bool(_WHOLE.search(told)) and quotes_close(told),
                )


def _bare(text: str) -> str:
    return fold(text).strip(" .!?\u2026")


def _by_centrality(found: Sequence[_Piece]) -> list[float]:
    terms = [content_words(piece.words) for piece in found]
    rarity = Rarity.of(terms)
    centre = rarity.vector(word for words in terms for word in words)

    def central(place: int) -> float:
        opening = OPENING_BONUS * (1 - place / len(found))
        asking = _ASKING if "?" in found[place].words[-3:] else 0.0
        return cosine(rarity.vector(terms[place]), centre) + opening - asking

    return [central(place) for place in range(len(found))]


def _words_of(found: Sequence[_Piece], places: Sequence[int]) -> int:
    return sum(len(found[place].words.split()) for place in places)
