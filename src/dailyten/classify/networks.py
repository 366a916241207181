"""Which networks a text is about: by their names, but not where one is only mentioned in passing."""

import re
from collections.abc import Callable, Iterable
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
        self._names = _Names.of((name, network.key) for network in self._networks for name in _said(network))
        self._alone = _Names.of((name, network.key) for network in self._networks for name in network.alone)
        unless = {fold(phrase) for network in self._networks for phrase in network.unless}
        self._unless = _any_of(unless, re.IGNORECASE) if unless else None

    def named(self, text: str) -> set[str]:
        """Give the networks that a text names at all."""
        return self._names.found(self._clear(text))

    def about(self, title: str, summary: str) -> tuple[str, ...]:
        """Give the networks that an entry is about, in the pack's order.

        Where the title names any, those that only the summary names are taken for mentions in passing: of our entries'
        labels one in three such mentions is right, against 95 in a hundred in the title.
        """
        found = (
            self.named(_ASIDE.sub(" ", title))
            or self.named(title)
            or self.named(_ASIDE.sub(" ", summary[:MOST_CHARACTERS]))
            or self._alone.found(self._clear(title))
            or self._alone.found(self._clear(summary))
        )
        return tuple(network.key for network in self._networks if network.key in found)

    def _clear(self, text: str) -> str:
        text = text[:MOST_CHARACTERS]
        return self._unless.sub(" ", text) if self._unless else text


def _said(network: Network) -> tuple[str, ...]:
    return (*network.names, *network.hosts, *(f"www.{host}" for host in network.hosts))


@dataclass(frozen=True, slots=True)
class _Names:
    """Names and what they stand for; those with capital letters are looked for as written, others in any case."""

    keys: dict[str, set[str]]
    folded: re.Pattern[str] | None
    cased: re.Pattern[str] | None

    @classmethod
    def of(cls, names: Iterable[tuple[str, str]]) -> "_Names":
        keys: dict[str, set[str]] = {}
        for name, key in names:
            keys.setdefault(name, set()).add(key)

        def pattern(belongs: Callable[[str], bool]) -> re.Pattern[str] | None:
            chosen = [name for name in keys if belongs(name)]
            return _any_of(chosen) if chosen else None

        return cls(keys, pattern(str.islower), pattern(lambda name: not name.islower()))

    def found(self, text: str) -> set[str]:
        names = set(self.folded.findall(fold(text))) if self.folded else set()
        if self.cased:
            names.update(self.cased.findall(text))
        return {key for name in names for key in self.keys[name]}


def _any_of(phrases: Iterable[str], flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return re.compile(r"(?<![\w@.-])(?:" + "|".join(map(re.escape, longest_first)) + r")(?![\w-])", flags)
