"""What labels and votes teach: evidence with a weight, beside training entries that weigh 1. Pure rules.

An editor's label is strong: the editor read the guide, and it is about these feeds. A reader's vote is weak: it is cast
in passing, on what we chose to show, and says little of why. So no single reader's votes teach anything, several
readers must agree, and even then they weigh less than one training entry.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from dailyten.model.feedback import Label, VoteKind

LABEL_WEIGHT = 3.0
"""Of an editor's label; those of several editors on one entry share it."""
VOTE_WEIGHT = 0.1
"""For each reader who agrees."""
HEAVIEST_VOTES = 0.5
"""However many agree."""
FEWEST_READERS = 3
"""Different readers who must agree before their votes teach anything."""
CLEAR_MAJORITY = 2 / 3
"""Of all who voted on the entry, this share must agree."""
USEFULNESS = "usefulness"
"""Stands in `speaks_of` beside keys of topics."""
MOST_USEFUL = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What people say of an entry, and how much it counts.

    `speaks_of` names the topics of which it says anything, and USEFULNESS; None for all of them.
    """

    entry_id: str
    topics: tuple[str, ...]
    networks: tuple[str, ...]
    usefulness: int
    weight: float
    speaks_of: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """A reader's vote, and what the edition said of the story's leading entry when it was cast."""

    entry_id: str
    reader: str
    kind: VoteKind
    cast_at: datetime
    topics: tuple[str, ...]
    networks: tuple[str, ...]
    usefulness: float


def taught_by_labels(labels: Iterable[Label]) -> tuple[Evidence, ...]:
    """Turn editors' labels into evidence. Where editors differ on an entry both are heard, each with its share."""
    labels = tuple(labels)
    editors = Counter(label.entry_id for label in labels)
    return tuple(
        Evidence(
            entry_id=label.entry_id,
            topics=label.topics,
            networks=label.networks,
            usefulness=label.usefulness,
            weight=LABEL_WEIGHT / editors[label.entry_id],
        )
        for label in labels
    )


def taught_by_votes(votes: Iterable[Cast], labelled: Iterable[str] = ()) -> tuple[Evidence, ...]:
    """Turn readers' votes into evidence. What an editor has labelled is settled, and votes on it are not heard.

    Of a reader's votes on an entry the last one counts, whichever edition it was cast on. When at least three readers
    and two thirds of all who voted on the entry say that its topic is wrong, the topic that was shown first is taken
    away; nothing is learnt of the topics that it may have instead. When as many want more, or less, of it, its
    usefulness moves by one grade; nothing is learnt of its topics. Each reader adds a tenth to the weight, up to half.
    """
    settled = set(labelled)
    by_entry: dict[str, dict[str, Cast]] = defaultdict(dict)
    for vote in sorted(votes, key=lambda vote: (vote.cast_at, vote.entry_id, vote.reader)):
        if vote.entry_id not in settled:
            by_entry[vote.entry_id][vote.reader] = vote
    found = (_agreed(tuple(by_reader.values())) for _, by_reader in sorted(by_entry.items()))
    return tuple(each for each in found if each is not None)


def _agreed(votes: Sequence[Cast]) -> Evidence | None:
    kind, readers = Counter(vote.kind for vote in votes).most_common(1)[0]
    if readers < FEWEST_READERS or readers < CLEAR_MAJORITY * len(votes):
        return None
    shown = [vote for vote in votes if vote.kind is kind][-1]
    weight = round(min(HEAVIEST_VOTES, VOTE_WEIGHT * readers), 4)
    grade = min(MOST_USEFUL, max(0, round(shown.usefulness)))
    match kind:
        case VoteKind.WRONG_TOPIC:
            return _without_topic(shown, grade, weight) if shown.topics else None
        case VoteKind.MORE:
            return _moved(shown, min(MOST_USEFUL, grade + 1), weight)
        case VoteKind.LESS:
            return _moved(shown, max(0, grade - 1), weight)


def _without_topic(shown: Cast, grade: int, weight: float) -> Evidence:
    return Evidence(
        entry_id=shown.entry_id,
        topics=shown.topics[1:],
        networks=shown.networks,
        usefulness=grade,
        weight=weight,
        speaks_of=frozenset(shown.topics[:1]),
    )


def _moved(shown: Cast, grade: int, weight: float) -> Evidence:
    return Evidence(
        entry_id=shown.entry_id,
        topics=shown.topics,
        networks=shown.networks,
        usefulness=grade,
        weight=weight,
        speaks_of=frozenset([USEFULNESS]),
    )
