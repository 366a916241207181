import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dailyten.config import read_settings
from dailyten.model.consent import Door
from dailyten.pipeline.joining import known_subscriber
from dailyten.pipeline.leaving import pause
from dailyten.testing.mail_sink import Fault, MailSink
from dailyten.wiring import Parts
from tests.cli.shop import Shop

Ask = Callable[..., tuple[int, str, str]]


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSink]:
    (tmp_path / "mails").mkdir()
    with MailSink(tmp_path / "mails") as opened:
        yield opened


def sender(port: int) -> str:
    name = '[sender]\nname = "Shop News"\naddress = "digest@shop.example"\npostal_address = "1 Market Square"\n'
    site = '[site]\nbase_url = "https://news.shop.example"\n'
    return f'{site}{name}[smtp]\nhost = "127.0.0.1"\nport = {port}\n'


@pytest.mark.parametrize("tokens", [("mail", "send"), ("mail", "test", "ann@shop.example")], ids=" ".join)
def test_without_a_sender_nothing_is_sent_and_the_missing_section_is_named(
    published: Shop, ask: Ask, tokens: tuple[str, ...]
) -> None:
    code, _, complaint = ask(published.folder, *tokens)

    assert code == 2
    assert "[sender]" in complaint


def test_a_mail_is_written_to_look_at(published: Shop, ask: Ask) -> None:
    code, said, _ = ask(published.folder, "mail", "preview")

    assert code == 0
    assert b"Subject:" in Path(said.strip()).read_bytes()


def test_an_edition_is_mailed_to_its_subscribers_once(shop: Shop, ask: Ask, sink: MailSink) -> None:
    shop.set(sender(sink.port))
    sink.fail(Fault(stage="RCPT", reply="550 5.1.1 No such mailbox", recipient="bob@shop.example"))
    for name in ("ann", "bob"):
        assert ask(shop.folder, "subscribers", "add", f"{name}@shop.example")[0] == 0
    assert ask(shop.folder, "today")[0] == 0

    queued = json.loads(ask(shop.folder, "mail", "outbox", "--json")[1])
    sent = ask(shop.folder, "mail", "send")
    again = ask(shop.folder, "mail", "send")
    told = ask(shop.folder, "mail", "outbox")
    tried = ask(shop.folder, "mail", "test", "me@shop.example")

    assert {each["state"] for each in queued["deliveries"]} == {"queued"}
    assert sent[1].startswith("1 mail sent, 0 deferred, 1 refused")
    assert again[1].startswith("0 mails sent")
    assert "bob@shop.example: failed" in told[1]
    assert "took it" in tried[1]
    assert [taken.recipients for taken in sink.taken] == [("ann@shop.example",), ("me@shop.example",)]


def test_a_subscribers_own_mail_is_shown_and_explained_before_it_is_sent(shop: Shop, ask: Ask) -> None:
    shop.set(sender(1))
    for name, more in (("ann", ("--networks", "linkedin", "--minutes", "3")), ("bob", ())):
        assert ask(shop.folder, "subscribers", "add", f"{name}@shop.example", *more)[0] == 0
    assert ask(shop.folder, "today")[0] == 0

    hers, his = (ask(shop.folder, "mail", "preview", "--for", f"{name}@shop.example") for name in ("ann", "bob"))
    on = json.loads(ask(shop.folder, "edition", "show", "--json")[1])["on"]
    why = ask(shop.folder, "edition", "why", on, "1", "--for", "ann@shop.example")
    nobody = [
        ask(shop.folder, *tokens, "--for", "eve@shop.example")
        for tokens in (("mail", "preview"), ("edition", "why", on, "1"))
    ]

    assert (hers[0], his[0], why[0]) == (0, 0, 0)
    assert hers[1].startswith("Subject: ")
    assert "Chosen for you: LinkedIn, in 3 minutes." in hers[1]
    assert "Chosen for you" not in his[1]
    assert b"To: " in Path(hers[1].splitlines()[-1]).read_bytes()
    assert [each[0] for each in nobody] == [2, 2]
    assert all("Nobody with this address" in each[2] for each in nobody)


def test_after_a_rebuild_the_outbox_still_shows_the_mails_of_the_first_revision(shop: Shop, ask: Ask) -> None:
    shop.set(sender(1))
    ask(shop.folder, "subscribers", "add", "ann@shop.example")
    assert ask(shop.folder, "today")[0] == 0
    assert ask(shop.folder, "edition", "build", "--rebuild")[0] == 0

    shown = json.loads(ask(shop.folder, "mail", "outbox", "--json")[1])

    assert [each["address"] for each in shown["deliveries"]] == ["ann@shop.example"]


def test_today_wakes_who_is_back_from_a_pause(shop: Shop, ask: Ask) -> None:
    shop.set(sender(1))
    ask(shop.folder, "subscribers", "add", "ann@shop.example")
    parts = Parts(read_settings(shop.folder / "dailyten.toml"))
    with parts.store() as store, store.writing() as db:
        ann = known_subscriber(db, "ann@shop.example")
        now = parts.clock()
        pause(db, ann.subscriber_id, (now - timedelta(days=8)).date(), "UTC", Door.CLI, now - timedelta(days=9))

    assert ask(shop.folder, "today")[0] == 0

    listed = json.loads(ask(shop.folder, "subscribers", "list", "--json")[1])
    assert [each["membership"] for each in listed] == ["active"]
    assert len(json.loads(ask(shop.folder, "mail", "outbox", "--json")[1])["deliveries"]) == 1


def test_a_dead_mail_server_ends_in_one_sentence(shop: Shop, ask: Ask) -> None:
    shop.set(sender(1))
    ask(shop.folder, "subscribers", "add", "ann@shop.example")
    ask(shop.folder, "poll")
    ask(shop.folder, "edition", "build")

    sent, tried = ask(shop.folder, "mail", "send"), ask(shop.folder, "mail", "test", "ann@shop.example")

    assert (sent[0], tried[0]) == (1, 1)
    assert "No mail server listens at 127.0.0.1:1" in sent[1]
    assert "127.0.0.1:1" in ask(shop.folder, "mail", "outbox")[1]
    assert "127.0.0.1:1" in tried[2]


def test_subscribers_come_go_are_listed_and_erased(tmp_path: Path, ask: Ask) -> None:
    added = ask(tmp_path, "subscribers", "add", "Ann@Shop.example", "--consent", "asked at the till")
    listed = ask(tmp_path, "subscribers", "list", "--json")
    exported = ask(tmp_path, "subscribers", "export")
    removed = ask(tmp_path, "subscribers", "remove", "ann@shop.example")
    after = ask(tmp_path, "subscribers", "list")
    erased = ask(tmp_path, "subscribers", "erase", "ann@shop.example")
    back = ask(tmp_path, "subscribers", "add", "ann@shop.example")

    assert (added[0], removed[0], erased[0], back[0]) == (0, 0, 0, 2)
    assert "[sender]" in added[1]
    assert json.loads(listed[1])[0]["consent"] == "asked at the till"
    assert next(csv.DictReader(io.StringIO(exported[1])))["consent"] == "asked at the till"
    assert "1 subscriber, 0 active." in after[1]


@pytest.mark.parametrize("address", ["ann", "ann@", "ann@shop.example, bob@shop.example", ""])
def test_what_is_no_address_is_refused(tmp_path: Path, ask: Ask, address: str) -> None:
    assert ask(tmp_path, "subscribers", "add", address)[0] == 2


@pytest.mark.parametrize("command", ["remove", "erase"])
def test_nobody_cannot_leave(tmp_path: Path, ask: Ask, command: str) -> None:
    assert ask(tmp_path, "subscribers", command, "nobody@shop.example")[0] == 2


def test_the_lint_names_what_a_receiver_would_punish_and_exits_2(published: Shop, ask: Ask) -> None:
    code, said, _ = ask(published.folder, "mail", "lint", "--json")

    assert code == 2
    assert ("private_link", "error") in {(row["rule"], row["severity"]) for row in json.loads(said)}


def test_an_edition_too_late_to_be_mailed_says_so(shop: Shop, ask: Ask) -> None:
    shop.set(sender(1))
    path = shop.folder / "dailyten.toml"
    path.write_text(path.read_text("utf-8").replace("[http]", 'hour = 0\ntoo_late_after = "1 hour"\n[http]'), "utf-8")

    code, said, _ = ask(shop.folder, "today")

    assert code == 0
    assert "No mail to who chose no hour: 0:00 was too long ago" in said


def test_a_double_start_makes_one_edition_and_mails_it_once(shop: Shop, ask: Ask, sink: MailSink) -> None:
    shop.set(sender(sink.port))
    assert ask(shop.folder, "subscribers", "add", "ann@shop.example")[0] == 0

    mornings = shop.run_twice_at_once("today")
    sendings = shop.run_twice_at_once("mail", "send")

    assert [each.returncode for each in (*mornings, *sendings)] == [0, 0, 0, 0], mornings + sendings
    assert sorted(each.stdout.count("is out.") for each in mornings) == [0, 1]
    assert len(ask(shop.folder, "edition", "list")[1].splitlines()) == 1
    assert [taken.recipients for taken in sink.taken] == [("ann@shop.example",)]
