"""The folder of a site on the disk, for reading only."""

from pathlib import Path

from dailyten.errors import BadInput, CannotGoOn


def site_paths(folder: Path) -> tuple[str, ...]:
    """Name the files of a site, with slashes, without those whose name begins with a dot."""
    if not folder.is_dir():
        raise BadInput("There is no such folder.", expected="the folder of a site", where=str(folder))
    files = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return tuple(path.as_posix() for path in files if not any(part.startswith(".") for part in path.parts))


def site_body(folder: Path, path: str) -> bytes:
    """Read one file of a site."""
    try:
        return (folder / path).read_bytes()
    except OSError as error:
        raise CannotGoOn(
            "A file of the site cannot be read.", came=error.strerror or str(error), where=str(folder / path)
        ) from error
