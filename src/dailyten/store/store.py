"""The store: opening it, and its two kinds of transaction. The repositories stand beside, a file each."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

from sqlalchemy import URL, Connection, Engine, event, text
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from dailyten.errors import BadSetting, DailytenError, StoreError
from dailyten.store import postgres, sqlite
from dailyten.store.schema import bring_up_to_date
from dailyten.store.transaction import Transaction

PATIENCE = timedelta(seconds=10)


class Store:
    """An open database, SQLite or PostgreSQL. Safe to share between threads; close it when done."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Open a transaction that may write; it is committed at the end, undone if anything is raised.

        On SQLite there is one writer at a time: keep it short, and never fetch inside.
        """
        with self._transaction(writing=True) as db:
            yield Transaction(db)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Open a transaction that sees one moment of the database and cannot write."""
        with self._transaction(writing=False) as db:
            yield Transaction(db)

    def backup(self, path: Path) -> None:
        """Copy the whole database to a file while others use it. Raises StoreError, on PostgreSQL always."""
        if self._engine.dialect.name != "sqlite":
            raise StoreError("A PostgreSQL database is backed up with its own program.", expected="pg_dump")
        sqlite.backup(self._engine, path)

    def faults(self) -> tuple[str, ...]:
        """Look over the whole database for damage; PostgreSQL is only asked whether it answers."""
        try:
            with self._transaction(writing=False) as db:
                if db.dialect.name == "sqlite":
                    return sqlite.faults(db)
                db.execute(text("SELECT 1"))
                return ()
        except StoreError as error:
            return (str(error),)

    def close(self) -> None:
        """Give back the connections."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @contextmanager
    def _transaction(self, *, writing: bool) -> Iterator[Connection]:
        try:
            connection = self._engine.connect()
        except PoolTimeout as error:
            raise StoreError("Every connection to the database is in use.", where=_place(self._engine)) from error
        with connection:
            if self._engine.dialect.name == "postgresql":
                postgres.set_up(connection, writing=writing)
            connection.execution_options(**{sqlite.WRITING: writing})
            with connection.begin():
                yield connection


def open_store(url: str, *, patience: timedelta = PATIENCE) -> Store:
    """Open a database and bring it up to date; a fresh one is made.

    `sqlite:///var/dailyten.db` (three slashes and a relative path, four and an absolute one), `sqlite://` (in memory,
    for tests) or `postgresql+psycopg://user:password@host/name`. `patience` is how long to wait for a lock.
    Raises BadSetting for another address, StoreError when the database does not answer as it must.
    """
    engine = engine_of(url, patience)
    try:
        bring_up_to_date(engine)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine)


def engine_of(url: str, patience: timedelta) -> Engine:
    """Make the engine of an address. Raises BadSetting for one that names no database of ours."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = make_url("nothing://")
    match parsed.drivername:
        case "sqlite" | "sqlite+pysqlite":
            engine, words = sqlite.engine_of(_path(parsed), patience=patience), sqlite.words_of
        case "postgresql" | "postgresql+psycopg":
            engine, words = postgres.engine_of(parsed, patience=patience), postgres.words_of
        case _:
            raise BadSetting("No such kind of database.", expected="sqlite:///PATH or postgresql+psycopg://…", came=url)

    def end_here(context: ExceptionContext) -> NoReturn:
        error = context.original_exception
        if isinstance(error, DailytenError):
            raise error
        raise StoreError(words(error) or "The database failed.", came=_one_line(error), where=_place(engine)) from error

    event.listen(engine, "handle_error", end_here)
    return engine


def _path(url: URL) -> str:
    return "" if url.database in (None, ":memory:") else str(url.database)


def _place(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=True)


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
