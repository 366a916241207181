"""The edge to a new digest's folder: all of its files are put there, or none.

Everything is written beside its place first and looked at there; then each file goes to its place, which is atomic.
When one cannot, those that went before are taken back.
"""

import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from dailyten.errors import BadInput, CannotGoOn
from dailyten.founding.folder import File

STAGING = ".dailyten-init"


def standing(files: Iterable[File], folder: Path) -> tuple[str, ...]:
    """Name the files that stand in the folder already with other content. Secret ones are left as they are."""
    return tuple(each.path for each in files if not each.secret and _differs(folder / each.path, each.body))


def put(files: Sequence[File], folder: Path, check: Callable[[Path], None], *, replace: bool) -> tuple[str, ...]:
    """Put files into a folder, all or none; give the paths of those that were written.

    `check` is called with the folder of the finished files before they go to their places, and raises if they are no
    good. Raises BadInput where a file stands already and is not to be replaced, CannotGoOn where the disk refuses.
    """
    made = _make(folder)
    staging = folder / STAGING
    try:
        shutil.rmtree(staging, ignore_errors=True)
        for each in files:
            _write(staging / "new" / each.path, each)
        check(staging / "new")
        return _move(files, folder, staging, replace=replace)
    except OSError as error:
        _remove_folders(made)
        where = str(error.filename or folder)
        raise CannotGoOn("The folder cannot be written.", came=error.strerror or str(error), where=where) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        _remove_folders(made)


def zone_here(root: Path = Path("/")) -> str:
    """Guess the time zone from the machine's: `/etc/localtime` where it is a link, else `/etc/timezone`; else UTC."""
    link = root / "etc/localtime"
    with suppress(OSError):
        _, is_there, name = str(link.readlink()).partition("zoneinfo/")
        if is_there:
            return name.removeprefix("posix/").removeprefix("right/")
    with suppress(OSError, UnicodeDecodeError):
        return (root / "etc/timezone").read_text("ascii").strip() or "UTC"
    return "UTC"


def _differs(path: Path, body: bytes) -> bool:
    try:
        return path.read_bytes() != body
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True


def _make(folder: Path) -> list[Path]:
    """Make a folder; give what had to be made, the innermost first."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise BadInput(
            "There cannot be a folder.", expected="a new folder", came="a file", where=str(folder)
        ) from error
    except OSError as error:
        raise CannotGoOn("The folder cannot be made.", came=str(error.strerror), where=str(folder)) from error
    return missing


def _write(path: Path, file: File) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600 if file.secret else 0o666)
    path.write_bytes(file.body)


def _move(files: Sequence[File], folder: Path, staging: Path, *, replace: bool) -> tuple[str, ...]:
    written: list[str] = []
    folders: list[Path] = []
    try:
        for each in files:
            target = folder / each.path
            if not _differs(target, each.body) and target.exists():
                continue
            if target.exists() and each.secret:
                continue
            if target.exists() and not replace:
                _refuse(target)
            folders += _make(target.parent)
            if target.exists():
                old = staging / "old" / each.path
                old.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(target, old)
            written.append(each.path)
            (staging / "new" / each.path).replace(target)
    except (OSError, BadInput):
        _take_back(written, folder, staging)
        _remove_folders(folders)
        raise
    return tuple(written)


def _refuse(target: Path) -> NoReturn:
    raise BadInput("A file stands in the way.", expected="--force to replace it", where=str(target))


def _take_back(written: Iterable[str], folder: Path, staging: Path) -> None:
    for path in written:
        old = staging / "old" / path
        with suppress(OSError):
            if old.exists():
                old.replace(folder / path)
            elif not (staging / "new" / path).exists():
                (folder / path).unlink(missing_ok=True)


def _remove_folders(folders: Iterable[Path]) -> None:
    """Remove folders that we made and that nothing came into."""
    for each in sorted(folders, key=lambda path: -len(path.parts)):
        with suppress(OSError):
            each.rmdir()
