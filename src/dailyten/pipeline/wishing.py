"""What somebody typed, read as wishes: checked against the pack, with a sentence for each field that is wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dailyten.errors import BadWishes
from dailyten.model.subscriber import (
    LAST_HOUR,
    LEAST_MINUTES,
    MOST_MINUTES,
    Days,
    QuietDays,
    Wishes,
    is_zone,
)
from dailyten.model.topic import Wording

LISTS = ("networks", "topics", "goals")
FIELDS = (*LISTS, "minutes", "days", "hour", "zone", "quiet_days")
MOST_SHOWN = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What there is to choose from: the keys of the pack's networks, topics and goals, and what it calls a network."""

    networks: tuple[str, ...]
    topics: tuple[str, ...]
    goals: tuple[str, ...]
    words: Wording = field(default_factory=Wording)


def read_wishes(given: Mapping[str, Sequence[str]], choices: Choices, before: Wishes | None = None) -> Wishes:
    """Read typed texts as wishes; a field that is not given stays as it was `before`.

    The fields are those of `Wishes`; lists take several texts, the others the first. Raises BadWishes naming every
    field that is wrong.
    """
    wishes = before or Wishes()
    fresh: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for name in FIELDS:
        if name in given:
            try:
                fresh[name] = _READERS[name](given[name], choices)
            except ValueError as error:
                faults[name] = str(error)
    if faults:
        raise BadWishes(faults)
    return replace(wishes, **fresh)


def _networks(texts: Sequence[str], choices: Choices) -> tuple[str, ...]:
    words = choices.words
    chosen = _known(texts, choices.networks, words.network)
    if len(chosen) > words.most_networks:
        most = f"Choose at most {words.most_networks} {words.networks}"
        raise ValueError(f"{most}, you chose {len(chosen)}. You can change them at any time.")
    return chosen


def _topics(texts: Sequence[str], choices: Choices) -> tuple[str, ...]:
    return _known(texts, choices.topics, "topic")


def _goals(texts: Sequence[str], choices: Choices) -> tuple[str, ...]:
    return _known(texts, choices.goals, "goal")


def _known(texts: Sequence[str], known: Sequence[str], what: str) -> tuple[str, ...]:
    """Take each key once, in the order in which pages list them."""
    chosen = {text.strip().lower() for text in texts if text.strip()}
    if strangers := sorted(chosen - set(known)):
        there = ", ".join(known)
        raise ValueError(f"There is no {what} {strangers[0][:MOST_SHOWN]!r}. There are: {there}.")
    return tuple(key for key in known if key in chosen)


def _minutes(texts: Sequence[str], choices: Choices) -> int | None:
    """Read minutes; nothing typed leaves them to the editors."""
    words = f"Give the minutes as a whole number from {LEAST_MINUTES} to {MOST_MINUTES}, or none."
    return _number(LEAST_MINUTES, MOST_MINUTES, words)(texts, choices) if _first(texts) else None


def _number(least: int, most: int, words: str) -> Callable[[Sequence[str], Choices], int]:
    def read(texts: Sequence[str], _: Choices) -> int:
        text = _first(texts)
        if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most):
            raise ValueError(words)
        return int(text)

    return read


def _one_of(choices: Sequence[str], words: str) -> Callable[[Sequence[str], Choices], str]:
    def read(texts: Sequence[str], _: Choices) -> str:
        text = _first(texts).lower()
        if text not in choices:
            raise ValueError(words)
        return text

    return read


def _zone(texts: Sequence[str], _: Choices) -> str:
    text = _first(texts)
    if text and not (text.isascii() and is_zone(text)):
        raise ValueError(f"{text[:MOST_SHOWN]!r} is no time zone. Choose one of the list, such as Europe/Berlin.")
    return text


def _first(texts: Sequence[str]) -> str:
    return texts[0].strip() if texts else ""


_READERS: dict[str, Callable[[Sequence[str], Choices], Any]] = {
    "networks": _networks,
    "topics": _topics,
    "goals": _goals,
    "minutes": _minutes,
    "days": _one_of(tuple(Days), "Choose every day, weekdays or once a week (daily, weekdays, weekly)."),
    "hour": _number(0, LAST_HOUR, f"Give the hour as a whole number from 0 to {LAST_HOUR}."),
    "zone": _zone,
    "quiet_days": _one_of(tuple(QuietDays), "Choose what to do on a quiet day (tell, skip)."),
}
