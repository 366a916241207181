"""The edge to a feed list's file, and to the copies of lists that it includes from the web."""

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from dailyten.errors import BadFeedList, CannotGoOn


def read_list_file(path: Path) -> bytes:
    """Read a list. Raises BadFeedList if it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise BadFeedList(
            "There is no such feed list. `dailyten init` sets up a folder with one.", where=str(path)
        ) from error
    except OSError as error:
        raise BadFeedList("The feed list cannot be read.", came=str(error.strerror), where=str(path)) from error


def write_list_file(path: Path, body: bytes) -> None:
    """Write a list, whole or not at all. Raises CannotGoOn."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(body)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise CannotGoOn("The feed list cannot be written.", came=str(error.strerror), where=str(path)) from error


@dataclass(frozen=True, slots=True)
class IncludedLists:
    """Copies of included lists in a folder, a file each; the file's time is that of the copy."""

    folder: Path

    def get(self, url: str) -> tuple[bytes, datetime] | None:
        """Give the last copy and when it was put here."""
        path = self._path(url)
        try:
            return path.read_bytes(), datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except OSError:
            return None

    def put(self, url: str, body: bytes, at: datetime) -> None:
        """Keep a copy; a folder that cannot be written costs only the copy."""
        with suppress(OSError, CannotGoOn):
            self.folder.mkdir(parents=True, exist_ok=True)
            write_list_file(self._path(url), body)
            os.utime(self._path(url), (at.timestamp(), at.timestamp()))

    def _path(self, url: str) -> Path:
        return self.folder / f"{sha256(url.encode()).hexdigest()[:16]}.opml"
