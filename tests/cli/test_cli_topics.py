import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.classify.sample_pack import PACK, garden_entries, write_pack
from tests.cli.shop import Shop

Ask = Callable[..., tuple[int, str, str]]


def test_entries_are_tagged_line_by_line_and_a_bad_line_is_named_while_the_others_go_on(published: Shop) -> None:
    lines = ['{"id": "1", "title": "Instagram changes its algorithm"}', "not json", '["a"]', '{"id": 4, "title": 4}']
    lines.append('{"id": 5, "title": "Facebook ads cost more", "summary": null}')

    done = published.run("topics", "tag", "--jsonl", given="\n".join(lines) + "\n")
    told = [json.loads(line) for line in done.stdout.splitlines()]

    assert done.returncode == 2
    assert [each["id"] for each in told] == ["1", "5"]
    assert told[0]["networks"] == ["instagram"]
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == ["line 2", "line 3", "line 4"]


def test_the_words_behind_a_verdict_are_told(tmp_path: Path, ask: Ask) -> None:
    code, said, _ = ask(tmp_path, "topics", "explain", "Instagram changes how its algorithm ranks Reels")

    assert code == 0
    assert "usefulness" in said
    assert "about instagram" in said


def test_the_classifier_is_judged_on_labelled_entries(tmp_path: Path, ask: Ask) -> None:
    rows = [
        {"title": "Instagram changes its algorithm", "primary": "platforms", "topics": ["platforms"]},
        {"title": "Bread recipes", "primary": None, "topics": []},
    ]
    (tmp_path / "labelled.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")

    report = ask(tmp_path, "topics", "evaluate", "labelled.jsonl")
    as_json = ask(tmp_path, "topics", "evaluate", "labelled.jsonl", "--json")

    assert (report[0], as_json[0]) == (0, 0)
    assert "F1 by topic" in report[1]
    assert json.loads(as_json[1])["entries"] == 2


def test_a_labelled_entry_that_is_none_is_named_with_its_line(tmp_path: Path, ask: Ask) -> None:
    (tmp_path / "labelled.jsonl").write_text('{"title": "a"}\n', "utf-8")

    code, _, complaint = ask(tmp_path, "topics", "evaluate", "labelled.jsonl")

    assert code == 2
    assert "labelled.jsonl:1" in complaint


def test_labelled_entries_that_are_none_at_all_are_refused(tmp_path: Path, ask: Ask) -> None:
    (tmp_path / "empty.jsonl").write_text("", "utf-8")

    code, _, complaint = ask(tmp_path, "topics", "evaluate", "empty.jsonl")

    assert code == 2
    assert "empty.jsonl" in complaint


def test_a_page_with_plots_stands_alone_and_has_a_table_for_every_plot(tmp_path: Path, ask: Ask) -> None:
    rows = [
        {"title": "Instagram changes its <algorithm>", "primary": "platforms", "topics": ["platforms"]},
        {"title": "Bread <script>recipes</script>", "primary": "roi", "topics": ["roi"]},
    ]
    (tmp_path / "labelled.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    points = [{"entries": count, "macro_f1": 0.5, "primary": 0.6} for count in (100, 200)]
    (tmp_path / "curve.jsonl").write_text("\n".join(map(json.dumps, points)), "utf-8")

    code, said, _ = ask(tmp_path, "topics", "evaluate", "labelled.jsonl", "--html", "p.html", "--curve", "curve.jsonl")
    page = (tmp_path / "p.html").read_text("utf-8")

    assert code == 0
    assert "p.html" in said
    assert "Bread &lt;script&gt;" in page
    assert page.count("<svg") - page.count('aria-hidden="true"') == page.count("The same as a table") == 2
    assert not [mark for mark in ("<script", "http:", "https:", "url(") if mark in page]


def test_a_curve_that_is_none_is_refused_before_anything_is_written(tmp_path: Path, ask: Ask) -> None:
    (tmp_path / "labelled.jsonl").write_text('{"title": "a", "primary": null, "topics": []}\n', "utf-8")
    (tmp_path / "curve.jsonl").write_text("[1]\n", "utf-8")

    code, _, complaint = ask(
        tmp_path, "topics", "evaluate", "labelled.jsonl", "--html", "p.html", "--curve", "curve.jsonl"
    )

    assert code == 2
    assert "curve.jsonl" in complaint
    assert not (tmp_path / "p.html").exists()


def test_training_fits_the_packs_that_are_named(tmp_path: Path, ask: Ask) -> None:
    garden = write_pack(tmp_path / "garden")

    code, said, complaint = ask(tmp_path, "topics", "train", "garden")

    assert (code, complaint) == (0, "")
    assert "Gardens: fitted to 30 entries" in said
    assert "macro_f1" in said
    assert sorted(path.name for path in garden.glob("*.json")) == ["background.json", "model.json"]


@pytest.mark.parametrize(
    ("packs", "says"),
    [
        pytest.param(("nowhere",), "one of ours (bookkeeping, social_media)", id="a pack that is not there"),
        pytest.param(("--all", "garden"), "Which packs?", id="all and one"),
        pytest.param(("few",), "too few training entries", id="a pack with too few entries"),
    ],
)
def test_what_cannot_be_trained_is_said_and_nothing_is_written(
    tmp_path: Path, ask: Ask, packs: tuple[str, ...], says: str
) -> None:
    write_pack(tmp_path / "garden")
    write_pack(tmp_path / "few", entries=garden_entries()[:12])

    code, _, complaint = ask(tmp_path, "topics", "train", *packs)

    assert code == 2
    assert says in complaint
    assert not list(tmp_path.rglob("*.json"))


def test_a_digest_of_a_faulty_pack_names_the_file_and_line(tmp_path: Path, ask: Ask) -> None:
    write_pack(tmp_path / "garden", pack=PACK.replace('name = "Soil"', 'nmae = "Soil"'))
    (tmp_path / "dailyten.toml").write_text('[digest]\npack = "garden"\n', "utf-8")

    code, _, complaint = ask(tmp_path, "topics", "explain", "Digging")

    assert code == 2
    assert "The industry pack has a fault: unknown key in topics." in complaint
    assert "'nmae'. Where: garden/pack.toml:14." in complaint
