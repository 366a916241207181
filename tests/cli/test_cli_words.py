"""What the command line refuses, and in which words."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from dailyten.cli import COMMANDS, GROUPS, app

Ask = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize(
    "tokens", [("today", "--colour"), ("tomorrow",), ("feeds", "eat"), ("feeds", "show"), ("restore",)]
)
def test_what_nobody_knows_or_what_is_missing_is_wrong_input(tmp_path: Path, ask: Ask, tokens: tuple[str, ...]) -> None:
    code, said, complaint = ask(tmp_path, *tokens)

    assert (code, said) == (2, "")
    assert complaint.startswith("dailyten: ")
    assert complaint.endswith("--help` says more.\n")


@pytest.mark.parametrize(
    ("tokens", "words"),
    [
        (("edition", "show", "tomorrow"), "Expected: a day such as 2026-11-24."),
        (("edition", "show", "2026-13-01"), '"2026-13-01"'),
        (("edition", "why"), "ON is missing. `dailyten edition why --help` says more."),
        (("edition", "replay", "--to", "2026-11-20"), "--from is missing."),
        (("topics", "tag", "nosuch.jsonl"), "One word too many: nosuch.jsonl."),
        (("todya",), 'Did you mean "today"?'),
        (("today",), "There is no such feed list. `dailyten init` sets up a folder with one."),
        (("mail", "preview"), "There is no edition yet. `dailyten today` makes one."),
        (("edition", "show", "2026-11-20"), "Expected: a day that `dailyten edition list` names."),
        (("topics", "evaluate", "nosuch.jsonl"), "Came: No such file or directory. Where: nosuch.jsonl."),
        (
            ("subscribers", "add", "ann"),
            "Expected: name@example.com. Came: 'ann': An email address must have an @-sign.\n",
        ),
        (("today", "--config", "other.toml"), "Expected: a file such as `dailyten init` writes."),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else "",
)
def test_a_refusal_says_what_was_expected_what_came_and_what_to_do(
    tmp_path: Path, ask: Ask, tokens: tuple[str, ...], words: str
) -> None:
    code, _, complaint = ask(tmp_path, *tokens)

    assert code == 2
    assert words in complaint


@pytest.mark.parametrize(
    ("toml", "names"),
    [
        ("digest = 3", "digest"),
        ("site = 'here'", "site"),
        ("[digest]\nhour = 24", "hour"),
        ("[digest]\nhour = 'seven'", "digest.hour"),
        ("[digest]\nzone = 'Berlin'", "digest.zone"),
        ("[digest]\nzone = 'Europe'", "digest.zone"),
        ("[digest.budget]\nminutes = 0", "minutes"),
        ("[digest]\ncolour = 'red'", "colour"),
        ("[poll]\ninterval = '5 parsecs'", "poll.interval"),
        ("[smtp]\nsecurity = 'very'", "smtp.security"),
        ("[site]\nbase_url = 'news'", "base_url"),
        ("[sender]\nname = 'Shop'", "address"),
        ("[http]\nallowed = ['home']", "home"),
        ("[digest", "dailyten.toml"),
        ("[paths]\nfeeds = 3", "paths.feeds"),
        ("paths = 'here'", "paths"),
        ("[digest]\npack = 'nowhere'", "nowhere"),
        ("[sender]\nname = 'Shop'\naddress = 'shop'", "Key: sender.address. Where: dailyten.toml."),
    ],
)
def test_a_bad_setting_is_named_in_one_sentence(tmp_path: Path, ask: Ask, toml: str, names: str) -> None:
    (tmp_path / "dailyten.toml").write_text(toml, "utf-8")

    code, _, complaint = ask(tmp_path, "topics", "explain", "A title")

    assert code == 2
    assert names in complaint
    assert complaint.startswith("dailyten: ")
    assert len(complaint.splitlines()) == 1


def test_settings_that_are_not_there_are_named(tmp_path: Path, ask: Ask) -> None:
    code, _, complaint = ask(tmp_path, "today", "--config", "other.toml")

    assert code == 2
    assert "other.toml" in complaint


def test_help_names_every_command_in_the_order_of_use(tmp_path: Path, ask: Ask) -> None:
    _, said, _ = ask(tmp_path, "--help")

    assert re.findall(r"^│ ([a-z]+) ", said, re.MULTILINE) == [*COMMANDS, *GROUPS]


@pytest.mark.parametrize(
    "tokens",
    [(name,) for name in COMMANDS] + [(group, name) for group in GROUPS for name in GROUPS[group][1]],
    ids=" ".join,
)
def test_every_command_can_be_loaded_and_explains_its_options(
    tmp_path: Path, ask: Ask, tokens: tuple[str, ...]
) -> None:
    code, said, _ = ask(tmp_path, *tokens, "--help")

    assert code == 0
    assert f"dailyten {' '.join(tokens)}" in said
    assert "--no-json" not in said


def test_making_the_command_line_loads_no_command() -> None:
    assert app().name == ("dailyten",)
