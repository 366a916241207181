import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.shop import Shop

Ask = Callable[..., tuple[int, str, str]]


def test_an_edition_is_listed_shown_and_explained(published: Shop, ask: Ask) -> None:
    _, listed, _ = ask(published.folder, "edition", "list")
    on = listed.split()[0]
    shown = ask(published.folder, "edition", "show")
    frozen = ask(published.folder, "edition", "show", on, "--json")
    first = ask(published.folder, "edition", "why", on, "1")
    cuts = ask(published.folder, "edition", "why", on)
    place = json.loads(ask(published.folder, "edition", "why", on, "1", "--json")[1])
    left = json.loads(ask(published.folder, "edition", "why", on, "--json")[1])

    assert "revision 1" in listed
    assert "published" in listed
    assert "Shop News" in shown[1]
    assert json.loads(frozen[1])["on"] == on
    assert "points)" in first[1]
    assert "the sum" in first[1]
    assert place["points"] == pytest.approx(sum(reason["points"] for reason in place["reasons"]))
    assert "left out." in cuts[1]
    assert all(cut["words"] in cuts[1] for cut in left["cuts"])
    assert "Next would have been" in cuts[1] or left["next"] is None


def test_what_waits_can_be_looked_at_without_freezing_it(shop: Shop, ask: Ask) -> None:
    before = ask(shop.folder, "edition", "preview")
    polled = ask(shop.folder, "poll")
    preview = ask(shop.folder, "edition", "preview")
    listed = ask(shop.folder, "edition", "list")
    built = ask(shop.folder, "edition", "build")

    assert before[0] == 1
    assert "Nothing waits" in before[1]
    assert polled[0] == 0
    assert " 1. " in preview[1]
    assert listed[1] == ""
    assert built[0] == 0
    assert "is out." in built[1]


def test_an_edition_or_a_place_that_is_not_there_is_wrong_input(published: Shop, tmp_path: Path, ask: Ask) -> None:
    on = ask(published.folder, "edition", "list")[1].split()[0]

    assert ask(published.folder, "edition", "show", "2001-01-01")[0] == 2
    assert ask(published.folder, "edition", "show", "yesterday")[0] == 2
    assert ask(published.folder, "edition", "why", on, "99")[0] == 2
    assert ask(tmp_path, "edition", "show")[0] == 2


def test_an_edition_is_published_again_from_its_data(published: Shop, ask: Ask) -> None:
    code, said, _ = ask(published.folder, "edition", "publish")

    assert code == 0
    assert str(published.folder / "site") in said


def test_past_days_are_replayed_by_other_settings_and_models(published: Shop, ask: Ask) -> None:
    on = ask(published.folder, "edition", "list")[1].split()[0]
    (published.folder / "short.toml").write_text("[digest.budget]\nminutes = 4\n", "ascii")
    days = ("--from", on, "--to", on)

    same = ask(published.folder, "edition", "replay", *days)
    short = ask(published.folder, "edition", "replay", *days, "--settings", "short.toml")
    told = json.loads(ask(published.folder, "edition", "replay", *days, "--pack", "bookkeeping", "--json")[1])
    nothing = ask(published.folder, "edition", "replay", *days, "--model", "nowhere")

    assert "1 day replayed, 0 with a difference" in same[1]
    assert "would have gone over 4 minutes" in short[1]
    assert told["days"][0]["published"]["made_by"] != told["days"][0]["replayed"]["made_by"]
    assert nothing[0] == 2
    assert "topics history" in nothing[2]
    assert ask(published.folder, "edition", "replay", "--from", "2001-01-01", "--to", "2001-01-02")[0] == 2


def test_wanted_topics_and_networks_that_the_pack_does_not_have_are_named(shop: Shop, ask: Ask) -> None:
    shop.set('[digest.wanted]\ntopics = ["tools", "toolz"]\nnetworks = ["facebok"]\n')

    code, _, complaint = ask(shop.folder, "edition", "preview")

    assert code == 2
    assert "digest.wanted names what this pack does not have." in complaint
    assert "Came: facebok, toolz." in complaint
