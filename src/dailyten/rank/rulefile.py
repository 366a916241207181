"""Reading `rules.toml`: each fault named with its rule, its line and, inside a phrase or a pattern, its character."""

import re
import tomllib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from dailyten.errors import BadRules
from dailyten.model.rule import USUAL_POINTS, Rule, RuleAct, Where
from dailyten.rank.patterns import BadPatternError, pattern
from dailyten.rank.phrases import BadPhraseError, phrase
from dailyten.rank.rules import Rulebook, rulebook

MOST_RULES = 200
MOST_BYTES = 200_000
KEYS = ("name", "act", "words", "patterns", "where", "topics", "networks", "feeds", "points", "until", "unless_feeds")
_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*rules[ \t]*\]\]", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The keys that a rule may name."""

    topics: Collection[str]
    networks: Collection[str]


def read_rules(body: bytes, known: Known, *, name: str) -> Rulebook:
    """Read rules. Raises BadRules with every fault; a file with one is refused whole."""
    text, given = _toml(body, name)
    rows = given.get("rules", [])
    if set(given) - {"rules"} or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadRules("A file of rules holds nothing but [[rules]].", came=", ".join(sorted(given)), where=name)
    if len(rows) > MOST_RULES:
        raise BadRules("There are too many rules.", came=str(len(rows)), where=name)
    lines = [text.count("\n", 0, found.start()) + 1 for found in _HEADER.finditer(text)]
    rules, faults = [], []
    for place, row in enumerate(rows):
        line = lines[place] if len(lines) == len(rows) else 0
        found = list(_faults(row, known))
        if not found:
            rule = _made(row)
            if isinstance(rule, Rule):
                rules.append(rule)
            else:
                found.append(rule)
        faults += [f"{_place(row, place, line)}: {fault}" for fault in found]
    named = [rule.name for rule in rules]
    faults += [f'two rules are called "{each}"' for each in sorted({each for each in named if named.count(each) > 1})]
    if faults:
        raise BadRules("The rules have faults and were refused.", faults=faults, where=name)
    return rulebook(rules)


def _toml(body: bytes, name: str) -> tuple[str, dict[str, Any]]:
    if len(body) > MOST_BYTES:
        raise BadRules("The file of rules is too large.", came=f"{len(body):,} bytes", where=name)
    try:
        text = body.decode("utf-8-sig")
        return text, tomllib.loads(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadRules("The file of rules is not TOML.", came=str(error), where=name) from error


def _place(row: dict[str, Any], place: int, line: int) -> str:
    named = f' "{row["name"]}"' if isinstance(row.get("name"), str) else ""
    return f"rule {place + 1}{named}{f' (line {line})' if line else ''}"


def _faults(row: dict[str, Any], known: Known) -> Iterator[str]:
    for key in sorted(set(row) - set(KEYS)):
        yield f"no such key: {key}; there are {', '.join(KEYS)}"
    for key in ("name", "act"):
        if key not in row:
            yield f"{key} is missing"
    for key, fits, wanted in _KINDS:
        if key in row and not fits(row[key]):
            yield f"{key}: expected {wanted}, came {row[key]!r}"
    yield from _unfit(row, "words", phrase)
    yield from _unfit(row, "patterns", pattern)
    for key, keys in (("topics", known.topics), ("networks", known.networks)):
        for each in row[key] if _is_texts(row.get(key)) else ():
            if each not in keys:
                yield f"{key}: there is no {each!r}; there are {', '.join(sorted(keys))}"


def _unfit(row: dict[str, Any], key: str, make: Callable[[str], object]) -> Iterator[str]:
    for number, each in enumerate(row[key] if _is_texts(row.get(key)) else (), 1):
        try:
            make(each)
        except (BadPhraseError, BadPatternError) as error:
            yield f"{key} {number}, {each!r}, character {error.at}: {error}"


def _made(row: dict[str, Any]) -> Rule | str:
    try:
        return Rule(
            name=row["name"],
            act=RuleAct(row["act"]),
            words=tuple(row.get("words", ())),
            patterns=tuple(row.get("patterns", ())),
            where=Where(row.get("where", Where.TEXT)),
            topics=tuple(row.get("topics", ())),
            networks=tuple(row.get("networks", ())),
            feeds=tuple(row.get("feeds", ())),
            points=float(row.get("points", USUAL_POINTS)),
            until=row.get("until"),
            unless_feeds=row.get("unless_feeds", 0),
        )
    except ValueError as error:
        return str(error)


def _is_texts(given: object) -> bool:
    return isinstance(given, list) and all(isinstance(each, str) for each in given)


def _is_number(given: object) -> bool:
    return isinstance(given, int | float) and not isinstance(given, bool)


def _is_one_of(kind: type[StrEnum]) -> Callable[[object], bool]:
    return lambda given: given in [each.value for each in kind]


_KINDS: tuple[tuple[str, Callable[[Any], bool], str], ...] = (
    ("name", lambda given: isinstance(given, str), "text in quotes"),
    ("act", _is_one_of(RuleAct), '"mute" or "boost"'),
    ("where", _is_one_of(Where), '"title" or "text"'),
    *((key, _is_texts, "a list of texts") for key in ("words", "patterns", "topics", "networks", "feeds")),
    ("points", _is_number, "a number"),
    ("until", lambda given: isinstance(given, date) and not isinstance(given, datetime), "a day such as 2026-12-24"),
    ("unless_feeds", lambda given: _is_number(given) and isinstance(given, int), "a whole number"),
)
