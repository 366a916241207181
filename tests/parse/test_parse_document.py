from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from dailyten.model.entry import Document, Entry, NotAFeed
from dailyten.model.fetched import Failed, Failure
from dailyten.parse import document as door
from dailyten.parse.document import Parsed, parse
from dailyten.parse.guards import MOST_ENTRIES
from tests.patience import effort

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def read(
    body: str | bytes, *, headers: Mapping[str, str] | None = None, address: str = "https://f.example/feed"
) -> Parsed:
    return parse(body.encode() if isinstance(body, str) else body, headers=headers or {}, address=address, now=NOW)


def document(
    body: str | bytes, *, headers: Mapping[str, str] | None = None, address: str = "https://f.example/feed"
) -> Document:
    found = read(body, headers=headers, address=address)
    assert isinstance(found, Document)
    return found


def rss(inside: str) -> str:
    return f'<rss version="2.0"><channel><title>T</title><link>https://f.example/</link>{inside}</channel></rss>'


@pytest.mark.parametrize(
    ("body", "what"),
    [
        pytest.param(b"", "an empty body", id="nothing"),
        pytest.param(b" \r\n\t", "an empty body", id="white space"),
        pytest.param(b"\xef\xbb\xbf", "an empty body", id="only a mark"),
        pytest.param(b"<!DOCTYPE html><html><body>Hi</body></html>", "a web page", id="page"),
        pytest.param(b"<HTML><HEAD></HEAD></HTML>", "a web page", id="old page"),
        pytest.param(
            b'<!doctype html><html><link rel="alternate" type="application/rss+xml" href="/feed"></html>',
            "a web page",
            id="page that names its feed",
        ),
        pytest.param(b"<!-- x --><script>location='/'</script>", "a web page", id="challenge"),
        pytest.param(
            b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>', "a web page", id="XHTML"
        ),
        pytest.param(b"\x89PNG\r\n\x1a\n", "a picture", id="PNG"),
        pytest.param(b"%PDF-1.7", "a PDF", id="PDF"),
        pytest.param(b"PK\x03\x04", "a ZIP archive", id="ZIP"),
        pytest.param(b"\x1f\x8b\x08\x00", "a gzip archive", id="gzip"),
        pytest.param(b"ab\x00\x00\x01\x02", "binary data", id="bytes"),
        pytest.param(b'<?xml version="1.0"?><opml version="2.0"><body/></opml>', "a list of feeds (OPML)", id="OPML"),
        pytest.param(b"<urlset><url/></urlset>", "a site map", id="sitemap"),
        pytest.param(
            b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description/></rdf:RDF>',
            "an XML document <rdf:RDF>",
            id="other RDF",
        ),
        pytest.param(b'{"error": "not found"}', "JSON that is no feed", id="JSON"),
        pytest.param(b'[{"id": 1}]', "JSON that is no feed", id="JSON list"),
        pytest.param(b'{"items": [{"name": "x"}]}', "JSON that is no feed", id="JSON with other items"),
        pytest.param(b"{broken", "text that is neither XML nor valid JSON", id="braces"),
        pytest.param(b"Service unavailable", "plain text", id="text"),
        pytest.param(b"/etc/passwd", "plain text", id="a path"),
        pytest.param(b"https://f.example/feed", "plain text", id="an address"),
        pytest.param(b"file:///etc/passwd", "plain text", id="a file address"),
    ],
)
def test_what_is_no_feed_says_what_it_was_instead(body: bytes, what: str) -> None:
    assert read(body, headers={"content-type": "application/rss+xml"}) == NotAFeed(what=what)


def test_the_body_is_judged_and_not_what_the_server_calls_it() -> None:
    assert document(rss(""), headers={"content-type": "text/html"}).kind == "rss 2.0"


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        pytest.param(b"x" * 10_000_001, Failure.TOO_BIG, id="more than 10 MB"),
        pytest.param(
            rss("<item " + " ".join(f'a{n}="1"' for n in range(1_001)) + "/>"), Failure.TOO_HARD, id="attributes"
        ),
        pytest.param(rss("<a>" * 2_000 + "</a>" * 2_000), Failure.TOO_HARD, id="nesting"),
        pytest.param(rss("<a>" * 100_000), Failure.TOO_HARD, id="nesting without end"),
        pytest.param(
            '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>'
            + rss("<item><title>&c;</title></item>"),
            Failure.TOO_HARD,
            id="a billion laughs",
        ),
        pytest.param(
            "<!DOCTYPE r [" + "".join(f'<!ENTITY e{n} "x">' for n in range(501)) + "]>" + rss(""),
            Failure.TOO_HARD,
            id="entities",
        ),
        pytest.param(
            '{"version": "https://jsonfeed.org/version/1", "items": [', Failure.UNREADABLE, id="broken JSON Feed"
        ),
        pytest.param('{"items": ' + "[" * 100_000, Failure.TOO_HARD, id="JSON nested without end"),
    ],
)
def test_what_would_cost_too_much_is_refused_at_once(body: str | bytes, failure: Failure) -> None:
    def refuse() -> None:
        found = read(body)
        assert isinstance(found, Failed)
        assert found.failure == failure
        assert found.detail

    assert effort(refuse) < 150


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("<?xml version='1.0'?><!DOCTYPE r [" + "<!-- x -->" * 15_000, id="comments in a document type"),
        pytest.param("<!--" * 200_000, id="comments never closed"),
        pytest.param("<?x " * 200_000, id="instructions never closed"),
        pytest.param(rss("<![CDATA[" * 100_000), id="CDATA never closed"),
        pytest.param("<" * 500_000, id="brackets"),
        pytest.param("<rss " * 100_000, id="roots never closed"),
        pytest.param("&" * 1_000_000, id="ampersands"),
        pytest.param(rss("<item>" + "&#" * 300_000), id="references"),
        pytest.param(" " * 3_000_000 + "<", id="white space"),
        pytest.param("<!DOCTYPE a [" + "'" * 100_000, id="quotes"),
        pytest.param("{" * 100_000, id="braces"),
    ],
)
def test_patterns_do_not_lose_themselves_in_what_is_never_closed(body: str) -> None:
    assert effort(lambda: read(body)) < 150


def test_at_most_two_thousand_entries_are_read_and_the_rest_is_counted() -> None:
    found = document(rss("<item><title>x</title></item>" * (MOST_ENTRIES + 5)))

    assert len(found.entries) == MOST_ENTRIES
    assert "5 entries beyond 2,000 were left out." in found.warnings


def test_of_an_archive_that_lists_the_oldest_first_the_newest_entries_are_read() -> None:
    items = "".join(
        f"<item><title>{n}</title><pubDate>1 Jan {2005 + n // 200} 00:00:00 GMT</pubDate></item>" for n in range(2_400)
    )

    found = document(rss(items))

    assert (found.entries[0].title, found.entries[-1].title) == ("400", "2399")
    assert "400 entries beyond 2,000 were left out." in found.warnings


def test_the_limit_of_entries_holds_for_malformed_documents_too() -> None:
    found = document(rss("<item><title>x<i></title></item>" * (MOST_ENTRIES + 5)))

    assert len(found.entries) == MOST_ENTRIES
    assert "5 entries beyond 2,000 were left out." in found.warnings


def test_link_headers_name_hub_and_self() -> None:
    headers = {"link": '<https://hub.example/>; rel="hub", </feed>; rel=self, <https://x.example/>; rel=next'}

    found = document(rss(""), headers=headers)

    assert (found.hub_url, found.self_url) == ("https://hub.example/", "https://f.example/feed")


def test_the_publishers_hours_and_days_are_hours_of_the_week() -> None:
    found = document(rss("<skipHours><hour>1</hour><hour>24</hour></skipHours><skipDays><day>sunday</day></skipDays>"))

    assert found.quiet_hours[:4] == (0, 1, 24, 25)
    assert found.quiet_hours[-24:] == tuple(range(144, 168))


def test_a_publisher_who_forbids_every_hour_is_not_believed() -> None:
    hours = "".join(f"<hour>{hour}</hour>" for hour in range(24))

    assert document(rss(f"<skipHours>{hours}</skipHours>")).quiet_hours == ()


def test_the_longer_of_two_wishes_counts() -> None:
    period = '<sy:updatePeriod xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">daily</sy:updatePeriod>'

    assert document(rss(f"<ttl>60</ttl>{period}")).ttl_minutes == 1_440
    assert document(rss("<ttl>soon</ttl>")).ttl_minutes is None


def test_relative_links_of_a_file_start_from_the_home_page() -> None:
    found = document(
        rss('<item><link>/x</link><description>&lt;a href="y"&gt;y&lt;/a&gt;</description></item>'), address="feed.xml"
    )

    assert found.entries[0].url == "https://f.example/x"
    assert 'href="https://f.example/y"' in found.entries[0].html


def test_a_language_that_nobody_names_is_heard_from_the_words() -> None:
    words = "Les petits commerces publient davantage depuis que la plateforme a changé ses règles cette semaine."

    assert (
        document(rss(f"<item><title>Une nouvelle</title><description>{words}</description></item>")).entries[0].language
        == "fr"
    )


def test_too_few_words_prove_no_language() -> None:
    assert document(rss("<item><title>OK</title></item>")).entries[0].language == ""


def test_a_sign_off_is_no_part_of_a_summary() -> None:
    text = "News. Der Beitrag Brot erschien zuerst auf Backstube."

    assert document(rss(f"<item><description>{text}</description></item>")).entries[0].summary == "News."


def test_dates_that_were_doubted_are_counted_in_the_warnings() -> None:
    items = "<item><title>x</title><pubDate>Sun, 17 May 2099 06:00:00 GMT</pubDate></item>" * 2

    found = document(rss(items))

    assert found.warnings == ("2 dates: lies more than a day ahead",)
    assert found.entries[0].published_at is None


def test_names_are_given_without_their_mail_addresses() -> None:
    authors = "<author>a@f.example (Ann)</author><author>Bo &lt;b@f.example&gt;</author><author>c@f.example</author>"

    assert document(rss(f"<item><title>x</title>{authors}</item>")).entries[0].authors == ("Ann", "Bo", "c@f.example")


def test_a_hidden_control_character_is_found_behind_every_escape() -> None:
    tricks = "&#x202e; &amp;#x202e; &amp;amp;#x202e; &#8238; \u202e"

    found = document(rss(f"<item><title>{tricks}</title><description>{tricks}</description></item>")).entries[0]

    assert "\u202e" not in found.title + found.summary + found.html


def test_an_unknown_namespace_on_the_root_is_the_formats_own() -> None:
    body = (
        '<rss version="2.0" xmlns="https://specs.example/rss"><channel><item><title>In</title></item></channel></rss>'
    )

    assert document(body).entries[0].title == "In"


def test_a_media_title_does_not_replace_the_title() -> None:
    item = (
        '<item xmlns:media="http://search.yahoo.com/mrss/"><media:title>File</media:title><title>Story</title></item>'
    )

    assert document(rss(item)).entries[0].title == "Story"


def test_a_reader_that_fails_is_a_value_and_no_exception(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_text: str, _address: str) -> None:
        raise KeyError("surprise")

    monkeypatch.setattr(door, "_strictly", fail)

    found = read(rss(""))

    assert isinstance(found, Failed)
    assert found.failure == Failure.UNREADABLE


def entry(inside: str, outside: str = "") -> Entry:
    return document(rss(f"<item>{inside}</item>").replace('version="2.0"', f'version="2.0" {outside}')).entries[0]


def atom_entry(inside: str) -> Entry:
    return document(f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id>{inside}</entry></feed>').entries[0]


@pytest.mark.parametrize("guid", ["12345", "abc", "t3_1x9", "&lt;a href='/x'&gt;", "Sale / 3"])
def test_a_guid_that_is_no_address_makes_no_link_that_leads_nowhere(guid: str) -> None:
    assert entry(f"<title>a</title><guid>{guid}</guid>").url == ""


def test_a_guid_that_is_said_to_be_no_link_is_none() -> None:
    guid = '<guid isPermaLink="false">https://f.example/?p=1</guid>'

    assert entry(f"<title>a</title>{guid}").url == ""
    assert entry(f'{guid}<enclosure url="/a.mp3" type="audio/mpeg" length="1"/>').url == "https://f.example/a.mp3"
    assert entry("<title>a</title><guid>https://f.example/?p=1</guid>").url == "https://f.example/?p=1"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Ann Lee, ann@f.example", "Ann Lee"),
        ("Ann Lee (mailto:ann@f.example)", "Ann Lee"),
        ("ann@f.example (Ann Lee (Ms))", "Ann Lee (Ms)"),
        ('"Lee, Ann" &lt;ann@f.example&gt;', "Lee, Ann"),
        ("mailto:Ann%20Lee%20%3Cann%40f.example%3E?subject=Hi", "Ann Lee"),
        ("mailto:ann@f.example", "ann@f.example"),
        ("&lt;ann@f.example&gt;", "ann@f.example"),
        ("ann@f.example ()", "ann@f.example"),
        ("Ann Lee @annlee", "Ann Lee @annlee"),
        ("R@dio Town", "R@dio Town"),
        ("a@f.example, b@f.example", "a@f.example, b@f.example"),
    ],
)
def test_an_author_is_the_name_beside_a_mail_address(written: str, name: str) -> None:
    assert entry(f"<title>a</title><author>{written}</author>").authors == (name,)


def test_an_author_written_in_html_is_its_words() -> None:
    said = "&lt;a href=&quot;/ann&quot;&gt;Ann Lee&lt;/a&gt; (Leeds), &lt;b&gt;Bo&lt;/b&gt;"

    assert entry(f"<title>a</title><author>{said}</author>").authors == ("Ann Lee (Leeds), Bo",)


def test_a_plain_date_is_when_an_entry_was_published_where_nothing_better_says_it() -> None:
    assert entry("<title>a</title><date>May 17, 2026</date>").published_at == datetime(2026, 5, 17, tzinfo=UTC)


def test_a_relative_link_starts_from_the_site_that_the_feed_names() -> None:
    body = rss("<item><title>a</title><link>post/1</link></item>")

    found = document(body, address="https://feeds.elsewhere.example/all/f.xml")

    assert found.entries[0].url == "https://f.example/post/1"


def test_a_relative_link_of_atom_starts_from_the_document_as_the_standard_says() -> None:
    links = '<link href="https://f.example/"/><entry><id>1</id><link href="post/1"/></entry>'

    found = document(f'<feed xmlns="http://www.w3.org/2005/Atom">{links}</feed>', address="https://g.example/all/f.xml")

    assert found.entries[0].url == "https://g.example/all/post/1"


def test_one_author_and_tags_in_one_string_are_read_in_a_json_feed_too() -> None:
    item = '{"id": 1, "title": "a", "authors": {"name": "Ann"}, "tags": "ads, video"}'

    found = document(f'{{"version": "https://jsonfeed.org/version/1.1", "items": [{item}]}}').entries[0]

    assert (found.authors, found.tags) == (("Ann",), ("ads", "video"))


def test_the_address_of_an_authors_page_is_nobodys_name() -> None:
    assert atom_entry("<author><uri>/people/ann</uri></author>").authors == ()
    assert atom_entry("<author><name>Ann</name><uri>/people/ann</uri></author>").authors == ("Ann",)


def test_categories_inside_categories_are_tags_too() -> None:
    space = 'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    inside = '<itunes:category text="Business"><itunes:category text="Marketing"/></itunes:category>'

    assert entry(f"<title>a</title>{inside}", space).tags == ("Business", "Marketing")


def test_what_a_cut_off_document_has_of_its_last_tag_is_no_title() -> None:
    found = document('<rss version="2.0"><channel><title>T</title><item><title>One</title></item><item><title><![CD')

    assert found.entries[0].title == "One"
    assert not any("CD" in each.title for each in found.entries)


def test_text_encoded_twice_and_written_as_references_is_repaired() -> None:
    assert entry("<description>it&#226;&#128;&#153;s &#226;&#130;&#172;5</description>").html == "it\u2019s \u20ac5"


def test_a_picture_that_is_not_even_base64_is_no_text_either() -> None:
    assert atom_entry('<content type="image/png">iVBORw0K*</content><summary>Words</summary>').html == "Words"


def test_a_guid_with_a_path_is_a_permalink_of_the_feeds_own_site() -> None:
    assert entry("<guid>/post/1</guid>").url == "https://f.example/post/1"


@pytest.mark.parametrize("host", ["feedproxy.google.com/~r/x/1", "feeds.feedburner.com/~r/x/1"])
def test_a_link_that_only_counts_clicks_gives_way_to_the_page_that_the_publisher_names(host: str) -> None:
    space = 'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
    inside = f"<link>http://{host}</link><feedburner:origLink>https://f.example/1</feedburner:origLink>"

    assert entry(inside, space).url == "https://f.example/1"
    assert entry(f"<link>http://{host}</link>").url == f"http://{host}"


def test_a_relation_may_be_written_with_the_address_of_its_registry() -> None:
    link = '<link rel="http://www.iana.org/assignments/relation/alternate" href="/h"/>'

    assert atom_entry(link).url == "https://f.example/h"


def test_a_picture_in_base64_is_no_text() -> None:
    read = atom_entry('<content type="image/png">iVBORw0KGgo=</content><summary>Words</summary>')

    assert (read.html, read.summary) == ("Words", "Words")


def test_a_category_is_its_own_words_and_not_those_of_what_a_publisher_put_inside() -> None:
    assert entry("<category>Shops <image><url>https://f.example/i.png</url></image></category>").tags == ("Shops",)


@pytest.mark.parametrize("space", ["http://www.w3.org/1999/xhtml", "http://www.itunes.com/dtds/podcast-1.0.dtd"])
def test_a_feed_in_the_namespace_of_something_else_is_still_a_feed(space: str) -> None:
    found = document(
        f'<rss version="2.0" xmlns="{space}"><channel><title>T</title><item><title>a</title></item></channel></rss>'
    )

    assert (found.title, [each.title for each in found.entries]) == ("T", ["a"])


def test_an_entry_in_a_namespace_of_its_own_is_read() -> None:
    assert document(rss('<item xmlns="urn:ours"><title>a</title></item>')).entries[0].title == "a"


def test_a_title_that_nobody_can_see_is_none() -> None:
    assert entry("<title>\u200b \u200d\u2060</title><description>Words</description>").title == ""


def test_a_feed_after_a_page_of_white_space_is_read() -> None:
    assert document("\n" * 70_000 + rss("<item><title>a</title></item>")).entries[0].title == "a"


@pytest.mark.parametrize("halves", ["&#xD83D;&#xDE00;", "&#55357;&#56832;"])
def test_a_character_written_as_its_two_halves_is_put_together(halves: str) -> None:
    assert entry(f"<title>a {halves}</title>").title == "a \U0001f600"
    assert "\ufffd" in entry("<title>a &#55357;b</title>").title


def dated(title: str, date: str) -> str:
    when = f"<pubDate>{date} Nov 2026 10:00:00 GMT</pubDate>"
    return f"<item><title>{title}</title>{when}<description>Words</description></item>"


def test_entries_that_a_publisher_dates_anew_at_every_reading_keep_their_keys() -> None:
    """Neither guid nor link, and "now" for a date: without this each reading would bring all of them again."""
    monday, tuesday = (document(rss(dated("One", day) + dated("Two", day))).entries for day in ("02", "03"))

    assert [entry.key for entry in monday] == [entry.key for entry in tuesday]
    assert len({entry.key for entry in monday}) == 2


def test_a_constant_headline_with_constant_words_is_told_apart_by_its_date() -> None:
    offers = document(rss(dated("Daily offer", "02") + dated("Daily offer", "03"))).entries

    assert len({entry.key for entry in offers}) == 2
