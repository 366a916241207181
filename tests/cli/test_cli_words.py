"""What the command line refuses, and in which words."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dailyten.cli import COMMANDS, GROUPS, app
from dailyten.cli.saying import say_feeds
from dailyten.model.feed import Feed
from dailyten.model.fetched import Failure
from dailyten.pipeline.polling import Polled
from dailyten.poll.outcomes import Good

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
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
    assert "--empty-" not in said


def test_making_the_command_line_loads_no_command() -> None:
    assert app().name == ("dailyten",)


def lost(title: str, minutes: int, failure: Failure = Failure.DNS) -> Polled:
    host = f"{title.lower()}.example"
    feed = Feed(feed_id="0" * 16, address=f"https://{host}/feed", title=title)
    return Polled(
        feed=feed, outcome=failure, detail=f"{host}: no such name", next_poll_at=NOW + timedelta(minutes=minutes)
    )


def test_feeds_that_fail_for_one_reason_are_named_together_with_the_first_next_try(
    capsys: pytest.CaptureFixture[str],
) -> None:
    good = Polled(feed=lost("Good", 0).feed, outcome=Good.FRESH, new_entries=2)
    say_feeds([lost("Cafe", 30), good, lost("Ads", 20), lost("Buzz", 10), lost("Deep", 5, Failure.TLS)], "UTC")

    said = capsys.readouterr().out.splitlines()
    assert said[0] == "1 of 5 feeds read, 2 new entries."
    assert said[1].startswith("  Ads, Buzz, Cafe: The site's name leads nowhere")
    assert said[1].endswith("(no such name) Next tries from 24 November, 12:10.")
    assert said[2].startswith("  Deep: ")
    assert said[2].endswith("(deep.example: no such name) Next try 24 November, 12:05.")
    assert len(said) == 3


def test_two_feeds_that_fail_for_one_reason_are_told_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    say_feeds([lost("Ads", 20), lost("Buzz", 10)], "UTC")

    assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()[1:]] == ["  Ads", "  Buzz"]
