import re
import subprocess
import sys
from pathlib import Path

import pytest

import dailyten
from dailyten import errors

HOUSE = Path(dailyten.__file__).parent


def test_the_map_names_exactly_what_stands_in_the_house() -> None:
    drawn = set(re.findall(r"^    ([a-z_]+(?:/|\.py)) ", dailyten.__doc__ or "", re.MULTILINE))
    standing = {f"{path.name}/" for path in HOUSE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    standing |= {path.name for path in HOUSE.glob("*.py") if not path.name.startswith("_")}

    assert drawn == standing


def test_every_room_says_what_it_is_for() -> None:
    silent = [path for path in HOUSE.rglob("*.py") if not path.read_text("utf-8").startswith(('"""', "#!"))]

    assert silent == []


def test_the_drawn_tree_of_errors_is_the_real_one() -> None:
    drawn = set(re.findall(r"[├└]── (\w+)", errors.__doc__ or "")) | {"DailytenError"}
    real = {name for name, thing in vars(errors).items() if isinstance(thing, type) and issubclass(thing, Exception)}

    assert drawn == real


def test_an_error_says_what_was_expected_what_came_and_where() -> None:
    error = errors.BadSetting("minutes is no number.", expected="a whole number", came="'many'", where="dailyten.toml")

    assert str(error) == "minutes is no number. Expected: a whole number. Came: 'many'. Where: dailyten.toml."


@pytest.mark.parametrize(
    "heavy", ["sklearn", "numpy", "feedparser", "fastapi", "alembic", "sqlalchemy", "pycurl", "lxml"]
)
def test_asking_for_help_loads_nothing_heavy(heavy: str) -> None:
    program = f"import sys, dailyten.cli; sys.exit({heavy!r} in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_poll_loads_only_what_polls() -> None:
    """Each of these would cost every poll time, though it has no use for it until there is news."""
    idle = ["feedlist.read", "parse", "classify", "cluster.join", "rank.score", "edition.choose", "render.names"]
    idle += ["deliver.message", "model.edition", "store.editions", "store.keeping", "store.tables.outbox"]
    program = f"import sys, dailyten.cli.poll; print(sorted({set(idle)} & {{m[9:] for m in sys.modules}}))"

    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout

    assert loaded == "[]\n"
