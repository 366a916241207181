"""An editor's own picture beside the name: read from its file, measured, and shown at one height on every page.

Pages say how wide and high it is, so that nothing jumps when it comes.
"""

import hashlib
import re
import struct
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from dailyten.errors import BadSetting
from dailyten.render.settings import SiteSettings

MOST_BYTES = 100_000
"""What a reader on a bad line loads once; a page is half of it."""
HEIGHT_PX = 32
MOST_WIDTH_PX = 240
KINDS = "an SVG, PNG, JPEG or WebP picture"

_SVG_TAG = re.compile(rb"<svg\b[^>]*>", re.DOTALL)
_VIEW_BOX = re.compile(rb"""\bviewBox\s*=\s*["']\s*[-\d.e]+[\s,]+[-\d.e]+[\s,]+([\d.e]+)[\s,]+([\d.e]+)""")
_SVG_SIDE = rb"""\s%s\s*=\s*["']\s*([\d.]+)(?:px)?\s*["']"""
_JPEG_SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""The markers of a JPEG that say its size (ITU T.81, table B.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo:
    """A picture as pages show it: its path in the site, named by its content, and its size on the page in pixels."""

    path: str
    body: bytes
    width: int
    height: int


def logos(settings: SiteSettings) -> tuple[Logo | None, Logo | None]:
    """Give the logo for light paper, and the one for the dark where there is one. Raises BadSetting."""
    light = _of(settings.logo, "logo") if settings.logo else None
    return light, _of(settings.logo_dark, "logo-dark") if settings.logo_dark and light else None


def _of(file: Path, name: str) -> Logo:
    try:
        state = file.stat()
    except OSError as error:
        raise BadSetting(
            "The logo cannot be read.", expected=KINDS, came=str(error.strerror), where=str(file)
        ) from error
    return _read(file, name, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=8)
def _read(file: Path, name: str, _written: int, size: int) -> Logo:
    if size > MOST_BYTES:
        raise BadSetting(
            "The logo is too big.", expected=f"{MOST_BYTES:,} bytes at most", came=f"{size:,}", where=str(file)
        )
    try:
        body = file.read_bytes()
    except OSError as error:
        raise BadSetting(
            "The logo cannot be read.", expected=KINDS, came=str(error.strerror), where=str(file)
        ) from error
    kind, width, height = _measured(body)
    if not width or not height:
        raise BadSetting("The logo is no picture whose size can be read.", expected=KINDS, where=str(file))
    shown = min(HEIGHT_PX, MOST_WIDTH_PX * height / width)
    return Logo(
        path=f"{name}.{hashlib.sha256(body).hexdigest()[:12]}.{kind}",
        body=body,
        width=max(1, round(shown * width / height)),
        height=max(1, round(shown)),
    )


def _measured(body: bytes) -> tuple[str, float, float]:
    """Say what kind of picture it is, and its width and height; 0 where that cannot be known."""
    try:
        if body.startswith(b"\x89PNG\r\n\x1a\n"):
            return "png", *struct.unpack(">II", body[16:24])
        if body.startswith(b"\xff\xd8"):
            return "jpg", *_jpeg_size(body)
        if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
            return "webp", *_webp_size(body)
        if tag := _SVG_TAG.search(body):
            return "svg", *_svg_size(tag[0])
    except (struct.error, IndexError, ValueError):
        pass
    return "", 0, 0


def _svg_size(tag: bytes) -> tuple[float, float]:
    if box := _VIEW_BOX.search(tag):
        return float(box[1]), float(box[2])
    sides = [re.search(_SVG_SIDE % side, tag) for side in (b"width", b"height")]
    width, height = (float(found[1]) if found else 0.0 for found in sides)
    return width, height


def _jpeg_size(body: bytes) -> tuple[int, int]:
    at = 2
    while True:
        marker, length = struct.unpack(">xBH", body[at : at + 4])
        if marker in _JPEG_SIZES:
            height, width = struct.unpack(">HH", body[at + 5 : at + 9])
            return width, height
        at += 2 + length


def _webp_size(body: bytes) -> tuple[int, int]:
    """Read the size of a WebP. Source: RFC 9649 §2.5 to 2.7 (VP8, VP8L, VP8X)."""
    match body[12:16]:
        case b"VP8X":
            return 1 + int.from_bytes(body[24:27], "little"), 1 + int.from_bytes(body[27:30], "little")
        case b"VP8L":
            bits = int.from_bytes(body[21:25], "little")
            return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        case _:
            width, height = struct.unpack("<HH", body[26:30])
            return width & 0x3FFF, height & 0x3FFF
