import json
from pathlib import Path

import pytest

from dailyten.cli import main
from tests.render.test_render_proof import GOOD


def run(*tokens: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(tokens)
    return int(left.value.code or 0)


def test_a_sound_site_leaves_with_nought(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "index.html").write_text(GOOD, "utf-8")

    assert run("site", "check", str(tmp_path)) == 0
    assert "No faults." in capsys.readouterr().out


def test_a_fault_on_every_page_is_told_once_with_place_and_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for page in ("index", "a", "b", "c", "d"):
        (tmp_path / f"{page}.html").write_text(GOOD.replace("<h1>", "<h3>x</h3><h1>"), "utf-8")

    code = run("site", "check", str(tmp_path))
    told = capsys.readouterr().out

    assert code == 1
    assert told.count("a level is left out") == 1
    assert "a.html:4" in told
    assert "and 2 more places" in told
    assert "5 faults." in told


def test_a_program_gets_the_faults_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "index.html").write_text(GOOD.replace("Text", '<a href="gone/">gone</a>'), "utf-8")

    code = run("site", "check", str(tmp_path), "--json")
    told = json.loads(capsys.readouterr().out)

    assert code == 1
    assert told["faults"][0] | {"mend": "", "words": ""} == {
        "page": "index.html", "line": 5, "rule": "link", "words": "", "mend": "",
    }  # fmt: skip


@pytest.mark.parametrize("folder", ["gone", "."])
def test_what_is_no_site_is_said_to_be_none(folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("site", "check", str(tmp_path / folder)) == 2
    assert "Expected: the folder of a site" in capsys.readouterr().err
