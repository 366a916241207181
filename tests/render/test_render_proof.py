"""Proof-reading: what `site check` finds, and what it must not complain about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.errors import BadInput
from dailyten.render.proof.check import Proof, proof_read
from dailyten.render.proof.fault import MENDS
from dailyten.render.site import site
from tests.render.sample_edition import NAMES, SETTINGS, candidate, edition, many_editions

HEAD = (
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>T</title><meta name="description" content="d">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<link rel="canonical" href="https://shop.example/news/"></head><body>\n'
)
SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
GOOD = f'{HEAD}<main id="content">\n<h1>Words</h1>\n<p>Text &amp; more, 3 &lt; 4.</p>\n</main>\n</body></html>'


def proof(files: dict[str, str | bytes]) -> Proof:
    every = {path: body if isinstance(body, bytes) else body.encode() for path, body in files.items()}
    return proof_read(every, every.__getitem__)


def found(inside: str, **others: str) -> list[tuple[int, str]]:
    """Give the lines and rules of the faults of a first page with this in its <main>, which is line 4."""
    body = GOOD.replace("</main>", f"{inside}</main>")
    return [(each.line, each.rule) for each in proof({"index.html": body, **others}).faults]


def test_a_sound_page_has_no_faults() -> None:
    assert found("") == []


@pytest.mark.parametrize(
    ("inside", "rule"),
    [
        pytest.param("<div><p>x</p>", "markup", id="never closed"),
        pytest.param("<p>x</b></p>", "markup", id="closes nothing"),
        pytest.param("<p>x<br></br></p>", "markup", id="a void element closed"),
        pytest.param("<div/>", "markup", id="closes itself"),
        pytest.param("<blink>x</blink>", "markup", id="unknown element"),
        pytest.param("<p>a < b</p>", "markup", id="bare less-than"),
        pytest.param("<p>&nosuch;</p>", "markup", id="unknown reference"),
        pytest.param('<p class="a" class="b">x</p>', "attribute", id="attribute twice"),
        pytest.param("<p><span><ul></ul></span></p>", "nesting", id="block in words"),
        pytest.param("<ul><div>x</div></ul>", "nesting", id="list of what is no item"),
        pytest.param("<div><li>x</li></div>", "nesting", id="item without a list"),
        pytest.param('<a href="#content">x <button type="button">y</button></a>', "nesting", id="button in a link"),
        pytest.param("<details><p>x</p></details>", "nesting", id="details without a summary"),
        pytest.param('<p id="content">x</p>', "id", id="id twice"),
        pytest.param('<section aria-labelledby="gone">x</section>', "reference", id="label that is not there"),
        pytest.param("<h3>x</h3>", "heading", id="level left out"),
        pytest.param("<h1>x</h1>", "heading", id="second h1"),
        pytest.param("<h2></h2>", "heading", id="empty heading"),
        pytest.param('<img src="data:,">', "picture", id="picture without alt"),
        pytest.param("<svg><path/></svg>", "picture", id="drawing without a name"),
        pytest.param('<a href="#content"></a>', "name", id="link without words"),
        pytest.param('<a href="#content">Here</a>', "name", id="link that says nothing"),
        pytest.param('<input name="q" type="search">', "name", id="field without a label"),
        pytest.param("<table><tbody><tr><td>x</td></tr></tbody></table>", "table", id="table without heads"),
        pytest.param('<p tabindex="2">x</p>', "keyboard", id="order of the keyboard"),
        pytest.param('<p onclick="x()">x</p>', "script", id="script in an attribute"),
        pytest.param('<a href="javascript:x()">words</a>', "script", id="link to a script"),
        pytest.param('<p style="color:red">x</p>', "script", id="style in an attribute"),
        pytest.param('<a href="gone/">words</a>', "link", id="link to nowhere"),
        pytest.param('<a href="https://shop.example/news/gone">words</a>', "link", id="full link to nowhere"),
        pytest.param('<a href="../escaped">words</a>', "link", id="link out of the folder"),
        pytest.param('<a href="#gone">words</a>', "fragment", id="fragment to nowhere"),
        pytest.param('<img alt="" src="https://cdn.example/x.png">', "foreign", id="picture of another host"),
        pytest.param('<img alt="" src="//cdn.example/x.png">', "foreign", id="another host without a scheme"),
    ],
)
def test_each_fault_is_found_on_its_line(inside: str, rule: str) -> None:
    assert (4 + 2, rule) in found(inside) or (0, rule) in found(inside)


@pytest.mark.parametrize(
    "inside",
    [
        pytest.param('<a href="">same page</a>', id="empty link"),
        pytest.param('<a href="./#content">fragment</a>', id="fragment of a folder"),
        pytest.param(
            '<a href="sub/">folder</a> <a href="sub/index.html">file</a> <a href="sub">no slash</a>', id="folder"
        ),
        pytest.param('<a href="/news/sub/#there">from the root</a>', id="path below the host"),
        pytest.param('<a href="https://shop.example/news/sub/">full</a>', id="full address"),
        pytest.param('<a href="https://else.example/gone">out</a> <a href="mailto:a@b.example">mail</a>', id="outside"),
        pytest.param('<a href="caf%C3%A9.txt">percent</a>', id="percent-encoded"),
        pytest.param(
            '<a href="#content"><svg aria-hidden="true"><path d="M0"/></svg><span>words</span></a>', id="drawing"
        ),
        pytest.param('<label>Words <input name="q"></label>', id="label around"),
        pytest.param('<p>&#8212; &copy; "quotes" & co</p>', id="references"),
    ],
)
def test_what_is_right_is_not_complained_about(inside: str) -> None:
    sub = GOOD.replace("<p>", '<p id="there">')

    assert found(inside, **{"sub/index.html": sub, "café.txt": "x"}) == []


def test_a_page_must_say_its_language_and_let_people_zoom() -> None:
    bad = GOOD.replace(' lang="en"', "").replace("initial-scale=1", "maximum-scale=1")

    assert {each.rule for each in proof({"index.html": bad}).faults} == {"language", "zoom"}


def test_words_outside_landmarks_are_found_but_the_skip_link_is_none() -> None:
    skip = GOOD.replace("<body>", '<body><a href="#content">Skip to the stories</a>')
    stray = GOOD.replace("<body>", "<body><div>Stray</div>")

    assert proof({"index.html": skip}).faults == ()
    assert [each.rule for each in proof({"index.html": stray}).faults] == ["landmark"]


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("feed.xml", "<feed", "not well-formed"),
        ("feed.xml", '<feed xmlns="http://www.w3.org/2005/Atom"><id>a</id><updated>x</updated></feed>', "no title"),
        ("feed.json", "{", "not JSON"),
        (
            "feed.json",
            '{"version":"https://jsonfeed.org/version/1","title":"t","items":[{"content_text":"x"}]}',
            "no id",
        ),
        ("feeds.opml", "<opml><head/></opml>", "no body"),
        ("sitemap.xml", f"<urlset {SITEMAP}><url><loc>https://shop.example/news/gone/</loc></url></urlset>", "no file"),
    ],
)
def test_feeds_and_the_sitemap_are_read_too(path: str, body: str, words: str) -> None:
    faults = proof({"index.html": GOOD, path: body}).faults

    assert len(faults) == 1
    assert words in faults[0].words


def test_weights_are_measured_as_sent_and_limits_are_named() -> None:
    noise = bytes((each * 7919 + each * each // 3) % 251 for each in range(60_000))
    page = GOOD.replace("</head>", '<link rel="icon" href="icon.png"><link rel="stylesheet" href="s.css"></head>')

    told = proof({"index.html": page, "icon.png": noise, "s.css": "p { color: red }\n" * 2_000})

    assert [(each.page, each.rule) for each in told.faults] == [("index.html", "weight"), ("s.css", "weight")]
    assert told.first_page_bytes > 60_000


def test_a_stylesheet_loads_nothing_from_elsewhere() -> None:
    style = '@import "https://fonts.example/a.css";\np { background: url(data:,) }\np { background: url("gone.png") }'

    assert [(each.line, each.rule) for each in proof({"index.html": GOOD, "s.css": style}).faults] == [
        (1, "foreign"),
        (3, "link"),
    ]


def test_a_folder_without_a_first_page_is_no_site() -> None:
    with pytest.raises(BadInput, match="no first page"):
        proof({"about.html": GOOD})


def test_every_rule_says_how_to_mend_it() -> None:
    assert all(words.endswith(".") for words in MENDS.values())


@given(st.binary(max_size=300) | st.text(alphabet="<>/\"'= abpliuh1&;#!-[]", max_size=120).map(str.encode))
def test_no_page_however_broken_stops_the_proof(body: bytes) -> None:
    told = proof({"index.html": GOOD, "odd.html": body, "odd.xml": body, "odd.json": body, "odd.css": body})

    assert told.pages == 2


def test_our_own_site_has_no_faults() -> None:
    crowd = edition(tuple(candidate("corner", f"Story {place} <i>&") for place in range(60)))
    for editions in ([], [edition((), (), entries=0)], [crowd], many_editions(40)):
        files = {page.path: page.body for page in site(editions, SETTINGS, NAMES, feeds_opml=b"<opml><body/></opml>")}

        assert proof_read(files, files.__getitem__).faults == ()
