"""The picture of an edition that networks show beside a link to it: name, date, minutes and the lead, 1200 by 630.

Networks take no SVG, so it is drawn as a PNG by Pillow, with fonts that are installed beside it (the extra
`cards`); without them there are no pictures. The same edition gives the same picture, named by what it shows.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from dailyten.render.colours import Palette, palettes
from dailyten.render.harmless import line
from dailyten.render.links import edition_path
from dailyten.render.settings import SiteSettings
from dailyten.render.sheet import Sheet
from dailyten.render.wording import plural

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

SIZE = (1200, 630)
EDGE = 72
MOST_LINES = 4
SIZES = (76, 68, 60, 52)
"""Sizes of the lead's title, in pixels: the first in which it fits."""
_DRAWN_BY = "1"
"""Raise it when the drawing changes, so that pictures get other names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A file that need not be drawn where it is already: its path names what it shows."""

    path: str
    draw: Callable[[], bytes]

    @property
    def body(self) -> bytes:
        """The bytes, drawn now."""
        return self.draw()


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a picture says."""

    name: str
    date_words: str
    title: str
    foot: str


def picture(sheet: Sheet, settings: SiteSettings) -> Picture | None:
    """Give the picture of an edition; None where Pillow or the fonts are not installed."""
    if not _can_draw():
        return None
    words = _words(sheet, settings)
    shown = repr((_DRAWN_BY, settings.accent, words))
    digest = hashlib.sha256(shown.encode()).hexdigest()[:12]
    path = f"{edition_path(sheet.edition.on)}card.{digest}.png"
    return Picture(path=path, draw=partial(draw, words, palettes(settings.accent)[0]))


def draw(words: Words, palette: Palette) -> bytes:
    """Draw a picture in the colours of the site."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", SIZE, palette.paper)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, SIZE[0], 14), fill=palette.accent)
    small, strong = _font("sans", 34), _font("sans_strong", 40)
    pen.text((EDGE, 92), words.name, font=strong, fill=palette.accent, anchor="ls")
    pen.text((SIZE[0] - EDGE, 92), words.date_words, font=small, fill=palette.muted, anchor="rs")
    pen.line((EDGE, 122, SIZE[0] - EDGE, 122), fill=palette.line, width=2)
    _set_title(pen, words.title, palette)
    pen.text((EDGE, SIZE[1] - 56), words.foot, font=small, fill=palette.muted, anchor="ls")
    kept = BytesIO()
    image.quantize(colors=64, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(kept, "PNG")
    return kept.getvalue()


def _set_title(pen: "ImageDraw", title: str, palette: Palette) -> None:
    room = SIZE[0] - 2 * EDGE
    size = next((each for each in SIZES if len(_wrapped(title, _font("serif", each), room)) <= MOST_LINES), SIZES[-1])
    font = _font("serif", size)
    lines = _wrapped(title, font, room)
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], _cut(lines[MOST_LINES - 1] + " " + lines[MOST_LINES], font, room)]
    height = round(size * 1.18)
    top = 140 + (SIZE[1] - 140 - 110 - height * len(lines)) // 2
    for place, each in enumerate(lines):
        pen.text((EDGE, top + place * height), each, font=font, fill=palette.ink, anchor="la")


def _wrapped(text: str, font: "FreeTypeFont", room: int) -> list[str]:
    lines = [""]
    for word in text.split():
        wider = f"{lines[-1]} {word}".strip()
        if font.getlength(wider) <= room:
            lines[-1] = wider
        else:
            lines.append(_cut(word, font, room))
    return [each for each in lines if each]


def _cut(text: str, font: "FreeTypeFont", room: int) -> str:
    """Cut a line that is too wide, with an ellipsis."""
    if font.getlength(text) <= room:
        return text
    while text and font.getlength(text + "\u2026") > room:
        text = text[:-1]
    return text.rstrip() + "\u2026"


def _words(sheet: Sheet, settings: SiteSettings) -> Words:
    """Choose the words; a title in a writing that the fonts do not have gives way to the next one."""
    stories, minutes = len(sheet.stories), sheet.edition.minutes
    first = next((story.title for story in sheet.stories if _has_glyphs(story.title)), "")
    title = first or sheet.quiet or sheet.counts
    return Words(
        name=line(settings.name, 40) if _has_glyphs(settings.name) else "",
        date_words=sheet.date_words,
        title=title,
        foot=f"{plural(stories, 'story', 'stories')}, {plural(minutes, 'minute')}" if stories else "A quiet day",
    )


@cache
def _can_draw() -> bool:
    try:
        _font("serif", SIZES[0])
    except ImportError:
        return False
    return True


@cache
def _font(kind: str, size: int) -> "FreeTypeFont":
    from PIL import ImageFont

    return ImageFont.truetype(_file(kind), size, layout_engine=ImageFont.Layout.BASIC)


def _file(kind: str) -> Path:
    if kind == "serif":
        import font_source_serif_pro as fonts

        return Path(fonts.__file__).parent / "files/SourceSerifPro-Bold.otf"
    import font_source_sans_pro as fonts

    name = "SourceSansPro-Semibold.otf" if kind == "sans_strong" else "SourceSansPro-Regular.otf"
    return Path(fonts.__file__).parent / "files" / name


@cache
def _missing() -> bytes:
    return bytes(_font("serif", 32).getmask("\uffff"))


def _has_glyphs(text: str) -> bool:
    """Say whether the font has every character of a text."""
    return all(map(_has_glyph, set(text)))


@lru_cache(maxsize=4096)
def _has_glyph(character: str) -> bool:
    return character.isspace() or bytes(_font("serif", 32).getmask(character)) != _missing()
