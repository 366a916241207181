"""The edge to PostgreSQL (psycopg 3, the optional extra `postgres`): the engine, and what its faults mean."""

from datetime import timedelta

from sqlalchemy import Connection, Engine, MetaData, create_engine, func, select
from sqlalchemy.engine import URL

from dailyten.errors import StoreError

# SQLSTATE, or its class of two characters: https://www.postgresql.org/docs/current/errcodes-appendix.html
WORDS = {
    "08": "The database server cannot be reached.",
    "22": "The database refused a value that it cannot hold.",
    "23": "The database refused a row that contradicts another.",
    "28": "The database server refused the name or the password.",
    "3D": "There is no such database on the server.",
    "42501": "The database user may not do this.",
    "53100": "The disk of the database server is full.",
    "53": "The database server has no room for more connections or memory.",
    "55P03": "The database is locked: another program has been writing to it for too long.",
    "40": "Two programs wrote the same rows at the same time: try again.",
    "57": "The database server is stopping, or ended our session.",
    "58": "The disk of the database server does not read or write.",
    "XX": "The database is damaged.",
}


def engine_of(url: URL, *, patience: timedelta) -> Engine:
    """Make the engine. `patience` is how long to wait for a lock and for the server.

    Raises StoreError when psycopg is not installed.
    """
    seconds = patience.total_seconds()
    given = url.normalized_query.get("options", ())
    options = " ".join([*given, f"-c lock_timeout={int(seconds * 1000)}", "-c timezone=UTC"])
    try:
        return create_engine(
            url.set(drivername="postgresql+psycopg").update_query_dict({"options": options}),
            connect_args={"connect_timeout": max(2, int(seconds))},
            pool_pre_ping=True,
            pool_timeout=seconds,
        )
    except ModuleNotFoundError as error:
        raise StoreError("PostgreSQL needs one more package.", expected='pip install "dailyten[postgres]"') from error


def keep_partial(metadata: MetaData) -> None:
    """Let the indexes that are partial on SQLite be partial here too."""
    for index in (index for table in metadata.tables.values() for index in table.indexes):
        where = index.dialect_options["sqlite"]["where"]
        index.dialect_options["postgresql"]["where"] = where


def set_up(db: Connection, *, writing: bool) -> None:
    """Let a reader see one moment and write nothing, as on SQLite."""
    db.execution_options(
        isolation_level="READ COMMITTED" if writing else "REPEATABLE READ", postgresql_readonly=not writing
    )


def take_turns(db: Connection, what: str) -> None:
    """Let nobody else do this before this transaction ends; on SQLite nobody else writes anyway."""
    if db.dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"dailyten {what}"))))


def words_of(error: BaseException) -> str:
    """Say in plain words what an exception of psycopg means; empty if it is not one of those we know."""
    state = getattr(error, "sqlstate", None)
    if state is None:
        return WORDS["08"] if type(error).__name__ == "OperationalError" else ""
    return WORDS.get(state) or WORDS.get(state[:2], "")
