"""A pack of two topics, small enough to be trained in a test."""

import json
from pathlib import Path

PACK = """
format = 1
key = "garden"
name = "Gardens"
audience = "people with a garden"

[[topics]]
key = "plants"
name = "Plants"
about = "What grows."

[[topics]]
key = "soil"
name = "Soil"
about = "What it grows in."

[[networks]]
key = "club"
name = "Club"
names = ["garden club", "Beds"]
hosts = ["club.example"]
unless = ["double Beds"]
alone = ["Society"]

[selling]
phrases = ["buy now", "Free Trial"]
"""

PLANTS = ("rose", "tulip", "fern", "oak", "bean", "pea", "lily", "ivy", "kale", "leek")
SOILS = ("clay", "peat", "sand", "loam", "compost", "mulch", "lime", "ash", "grit", "silt")
OTHERS = ("tram", "opera", "chess", "boxing", "radio", "ferry", "poem", "bank", "court", "diary")


def entry(title: str, topics: list[str], usefulness: int = 1) -> dict[str, object]:
    primary = topics[0] if topics else None
    return {
        "title": title,
        "summary": "",
        "primary": primary,
        "topics": topics,
        "networks": [],
        "usefulness": usefulness,
    }


def garden_entries() -> list[dict[str, object]]:
    plants = [entry(f"Flowering {word} in bloom {place}", ["plants"], 2) for place, word in enumerate(PLANTS)]
    soils = [entry(f"Digging {word} under earth {place}", ["soil"], 3) for place, word in enumerate(SOILS)]
    others = [entry(f"Evening {word} downtown {place}", [], 0) for place, word in enumerate(OTHERS)]
    return [*plants, *soils, *others]


def write_pack(folder: Path, *, pack: str = PACK, entries: list[dict[str, object]] | None = None) -> Path:
    (folder / "entries").mkdir(parents=True, exist_ok=True)
    (folder / "pack.toml").write_text(pack, encoding="utf-8")
    lines = [json.dumps(each) for each in (garden_entries() if entries is None else entries)]
    (folder / "entries" / "all.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
