"""The name of a feed list's text. Apart from the reading, so that a list that did not change need not be read again."""

from hashlib import sha256

from dailyten import __version__


def stamp_of(body: bytes) -> str:
    """Name a text and the program that reads it, 64 hex digits: where both are the same, so are the feeds."""
    return sha256(f"dailyten {__version__}\n".encode() + body).hexdigest()
