"""Which feeds a search finds, in what order, and what it costs the publisher."""

from datetime import timedelta

import pytest

from dailyten.errors import BadInput
from dailyten.feedlist.discover import Because
from dailyten.model.fetched import Failed, Failure, Fresh
from dailyten.pipeline.seeking import Came, Sought
from tests.pipeline.sites import Web, link, page, rss

SITE = "https://shop.example/"
FEED = rss("Shop Weekly", "Open on Sunday", "New till")
CHANNEL = "UCabcdefghijklmnopqrstuv"


def addresses(sought: Sought) -> list[str]:
    return [each.address for each in sought.feeds]


def test_a_feed_is_found_with_one_request() -> None:
    web = Web({f"{SITE}feed.xml": FEED})

    sought = web.seek(f"{SITE}feed.xml")

    assert addresses(sought) == web.asked == [f"{SITE}feed.xml"]
    assert sought.feeds[0].because is Because.ITSELF


def test_a_site_is_asked_for_its_page_and_for_the_feeds_that_it_names_and_for_nothing_else() -> None:
    web = Web({SITE: page(link("/posts.xml")), f"{SITE}posts.xml": FEED})

    sought = web.seek("shop.example")

    assert addresses(sought) == [f"{SITE}posts.xml"]
    assert web.asked == [SITE, f"{SITE}posts.xml"]
    assert sought.feeds[0].page == SITE


def test_of_several_feeds_that_of_comments_comes_last() -> None:
    links = [link("/comments/feed/", "Comments"), link("/news.xml", "News"), link("/tips.xml", "Tips")]
    web = Web(
        {
            SITE: page(*links),
            f"{SITE}comments/feed/": rss("Comments for Shop", "Nice", "Thanks"),
            f"{SITE}news.xml": rss("Shop News", "Open on Sunday"),
            f"{SITE}tips.xml": rss("Shop Tips", "How to price"),
        }
    )

    sought = web.seek(SITE)

    assert addresses(sought) == [f"{SITE}news.xml", f"{SITE}tips.xml", f"{SITE}comments/feed/"]
    assert [each.is_side for each in sought.feeds] == [False, False, True]


def test_one_feed_in_two_formats_is_one_feed() -> None:
    web = Web({SITE: page(link("/rss.xml"), link("/atom.xml")), f"{SITE}rss.xml": FEED, f"{SITE}atom.xml": FEED})

    [found] = web.seek(SITE).feeds

    assert (found.address, found.twins) == (f"{SITE}rss.xml", (f"{SITE}atom.xml",))


def test_a_link_header_names_a_feed() -> None:
    answer = Fresh(body=page(), address=SITE, headers={"link": '</h.xml>; rel="alternate"; type="application/rss+xml"'})

    assert addresses(Web({SITE: answer, f"{SITE}h.xml": FEED}).seek(SITE)) == [f"{SITE}h.xml"]


def test_a_page_without_feeds_leads_to_the_blog_of_its_site() -> None:
    blog = "https://blog.shop.example/"
    web = Web({SITE: page(body=f'<a href="{blog}">Blog</a>'), blog: page(link("/f")), f"{blog}f": FEED})

    assert addresses(web.seek(SITE)) == [f"{blog}f"]


def test_an_article_that_names_nothing_leads_to_the_front_page() -> None:
    web = Web({f"{SITE}2026/a": page(), SITE: page(link("/feed")), f"{SITE}feed": FEED})

    assert addresses(web.seek(f"{SITE}2026/a")) == [f"{SITE}feed"]


def test_a_page_that_is_gone_leads_to_the_front_page() -> None:
    web = Web({SITE: page(link("/feed")), f"{SITE}feed": FEED})

    assert addresses(web.seek(f"{SITE}gone")) == [f"{SITE}feed"]


def test_where_nothing_is_named_the_usual_paths_are_tried_until_one_is_there() -> None:
    web = Web({SITE: page(), f"{SITE}rss.xml": FEED})

    sought = web.seek(SITE)

    assert addresses(sought) == [f"{SITE}rss.xml"]
    assert web.asked[-1] == f"{SITE}rss.xml"


def test_a_search_in_vain_costs_few_requests_none_of_them_twice() -> None:
    web = Web({SITE: page(*[link(f"/{number}.xml") for number in range(40)])})

    sought = web.seek(SITE)

    assert sought.feeds == ()
    assert len(web.asked) == len(set(web.asked)) <= 12
    assert all(step.came is not Came.FEED for step in sought.steps)


@pytest.mark.parametrize("failure", [Failure.DNS, Failure.TOO_MANY_REQUESTS, Failure.TIMEOUT, Failure.REFUSED_ADDRESS])
def test_a_host_that_is_down_or_wants_peace_is_asked_once(failure: Failure) -> None:
    web = Web({SITE: failure})

    assert web.seek(SITE).steps[0].failure is failure
    assert web.asked == [SITE]


def test_a_host_that_names_a_time_to_wait_is_left_alone() -> None:
    busy = Failed(failure=Failure.SERVER_ERROR, retry_after=timedelta(minutes=5))
    web = Web({SITE: page(link("/a.xml"), link("/b.xml")), f"{SITE}a.xml": busy, f"{SITE}b.xml": FEED})

    assert web.seek(SITE).feeds == ()
    assert web.asked == [SITE, f"{SITE}a.xml"]


def test_a_site_without_https_is_found_when_nobody_named_a_scheme() -> None:
    plain, named = (Web({SITE: Failure.REFUSED, "http://shop.example/": FEED}) for _ in range(2))

    assert addresses(plain.seek("shop.example")) == ["http://shop.example"]
    assert addresses(named.seek("https://shop.example")) == []


def test_the_address_of_a_permanent_move_is_listed_that_of_a_temporary_one_is_not() -> None:
    there = "https://new.example/feed"
    moved = Web({f"{SITE}feed": Fresh(body=FEED, address=there, moved_to=there)})
    lent = Web({f"{SITE}feed": Fresh(body=FEED, address=there)})

    assert addresses(moved.seek(f"{SITE}feed")) == [there]
    assert addresses(lent.seek(f"{SITE}feed")) == [f"{SITE}feed"]


@pytest.mark.parametrize(
    ("said", "feed", "pages"),
    [
        pytest.param(
            f"youtube.com/channel/{CHANNEL}",
            f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}",
            {},
            id="a channel",
        ),
        pytest.param(
            CHANNEL, f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}", {}, id="a channel's id"
        ),
        pytest.param(
            "https://www.youtube.com/@shop",
            f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}",
            {
                "https://www.youtube.com/@shop": page(
                    body=f'<script>{{"externalId":"{CHANNEL}"}}</script><a href="/about">x</a>'
                )
            },
            id="a handle on YouTube",
        ),
        pytest.param(
            "https://www.youtube.com/playlist?list=PL123",
            "https://www.youtube.com/feeds/videos.xml?playlist_id=PL123",
            {},
            id="a playlist",
        ),
        pytest.param("@me@social.example", "https://social.example/@me.rss", {}, id="Mastodon"),
        pytest.param("@me.bsky.social", "https://bsky.app/profile/me.bsky.social/rss", {}, id="Bluesky"),
        pytest.param("me.substack.com/p/today", "https://me.substack.com/feed", {}, id="Substack"),
        pytest.param("https://medium.com/@me", "https://medium.com/feed/@me", {}, id="Medium"),
        pytest.param("me.wordpress.com", "https://me.wordpress.com/feed/", {}, id="WordPress"),
        pytest.param("github.com/me/it", "https://github.com/me/it/releases.atom", {}, id="GitHub"),
        pytest.param("r/shops", "https://www.reddit.com/r/shops/.rss", {}, id="Reddit"),
    ],
)
def test_profiles_of_known_places_lead_to_their_feeds(said: str, feed: str, pages: dict[str, bytes]) -> None:
    web = Web({feed: FEED, **pages})

    assert addresses(web.seek(said))[0] == feed
    assert len(web.asked) <= 4


@pytest.mark.parametrize("said", ["", "my shop", "@name", "javascript:alert(1)", "https://me:secret@shop.example/"])
def test_what_is_no_address_is_refused_before_anything_is_asked(said: str) -> None:
    web = Web({})

    with pytest.raises(BadInput):
        web.seek(said)

    assert web.asked == []


def test_a_link_into_a_private_network_is_refused_and_the_search_goes_on() -> None:
    web = Web(
        {
            SITE: page(link("http://10.0.0.1/feed"), link("/feed")),
            "http://10.0.0.1/feed": Failure.REFUSED_ADDRESS,
            f"{SITE}feed": FEED,
        }
    )

    assert addresses(web.seek(SITE)) == [f"{SITE}feed"]
