"""What an editor can change of the look: the logo, and templates that may have faults."""

import struct
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from dailyten.errors import BadSetting
from dailyten.render.disk import LOCK, STAGING, publish
from dailyten.render.logo import MOST_BYTES, MOST_WIDTH_PX
from dailyten.render.settings import SiteSettings
from dailyten.render.site import site
from dailyten.web.app import TYPES
from tests.render.sample_edition import NAMES, SETTINGS, edition


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rows = zlib.compress(b"".join(b"\0" + b"\x80" * width for _ in range(height)))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def svg(attributes: str) -> bytes:
    return (
        f'<?xml version="1.0"?><!-- <b/> --><svg xmlns="http://www.w3.org/2000/svg" {attributes}><rect/></svg>'.encode()
    )


JPEG = b"\xff\xd8" + b"\xff\xe0\x00\x04ab" + b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", 50, 100) + b"\x01\x01\x11\x00"
VP8X = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + (199).to_bytes(3, "little") + (99).to_bytes(3, "little")
VP8L = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + (199 | 99 << 14).to_bytes(4, "little")
VP8 = b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 200, 100)


def built(settings: SiteSettings) -> dict[str, bytes]:
    return {page.path: page.body for page in site([edition()], settings, NAMES)}


@pytest.mark.parametrize(
    ("body", "kind", "width", "height"),
    [
        pytest.param(png(64, 64), "png", 32, 32, id="png"),
        pytest.param(png(2000, 100), "png", MOST_WIDTH_PX, 12, id="a very wide one"),
        pytest.param(png(1, 400), "png", 1, 32, id="a very high one"),
        pytest.param(JPEG, "jpg", 64, 32, id="jpeg"),
        pytest.param(VP8X, "webp", 64, 32, id="webp, extended"),
        pytest.param(VP8L, "webp", 64, 32, id="webp, lossless"),
        pytest.param(VP8, "webp", 64, 32, id="webp"),
        pytest.param(svg('viewBox="0 0 30 10"'), "svg", 96, 32, id="svg by its box"),
        pytest.param(svg('width="20px" height="10"'), "svg", 64, 32, id="svg by its sides"),
    ],
)
def test_a_logo_is_copied_and_its_size_stands_on_every_page(
    tmp_path: Path, body: bytes, kind: str, width: int, height: int
) -> None:
    (tmp_path / "logo").write_bytes(body)

    files = built(replace(SETTINGS, logo=tmp_path / "logo"))

    [path] = [each for each in files if each.startswith("logo.")]
    assert path.endswith(f".{kind}")
    assert files[path] == body
    shown = f'<img src="{path}" alt="" width="{width}" height="{height}">'
    assert shown in files["index.html"].decode()
    assert f'src="../{path}"' in files["about/index.html"].decode()
    assert f"<span>{SETTINGS.name}</span>" in files["index.html"].decode()
    assert f".{kind}" in TYPES, "the web service gives it too"


def test_a_logo_that_says_the_name_stands_in_its_place_and_has_a_dark_twin(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_bytes(svg('viewBox="0 0 30 10"'))
    (tmp_path / "b.svg").write_bytes(svg('viewBox="0 0 30 10" fill="white"'))

    files = built(replace(SETTINGS, logo=tmp_path / "a.svg", logo_dark=tmp_path / "b.svg", logo_alt="The Corner"))

    page = files["index.html"].decode()
    assert 'alt="The Corner"' in page
    assert f"<span>{SETTINGS.name}</span>" not in page
    assert 'media="(prefers-color-scheme: dark)" srcset="logo-dark.' in page
    assert len([path for path in files if path.startswith("logo")]) == 2


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(None, "cannot be read", id="missing"),
        pytest.param(b"x" * (MOST_BYTES + 1), "too big", id="too big"),
        pytest.param(b"GIF89a", "no picture", id="another kind"),
        pytest.param(b"\x89PNG\r\n\x1a\n", "no picture", id="cut off"),
        pytest.param(b"\xff\xd8\xff", "no picture", id="a cut off jpeg"),
        pytest.param(svg(""), "no picture", id="svg without a size"),
        pytest.param(svg('viewBox="0 0 . 0"'), "no picture", id="svg with a broken size"),
        pytest.param(png(0, 0), "no picture", id="nothing to see"),
    ],
)
def test_a_logo_that_cannot_be_shown_is_named(tmp_path: Path, body: bytes | None, words: str) -> None:
    if body is not None:
        (tmp_path / "logo").write_bytes(body)

    with pytest.raises(BadSetting, match=words) as caught:
        built(replace(SETTINGS, logo=tmp_path / "logo"))
    assert str(tmp_path / "logo") in caught.value.where


OWN = "{% extends 'site/base.html' %}\n{% block content %}\n"


@pytest.mark.parametrize(
    ("file", "fault", "line", "words"),
    [
        pytest.param("lost.html", OWN + "{{ settings.naem }}{% endblock %}", 3, "naem", id="an unknown name"),
        pytest.param("lost.html", OWN + "\n{{ 1 / 0 }}{% endblock %}", 4, "ZeroDivisionError", id="a sum"),
        pytest.param("lost.html", OWN + "{{ 'a' + 1 }}{% endblock %}", 3, "TypeError", id="two kinds"),
        pytest.param(
            "lost.html", OWN + "{% include 'no.html' %}{% endblock %}", 3, "no template no.html", id="missing"
        ),
        pytest.param("lost.html", OWN + "{% endfor %}", 3, "endfor", id="syntax"),
        pytest.param("lost.html", "{% extends 'site/base.html'\n", 1, "", id="never closed"),
        pytest.param("base.html", "<p>\n{{ nothing.here }}", 2, "nothing", id="in a template that others extend"),
        pytest.param("story.html", "<p>\n{% if %}", 2, "", id="in one that others include"),
        pytest.param("lost.html", "\udcff", None, "UnicodeDecodeError", id="no UTF-8"),
    ],
)
def test_a_fault_in_a_template_names_its_file_and_line_and_leaves_the_site_as_it_was(
    tmp_path: Path, file: str, fault: str, line: int | None, words: str
) -> None:
    own, out = tmp_path / "own", tmp_path / "out"
    (own / "site").mkdir(parents=True)
    settings = replace(SETTINGS, templates=own)
    publish(site([edition()], settings, NAMES), out)
    before = contents(out)
    (own / "site" / file).write_text(fault, "utf-8", errors="surrogateescape")

    with pytest.raises(BadSetting) as caught:
        publish(site([edition()], settings, NAMES), out)

    assert contents(out) == before
    assert f"site/{file}" in caught.value.where
    assert caught.value.where.endswith(f", line {line}" if line else file)
    assert words in caught.value.came


def contents(folder: Path) -> dict[str, bytes]:
    every = {str(each.relative_to(folder)): each for each in folder.rglob("*") if each.is_file()}
    return {name: each.read_bytes() for name, each in every.items() if not name.startswith((LOCK, STAGING))}
