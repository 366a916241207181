import gzip
import sys
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import suppress

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.poll.decompress import PIECE, BadCodingError, Inflating, TooBigError

if sys.version_info < (3, 14):
    from backports import zstd
else:
    from compression import zstd

MEGABYTE = 1_000_000


def raw_deflate(body: bytes) -> bytes:
    engine = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return engine.compress(body) + engine.flush()


def quick_brotli(body: bytes) -> bytes:
    return brotli.compress(body, quality=1)  # type: ignore[no-any-return]


PACKERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("X-GZIP", gzip.compress),
    "deflate": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "brotli": ("br", quick_brotli),
    "zstd": ("zstd", zstd.compress),
    "gzip in brotli": ("gzip, br", lambda body: quick_brotli(gzip.compress(body))),
    "none": ("", bytes),
    "a charset by mistake": ("utf-8", bytes),
}
packed = pytest.mark.parametrize(("coding", "pack"), PACKERS.values(), ids=PACKERS.keys())
really_packed = pytest.mark.parametrize(
    ("coding", "pack"),
    [(c, p) for c, p in PACKERS.values() if p is not bytes],
    ids=[n for n in PACKERS if n[0] not in "na"],
)


def inflate(coding: str, data: bytes, *, max_bytes: int = MEGABYTE, step: int = 1000) -> bytes:
    body = Inflating(coding, max_bytes)
    for start in range(0, len(data), step):
        body.feed(data[start : start + step])
    return body.finish()


@packed
@pytest.mark.parametrize("step", [1, 7, MEGABYTE])
def test_a_body_comes_out_as_it_went_in(coding: str, pack: Callable[[bytes], bytes], step: int) -> None:
    body = b"<rss>" + bytes(range(256)) * 40 + b"</rss>"

    assert inflate(coding, pack(body), step=step) == body


@packed
def test_a_body_of_exactly_the_limit_is_taken_and_one_byte_more_is_not(
    coding: str, pack: Callable[[bytes], bytes]
) -> None:
    body = b"x" * (3 * PIECE)

    assert inflate(coding, pack(body), max_bytes=len(body)) == body
    with pytest.raises(TooBigError):
        inflate(coding, pack(body + b"x"), max_bytes=len(body))


@really_packed
def test_a_bomb_costs_no_more_memory_than_the_limit(coding: str, pack: Callable[[bytes], bytes]) -> None:
    bomb = pack(bytes(50 * MEGABYTE))
    tracemalloc.start()

    with pytest.raises(TooBigError):
        inflate(coding, bomb, step=1 << 16)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * MEGABYTE


@really_packed
def test_a_stream_cut_in_its_middle_is_no_document(coding: str, pack: Callable[[bytes], bytes]) -> None:
    data = pack(b"<rss>" + bytes(range(256)) * 40)

    with pytest.raises(BadCodingError):
        inflate(coding, data[: len(data) * 2 // 3])


@really_packed
@given(st.binary(min_size=1, max_size=300), st.integers(0, 40))
def test_damaged_streams_end_in_a_body_or_a_refusal(
    coding: str, pack: Callable[[bytes], bytes], noise: bytes, at: int
) -> None:
    data = bytearray(pack(b"a feed " * 20))
    data[at : at + len(noise)] = noise

    with suppress(BadCodingError, TooBigError):
        assert isinstance(inflate(coding, bytes(data)), bytes)


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
@pytest.mark.parametrize("body", [b"<rss><channel/></rss>", b'<?xml version="1.0"?><feed/>', b'{"items": []}'])
def test_a_body_that_only_claims_to_be_packed_is_taken_as_it_is(coding: str, body: bytes) -> None:
    assert inflate(coding, body) == body


@pytest.mark.parametrize("step", [1, 7, 1 << 16])
@pytest.mark.parametrize("coding", ["", "identity", "gzip"])
def test_a_gzip_file_that_nobody_announces_is_inflated_all_the_same(coding: str, step: int) -> None:
    packed = gzip.compress(b"<rss/>" * 40)

    assert inflate(coding, gzip.compress(packed) if coding == "gzip" else packed, step=step) == b"<rss/>" * 40


def test_a_bomb_that_nobody_announces_costs_no_more_than_the_limit() -> None:
    with pytest.raises(TooBigError):
        inflate("", gzip.compress(bytes(20 * MEGABYTE)), max_bytes=MEGABYTE)


def test_a_gzip_file_that_nobody_announces_and_that_is_cut_is_no_document() -> None:
    with pytest.raises(BadCodingError, match="stops in its middle"):
        inflate("", gzip.compress(b"<rss/>" * 4_000)[:-9])


def test_members_may_follow_one_another_and_rubbish_after_them_is_ignored() -> None:
    assert inflate("gzip", gzip.compress(b"one ") + gzip.compress(b"two") + b"\0\0rubbish") == b"one two"


def test_packing_four_times_over_is_refused() -> None:
    with pytest.raises(BadCodingError):
        Inflating("gzip, gzip, gzip, gzip", MEGABYTE)


def test_a_zstd_frame_that_wants_a_huge_window_is_refused() -> None:
    options: dict[int, int] = {zstd.CompressionParameter.window_log: 27, zstd.CompressionParameter.content_size_flag: 0}
    engine = zstd.ZstdCompressor(options=options)
    data = engine.compress(b"x" * 1000) + engine.flush()

    with pytest.raises(BadCodingError):
        inflate("zstd", data)
