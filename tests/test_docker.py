import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]


def test_a_linter_finds_nothing_in_the_dockerfile() -> None:
    linter = shutil.which("hadolint") or str(Path(sys.executable).with_name("hadolint"))
    checked = subprocess.run([linter, ROOT / "docker" / "Dockerfile"], capture_output=True, text=True, check=False)

    assert (checked.returncode, checked.stdout) == (0, "")


@pytest.mark.parametrize("service", ["dailyten", "site"])
def test_a_service_runs_without_rights_and_on_this_machine_only(service: str) -> None:
    services = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text("utf-8"))["services"]

    assert services[service]["cap_drop"] == ["ALL"]
    assert services[service]["read_only"] is True
    assert all(port.startswith("127.0.0.1:") for port in services[service].get("ports", []))
