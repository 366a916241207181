"""How much one edition may hold. Apart from the choosing, so that reading settings loads no editions."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How much one edition may hold.

    A story counts with its reading time, with `longest_counted` at the most: who has fifteen minutes skims a long
    article (decision 0004). `least_usefulness` is the grade (0 to 3) below which a story is noise.
    """

    minutes: int = 15
    most_stories: int = 12
    most_per_feed: int = 3
    most_per_topic: int = 4
    least_usefulness: float = 0.8
    longest_counted: timedelta = timedelta(minutes=4)
    feed_toll_points: float = 3.0
    topic_toll_points: float = 2.0
