import json
import sys
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from dailyten.classify.history import Decision, Note
from dailyten.classify.model import from_json
from dailyten.cli.interview import Interview, proposed
from dailyten.config import read_settings
from dailyten.model.entry import Entry
from dailyten.model.feed import Feed
from dailyten.model.instant import utc_now
from dailyten.store.store import Store
from dailyten.wiring import Parts
from dailyten.wiring.packs import stamp_of

Ask = Callable[..., tuple[int, str, str]]

TITLES = (
    "How to answer a bad review of your bakery",
    "Instagram tests a new button for shops",
    "Survey: small firms post three times a week",
    "Ten schedulers compared by price",
)


@pytest.fixture
def digest(tmp_path: Path) -> Path:
    """A digest whose feed has delivered four entries."""
    parts = Parts(replace(read_settings(None, {}), folder=tmp_path))
    with parts.store() as store, store.writing() as db:
        db.feeds.apply([Feed(feed_id="f", address="https://a.example/feed", title="A")], utc_now())
        entries = [Entry(key=each, title=each, url=f"https://a.example/{at}") for at, each in enumerate(TITLES)]
        db.entries.keep("f", entries, now=utc_now())
    return tmp_path


def a_store(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Parts, Store]:
    monkeypatch.chdir(folder)
    parts = Parts(read_settings(None, {}))
    return parts, parts.store()


def given(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(text.encode()), "utf-8"))


def test_entries_worth_a_label_are_proposed_with_a_reason(digest: Path, ask: Ask) -> None:
    code, said, _ = ask(digest, "topics", "propose", "--count", "2", "--json")
    rows = [json.loads(line) for line in said.splitlines()]

    assert (code, len(rows)) == (0, 2)
    assert all(row["title"] in TITLES and row["why"] for row in rows)


def test_a_label_is_given_by_address_listed_and_taken_back(digest: Path, ask: Ask) -> None:
    options = ("--topics", "community,content", "--usefulness", "3")

    gave = ask(digest, "topics", "label", "https://a.example/0", *options)
    listed = ask(digest, "topics", "label", "--list", "--jsonl")
    undone = ask(digest, "topics", "label", "https://a.example/0", "--undo")
    again = ask(digest, "topics", "label", "https://a.example/0", "--undo")

    assert gave[0] == 0
    assert "is about community, content, useful 3 of 3" in gave[1]
    assert json.loads(listed[1])["topics"] == ["community", "content"]
    assert (undone[0], again[0]) == (0, 2)


def test_many_labels_come_by_lines_and_a_bad_line_is_named_while_the_others_count(
    digest: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [
        {"url": "https://a.example/1", "topics": ["platforms"], "usefulness": 2},
        {"url": "https://a.example/9", "topics": [], "usefulness": 2},
        {"url": "https://a.example/2", "topics": ["weeds"], "usefulness": 2},
        {"url": "https://a.example/3", "topics": ["tools"], "usefulness": 4},
        {"url": "https://a.example/3", "topics": [], "networks": [], "usefulness": 0, "by": "ann"},
    ]
    given(monkeypatch, "\n".join([*map(json.dumps, lines), "oops"]))

    code, said, complaints = ask(digest, "topics", "label", "--jsonl")

    assert code == 2
    assert [json.loads(line)["by"] for line in said.splitlines()] == ["editor", "ann"]
    assert json.loads(said.splitlines()[0])["networks"] == ["instagram"]
    assert [line.split(":")[0] for line in complaints.splitlines()] == ["line 2", "line 3", "line 4", "line 6"]


def test_a_list_of_labels_can_be_given_back(digest: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(digest, "topics", "label", "https://a.example/2", "--topics", "none", "--usefulness", "0")
    _, listed, _ = ask(digest, "topics", "label", "--list", "--jsonl")
    ask(digest, "topics", "label", "https://a.example/2", "--undo")
    given(monkeypatch, listed)

    code, said, _ = ask(digest, "topics", "label", "--jsonl")

    assert code == 0
    assert json.loads(said)["topics"] == []


def test_a_list_of_labels_can_be_judged(digest: Path, ask: Ask) -> None:
    ask(digest, "topics", "label", "https://a.example/1", "--topics", "platforms", "--usefulness", "2")
    (digest / "labels.jsonl").write_text(ask(digest, "topics", "label", "--list", "--jsonl")[1], "utf-8")

    assert json.loads(ask(digest, "topics", "evaluate", "labels.jsonl", "--json")[1])["entries"] == 1


@pytest.mark.parametrize(
    "tokens",
    [
        pytest.param(["https://a.example/0", "--topics", "roi"], id="no usefulness"),
        pytest.param(["https://a.example/0", "--topics", "weeds", "--usefulness", "1"], id="no such topic"),
        pytest.param(["https://a.example/0", "--topics", "roi,roi", "--usefulness", "1"], id="twice"),
        pytest.param(["nope", "--topics", "roi", "--usefulness", "1"], id="no such entry"),
        pytest.param(["--undo"], id="nothing to undo"),
        pytest.param([], id="nobody at the terminal"),
    ],
)
def test_what_is_no_label_is_refused(digest: Path, ask: Ask, tokens: list[str]) -> None:
    assert ask(digest, "topics", "label", *tokens)[0] == 2


def test_a_person_at_the_terminal_labels_skips_takes_back_and_ends(
    digest: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    parts, store = a_store(digest, monkeypatch)
    answers = iter(["99", "4 roi", "2", "u", "n myspace", "0", "", "n facebook", "0", "", "s", "q"])
    with store:
        found = proposed(store, parts, 4, "")
        asking = Interview(store=store, pack=parts.pack(), by="ann", clock=parts.clock, ask=lambda _: next(answers))
        asking.go_through(found)
        with store.reading() as db:
            labels = db.feedback.labels()

    said = capsys.readouterr().out
    assert [(each.entry_id, each.topics, each.networks) for each in labels] == [
        (found[1][0].entry_id, (), ("facebook",))
    ]
    assert "Unknown network" in said
    assert "Unknown topic" in said
    assert "taken back" in said
    assert "1 label given" in said


def test_learning_needs_labels_and_history_tells_that_nothing_was_learnt(digest: Path, ask: Ask) -> None:
    learnt = ask(digest, "topics", "learn")
    history = ask(digest, "topics", "history")
    back = ask(digest, "topics", "roll-back")

    assert learnt[0] == 2
    assert "Too few entries are labelled" in learnt[2]
    assert "In use: the model that came with the pack." in history[1]
    assert back[0] == 2


def test_without_scipy_it_is_said_what_to_install(digest: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("train", "matrix"):
        monkeypatch.delitem(sys.modules, f"dailyten.classify.{name}", raising=False)
    monkeypatch.setitem(sys.modules, "scipy.sparse", None)

    code, _, complaint = ask(digest, "topics", "learn")

    assert code == 2
    assert "pip install 'dailyten[train]'" in complaint


def test_a_pack_of_ones_own_that_extends_ours_is_tagged_by_our_model_until_it_has_learnt(
    digest: Path, ask: Ask
) -> None:
    (digest / "own").mkdir()
    topic = '[[topics]]\nkey = "local"\nname = "Local"\nabout = "Fairs, streets and neighbours."\n'
    (digest / "own" / "pack.toml").write_text(f'format = 1\nkey = "own"\nextends = "social_media"\n{topic}', "utf-8")
    (digest / "dailyten.toml").write_text('[digest]\npack = "own"\n', "utf-8")

    explained = ask(digest, "topics", "explain", "Instagram changes how its algorithm ranks Reels")
    labelled = ask(digest, "topics", "label", "https://a.example/1", "--topics", "local", "--usefulness", "1")

    assert "about instagram" in explained[1]
    assert labelled[0] == 0


def test_a_running_service_takes_a_model_that_was_learnt_meanwhile(digest: Path) -> None:
    parts = Parts(replace(read_settings(None, {}), folder=digest))
    pack, shelf, day = parts.pack(), parts.shelf(), parts.day("here")
    before = day.maker().classifier.made_by
    learnt = replace(from_json(pack.model_file.read_bytes()), version="9")

    with shelf.alone():
        shelf.keep("learnt", learnt, "[]")
        unchanged = day.maker().classifier.made_by
        shelf.note(Note(at=utc_now(), version="learnt", decision=Decision.REPLACED, why="better", stamp=stamp_of(pack)))

    assert unchanged == before
    assert day.maker().classifier.made_by.startswith("9+")


def test_a_learnt_model_that_was_spoilt_says_so_and_does_not_stop_a_running_service(digest: Path, ask: Ask) -> None:
    parts = Parts(replace(read_settings(None, {}), folder=digest))
    shelf, day = parts.shelf(), parts.day("here")
    before = day.maker().classifier.made_by
    with shelf.alone():
        note = Note(at=utc_now(), version="gone", decision=Decision.REPLACED, why="", stamp=stamp_of(parts.pack()))
        shelf.note(note)

    code, _, complaint = ask(digest, "topics", "explain", "Instagram")
    back = ask(digest, "topics", "roll-back")

    assert day.maker().classifier.made_by == before
    assert (code, back[0]) == (1, 0)
    assert "roll-back" in complaint
    assert ask(digest, "topics", "explain", "Instagram")[0] == 0
