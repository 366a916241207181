"""Titles that advise rather than report. Two guides to one product are not one event, however many words they share."""

import re

from dailyten.text.words import fold

_ASKS = re.compile(
    r"^(?:how|why|what|when|where|which|who|should|can|could|do|does|is|are|will|want|need|stop|don't|never|your|my|our"
    r"|the best|the top|the only|the complete|the ultimate)\b"
)
_COUNTS = re.compile(
    r"^(?:the )?(?:\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|fifty)\s+"
    r"(?:\S+\s+){0,4}?(?:ways|tips|ideas|mistakes|things|reasons|steps|rules|tools|apps|questions|lessons|examples"
    r"|prompts|myths|tricks|habits|signs|secrets|hacks|strategies|trends|metrics|templates|hooks)\b"
)
_TEACHES = re.compile(
    r"\b(?:how to|how we|how i|guide|tips|checklist|explained|tutorial|101|beginners?|basics|best practices|ideas"
    r"|lessons|step[- ]by[- ]step|playbook|cheat ?sheet|template|primer|dos and don'ts|need to know|should know|to know"
    r"|ways to|examples|a look at|for brands|for business|for businesses|for small|review)\b"
)


def advises(title: str) -> bool:
    """Say whether a title promises advice: a question, a counted list, a guide."""
    said = fold(title)
    return bool(_ASKS.search(said) or _COUNTS.search(said) or _TEACHES.search(said) or said.endswith("?"))
