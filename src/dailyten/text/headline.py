"""What an entry is called that has no title, as the posts of social networks and some podcasts have none."""

import re
from typing import Final
from urllib.parse import unquote, urlsplit

from dailyten.text.shorten import shorten
from dailyten.text.words import sentences

MOST_CHARACTERS = 100
"""Characters of a sentence that stands for a title; headlines rarely have more."""
UNTITLED = "(no title)"
FILES: Final = {
    ending: kind
    for kind, endings in {
        "Audio": "mp3 m4a m4b aac ogg oga opus flac wav",
        "Video": "mp4 m4v mov webm mkv avi mpg mpeg",
        "Picture": "jpg jpeg png gif webp avif",
        "Document": "pdf doc docx odt epub",
        "Slides": "ppt pptx odp",
        "Table": "xls xlsx ods csv",
    }.items()
    for ending in endings.split()
}
"""What somebody gets who opens a file, by how its name ends."""
PAGES: Final = frozenset("htm html php asp aspx jsp".split())
SAYS_NOTHING: Final = frozenset("index default download media file audio video image stream view post item".split())
_BETWEEN_WORDS = re.compile(r"[\s_+.,-]+")
_WORD = re.compile(r"[^\W\d_]{3,}")


def headline(title: str, summary: str, url: str = "") -> str:
    """Give the title, or else the first sentence of the summary, or else what the address says.

    That is the name of the file or page it leads to, "Audio: Episode 12", or the site it is at. `UNTITLED` where there
    is neither word nor address.
    """
    if title:
        return title
    return shorten(next(iter(sentences(summary)), ""), MOST_CHARACTERS) or _said_by(url) or UNTITLED


def _said_by(url: str) -> str:
    try:
        address = urlsplit(url)
        host = (address.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    if not host:
        return ""
    name = unquote(address.path.rstrip("/").rpartition("/")[2])
    stem, _, ending = name.rpartition(".")
    kind = FILES.get(ending.lower(), "")
    words = [each for each in _BETWEEN_WORDS.split(stem if kind or ending.lower() in PAGES else name) if each]
    if any(_WORD.fullmatch(each) and each.lower() not in SAYS_NOTHING for each in words):
        said = shorten(" ".join(words), MOST_CHARACTERS)
        return f"{kind}: {said}" if kind else said[:1].upper() + said[1:]
    return f"{kind or 'Post'} from {host}"
