"""Which networks a text is about: by their names, but not where one is only mentioned in passing."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from dailyten.model.topic import Network
from dailyten.text.words import fold

MOST_CHARACTERS = 1_200


class NetworkNames:
    """The names of a pack's networks, made ready to be found in texts."""

    def __init__(self, networks: Iterable[Network]) -> None:
        self._networks = tuple(networks)

    @cached_property
    def _plain(self) -> tuple[re.Pattern[str] | None, dict[str, set[str]]]:
        return _finder(each for each in self._pairs() if each[0].islower())

    @cached_property
    def _cased(self) -> tuple[re.Pattern[str] | None, dict[str, set[str]]]:
        return _finder(
            (name, network.key) for network in self._networks for name in network.names if not name.islower()
        )

    @cached_property
    def _unless(self) -> re.Pattern[str] | None:
        phrases = [phrase for network in self._networks for phrase in network.unless]
        return _any_of(phrases, re.IGNORECASE) if phrases else None

    def _pairs(self) -> Iterator[tuple[str, str]]:
        return ((name, network.key) for network in self._networks for name in network.names)

    def named(self, text: str) -> set[str]:
        """Give the networks that a text names at all."""
        text = text[:MOST_CHARACTERS]
        if self._unless:
            text = self._unless.sub(" ", text)
        found = _found(self._plain, fold(text))
        return found | _found(self._cased, text)

    def about(self, title: str, summary: str) -> tuple[str, ...]:
        """Give the networks that an entry is about, in the pack's order."""
        found = self.named(title) | self.named(_without_asides(summary))
        return tuple(network.key for network in self._networks if network.key in found)


_ASIDE = re.compile(
    r"\b(?:much like|just like|like|unlike|similar to|compared (?:to|with)|rather than|instead of|as on|as with"
    r"|known from|borrowed from|copied from|modelled on|reminiscent of|(?:better|bigger|cheaper) than|more than on)"
    r"\s+(?:[\w']+\s+){0,1}?(?=[A-Z])[\w'\u2019]+(?:\s+(?:and|or)\s+[A-Z][\w'\u2019]+)?"
)


def _without_asides(text: str) -> str:
    return _ASIDE.sub(" ", text)


def _any_of(phrases: Sequence[str], flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    longest_first = sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase))
    return re.compile(r"(?<![\w@.-])(?:" + "|".join(map(re.escape, longest_first)) + r")(?![\w-])", flags)


def _finder(names: Iterable[tuple[str, str]]) -> tuple[re.Pattern[str] | None, dict[str, set[str]]]:
    keys: dict[str, set[str]] = {}
    for name, key in names:
        keys.setdefault(name, set()).add(key)
    return (_any_of(list(keys)) if keys else None), keys


def _found(finder: tuple[re.Pattern[str] | None, dict[str, set[str]]], text: str) -> set[str]:
    pattern, keys = finder
    if pattern is None:
        return set()
    return {key for name in set(pattern.findall(text)) for key in keys[name]}
