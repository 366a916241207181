"""The classifier as the pipeline meets it: a model and its pack, asked about entries, giving verdicts."""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from dailyten.classify.decide import decide
from dailyten.classify.features import Terms, read
from dailyten.classify.model import Model
from dailyten.classify.networks import NetworkNames
from dailyten.classify.pack import Pack
from dailyten.errors import ModelError
from dailyten.model.topic import Verdict
from dailyten.text.words import fold

MOST_BECAUSE = 6
"""Words shown for a topic."""
LEAST_KNOWN = 0.25
"""Share of a text's tokens that must be known; our own entries hold 0.9 in the mean, German and Spanish under 0.2."""
SHORTEST_JUDGED = 4
"""Tokens below which a text is too short to tell its language."""


class Classifier:
    """Says what entries are about. Raises ModelError where the model was trained for another pack."""

    def __init__(self, model: Model, pack: Pack) -> None:
        if model.pack_key != pack.key or model.topics != pack.topic_keys:
            came = f"{model.pack_key} with {', '.join(model.topics)}"
            raise ModelError("the model is for another pack", expected=f"one trained for {pack.key}", came=came)
        self._model = model
        self._pack = pack
        self._thresholds = dict(zip(model.topics, model.thresholds, strict=True))
        self._networks = NetworkNames(pack.networks)

    @property
    def made_by(self) -> str:
        """Name the model: its version and training hash."""
        return self._model.made_by

    @property
    def thresholds(self) -> Mapping[str, float]:
        """Give the score from which each topic is added, by topic."""
        return self._thresholds

    def verdicts(self, entries: Iterable[tuple[str, str, str, str]]) -> list[Verdict]:
        """Judge entries given as (entry id, title, summary, url), in their order; texts are plain, not HTML."""
        return [self.verdict(entry_id, title, summary) for entry_id, title, summary, _ in entries]

    def verdict(self, entry_id: str, title: str, summary: str) -> Verdict:
        """Judge one entry. An empty text and one in another language are flagged, not guessed."""
        text = read(title, summary, self._model.cues)
        networks = self._networks.about(title, summary)
        flag = self._flag(text)
        if flag:
            nothing = dict.fromkeys(self._model.topics, 0.0)
            return Verdict(entry_id=entry_id, scores=nothing, networks=networks, made_by=self._model.made_by, flag=flag)
        known = self._model.known(text)
        opinion = self._model.opinion(text, known)
        primary, topics = decide(opinion, self._thresholds)
        return Verdict(
            entry_id=entry_id,
            primary=primary,
            topics=topics,
            scores={topic: round(score, 4) for topic, score in opinion.topics.items()},
            networks=networks,
            usefulness=round(opinion.usefulness, 4),
            because=self._model.because(known, topics, most=MOST_BECAUSE),
            made_by=self._model.made_by,
        )

    def sells(self, title: str, summary: str) -> bool:
        """Say whether a text gives itself away as an advertisement by the pack's selling phrases."""
        return bool(self._selling and self._selling.search(fold(f"{title} {summary}")))

    @cached_property
    def _selling(self) -> re.Pattern[str] | None:
        if not self._pack.selling:
            return None
        return re.compile(r"\b(?:" + "|".join(map(re.escape, map(fold, self._pack.selling))) + r")\b")

    def _flag(self, text: Terms) -> str:
        if not text.tokens:
            return "empty"
        foreign = len(text.tokens) >= SHORTEST_JUDGED and self._model.known_share(text) < LEAST_KNOWN
        return "other_language" if foreign else ""
