from pathlib import Path

import pytest

from dailyten.errors import BadInput, CannotGoOn
from dailyten.founding.disk import STAGING, put, standing, zone_here
from dailyten.founding.folder import File


def file(path: str, body: str = "new", *, secret: bool = False) -> File:
    return File(path=path, body=body.encode(), secret=secret)


def fine(_: Path) -> None:
    """Find nothing wrong."""


def all_in(folder: Path) -> dict[str, str]:
    return {str(each.relative_to(folder)): each.read_text("utf-8") for each in folder.rglob("*") if each.is_file()}


def test_all_files_come_to_their_places_and_nothing_else_is_left(tmp_path: Path) -> None:
    written = put([file("a"), file("b/c/d")], tmp_path / "new" / "shop", fine, replace=False)

    assert written == ("a", "b/c/d")
    assert all_in(tmp_path) == {"new/shop/a": "new", "new/shop/b/c/d": "new"}
    assert not (tmp_path / "new" / "shop" / STAGING).exists()


def test_the_files_are_looked_at_before_they_come_to_their_places(tmp_path: Path) -> None:
    def faulty(folder: Path) -> None:
        assert (folder / "b" / "c").read_text() == "new"
        raise BadInput("That is no digest.")

    with pytest.raises(BadInput, match="no digest"):
        put([file("a"), file("b/c")], tmp_path / "new" / "shop", faulty, replace=True)

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_stands_there_is_named_and_not_replaced_unasked(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("mine")
    files = [file("a/x"), file("b")]

    assert standing(files, tmp_path) == ("b",)
    with pytest.raises(BadInput, match="stands in the way"):
        put(files, tmp_path, fine, replace=False)
    assert all_in(tmp_path) == {"b": "mine"}
    assert not (tmp_path / "a").exists()


def test_what_was_replaced_is_back_when_a_later_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("mine")
    (tmp_path / "z").mkdir()
    (tmp_path / "z" / "full").write_text("mine")

    with pytest.raises(CannotGoOn):
        put([file("a"), file("b"), file("z")], tmp_path, fine, replace=True)

    assert all_in(tmp_path) == {"a": "mine", "z/full": "mine"}


def test_a_file_that_is_the_same_already_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("new")

    assert standing([file("a")], tmp_path) == ()
    assert put([file("a"), file("b")], tmp_path, fine, replace=False) == ("b",)


def test_a_secret_file_is_for_its_owner_only_and_never_replaced(tmp_path: Path) -> None:
    put([file(".env", secret=True)], tmp_path, fine, replace=False)
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    (tmp_path / ".env").write_text("PASSWORD=1")

    assert standing([file(".env", secret=True)], tmp_path) == ()
    assert put([file(".env", secret=True)], tmp_path, fine, replace=True) == ()
    assert (tmp_path / ".env").read_text() == "PASSWORD=1"


def test_a_file_where_the_folder_should_be_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "shop").write_text("a file")

    with pytest.raises(BadInput, match="cannot be a folder"):
        put([file("a")], tmp_path / "shop", fine, replace=True)


@pytest.mark.parametrize(
    ("link", "text", "zone"),
    [
        pytest.param("/usr/share/zoneinfo/Europe/Berlin", None, "Europe/Berlin", id="a link"),
        pytest.param("../usr/share/zoneinfo/America/Argentina/Ushuaia", None, "America/Argentina/Ushuaia", id="deep"),
        pytest.param(None, "Asia/Tokyo\n", "Asia/Tokyo", id="a text"),
        pytest.param(None, None, "UTC", id="nothing"),
    ],
)
def test_the_zone_is_guessed_from_the_machine(tmp_path: Path, link: str | None, text: str | None, zone: str) -> None:
    (tmp_path / "etc").mkdir()
    if link:
        (tmp_path / "etc/localtime").symlink_to(link)
    if text:
        (tmp_path / "etc/timezone").write_text(text)

    assert zone_here(tmp_path) == zone
