"""A line of text that may stand in a header. There is no other way into one, so no header can be injected."""

import unicodedata
from typing import Self

FORBIDDEN = frozenset({"Cc", "Cs", "Zl", "Zp"})


class Line(str):
    """A string without line breaks, other control characters or halves of characters.

    Raises ValueError when made from anything else.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Refuse what could end the line."""
        if isinstance(text, cls):
            return text
        if text.isascii() and text.isprintable():
            return super().__new__(cls, text)
        for position, letter in enumerate(text):
            if unicodedata.category(letter) in FORBIDDEN:
                raise ValueError(f"A line holds no control characters; U+{ord(letter):04X} stands at {position}.")
        return super().__new__(cls, text)
