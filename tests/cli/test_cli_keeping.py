"""Doctor, backup and restore."""

from collections.abc import Callable
from pathlib import Path

from dailyten.testing.feed_server import Reply
from dailyten.testing.mail_sink import MailSink
from dailyten.testing.sample_feeds import sample_feeds
from tests.cli.shop import Shop

Ask = Callable[..., tuple[int, str, str]]


def test_the_doctor_finds_a_healthy_digest_well(published: Shop, ask: Ask) -> None:
    code, said, _ = ask(published.folder, "doctor")

    assert code == 0
    assert "All is well." in said
    assert {
        "settings",
        "clock",
        "data folder",
        "site folder",
        "feed list",
        "database",
        "feeds",
        "classifier",
        "mail",
    } <= {line.removeprefix("ok").strip().split(":")[0] for line in said.splitlines()}


def test_the_doctor_says_what_to_do_about_each_fault(shop: Shop, ask: Ask) -> None:
    shop.set('[sender]\nname = "Shop"\naddress = "digest@shop.example"\n[smtp]\nhost = "127.0.0.1"\nport = 1\n')
    shop.server.script(sample_feeds()[0].path, Reply(status=410))
    (shop.folder / "site").write_text("in the way", "utf-8")
    ask(shop.folder, "poll")

    code, said, _ = ask(shop.folder, "doctor")

    assert code == 1
    assert "FAIL  site folder" in said
    assert f"FAIL  feeds: 1 feed failing: {sample_feeds()[0].title}" in said
    assert "FAIL  mail server" in said
    assert "3 faults." in said


def test_the_doctor_knows_a_mail_server_that_is_ready(shop: Shop, ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "mails").mkdir()
    with MailSink(tmp_path / "mails") as sink:
        shop.set(
            f'[sender]\nname = "Shop"\naddress = "d@shop.example"\n[smtp]\nhost = "127.0.0.1"\nport = {sink.port}\n'
        )
        _, said, _ = ask(shop.folder, "doctor")

    assert "ok    mail server" in said
    assert sink.count == 0


def test_the_doctor_looks_on_when_the_list_is_broken_or_the_database_is_damaged(shop: Shop, ask: Ask) -> None:
    (shop.folder / "feeds.opml").write_text("<opml>", "utf-8")
    broken = ask(shop.folder, "doctor")
    (shop.folder / "feeds.opml").write_text('<opml version="2.0"><body/></opml>', "utf-8")
    (shop.folder / "var").mkdir(exist_ok=True)
    (shop.folder / "var" / "dailyten.sqlite").write_bytes(b"no database at all" * 100)
    damaged = ask(shop.folder, "doctor")

    assert (broken[0], damaged[0]) == (1, 1)
    assert "FAIL  feed list" in broken[1]
    assert "classifier" in broken[1]
    assert "FAIL  database" in damaged[1]


def test_a_backup_brings_back_what_was_lost_and_keeps_what_was_there(tmp_path: Path, ask: Ask) -> None:
    ask(tmp_path, "subscribers", "add", "ann@shop.example")
    saved = ask(tmp_path, "backup", "saved.sqlite")
    twice = ask(tmp_path, "backup", "saved.sqlite")
    ask(tmp_path, "subscribers", "add", "bob@shop.example")
    before = (tmp_path / "saved.sqlite").read_bytes()

    restored = ask(tmp_path, "restore", "saved.sqlite")
    now = ask(tmp_path, "subscribers", "list")[1]
    ask(tmp_path, "restore", "var/before-restore.sqlite")
    back = ask(tmp_path, "subscribers", "list")[1]

    assert (saved[0], twice[0], restored[0]) == (0, 2, 0)
    assert "1 subscriber, 1 active." in now
    assert "2 subscribers, 2 active." in back
    assert (tmp_path / "saved.sqlite").read_bytes() == before


def test_a_damaged_database_can_be_replaced_by_a_backup(tmp_path: Path, ask: Ask) -> None:
    ask(tmp_path, "subscribers", "add", "ann@shop.example")
    ask(tmp_path, "backup", "saved.sqlite")
    (tmp_path / "var" / "dailyten.sqlite").write_bytes(b"rubbish" * 1000)

    broken = ask(tmp_path, "subscribers", "list")
    restored = ask(tmp_path, "restore", "saved.sqlite")

    assert (broken[0], restored[0]) == (1, 0)
    assert "1 subscriber, 1 active." in ask(tmp_path, "subscribers", "list")[1]
    assert (tmp_path / "var" / "before-restore.sqlite").read_bytes() == b"rubbish" * 1000


def test_what_is_no_backup_leaves_the_database_as_it_was(tmp_path: Path, ask: Ask) -> None:
    ask(tmp_path, "subscribers", "add", "ann@shop.example")
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "words").write_text("words", "utf-8")

    codes = [ask(tmp_path, "restore", name)[0] for name in ("empty", "words", "missing", "var")]

    assert codes == [2, 2, 2, 2]
    assert "1 subscriber" in ask(tmp_path, "subscribers", "list")[1]


def test_a_backup_that_cannot_be_written_ends_in_one_sentence(tmp_path: Path, ask: Ask) -> None:
    code, _, complaint = ask(tmp_path, "backup", "nowhere/saved.sqlite")

    assert code == 1
    assert len(complaint.splitlines()) == 1
