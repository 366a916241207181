"""How well the classifier does, as one page that stands alone: figures, bars, a table of mix-ups, two curves.

No scripts, nothing from elsewhere; light and dark; every drawing has a title, a description and a table behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from dailyten.render.colours import palettes
from dailyten.render.templates import set_in, source

SIDE = 240
"""Of a drawing's field, in its own units."""
_LEFT, _FOOT, _TOP, _RIGHT = 34, 34, 8, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number and what it means. `value` is shown as it is."""

    name: str
    value: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRow:
    """How well one topic is found: F1 from 0 to 1, and how many entries have it."""

    name: str
    f1: float
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixed:
    """Main topics as labelled and as said: `counts` has a row for each label and a column for each guess."""

    names: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Scores between two tenths: their mean, the share that was right, and how many there were."""

    said: float
    right: float
    scores: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """Quality with so many training entries."""

    entries: int
    macro_f1: float
    primary: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """An entry whose main topic is wrong."""

    title: str
    true: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityReport:
    """All that the page tells."""

    name: str
    source: str
    made_by: str
    entries: int
    figures: tuple[Figure, ...]
    topics: tuple[TopicRow, ...]
    mixed: Mixed
    bins: tuple[Bin, ...]
    curve: tuple[CurvePoint, ...] = ()
    mistakes: tuple[Mistake, ...] = ()


def quality_page(report: QualityReport, accent: str) -> bytes:
    """Print the page; `accent` is the digest's one colour, `#rrggbb`."""
    light, dark = palettes(accent)
    page = set_in(
        "report/quality.html",
        report=report,
        stylesheet=Markup(source("report/quality.css")),  # noqa: S704 - our own stylesheet
        light=light,
        dark=dark,
        shares=[[count / max(1, sum(row)) for count in row] for row in report.mixed.counts],
        reliability=_reliability(report.bins),
        curve=_curve(report.curve) if report.curve else "",
    )
    return page.encode()


def _reliability(bins: Sequence[Bin]) -> Markup:
    points = [(each.said, each.right) for each in bins if each.scores]
    diagonal = Markup('<path class="ideal" d="M{} {}L{} {}"/>').format(_x(0), _y(0), _x(1), _y(1))
    title = "Scores against what was right"
    description = "The dashed line is the ideal: of entries that score 0.7, seven in ten have the topic."
    return _drawn(
        "reliability",
        title,
        description,
        (diagonal, _line(points, "first"), _ticks(("0", "0.5", "1"), ("0", "0.5", "1"))),
        ("score", "share right"),
    )


def _curve(points: Sequence[CurvePoint]) -> Markup:
    most = max(point.entries for point in points)
    low = min(0.5, *(min(point.macro_f1, point.primary) for point in points)) // 0.1 / 10
    lines = [
        _line([(point.entries / most, (height - low) / (1 - low)) for point, height in heights], kind)
        for kind, heights in (
            ("first", [(point, point.macro_f1) for point in points]),
            ("second", [(point, point.primary) for point in points]),
        )
    ]
    title = "Quality by number of training entries"
    last = points[-1]
    description = f"With {last.entries:,} entries: topics {last.macro_f1:.2f}, main topic right {last.primary:.2f}."
    ticks = _ticks(("0", f"{most // 2:,}", f"{most:,}"), (f"{low:.1f}", f"{(1 + low) / 2:.2g}", "1"))
    return _drawn("curve", title, description, (*lines, ticks), ("training entries", "quality"))


def _drawn(key: str, title: str, description: str, parts: Sequence[Markup], axes: tuple[str, str]) -> Markup:
    frame = Markup('<rect class="field" x="{}" y="{}" width="{side}" height="{side}"/>').format(_LEFT, _TOP, side=SIDE)
    names = Markup('<text x="{}" y="{}" text-anchor="end">{}</text><text x="{}" y="{}">{}</text>').format(
        _x(1), _TOP + SIDE + 30, axes[0], _LEFT + 6, _TOP + 14, axes[1]
    )
    return Markup(
        '<svg viewBox="0 0 {width} {height}" role="img" aria-labelledby="{key}-t {key}-d">'
        '<title id="{key}-t">{title}</title><desc id="{key}-d">{description}</desc>{body}</svg>'
    ).format(
        width=_LEFT + SIDE + _RIGHT,
        height=_TOP + SIDE + _FOOT,
        key=key,
        title=title,
        description=description,
        body=Markup().join((frame, *parts, names)),
    )


def _line(points: Sequence[tuple[float, float]], kind: str) -> Markup:
    path = "L".join(f"{_x(across)} {_y(up)}" for across, up in points)
    dots = Markup().join(
        Markup('<circle class="{}" cx="{}" cy="{}" r="4"/>').format(kind, _x(across), _y(up)) for across, up in points
    )
    return Markup('<path class="line {}" d="M{}"/>').format(kind, path) + dots if points else Markup()


def _ticks(across: Sequence[str], up: Sequence[str]) -> Markup:
    below = [
        Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(_x(at / 2), _TOP + SIDE + 15, anchor, words)
        for at, (words, anchor) in enumerate(zip(across, ("start", "middle", "end"), strict=True))
    ]
    beside = [
        Markup('<text x="{}" y="{}" text-anchor="end">{}</text>').format(_LEFT - 5, _y(at / 2) + 4, words)
        for at, words in enumerate(up)
    ]
    return Markup().join((*below, *beside))


def _x(share: float) -> float:
    return round(_LEFT + SIDE * share, 1)


def _y(share: float) -> float:
    return round(_TOP + SIDE * (1 - share), 1)
