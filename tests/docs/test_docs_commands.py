"""docs/reference/cli.md names every command with the words of its help; the pages link to what is there."""

import re
from pathlib import Path

import pytest

from dailyten.cli import COMMANDS, GROUPS

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(DOCS.rglob("*.md"))


def test_the_page_names_exactly_the_commands_that_there_are() -> None:
    page = (DOCS / "reference" / "cli.md").read_text("utf-8")
    named = dict(re.findall(r"^\| `dailyten ([a-z]+(?: [a-z-]+)?)[^`]*` \| (.+) \|$", page, re.MULTILINE))
    there = COMMANDS | {
        f"{group} {name}": words for group, (_, below) in GROUPS.items() for name, words in below.items()
    }

    assert named == there


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_a_page_links_only_to_what_is_there(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8"))

    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []
