"""A database is made, brought up to date, or refused; never half."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text

from dailyten.errors import StoreError
from dailyten.model.canonical import from_json, short_id, to_json
from dailyten.model.entry import Entry
from dailyten.model.feed import Feed
from dailyten.model.subscriber import Wishes
from dailyten.store import Store, open_store, schema
from dailyten.store.sqlite import WRITING
from dailyten.store.store import PATIENCE, engine_of

AT = "2026-11-02T06:00:00.000000Z"

ADD_A_COLUMN = """
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"

def upgrade() -> None:
    op.add_column("feeds", sa.Column("colour{revision}", sa.Text))
    {then}
"""


def a_later_program(folder: Path, *, then: str = "pass") -> Path:
    """Give the migrations of a program two versions newer than ours."""
    shutil.copytree(schema.MIGRATIONS, folder)
    older, newer = f"{int(schema.NEWEST) + 1:04}", f"{int(schema.NEWEST) + 2:04}"
    for revision, before, step in ((older, schema.NEWEST, "pass"), (newer, older, then)):
        code = ADD_A_COLUMN.format(revision=revision, before=before, then=step)
        (folder / "versions" / f"v{revision}.py").write_text(code)
    return folder


def an_earlier_program(folder: Path, newest: str) -> Path:
    """Give the migrations of a program as it was when it had no newer one than this."""
    shutil.copytree(schema.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for each in (folder / "versions").glob("v*.py"):
        if each.name[1:5] > newest:
            each.unlink()
    return folder


def subscribe(engine: Engine, *people: tuple[str, str, str, str | None]) -> None:
    """Write subscribers as they were kept before there were turns: name, membership, wishes, when to look next."""
    columns = "subscriber_id, address, membership, joined_at, changed_at, wishes, consent, due_at"
    with engine.begin() as db:
        db.exec_driver_sql("PRAGMA query_only=0") if db.dialect.name == "sqlite" else None
        for name, membership, wishes, due_at in people:
            words = {"name": name, "membership": membership, "at": AT, "wishes": wishes, "due_at": due_at}
            row = ":name, :name, :membership, :at, :at, :wishes, '', :due_at"
            db.execute(text(f"INSERT INTO subscribers ({columns}) VALUES ({row})"), words)  # noqa: S608 - our own names


def version(engine: Engine) -> str | None:
    with engine.connect() as db:
        return schema.stored_version(db)


def shape(engine: Engine) -> dict[str, object]:
    """Describe every table as the database itself sees it."""
    look = inspect(engine)
    return {
        name: (
            [(each["name"], str(each["type"]), each["nullable"]) for each in look.get_columns(name)],
            look.get_pk_constraint(name)["constrained_columns"],
            sorted(str(sorted(each["column_names"])) for each in look.get_unique_constraints(name)),
            sorted(str((each["name"], each["column_names"], each["unique"])) for each in look.get_indexes(name)),
            sorted(str((each["constrained_columns"], each["options"])) for each in look.get_foreign_keys(name)),
            sorted(each["sqltext"] for each in look.get_check_constraints(name)),
        )
        for name in look.get_table_names()
        if name != schema.VERSION_TABLE
    }


def bare(url: str) -> Engine:
    """Open a database through its edge without making anything in it."""
    return engine_of(url, PATIENCE)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engines(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Engine, Engine]]:
    """Open two empty databases of one kind."""
    if request.param == "sqlite":
        one, other = (bare(f"sqlite:///{tmp_path / name}") for name in ("one.db", "other.db"))
    else:
        make = request.getfixturevalue("new_postgres")
        one, other = bare(make()), bare(make())
    yield one, other
    one.dispose()
    other.dispose()


def test_migrating_from_nothing_gives_the_tables_that_a_fresh_database_has(engines: tuple[Engine, Engine]) -> None:
    fresh, migrated = engines
    schema.bring_up_to_date(fresh)
    schema.migrate(migrated)

    assert version(fresh) == version(migrated) == schema.NEWEST
    assert shape(fresh) == shape(migrated)


def test_a_fresh_sqlite_database_and_a_migrated_one_are_written_with_the_same_words(tmp_path: Path) -> None:
    engines = [bare(f"sqlite:///{tmp_path / name}") for name in ("fresh.db", "migrated.db")]
    schema.bring_up_to_date(engines[0])
    schema.migrate(engines[1])
    words = []
    for engine in engines:
        with engine.connect() as db:
            made = db.execute(
                text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name NOT LIKE 'dailyten%'")
            )
            words.append({" ".join(sql.split()).replace(" (", "(") for sql in made.scalars()})
        engine.dispose()

    assert words[0] == words[1]
    assert all("STRICT" in sql for sql in words[0] if sql.startswith("CREATE TABLE"))


def test_the_newest_migration_is_the_version_the_program_asks_for() -> None:
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(schema.MIGRATIONS))

    assert script.get_heads() == [schema.NEWEST]
    assert [each.revision for each in script.walk_revisions()] == sorted(
        (each.revision for each in script.walk_revisions()), reverse=True
    )


def test_an_older_database_is_brought_up_to_date_with_its_rows(engines: tuple[Engine, Engine], tmp_path: Path) -> None:
    old, _ = engines
    schema.bring_up_to_date(old)
    with old.begin() as db:
        db.exec_driver_sql("PRAGMA query_only=0") if db.dialect.name == "sqlite" else None
        db.execute(text("INSERT INTO suppressions VALUES ('hash', '2026-11-02T06:00:00.000000Z')"))
    newest = f"{int(schema.NEWEST) + 2:04}"
    later = a_later_program(tmp_path / "later")
    schema.bring_up_to_date(old, migrations=later, newest=newest)
    schema.bring_up_to_date(old, migrations=later, newest=newest)

    assert version(old) == newest
    with old.connect() as db:
        assert db.execute(text("SELECT address_hash FROM suppressions")).scalar_one() == "hash"
        assert f"colour{newest}" in {each["name"] for each in inspect(db).get_columns("feeds")}


def test_minutes_that_stood_for_no_wish_are_none_after_the_migration(
    engines: tuple[Engine, Engine], tmp_path: Path
) -> None:
    old, _ = engines
    schema.migrate(old, migrations=an_earlier_program(tmp_path / "earlier", "0006"))
    texts = [to_json(Wishes(minutes=minutes)) for minutes in (15, 5, 50)]
    subscribe(old, *((str(number), "active", wishes, AT) for number, wishes in enumerate(texts)))
    schema.bring_up_to_date(old)

    with old.connect() as db:
        kept = db.execute(text("SELECT wishes FROM subscribers ORDER BY subscriber_id")).scalars()
        assert [from_json(each, Wishes).minutes for each in kept] == [None, 5, 50]


def test_each_active_reader_keeps_the_turn_that_stood_beside_the_wishes(
    engines: tuple[Engine, Engine], tmp_path: Path
) -> None:
    old, _ = engines
    schema.migrate(old, migrations=an_earlier_program(tmp_path / "earlier", "0007"))
    wishes = to_json(Wishes())
    subscribe(old, ("anna", "active", wishes, AT), ("bert", "paused", wishes, AT), ("cleo", "active", wishes, None))
    schema.bring_up_to_date(old)

    store = Store(old)
    with store.reading() as db:
        found = db.turns.due(datetime.fromisoformat(AT), 9)
        assert [each.subscriber_id for each in found] == ["cleo", "anna"]
        assert db.turns.due(datetime.fromisoformat(AT) - timedelta(seconds=1), 9)[1:] == ()


def test_an_entry_kept_before_marks_began_like_their_feed_is_known_again(
    engines: tuple[Engine, Engine], tmp_path: Path
) -> None:
    old, _ = engines
    schema.migrate(old, migrations=an_earlier_program(tmp_path / "earlier", "0009"))
    store, at = Store(old), datetime.fromisoformat(AT)
    feed = Feed(feed_id="b77f1531b9766cc8", title="A", address="https://a.example/feed")
    entry = Entry(key="k", guid="g")
    with store.writing() as db:
        db.feeds.apply([feed], at)
        (kept,) = db.entries.keep(feed.feed_id, [entry], now=at).new
    scattered = short_id("mark", feed.feed_id, "guid", entry.guid)
    with old.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        connection.execute(text("UPDATE marks SET mark = :mark"), {"mark": scattered})
    schema.bring_up_to_date(old)

    with store.writing() as db:
        found = db.entries.keep(feed.feed_id, [replace(entry, title="It has one now")], now=at)
    assert [each.entry_id for each in found.changed] == [kept.entry_id]
    assert found.new == ()


def test_a_migration_that_fails_leaves_the_database_as_it_was(engines: tuple[Engine, Engine], tmp_path: Path) -> None:
    old, _ = engines
    schema.bring_up_to_date(old)
    before = shape(old)
    broken = a_later_program(tmp_path / "broken", then="raise RuntimeError('in the middle')")

    with pytest.raises(RuntimeError, match="in the middle"):
        schema.bring_up_to_date(old, migrations=broken, newest=f"{int(schema.NEWEST) + 2:04}")

    assert (version(old), shape(old)) == (schema.NEWEST, before)


def test_a_database_of_a_newer_program_is_refused_and_left_alone(shared_url: str, tmp_path: Path) -> None:
    newest = f"{int(schema.NEWEST) + 2:04}"
    engine = bare(shared_url)
    schema.bring_up_to_date(engine)
    schema.bring_up_to_date(engine, migrations=a_later_program(tmp_path / "later"), newest=newest)

    with pytest.raises(StoreError, match="newer dailyten") as refused:
        open_store(shared_url)

    assert newest in refused.value.came
    assert version(engine) == newest
    engine.dispose()


def test_opening_a_database_that_is_up_to_date_imports_no_alembic(tmp_path: Path) -> None:
    code = (
        "import sys; from dailyten.store import open_store\n"
        f"for _ in range(2): open_store('sqlite:///{tmp_path / 'a.db'}').close()\n"
        "assert 'alembic' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
