"""docs/reference/settings.md names every setting with the default that it has."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, get_args, get_type_hints

from dailyten.config import Settings, read_settings

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"
NEEDED = {"sender": 'name = "Shop"\naddress = "shop@shop.example"'}


def sections() -> dict[str, dict[str, str]]:
    """Read the page: section, key, default."""
    _, *parts = re.split(r"^## \[(.+)\]$", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    row = re.compile(r"^\| (?!Key)(\w+) \| (.+?) \|", re.MULTILINE)
    return {name: dict(row.findall(text)) for name, text in zip(parts[::2], parts[1::2], strict=True)}


def keys(kind: type[Any], section: str) -> Iterator[tuple[str, str]]:
    """Walk through the types: section and key of every setting."""
    hints = get_type_hints(kind)
    for each in fields(kind):
        inner = [
            one
            for one in (hints[each.name], *get_args(hints[each.name]))
            if isinstance(one, type) and is_dataclass(one)
        ]
        if each.name == "smtp_fallback":
            continue  # the keys of [smtp] again, in tables of their own
        if inner and each.name != "allowed":
            yield from keys(inner[0], f"{section}.{each.name}".removeprefix("."))
        elif each.name != "folder":
            yield section, each.name


def test_the_page_names_exactly_the_settings_that_there_are() -> None:
    named = {(section, key) for section, found in sections().items() for key in found}

    assert named == set(keys(Settings, ""))


def test_the_page_names_the_defaults_that_hold(tmp_path: Path) -> None:
    given = "\n".join(
        f"[{section}]\n{NEEDED.get(section, '')}\n"
        + "\n".join(f"{key} = {default.strip('`')}" for key, default in found.items() if default.startswith("`"))
        for section, found in sections().items()
    )
    (tmp_path / "said.toml").write_text(given + "\n", "utf-8")
    (tmp_path / "bare.toml").write_text("[web]\n[sender]\n" + NEEDED["sender"], "utf-8")
    said, bare = read_settings(tmp_path / "said.toml", {}), read_settings(tmp_path / "bare.toml", {})

    assert replace(said, site=replace(said.site, index_names=True)) == bare


def test_the_example_of_the_page_can_be_read(tmp_path: Path) -> None:
    whole, fallback = re.findall(r"```toml\n(.+?)```", PAGE.read_text("utf-8"), re.DOTALL)
    (tmp_path / "dailyten.toml").write_text(whole + fallback, "utf-8")

    settings = read_settings(tmp_path / "dailyten.toml", {})

    assert settings.sender is not None
    assert [each.host for each in settings.smtp_fallback] == ["smtp2.shop.example"]
