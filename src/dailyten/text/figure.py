"""The number: a sentence with a figure, its unit and who says so; and whether that is the publisher itself.

Found by patterns of English, so a figure in another language is not found rather than found wrongly.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urlsplit

from dailyten.text.summary import LONGEST, MOST_WORDS, READ_SENTENCES, SHORTEST
from dailyten.text.words import quotes_close, sentences, tokens

_FIGURE = re.compile(
    r"(?:[$\u00a3\u20ac]\s?\d[\d,.]*(?:\s?(?:thousand|million|billion|trillion|bn|m|k))?\b"
    r"|\b\d[\d,.]*\s?(?:%|percent\b|per cent\b|percentage points?\b|(?:thousand|million|billion|trillion)\b"
    r"|times\b|x\b(?=\s(?:more|as|higher|the)))"
    r"|\b\d{1,3}(?:,\d{3})+\s+[a-z]+|\b(?:one|two|three|four|\d+) (?:in|out of) (?:three|four|five|ten|\d+)\b)",
    re.IGNORECASE,
)
_SAYING = (
    r"(?:says?|said|finds?|found|reports?|reported|shows?|showed|suggests?|suggested|reveals?|revealed|estimates?"
    r"|estimated|indicates?|indicated|claims?|claimed|expects?|counted|puts|measured|surveyed|polled|analy[sz]ed|announced)"
)
_WORK = (
    r"(?:survey|study|report|research|poll|analysis|benchmarks?|data|figures|findings|census|index|statistics|numbers)"
)
_WHO = re.compile(
    rf"\baccording to\b|\b{_WORK}\b(?:\W+\w+){{0,12}}?\W+{_SAYING}\b|\b(?:survey|poll|study|analysis) of\b"
    rf"|\b(?:data|figures|numbers|research|report|survey) (?:from|by)\b|\brespondents\b"
    r"|\bof those (?:surveyed|asked|polled)\b"
    rf"|\b(?:we|our (?:team|data|survey|own|study|analysis|research|customers|tests?))\b"
    rf"(?:\W+\w+){{0,4}}?\W+{_SAYING}\b"
    rf"|,\s+{_SAYING}\b"
    rf"|\b(?:it|he|she|company|agency|network|firm|regulator|analysts?|researchers|spokes\w+)"
    rf"\s+(?:has |have )?{_SAYING}\b",
    re.IGNORECASE,
)
_NAME_SAYS = re.compile(
    rf"\b(?!I\b|This\b|That\b|These\b|Those\b|There\b)[A-Z][\w&.'-]*(?:'s)?\s+(?:has |have )?{_SAYING}\b"
)
_SUPPOSED = re.compile(
    r"\b(?:imagine|suppose|let's say|for example,? (?:say|if)|i'd say|if you|you (?:can|could|might|may)"
    r"|would you|do you"
    r"|i think|my guess|might say|may say|something like|let us assume)\b|\?\W*$",
    re.IGNORECASE,
)
_OURSELVES = re.compile(
    rf"\bour (?:own |latest |new |recent |annual )*(?:{_WORK}|customers|clients|users|tests?|experiments?|team)\b"
    rf"|\bwe(?:'ve| have)?\s+(?:\w+\s+)?{_SAYING}\b|\bwe(?:'ve| have)? (?:seen|saw|tested|looked at|ran|asked)\b",
    re.IGNORECASE,
)
_GENERIC = frozenset(
    """
    the a official blog blogs news newsroom magazine weekly daily insights updates articles resources rss feed latest
    posts stories home category all from for of marketing research labs institute group team inc ltd
    """.split()
)
"""Words around a name: the own part of "The HubSpot Marketing Blog" is "hubspot"."""
_NO_HOST = frozenset(
    "www blog blogs news feeds feed feedburner feedproxy medium wordpress blogspot substack github com net org"
    " co".split()
)
_SHORTEST_NAME = 4
_LONG_NAME = 9
"""Letters from which a host's name is looked for in words run together: thelocalgrocer, "The Local Grocer"."""


def telling_figure(text: str, *, most_words: int = MOST_WORDS) -> str:
    """Give the first sentence that holds a figure with its unit and says whose figure it is; empty if none does.

    A sentence that only supposes, asks, or ends inside a quotation is none.
    """
    for sentence in _read(text):
        short_enough = len(sentence) <= LONGEST and SHORTEST <= len(sentence.split()) <= most_words
        if short_enough and _FIGURE.search(sentence) and _says_who(sentence) and _is_whole(sentence):
            return sentence
    return ""


def of_its_own(figure: str, names: Iterable[str]) -> bool:
    """Say whether a publisher speaks of its own figures: "our data", "we found", or by one of its names.

    `names` are the title of its feed and addresses of its site.
    """
    if _OURSELVES.search(figure):
        return True
    said = tokens(figure)
    return any(_named(name, said) for name in names)


def _read(text: str) -> Iterator[str]:
    found = [sentence for line in text.splitlines() for sentence in sentences(line)]
    return iter(found[: 2 * READ_SENTENCES])


def _says_who(sentence: str) -> bool:
    return not _SUPPOSED.search(sentence) and bool(_WHO.search(sentence) or _NAME_SAYS.search(sentence))


def _is_whole(sentence: str) -> bool:
    begins = re.match(r"[^a-z]", sentence) and not re.search(r"https?://", sentence)
    return bool(begins) and quotes_close(sentence) and bool(re.search(r"(?<!\.\.)[.!][\"\u201d\u2019')\]]*$", sentence))


def _named(name: str, said: Sequence[str]) -> bool:
    if "://" in name:
        own = _host_name(name)
        return own in said or (len(own) >= _LONG_NAME and own in "".join(said))
    own = " ".join(_own_part(tokens(name)))
    return len(own) >= _SHORTEST_NAME and f" {own} " in f" {' '.join(said)} "


def _own_part(words: list[str]) -> list[str]:
    """Leave the general words at both ends of a name out, while enough of it is left."""
    for end, shorter in ((words[:1], words[1:]), (words[-1:], words[:-1])):
        if _GENERIC.issuperset(end) and len(" ".join(shorter)) >= _SHORTEST_NAME:
            return _own_part(shorter)
    return words


def _host_name(address: str) -> str:
    """Give the part of an address's host that names its owner: blog.hubspot.com is hubspot's; "" if there is none."""
    try:
        labels = (urlsplit(address).hostname or "").split(".")[:-1]
    except ValueError:
        return ""
    own = [label for label in labels if label not in _NO_HOST and len(label) >= _SHORTEST_NAME]
    return own[-1] if own else ""
