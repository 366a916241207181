import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dailyten.parse import clean
from dailyten.parse.clean import plain_title, sanitise, summary_from, text_as_html, words_of
from tests.patience import effort

BASE = "https://shop.example/post/"


@pytest.mark.parametrize(
    ("hostile", "expected"),
    [
        pytest.param("<p>a<script>alert(1)</script>b</p>", "<p>ab</p>", id="script"),
        pytest.param("<p>a<style>p{}</style>b</p>", "<p>ab</p>", id="style"),
        pytest.param('<iframe src="https://x.example"></iframe>b', "b", id="frame"),
        pytest.param('<object data="x.swf"><embed src="x"></object>b', "b", id="object"),
        pytest.param('<form action="/x"><input value="1"><button>Go</button>text</form>', "text", id="form"),
        pytest.param('<p onclick="x()" style="color:red" class="c" id="i">b</p>', "<p>b</p>", id="attributes"),
        pytest.param('<svg onload="x()"><script>x()</script></svg>b', "b", id="svg"),
        pytest.param('<a href="javascript:x()">b</a>', '<a rel="noopener noreferrer nofollow">b</a>', id="javascript"),
        pytest.param('<a href="java&#10;script:x()">b</a>', '<a rel="noopener noreferrer nofollow">b</a>', id="split"),
        pytest.param('<img src="data:image/png;base64,xx" alt="a">b', "b", id="data picture"),
        pytest.param('<img src="x" onerror="y()">', '<img src="https://shop.example/post/x">', id="onerror"),
        pytest.param("<!-- secret -->b", "b", id="comment"),
        pytest.param(
            '<meta http-equiv="refresh" content="0;url=x"><base href="https://evil.example/">b', "b", id="meta"
        ),
        pytest.param("<math><mtext><img src=x onerror=y></mtext></math>b", "b", id="math"),
    ],
)
def test_nothing_that_acts_comes_through(hostile: str, expected: str) -> None:
    assert sanitise(hostile, BASE).html == expected


def test_links_are_absolute_without_trackers_and_give_no_referrer() -> None:
    found = sanitise('<a href="../a?utm_source=x&amp;b=1" target="_blank">a</a>', BASE).html

    assert found == '<a href="https://shop.example/a?b=1" rel="noopener noreferrer nofollow">a</a>'


def test_a_link_to_write_a_mail_stays() -> None:
    assert 'href="mailto:a@b.example"' in sanitise('<a href="mailto:a@b.example">a</a>', BASE).html


def test_a_relative_link_without_a_base_loses_its_address() -> None:
    assert sanitise('<a href="/a">a</a>', "").html == '<a rel="noopener noreferrer nofollow">a</a>'


@pytest.mark.parametrize(
    "pixel",
    [
        '<img src="https://px.example/t.gif" width="1" height="1">',
        '<img src="https://px.example/t.gif" width="0">',
        '<img src="https://px.example/t.gif" height="1px">',
        '<img src="https://px.example/t.gif" style="display:none">',
        '<img src="https://pixel.wp.com/b.gif?host=x">',
        '<img alt="nothing to see">',
        "<img>",
    ],
)
def test_pictures_that_only_count_readers_are_dropped_with_their_paragraph(pixel: str) -> None:
    assert sanitise(f"<p>a</p><p>{pixel}</p>", BASE).html == "<p>a</p>"


def test_a_link_around_a_pixel_goes_with_it() -> None:
    markup = '<a href="https://ads.example/"><img src="https://px.example/t.gif" width="1" height="1"></a>b'

    assert sanitise(markup, BASE).html == "b"


def test_a_picture_that_waits_for_a_script_gets_its_real_address() -> None:
    markup = (
        '<img src="data:image/gif;base64,R0" data-src="/real.jpg" alt="A"><noscript><img src="/real.jpg"></noscript>'
    )

    assert sanitise(markup, BASE).html == '<img alt="A" src="https://shop.example/real.jpg">'


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param('<p>Before</p><iframe src="/v"/><p>After</p>', "<p>Before</p><p>After</p>", id="frame, XML's way"),
        pytest.param('Before <iframe src="/v"> <b>After</b>', "Before  <b>After</b>", id="frame never closed"),
        pytest.param('<iframe src="/1"></iframe>a<iframe src="/2">b', "ab", id="the second frame never closed"),
        pytest.param("Before<noscript/>After", "BeforeAfter", id="noscript"),
        pytest.param('Before<script src="/s.js"/> After', "Before After", id="script, XML's way"),
        pytest.param('a<script src="/s"/>b<script>x()</script>c', "abc", id="a script behind an empty one"),
    ],
)
def test_a_tag_that_is_never_closed_swallows_nothing_that_follows(markup: str, expected: str) -> None:
    assert sanitise(markup, BASE).html == expected


@pytest.mark.parametrize("markup", ["a<script>x()", "a<style>b {}", "a<script>x()</script>", "a<script src='/s'>x()"])
def test_code_is_swallowed_even_if_its_tag_is_never_closed(markup: str) -> None:
    assert sanitise(markup, BASE).html == "a"


def test_a_tag_that_another_one_hid_is_cleaned_like_any() -> None:
    assert "script" not in sanitise("<scr<iframe>ipt>alert(1)</scr<iframe>ipt>words", BASE).html


def test_text_in_a_second_cdata_mark_is_kept() -> None:
    assert sanitise("<![CDATA[ All of <b>it</b> ]]>", BASE).html == "All of <b>it</b>"
    assert clean.plain_title("<![CDATA[Reels & shops]]>") == "Reels & shops"


@pytest.mark.parametrize(
    "markup", ["<div></div>", "<p> </p>", "<p>&nbsp;</p>", "<div><svg/></div>", "<a href='/x'></a>"]
)
def test_markup_that_shows_nothing_is_nothing(markup: str) -> None:
    assert sanitise(markup, BASE).html == ""


@pytest.mark.parametrize("markup", ['<p><img src="/a.png"></p>', '<video src="/a.mp4"></video>'])
def test_markup_that_shows_a_picture_or_a_film_is_something(markup: str) -> None:
    assert "https://shop.example/a." in sanitise(markup, BASE).html


def test_text_that_looks_like_an_attribute_is_not_touched() -> None:
    assert sanitise('<p>write href="/x?utm_source=y" so</p>', BASE).html == '<p>write href="/x?utm_source=y" so</p>'


def test_what_was_escaped_twice_is_unescaped_once() -> None:
    found = sanitise("&lt;p&gt;a &amp;amp; b&lt;/p&gt;", BASE)

    assert found.html == "<p>a &amp; b</p>"
    assert found.repair == clean.ESCAPED_TWICE


def test_an_escaped_tag_inside_real_markup_is_what_the_author_writes_about() -> None:
    assert sanitise("<p>Use &lt;b&gt;x&lt;/b&gt;</p>", BASE).html == "<p>Use &lt;b&gt;x&lt;/b&gt;</p>"


@pytest.mark.parametrize(
    "monster",
    [
        pytest.param("<div>" * 50_000 + "deep", id="nested"),
        pytest.param("<b><i><u>" * 20_000 + "deep", id="formatting"),
        pytest.param("<p " + " ".join(f"a{n}" for n in range(60_000)) + ">deep</p>", id="attributes without values"),
        pytest.param("<p " + " ".join(f"a{n}=1" for n in range(40_000)) + ">deep</p>", id="attributes"),
        pytest.param("<img" * 70_000 + " style=display deep", id="unclosed pictures"),
        pytest.param("<p" * 140_000 + "deep", id="unclosed tags"),
        pytest.param("<!--" * 70_000 + "deep &lt;", id="unclosed comments"),
        pytest.param("&lt;p" * 60_000, id="escaped and unclosed"),
        pytest.param("<p>" * 100_000, id="paragraphs"),
        pytest.param("<table>" * 40_000, id="tables"),
    ],
)
def test_monstrous_markup_is_taken_down_in_no_time(monster: str) -> None:
    def take_down() -> None:
        assert "<script" not in sanitise(monster, BASE).html
        summary_from(monster)
        clean.says_html(monster)

    assert effort(take_down) < 150


def test_html_too_long_is_cut_and_says_so() -> None:
    found = sanitise("<p>word</p>" * 100_000, BASE)

    assert len(found.html) <= clean.MOST_HTML
    assert found.html.endswith("</p>")
    assert found.repair == clean.TOO_LONG


HOSTILE = st.lists(
    st.sampled_from(
        """<script> </script> <style> </style> <a href=" javascript: " > <img src=x onerror=y> <svg> <math> <!-- --> <p
        </p> <iframe srcdoc= <b onclick= ' " ` &lt; &#x3c; script: data: <template> <noscript> <textarea> </title> <xmp>
        <![CDATA[ ]]> &colon; \x00 \u202e <table> <select> <form> href=""".split(" ")
    )
    | st.text(max_size=4)
).map("".join)
ALLOWED = re.compile(r"</?([a-z0-9]+)((?: [a-z-]+=\"[^\"<>]*\")*)>")


@settings(max_examples=300)
@given(HOSTILE)
def test_only_allowed_tags_attributes_and_schemes_come_out(markup: str) -> None:
    found = sanitise(markup, BASE).html

    rest = ALLOWED.sub("", found)
    assert "<" not in rest
    for tag, attributes in ALLOWED.findall(found):
        assert tag in clean.TAGS
        for name, value in re.findall(r" ([a-z-]+)=\"([^\"]*)\"", attributes):
            assert name in clean.ATTRIBUTES.get(tag, set()) | clean.ATTRIBUTES["*"] | {"rel"}
            assert name not in ("href", "src") or value.startswith(("https://", "http://", "mailto:"))


@given(HOSTILE)
def test_sanitising_again_changes_nothing(markup: str) -> None:
    once = sanitise(markup, BASE).html

    assert sanitise(once, BASE).html == once


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Salt &amp; pepper", "Salt & pepper"),
        ("It&#8217;s &quot;new&quot;", 'It\u2019s "new"'),
        ("<b>Bold</b> &lt;i&gt;", "Bold <i>"),
        ("List<String> and a < b", "List<String> and a < b"),
        ("AT&T & R&D", "AT&T & R&D"),
        ("one\n two\t three", "one two three"),
        ("safe\u202etxt.exe\u2066", "safetxt.exe"),
        ("\u0093quoted\u0094", "\u201cquoted\u201d"),
        ("bell\x07", "bell"),
        ("Gr\u00c3\u00b6\u00c3\u0178e", "Größe"),
        ("NÃO é", "NÃO é"),
        ("<img src=x alt=y>", ""),
    ],
)
def test_a_title_is_plain_text(written: str, expected: str) -> None:
    assert plain_title(written) == expected


def test_a_title_declared_as_text_may_write_about_a_tag() -> None:
    assert plain_title("The <b> tag", is_text=True) == "The <b> tag"


def test_an_endless_title_is_cut() -> None:
    assert len(plain_title("x" * 100_000)) == clean.MOST_TITLE


def test_a_summary_is_plain_short_and_keeps_words_apart() -> None:
    found = summary_from("<p>One</p><p>tw<b>o</b>,<br>three</p>" + "<p>word</p>" * 9_000)

    assert found.startswith("One two, three word")
    assert len(found) <= clean.MOST_SUMMARY


def test_plain_text_keeps_its_paragraphs_as_html() -> None:
    assert text_as_html("a < b\n\nc\nd") == "<p>a &lt; b</p><p>c<br>d</p>"


@given(st.text())
def test_plain_text_says_the_same_words_as_html(text: str) -> None:
    assert words_of(text_as_html(text)) == " ".join(words_of(text_as_html(text)).split())


@pytest.mark.parametrize(
    "markup", ["<pre>" + "word " * 4_000 + "</pre>", "<b>a</b> " + "word " * 2_398 + "<b>cut</b> off" * 9]
)
def test_a_long_text_in_one_element_has_a_summary_of_its_first_words(markup: str) -> None:
    summary = summary_from(markup)

    assert "word word" in summary
    assert "<" not in summary
