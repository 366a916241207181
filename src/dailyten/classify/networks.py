"""Which networks a text is about: by their names, but not where one is only mentioned in passing."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from dailyten.model.topic import Network
from dailyten.text.words import fold

MOST_CHARACTERS = 1_200

_ASIDE = re.compile(
    r"\b(?:much like|just like|like|unlike|similar to|compared (?:to|with)|rather than|instead of|as on|as with"
    r"|known from|borrowed from|copied from|modelled on|reminiscent of|(?:better|bigger|cheaper) than|more than on)"
    r"\s+(?:[\w']+\s+)?(?=[A-Z])[\w'\u2019]+(?:\s+(?:and|or)\s+[A-Z][\w'\u2019]+)?"
)
"""A comparison in passing: "much like Acme's", "instead of Acme or Apex"."""


class NetworkNames:
    """The names of a pack's networks, made ready to be found in texts."""

    def __init__(self, networks: Iterable[Network]) -> None:
        self._networks = tuple(networks)
        unless = {phrase for network in self._networks for phrase in network.unless}
        said = ((name, network.key) for network in self._networks for name in _said(network))
        alone = ((name, network.key) for network in self._networks for name in network.alone)
        self._names, self._alone = _Names.of(said, unless), _Names.of(alone, unless)

    def named(self, text: str) -> set[str]:
        """Give the networks that a text names at all."""
        return self._names.found(text[:MOST_CHARACTERS])

    def about(self, title: str, summary: str) -> tuple[str, ...]:
        """Give the networks that an entry is about, in the pack's order.

        Where the title names any, those that only the summary names are taken for mentions in passing: of our entries'
        labels one in three such mentions is right, against 95 in a hundred in the title.
        """
        found = (
            self.named(_ASIDE.sub(" ", title))
            or self.named(title)
            or self.named(_ASIDE.sub(" ", summary[:MOST_CHARACTERS]))
            or self._alone.found(title[:MOST_CHARACTERS])
            or self._alone.found(summary[:MOST_CHARACTERS])
        )
        return tuple(network.key for network in self._networks if network.key in found)


def _said(network: Network) -> tuple[str, ...]:
    return (*network.names, *network.hosts, *(f"www.{host}" for host in network.hosts))


@dataclass(frozen=True, slots=True)
class _Names:
    """Names and what they stand for; those with capital letters are looked for as written, others in any case.

    Phrases in which a name stands for something else are looked for as names of nothing.
    """

    keys: dict[str, set[str]]
    folded: re.Pattern[str] | None
    cased: re.Pattern[str] | None
    unless: re.Pattern[str] | None

    @classmethod
    def of(cls, names: Iterable[tuple[str, str]], unless: Iterable[str]) -> "_Names":
        phrases = {fold(phrase) for phrase in unless}
        keys: dict[str, set[str]] = {phrase: set() for phrase in phrases}
        for name, key in names:
            keys.setdefault(name, set()).add(key)
        return cls(
            keys,
            folded=_any_of(name for name in keys if name.islower()),
            cased=_any_of(name for name in keys if not name.islower()),
            unless=_any_of(phrases, re.IGNORECASE),
        )

    def found(self, text: str) -> set[str]:
        names = set(self.folded.findall(fold(text)) if self.folded else ())
        if self.cased and self.cased.search(text):
            names.update(self.cased.findall(self.unless.sub(" ", text) if self.unless else text))
        return {key for name in names for key in self.keys[name]}


def _any_of(phrases: Iterable[str], flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str] | None:
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    if not longest_first:
        return None
    return re.compile(r"(?<![\w@.-])(?:" + "|".join(map(re.escape, longest_first)) + r")(?![\w-])", flags)
