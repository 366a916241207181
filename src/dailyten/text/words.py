"""Tokens and sentences. English in the first place; other alphabets come through as words of their own."""

import re
import unicodedata

STOP_WORDS = frozenset(
    """
    a about above after again all also am an and any are as at be because been before being below between both but by
    can could did do does doing down during each few for from further get had has have having he her here hers him his
    how i if in into is it its itself just like made make many may me might more most much must my no nor not now of
    off on once one only or other our out over own said same says she should since so some such than that the their
    them then there these they this those through to too under until up upon us very was we were what when where which
    while who whom why will with would you your yours
    """.split()
)
"""Words that tell nothing of the subject. "new", "how" lists and numbers stay: they tell news from advice."""

_TOKEN = re.compile(r"[$\u00a3\u20ac]?\d+(?:[.,]\d+)+[kmb%+]*|[#@]?[^\W_](?:[\w&+'-]*[^\W_])?[+%]?")
_SENTENCE_END = re.compile(r"(?<=[.!?\u2026])[\"\u201d\u2019')\]]*\s+(?=[\"\u201c\u2018'(\[]?[A-Z0-9\u00c0-\u00de#@])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|Inc|Ltd|Co|Corp|No|vs|etc|approx|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
    r"|\b[A-Z]|\be\.g|\bi\.e|\b[ap]\.m|\bU\.S|\bU\.K)\.$"
)
LONGEST_TOKEN = 40
"""Letters of a word that count; an endless "word" of a broken feed is cut to this."""


def fold(text: str) -> str:
    """Fold case, accents of compatibility forms and typographic quotes, so that equal words are equal strings."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return folded.replace("\u2019", "'").replace("\u2018", "'")


def tokens(text: str) -> list[str]:
    """Cut text into folded words: hashtags, handles, hyphenated words, numbers and percentages stay whole."""
    found = (word.removesuffix("'s") for word in _TOKEN.findall(fold(text)))
    return [word[:LONGEST_TOKEN] for word in found if word]


def content_words(text: str) -> list[str]:
    """Give the tokens that say something of the subject: no stop words, no single letters except "x"."""
    return [word for word in tokens(text) if word not in STOP_WORDS and (len(word) > 1 or word == "x")]


def sentences(text: str) -> list[str]:
    """Cut plain text into sentences, in order; abbreviations and initials do not end one."""
    pieces: list[str] = []
    for piece in _SENTENCE_END.split(text.strip()):
        if pieces and _ABBREVIATION.search(pieces[-1]):
            pieces[-1] = f"{pieces[-1]} {piece}"
        elif piece:
            pieces.append(piece)
    return pieces


def quotes_close(sentence: str) -> bool:
    """Say whether every quotation that a sentence opens ends in it."""
    return sentence.count('"') % 2 == 0 and sentence.count("\u201c") == sentence.count("\u201d")
