"""Regular expressions that cannot hang: those of RE2, whose time grows with the text and nothing else.

It knows no back-references and no look-around, which are what makes other engines hang. It is an extra
(`pip install 'dailyten[patterns]'`), loaded only where a rule has a pattern.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

LONGEST_PATTERN = 500
_MOST_BYTES = 4 << 20  # of a compiled pattern and its cache


class BadPatternError(ValueError):
    """A pattern that RE2 refuses; `at` is the place of what is wrong, from 1."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern; upper and lower case are the same to it."""

    text: str
    compiled: Any

    def found_in(self, text: str) -> str:
        """Give the piece of text that fits first, "" if none does."""
        found = self.compiled.search(text)
        return "" if found is None else found.group(0)


def pattern(text: str) -> Pattern:
    """Compile a pattern. Raises BadPatternError, also where RE2 is not installed."""
    try:
        re2 = import_module("re2")
    except ImportError as error:
        raise BadPatternError("patterns need RE2: pip install 'dailyten[patterns]'", 1) from error
    if len(text) > LONGEST_PATTERN:
        raise BadPatternError(f"a pattern has at most {LONGEST_PATTERN} characters", LONGEST_PATTERN + 1)
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    options.max_mem = _MOST_BYTES
    try:
        compiled = re2.compile(text, options)
    except (re2.error, UnicodeEncodeError) as error:
        raise BadPatternError(*_fault(error, text)) from error
    if compiled.search("") is not None:
        raise BadPatternError("a pattern that fits nothing at all would hit everything", 1)
    return Pattern(text=text, compiled=compiled)


def _fault(error: Exception, text: str) -> tuple[str, int]:
    """Say what RE2 complains of, and where: it names the piece of the pattern that it could not read."""
    if isinstance(error, UnicodeEncodeError):
        return "a half of a character cannot be sought", error.start + 1
    said = error.args[0].decode("utf-8", "replace") if error.args and isinstance(error.args[0], bytes) else str(error)
    what, _, piece = said.partition(": ")
    if piece == text:  # it only knows that something is missing or too many: the bracket is named before the colon
        return what, _bracket(text, missing=what.startswith("missing"))
    at = text.find(piece) if piece else len(text) - 1
    return said, max(at, 0) + 1


def _bracket(text: str, *, missing: bool) -> int:
    """Find the parenthesis without its other half."""
    opened: list[int] = []
    escaped = in_class = False
    for place, letter in enumerate(text, 1):
        if escaped or letter == "\\":
            escaped = not escaped
        elif in_class or letter == "[":
            in_class = letter != "]"
        elif letter == "(":
            opened.append(place)
        elif letter == ")":
            if not opened:
                return place
            opened.pop()
    return opened[-1] if opened and missing else 1
