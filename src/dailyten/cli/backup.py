"""`dailyten backup`: a copy of the database while others use it."""

from pathlib import Path

from dailyten.cli.saying import say
from dailyten.config import read_settings
from dailyten.errors import BadInput
from dailyten.wiring import Parts


def backup(to: Path, *, config: Path | None = None) -> None:
    """Copy the database to a new file.

    Args:
        to: The file to make.
        config: The settings file.

    """
    if to.exists():
        raise BadInput("A backup never overwrites a file.", expected="a new name", came=str(to))
    with Parts(read_settings(config)).store() as store:
        store.backup(to)
    say(f"The database was copied to {to}.")
