"""`dailyten mail keys`: the keys that sign mails, and what the DNS must say of them."""

import json
from pathlib import Path

from dailyten.cli.saying import AsJson, say
from dailyten.config import read_settings
from dailyten.wiring import Parts


def keys_(*, config: Path | None = None, as_json: AsJson = False) -> None:
    """Make the DKIM keys that are not there yet, and print what to add to the DNS and to the settings.

    Args:
        config: The settings file.
        as_json: Write one JSON document instead of lines.

    """
    from dailyten.deliver.dkim import zone_line

    parts = Parts(read_settings(config))
    made = parts.make_dkim_keys()
    if as_json:
        say(json.dumps([_row(*key.record(), key.algorithm, path, named) for key, path, named in made], indent=1))
        return
    say("Add these records to the DNS of the domain. They are public; the key files are not.\n")
    for key, _, _ in made:
        say(f"{zone_line(*key.record())}\n")
    unnamed = [(key, path) for key, path, named in made if not named]
    if unnamed:
        say("When the DNS has them, let mails be signed, in dailyten.toml:\n\n[dkim]")
    for key, path in unnamed:
        say(f'{key.algorithm} = "{_short(path, parts.settings.folder.resolve())}"')
    if not unnamed:
        say("Mails are signed with them already. `dailyten doctor` looks whether the DNS has the records.")


def _row(name: str, text: str, algorithm: str, path: Path, named: bool) -> dict[str, str | bool]:  # noqa: FBT001
    return {"name": name, "text": text, "algorithm": algorithm, "file": str(path), "in_use": named}


def _short(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)
