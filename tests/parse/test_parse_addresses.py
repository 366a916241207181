import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.parse.addresses import absolute, is_pixel_host, looks_alike, without_trackers

BASE = "https://shop.example/blog/feed.xml"


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("https://a.example/x", "https://a.example/x"),
        ("  https://a.example/x\n  y ", "https://a.example/xy"),
        ("/x?y=1", "https://shop.example/x?y=1"),
        ("post.html", "https://shop.example/blog/post.html"),
        ("?p=5", "https://shop.example/blog/feed.xml?p=5"),
        ("//cdn.example/x", "https://cdn.example/x"),
        ("www.other.example/x", "http://www.other.example/x"),
        ("feed:https://a.example/x", "https://a.example/x"),
        ("feed://a.example/x", "http://a.example/x"),
        ("https://a.example/?a=1&amp;b=2", "https://a.example/?a=1&b=2"),
        ("https://a.example/?a=1&copy=2", "https://a.example/?a=1&copy=2"),
        ("https://a.example/two words", "https://a.example/two%20words"),
        ("https://a.example/already%20said", "https://a.example/already%20said"),
        ("https://a.example/größe", "https://a.example/größe"),
        ('https://a.example/"><script>', "https://a.example/%22%3E%3Cscript%3E"),
        ("https://bank.example@evil.example/x", "https://evil.example/x"),
        ("https://a.example/\u202egpj.exe", "https://a.example/gpj.exe"),
        ("https:/a.example/x", "https://a.example/x"),
        ("http:\\\\a.example\\x", "http://a.example/x"),
        ("http://https://a.example/x", "https://a.example/x"),
        ("http://http//a.example/x", "http://a.example/x"),
        ("shop.example/post/1", "https://shop.example/post/1"),
        ("other.example/post/1", "https://shop.example/blog/other.example/post/1"),
    ],
)
def test_an_address_becomes_absolute_and_safe(href: str, expected: str) -> None:
    assert absolute(href, BASE) == expected


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "mailto:a@b.example",
        "file:///etc/passwd",
        "https://",
        "https://[::1",
        "https://\\t.example/",
        "https://good.example%2Fevil.example/",
        "https://a.example:port/",
        "https://a.example:65536/",
        "https://a.example:99999/x?y=1",
        "https://a.example:000000000000000000000000080808080/",
        "https://a.example/" + "x" * 5_000,
        "",
    ],
)
def test_what_is_no_address_of_the_web_is_dropped(href: str) -> None:
    assert absolute(href, BASE) == ""


def test_a_port_that_there_can_be_is_kept() -> None:
    assert absolute("https://a.example:65535/x", BASE) == "https://a.example:65535/x"
    assert absolute("/x", "https://a.example:65535/") == "https://a.example:65535/x"
    assert absolute("/x", "https://a.example:65536/") == ""


def test_a_relative_address_without_a_base_is_dropped() -> None:
    assert absolute("/x", "") == ""


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://a.example/?utm_source=rss&UTM_Medium=feed", "https://a.example/"),
        ("https://a.example/?id=7&fbclid=x&page=2&gclid=y", "https://a.example/?id=7&page=2"),
        ("https://a.example/?mc_cid=1&mc_eid=2&_hsenc=3&mtm_kwd=4&spm=5#top", "https://a.example/#top"),
        ("https://a.example/?a=1&amp;utm_source=x", "https://a.example/?a=1"),
        ("https://a.example/?utm%5Fsource=x", "https://a.example/"),
        ("https://a.example/x#utm_source=rss", "https://a.example/x"),
        ("https://a.example/x#xtor=RSS-1", "https://a.example/x"),
        ("https://www.youtube.com/watch?v=abc&si=def&t=10", "https://www.youtube.com/watch?v=abc&t=10"),
        ("https://a.example/?si=unit", "https://a.example/?si=unit"),
        ("https://a.example/?ref=rss", "https://a.example/"),
        ("https://a.example/?ref=heads/main", "https://a.example/?ref=heads/main"),
        ("https://medium.com/p/1?source=rss----abc---4", "https://medium.com/p/1"),
        ("https://a.example/?a=%26&b=+&c", "https://a.example/?a=%26&b=+&c"),
        ("https://a.example/?", "https://a.example/"),
    ],
)
def test_trackers_go_and_everything_else_stays(address: str, expected: str) -> None:
    assert without_trackers(address) == expected


@given(st.text())
def test_cleaning_an_address_again_changes_nothing(href: str) -> None:
    once = absolute(href, BASE)

    assert absolute(once, BASE) == once


@given(st.text())
def test_every_address_that_comes_out_is_of_the_web(href: str) -> None:
    assert absolute(href, BASE).startswith(("http://", "https://")) or not absolute(href, BASE)


def test_a_host_of_two_alphabets_is_shown_by_its_real_name() -> None:
    address = absolute("https://p\u0430ypal.example/x", BASE)

    assert address == "https://xn--pypal-4ve.example/x"
    assert looks_alike(address)


def test_a_host_in_one_alphabet_stays_readable() -> None:
    assert absolute("https://пекарня.example/x", BASE) == "https://пекарня.example/x"
    assert not looks_alike("https://bücher.example/")


def test_a_host_of_letters_that_only_look_latin_pretends() -> None:
    assert looks_alike("https://\u0430\u0440\u0440\u0435.example/")  # noqa: RUF100
    assert looks_alike("https://\u0430\u0440\u0440\u04cf\u0435.example/")


def test_pictures_that_count_readers_are_known_by_host_and_path() -> None:
    assert is_pixel_host("https://pixel.wp.com/b.gif?x=1")
    assert is_pixel_host("https://x.feedsportal.com/c/1/mf.gif")
    assert is_pixel_host("http://feeds.feedburner.com/~r/blog/~4/x")
    assert not is_pixel_host("http://feeds.feedburner.com/logo.png")
    assert not is_pixel_host("https://notpixel.wp.example/b.gif")
