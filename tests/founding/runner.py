"""Plays a workflow's job on this machine: its `run:` steps with bash as they are, the actions by what they come to."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SECONDS = 120
TOKEN = "a-token-that-nobody-may-see"
GIT = shutil.which("git") or "git"
BASH = shutil.which("bash") or "bash"
PYTHON = f"""#!{sys.executable}
# Stands for a runner's python, where pip finds everything installed already, and says so or fails.
import importlib.metadata, sys
assert sys.argv[1:4] == ["-m", "pip", "install"], sys.argv
for line in open(sys.argv[-1], encoding="utf-8"):
    name, wanted = line.strip().split("==")
    assert importlib.metadata.version(name) == wanted, line
"""


@dataclass
class Ran:
    """What came of a job: the artefact's folder if there is one, the first step that failed, what was said."""

    work: Path
    artefact: Path | None = None
    failed: str = ""
    said: str = ""
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass
class Runner:
    """A machine that knows nothing of earlier runs. `more` is added to the environment of every step."""

    remote: Path
    folder: Path
    more: dict[str, str]

    def run(self, job: dict[str, Any]) -> Ran:
        ran = Ran(work=self.folder / "work")
        (self.folder / "temp").mkdir(parents=True)
        (self.folder / "bin").mkdir()
        (self.folder / "bin" / "python").write_text(PYTHON, "utf-8")
        (self.folder / "bin" / "python").chmod(0o755)
        kept: dict[str, str] = dict(job["env"])
        for number, step in enumerate(job["steps"]):
            if not self._is_due(step, ran):
                continue
            if "uses" in step:
                self._play(step, ran)
            else:
                self._bash(step, number, kept, ran)
        return ran

    def _is_due(self, step: dict[str, Any], ran: Ran) -> bool:
        """Judge a step's condition: by default that nothing has failed, else that the steps it names went well."""
        if "if" not in step:
            return not ran.failed
        assert "!cancelled()" in step["if"], "the only condition that is known here"
        return all(each in ran.outputs for each in re.findall(r"steps\.(\w+)\.outcome == 'success'", step["if"]))

    def _play(self, step: dict[str, Any], ran: Ran) -> None:
        match re.sub("@.*", "", step["uses"]):
            case "actions/checkout":
                subprocess.run([GIT, "clone", "-q", "--depth=1", f"file://{self.remote}", ran.work], check=True)
            case "actions/upload-pages-artifact":
                ran.artefact = self.folder / "artefact"
                hidden = shutil.ignore_patterns(".*")  # as v4 of the action does
                shutil.copytree(ran.work / step["with"]["path"], ran.artefact, ignore=hidden)
            case "actions/setup-python":
                pass
            case other:
                raise AssertionError(other)

    def _bash(self, step: dict[str, Any], number: int, kept: dict[str, str], ran: Ran) -> None:
        script, output, added = (self.folder / "temp" / f"{number}.{kind}" for kind in ("sh", "output", "env"))
        script.write_text(step["run"], "utf-8")
        own = {name: _filled(text, ran) for name, text in step.get("env", {}).items()}
        done = subprocess.run(
            [BASH, "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=ran.work,
            env={**self._environment(), **kept, **own, "GITHUB_OUTPUT": str(output), "GITHUB_ENV": str(added)},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        ran.said += done.stdout + done.stderr
        kept |= _pairs(added)
        if done.returncode != 0:
            ran.failed = ran.failed or step["name"]
        else:
            ran.outputs[step.get("id", "")] = _pairs(output)

    def _environment(self) -> dict[str, str]:
        plain = {name: text for name, text in os.environ.items() if not name.startswith(("DAILYTEN_", "GIT_"))}
        path = f"{self.folder / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}"
        given = {
            "GITHUB_REPOSITORY": "Market-Square/shop-news",
            "GITHUB_REPOSITORY_OWNER": "Market-Square",
            "GITHUB_RUN_ID": "1",
            "RUNNER_TEMP": str(self.folder / "temp"),
            "GIT_CONFIG_GLOBAL": os.devnull,
        }
        return {**plain, **given, "PATH": path, **self.more}


def _filled(text: str, ran: Ran) -> str:
    text = text.replace("${{ github.token }}", TOKEN)
    return re.sub(r"\$\{\{ steps\.(\w+)\.outputs\.(\w+) \}\}", lambda found: ran.outputs[found[1]][found[2]], text)


def _pairs(file: Path) -> dict[str, str]:
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    return dict(line.split("=", 1) for line in lines)
