"""Shortening plain text for people: at a word's end, with an ellipsis, never inside a word or a pair of surrogates."""

ELLIPSIS = "\u2026"


def shorten(text: str, most_characters: int) -> str:
    """Cut text to at most `most_characters`, at the last word that fits; a single endless word is cut hard."""
    if len(text) <= most_characters:
        return text
    room = text[: most_characters - 1]
    at_word = room.rsplit(" ", 1)[0] if " " in room else room
    return at_word.rstrip(" ,;:.-\u2013\u2014") + ELLIPSIS


def shorten_words(text: str, most_words: int) -> str:
    """Cut text to at most `most_words` words."""
    words = text.split()
    if len(words) <= most_words:
        return text
    return " ".join(words[:most_words]).rstrip(",;:.-\u2013\u2014") + ELLIPSIS
