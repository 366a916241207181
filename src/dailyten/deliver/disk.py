"""The edge to a folder of mails: messages as `.eml` files that mail programs open."""

import os
from pathlib import Path

from dailyten.errors import PublishError


def keep_mail(folder: Path, name: str, content: bytes) -> Path:
    """Put a message into the folder as `name`.eml, whole or not at all. Raises PublishError."""
    path = folder / f"{name}.eml"
    part = folder / f".{name}.{os.getpid()}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise PublishError("The mail cannot be written.", came=str(error.strerror), where=str(path)) from error
    return path
