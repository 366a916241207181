from dataclasses import replace
from datetime import timedelta

from dailyten.model.canonical import short_id
from dailyten.render.earnings import draw_earnings, earnings
from tests.render.sample_edition import MORNING, STORIES, edition, telling


def test_a_feed_earns_what_it_brought_what_was_told_of_it_and_what_it_told_first() -> None:
    early = replace(telling("window", "First"), published_at=MORNING - timedelta(days=3))
    shared = replace(STORIES[0], also_in=(early,))

    rows = {row.feed_id: row for row in earnings([edition((shared, *STORIES[1:3]), ())])}

    window, harbour, corner = (rows[short_id("feed", key)] for key in ("window", "harbour", "corner"))
    assert (window.entries, window.told, window.first) == (29, 1, 1)
    assert (harbour.told, harbour.first) == (1, 0)
    assert (corner.told, corner.first) == (1, 0)


def test_the_plot_of_earnings_names_every_feed_and_says_what_it_shows() -> None:
    drawn = draw_earnings(earnings([edition()]))

    assert drawn.count('class="now"') == 10
    assert "<title" in drawn
    assert "<desc" in drawn


def test_before_the_first_edition_nothing_is_earned() -> None:
    assert earnings([]) == []
