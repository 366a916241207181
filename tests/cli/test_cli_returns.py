"""What comes back by mail, the keys that sign, the mail that is held back: as people see it."""

import json
from collections.abc import Callable
from pathlib import Path

import dkim
import pytest

from dailyten.deliver.envelope import tagged
from dailyten.model.subscriber import subscriber_id_of
from dailyten.testing.mail_sink import MailSink
from tests.cli.shop import Shop
from tests.cli.test_cli_mail import sender

Ask = Callable[..., tuple[int, str, str]]
MAILS = Path(__file__).parents[1] / "mail"


def test_keys_are_made_once_and_the_records_are_printed(tmp_path: Path, ask: Ask) -> None:
    (tmp_path / "dailyten.toml").write_text('[sender]\nname = "Shop"\naddress = "d@shop.example"\n', "utf-8")

    first, second = ask(tmp_path, "mail", "keys"), ask(tmp_path, "mail", "keys", "--json")

    rows = json.loads(second[1])
    assert first[0] == 0
    assert 'dailyten-rsa._domainkey.shop.example. IN TXT "v=DKIM1; k=rsa; p=' in first[1]
    assert 'rsa = "var/dkim-rsa.pem"' in first[1]
    assert all(row["text"][:200] in first[1] for row in rows)
    assert {oct((tmp_path / "var" / f"dkim-{row['algorithm']}.pem").stat().st_mode)[-3:] for row in rows} == {"600"}


def test_keys_need_a_sender_and_a_key_that_is_named_must_be_there(tmp_path: Path, ask: Ask) -> None:
    assert ask(tmp_path, "mail", "keys")[0] == 2
    (tmp_path / "dailyten.toml").write_text(f'{sender(1)}[dkim]\nrsa = "nowhere.pem"\n', "utf-8")

    code, _, complaint = ask(tmp_path, "mail", "send")

    assert code == 2
    assert "dailyten mail keys" in complaint


def test_a_signed_edition_arrives_and_a_bounce_of_it_is_taken_in(shop: Shop, ask: Ask, tmp_path: Path) -> None:
    with MailSink() as sink:
        shop.set(sender(sink.port))
        ask(shop.folder, "mail", "keys")
        shop.set(f'{sender(sink.port)}[dkim]\nrsa = "var/dkim-rsa.pem"\ned25519 = "var/dkim-ed25519.pem"\n')
        ask(shop.folder, "subscribers", "add", "ann@shop.example")
        ask(shop.folder, "today")
        sent = ask(shop.folder, "mail", "send")
        [taken] = sink.taken
    records: dict[str, str] = {
        row["name"]: row["text"] for row in json.loads(ask(shop.folder, "mail", "keys", "--json")[1])
    }
    bounce = (MAILS / "qmail_no_mailbox.eml").read_text("utf-8")
    old = next(word for word in bounce.split() if word.startswith("bounce+"))
    (tmp_path / "bounce.eml").write_text(bounce.replace(old, taken.mail_from), "utf-8")

    came = ask(shop.folder, "mail", "bounces", "--take", "bounce.eml")
    again = ask(shop.folder, "mail", "bounces", "--take", "bounce.eml")
    listed = json.loads(ask(shop.folder, "mail", "bounces", "--json")[1])
    receipt = json.loads(ask(shop.folder, "mail", "receipt", "--json")[1])

    def published(name: bytes, timeout: int = 0) -> bytes:  # noqa: ARG001 - as dkimpy calls it
        return records[name.decode().rstrip(".")].encode()

    assert sent[0] == 0
    assert all(dkim.DKIM(taken.content).verify(idx=index, dnsfunc=published) for index in range(2))
    for covered in (b"list-unsubscribe:", b"list-id"):
        assert covered in taken.content.partition(b"\r\nTo:")[0].lower()
    assert "1 new mail came back" in came[1]
    assert "ann@shop.example: no such mailbox -> suppressed" in came[1]
    assert "0 new mails came back" in again[1]
    assert listed["counts"] == {"hard": 1}
    assert (receipt["sent"], receipt["failed"]) == (1, 0)


def test_a_mail_with_a_fault_is_held_back_told_and_sent_only_by_force(shop: Shop, ask: Ask) -> None:
    with MailSink() as sink:
        shop.set(sender(sink.port).replace('postal_address = "1 Market Square"\n', ""))
        ask(shop.folder, "subscribers", "add", "ann@shop.example")
        ask(shop.folder, "today")

        held, told = ask(shop.folder, "mail", "send"), ask(shop.folder, "mail", "outbox")
        count = sink.count
        forced = ask(shop.folder, "mail", "send", "--force")

    assert (held[0], count) == (1, 0)
    assert "Held back, for the mail has a fault" in held[1]
    assert "postal address" in held[1]
    assert "postal address" in told[1]
    assert "ann@shop.example: queued" in told[1]
    assert forced[1].startswith("1 mail sent")


@pytest.mark.parametrize("tokens", [("--take", "nowhere.eml"), ("--take", "."), ("--fetch",), ("--show", "nothing")])
def test_what_cannot_be_taken_in_is_refused(tmp_path: Path, ask: Ask, tokens: tuple[str, ...]) -> None:
    assert ask(tmp_path, "mail", "bounces", *tokens)[0] == 2


def test_a_letter_is_kept_whole_and_shown(tmp_path: Path, ask: Ask) -> None:
    keys = ask(tmp_path, "mail", "bounces", "--take", str(MAILS / "letter_that_only_mentions_it.eml"), "--json")
    bounce_id = json.loads(keys[1])["bounces"][0]["bounce_id"]

    shown = ask(tmp_path, "mail", "bounces", "--show", bounce_id)

    assert "I would never unsubscribe from this" in shown[1]
    assert "somebody wrote: read it" in ask(tmp_path, "mail", "bounces")[1]
    assert tagged("unsub", subscriber_id_of("a@b.example"), "b.example", (b"k" * 32,)).startswith("unsub+")
