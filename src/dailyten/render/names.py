"""What the keys of topics, networks and goals are called."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dailyten.model.topic import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the keys of topics, networks and goals are called, in the order in which pages list them."""

    topics: Mapping[str, str] = field(default_factory=dict)
    networks: Mapping[str, str] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)
    goals: Mapping[str, str] = field(default_factory=dict)
    words: Wording = field(default_factory=Wording)

    def topic(self, key: str) -> str:
        """Name a topic; one that has left the pack keeps its key as its name."""
        return self.topics.get(key) or _spoken(key)

    def network(self, key: str) -> str:
        """Name a network, or say its key."""
        return self.networks.get(key) or _spoken(key)

    def goal(self, key: str) -> str:
        """Name a goal as it goes on after "to", or say its key."""
        return self.goals.get(key) or key.replace("_", " ")


def _spoken(key: str) -> str:
    return key.replace("_", " ").replace("-", " ").capitalize()
