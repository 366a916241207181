"""The edge to SQLite: faults end here in clear words, and a crash at any moment loses nothing that was committed."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, text

from dailyten.errors import BadSetting, StoreError
from dailyten.model.entry import Entry
from dailyten.model.feed import Feed
from dailyten.store import Store, open_store
from tests.editions import an_edition

NOW = datetime(2026, 11, 2, 6, tzinfo=UTC)
FEED = Feed(feed_id="f1", address="https://a.example/feed", title="A")
SHORT = timedelta(milliseconds=50)


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def entries(start: int, number: int, body: str = "") -> list[Entry]:
    return [Entry(key=f"k{each}", title=f"T{each}", html=body) for each in range(start, start + number)]


def with_feed(path: Path) -> Path:
    with open_store(url(path)) as store, store.writing() as db:
        db.feeds.apply([FEED], NOW)
    return path


def count(path: Path) -> int:
    with open_store(url(path)) as store, store.reading() as db:
        assert store.faults() == ()
        return len(db.entries.arrived_since(NOW - timedelta(days=999)))


@pytest.mark.parametrize(
    ("written", "name"),
    [("with space.db", "with space.db"), ("größe.db", "größe.db"), ("what%3F.db", "what?.db"), ("50%25.db", "50%.db")],
)
def test_a_path_is_written_as_in_any_url(tmp_path: Path, written: str, name: str) -> None:
    assert count(tmp_path / written) == 0

    assert [each.name for each in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("address", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_writes_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.chdir(tmp_path)
    with open_store(address) as store, store.writing() as db:
        db.feeds.apply([FEED], NOW)

    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_a_fresh_database_is_made(tmp_path: Path) -> None:
    assert count(tmp_path / "var" / "lib" / "dailyten.db") == 0


def test_a_committed_transaction_survives_a_power_cut(tmp_path: Path) -> None:
    """WAL alone would let the last commits go: FULL (2) syncs each."""
    with open_store(url(tmp_path / "a.db")) as store, store._transaction(writing=False) as db:
        told = [
            db.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]

        assert told == ["wal", 2, 1]


def test_a_locked_database_is_said_to_be_locked(tmp_path: Path) -> None:
    path = with_feed(tmp_path / "a.db")
    other = sqlite3.connect(path, isolation_level=None)
    with open_store(url(path), patience=SHORT) as store:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked"), store.writing():
            pass
        with store.reading() as db:
            assert db.feeds.listed() == (FEED,)
        other.execute("ROLLBACK")

        with store.writing() as db:
            assert db.feeds.listed() == (FEED,)
    other.close()


def test_a_writer_waits_for_the_one_before(tmp_path: Path) -> None:
    path = with_feed(tmp_path / "a.db")
    holding, released = threading.Event(), threading.Event()

    def hold() -> None:
        with open_store(url(path)) as store, store.writing() as db:
            db.entries.keep("f1", entries(0, 1), now=NOW)
            holding.set()
            released.wait()

    other = threading.Thread(target=hold)
    other.start()
    holding.wait()
    threading.Timer(0.2, released.set).start()
    with open_store(url(path)) as store, store.writing() as db:
        db.entries.keep("f1", entries(1, 1), now=NOW)
    other.join()

    assert count(path) == 2


def test_a_database_in_memory_lets_its_users_take_turns() -> None:
    with open_store("sqlite://", patience=SHORT) as store:
        with store.writing() as db:
            db.feeds.apply([FEED], NOW)
            with pytest.raises(StoreError, match="in use"), store.reading():
                pass

        with store.reading() as db:
            assert db.feeds.listed() == (FEED,)


def test_a_full_disk_is_said_to_be_full_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    path = with_feed(tmp_path / "a.db")
    with open_store(url(path)) as store:
        limit = 200

        def small_disk(connection: sqlite3.Connection, _record: object) -> None:
            connection.execute(f"PRAGMA max_page_count={limit}")

        event.listen(store._engine, "connect", small_disk)
        store._engine.dispose()
        with store.writing() as db:
            db.entries.keep("f1", entries(0, 3), now=NOW)

        def write_much() -> None:
            with store.writing() as db:
                db.entries.keep("f1", entries(3, 5), now=NOW)
                db.entries.keep("f1", entries(8, 500, body="x" * 5000), now=NOW)

        with pytest.raises(StoreError, match="full"):
            write_much()

        with store.writing() as db:
            assert len(db.entries.waiting(NOW)) == 3
            db.entries.keep("f1", entries(3, 1), now=NOW)

    assert count(path) == 4


def test_a_file_that_is_no_database_is_said_to_be_none_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("my dear notes\n" * 200)

    with pytest.raises(StoreError, match="not a SQLite database") as refused:
        open_store(url(path))

    assert str(path) in refused.value.where
    assert path.read_text() == "my dear notes\n" * 200


def test_the_database_of_another_program_is_refused_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "bookmarks.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE bookmarks (url)")
    other.close()

    with pytest.raises(StoreError, match="another program"):
        open_store(url(path))

    with sqlite3.connect(path) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("bookmarks",)]
    other.close()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StoreError, match="folder"):
        open_store(url(tmp_path / "file" / "a.db"))


def test_a_path_that_is_a_folder_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(url(tmp_path))


def test_a_damaged_file_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = with_feed(tmp_path / "a.db")
    with open_store(url(path)) as store, store.writing() as db:
        db.entries.keep("f1", entries(0, 300, body="x" * 500), now=NOW)
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size - size // 4)
        file.write(b"\xff" * (size // 8))

    with open_store(url(path)) as store:
        with pytest.raises(StoreError, match="damaged"), store.reading() as db:
            db.entries.of_feed("f1", 999)
        assert store.faults() != ()


@pytest.mark.parametrize("address", ["mysql://host/name", "dailyten.db", "", "sqlite+aiosqlite:///x.db"])
def test_another_kind_of_database_is_a_bad_setting(address: str) -> None:
    with pytest.raises(BadSetting, match="sqlite:///PATH"):
        open_store(address)


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(StoreError, match="cannot be reached") as refused:
        open_store("postgresql+psycopg://ann:secret@127.0.0.1:1/dailyten", patience=SHORT)

    assert "127.0.0.1:1" in refused.value.where
    assert "secret" not in str(refused.value)


def test_an_altered_edition_is_not_given_out(tmp_path: Path) -> None:
    edition = an_edition(NOW, title="Monday")
    with open_store(url(tmp_path / "a.db")) as store:
        with store.writing() as db:
            db.editions.freeze(edition)
        with store._transaction(writing=True) as connection:
            connection.execute(text("UPDATE editions SET body = replace(body, 'Monday', 'Tuesday')"))

        with store.reading() as db, pytest.raises(StoreError, match="altered"):
            db.editions.get(edition.edition_id)
        with store.reading() as db, pytest.raises(StoreError, match="altered"):
            db.editions.latest()


def test_a_backup_is_a_whole_database_taken_while_others_write(tmp_path: Path) -> None:
    path, copy = with_feed(tmp_path / "a.db"), tmp_path / "copy.db"
    copy.write_text("an older backup")
    with open_store(url(path)) as store:
        with store.writing() as db:
            db.entries.keep("f1", entries(0, 10), now=NOW)
        with store.writing() as db:
            db.entries.keep("f1", entries(10, 10), now=NOW)
            store.backup(copy)

    assert (count(path), count(copy)) == (20, 10)
    assert [each.name for each in tmp_path.iterdir() if "part" in each.name] == []


def test_a_backup_that_cannot_be_written_leaves_the_older_one(tmp_path: Path) -> None:
    path, copy = with_feed(tmp_path / "a.db"), tmp_path / "copy.db"
    copy.mkdir()

    with open_store(url(path)) as store, pytest.raises(StoreError, match="backup"):
        store.backup(copy)

    assert list(tmp_path.glob("*.part*")) == []


WRITE_TENS = """
import sys
from datetime import UTC, datetime
from dailyten.model.entry import Entry
from dailyten.store import open_store

with open_store(sys.argv[1]) as store:
    for number in range(int(sys.argv[2]), int(sys.argv[3])):
        with store.writing() as db:
            for each in range(10):
                entry = Entry(key=f"k{number}-{each}", title=f"T{number}-{each}", html="x" * 2000)
                db.entries.keep("f1", [entry], now=datetime.now(UTC))
        print(number, flush=True)
"""


def test_a_program_killed_at_any_moment_leaves_whole_transactions_and_loses_none_it_was_told_of(tmp_path: Path) -> None:
    path, told = with_feed(tmp_path / "a.db"), 0
    for round_number, seconds in enumerate((0.01, 0.02, 0.035, 0.05, 0.08, 0.12)):
        start = round_number * 100_000
        command = [sys.executable, "-c", WRITE_TENS, url(path), str(start), str(start + 100_000)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            child.stdout.readline()
            threading.Timer(seconds, os.kill, [child.pid, signal.SIGKILL]).start()
            told += 1 + len(child.stdout.readlines())

        kept = count(path)
        assert kept % 10 == 0
        assert told * 10 <= kept <= told * 10 + (round_number + 1) * 10


def test_two_programs_write_at_the_same_time_and_nothing_is_lost(tmp_path: Path) -> None:
    path = with_feed(tmp_path / "a.db")
    children = [
        subprocess.Popen(
            [sys.executable, "-c", WRITE_TENS, url(path), str(start), str(start + 100)], stdout=subprocess.DEVNULL
        )
        for start in (0, 1000)
    ]

    assert [child.wait(60) for child in children] == [0, 0]
    assert count(path) == 2000


def test_threads_share_a_store(tmp_path: Path) -> None:
    path, faults = with_feed(tmp_path / "a.db"), list[BaseException]()

    def work(store: Store, number: int) -> None:
        try:
            for each in range(20):
                with store.writing() as db:
                    db.entries.keep("f1", entries(number * 100 + each, 1), now=NOW)
                with store.reading() as db:
                    db.entries.of_feed("f1", 5)
        except StoreError as error:
            faults.append(error)

    with open_store(url(path)) as store:
        threads = [threading.Thread(target=work, args=[store, number]) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert faults == []
    assert count(path) == 80
