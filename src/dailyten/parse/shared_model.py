"""py3langid's model, unpacked once into a file without a name that all reading processes map.

Loaded by each process for itself it costs 75 MB and half a CPU second each; mapped, its pages are there once and only
those that are touched. What is mapped is the file that py3langid ships, so its guesses are the same to the last bit.
"""

import os
import struct
from array import array
from mmap import ACCESS_READ, mmap
from tempfile import TemporaryFile
from typing import IO, Any, Self

_COPIED_AT_ONCE = 1 << 20
_LENGTHS_AT, _LOCAL_HEADER = 26, 30
_ARRAYS = ("ptc", "pc", "classes", "nextmove", "nextmove_row", "out_feat")


class ModelFile:
    """An open file that has no name, goes to child processes, and holds the unpacked model once one has asked for it.

    It vanishes with the last process that has it open, however that ends.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    @classmethod
    def inherited(cls, descriptor: int) -> Self:
        """Take over the one that the process which started us has open."""
        return cls(os.fdopen(descriptor, "r+b", closefd=False))

    @classmethod
    def new(cls) -> Self | None:
        """Make an empty one; None where no temporary file can be made, and then each process loads its own model."""
        try:
            return cls(TemporaryFile(prefix="dailyten-languages-"))
        except OSError:
            return None

    def close(self) -> None:
        """Give up this process's hold of it."""
        self._file.close()

    def fileno(self) -> int:
        """Give the descriptor by which a process that is being started inherits it."""
        return self._file.fileno()

    def identifier(self) -> Any:  # noqa: ANN401 - py3langid has no types
        """Give py3langid's identifier upon the mapped model. Raises OSError, ValueError or KeyError if that fails."""
        from py3langid.langid import LanguageIdentifier

        os.lockf(self._file.fileno(), os.F_LOCK, 0)  # its readers share one position, so one at a time
        try:
            places = self._places()
        finally:
            self._file.seek(0)
            os.lockf(self._file.fileno(), os.F_ULOCK, 0)
        found = _mapped(self._file.fileno(), places)
        return LanguageIdentifier(
            found["ptc"],
            found["pc"],
            found["classes"].tolist(),
            memoryview(found["nextmove"].data).cast("B").cast("I"),  # cast anew: py3langid packs it at any address
            array("i", found["out_feat"].tobytes()),
            norm_probs=True,
            tk_row=array("H", found["nextmove_row"].tobytes()),
        )

    def _places(self) -> dict[str, int]:
        """Say where each array starts in the file, which is filled if it is empty or was left unfinished."""
        import zipfile

        try:
            return _starts(self._file)
        except zipfile.BadZipFile:
            _unpack_into(self._file)
            return _starts(self._file)


def _unpack_into(file: IO[bytes]) -> None:
    import lzma
    import shutil

    from py3langid.langid import MODEL_DIR, MODEL_FILE

    file.seek(0)
    file.truncate()
    with lzma.open(MODEL_DIR / MODEL_FILE) as packed:
        shutil.copyfileobj(packed, file, _COPIED_AT_ONCE)
    file.flush()


def _starts(file: IO[bytes]) -> dict[str, int]:
    """Find the members of an uncompressed zip. Raises BadZipFile while its end is missing.

    Source: APPNOTE.TXT 4.3.7: a local header of 30 bytes, then name and extra field, whose lengths stand at 26 and 28.
    """
    import zipfile

    starts = {}
    with zipfile.ZipFile(file) as members:
        for name in _ARRAYS:
            member = members.getinfo(f"{name}.npy")
            if member.compress_type != zipfile.ZIP_STORED:
                raise ValueError("the language model is packed in another way")
            file.seek(member.header_offset + _LENGTHS_AT)
            name_bytes, extra_bytes = struct.unpack("<HH", file.read(4))
            starts[name] = member.header_offset + _LOCAL_HEADER + name_bytes + extra_bytes
    return starts


def _mapped(descriptor: int, starts: dict[str, int]) -> dict[str, Any]:
    import numpy as np

    whole = mmap(descriptor, 0, access=ACCESS_READ)
    found = {}
    for name, start in starts.items():
        whole.seek(start)
        version = np.lib.format.read_magic(whole)
        if version != (1, 0):
            raise ValueError("the language model's arrays have another format")
        shape, _, kind = np.lib.format.read_array_header_1_0(whole)
        count = int(np.prod(shape))
        found[name] = np.frombuffer(whole, kind, count, whole.tell()).reshape(shape)
    return found
