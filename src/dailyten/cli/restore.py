"""`dailyten restore`: a backup in the place of the database."""

import shutil
from pathlib import Path

from dailyten.cli.saying import say
from dailyten.config import read_settings
from dailyten.errors import BadInput, DailytenError, StoreError
from dailyten.schedule.alone import alone_in
from dailyten.store.store import open_store
from dailyten.wiring import Parts

FIRST_BYTES = b"SQLite format 3\0"
"""Source: SQLite database file format §1.3."""


def restore(backup: Path, *, config: Path | None = None) -> None:
    """Put a backup in the place of the database; the one that was there is kept beside it.

    Args:
        backup: A file that `dailyten backup` made.
        config: The settings file.

    """
    if not backup.is_file():
        raise BadInput("There is no such backup.", came=str(backup))
    parts = Parts(read_settings(config))
    data = parts.settings.place(parts.settings.paths.data)
    with alone_in(data):
        fresh, database, before = data / "restored.sqlite", data / "dailyten.sqlite", data / "before-restore.sqlite"
        _copy_of(backup, fresh)
        kept = database.exists()
        if kept:
            _keep(parts, database, before)
        for leftover in ("dailyten.sqlite-wal", "dailyten.sqlite-shm"):
            (data / leftover).unlink(missing_ok=True)
        fresh.replace(database)
    say(f"The database is that of {backup} now." + (f" The one before is in {before}." if kept else ""))


def _copy_of(backup: Path, fresh: Path) -> None:
    """Copy a backup and bring the copy up to date; the backup itself stays as it is. Raises BadInput."""
    with backup.open("rb") as file:
        if file.read(len(FIRST_BYTES)) != FIRST_BYTES:
            raise BadInput("This is no backup.", expected="a file that `dailyten backup` made", came=str(backup))
    shutil.copyfile(backup, fresh)
    try:
        with open_store(f"sqlite:///{fresh}") as store:
            faults = store.faults()
        if faults:
            raise BadInput("This backup is damaged.", came="; ".join(faults), where=str(backup))
    except DailytenError:
        fresh.unlink()
        raise


def _keep(parts: Parts, database: Path, before: Path) -> None:
    """Keep the database beside the new one: a damaged one as it is, byte for byte."""
    try:
        with parts.store() as store:
            store.backup(before)
    except StoreError:
        shutil.copyfile(database, before)
