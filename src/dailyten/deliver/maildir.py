"""The edge to a Maildir: new mails are given one by one, and moved to `cur` when they are kept. Nothing is deleted."""

from collections.abc import Callable
from pathlib import Path

from dailyten.errors import BadInput, CannotGoOn

SEEN, FLAGGED = ":2,S", ":2,FS"


def is_maildir(path: Path) -> bool:
    """Say whether a folder is one."""
    return (path / "new").is_dir() and (path / "cur").is_dir()


def take_from_maildir(path: Path, take: Callable[[bytes], bool]) -> int:
    """Give each new mail to `take`, which has kept it when it returns; say how many there were.

    `take` says whether it was understood; what was not is flagged, so that mail programs show it. Whatever `take`
    raises leaves the mail where it is. Raises BadInput for what is no Maildir, CannotGoOn when it cannot be read.
    """
    if not is_maildir(path):
        raise BadInput("This is no Maildir.", expected="a folder with new and cur in it", came=str(path))
    taken = 0
    try:
        for mail in sorted((path / "new").iterdir()):
            if mail.name.startswith(".") or not mail.is_file():
                continue
            understood = take(mail.read_bytes())
            mail.replace(path / "cur" / f"{mail.name.partition(':')[0]}{SEEN if understood else FLAGGED}")
            taken += 1
    except OSError as error:
        raise CannotGoOn("The Maildir cannot be read.", came=str(error.strerror), where=str(path)) from error
    return taken
