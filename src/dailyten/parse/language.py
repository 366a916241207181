"""The language of an entry: what the feed says, else what its words say."""

import re
from contextlib import suppress
from functools import cache
from typing import Any

SHORTEST = 40
"""Letters below which words prove nothing; tuned on the titles of real feeds in twelve languages."""
LONGEST = 400
"""Characters that are looked at: more make the guess slower and no surer."""
SUREST = 0.9
"""Probability below which a guess is not believed."""

_CODE = re.compile(r"[A-Za-z]{2,3}(?=[-_ ,;]|\Z)")
_THREE = {
    "eng": "en", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "spa": "es", "ita": "it", "por": "pt", "nld": "nl",
    "dut": "nl", "rus": "ru", "jpn": "ja", "zho": "zh", "chi": "zh", "kor": "ko", "pol": "pl", "swe": "sv", "dan": "da",
    "nor": "no", "nob": "no", "fin": "fi", "ces": "cs", "cze": "cs", "tur": "tr", "ara": "ar", "heb": "he", "ell": "el",
    "gre": "el", "ukr": "uk", "hun": "hu", "ron": "ro", "rum": "ro",
}  # fmt: skip
_NAMED = {
    "english": "en", "deutsch": "de", "german": "de", "french": "fr", "spanish": "es", "jp": "ja", "cn": "zh",
    "iw": "he", "nb": "no", "nn": "no", "us": "en",
}  # fmt: skip


def code_of(claimed: str) -> str:
    """Give the ISO 639-1 code of a claim such as "en-US" or "eng"; empty for none or nonsense."""
    said = claimed.strip().lower()
    if said in _NAMED:
        return _NAMED[said]
    found = _CODE.match(said)
    if not found:
        return ""
    code = found[0]
    return _NAMED.get(code, code) if len(code) == len("en") else _THREE.get(code, "")


def guess(text: str) -> str:
    """Guess the language of some words, about 0.1 ms a text; empty where they are too few or the guess is unsure."""
    text = text[:LONGEST]
    if sum(map(str.isalpha, text)) < SHORTEST:
        return ""
    code, sureness = _identifier().classify(text)
    return str(code) if sureness >= SUREST else ""


@cache
def _identifier() -> Any:  # noqa: ANN401 - py3langid has no types
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    for descriptor in _shared:
        if shared := _shared_identifier(descriptor):
            return shared
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _shared_identifier(descriptor: int) -> Any:  # noqa: ANN401
    """Guess by the shared model; None where that fails (another layout, a full disk): then we load our own."""
    from zipfile import BadZipFile

    from dailyten.parse.shared_model import ModelFile

    with suppress(OSError, ValueError, KeyError, BadZipFile):
        return ModelFile.inherited(descriptor).identifier()
    return None


_shared: list[int] = []


def share(descriptor: int) -> None:
    """Let this process guess by the open file of a `ModelFile` that it inherited; said once, before the first guess."""
    _shared.append(descriptor)
