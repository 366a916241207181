"""Bodies inflated under a limit: gzip, deflate, br and zstd, a chunk at a time, whatever the other side sends.

A limit on what came over the wire would not do: 10 kB can inflate to 10 GB.
"""

import re
import sys
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, Protocol

import brotli

if TYPE_CHECKING or sys.version_info < (3, 14):
    from backports.zstd import DecompressionParameter, ZstdDecompressor, ZstdError
else:
    from compression.zstd import DecompressionParameter, ZstdDecompressor, ZstdError

PIECE: Final = 1 << 16
"""Bytes that one step may inflate to."""

_MOST_LAYERS: Final = 3
_ZSTD_WINDOW_LOG: Final = 23  # RFC 9659: 8 MB is the most that a client must offer over HTTP
_GZIP_MAGIC: Final = b"\x1f\x8b"
_TEXT: Final = re.compile(rb"<[?!A-Za-z]|\{[\s\"]|\xef\xbb")
"""How a feed begins that only claims to be packed, and now and then one that is."""


class TooBigError(Exception):
    """The limit was passed; nothing more was inflated."""


class BadCodingError(Exception):
    """The bytes are not what Content-Encoding says, or end too early."""


class _Layer(Protocol):
    def feed(self, data: bytes) -> Iterator[bytes]: ...

    def finish(self) -> None: ...


class Inflating:
    """A body on its way in: `feed` it chunks, then take it by `finish`.

    `content_encoding` is the header as it came. Unknown codings count as none, for servers write charsets there; a
    body that claims gzip but does not begin like one is taken as it is, and one that begins so without a claim, a
    `feed.xml.gz` as it lies on the disk, is inflated all the same.
    """

    def __init__(self, content_encoding: str, max_bytes: int) -> None:
        names = [each.strip().lower().removeprefix("x-") for each in content_encoding.split(",")]
        codings = [_LAYERS[each] for each in reversed(names) if each in _LAYERS]
        if len(codings) > _MOST_LAYERS:
            raise BadCodingError(f"packed {len(codings)} times over")
        self._layers: list[_Layer] = [_Counted(each(), max_bytes) for each in codings]
        self._unsaid: list[_Layer] | None = None
        self._max_bytes = self._left = max_bytes
        self._pieces: list[bytes] = []
        self._begun = False

    def feed(self, data: bytes) -> None:
        """Take a chunk from the wire. Raises TooBigError, BadCodingError."""
        self._begun = self._begun or bool(data)
        for outer in _through(self._layers, data):
            if self._unsaid is None:
                self._unsaid = [_Counted(_Gzip(), self._max_bytes)] if outer[:1] == _GZIP_MAGIC[:1] else []
            for piece in _through(self._unsaid, outer):
                self._left -= len(piece)
                if self._left < 0:
                    raise TooBigError
                self._pieces.append(piece)

    def finish(self) -> bytes:
        """Give the body. Raises BadCodingError when a compressed stream stops in its middle."""
        if self._begun:
            for layer in (*self._layers, *(self._unsaid or ())):
                layer.finish()
        return b"".join(self._pieces)


def _through(layers: list[_Layer], data: bytes) -> Iterator[bytes]:
    if not layers:
        yield data
        return
    for piece in layers[0].feed(data):
        yield from _through(layers[1:], piece)


class _Counted:
    """A layer that may not give more than the limit, so that a bomb inside a bomb costs no more than one."""

    def __init__(self, layer: _Layer, max_bytes: int) -> None:
        self._layer = layer
        self._left = max_bytes

    def feed(self, data: bytes) -> Iterator[bytes]:
        for piece in self._layer.feed(data):
            self._left -= len(piece)
            if self._left < 0:
                raise TooBigError
            yield piece

    def finish(self) -> None:
        self._layer.finish()


class _Gzip:
    """Source: RFC 1952; members may follow one another, and what follows them and is none is ignored."""

    def __init__(self) -> None:
        self._start = b""
        self._engine: zlib._Decompress | None = None
        self._plain = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._engine is None and not self._plain:
            data = self._start + data
            if len(data) < len(_GZIP_MAGIC):
                self._start = data
                return
            self._plain = not data.startswith(_GZIP_MAGIC)
        if self._plain:
            yield data
            return
        while data:
            if self._engine is None or self._engine.eof:
                if not data.startswith(_GZIP_MAGIC):
                    return
                self._engine = zlib.decompressobj(zlib.MAX_WBITS | 16)
            yield from _zlib_pieces(self._engine, data)
            data = self._engine.unused_data

    def finish(self) -> None:
        if self._engine is not None and not self._engine.eof:
            raise BadCodingError("the gzip stream stops in its middle")


class _Deflate:
    """RFC 9110 means zlib by "deflate", many servers send it raw, and some text that is not packed: its start tells."""

    def __init__(self) -> None:
        self._start = b""
        self._engine: zlib._Decompress | None = None
        self._plain = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._engine is None:
            data = self._start + data
            if len(data) < 2:  # noqa: PLR2004 - a zlib header
                self._start = data
                return
            self._plain = _TEXT.match(data) is not None and not _unpacks(data)
            wrapped = data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0  # noqa: PLR2004 - RFC 1950
            self._engine = zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
        if self._plain:
            yield data
        elif not self._engine.eof:
            yield from _zlib_pieces(self._engine, data)

    def finish(self) -> None:
        if self._engine is not None and not self._engine.eof and not self._plain:
            raise BadCodingError("the deflate stream stops in its middle")


def _unpacks(data: bytes) -> bool:
    """Say whether a first chunk may be raw deflate."""
    try:
        zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, PIECE)
    except zlib.error:
        return False
    return True


def _zlib_pieces(engine: "zlib._Decompress", data: bytes) -> Iterator[bytes]:
    try:
        piece = b""
        while not engine.eof and (data or len(piece) == PIECE):  # a full piece may have more behind it
            piece = engine.decompress(data, PIECE)
            if piece:
                yield piece
            data = engine.unconsumed_tail
    except zlib.error as error:
        raise BadCodingError(f"the packed body is damaged ({error})") from error


class _Brotli:
    """Source: RFC 7932."""

    def __init__(self) -> None:
        self._engine = brotli.Decompressor()

    def feed(self, data: bytes) -> Iterator[bytes]:
        try:
            if self._engine.is_finished():
                return
            piece = self._engine.process(data, output_buffer_limit=PIECE)
            while piece or not self._engine.can_accept_more_data():
                yield piece
                piece = self._engine.process(b"", output_buffer_limit=PIECE)
        except brotli.error as error:
            raise BadCodingError(f"the packed body is damaged ({error})") from error

    def finish(self) -> None:
        if not self._engine.is_finished():
            raise BadCodingError("the brotli stream stops in its middle")


class _Zstd:
    """Source: RFC 8878; frames may follow one another."""

    def __init__(self) -> None:
        self._engine = self._new()

    @staticmethod
    def _new() -> ZstdDecompressor:
        return ZstdDecompressor(options={DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG})

    def feed(self, data: bytes) -> Iterator[bytes]:
        try:
            while data or not (self._engine.eof or self._engine.needs_input):
                if self._engine.eof:
                    self._engine = self._new()
                if piece := self._engine.decompress(data, PIECE):
                    yield piece
                data = self._engine.unused_data if self._engine.eof else b""
        except ZstdError as error:
            raise BadCodingError(f"the packed body is damaged ({error})") from error

    def finish(self) -> None:
        if not self._engine.eof:
            raise BadCodingError("the zstd stream stops in its middle")


_LAYERS: Final[dict[str, type[_Layer]]] = {"gzip": _Gzip, "deflate": _Deflate, "br": _Brotli, "zstd": _Zstd}
