"""An industry pack read from its folder: topics, networks, telling words and training entries. Data, checked whole."""

import hashlib
import json
import math
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dailyten.errors import BadPack
from dailyten.model.topic import Goal, Network, Topic, Wording

FORMAT = 1
FEWEST_ENTRIES = 30
"""Training entries below which a pack teaches nothing."""
FEWEST_A_TOPIC = 5
MOST_TOPICS = 3
USEFULNESS = (0, 1, 2, 3)
USEFULNESS_TOLD = "usefulness"
"""Stands in `speaks_of` for the usefulness, beside keys of topics."""
_NEEDED = ("title", "summary", "primary", "topics", "networks", "usefulness")
_ALLOWED = frozenset([*_NEEDED, "year", "voice", "weight"])
_PARTS = frozenset("format key name audience extends topics networks goals words selling".split())
_LINE_TOLD = re.compile(r"at line (\d+)")
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingEntry:
    """An entry with its label.

    `weight` is how much it counts beside the others. `held` names its file and line, `file` the file alone: all of a
    file was written by one hand, or about one subject.

    `speaks_of` are the topics of which the label says anything, and USEFULNESS_TOLD; None for all of it. A vote that
    the topic is wrong, for example, says nothing of the others.
    """

    title: str
    summary: str
    primary: str
    topics: tuple[str, ...]
    networks: tuple[str, ...]
    usefulness: int
    year: int = 0
    voice: str = ""
    weight: float = 1.0
    held: str = ""
    file: str = ""
    speaks_of: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """What makes the digest one for an industry. `cues` are groups of words that speak alike, by the group's key.

    `base` is the pack that this one extends with topics, networks, cues or entries of its own.
    """

    key: str
    name: str
    audience: str
    topics: tuple[Topic, ...]
    networks: tuple[Network, ...]
    selling: tuple[str, ...]
    cues: Mapping[str, tuple[str, ...]]
    folder: Path
    base: "Pack | None" = None
    goals: tuple[Goal, ...] = ()
    words: Wording = field(default_factory=Wording)

    @property
    def topic_keys(self) -> tuple[str, ...]:
        """Give the keys of the topics in the pack's order."""
        return tuple(topic.key for topic in self.topics)

    @property
    def added_topics(self) -> tuple[str, ...]:
        """Give the keys of the topics that the base does not have; none where there is no base."""
        known = self.base.topic_keys if self.base else self.topic_keys
        return tuple(key for key in self.topic_keys if key not in known)

    @property
    def model_file(self) -> Path:
        """Say where the pack's trained model stands."""
        return self.folder / "model.json"

    @property
    def background_file(self) -> Path:
        """Say where it is counted how common words are in the pack's trade."""
        return self.folder / "background.json"

    @property
    def kindred_file(self) -> Path:
        """Say where it is told which words of the trade stand for one another; there may be no such file."""
        return self.folder / "kindred.txt"

    def entries(self) -> tuple[TrainingEntry, ...]:
        """Read the training entries, file by file in the order of their names; BadPack names what cannot be used."""
        found = self.written()
        refuse_too_few(found, self.topic_keys, where=str(self.folder / "entries"))
        return found

    def written(self) -> tuple[TrainingEntry, ...]:
        """Read the training entries as they are, the base's first, however few. Raises BadPack for one with a fault."""
        below = self.base.written() if self.base else ()
        files = sorted((self.folder / "entries").glob("*.jsonl"))
        return (*below, *(entry for file in files for entry in _entries_of(file, self)))


def load_pack(folder: Path, ours: Path | None = None) -> Pack:
    """Read `pack.toml` and, where there is one, `cues.toml`; entries are read when asked for. Raises BadPack.

    A pack that `extends` another takes over all that the other has and adds to it; a key of a topic or network that
    the other has is refused. The other is one of those in the folder `ours`, or a folder beside this one.
    """
    file = folder / "pack.toml"
    if not file.exists():
        raise _nowhere(folder, ours)
    told = _Told(file)
    told.only(told.table, "", _PARTS)
    if told.table.get("format") != FORMAT:
        raise told.fault("the pack's format is not known", f"format = {FORMAT}", told.table.get("format"), "format")
    if "extends" in told.table:
        return _extended(told, folder, ours)
    return Pack(
        key=told.key(told.table),
        name=told.text(told.table, "name"),
        audience=told.text(told.table, "audience"),
        topics=_topics(told),
        networks=_networks(told),
        selling=told.texts(told.section("selling", {"phrases"}), "phrases"),
        cues=_cues(folder / "cues.toml"),
        folder=folder,
        goals=_goals(told),
        words=_wording(told, Wording()),
    )


def _nowhere(folder: Path, ours: Path | None) -> BadPack:
    known = ", ".join(sorted(found.parent.name for found in ours.glob("*/pack.toml"))) if ours is not None else ""
    expected = f"one of ours ({known}) or a folder with a pack.toml" if known else "a file pack.toml"
    return BadPack("there is no pack here", expected=expected, where=str(folder))


def _extended(told: "_Told", folder: Path, ours: Path | None) -> Pack:
    named = told.text(told.table, "extends")
    known = ours / named if ours is not None else folder.parent / named
    where = known if (known / "pack.toml").exists() else folder.parent / named
    if not (where / "pack.toml").exists() or where.resolve() == folder.resolve():
        raise told.fault("there is no such pack to extend", "one of ours, or a folder beside this one", named, named)
    base = load_pack(where, ours)
    if base.base is not None:
        raise told.fault("a pack that extends another cannot be extended", "a whole pack", named, named)
    given = {key: told.text(told.table, key) for key in ("name", "audience") if key in told.table}
    _refuse_known(told, base)
    return Pack(
        key=told.key(told.table),
        name=given.get("name", base.name),
        audience=given.get("audience", base.audience),
        topics=(*base.topics, *(_topics(told) if "topics" in told.table else ())),
        networks=(*base.networks, *_networks(told)),
        selling=(*base.selling, *told.texts(told.section("selling", {"phrases"}), "phrases")),
        cues={**base.cues, **_cues(folder / "cues.toml")},
        folder=folder,
        words=_wording(told, base.words),
        base=base,
        goals=tuple({goal.key: goal for goal in (*base.goals, *_goals(told, base.topic_keys))}.values()),
    )


def _refuse_known(told: "_Told", base: Pack) -> None:
    """Refuse a key that the base has already: its entries are labelled by the base's meaning of it."""
    ours = {"topics": base.topic_keys, "networks": tuple(network.key for network in base.networks)}
    for kind, known in ours.items():
        for each in told.sections(kind, {"key", "name", "about", "names", "hosts", "unless", "alone"}):
            if each.get("key") in known:
                raise told.fault("the pack below has this key already", "a key of its own", each["key"], each["key"])
    if told.table.get("key") == base.key:
        raise told.fault("the pack below has this key already", "a key of its own", base.key, base.key)


def training_hash(entries: Iterable[TrainingEntry], cues: Mapping[str, tuple[str, ...]]) -> str:
    """Name what a model is trained from: SHA-256 over every value that training looks at, in any order."""
    told = sorted(
        [
            *(entry.title, entry.summary, entry.primary, *entry.topics, str(entry.usefulness), f"{entry.weight:g}"),
            entry.file,
            *(() if entry.speaks_of is None else ("speaks of", *sorted(entry.speaks_of))),
        ]
        for entry in entries
    )
    groups = {key: list(words) for key, words in cues.items()}
    return hashlib.sha256(json.dumps([told, groups], sort_keys=True).encode()).hexdigest()


class _Told:
    """A TOML file as its author told it, with the means to complain about a line of it."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._starts: dict[int, int] = {}
        try:
            self.source = file.read_text(encoding="utf-8")
            self.table: dict[str, Any] = tomllib.loads(self.source)
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise self._unreadable(error, line) from error
        except tomllib.TOMLDecodeError as error:
            told = _LINE_TOLD.search(str(error))
            raise self._unreadable(error, int(told[1]) if told else self.source.count("\n") + 1) from error

    def _unreadable(self, error: Exception, line: int) -> BadPack:
        where = f"{self.file}:{line}"
        return BadPack("the pack cannot be read", expected="TOML in UTF-8", came=str(error), where=where)

    def fault(
        self, what: str, expected: str, came: object, word: str, table: Mapping[str, Any] | None = None
    ) -> BadPack:
        """Make the refusal; its line is the first that holds the word, in the section of the table if one is given."""
        start = self._starts.get(id(table), 1)
        lines = list(enumerate(self.source.splitlines(), start=1))[start - 1 :]
        line = next((number for number, text in lines if word and word in text), start)
        if start > 1 and any(text.startswith("[") for number, text in lines if start < number <= line):
            line = start
        return BadPack(what, expected=expected, came=repr(came), where=f"{self.file}:{line}")

    def only(self, table: Mapping[str, Any], name: str, allowed: AbstractSet[str]) -> None:
        for key in table:
            if key not in allowed:
                within = f" in {name}" if name else ""
                raise self.fault(f"unknown key{within}", "one of " + ", ".join(sorted(allowed)), key, key, table)

    def text(self, table: Mapping[str, Any], key: str) -> str:
        value = table.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.fault(f"{key} is missing or empty", f'{key} = "some text"', value, key, table)
        return value

    def key(self, table: Mapping[str, Any]) -> str:
        """Read a key: it stands in addresses, file names and settings."""
        value = self.text(table, "key")
        if not _KEY.fullmatch(value):
            wanted = "lower-case letters, digits and hyphens, at most 40"
            raise self.fault("a key that cannot stand in an address", wanted, value, f'"{value}"', table)
        return value

    def texts(self, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
            raise self.fault(f"{key} is no list of texts", f'{key} = ["one", "two"]', value, key, table)
        return tuple(value)

    def section(self, name: str, allowed: set[str]) -> Mapping[str, Any]:
        value = self.table.get(name, {})
        if not isinstance(value, dict):
            raise self.fault(f"{name} is no table", f"[{name}]", value, name)
        self.only(value, name, allowed)
        return value

    def sections(self, name: str, allowed: set[str]) -> list[dict[str, Any]]:
        value = self.table.get(name, [])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self.fault(f"{name} is no list of tables", f"[[{name}]]", value, name)
        heads = [at for at, text in enumerate(self.source.splitlines(), start=1) if text.strip() == f"[[{name}]]"]
        self._starts |= {id(each): line for each, line in zip(value, heads, strict=False)}
        for each in value:
            self.only(each, name, allowed)
        return value


def _topics(told: _Told) -> tuple[Topic, ...]:
    topics = [
        Topic(key=told.key(each), name=told.text(each, "name"), about=told.text(each, "about"))
        for each in told.sections("topics", {"key", "name", "about"})
    ]
    if not topics:
        raise told.fault("a pack needs topics", "at least one [[topics]]", "none", "topics")
    _refuse_twice(told, "topics")
    return tuple(topics)


def _networks(told: _Told) -> tuple[Network, ...]:
    networks = [
        Network(
            key=told.key(each),
            name=told.text(each, "name"),
            names=told.texts(each, "names"),
            hosts=told.texts(each, "hosts"),
            unless=told.texts(each, "unless"),
            alone=told.texts(each, "alone"),
        )
        for each in told.sections("networks", {"key", "name", "names", "hosts", "unless", "alone"})
    ]
    _refuse_twice(told, "networks")
    return tuple(networks)


def _goals(told: _Told, below: tuple[str, ...] = ()) -> tuple[Goal, ...]:
    """Read which topics serve which of a reader's goals; a pack may leave some or all of them out."""
    topics = [*below, *(each["key"] for each in told.sections("topics", {"key", "name", "about"}))]
    goals = [
        Goal(key=told.key(each), name=told.text(each, "name"), topics=told.texts(each, "topics"))
        for each in told.sections("goals", {"key", "name", "topics"})
    ]
    _refuse_twice(told, "goals")
    for goal in goals:
        for key in goal.topics:
            if key not in topics:
                raise told.fault(f"the goal {goal.key} names an unknown topic", ", ".join(topics), key, f'"{key}"')
    return tuple(goals)


def _wording(told: _Told, usual: Wording) -> Wording:
    given = told.section("words", {"network", "networks", "choosing", "goals", "most_networks"})
    most = given.get("most_networks", usual.most_networks)
    if not isinstance(most, int) or isinstance(most, bool) or most < 1:
        raise told.fault("most_networks is no number", "most_networks = 2", most, "most_networks")
    texts = {key: told.text(given, key) for key in given if key != "most_networks"}
    return replace(usual, **texts, most_networks=most)


def _cues(file: Path) -> dict[str, tuple[str, ...]]:
    if not file.exists():
        return {}
    told = _Told(file)
    cues = told.sections("cues", {"key", "words"})
    _refuse_twice(told, "cues")
    return {each["key"]: told.texts(each, "words") for each in cues}


def _refuse_twice(told: _Told, kind: str) -> None:
    seen: set[str] = set()
    for each in told.table.get(kind, []):
        key = told.key(each)
        if key in seen:
            raise told.fault("a key stands there twice", "every key once", key, "key", each)
        seen.add(key)


def _entries_of(file: Path, pack: Pack) -> Iterable[TrainingEntry]:
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield replace(_entry(line, pack, where=f"{file}:{number}"), file=file.stem)


def _entry(line: bytes, pack: Pack, where: str) -> TrainingEntry:
    try:
        told = json.loads(line.decode())
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise BadPack(
            "a training entry is no JSON", expected="one object a line, in UTF-8", came=str(error), where=where
        ) from error
    _check_keys(told, where)
    _check_kinds(told, where)
    _check_label(told, pack, where)
    return TrainingEntry(
        title=told["title"],
        summary=told["summary"],
        primary=told["primary"] or "",
        topics=tuple(told["topics"]),
        networks=tuple(told["networks"]),
        usefulness=told["usefulness"],
        year=told.get("year") or 0,
        voice=told.get("voice", ""),
        weight=float(told.get("weight", 1.0)),
        held=where,
    )


def _check_keys(told: object, where: str) -> None:
    if not isinstance(told, dict):
        raise BadPack("a training entry is no object", expected="{...}", came=repr(told)[:80], where=where)
    for key in _NEEDED:
        if key not in told:
            raise BadPack("a training entry lacks a key", expected=key, came=", ".join(told), where=where)
    for key in told:
        if key not in _ALLOWED:
            raise BadPack("unknown key", expected="one of " + ", ".join(sorted(_ALLOWED)), came=key, where=where)


def _check_kinds(told: Mapping[str, Any], where: str) -> None:
    """Refuse values of the wrong kind where they are not part of the label."""
    year, voice, weight = told.get("year"), told.get("voice", ""), told.get("weight", 1)
    if year is not None and (not isinstance(year, int) or isinstance(year, bool)):
        raise BadPack("the year is no whole number", expected="such as 2019", came=repr(year), where=where)
    if not isinstance(voice, str):
        raise BadPack("the voice is no text", expected='such as "study"', came=repr(voice), where=where)
    if not isinstance(weight, int | float) or isinstance(weight, bool) or not 0 < weight < math.inf:
        raise BadPack("the weight is no number above 0", expected="such as 0.5", came=repr(weight), where=where)


def _check_label(told: Mapping[str, Any], pack: Pack, where: str) -> None:
    topics, primary = told["topics"], told["primary"]
    networks = [network.key for network in pack.networks]
    texts = isinstance(told["title"], str) and isinstance(told["summary"], str)
    lists = isinstance(topics, list) and isinstance(told["networks"], list)
    if not texts or not (told["title"] + told["summary"]).strip():
        raise BadPack("an entry without words", expected="a title or a summary", came="neither", where=where)
    if not lists or len(topics) > MOST_TOPICS:
        raise BadPack("topics and networks are lists", expected="0 to 3 topics", came=repr(topics), where=where)
    for what, came, known in (("topic", topics, pack.topic_keys), ("network", told["networks"], networks)):
        for key in came:
            if key not in known:
                raise BadPack(f"unknown {what}", expected="one of " + ", ".join(known), came=repr(key), where=where)
            if came.count(key) > 1:
                raise BadPack(f"a {what} stands there twice", expected="each once", came=repr(key), where=where)
    if (primary or None) != (topics[0] if topics else None):
        raise BadPack("primary is not the first topic", expected=repr(topics[:1]), came=repr(primary), where=where)
    if type(told["usefulness"]) is not int or told["usefulness"] not in USEFULNESS:
        raise BadPack(
            "usefulness is off the scale", expected="0, 1, 2 or 3", came=repr(told["usefulness"]), where=where
        )


def refuse_too_few(entries: Sequence[TrainingEntry], topics: Iterable[str], where: str) -> None:
    """Raise BadPack if a classifier for these topics cannot be fitted to so few entries."""
    if len(entries) < FEWEST_ENTRIES:
        came = str(len(entries))
        raise BadPack("too few training entries", expected=f"at least {FEWEST_ENTRIES}", came=came, where=where)
    for key in topics:
        count = sum(key in entry.topics for entry in entries)
        if count < FEWEST_A_TOPIC:
            expected = f"at least {FEWEST_A_TOPIC} with topic {key}"
            raise BadPack("too few training entries", expected=expected, came=str(count), where=where)
