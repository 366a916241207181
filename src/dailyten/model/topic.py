"""Topics, networks and goals of an industry pack, and the classifier's verdict on an entry."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic: `key` in addresses and files, `name` and `about` for people."""

    key: str
    name: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What somebody wants of the work: `name` goes on after "to" ("find customers"); `topics` serve it."""

    key: str
    name: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A network: names by which a text means it, hosts that belong to it.

    A name written with capital letters is matched with them ("Threads"), others in any case. `unless` are phrases
    in which a name means something else ("gen x"); `alone` are names that mean it only where no network is named
    otherwise, such as its owner's ("Meta").
    """

    key: str
    name: str
    names: tuple[str, ...]
    hosts: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What an industry calls its networks: one of them, several, and how pages ask for them.

    A network may be a program or an office, for all we know. `choosing` and `goals` stand beside networks and goals
    where readers choose them; `most_networks` is how many they may choose.
    """

    network: str = "network"
    networks: str = "networks"
    choosing: str = "Those that your business works with."
    goals: str = "What the reading should do for your business."
    most_networks: int = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word behind a verdict or a reason, and its weight (the part of the decision value it carries)."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the classifier says of one entry.

    `primary` is empty for "none of them". `scores` are calibrated, 0 to 1, one for each topic of the pack.
    `usefulness` is a real number from 0 (noise) to 3 (must read). `because` holds for each topic in `topics` the
    words that speak for it, the heaviest first. `made_by` names the model by version and training hash. `flag` says
    why nothing was guessed: "empty" or "other_language"; empty itself where the text could be read.
    """

    entry_id: str
    primary: str = ""
    topics: tuple[str, ...] = ()
    scores: dict[str, float] = field(default_factory=dict)
    networks: tuple[str, ...] = ()
    usefulness: float = 0.0
    because: dict[str, tuple[Word, ...]] = field(default_factory=dict)
    made_by: str = ""
    flag: str = ""
