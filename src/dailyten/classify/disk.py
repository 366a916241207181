"""The edge to the folder of learnt models: `VERSION.json`, what each was learnt from, and `history.json`.

A model is whole on disk before the history names it, and the history is replaced in one step, so a crash at any moment
leaves the model in use that was, or the one that is. What is left over is harmless and tidied by the next learning.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cattrs.errors import BaseValidationError

from dailyten.classify.history import PACK, Decision, History, Note
from dailyten.classify.model import Model, from_json, to_json
from dailyten.errors import CannotGoOn, ModelError, NotFound
from dailyten.model import canonical

HISTORY = "history.json"
MOST_KEPT = 12
"""Versions whose model stays; the history stays whole."""


@dataclass(frozen=True, slots=True)
class ModelShelf:
    """The learnt models of one digest."""

    folder: Path

    def history(self) -> History:
        """Read the notes; none where nothing was learnt yet. Raises ModelError for a file that is not ours."""
        try:
            return canonical.from_json((self.folder / HISTORY).read_text("utf-8"), History)
        except FileNotFoundError:
            return History()
        except (OSError, ValueError, BaseValidationError) as error:
            where = str(self.folder / HISTORY)
            raise ModelError("The history of learnt models cannot be read.", came=str(error), where=where) from error

    def state(self) -> tuple[int, int] | None:
        """Give a mark that changes whenever a note is written; None where there is none yet."""
        try:
            about = (self.folder / HISTORY).stat()
        except OSError:
            return None
        return about.st_ino, about.st_mtime_ns

    def model(self, version: str) -> Model:
        """Read a learnt model. Raises NotFound where it is no longer kept, ModelError where it was altered."""
        return from_json(self._read(f"{version}.json", version))

    def learnt_from(self, version: str) -> str:
        """Read what a model was learnt from beside the pack, as it was given to `keep`. Raises NotFound."""
        return self._read(f"{version}.evidence.json", version).decode("utf-8")

    def keep(self, version: str, model: Model, evidence: str) -> None:
        """Put a model and what it was learnt from on the shelf; it is not in use until a note says so."""
        _write(self.folder / f"{version}.evidence.json", evidence.encode())
        _write(self.folder / f"{version}.json", to_json(model))

    def note(self, note: Note) -> None:
        """Write a note down for good: from here on it counts."""
        notes = (*self.history().notes, note)
        _write(self.folder / HISTORY, canonical.to_json(History(notes=notes)).encode())
        self._tidy(notes)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let only one process learn or go back at a time. Raises CannotGoOn where another one does."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = (self.folder / ".lock").open("a")
        except OSError as error:
            where = str(self.folder)
            raise CannotGoOn("The folder of models cannot be written.", came=str(error), where=where) from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise CannotGoOn("Another process is learning right now.", where=str(self.folder)) from error
            yield

    def _read(self, name: str, version: str) -> bytes:
        try:
            return (self.folder / name).read_bytes()
        except OSError as error:
            kept = ", ".join(sorted(self._kept())) or "none"
            raise NotFound("This version is not kept.", expected=f"one of {kept}, or {PACK}", came=version) from error

    def _kept(self) -> set[str]:
        names = {path.name for path in self.folder.glob("*.evidence.json")}
        return {name.removesuffix(".evidence.json") for name in names}

    def _tidy(self, notes: Sequence[Note]) -> None:
        """Remove models that no note put into use, and all but the newest of the others."""
        used = [note.version for note in notes if note.decision is not Decision.STAYED and note.version != PACK]
        newest = set(list(dict.fromkeys(reversed(used)))[:MOST_KEPT])
        for version in self._kept() - newest:
            for end in (".json", ".evidence.json"):
                (self.folder / f"{version}{end}").unlink(missing_ok=True)


def _write(path: Path, body: bytes) -> None:
    """Write a file whole or not at all, and make sure that the disk has it."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise CannotGoOn("A learnt model cannot be written.", came=str(error.strerror), where=str(path)) from error
