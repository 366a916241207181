from pathlib import Path

import pytest

from dailyten.errors import BadFeedList
from dailyten.feedlist.fault import Severity
from dailyten.feedlist.read import FeedList, lint, read
from dailyten.model.feed import feed_id_of

HERE = Path(__file__).parent / "opml"


def read_file(name: str) -> FeedList:
    return read((HERE / name).read_bytes(), name=name)


def with_outlines(outlines: str, root: str = '<opml version="2.0">') -> bytes:
    return f"<?xml version='1.0' encoding='UTF-8'?>\n{root}<body>\n{outlines}\n</body></opml>".encode()


def rules(body: bytes) -> list[str]:
    return [fault.rule for fault in lint(body, "feeds.opml")]


def test_an_outline_with_an_address_is_a_feed_whatever_its_type_says() -> None:
    feeds = read_file("nested_odd_types.opml").feeds

    assert [feed.address for feed in feeds] == [
        f"https://{number}.example/feed" for number in ("one", "two", "three", "four", "five")
    ]


def test_categories_come_from_the_outline_itself_or_from_the_groups_around_it() -> None:
    feeds = read_file("nested_odd_types.opml").feeds

    assert [feed.category for feed in feeds] == ["Work/Ads", "Work/Ads", "Work", "", "Own/Words"]


def test_a_feed_is_named_by_text_else_title_else_its_host() -> None:
    feeds = read_file("nested_odd_types.opml").feeds

    assert [feed.title for feed in feeds[2:]] == ["Pie", "Only a title", "five.example"]
    assert feeds[3].home_url == "https://four.example/"


def test_our_own_attributes_are_read_under_any_prefix() -> None:
    alpha, beta, gamma = read_file("ours.opml").feeds

    assert (alpha.address, alpha.title, alpha.weight) == ("https://alpha.example/feed?a=1&b=2", "Alpha & Omega", 0.5)
    assert (beta.title_only, beta.feed_id) == (True, "0123456789abcdef")
    assert (gamma.category, gamma.feed_id) == ("Loose", feed_id_of("https://gamma.example/feed"))


def test_the_title_of_the_list_is_read() -> None:
    assert read_file("ours.opml").title == "Ours & theirs"


def in_encoding(claim: str, title: str = "Caf\xe9 \u041d\u043e") -> str:
    declaration = f' encoding="{claim}"' if claim else ""
    return (
        f'<?xml version="1.0"{declaration}?>\n<opml><body><outline text="{title}" xmlUrl="https://a.example/f"/>'
        "</body></opml>"
    )


@pytest.mark.parametrize(
    ("body", "disputed"),
    [
        pytest.param(in_encoding("UTF-8").encode(), False, id="utf-8"),
        pytest.param(in_encoding("").encode(), False, id="no claim"),
        pytest.param(b"\xef\xbb\xbf" + in_encoding("utf-8").encode(), False, id="utf-8 with a mark"),
        pytest.param(b"\xef\xbb\xbf" + in_encoding("iso-8859-1").encode(), True, id="a mark against the claim"),
        pytest.param(in_encoding("iso-8859-1").encode(), True, id="utf-8 letters under an 8-bit claim"),
        pytest.param(in_encoding("utf-16").encode(), True, id="utf-8 that claims to be utf-16"),
        pytest.param(b"\xff\xfe" + in_encoding("UTF-16").encode("utf-16-le"), False, id="utf-16 little"),
        pytest.param(b"\xfe\xff" + in_encoding("UTF-16").encode("utf-16-be"), False, id="utf-16 big"),
        pytest.param(in_encoding("utf-16").encode("utf-16-le"), False, id="utf-16 without a mark"),
        pytest.param(b"\xff\xfe" + in_encoding("UTF-8").encode("utf-16-le"), True, id="utf-16 that claims to be utf-8"),
    ],
)
def test_letters_come_through_whatever_the_first_line_claims(body: bytes, disputed: bool) -> None:
    read_in = read(body, name="feeds.opml")

    assert read_in.feeds[0].title == "Caf\xe9 \u041d\u043e"
    assert [fault.rule for fault in read_in.warnings] == ["wrong-encoding"] * disputed


@pytest.mark.parametrize(
    ("claim", "title"),
    [("windows-1251", "\u041d\u043e\u0432"), ("ISO-8859-1", "Caf\xe9"), ("Shift_JIS", "\u65b0\u805e")],
)
def test_old_encodings_are_read_as_they_claim(claim: str, title: str) -> None:
    body = in_encoding(claim, title).encode(claim)

    assert read(body, name="feeds.opml").feeds[0].title == title


def test_the_first_of_two_equal_addresses_counts_and_the_second_is_reported() -> None:
    body = with_outlines(
        '<outline text="One" xmlUrl="https://A.example:443/feed#top"/>\n<outline text="Two" xmlUrl="https://a.example/feed"/>'
    )
    read_in = read(body, name="feeds.opml")

    assert [feed.title for feed in read_in.feeds] == ["One"]
    assert [(fault.rule, fault.line) for fault in read_in.warnings] == [("duplicate", 4)]
    assert "line 3" in read_in.warnings[0].words


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example", "https://a.example/", True),
        ("https://a.example/%7euser/%e9", "https://a.example/~user/%E9", True),
        ("https://a.example/caf\xe9", "https://a.example/caf%C3%A9", True),
        ("https://a.example/x%2Fy", "https://a.example/x/y", False),
        ("https://a.example/feed?a=1", "https://a.example/feed?a=2", False),
        ("https://a.example/Feed", "https://a.example/feed", False),
        ("https://a.example:8443/feed", "https://a.example/feed", False),
    ],
)
def test_addresses_are_the_same_only_where_no_server_can_tell_them_apart(one: str, other: str, same: bool) -> None:
    body = with_outlines(f'<outline text="1" xmlUrl="{one}"/><outline text="2" xmlUrl="{other}"/>')

    assert len(read(body, name="f").feeds) == (1 if same else 2)


def test_addresses_that_differ_a_little_are_both_kept_and_reported() -> None:
    body = with_outlines(
        '<outline text="One" xmlUrl="http://www.a.example/feed/"/><outline text="Two" xmlUrl="https://a.example/feed"/>'
    )
    read_in = read(body, name="feeds.opml")

    assert len(read_in.feeds) == 2
    assert [fault.rule for fault in read_in.warnings] == ["near-duplicate"]


def test_the_old_feed_scheme_is_read_as_http() -> None:
    body = with_outlines(
        '<outline text="1" xmlUrl="feed://a.example/f"/><outline text="2" xmlUrl=" feed:https://b.example/f "/>'
    )

    assert [feed.address for feed in read(body, name="f").feeds] == ["http://a.example/f", "https://b.example/f"]


def test_a_home_page_that_is_no_web_address_is_left_out() -> None:
    body = with_outlines('<outline text="1" xmlUrl="https://a.example/f" htmlUrl="javascript:alert(1)"/>')
    read_in = read(body, name="f")

    assert read_in.feeds[0].home_url == ""
    assert [fault.rule for fault in read_in.warnings] == ["bad-home"]


def test_any_error_refuses_the_whole_file_with_every_fault() -> None:
    body = with_outlines('<outline text="Good" xmlUrl="https://a.example/f"/>\n<outline text="Bad" xmlUrl="nowhere"/>')

    with pytest.raises(BadFeedList) as refused:
        read(body, name="feeds.opml")

    assert "feeds.opml:4:" in str(refused.value)
    assert [fault.rule for fault in refused.value.faults] == ["no-web-address"]


@pytest.mark.parametrize(
    "outlines",
    [
        pytest.param("", id="nothing"),
        pytest.param('<outline text="Only a group"/>', id="a group"),
        pytest.param('<outline type="rss" text="No address"/>', id="a feed without an address"),
        pytest.param('<outline type="rss" text="Blank address" xmlUrl=" "/>', id="a blank address"),
    ],
)
def test_a_list_without_feeds_is_refused_never_read_as_an_empty_one(outlines: str) -> None:
    with pytest.raises(BadFeedList):
        read(with_outlines(outlines), name="feeds.opml")


def test_a_feed_meant_but_without_an_address_refuses_the_list() -> None:
    body = with_outlines('<outline text="A" xmlUrl="https://a.example/f"/><outline type="rss" text="B"/>')

    assert rules(body) == ["no-address"]


OTHER = with_outlines('<outline text="Other" xmlUrl="https://other.example/f"/>')
INCLUDING = with_outlines('<outline type="include" text="More" url="https://lists.example/other.opml"/>')


def test_included_lists_are_read_through_the_function_that_fetches_them() -> None:
    asked: list[str] = []

    def include(url: str) -> bytes:
        asked.append(url)
        return OTHER

    feeds = read(INCLUDING, name="feeds.opml", include=include).feeds

    assert asked == ["https://lists.example/other.opml"]
    assert [feed.address for feed in feeds] == ["https://other.example/f"]


@pytest.mark.parametrize(
    "include",
    [pytest.param(None, id="not handed in"), pytest.param(lambda _: None, id="unreadable")],
)
def test_an_include_that_cannot_be_had_is_a_fault_with_its_line(include: object) -> None:
    faults = lint(INCLUDING, "feeds.opml", include=include)  # type: ignore[arg-type]

    assert [(fault.rule, fault.line, fault.severity) for fault in faults] == [("include", 3, Severity.ERROR)]


def test_a_list_that_includes_itself_ends() -> None:
    faults = lint(INCLUDING, "feeds.opml", include=lambda _: INCLUDING)

    assert [fault.rule for fault in faults] == ["include"]
    assert faults[0].name == "https://lists.example/other.opml"


def test_a_fault_in_an_included_list_names_that_list() -> None:
    faults = lint(INCLUDING, "feeds.opml", include=lambda _: OTHER.replace(b"https://", b"gopher://"))

    assert [fault.where for fault in faults] == ["https://lists.example/other.opml:3:31"]


def test_one_list_may_include_only_so_many() -> None:
    many = with_outlines("\n".join(f'<outline type="include" url="https://l.example/{n}.opml"/>' for n in range(30)))
    faults = lint(
        many, "feeds.opml", include=lambda url: OTHER.replace(b"other.example", f"{hash(url)}.example".encode())
    )

    assert sum(fault.rule == "include" for fault in faults) == 10
