"""The secrets of a digest, and files that only their owner may read."""

import os
import secrets
from pathlib import Path

from dailyten.errors import CannotGoOn

SECRET_BYTES = 32


def read_keys(path: Path) -> tuple[bytes, ...]:
    """Read the secrets that sign links and return paths, the newest first; one is made at first."""
    make_folder(path.parent)
    if not path.exists():
        write_once(path, secrets.token_hex(SECRET_BYTES) + "\n")
    return tuple(bytes.fromhex(line) for line in path.read_text("ascii").split())


def make_folder(folder: Path) -> None:
    """Make a folder where it is missing. Raises CannotGoOn."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotGoOn("The data folder cannot be made.", came=str(error.strerror), where=str(folder)) from error


def write_once(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all; one that is there already stays."""
    part = path.with_suffix(f".{os.getpid()}.part")
    part.touch(mode=0o600)
    part.write_text(text, "ascii")
    try:
        os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink()
