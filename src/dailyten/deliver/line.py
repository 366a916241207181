"""A line of text that may stand in a header, and lines that may stand in a message.

There is no other way into either, so no header can be injected and no second message smuggled past the final dot.
"""

import unicodedata
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

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


class Lines(bytes):
    """Bytes with CRLF line ends and no lone CR or LF. Raises ValueError when made from anything else.

    To look through a message costs more than to make it, so its pieces are looked through once, when they are encoded.
    """

    __slots__ = ()

    def __new__(cls, content: bytes) -> Self:
        """Refuse a lone CR or LF."""
        ends = content.count(b"\r\n")
        if not content.count(b"\r") == ends == content.count(b"\n"):
            raise ValueError("a message has CRLF line ends and holds no lone CR or LF")
        return super().__new__(cls, content)

    @classmethod
    def joined(cls, pieces: "Iterable[Lines]") -> Self:
        """Join pieces; where each is whole, so are all."""
        return super().__new__(cls, b"".join(pieces))
