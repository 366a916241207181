"""Health, etiquette, earnings and rules, as an editor asks for them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from dailyten.model.fetched import Failure
from dailyten.poll.outcomes import FAILURES
from dailyten.testing.feed_server import Reply
from dailyten.testing.sample_feeds import sample_feeds
from tests.cli.shop import Shop

Ask = Callable[..., tuple[int, str, str]]

FIRST = sample_feeds()[0]
RULES = """[[rules]]
name = "No giveaways"
act = "mute"
words = ["free followers"]
unless_feeds = 3

[[rules]]
name = "Elsewhere"
act = "boost"
feeds = ["Gone Gazette"]
"""


def test_health_tells_a_program_everything(published: Shop, ask: Ask) -> None:
    code, said, _ = ask(published.folder, "feeds", "health", "--json")

    first = json.loads(said)[0]
    assert code == 0
    assert len(first["rhythm"]) == 28
    assert sum(day["entries"] for day in first["rhythm"]) > 0
    assert first["contents"]["judged"] == sum(day["entries"] for day in first["rhythm"])
    assert {"title", "address", "state", "since", "told", "mend", "next_poll_at", "last_good_at"} <= set(first)
    assert {"silence", "newest_at", "failure", "failures", "proposed_address"} <= set(first)


def test_health_says_what_fails_since_when_what_to_do_and_shows_the_rhythm(shop: Shop, ask: Ask) -> None:
    ask(shop.folder, "poll")
    shop.server.script(FIRST.path, Reply(status=404), host="127.0.0.1")
    ask(shop.folder, "poll", "--everything")

    code, said, _ = ask(shop.folder, "feeds", "health")

    row = FAILURES[Failure.NOT_FOUND]
    assert code == 0
    assert f"{FIRST.title}: failing since " in said
    assert row.told in said
    assert row.mend in said
    assert "next try" in said
    assert "·█  four weeks to today" in said
    assert "Excerpts only" in said


def test_health_says_of_a_new_feed_that_it_will_be_asked(shop: Shop, ask: Ask) -> None:
    _, said, _ = ask(shop.folder, "feeds", "health")

    assert "Not asked yet: the next poll does." in said
    assert "never" not in said


def test_etiquette_says_per_feed_what_was_asked_and_what_was_spared(shop: Shop, ask: Ask) -> None:
    never = ask(shop.folder, "feeds", "etiquette")
    ask(shop.folder, "poll")
    once = ask(shop.folder, "feeds", "etiquette", "--json")
    ask(shop.folder, "poll", "--everything")
    twice = ask(shop.folder, "feeds", "etiquette")
    later = ask(shop.folder, "feeds", "etiquette", "--since", "2099-01-01")

    told = json.loads(once[1])["feeds"]
    assert (never[0], once[0], twice[0], later[0]) == (0, 0, 0, 2)
    assert "not asked in this time" in never[1]
    assert {each["requests"] for each in told} == {1}
    assert all(each["polite"] and each["verdict"] == ["polite"] and each["received_bytes"] > 0 for each in told)
    assert "2 requests, 100% of the later ones conditional" in twice[1]
    assert "sooner than the settings allow" in twice[1]
    assert "saved by asking conditionally" in twice[1]


def test_earnings_name_every_feed_and_the_least_of_eleven(shop: Shop, ask: Ask) -> None:
    ask(shop.folder, "today")
    body = (
        b"<rss version='2.0'><channel><title>Till</title><item><title>Open</title><guid>1</guid></item></channel></rss>"
    )
    address = shop.server.publish("/till", body, content_type="application/rss+xml")

    ten = ask(shop.folder, "feeds", "earns")
    added = ask(shop.folder, "feeds", "add", address, "--yes")
    eleven = ask(shop.folder, "feeds", "earns")
    told = json.loads(ask(shop.folder, "feeds", "earns", "--json")[1])
    nothing = ask(shop.folder, "feeds", "earns", "--days", "0")

    assert nothing[0] == 2
    assert all(feed.title in ten[1] for feed in sample_feeds())
    assert "earns least" not in ten[1]
    assert "That would be 11 feeds; this digest is meant for 10." in added[1]
    assert "is on the list now" in added[1]
    assert "earns least, besides Till, which is new:" in eleven[1]
    assert told["newest"] == "Till"
    assert told["least"] in eleven[1]
    assert told["least"] != "Till"
    assert len(told["feeds"]) == 11


def test_rules_are_shown_with_their_hits_and_tried_before_they_are_saved(published: Shop, ask: Ask) -> None:
    (published.folder / "new.toml").write_text(RULES, "utf-8")

    none = ask(published.folder, "feeds", "rules")
    tried = ask(published.folder, "feeds", "rules", "test", "new.toml")
    told = json.loads(ask(published.folder, "feeds", "rules", "test", "new.toml", "--json")[1])
    mistaken = ask(published.folder, "feeds", "rules", "list", "new.toml")

    assert "There are no rules" in none[1]
    assert tried[0] == 0
    assert "No giveaways: mutes\n    says free followers, unless 3 feeds carry it" in tried[1]
    assert '["free followers"]' in tried[1]
    assert 'no feed of the list is called "Gone Gazette"' in tried[1]
    assert "Nothing was changed" in tried[1]
    assert [len(rule["hits"]) for rule in told["rules"]] == [1, 0]
    assert mistaken[0] == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ('words = ["(a"]', "character 1"),
        ('patterns = ["(a+)+\\\\1"]', "character 6"),
        ("wrods = 1", "no such key: wrods"),
    ],
)
def test_a_bad_rule_is_refused_with_its_place(published: Shop, ask: Ask, wrong: str, words: str) -> None:
    (published.folder / "bad.toml").write_text(f'[[rules]]\nname = "x"\nact = "mute"\n{wrong}\n', "utf-8")

    code, _, complaint = ask(published.folder, "feeds", "rules", "test", "bad.toml")

    assert code == 2
    assert 'rule 1 "x" (line 1)' in complaint
    assert words in complaint


def test_a_file_of_rules_that_is_missing_or_a_folder_is_named(tmp_path: Path, ask: Ask) -> None:
    for name in ("missing.toml", "."):
        code, _, complaint = ask(tmp_path, "feeds", "rules", "test", name)

        assert code == 2
        assert "cannot be read" in complaint
