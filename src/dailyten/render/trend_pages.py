"""Pages that look at many days at once: the figures of the week, and what is rising."""

from collections.abc import Sequence

from dailyten.render.links import edition_path
from dailyten.render.plots import Bar, Drawing, bars
from dailyten.render.press import Page, Press
from dailyten.render.sheet import Label
from dailyten.render.trends import USUAL_WEEKS, Weeks, read_by_network, read_by_topic, rising_terms
from dailyten.render.wording import short_date

NUMBERS_DAYS = 7


def numbers_page(press: Press) -> Page:
    """Give the sentences with a figure of the last seven editions, each with its source."""
    days = press.library.days[:NUMBERS_DAYS]
    return press.page(
        "numbers.html",
        "numbers/index.html",
        title=press.titled("Numbers"),
        description="The figures of the last editions, with their sources.",
        days=len(days),
        figures=[
            (story, edition_path(sheet.edition.on), short_date(sheet.edition.on))
            for sheet in days
            for story in sheet.stories
            if story.number
        ],
    )


def rising_page(press: Press) -> Page:
    """Give shares of topics and networks week by week, and the words heard more than usual."""
    newest = press.library.newest
    return press.page(
        "rising.html",
        "rising/index.html",
        title=press.titled("Rising"),
        description="What the feeds talk about more than usual.",
        topics=_rows(press.weeks(read_by_topic), press.topics(), "topic"),
        networks=_rows(press.weeks(read_by_network), press.networks(), "network"),
        terms=rising_terms(press.library.editions, newest.edition.on) if newest else (),
    )


def _rows(weeks: Weeks, labels: Sequence[Label], kind: str) -> list[dict[str, object]]:
    """Give the labels that were met at all, those that rose most first."""
    rows = [(label, weeks.of(label.key)) for label in labels]
    return [
        {"label": label, "change": _change(weeks, counts), "drawing": _drawing(weeks, label, counts, kind)}
        for label, counts in sorted(rows, key=lambda row: -_rise(weeks, row[1]))
        if sum(counts)
    ]


def _now(weeks: Weeks, counts: Sequence[int]) -> float:
    return _share(counts[-1:], weeks.totals[-1:])


def _usual(weeks: Weeks, counts: Sequence[int]) -> float:
    return _share(counts[-1 - USUAL_WEEKS : -1], weeks.totals[-1 - USUAL_WEEKS : -1])


def _rise(weeks: Weeks, counts: Sequence[int]) -> float:
    return _now(weeks, counts) - _usual(weeks, counts)


def _share(counts: Sequence[int], totals: Sequence[int]) -> float:
    return sum(counts) / sum(totals) if sum(totals) else 0.0


def _change(weeks: Weeks, counts: Sequence[int]) -> str:
    now = f"{_now(weeks, counts):.0%} this week"
    if not sum(weeks.totals[-1 - USUAL_WEEKS : -1]):
        return f"{now}."
    return f"{now}, {_usual(weeks, counts):.0%} in the four weeks before."


def _drawing(weeks: Weeks, label: Label, counts: Sequence[int], kind: str) -> Drawing:
    shares = [_share([count], [total]) for count, total in zip(counts, weeks.totals, strict=True)]
    return bars(
        [
            Bar(value=share, label=short_date(weeks.start(week)), words=f"{share:.0%}")
            for week, share in enumerate(shares)
        ],
        key=f"{kind}-{label.slug}",
        title=f"{label.name}: share of all stories by week",
        description=_change(weeks, counts),
        unit="Share",
    )
