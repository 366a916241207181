from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dailyten.cli import main
from tests.cli.shop import Shop, open_shop

Said = tuple[int, str, str]
Ask = Callable[..., Said]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with open_shop(tmp_path) as opened:
        yield opened


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop whose edition of today is out. For tests that only look."""
    with open_shop(tmp_path_factory.mktemp("published")) as opened:
        done = opened.run("today")
        assert done.returncode == 0, done.stdout + done.stderr
        yield opened


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run a command in this process, for the many that need no process of their own: code, output, complaints."""

    def asked(folder: Path, *tokens: str) -> Said:
        monkeypatch.chdir(folder)
        with pytest.raises(SystemExit) as left:
            main(tokens)
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return asked
