"""What the feeds talk about more than usual: counts by week, shares, and words heard in more stories than before."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dailyten.model.edition import Candidate, Edition
from dailyten.text.words import content_words

WEEKS = 12
USUAL_WEEKS = 4
LEAST_STORIES = 3
"""Stories of this week in which a word must stand before it can be called rising."""
MOST_TERMS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word and how many stories carry it: this week, and in an ordinary week before."""

    text: str
    now: int
    usual: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Weeks:
    """Counts over the last twelve weeks of seven days, oldest first, the last one ending on `until`."""

    until: date
    totals: tuple[int, ...]
    by_key: dict[str, tuple[int, ...]]

    def of(self, key: str) -> tuple[int, ...]:
        """Give the counts of a key, zeros if it was never met."""
        return self.by_key.get(key, (0,) * WEEKS)

    def start(self, week: int) -> date:
        """Say on which day a week of the span begins."""
        return self.until - timedelta(days=7 * (WEEKS - week) - 1)


Counting = Callable[[Edition], Iterable[tuple[str, int]]]
"""Counts something in one edition: keys and how often; the key "" is the total."""


def week_of(on: date, until: date) -> int | None:
    """Say in which of the twelve weeks a day lies, None if before them."""
    week = WEEKS - 1 - (until - on).days // 7
    return week if 0 <= week < WEEKS else None


def count_weeks(editions: Iterable[Edition], until: date, counting: Counting) -> Weeks:
    """Add up what is counted in each edition, week by week."""
    found: dict[str, list[int]] = {}
    for edition in editions:
        week = week_of(edition.on, until)
        if week is not None:
            for key, count in counting(edition):
                found.setdefault(key, [0] * WEEKS)[week] += count
    totals = tuple(found.pop("", [0] * WEEKS))
    return Weeks(until=until, totals=totals, by_key={key: tuple(weeks) for key, weeks in found.items()})


def read_by_topic(edition: Edition) -> Iterable[tuple[str, int]]:
    """Count the stories that an edition considered, by topic; off-topic ones count in no topic and not in the total."""
    return _counted(edition.candidates, _topics)


def read_by_network(edition: Edition) -> Iterable[tuple[str, int]]:
    """Count the stories that an edition considered, by network, of all that had a topic."""
    return _counted(edition.candidates, lambda story: story.networks)


def told_by_shelf(edition: Edition) -> Iterable[tuple[str, int]]:
    """Count the stories that an edition told, under `topics/KEY` and `networks/KEY`."""
    return _counted(
        edition.told(),
        lambda story: [f"topics/{key}" for key in _topics(story)] + [f"networks/{key}" for key in story.networks],
    )


def entries_by_feed(edition: Edition) -> Iterable[tuple[str, int]]:
    """Count the new entries that each feed brought to an edition."""
    return [(report.feed_id, report.entries) for report in edition.feeds]


def minutes_saved(edition: Edition) -> Iterable[tuple[str, int]]:
    """Count the minutes that an edition saved its readers."""
    return [("saved", edition.minutes_saved)]


def rising_terms(editions: Sequence[Edition], until: date) -> tuple[Term, ...]:
    """Name words that stand in more titles this week than in an ordinary one of the four weeks before.

    Ordered by how far the count exceeds what chance would explain (the square-root scale steadies small counts).
    Empty when there are no earlier weeks to compare with.
    """
    now: Counter[str] = Counter()
    before: Counter[str] = Counter()
    weeks_before = set()
    for edition in editions:
        days = (until - edition.on).days
        if 0 <= days < 7:  # noqa: PLR2004 - a week
            now.update(_title_words(edition))
        elif days < 7 * (1 + USUAL_WEEKS):
            before.update(_title_words(edition))
            weeks_before.add(days // 7)
    if not weeks_before:
        return ()
    terms = (Term(text=text, now=count, usual=before[text] / len(weeks_before)) for text, count in now.items())
    rising = [term for term in terms if term.now >= LEAST_STORIES and _lift(term) > 0]
    return tuple(sorted(rising, key=lambda term: (-_lift(term), term.text))[:MOST_TERMS])


def _lift(term: Term) -> float:
    return math.sqrt(term.now) - math.sqrt(term.usual) - 0.5


def _title_words(edition: Edition) -> Iterable[str]:
    for story in edition.candidates:
        if story.primary:
            yield from {word for word in content_words(story.lead.title) if not word.isdigit()}


def _topics(story: Candidate) -> tuple[str, ...]:
    return tuple(dict.fromkeys((story.primary, *story.topics))) if story.primary else ()


def _counted(stories: Iterable[Candidate], keys: Callable[[Candidate], Iterable[str]]) -> Iterable[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for story in stories:
        if story.primary:
            counts[""] += 1
            counts.update(keys(story))
    return counts.items()
