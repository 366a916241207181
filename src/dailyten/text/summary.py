"""A short summary in the publisher's own sentences, and the figure worth remembering.

Sentences are chosen, never written: by how central they are to the text (cosine to the centroid of its TF-IDF
vectors, as in Radev et al. 2004), with the opening preferred, for publishers lead with the news.
"""

import re

from dailyten.text.shorten import shorten_words
from dailyten.text.vectors import Rarity, cosine
from dailyten.text.words import content_words, fold, sentences

MOST_WORDS = 40
"""Words of a summary that are shown at the most."""
MOST_SENTENCES = 2
READ_SENTENCES = 40
"""Sentences from the start of a text that are looked at; an article has said by then what it is about."""
SHORTEST = 5
"""Words below which a sentence says too little to stand alone."""
OPENING_BONUS = 0.35
"""What the very first sentence gains over one at the end; tuned by reading 60 entries of our own."""

_TEASER = re.compile(
    r"(?:\bthe post\b.{0,300}\b(?:appeared first on|first appeared on)\b.*"
    r"|\bthis (?:post|article|story|entry) (?:was )?(?:originally |first )?(?:appeared|published|posted)\b.*"
    r"|\b(?:continue|keep) reading\b.*|\bread (?:more|on|the (?:full|rest|whole)\b.*|full\b.*)\W*$"
    r"|\bclick (?:here|to)\b.*"
    r"|\b(?:view|see) (?:the )?(?:full|original|more)\b.{0,40}$"
    r"|\b(?:subscribe|sign up) (?:to|for|here|now)\b.*(?:newsletter|channel|podcast|updates|inbox).*"
    r"|\bfollow us on\b.*|\bimage (?:credit|source|via)\b.*|\bphoto(?:graph)? (?:by|credit|courtesy)\b.*"
    r"|\[?(?:\u2026|\.\.\.|&hellip;)\]?\s*$)",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"(?:[$\u00a3\u20ac]\s?\d[\d,.]*(?:\s?(?:million|billion|bn|m|k))?\b|\b\d[\d,.]*\s?(?:%|percent\b|per cent\b"
    r"|percentage points\b|million\b|billion\b|times\b|x\b(?=\s(?:more|as|higher))))",
    re.IGNORECASE,
)
_SAYS_WHO = re.compile(
    r"\b(?:according to|survey|study|report(?:s|ed)?|research|found|finds|data|analysis|says?|said|polled|respondents"
    r"|benchmark|average|median|compared (?:to|with)|up from|down from|rose|fell|grew|dropped|increase[ds]?)\b",
    re.IGNORECASE,
)


def without_teasers(text: str) -> str:
    """Drop what only lures or signs off: "read more", "the post … appeared first on …", a trailing ellipsis."""
    kept = (_TEASER.sub("", sentence).strip() for sentence in sentences(text))
    return " ".join(sentence for sentence in kept if re.search(r"\w", sentence))


def summarise(text: str, *, title: str = "", most_words: int = MOST_WORDS) -> str:
    """Choose at most two sentences that say what the text is about, in their order, at most `most_words` words.

    The title said again is no summary. Empty where nothing is left.
    """
    found = _telling_sentences(text, title)[:READ_SENTENCES]
    if not found:
        return ""
    chosen: list[int] = []
    for place in _by_centrality(found):
        if len(chosen) < MOST_SENTENCES and _words_of(found, [*chosen, place]) <= most_words:
            chosen.append(place)
    if not chosen:
        return shorten_words(found[_by_centrality(found)[0]], most_words)
    return " ".join(found[place] for place in sorted(chosen))


def telling_figure(text: str, *, most_words: int = MOST_WORDS) -> str:
    """Give the first sentence that holds a figure with its unit and says where it comes from; empty if none does."""
    for sentence in sentences(text)[: 2 * READ_SENTENCES]:
        short_enough = SHORTEST <= len(sentence.split()) <= most_words
        if short_enough and _FIGURE.search(sentence) and _SAYS_WHO.search(sentence):
            return sentence
    return ""


def _telling_sentences(text: str, title: str) -> list[str]:
    said = fold(title).strip(" .!?")
    found = [sentence for sentence in sentences(without_teasers(text)) if fold(sentence).strip(" .!?") != said]
    long_enough = [sentence for sentence in found if len(sentence.split()) >= SHORTEST]
    return long_enough or [sentence for sentence in found if len(sentence.split()) > 1]


def _by_centrality(found: list[str]) -> list[int]:
    terms = [content_words(sentence) for sentence in found]
    rarity = Rarity.of(terms)
    centre = rarity.vector(word for words in terms for word in words)

    def central(place: int) -> float:
        opening = OPENING_BONUS * (1 - place / len(found))
        return cosine(rarity.vector(terms[place]), centre) + opening

    return sorted(range(len(found)), key=lambda place: (-central(place), place))


def _words_of(found: list[str], places: list[int]) -> int:
    return sum(len(found[place].split()) for place in places)
