"""The folder of a new digest, looked over before it stands."""

from pathlib import Path
from typing import TYPE_CHECKING

from dailyten.config import FILE, read_settings
from dailyten.wiring.parts import Parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dailyten.founding.folder import File


def found(new: "Sequence[File]", folder: Path, *, replace: bool) -> tuple[str, ...]:
    """Put the files of a new digest into its folder, all or none, once they are read as a digest would read them.

    Without settings among them, they are for the digest that stands there already.

    Gives the paths of those that were written. Raises BadInput for one that stands in the way or cannot be read.
    """
    from dailyten.founding.disk import put

    return put(new, folder, _look_over, replace=replace)


def _look_over(folder: Path) -> None:
    if not (folder / FILE).exists():
        return
    from dailyten.feedlist.read import read

    parts = Parts(read_settings(folder / FILE, {}))
    parts.pack()
    read(parts.list_bytes(), name="feeds.opml")
