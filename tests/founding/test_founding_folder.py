import re
import shlex
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dailyten import __version__
from dailyten.config import read_settings
from dailyten.errors import BadInput
from dailyten.founding.answers import Run, colour_named, name_from, zone_named
from dailyten.founding.installed import requirements
from tests.founding.new_digest import MAILING, answers, bodies, place

BIN = Path(sys.executable).parent
WORKFLOW = ".github/workflows/digest.yml"
YAML_RULES = "{extends: default, rules: {line-length: {max: 130}}}"


def checked(tmp_path: Path, name: str, body: str, *command: str | Path) -> subprocess.CompletedProcess[str]:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(body, "utf-8")
    return subprocess.run([*command, tmp_path / name], capture_output=True, text=True, check=False)


@settings(deadline=None)
@given(name=st.text(min_size=1, max_size=60).filter(lambda name: name.isprintable() and bool(name.strip())))
def test_any_name_comes_through_the_settings_as_it_was_said(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "templates").mkdir()
    (folder / "dailyten.toml").write_text(bodies(answers(Run.NONE, name=name))["dailyten.toml"], "utf-8")

    assert read_settings(folder / "dailyten.toml", {}).digest.name == name


@pytest.mark.parametrize("name", ["", "two\nlines", "bell\x07"], ids=repr)
def test_a_name_that_is_no_line_of_text_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="needs a name"):
        answers(Run.NONE, name=name)


def test_a_digest_that_mails_cannot_live_on_github() -> None:
    with pytest.raises(BadInput, match="addresses would lie in a branch"):
        answers(Run.GITHUB, mailing=MAILING)


def test_the_password_stands_in_a_file_that_git_ignores_and_in_no_other() -> None:
    files = bodies(answers(Run.CRONTAB, mailing=MAILING))

    assert "DAILYTEN_SMTP__PASSWORD=" in files[".env"]
    assert "/.env" in files[".gitignore"].splitlines()
    assert "\npassword" not in files["dailyten.toml"]


# -- the workflow ---------------------------------------------------------------------------------------------------


def test_linters_of_yaml_and_of_workflows_find_nothing_in_the_workflow(tmp_path: Path) -> None:
    body = bodies(answers(Run.GITHUB))[WORKFLOW]

    lint = checked(tmp_path, WORKFLOW, body, BIN / "yamllint", "--strict", "-d", YAML_RULES)
    assert (lint.returncode, lint.stdout) == (0, "")
    audit = checked(tmp_path, WORKFLOW, body, BIN / "zizmor", "--offline", "--no-progress", "--persona=pedantic")
    assert audit.returncode == 0, audit.stdout


def test_every_action_is_pinned_to_a_commit_and_says_its_version() -> None:
    uses = re.findall(r"uses: (.+)", bodies(answers(Run.GITHUB))[WORKFLOW])

    assert len(uses) == 4
    assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+", each) for each in uses)


def test_each_job_has_only_its_rights_and_only_two_steps_have_the_token() -> None:
    workflow = yaml.safe_load(bodies(answers(Run.GITHUB))[WORKFLOW])
    jobs = workflow["jobs"]
    steps = jobs["digest"]["steps"]

    assert workflow["permissions"] == {}
    assert jobs["digest"]["permissions"] == {"contents": "write"}
    assert jobs["publish"]["permissions"] == {"pages": "write", "id-token": "write"}
    assert steps[0]["with"]["persist-credentials"] is False
    assert [each["name"] for each in steps if "TOKEN" in each.get("env", {})] == [
        "Take what was kept",
        "Keep what must last",
    ]
    assert not any("${{" in each.get("run", "") for each in steps)


def test_two_runs_never_overlap_and_none_is_cut_off() -> None:
    assert yaml.safe_load(bodies(answers(Run.GITHUB))[WORKFLOW])["concurrency"] == {
        "group": "dailyten",
        "cancel-in-progress": False,
    }


def test_what_another_machine_installs_are_the_versions_that_run_here() -> None:
    first, *others = requirements()

    assert first == f"dailyten=={__version__}"
    assert f"jinja2=={version('jinja2')}" in others
    assert f"pynacl=={version('pynacl')}" in others, "an extra of a dependency"
    assert not any(line.startswith(("pytest==", "mypy==", "psycopg==")) for line in others), (
        "none of the extras of ours"
    )


# -- the crontab ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("folder", "mails"),
    [("/srv/shop", False), ("/home/o'neill/my news 100%", True), ("/srv/$(touch x);", False)],
)
def test_the_line_of_the_crontab_runs_the_digest_in_its_folder_whatever_that_is_called(
    folder: str, mails: bool
) -> None:
    body = bodies(answers(Run.CRONTAB, mailing=MAILING if mails else None), place(folder))["crontab"]
    [line] = [each for each in body.splitlines() if not each.startswith("#")]
    *fields, command = line.split(" ", 5)

    assert fields == ["4-59/15", "*", "*", "*", "*"]
    assert not re.search(r"(?<!\\)%", command), "crontab(5): a bare % ends the command"
    words = shlex.split(command.replace(r"\%", "%"))
    assert words[:3] == ["cd", folder, "&&"]
    assert words[-5:] == ["/opt/dailyten/bin/dailyten", "serve", "--once", ">last-run.log", "2>&1"]
    assert ("./.env" in words) is mails


# -- the containers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", ["dailyten", "site"])
def test_a_container_runs_without_rights_and_on_this_machine_only(service: str) -> None:
    services = yaml.safe_load(bodies(answers(Run.COMPOSE))["compose.yaml"])["services"]

    assert services[service]["cap_drop"] == ["ALL"]
    assert services[service]["read_only"] is True
    assert services[service]["security_opt"] == ["no-new-privileges:true"]
    assert all(port.startswith("127.0.0.1:") for port in services[service].get("ports", []))


@pytest.mark.parametrize(("owner", "user"), [(1000, "1000:1000"), (0, "10001:10001")])
def test_the_container_runs_as_the_owner_of_the_folder_but_never_as_root(owner: int, user: str) -> None:
    body = bodies(answers(Run.COMPOSE), place(user_id=owner))["compose.yaml"]

    assert yaml.safe_load(body)["services"]["dailyten"]["user"] == user
    assert ("chown" in body) is (owner == 0)


def test_linters_find_nothing_in_the_files_of_the_containers(tmp_path: Path) -> None:
    files = bodies(answers(Run.COMPOSE, mailing=MAILING))

    lint = checked(tmp_path, "compose.yaml", files["compose.yaml"], BIN / "yamllint", "--strict", "-d", YAML_RULES)
    assert (lint.returncode, lint.stdout) == (0, "")
    lint = checked(tmp_path, "Dockerfile", files["Dockerfile"], BIN / "hadolint")
    assert (lint.returncode, lint.stdout) == (0, "")


# -- what people say ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("utc", "UTC"),
        ("Etc/UTC", "UTC"),
    ],
)
def test_a_zone_is_found_by_its_name_or_its_city(said: str, zone: str) -> None:
    assert zone_named(said) == zone


def test_a_zone_that_is_none_is_refused_with_those_that_are_alike() -> None:
    with pytest.raises(BadInput) as refused:
        zone_named("Berln")

    assert "Europe/Berlin" in refused.value.expected


@pytest.mark.parametrize(("said", "colour"), [("#0B5D57", "#0b5d57"), ("0b5d57", "#0b5d57"), ("#fc0", "#ffcc00")])
def test_a_colour_is_read_as_people_write_it(said: str, colour: str) -> None:
    assert colour_named(said) == colour


@pytest.mark.parametrize("said", ["teal", "#12345", ""])
def test_what_is_no_colour_is_refused(said: str) -> None:
    with pytest.raises(BadInput, match="no colour"):
        colour_named(said)


@pytest.mark.parametrize(("folder", "name"), [("shop-news", "Shop News"), ("digest", "Digest"), ("", "Daily Ten")])
def test_a_name_is_made_of_the_folders(folder: str, name: str) -> None:
    assert name_from(folder) == name
