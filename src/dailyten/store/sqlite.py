"""The edge to SQLite: how a connection is set up, how a transaction begins, what SQLite's faults mean, the backup.

WAL, so that readers and the one writer do not wait for one another. `synchronous=FULL`: what was committed survives a
power cut too. Every writing transaction is `BEGIN IMMEDIATE`: a plain `BEGIN` that later writes fails at once when
somebody else wrote in between, whatever the time-out.
"""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection

from dailyten.errors import StoreError

WRITING = "dailyten_writing"

SPACIOUS = ("cache_size=-16000", "wal_autocheckpoint=4000")
"""16 MB of pages in memory and in the log: the indexes of ten thousand new entries do not fit into SQLite's 2 and 4."""

WORDS = {
    sqlite3.SQLITE_BUSY: "The database is locked: another program has been writing to it for too long.",
    sqlite3.SQLITE_LOCKED: "The database is locked: another part of this program has been writing for too long.",
    sqlite3.SQLITE_FULL: "The disk that holds the database is full.",
    sqlite3.SQLITE_NOTADB: "This file is not a SQLite database.",
    sqlite3.SQLITE_CORRUPT: "The database file is damaged: restore the newest backup.",
    sqlite3.SQLITE_READONLY: "The database may not be written to.",
    sqlite3.SQLITE_PERM: "The database may not be opened: its permissions forbid it.",
    sqlite3.SQLITE_CANTOPEN: "The database file cannot be opened or made.",
    sqlite3.SQLITE_IOERR: "The disk that holds the database does not read or write.",
    sqlite3.SQLITE_CONSTRAINT: "The database refused a row that contradicts another.",
}


def engine_of(path: str, *, patience: timedelta) -> Engine:
    """Make the engine of a database file, or with an empty path of a database in memory.

    A database in memory has one connection, so its users take turns. `patience` is how long to wait for a lock.
    Raises StoreError when the folder cannot be made.
    """
    seconds = patience.total_seconds()
    if path:
        _make_folder(Path(path).parent)
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=path or ":memory:"),
        connect_args={"timeout": seconds, "isolation_level": None, "check_same_thread": False},
        poolclass=QueuePool,
        pool_timeout=seconds,
        **({} if path else {"pool_size": 1, "max_overflow": 0}),
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def words_of(error: BaseException) -> str:
    """Say in plain words what an exception of SQLite means; empty if it is not one of those we know."""
    code = getattr(error, "sqlite_errorcode", None)
    return "" if code is None else WORDS.get(code & 0xFF, "")


def backup(engine: Engine, path: Path) -> None:
    """Copy the database as it is now to another file, while others read and write.

    The copy is made beside the path and takes its name when it is whole. Raises StoreError.
    """
    part = path.with_name(path.name + ".part")
    try:
        part.unlink(missing_ok=True)
        with closing(engine.raw_connection()) as source, closing(sqlite3.connect(part)) as copy:
            driver: Any = source.driver_connection
            driver.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
        part.replace(path)
    except (OSError, sqlite3.Error) as error:
        part.unlink(missing_ok=True)
        wanted = "a folder that is there and may be written, with room on its disk"
        raise StoreError("The backup could not be made.", expected=wanted, came=str(error), where=str(path)) from error


def faults(db: Connection) -> tuple[str, ...]:
    """Let SQLite look over the whole file; nothing is wrong if nothing comes back.

    Raises StoreError when the damage ends even that.
    """
    found = [str(row[0]) for row in db.exec_driver_sql("PRAGMA integrity_check") if row[0] != "ok"]
    found += [f"{row[0]} names a missing {row[2]}" for row in db.exec_driver_sql("PRAGMA foreign_key_check")]
    return tuple(found)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError("The folder of the database cannot be made.", came=str(error), where=str(folder)) from error


def _set_up(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", *SPACIOUS):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(db: Connection) -> None:
    writing = db.get_execution_options().get(WRITING, False)
    db.exec_driver_sql(f"PRAGMA query_only={0 if writing else 1}")
    db.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
