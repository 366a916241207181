"""Small plots as inline SVG, drawn here: bars week by week, with a title, a description and a table behind them.

One colour and heights carry the meaning, so they read the same on light and dark paper and to colour-blind eyes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from dailyten.render.trends import Weeks
from dailyten.render.wording import plural, short_date
from dailyten.text.shorten import shorten

BAR_WIDTH = 20
BAR_GAP = 5
HEIGHT = 64
_FOOT = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: its value, and how label and value are said."""

    value: float
    label: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A plot: the SVG, and the bars for the table behind it. `unit` heads the column of values."""

    svg: Markup
    bars: tuple[Bar, ...]
    unit: str


def bars(values: Sequence[Bar], *, key: str, title: str, description: str, unit: str) -> Drawing:
    """Draw bars, the last one as "now". `key` makes the ids of this drawing differ from those of its neighbours."""
    width = len(values) * (BAR_WIDTH + BAR_GAP)
    most = max((bar.value for bar in values), default=0.0) or 1.0
    drawn = Markup().join(
        _rect(place, bar, most, now=place == len(values) - 1) for place, bar in enumerate(values) if bar.value > 0
    )
    svg = Markup(
        '<svg viewBox="0 0 {width} {full}" role="img" aria-labelledby="{key}-t {key}-d">'
        '<title id="{key}-t">{title}</title><desc id="{key}-d">{description}</desc>'
        '{drawn}<line class="ground" x1="0" x2="{width}" y1="{height}" y2="{height}"/>{labels}</svg>'
    ).format(
        width=width,
        full=HEIGHT + _FOOT,
        height=HEIGHT,
        key=key,
        title=title,
        description=description,
        drawn=drawn,
        labels=_ends(values, width),
    )
    return Drawing(svg=svg, bars=tuple(values), unit=unit)


def count_by_week(weeks: Weeks, counted: str, *, name: str, one: str, many: str) -> Drawing:
    """Draw how often something was counted in each of the twelve weeks."""
    counts = weeks.of(counted)
    return bars(
        [
            Bar(value=count, label=short_date(weeks.start(week)), words=plural(count, one, many))
            for week, count in enumerate(counts)
        ],
        key="weeks",
        title=f"{name}: {many} by week",
        description=f"{plural(sum(counts), one, many)} in twelve weeks, {counts[-1]} of them in the last.",
        unit=many.capitalize(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A row of a plot: a name, a whole and a part of it."""

    name: str
    whole: int
    part: int


def parts(rows: Sequence[Part], *, key: str, title: str, description: str) -> Markup:
    """Draw a row for each name: the whole as a pale bar, its part as a strong one in front of it."""
    width, step = 320, 34
    most = max((row.whole for row in rows), default=0) or 1
    drawn = Markup().join(
        Markup(
            '<text x="0" y="{text}">{name}</text><rect class="past" x="0" y="{y}" width="{whole:g}" height="10"/>'
            '<rect class="now" x="0" y="{y}" width="{part:g}" height="10"/>'
        ).format(
            text=place * step + 12,
            name=shorten(row.name, 44),
            y=place * step + 18,
            whole=round(width * row.whole / most, 1),
            part=round(width * row.part / most, 1),
        )
        for place, row in enumerate(rows)
    )
    return Markup(
        '<svg viewBox="0 0 {width} {height}" role="img" aria-labelledby="{key}-t {key}-d">'
        '<title id="{key}-t">{title}</title><desc id="{key}-d">{description}</desc>{drawn}</svg>'
    ).format(width=width, height=len(rows) * step, key=key, title=title, description=description, drawn=drawn)


def _rect(place: int, bar: Bar, most: float, *, now: bool) -> Markup:
    height = max(2.0, round((HEIGHT - 4) * bar.value / most, 1))
    return Markup('<rect class="{kind}" x="{x}" y="{y:g}" width="{width}" height="{height:g}"/>').format(
        kind="now" if now else "past",
        x=place * (BAR_WIDTH + BAR_GAP),
        y=HEIGHT - height,
        width=BAR_WIDTH,
        height=height,
    )


def _ends(values: Sequence[Bar], width: int) -> Markup:
    if not values:
        return Markup()
    return Markup('<text x="0" y="{y}">{first}</text><text x="{width}" y="{y}" text-anchor="end">{last}</text>').format(
        y=HEIGHT + 13, width=width - BAR_GAP, first=values[0].label, last=values[-1].label
    )
