"""How long a text takes to read."""

import math
import re

WORDS_A_MINUTE = 238
"""Silent reading of English non-fiction by adults, mean of 190 studies (Brysbaert 2019, J. Mem. Lang. 109)."""
CHARACTERS_A_MINUTE = 255
"""Chinese, Japanese and Korean characters (Brysbaert 2019 gives 255 to 260 Chinese characters a minute)."""

_EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")


def reading_seconds(text: str) -> int:
    """Estimate the seconds an adult needs to read plain text, rounded up; 0 for no text."""
    characters = len(_EAST_ASIAN.findall(text))
    words = len(_EAST_ASIAN.sub(" ", text).split())
    return math.ceil(60 * (words / WORDS_A_MINUTE + characters / CHARACTERS_A_MINUTE))


def minutes_of(seconds: int) -> int:
    """Round seconds up to whole minutes, at least one unless there is nothing to read."""
    return math.ceil(seconds / 60)
