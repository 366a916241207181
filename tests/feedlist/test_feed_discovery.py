import warnings

import pytest

from dailyten.feedlist.discover import Because, discover, of_address, pages_to_look_at, start_address
from tests.patience import effort

PAGE = b"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html><html><head><base href="https://site.example/blog/">
<link rel="stylesheet" type="text/css" href="/style.css">
<link rel="alternate" type="application/rss+xml" title="Comments Feed" href="/comments/feed/">
<link rel="alternate" hreflang="de" href="/de/">
<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/7">
<link rel="alternate" type="application/json+oembed" href="/oembed?url=feed">
<LINK REL="Alternate" TYPE="application/rss+xml; charset=utf-8" title="Site &amp; posts" href="feed/">
<link rel="alternate" type="application/feed+json" href="//cdn.example/feed.json">
</head><body>
<a href="/about">About</a> <a href="/feedback">Tell us</a> <a href="/rss.xml">News</a>
<a href="/x.php?format=atom#a">x</a>
<a href="javascript:feed()">RSS</a> <a href="http://user:pass@site.example/feed.xml">RSS</a>
</body></html>"""


def found(body: bytes, address: str = "https://site.example/blog/post", **headers: str) -> list[tuple[str, Because]]:
    return [(each.address, each.because) for each in discover(body, address, headers)]


def test_a_page_gives_what_it_names_first_then_links_that_look_like_feeds_then_guesses() -> None:
    candidates = found(PAGE)

    assert candidates[:5] == [
        ("https://site.example/blog/feed/", Because.LINK_ELEMENT),
        ("https://cdn.example/feed.json", Because.LINK_ELEMENT),
        ("https://site.example/rss.xml", Because.ANCHOR),
        ("https://site.example/x.php?format=atom", Because.ANCHOR),
        ("https://site.example/comments/feed/", Because.SIDE_FEED),
    ]
    assert all(because is Because.USUAL_PATH for _, because in candidates[5:])


def test_what_a_page_calls_its_feed_is_its_title() -> None:
    assert discover(PAGE, "https://site.example/")[0].title == "Site & posts"


def test_every_candidate_is_absolute_unique_and_without_a_password() -> None:
    addresses = [address for address, _ in found(PAGE)]

    assert all(address.startswith("https://") and "@" not in address for address in addresses)
    assert len(addresses) == len(set(addresses))


def test_a_feed_leads_to_itself() -> None:
    body = b"\xef\xbb\xbf<?xml version='1.0'?><!-- x --><rss version='2.0'/>"

    assert found(body) == [("https://site.example/blog/post", Because.ITSELF)]
    assert found(b'{"version": "https://jsonfeed.org/version/1.1", "items": []}')[0][1] is Because.ITSELF


def test_an_old_feed_with_a_document_type_leads_to_itself() -> None:
    body = b'<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "rss.dtd"><rss version="0.91"/>'

    assert found(body) == [("https://site.example/blog/post", Because.ITSELF)]


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ('<link rel=alternate type=application/xml title=RSS href="/news">', "https://site.example/news"),
        ('<link rel="alternate" type="application/rss+xml" href="feed://site.example/f">', "http://site.example/f"),
        ('<link rel="alternate" type="application/atom+xml" href="feed:https://a.example/f">', "https://a.example/f"),
    ],
    ids=["XML without a word of a feed", "feed://", "feed:https://"],
)
def test_a_page_may_name_its_feed_in_an_older_way(link: str, address: str) -> None:
    assert found(link.encode())[0] == (address, Because.LINK_ELEMENT)


def test_a_page_that_leads_on_by_itself_is_followed_first() -> None:
    page = b"<meta http-equiv=refresh content=\"0; URL='/new/'\"><a href='/blog/'>Blog</a>"

    assert found(page)[0] == ("https://site.example/new/", Because.ANCHOR)
    assert pages_to_look_at(page, "https://site.example/old")[0] == "https://site.example/new/"


def test_link_headers_count_before_the_page() -> None:
    header = (
        '<https://hub.example/>; rel="hub", </feed?a,b>; rel=alternate; type="application/atom+xml"; title="All, of it"'
    )
    first = discover(PAGE, "https://site.example/blog/post", {"link": header})[0]

    assert (first.address, first.title, first.because) == (
        "https://site.example/feed?a,b",
        "All, of it",
        Because.LINK_HEADER,
    )


CHANNEL = "UCabcdefghijklmnopqrstuv"


@pytest.mark.parametrize(
    ("address", "feed"),
    [
        (
            f"https://www.youtube.com/channel/{CHANNEL}",
            f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}",
        ),
        ("https://m.youtube.com/user/someone/videos", "https://www.youtube.com/feeds/videos.xml?user=someone"),
        ("https://www.youtube.com/playlist?list=PL1", "https://www.youtube.com/feeds/videos.xml?playlist_id=PL1"),
        ("https://mastodon.example/@someone", "https://mastodon.example/@someone.rss"),
        ("https://mastodon.example/users/someone", "https://mastodon.example/@someone.rss"),
        ("https://mastodon.example/tags/marketing", "https://mastodon.example/tags/marketing.rss"),
        ("https://writer.substack.com/p/a-post", "https://writer.substack.com/feed"),
        ("https://substack.com/@writer", "https://writer.substack.com/feed"),
        ("https://open.substack.com/pub/writer", "https://writer.substack.com/feed"),
        ("https://medium.com/@writer/a-post-123", "https://medium.com/feed/@writer"),
        ("https://medium.com/tag/marketing/latest", "https://medium.com/feed/tag/marketing"),
        ("https://writer.medium.com/", "https://writer.medium.com/feed"),
        ("https://shop.wordpress.com/about/", "https://shop.wordpress.com/feed/"),
        ("https://shop.blogspot.com", "https://shop.blogspot.com/feeds/posts/default"),
        ("https://github.com/owner/tool", "https://github.com/owner/tool/releases.atom"),
        ("https://github.com/owner/tool/tags", "https://github.com/owner/tool/tags.atom"),
        ("https://github.com/owner", "https://github.com/owner.atom"),
        ("https://old.reddit.com/r/marketing/top/", "https://www.reddit.com/r/marketing/.rss"),
        ("https://www.reddit.com/u/someone", "https://www.reddit.com/user/someone/.rss"),
        ("https://bsky.app/profile/shop.example", "https://bsky.app/profile/shop.example/rss"),
    ],
)
def test_known_sites_keep_their_feeds_by_habit(address: str, feed: str) -> None:
    first = of_address(address)[0]

    assert (first.address, first.because) == (feed, Because.HABIT)


@pytest.mark.parametrize("address", ["https://www.tiktok.com/@someone", "https://www.youtube.com/@someone"])
def test_a_handle_is_not_mistaken_for_a_mastodon_profile(address: str) -> None:
    assert all(each.because is Because.USUAL_PATH for each in of_address(address))


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(f'<meta itemprop="identifier" content="{CHANNEL}">', id="meta"),
        pytest.param(f'<link rel="canonical" href="https://www.youtube.com/channel/{CHANNEL}">', id="canonical"),
        pytest.param(f'<script>var x = {{"externalId":"{CHANNEL}"}};</script>', id="script"),
    ],
)
def test_a_youtube_handle_is_resolved_by_its_page(page: str) -> None:
    first = discover(f"<html><head>{page}</head></html>".encode(), "https://www.youtube.com/@someone")[0]

    assert first.address == f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}"


@pytest.mark.parametrize(
    ("page", "feed"),
    [
        ('<meta name="generator" content="WordPress 6.9">', "https://own.example/feed/"),
        ('<meta name="generator" content="Ghost 5.1">', "https://own.example/rss/"),
        ('<link rel="preconnect" href="https://substackcdn.com">', "https://own.example/feed"),
    ],
)
def test_the_program_that_made_a_page_tells_where_its_feed_is(page: str, feed: str) -> None:
    first = discover(f"<html><head>{page}</head></html>".encode(), "https://own.example/p/post")[0]

    assert (first.address, first.because) == (feed, Because.HABIT)


def test_a_site_without_hints_is_guessed_from_its_usual_paths() -> None:
    addresses = [each.address for each in of_address("https://site.example/blog/post")]

    assert addresses[:3] == [
        "https://site.example/blog/post/feed/",
        "https://site.example/blog/feed/",
        "https://site.example/feed/",
    ]
    assert len(addresses) <= 30


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("example.com", "https://example.com"),
        (" http://example.com/feed ", "http://example.com/feed"),
        ("@me@social.example", "https://social.example/@me"),
        ("feed://example.com/f", "http://example.com/f"),
        ("//example.com/f", "https://example.com/f"),
        ("", ""),
    ],
)
def test_what_a_person_types_becomes_an_address(said: str, address: str) -> None:
    assert start_address(said) == address


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"feed.xml", id="looks like a file name"),
        pytest.param(b"<?xml version='1.0'?><urlset><a href='/feed'/></urlset>", id="a sitemap"),
        pytest.param(b"\xff\xfe<\x00h\x00", id="half of utf-16"),
        pytest.param(b"<meta charset=zlib><a href='/feed'>x</a>", id="an odd charset"),
        pytest.param(b"<a href='http://[/feed'>feed</a><base href='http://['>", id="addresses that are none"),
        pytest.param(b"<!-- a -->" * 500, id="comments"),
        pytest.param(b"<div>" * 100_000 + b"<a href=/feed>", id="deep"),
    ],
)
def test_odd_pages_neither_raise_nor_warn_nor_take_long(body: bytes) -> None:
    def look() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert discover(body, "https://site.example/", {"link": "<" * 500, "content-type": "text/html; charset=x"})

    assert effort(look) < 250


def test_an_address_that_is_none_leads_nowhere() -> None:
    assert discover(b"<html></html>", "mailto:me@site.example") == ()
