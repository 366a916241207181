"""Text that was decoded with the wrong encoding somewhere before it came to us: "cafÃ©", "donâ€™t", "\ufffd"."""

import re

# UTF-8 read as windows-1252. Only the leads of accented Latin, typographic signs, Cyrillic and emoji: others occur in
# sound text before a closing quote, such as the German "Spaß".
_GARBLED = re.compile(
    "[\xc2\xc3][\x80-\xbf]|\xe2[\x80-\x84][\x80-\xbf]|(?:[\xd0\xd1][\x80-\xbf]){2}|\xf0\x9f[\x80-\xbf]{2}"
)
_HIGH = {bytes([byte]).decode("cp1252", "ignore"): chr(byte) for byte in range(0x80, 0xA0)}
_BYTES = str.maketrans({character: byte for character, byte in _HIGH.items() if character})
REPLACEMENT = "\ufffd"


def is_garbled(text: str) -> bool:
    """Say whether the text holds the traces of a wrong decoding."""
    return REPLACEMENT in text or bool(_GARBLED.search(text.translate(_BYTES)))
