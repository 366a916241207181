import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

Ask = Callable[..., tuple[int, str, str]]


def test_a_subscriber_is_added_with_wishes_changed_paused_and_shown(tmp_path: Path, ask: Ask) -> None:
    wishes = ("--networks", "instagram, facebook", "--minutes", "5", "--zone", "Asia/Tokyo")
    assert ask(tmp_path, "subscribers", "add", "ann@shop.example", *wishes, "--consent", "at the till")[0] == 0
    assert ask(tmp_path, "subscribers", "set", "Ann@shop.example", "--days", "weekly")[0] == 0
    until = f"{datetime.now(UTC).date() + timedelta(days=9)}"
    assert ask(tmp_path, "subscribers", "pause", "ann@shop.example", "--until", until)[0] == 0
    shown = ask(tmp_path, "subscribers", "show", "ann@shop.example")[1]
    record = json.loads(ask(tmp_path, "subscribers", "show", "ann@shop.example", "--json")[1])
    assert ask(tmp_path, "subscribers", "pause", "ann@shop.example", "--end")[0] == 0

    assert "at the till" in shown
    assert "paused until" in shown
    assert record["subscriber"]["wishes"]["networks"] == ["facebook", "instagram"]
    assert record["subscriber"]["wishes"]["days"] == "weekly"
    assert [each["act"] for each in record["consents"]] == ["added", "changed_wishes", "paused"]
    assert "1 active" in ask(tmp_path, "subscribers", "list")[1]


@pytest.mark.parametrize(
    ("tokens", "words"),
    [
        (("add", "ann@shop.example", "--minutes", "900"), "--minutes"),
        (("add", "ann@shop.example", "--networks", "myspace"), "myspace"),
        (("add", "ann@shop.example", "--consent", " "), "consent"),
        (("set", "nobody@shop.example", "--minutes", "5"), "Nobody"),
        (("set", "nobody@shop.example"), "option"),
        (("pause", "nobody@shop.example"), "--until"),
        (("show", "nobody@shop.example"), "Nobody"),
        (("import", "nowhere.csv"), "cannot be read"),
    ],
)
def test_what_cannot_be_is_refused_and_says_why(tmp_path: Path, ask: Ask, tokens: tuple[str, ...], words: str) -> None:
    code, _, complaint = ask(tmp_path, "subscribers", *tokens)

    assert code == 2
    assert words in complaint


def test_unicode_text_of_a_spreadsheet_is_read_and_an_old_code_page_is_named(tmp_path: Path, ask: Ask) -> None:
    people = tmp_path / "people.csv"
    people.write_bytes("address\tconsent\r\njo@shop.example\tMünchen\r\n".encode("utf-16"))
    done = ask(tmp_path, "subscribers", "import", "people.csv")
    people.write_bytes("address;consent\r\njo@shop.example;München\r\n".encode("cp1252"))
    refused = ask(tmp_path, "subscribers", "import", "people.csv")

    assert "1 subscriber added" in done[1]
    assert refused[0] == 2
    assert "CSV UTF-8" in refused[2]


def test_a_file_is_imported_whole_or_not_at_all(tmp_path: Path, ask: Ask) -> None:
    people = tmp_path / "people.csv"
    people.write_text("address,minutes\nann@shop.example,5\nbob@shop.example,many\n", "utf-8")
    refused = ask(tmp_path, "subscribers", "import", "people.csv", "--consent", "spring fair")
    people.write_text("\ufeffaddress,minutes\r\nann@shop.example,5\r\nbob@shop.example,\r\n", "utf-8")
    done = ask(tmp_path, "subscribers", "import", "people.csv", "--consent", "spring fair")
    again = ask(tmp_path, "subscribers", "import", "people.csv", "--consent", "spring fair")

    assert refused[0] == 2
    assert "line 3: minutes" in refused[1]
    assert "2 subscribers added, 0 left as they are." in done[1]
    assert "0 subscribers added, 2 left as they are." in again[1]
    assert "2 active" in ask(tmp_path, "subscribers", "list")[1]
