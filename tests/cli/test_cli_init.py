import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from dailyten.config import read_settings
from dailyten.feedlist.read import lint
from dailyten.founding.answers import Run
from dailyten.wiring.packs import our_packs
from tests.cli.conftest import Ask

LIST = b"""<opml version="2.0"><head/><body>
<outline type="rss" text="Corner Press" xmlUrl="https://corner.example/feed"/>
</body></opml>"""


def all_in(folder: Path) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


@pytest.mark.parametrize("run", list(Run))
def test_a_digest_is_set_up_unattended_and_every_command_can_read_it(ask: Ask, tmp_path: Path, run: Run) -> None:
    code, said, _ = ask(
        tmp_path, "init", "corner-shop", "--yes", "--zone", "berlin", "--accent", "#fc0", "--hour", "6", "--run", run
    )

    settings = read_settings(tmp_path / "corner-shop" / "dailyten.toml", {})
    assert code == 0
    assert (settings.digest.name, settings.digest.zone, settings.digest.hour) == ("Corner Shop", "Europe/Berlin", 6)
    assert settings.site.accent == "#ffcc00"
    assert settings.sender is None
    assert "10 feeds" in said
    assert "cannot be read on light paper" in said
    assert ask(tmp_path / "corner-shop", "feeds", "lint")[0] == 0
    assert ask(tmp_path / "corner-shop", "site", "build")[0] == 0
    assert b"This page is not here" in (tmp_path / "corner-shop/site/404.html").read_bytes()


def test_a_digest_that_mails_gets_its_sender_and_a_place_for_the_password(ask: Ask, tmp_path: Path) -> None:
    flags = ["--sender", "news@shop.example", "--smtp-host", "smtp.shop.example", "--postal", "1 Market Square"]

    code, _, _ = ask(tmp_path, "init", ".", "--yes", "--mail", *flags, "--run", "compose")

    settings = read_settings(tmp_path / "dailyten.toml", {})
    assert code == 0
    assert settings.sender is not None
    assert (settings.sender.address, settings.sender.postal_address) == ("news@shop.example", "1 Market Square")
    assert settings.smtp.host == "smtp.shop.example"
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("pack", our_packs())
def test_a_digest_can_begin_with_any_of_our_packs(ask: Ask, tmp_path: Path, pack: str) -> None:
    code, _, _ = ask(tmp_path, "init", "new", "--yes", "--pack", pack)

    body = (tmp_path / "new/feeds.opml").read_bytes()
    assert code == 0
    assert read_settings(tmp_path / "new/dailyten.toml", {}).digest.pack == pack
    assert lint(body, "feeds.opml") == ()


def test_a_feed_list_of_ones_own_is_taken_byte_for_byte(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "mine.opml").write_bytes(LIST)

    assert ask(tmp_path, "init", "new", "--yes", "--feeds", "mine.opml")[0] == 0
    assert (tmp_path / "new/feeds.opml").read_bytes() == LIST


def test_addresses_become_a_feed_list(ask: Ask, tmp_path: Path) -> None:
    tokens = ["--feeds", "https://a.example/feed?x=1&y=2", "--feeds", "https://www.b.example/rss"]

    code, said, _ = ask(tmp_path, "init", "new", "--yes", *tokens)

    assert code == 0
    assert "2 feeds" in said
    assert lint((tmp_path / "new/feeds.opml").read_bytes(), "feeds.opml") == ()


@pytest.mark.parametrize(
    ("tokens", "words"),
    [
        pytest.param(["--zone", "Atlantis"], "There is no such time zone", id="zone"),
        pytest.param(["--hour", "24"], "There is no such hour", id="hour"),
        pytest.param(["--pack", "gardening"], "There is no such pack", id="pack"),
        pytest.param(["--accent", "teal"], "This is no colour", id="colour"),
        pytest.param(["--feeds", "nowhere.opml"], "There is no such feed list", id="no list"),
        pytest.param(["--feeds", "broken.opml"], "broken.opml", id="a broken list"),
        pytest.param(
            ["--feeds", "https://a.example/feed", "--feeds", "b.example"], "no address of a feed", id="address"
        ),
        pytest.param(["--mail"], "--sender", id="mail without a sender"),
        pytest.param(
            ["--mail", "--sender", "nobody", "--smtp-host", "h", "--postal", "p"],
            "The sender's setting does not fit",
            id="sender",
        ),
        pytest.param(["--name", ""], "name does not fit", id="name"),
        pytest.param(["--name", "x" * 61], "name does not fit", id="long name"),
        pytest.param(["--url", "shop.example"], "base_url", id="url"),
        pytest.param(["--run", "windows"], "", id="run"),
    ],
)
def test_what_cannot_be_right_is_refused_and_nothing_is_written(
    ask: Ask, tmp_path: Path, tokens: list[str], words: str
) -> None:
    (tmp_path / "broken.opml").write_text("<opml><body><outline", "utf-8")
    before = all_in(tmp_path)

    code, _, complaint = ask(tmp_path, "init", "new", "--yes", *tokens)

    assert code == 2
    assert words in complaint
    assert all_in(tmp_path) == before
    assert not (tmp_path / "new").exists()


def test_a_file_that_stands_there_is_never_replaced_unasked(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "feeds.opml").write_bytes(LIST)
    (tmp_path / "notes.txt").write_text("mine")

    code, _, complaint = ask(tmp_path, "init", "--yes")

    assert code == 2
    assert "feeds.opml" in complaint
    assert all_in(tmp_path) == {"feeds.opml": LIST, "notes.txt": b"mine"}
    assert ask(tmp_path, "init", "--yes", "--force")[0] == 0
    assert (tmp_path / "feeds.opml").read_bytes() != LIST
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("folder", ["notes.txt", "notes.txt/new"])
def test_a_file_is_no_folder(ask: Ask, tmp_path: Path, folder: str) -> None:
    (tmp_path / "notes.txt").write_text("mine")

    code, _, complaint = ask(tmp_path, "init", folder, "--yes")

    assert code == 2
    assert "There cannot be a folder" in complaint
    assert all_in(tmp_path) == {"notes.txt": b"mine"}


def test_setting_it_up_again_changes_nothing(ask: Ask, tmp_path: Path) -> None:
    ask(tmp_path, "init", "new", "--yes")
    before = all_in(tmp_path)

    code, said, _ = ask(tmp_path, "init", "new", "--yes")

    assert (code, all_in(tmp_path)) == (0, before)
    assert "nothing had to be written" in said


def test_what_runs_a_digest_is_written_anew_and_the_digest_left_as_it_is(ask: Ask, tmp_path: Path) -> None:
    ask(tmp_path, "init", ".", "--yes", "--zone", "UTC", "--run", "github")
    toml = tmp_path / "dailyten.toml"
    toml.write_text(f'{toml.read_text().replace("UTC", "Asia/Tokyo")}tagline = "My own words"\n', "utf-8")
    (tmp_path / "feeds.opml").write_bytes(LIST)
    before = all_in(tmp_path)

    code, _, complaint = ask(tmp_path, "init", "--keep", "--run", "github")
    assert (code, "digest.yml" in complaint) == (2, True)
    assert ask(tmp_path, "init", "--keep", "--run", "github", "--force")[0] == 0

    after = all_in(tmp_path)
    workflow = ".github/workflows/digest.yml"
    assert {name for name in after if after[name] != before.get(name)} == {workflow}
    assert b"Asia/Tokyo" in after[workflow]


def test_there_is_nothing_to_keep_in_an_empty_folder(ask: Ask, tmp_path: Path) -> None:
    code, _, complaint = ask(tmp_path, "init", "--keep", "--run", "crontab")

    assert (code, all_in(tmp_path)) == (2, {})
    assert "dailyten.toml" in complaint


def at_a_terminal(folder: Path, answers: str, *tokens: str) -> tuple[int, str]:
    """Run a command with a person at its terminal who types these lines."""
    person, terminal = pty.openpty()
    program = [sys.executable, "-m", "dailyten", *tokens]
    with subprocess.Popen(program, cwd=folder, stdin=terminal, stdout=terminal, stderr=terminal) as running:
        os.close(terminal)
        os.write(person, answers.encode())
        said = b""
        while True:
            try:
                said += os.read(person, 65_536)
            except OSError:  # the terminal's other end has closed
                break
        code = running.wait(30)
    os.close(person)
    return code, said.decode()


def test_a_person_is_asked_and_may_be_wrong_at_first(tmp_path: Path) -> None:
    answers = "\nAtlantis\nberlin\n25\n6\n9\n1\n\nn\nred\n#7a1f3d\n2\n"

    code, said = at_a_terminal(tmp_path, answers, "init", "corner-shop")

    settings = read_settings(tmp_path / "corner-shop/dailyten.toml", {})
    assert code == 0, said
    assert (settings.digest.name, settings.digest.zone, settings.digest.hour) == ("Corner Shop", "Europe/Berlin", 6)
    assert settings.site.accent == "#7a1f3d"
    assert (tmp_path / "corner-shop/crontab").exists()
    for complaint in ("no such time zone", "no such hour", "none of these", "no colour"):
        assert complaint in said


def test_a_person_who_says_no_keeps_the_files(tmp_path: Path) -> None:
    (tmp_path / "feeds.opml").write_bytes(LIST)

    code, said = at_a_terminal(
        tmp_path, "n\n", "init", ".", "--name", "Shop", "--zone", "UTC", "--hour", "7", "--pack", "social_media",
        "--feeds", "https://a.example/feed", "--no-mail", "--accent", "#7a1f3d", "--run", "none",
    )  # fmt: skip

    assert code == 0
    assert "Replace them?" in said
    assert all_in(tmp_path) == {"feeds.opml": LIST}
