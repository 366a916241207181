from pathlib import Path

import pytest

from dailyten.errors import BadFeedList
from dailyten.feedlist.fault import Fault, Severity
from dailyten.feedlist.read import lint, read
from tests.patience import effort

HERE = Path(__file__).parent / "opml"
OURS = 'xmlns:dailyten="https://dailyten.example/opml"'


def outlines(written: str, root: str = f'<opml version="2.0" {OURS}>') -> bytes:
    return f"{root}\n<body>\n{written}\n</body>\n</opml>".encode()


def feed(more: str = "", address: str = "https://a.example/feed") -> bytes:
    return outlines(f'<outline text="A" xmlUrl="{address}" {more}/>')


def only(body: bytes) -> Fault:
    (fault,) = lint(body, "feeds.opml")
    return fault


def test_every_fault_of_a_file_is_found_at_once_with_line_and_column() -> None:
    faults = lint((HERE / "faulty.opml").read_bytes(), "faulty.opml")

    assert [(fault.line, fault.column, fault.rule) for fault in faults] == [
        (3, 21, "bare-ampersand"),
        (6, 21, "bare-ampersand"),
        (6, 61, "bare-ampersand"),
        (7, 23, "unknown-entity"),
        (8, 22, "bare-less-than"),
        (8, 63, "bad-weight"),
        (9, 5, "no-address"),
        (10, 34, "no-scheme"),
        (10, 53, "unknown-attribute"),
    ]


def test_a_fault_reads_as_a_place_a_severity_the_words_and_the_mend() -> None:
    fault = only(feed(address="five.example/feed"))

    assert str(fault) == (
        'feeds.opml:3:27: error: "five.example/feed" is no address that can be asked: it must begin with https:// or '
        "http://. Write https://five.example/feed [no-scheme]"
    )


def test_an_ampersand_is_shown_mended_with_its_neighbours_mended_too() -> None:
    faults = lint(feed(address="https://a.example/feed?a=1&b=2&c=3"), "feeds.opml")

    assert [fault.rule for fault in faults] == ["bare-ampersand"] * 2
    assert all("a=1&amp;b=2&amp;c=3" in fault.mend for fault in faults)


def test_ampersands_in_comments_and_cdata_are_no_fault() -> None:
    assert lint(feed() + b"<!-- a & b &nbsp; -->", "f") == ()
    faults = lint(outlines("<!-- & --><![CDATA[ & < ]]>" + '<outline text="A" xmlUrl="https://a.example/f"/>'), "f")
    assert [fault.rule for fault in faults] == ["stray-text"]


def test_an_entity_of_html_is_mended_by_its_number() -> None:
    assert 'title="&#160;"' in only(feed('title="&nbsp;"')).mend


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        pytest.param(b"", "empty-file", id="no byte"),
        pytest.param(b" \n\n", "empty-file", id="only blanks"),
        pytest.param(b"https://a.example/feed\n", "not-xml", id="a list of addresses"),
        pytest.param(b'{"feeds": []}', "not-xml", id="json"),
        pytest.param(b"<!DOCTYPE html>\n<html><body>Sign in</body></html>", "web-page", id="html"),
        pytest.param(b"<HTML>\n<p>not & closed", "web-page", id="html that is no xml"),
        pytest.param(b'<rss version="2.0"><channel/></rss>', "is-a-feed", id="rss"),
        pytest.param(b'<feed xmlns="http://www.w3.org/2005/Atom"/>', "is-a-feed", id="atom"),
        pytest.param(b"<rdf:RDF xmlns:rdf='r'/>", "is-a-feed", id="rdf"),
        pytest.param(b"<urlset/>", "not-opml", id="a sitemap"),
        pytest.param(b"\x1f\x8b\x08\x00", "not-text", id="gzip"),
        pytest.param(b"PK\x03\x04zip", "not-text", id="zip"),
        pytest.param(b'<?xml version="1.0" encoding="rot13"?><opml/>', "unknown-encoding", id="no encoding of text"),
        pytest.param(b"<opml><body>\n caf\xe9</body></opml>", "not-in-its-encoding", id="latin letters in utf-8"),
        pytest.param(b"\n\n" + b"<?xml version='1.0'?>" + feed(), "blank-before-xml", id="blank lines first"),
        pytest.param(feed('title="a\x01b"'), "control-character", id="control character"),
        pytest.param(feed('title="&#xD800;"'), "unknown-entity", id="half a surrogate"),
        pytest.param(b"<opml><body><outline text='a'></body></opml>", "not-well-formed", id="not closed"),
        pytest.param(b"<opml><body><outline text='a'/>", "not-well-formed", id="cut off"),
        pytest.param(b"<opml><body><outline text=a/></body></opml>", "not-well-formed", id="no quotes"),
        pytest.param(b"<opml><body><outline text='a' text='b'/></body></opml>", "not-well-formed", id="twice"),
        pytest.param(b"<opml><body/></opml><opml/>", "not-well-formed", id="two roots"),
        pytest.param(outlines('<outline text="A" title="say "hi"" xmlUrl="x"/>'), "not-well-formed", id="inner quotes"),
        pytest.param(
            outlines('<outline text="A xmlUrl="https://a.example/"/>\n<outline text="B"/>'),
            "not-well-formed",
            id="quote",
        ),
        pytest.param(outlines('<outline text="A/>\n<outline/>'), "quote-not-closed", id="a quote left open"),
        pytest.param(
            b"<!DOCTYPE opml [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><opml><outline text='&b;'/></opml>",
            "entities",
            id="entities",
        ),
        pytest.param(b"<!DOCTYPE opml>" + feed(), "doctype", id="document type"),
        pytest.param(outlines("<outline>" * 40 + "</outline>" * 40), "too-deep", id="deep"),
        pytest.param(outlines("<outline/>" * 6_000), "too-many", id="outlines"),
        pytest.param(outlines("<x/>" * 30_000), "too-many", id="elements"),
        pytest.param(feed() + b" " * 1_000_001, "too-big", id="bytes"),
        pytest.param(feed(address="ftp://a.example/feed"), "no-web-address", id="ftp"),
        pytest.param(feed(address="/feed"), "no-web-address", id="a path"),
        pytest.param(feed(address="https://"), "no-web-address", id="no host"),
        pytest.param(feed(address="https://a.example:port/"), "bad-port", id="no port"),
        pytest.param(feed(address="https://a.example:99999/feed"), "bad-port", id="a port beyond 65535"),
        pytest.param(feed(address="//a.example/feed"), "no-scheme", id="no scheme but slashes"),
        pytest.param(feed(address="https://a.example/my feed"), "blank-in-address", id="a blank"),
        pytest.param(feed(address=" https://a.example/feed "), "blanks-around", id="blanks around"),
        pytest.param(feed(address="https://me:secret@a.example/feed"), "password-in-address", id="a password"),
        pytest.param(feed(address="https://a.example/" + "x" * 2_000), "address-too-long", id="long"),
        pytest.param(feed(address="https://a!b.example/"), "bad-host", id="bad host"),
        pytest.param(feed(address="http://localhost:8000/feed"), "private-address", id="localhost"),
        pytest.param(feed(address="http://127.0.0.1/feed"), "private-address", id="loopback"),
        pytest.param(feed(address="http://2130706433/feed"), "private-address", id="loopback as one number"),
        pytest.param(feed(address="http://0x7f.1/feed"), "private-address", id="loopback in hex"),
        pytest.param(feed(address="http://[::ffff:10.0.0.1]/feed"), "private-address", id="mapped"),
        pytest.param(feed(address="http://[fe80::1]/feed"), "private-address", id="link-local"),
        pytest.param(feed(address="http://169.254.169.254/meta"), "private-address", id="metadata"),
        pytest.param(feed(address="http://printer.local/feed"), "private-address", id="local name"),
        pytest.param(feed('dailyten:weight="many"'), "bad-weight", id="no number"),
        pytest.param(feed('dailyten:weight="nan"'), "bad-weight", id="nan"),
        pytest.param(feed('dailyten:weight="-1"'), "bad-weight", id="negative"),
        pytest.param(feed('dailyten:weight="6"'), "bad-weight", id="too heavy"),
        pytest.param(feed('dailyten:titleOnly="perhaps"'), "bad-title-only", id="neither true nor false"),
        pytest.param(feed('dailyten:id="7"'), "bad-id", id="no id"),
        pytest.param(feed('dailyten:colour="red"'), "unknown-attribute", id="unknown attribute"),
        pytest.param(
            outlines('<outline text="A" xmlUrl="https://a.example/f" dailyten:weight="1"/>', "<opml>"),
            "undeclared-prefix",
            id="prefix",
        ),
        pytest.param(outlines('<outline xmlUrl="https://a.example/feed"/>'), "no-title", id="no title"),
        pytest.param(
            outlines('<outline text="A" xmlUrl="https://a.example/f"/>', '<opml version="9">'), "unknown-version"
        ),
    ],
)
def test_each_fault_has_its_rule_a_line_and_a_mend(body: bytes, rule: str) -> None:
    fault = only(body)

    assert fault.rule == rule
    assert fault.line >= 1
    assert fault.column >= 1
    assert fault.words.endswith(".")
    assert fault.mend


WARNINGS = frozenset(
    """
    wrong-encoding doctype blanks-around feed-scheme private-address duplicate near-duplicate no-title bad-home
    unknown-version
    """.split()
)


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (b"<!DOCTYPE opml>" + feed(), "doctype"),
        (feed(address=" https://a.example/feed "), "blanks-around"),
        (feed(address="http://10.0.0.1/feed"), "private-address"),
        (outlines('<outline xmlUrl="https://a.example/feed"/>'), "no-title"),
    ],
)
def test_what_harms_nothing_is_a_warning_and_the_list_is_read(body: bytes, rule: str) -> None:
    assert [fault.rule for fault in read(body, name="f").warnings] == [rule]
    assert rule in WARNINGS


def test_a_feed_that_is_commented_out_is_not_read_and_that_is_told() -> None:
    """OPML 2.0: a comment makes comments of all outlines inside it."""
    kept = '<outline text="Kept" xmlUrl="https://kept.example/feed" isComment="false"/>'
    gone = '<outline text="Gone" xmlUrl="https://gone.example/feed" isComment="true"/>'
    inside = '<outline text="Old" isComment="TRUE"><outline text="In" xmlUrl="not even an address"/></outline>'

    told = read(outlines(f"{kept}\n{gone}\n{inside}"), name="f")

    assert [each.title for each in told.feeds] == ["Kept"]
    assert [(fault.rule, fault.line) for fault in told.warnings] == [("commented-out", 4), ("commented-out", 5)]
    assert [fault.rule for fault in lint(outlines(gone), "f")] == ["no-feeds", "commented-out"]


@pytest.mark.parametrize(
    "body",
    [
        b'<opml version="2.0"><head>\n<outline text="A" xmlUrl="https://a.example/f"/></head><body/></opml>',
        (
            b'<opml version="2.0"><head/><body></body>\n<outline text="A">'
            b'<outline xmlUrl="https://a.example/f" text="B"/></outline></opml>'
        ),
        b'<opml version="2.0"><head/>\n<outline text="A" xmlUrl="https://a.example/f"/></opml>',
    ],
    ids=["in the head", "behind the body, a group", "no body at all"],
)
def test_an_outline_outside_the_body_is_read_and_told_of_once(body: bytes) -> None:
    told = read(body, name="f")

    assert [each.address for each in told.feeds] == ["https://a.example/f"]
    assert [(fault.rule, fault.line, fault.column) for fault in told.warnings] == [("misplaced", 2, 1)]


def test_a_fault_is_told_on_one_line() -> None:
    assert "\n" not in str(only(b"title,url\nShop,https://shop.example/feed"))


def test_a_misspelt_attribute_is_told_what_was_meant() -> None:
    assert only(feed('dailyten:wieght="2"')).mend == "Did you mean weight?"


def test_a_comma_in_a_weight_is_told_to_be_a_point() -> None:
    assert 'dailyten:weight="0.8"' in only(feed('dailyten:weight="0,8"')).mend


def test_two_feeds_cannot_have_one_id() -> None:
    one = '<outline text="A" xmlUrl="https://a.example/f" dailyten:id="0123456789abcdef"/>'
    faults = lint(outlines(one + "\n" + one.replace("a.example", "b.example")), "f")

    assert [(fault.rule, fault.line) for fault in faults] == [("same-id", 4)]


def test_attributes_of_others_are_nobodys_fault() -> None:
    body = outlines('<outline text="A" xmlUrl="https://a.example/f" other:weight="heavy" isComment="x"/>', "<opml>")

    assert lint(body, "f") == ()


def test_lines_are_counted_with_any_line_end() -> None:
    for line_end in (b"\n", b"\r\n", b"\r"):
        body = feed(address="nowhere").replace(b"\n", line_end)

        assert (only(body).line, only(body).column) == (3, 27)


def test_columns_are_counted_in_characters() -> None:
    body = outlines('<outline text="\u041d\u043e\u0432\u043e\u0441\u0442\u0438 \U0001f4f0" xmlUrl="nowhere"/>')

    assert only(body).column == 35


def test_the_message_shows_the_first_faults_and_counts_the_rest() -> None:
    body = outlines("\n".join(f'<outline text="{n}" xmlUrl="nowhere{n}"/>' for n in range(5)))

    with pytest.raises(BadFeedList) as refused:
        read(body, name="feeds.opml")

    message = str(refused.value)
    assert message.startswith("feeds.opml has 5 faults and was refused whole, nothing was changed:\n")
    assert message.count("feeds.opml:") == 3
    assert message.endswith("and 2 more")
    assert len(refused.value.faults) == 5
    assert all(fault.severity is Severity.ERROR for fault in refused.value.faults)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<opml>" + b"&" * 900_000, id="ampersands"),
        pytest.param(b"<opml>" + b"<" * 900_000, id="less-thans"),
        pytest.param(b"<!--" * 240_000, id="comments left open"),
        pytest.param(b"<!-- a -->" * 90_000, id="comments without a root"),
        pytest.param(b"<opml>" + b"<!-- a -->" * 90_000 + b"<", id="comments and a broken tag"),
        pytest.param(b"<?a?>" * 190_000, id="instructions"),
        pytest.param(b"<opml " + b"a='' " * 180_000 + b"/>", id="one attribute again and again"),
        pytest.param(b"<opml " + b" ".join(b"a%d=''" % n for n in range(90_000)) + b"/>", id="attributes"),
        pytest.param(b"<opml><outline text='" + b'<a b="' * 150_000, id="tags in an open value"),
        pytest.param(b"<opml><body>" + b"<outline text='<'/>" * 45_000, id="a fault a round"),
        pytest.param(b"<opml>" + b"<outline>" * 100_000, id="nesting"),
        pytest.param(b" " * 999_999 + b"<", id="blanks"),
    ],
)
def test_no_file_within_the_limit_takes_long(body: bytes) -> None:
    assert effort(lambda: lint(body, "feeds.opml")) < 200


@pytest.mark.parametrize(
    ("inside", "rule", "severity", "told"),
    [
        pytest.param(
            "<<<<<<< HEAD\n<outline/>\n=======\n>>>>>>> x", "merge-conflict", Severity.ERROR, "<<<<<<<", id="a merge"
        ),
        pytest.param('outline text="B" xmlUrl="https://b.example/f"/>', "stray-text", Severity.ERROR, "A <", id="no <"),
        pytest.param("see below", "stray-text", Severity.WARNING, '"see below"', id="words"),
        pytest.param("<!-- a -- b -->", "not-well-formed", Severity.ERROR, "hyphens", id="hyphens"),
        pytest.param(
            '<outline text="B" xmlUrl="https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv"/>',
            "page-address",
            Severity.WARNING,
            "videos.xml?channel_id=UC",
            id="a channel's page",
        ),
        pytest.param('<outline type="include" text="B"/>', "include", Severity.ERROR, "no url", id="no url"),
    ],
)
def test_what_editors_do_to_lists_is_named_with_its_mend(inside: str, rule: str, severity: Severity, told: str) -> None:
    body = outlines(f'<outline text="A" xmlUrl="https://a.example/f"/>\n{inside}')

    [fault] = lint(body, "f")

    assert (fault.rule, fault.severity) == (rule, severity)
    assert told in f"{fault.words} {fault.mend}"
    assert fault.line == 4


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/a/b/releases.atom",
        "https://m.example/@me.rss",
        "https://a.wordpress.com/category/x/feed/",
        "https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv",
        "https://www.reddit.com/r/shops/.rss",
    ],
)
def test_a_feed_of_a_known_site_is_not_taken_for_its_page(address: str) -> None:
    assert lint(outlines(f'<outline text="A" xmlUrl="{address}"/>'), "f") == ()


def test_a_list_of_addresses_is_told_how_to_become_a_feed_list() -> None:
    [fault] = lint(b"https://a.example/feed\nhttps://b.example/feed\n", "f")

    assert "dailyten feeds add" in fault.mend
