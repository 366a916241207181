"""`dailyten restore`: a backup in the place of the database."""

from pathlib import Path

from dailyten.cli.saying import say
from dailyten.config import read_settings
from dailyten.errors import BadInput
from dailyten.schedule.alone import alone_in
from dailyten.store.store import open_store
from dailyten.wiring import Parts


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
        before = data / "before-restore.sqlite"
        if (data / "dailyten.sqlite").exists():
            before.unlink(missing_ok=True)
            with parts.store() as store:
                store.backup(before)
        with open_store(f"sqlite:///{backup.resolve()}") as store:
            part = data / "dailyten.sqlite.part"
            part.unlink(missing_ok=True)
            store.backup(part)
        for leftover in ("dailyten.sqlite-wal", "dailyten.sqlite-shm"):
            (data / leftover).unlink(missing_ok=True)
        part.replace(data / "dailyten.sqlite")
    say(f"The database is that of {backup} now; the one before is in {before}.")
