"""Which entries an editor should label next: those the classifier is unsure of, and not ten of a kind. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dailyten.model.topic import Verdict
from dailyten.text.vectors import Rarity, cosine
from dailyten.text.words import content_words

UNSURE = 0.35
"""A topic whose score is this far from its threshold is settled."""
ORDER_ONLY = 0.6
"""What doubt counts for when two topics are sure, and only their order is not."""
ALIKE = 0.15
"""Cosine from which an entry counts as like another, in TF-IDF of content words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An entry to label. `unsure` and `unlike` run from 0 to 1, `worth` is their product; `why` says it in words."""

    entry_id: str
    worth: float
    unsure: float
    unlike: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlabelled:
    """An entry that nobody has labelled: its words, and what we think of it."""

    entry_id: str
    title: str
    summary: str
    verdict: Verdict

    def words(self) -> list[str]:
        """Give the words by which it is compared with others."""
        return content_words(f"{self.title} {self.title} {self.summary}")


def propose(
    entries: Sequence[Unlabelled], labelled: Sequence[str], thresholds: Mapping[str, float], most: int
) -> tuple[Proposal, ...]:
    """Choose the next entries to label, the most useful first.

    An entry is worth more the nearer one of its topics is to the threshold, or its two likeliest topics to one
    another, and the less it is like any that was chosen before or has a label (`labelled` are their texts). What the
    classifier could not read is left out.
    """
    doubts = [(each, *_doubt(each.verdict, thresholds)) for each in entries if not each.verdict.flag]
    return _chosen([_Asked(entry=each, worth=unsure, why=why) for each, unsure, why in doubts], labelled, most)


def propose_for_topic(
    entries: Sequence[Unlabelled], labelled: Sequence[str], examples: Sequence[str], most: int
) -> tuple[Proposal, ...]:
    """Choose entries that may belong to a topic which the classifier does not know yet.

    `examples` are the topic's name and description and the texts that have its label already. An entry is worth more
    the more it is like one of them, and the less it is like any that was chosen before.
    """
    asked = [each for each in entries if not each.verdict.flag]
    rarity = Rarity.of(each.words() for each in asked)
    known = [rarity.vector(content_words(text)) for text in examples]
    like = [max((cosine(rarity.vector(each.words()), one) for one in known), default=0.0) for each in asked]
    highest = max(like, default=0.0) or 1.0
    return _chosen(
        [
            _Asked(entry=each, worth=score / highest, why=f"like what the topic is about ({score:.2f})")
            for each, score in zip(asked, like, strict=True)
            if score > 0
        ],
        labelled,
        most,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    entry: Unlabelled
    worth: float
    why: str


def _chosen(asked: Sequence[_Asked], labelled: Sequence[str], most: int) -> tuple[Proposal, ...]:
    """Choose one after the other what is worth most and unlike everything before it (Carbonell & Goldstein 1998)."""
    words = [content_words(text) for text in labelled]
    rarity = Rarity.of([*words, *(each.entry.words() for each in asked)])
    vectors = [rarity.vector(each.entry.words()) for each in asked]
    done = [rarity.vector(each) for each in words]
    alike = [max((cosine(vector, one) for one in done), default=0.0) for vector in vectors]
    left = [at for at, each in enumerate(asked) if each.worth > 0]
    proposals: list[Proposal] = []
    while left and len(proposals) < most:
        best = max(left, key=lambda at: (asked[at].worth * (1 - alike[at]), asked[at].entry.entry_id))
        left.remove(best)
        proposals.append(_proposal(asked[best], alike[best], after=len(proposals) + len(done)))
        for at in left:
            alike[at] = max(alike[at], cosine(vectors[best], vectors[at]))
    return tuple(proposals)


def _proposal(asked: _Asked, alike: float, after: int) -> Proposal:
    known = f"; like one before it ({alike:.2f})" if alike >= ALIKE else "; unlike those before it" if after else ""
    return Proposal(
        entry_id=asked.entry.entry_id,
        worth=round(asked.worth * (1 - alike), 4),
        unsure=round(asked.worth, 4),
        unlike=round(1 - alike, 4),
        why=asked.why + known,
    )


def _doubt(verdict: Verdict, thresholds: Mapping[str, float]) -> tuple[float, str]:
    """Say how unsure a verdict is, 0 to 1, and of what: the doubtful topic, or the two that contend for the first."""
    scores = verdict.scores
    near = max(scores, key=lambda topic: (-abs(scores[topic] - thresholds[topic]), topic))
    by_threshold = 1 - min(1.0, abs(scores[near] - thresholds[near]) / UNSURE)
    by_rival, rivals = _rivals(scores, thresholds)
    if by_rival > by_threshold:
        return by_rival, rivals
    return by_threshold, f"{near} is a close call ({scores[near]:.2f}, threshold {thresholds[near]:.2f})"


def _rivals(scores: Mapping[str, float], thresholds: Mapping[str, float]) -> tuple[float, str]:
    likeliest = sorted(scores, key=lambda topic: (-scores[topic], topic))[:2]
    if len(likeliest) < 2:  # noqa: PLR2004 - two make a contest
        return 0.0, ""
    first, second = likeliest
    near = 1 - min(1.0, (scores[first] - scores[second]) / UNSURE)
    both = scores[second] >= thresholds[second]
    which = "which comes first" if both else "which of them"
    told = f"{first} ({scores[first]:.2f}) and {second} ({scores[second]:.2f}): {which}"
    return near * (ORDER_ONLY if both else scores[second] / thresholds[second]), told
