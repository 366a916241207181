"""The edge to a feed list's file."""

import os
from pathlib import Path

from dailyten.errors import BadFeedList, CannotGoOn


def read_list_file(path: Path) -> bytes:
    """Read a list. Raises BadFeedList if it cannot be read."""
    try:
        return path.read_bytes()
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
