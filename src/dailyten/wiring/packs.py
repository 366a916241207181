"""Industry packs: where they stand, and what is said in their words."""

import hashlib
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dailyten.classify.pack import Pack
    from dailyten.pipeline.wishing import Choices
    from dailyten.render.names import Names
    from dailyten.wiring.parts import Parts


def our_packs() -> tuple[str, ...]:
    """Name the packs that come with dailyten."""
    return tuple(sorted(found.parent.name for found in _ours().glob("*/pack.toml")))


def list_of_pack(pack: str) -> bytes:
    """Read the feed list that a new digest on one of our packs begins with."""
    return (_ours() / pack / "feeds.opml").read_bytes()


def read_pack(parts: "Parts", named: str) -> "Pack":
    """Read an industry pack, or the one of the settings: one of ours by its key, else a folder beside them."""
    from dailyten.classify.pack import load_pack

    named = named or parts.settings.digest.pack
    ours = _ours()
    here = ours / named if (ours / named / "pack.toml").exists() else parts.settings.folder / named
    return load_pack(here, ours)


def stamp_of(pack: "Pack") -> str:
    """Name the state of a pack by the bytes of its settings, its cues and its model, and those of its base."""
    named = ("pack.toml", "cues.toml", pack.model_file.name)
    folders = [each.folder for each in (pack, pack.base) if each is not None]
    bodies = [bytes_of(folder / name) for folder in folders for name in named]
    return hashlib.sha256(b"".join(hashlib.sha256(body).digest() for body in bodies)).hexdigest()[:16]


def names_of(pack: "Pack") -> "Names":
    """Say what the pack's keys are called."""
    from dailyten.render.names import Names

    return Names(
        topics={topic.key: topic.name for topic in pack.topics},
        networks={network.key: network.name for network in pack.networks},
        about={topic.key: topic.about for topic in pack.topics},
        goals={goal.key: goal.name for goal in pack.goals},
        words=pack.words,
    )


def choices_of(pack: "Pack") -> "Choices":
    """Say what the pack's readers may choose from."""
    from dailyten.pipeline.wishing import Choices

    return Choices(
        networks=tuple(network.key for network in pack.networks),
        topics=pack.topic_keys,
        goals=tuple(goal.key for goal in pack.goals),
        words=pack.words,
    )


def bytes_of(path: Path) -> bytes:
    """Read a file that may be missing."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _ours() -> Path:
    return Path(str(files("dailyten.packs")))
