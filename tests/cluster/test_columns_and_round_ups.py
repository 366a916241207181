import pytest

from dailyten.cluster.columns import gathers, label


@pytest.mark.parametrize(
    "title",
    [
        "Ads of the Week: 14 March 2014",
        "This week in social: robots, royals and one good chart",
        "Morning brief: Twitter's API, Meta's shares",
        "Friday five: Instagram video and more",
        "The month in local: missing reviews",
        "Seven ways to write a caption",
        "The social media news you missed in January",
        "Weekly round-up",
    ],
)
def test_round_ups_columns_and_lists_are_known_by_their_titles(title: str) -> None:
    assert gathers(title)


@pytest.mark.parametrize(
    "title",
    [
        "LinkedIn to scrap Stories at the end of the month",
        "Five brands pull their ads from X",
        "Facebook bans links from unknown hosts",
        "Meta lays off 11,000 people this week",
        "X's daily users fall by a tenth",
    ],
)
def test_news_is_not_taken_for_a_list(title: str) -> None:
    assert not gathers(title)


def test_the_label_of_a_column_is_what_stands_before_its_colon() -> None:
    assert label("Ask the Digest: can I delete my own page?") == "ask the digest"
    assert label("Facebook buys Instagram") == ""
