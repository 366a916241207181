"""The version of a database: read, made, brought up to date, or refused because it is newer than we are."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from dailyten.errors import StoreError
from dailyten.store import postgres
from dailyten.store.sqlite import WRITING
from dailyten.store.tables import every_table

NEWEST = "0010"
VERSION_TABLE = "dailyten_version"
MIGRATIONS = Path(__file__).parent / "migrations"


def bring_up_to_date(engine: Engine, *, migrations: Path = MIGRATIONS, newest: str = NEWEST) -> None:
    """Make the tables of a fresh database, or run the migrations that it lacks; one transaction, or nothing.

    Costs one look when there is nothing to do. Raises StoreError when the database is newer than this program or
    belongs to another one.
    """
    with engine.connect() as db:
        if stored_version(db) == newest:
            return
    with _alone(engine) as db:
        match stored_version(db):
            case None if newest == NEWEST:
                _make(db)
            case version if version is None or version < newest:
                _upgrade(db, migrations)
            case version if version > newest:
                raise StoreError(
                    "The database was written by a newer dailyten than this one: install that version.",
                    expected=f"schema {newest} or older",
                    came=f"schema {version}",
                    where=str(engine.url),
                )


def migrate(engine: Engine, *, migrations: Path = MIGRATIONS) -> None:
    """Run every migration that the database lacks, from the very first if it is empty."""
    with _alone(engine) as db:
        _upgrade(db, migrations)


def stored_version(db: Connection) -> str | None:
    """Read the version of the database; None when it is empty.

    Raises StoreError when the file holds the tables of another program. (A PostgreSQL schema may be shared.)
    """
    look = inspect(db)
    if look.has_table(VERSION_TABLE):
        return db.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one_or_none()  # noqa: S608
    if db.dialect.name == "sqlite" and look.get_table_names():
        raise StoreError("This database belongs to another program.", where=str(db.engine.url))
    return None


def _make(db: Connection) -> None:
    metadata = every_table()
    if db.dialect.name == "postgresql":
        postgres.keep_partial(metadata)
    metadata.create_all(db, checkfirst=False)
    db.execute(text(f"CREATE TABLE {VERSION_TABLE} (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    db.execute(text(f"INSERT INTO {VERSION_TABLE} VALUES (:version)"), {"version": NEWEST})  # noqa: S608


def _upgrade(db: Connection, migrations: Path) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.attributes["connection"] = db
    command.upgrade(config, "head")


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that a second starter waits for: on SQLite any that writes, on PostgreSQL by a lock."""
    with engine.connect().execution_options(**{WRITING: True}) as db, db.begin():
        postgres.take_turns(db, "schema")
        yield db
