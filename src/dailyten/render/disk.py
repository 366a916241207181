"""The edge to the site's folder: pages are put in place so that a reader never meets half a page or a dead link.

All that differs is written to a staging folder first, inside the site's folder and so on the same disk: when the disk
is full, nothing of the site has changed. Then each file is renamed into place, which is atomic: new pages first, for
nothing links to them yet, then changed ones, each in the order given; at last what is gone is removed. The folder
itself stays the same folder, so a web server, a container or a shell that stands in it goes on. Whatever a crash
leaves behind, the next publishing tidies. (Decision 0007.)
"""

import fcntl
import json
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path, PurePosixPath
from time import monotonic, sleep
from typing import TextIO

from dailyten.errors import PublishError
from dailyten.render.picture import Picture
from dailyten.render.press import Page

MARKER = ".dailyten-site.json"
"""Says that a folder is ours, and which files in it are: what an editor puts beside them is never touched."""
STAGING = ".dailyten-next"
LOCK = ".dailyten-lock"
PATIENCE = timedelta(minutes=1)
"""How long to wait for another process that publishes: longer than a thousand editions take from nothing."""
_LOOK_AGAIN = timedelta(milliseconds=50)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What publishing did: how many files are new, changed, removed and left as they were.

    `written` names the new and the changed ones.
    """

    new: int
    changed: int
    removed: int
    unchanged: int
    written: frozenset[str] = field(default=frozenset(), compare=False)


Put = Callable[[Iterable[Page | Picture], Collection[str]], Published]
"""Puts pages into the folder and removes those of ours that are gone, but for those in the named folders, which end in
a slash. Raises PublishError when the folder cannot be written; the site is then as it was."""


@contextmanager
def turn(folder: Path, patience: timedelta = PATIENCE) -> Iterator[Put]:
    """Have the folder to ourselves: what is read inside is not older than what anybody else has published.

    While another process publishes it waits, for `patience` at the most. Raises PublishError when the turn does not
    come, or when the folder is not ours or cannot be made.
    """
    with _in_words(folder):
        folder.mkdir(parents=True, exist_ok=True)
        names = {path.name for path in folder.iterdir()}
        if MARKER not in names and names - {LOCK, STAGING}:
            raise PublishError(
                "The site folder holds files that are not dailyten's; it was left alone.",
                expected="an empty folder, or one that dailyten published to before",
                came=f"{len(names)} files, {min(names)} among them",
                where=str(folder),
            )
        lock = (folder / LOCK).open("a")
    with lock:
        _take(lock, folder, patience)
        yield partial(_put, folder)


def publish(pages: Iterable[Page | Picture], folder: Path, *, keep: Collection[str] = ()) -> Published:
    """Put pages into the folder, in a turn of their own."""
    with turn(folder) as put:
        return put(pages, keep)


def _put(folder: Path, pages: Iterable[Page | Picture], keep: Collection[str]) -> Published:
    with _in_words(folder):
        before = _read_marker(folder)
        shutil.rmtree(folder / STAGING, ignore_errors=True)
        staged, unchanged = _stage(pages, folder)
        wanted = {*staged, *unchanged}
        gone = {path for path in before - wanted if not path.startswith(tuple(keep))}
        new = [path for path in staged if not (folder / path).exists()]
        _write_marker(folder, before | wanted)
        for path in (*new, *(path for path in staged if path not in set(new))):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / STAGING / path).replace(folder / path)
        for path in sorted(gone):
            _remove(folder, path)
        _write_marker(folder, (before | wanted) - gone)
        shutil.rmtree(folder / STAGING, ignore_errors=True)
    return Published(
        new=len(new),
        changed=len(staged) - len(new),
        removed=len(gone),
        unchanged=len(unchanged),
        written=frozenset(staged),
    )


def published_paths(folder: Path) -> frozenset[str]:
    """Name the files of ours that are in the folder, all of them whole."""
    return frozenset(path for path in _read_marker(folder) if (folder / path).is_file())


def published_body(folder: Path, path: str) -> bytes:
    """Read a file of the site, as it was published; nothing where there is none."""
    with _in_words(folder):
        try:
            return (folder / _checked(path)).read_bytes()
        except FileNotFoundError:
            return b""


def _take(lock: TextIO, folder: Path, patience: timedelta) -> None:
    ends = monotonic() + patience.total_seconds()
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if monotonic() >= ends:
                raise PublishError(
                    "Another process is publishing this site, and has not come to its end.",
                    expected=f"a free turn within {patience.total_seconds():.0f} seconds; run it again a little later",
                    where=str(folder),
                ) from error
            sleep(_LOOK_AGAIN.total_seconds())
        else:
            return


@contextmanager
def _in_words(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PublishError(
            "The site cannot be written; what was published stays as it was.",
            expected="a folder that may be written, with room on its disk",
            came=error.strerror or str(error),
            where=str(error.filename or folder),
        ) from error


def _stage(pages: Iterable[Page | Picture], folder: Path) -> tuple[list[str], list[str]]:
    """Write the pages that differ to the staging folder; give their paths, and those of the others."""
    staged: list[str] = []
    unchanged: list[str] = []
    for page in pages:
        path = _checked(page.path)
        if (folder / path).exists() if isinstance(page, Picture) else _same(folder / path, page.body):
            unchanged.append(path)
            continue
        target = folder / STAGING / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(page.body)
        staged.append(path)
    return staged, unchanged


def _same(path: Path, body: bytes) -> bool:
    try:
        return path.stat().st_size == len(body) and path.read_bytes() == body
    except OSError:
        return False


def _checked(path: str) -> str:
    """Refuse a path that would leave the folder."""
    parts = PurePosixPath(path)
    if parts.is_absolute() or not parts.parts or ".." in parts.parts or parts.parts[0] in {MARKER, STAGING, LOCK}:
        raise PublishError("A page wants to lie outside the site's folder.", came=repr(path))
    return str(parts)


def _remove(folder: Path, path: str) -> None:
    """Remove a file of ours and the folders that it leaves empty."""
    (folder / path).unlink(missing_ok=True)
    for parent in PurePosixPath(path).parents[:-1]:
        try:
            (folder / parent).rmdir()
        except OSError:
            return


def _read_marker(folder: Path) -> set[str]:
    """Read which files are ours; a marker that a crash or a hand has broken counts as an empty one."""
    try:
        files = json.loads((folder / MARKER).read_text("utf-8"))["files"]
        return {_checked(str(path)) for path in files}
    except (FileNotFoundError, ValueError, KeyError, TypeError, PublishError):
        return set()


def _write_marker(folder: Path, files: Collection[str]) -> None:
    (folder / STAGING).mkdir(exist_ok=True)
    written = folder / STAGING / MARKER
    written.write_text(json.dumps({"made_by": "dailyten", "files": sorted(files)}, indent=0) + "\n", "utf-8")
    written.replace(folder / MARKER)
