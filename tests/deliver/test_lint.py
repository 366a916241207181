import re
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from dailyten.deliver.contrast import colour_of, contrast, inverted
from dailyten.deliver.dkim import DkimKey, sign
from dailyten.deliver.findings import Finding, Severity
from dailyten.deliver.line import Line
from dailyten.deliver.lint import lint
from dailyten.deliver.message import address_to, write_letter
from dailyten.deliver.sender import SenderSettings
from tests.deliver.letters import EDITION, NOW, SENDER, delivery_to, recipient_of

KEY = DkimKey(domain="example.com", selector="s", key=ed25519.Ed25519PrivateKey.generate())
SUBJECT = "Ten stories for your corner shop"
STORY = "A short story about a small shop that learned to post less and to answer more, told in a few plain words."
HTML = f"""<!DOCTYPE html>
<html lang="en" dir="ltr"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<title>{SUBJECT}</title>
<style>@media (prefers-color-scheme: dark) {{ .paper {{ background-color: #111111 !important }}
.ink, a.ink {{ color: #eeeeee !important }} }}</style></head>
<body><div lang="en" dir="ltr">
<div style="display:none">Ten short stories, nine minutes, and none of them twice.&#847;&#847;</div>
<table role="presentation" class="paper" width="600" bgcolor="#fafafa"><tr><td>
<h1 class="ink" style="color:#222222;font-size:28px">Corner Shop Daily</h1>
<h2 class="ink" style="color:#222222;font-size:20px">The first story</h2>
<p class="ink" style="color:#222222;font-family:Georgia,serif">{STORY} {STORY}</p>
<p class="ink" style="color:#222222">
<a class="ink" style="color:#003366" href="https://news.example.net/1">The first story at the source</a></p>
<img src="https://www.example.com/plot.png" alt="Posts a week: 3 to 5" width="560">
<p class="ink" style="color:#222222;font-size:14px">You get this because you asked for it. 1 High Street, Exampleton.
<a class="ink" style="color:#003366" href="https://www.example.com/daily/">Read in a browser</a>
<a class="ink" style="color:#003366" href="https://news.example.com/unsubscribe/1">Unsubscribe</a></p>
</td></tr></table></div></body></html>"""
TEXT = f"""Corner Shop Daily

1. The first story
{STORY[:70]}
{STORY[70:]}
{STORY[:70]}
{STORY[70:]}
https://news.example.net/1

You get this because you asked for it. 1 High Street, Exampleton.
Read in a browser:
https://www.example.com/daily/
Unsubscribe:
https://news.example.com/unsubscribe/1
"""

Change = Callable[[str], str]


def made(html: str = HTML, text: str = TEXT, subject: str = SUBJECT, sender: SenderSettings = SENDER) -> bytes:
    letter = write_letter(subject=Line(subject), text=text, html=html, sender=sender, edition_id=EDITION)
    return sign(address_to(recipient_of(delivery_to("ann@example.org")), letter).content, (KEY,), NOW)


def rules(found: tuple[Finding, ...], severity: Severity | None = None) -> set[str]:
    return {each.rule for each in found if severity in (None, each.severity)}


def with_html(old: str, new: str) -> bytes:
    assert old in HTML
    return made(HTML.replace(old, new))


def test_a_good_mail_has_no_finding() -> None:
    assert lint(made(), SENDER) == ()


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        pytest.param("html_size", "</div></body>", "<p>&#8203;</p>" * 8000 + "</div></body>", id="too big"),
        pytest.param("c1_controls", "</body>", "\x85</body>", id="C1 controls"),
        pytest.param("style_size", "<style>", "<style>" + "p.x{color:#222222}\n" * 900, id="too much style"),
        pytest.param("style_place", "<h1", "<style>p{}</style><h1", id="style in the body"),
        pytest.param("nested_at_rule", "<style>", "<style>@media screen{@font-face{}}", id="nested at-rules"),
        pytest.param("colour_notation", "#222222", "rgb(0 0 0 / 1)", id="rgb with blanks"),
        pytest.param("import", "<style>", "<style>@import url(x.css);", id="an imported style"),
        pytest.param("html_lang", ' lang="en" dir="ltr"><head', "><head", id="no language"),
        pytest.param("wrapper_lang", '<div lang="en" dir="ltr">', "<div>", id="no language inside the body"),
        pytest.param("title", SUBJECT, "", id="no title"),
        pytest.param("forbidden_tag", "</body>", "<script>1</script></body>", id="a script"),
        pytest.param("forbidden_tag", "</body>", "<form></form></body>", id="a form"),
        pytest.param("script_attribute", "<h1", '<h1 onclick="x()"', id="a handler"),
        pytest.param("table_width", ' width="600"', "", id="no width"),
        pytest.param("table_role", ' role="presentation"', "", id="a table read as one"),
        pytest.param("alt", ' alt="Posts a week: 3 to 5"', "", id="no alt text"),
        pytest.param("image_width", ' width="560"', ' width="100%"', id="a width in percent"),
        pytest.param("pixel", ' width="560"', ' width="1"', id="an open pixel"),
        pytest.param("data_image", "https://www.example.com/plot.png", "data:image/png;base64,xx", id="a data image"),
        pytest.param("one_h1", "<h2", "<h1>again</h1><h2", id="two first headings"),
        pytest.param("heading_levels", "h2", "h4", id="a level skipped"),
        pytest.param("empty_link", ">The first story at the source<", "><", id="a link without words"),
        pytest.param(
            "image_link",
            ">The first story at the source<",
            '><img src="x.png" alt="words" width="9"><',
            id="image link",
        ),
        pytest.param("link_scheme", "https://news.example.net/1", "/1", id="a relative link"),
        pytest.param("link_scheme", "https://news.example.net/1", "javascript:alert(1)", id="a script for a link"),
        pytest.param("placeholder", "https://news.example.net/1", "https://personal.invalid/x", id="a place left open"),
        pytest.param(
            "private_link", "https://news.example.com/unsub", "http://127.0.0.1/unsub", id="a private farewell"
        ),
        pytest.param("unsubscribe", ">Unsubscribe<", ">Bye<", id="no way out"),
        pytest.param("postal_address", "1 High Street", "2 High Street", id="no postal address"),
        pytest.param("reason", "You get this because you asked for it.", "", id="no reason"),
        pytest.param("images_off", f"{STORY} {STORY}", "", id="nothing without images"),
        pytest.param("css_position", "font-size:28px", "position:absolute", id="positions"),
        pytest.param("css_float", "font-size:28px", "float:left", id="floats"),
        pytest.param("css_display", "font-size:28px", "display:grid", id="grids"),
        pytest.param("small_text", "font-size:14px", "font-size:11px", id="small print"),
        pytest.param("contrast", "color:#222222;font-family", "color:#999999;font-family", id="pale text"),
        pytest.param("contrast", ".ink, a.ink", ".none", id="dark text in dark mode"),
    ],
)
def test_what_must_not_be_sent_is_an_error(rule: str, old: str, new: str) -> None:
    assert rule in rules(lint(with_html(old, new), SENDER), Severity.ERROR)


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        pytest.param("raw_characters", "short story", "größe story", id="raw characters"),
        pytest.param("web_font", "<style>", "<style>@font-face{src:url(x)}", id="web fonts"),
        pytest.param("media_query", "<style>", "<style>@media (hover: hover){p{}}", id="a rare media query"),
        pytest.param("css_variables", "color:#222222;font-family", "color:var(--ink);font-family", id="variables"),
        pytest.param("color_scheme", '<meta name="color-scheme" content="light dark">', "", id="no colour scheme"),
        pytest.param("table_wide", ' width="600"', ' width="800"', id="too wide"),
        pytest.param("alt_file_name", "Posts a week: 3 to 5", "plot.png", id="a file name for an alt text"),
        pytest.param("image_kind", "plot.png", "plot.webp", id="a rare kind of image"),
        pytest.param("link_words", "The first story at the source", "Click here", id="click here"),
        pytest.param("same_words", ">Read in a browser<", ">Unsubscribe<", id="one text, two places"),
        pytest.param("phishing", "The first story at the source", "www.bank.example", id="another address shown"),
        pytest.param("shortener", "https://news.example.net/1", "https://bit.ly/1", id="a shortener"),
        pytest.param("anchor", "https://news.example.net/1", "#top", id="an anchor"),
        pytest.param("http_link", "https://news.example.net/1", "http://news.example.net/1", id="not private"),
        pytest.param("private_link", "https://news.example.net/1", "http://10.0.0.1/", id="a publisher's private link"),
        pytest.param("preheader_length", "Ten short stories, nine minutes, and none", "None", id="a short preheader"),
        pytest.param("view_in_browser", "Read in a browser", "The site", id="no browser link"),
        pytest.param("css_display", "font-size:28px", "display:flex", id="flex"),
        pytest.param("css_text_align", "font-size:28px", "text-align:justify", id="justified"),
        pytest.param("css_text_transform", "font-size:28px", "text-transform:uppercase", id="capitals"),
        pytest.param("css_font_family", "Georgia,serif", "Georgia", id="no generic font"),
    ],
)
def test_what_could_be_better_is_a_warning(rule: str, old: str, new: str) -> None:
    found = lint(with_html(old, new), SENDER)

    assert rule in rules(found, Severity.WARNING)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        pytest.param("text_share", "Hello.\nUnsubscribe:\nhttps://news.example.com/u\n", id="hardly any"),
        pytest.param(
            "text_unsubscribe", TEXT.replace("Unsubscribe", "Bye").replace("unsubscribe", "u"), id="no way out"
        ),
        pytest.param("text_markup", TEXT + "<p>a</p><p>b</p>&amp;\n", id="markup"),
        pytest.param("placeholder", TEXT + "https://personal.invalid/x\n", id="a place left open"),
    ],
)
def test_a_poor_text_part_is_an_error(rule: str, text: str) -> None:
    assert rule in rules(lint(made(text=text), SENDER), Severity.ERROR)


def test_one_publishers_odd_title_stops_no_edition() -> None:
    text = TEXT.replace("The first story", "R&amp;D with {{ curly }} tags", 1)

    assert rules(lint(made(text=text), SENDER)) == {"text_markup", "placeholder"}
    assert rules(lint(made(text=text), SENDER), Severity.ERROR) == set()


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        pytest.param("header_missing", lambda raw: re.sub(rb"(?m)^Feedback-ID: [^\n]*\n", b"", raw), id="one missing"),
        pytest.param("header_twice", lambda raw: raw.replace(b"To: ", b"To: x@example.org\r\nTo: "), id="one twice"),
        pytest.param("one_click", lambda raw: re.sub(rb"(?m)^List-Unsubscribe-Post[^\n]*\n", b"", raw), id="no click"),
        pytest.param(
            "unsubscribe_pages", lambda raw: raw.replace(b"<mailto:unsub", b"<https://x.example/"), id="two pages"
        ),
        pytest.param(
            "unsubscribe_scheme", lambda raw: raw.replace(b"<https://news.example.com/u", b"<http://x/u"), id="http"
        ),
        pytest.param(
            "from_domain", lambda raw: raw.replace(b"<daily@example.com>", b"<daily@other.example>"), id="from"
        ),
        pytest.param(
            "message_id_domain", lambda raw: re.sub(rb"@example.com>\r\nList-U", b"@x.net>\r\nList-U", raw), id="id"
        ),
        pytest.param("dkim_cover", lambda raw: raw.replace(b"list-unsubscribe-post:", b""), id="one not signed"),
        pytest.param("dkim_alignment", lambda raw: raw.replace(b"d=example.com", b"d=relay.example"), id="another's"),
        pytest.param("charset", lambda raw: raw.replace(b'text/html; charset="utf-8"', b"text/html"), id="charset"),
        pytest.param("text_first", lambda raw: raw.replace(b"text/plain", b"text/html", 1), id="no text part"),
        pytest.param(
            "line_length", lambda raw: raw.replace(b"Subject: ", b"Subject: " + b"x" * 1000), id="a long line"
        ),
        pytest.param("line_ends", lambda raw: raw.replace(b"\r\nTo:", b"\nTo:"), id="a lone line feed"),
        pytest.param("alternative", lambda raw: raw.replace(b"multipart/alternative", b"multipart/mixed"), id="mixed"),
    ],
)
def test_a_bad_head_or_frame_is_an_error(rule: str, change: Callable[[bytes], bytes]) -> None:
    content = made()
    changed = change(content)
    assert changed != content

    found = rules(lint(changed, SENDER), Severity.ERROR)
    assert rule in found or (rule == "text_first" and "text_missing" in found)


def test_a_mail_nobody_signed_is_a_warning_for_the_mail_server_may_sign_it() -> None:
    unsigned = made().partition(b"\r\nFrom:")
    content = b"From:" + unsigned[2]

    assert rules(lint(content, SENDER)) == {"no_dkim"}


def test_every_finding_names_its_source_and_errors_come_first() -> None:
    found = lint(made(HTML.replace("lang", "long").replace("#222222", "#888888")), SENDER)

    assert all(each.source for each in found)
    assert [each.severity for each in found] == sorted((each.severity for each in found), key=str)


@pytest.mark.parametrize(
    "content", [b"", b"\r\n", b"nonsense", b"Subject: x\r\n\r\n\xff\xfe", b"Content-Type: x/y\r\n\r\n"]
)
def test_whatever_comes_is_found_wanting_and_nothing_breaks(content: bytes) -> None:
    assert rules(lint(content, SENDER), Severity.ERROR)


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("#FFF", (255, 255, 255)),
        ("#0a141e !important", (10, 20, 30)),
        ("rgb(1, 2, 300)", (1, 2, 255)),
        ("Navy", (0, 0, 128)),
        ("transparent", None),
        ("#12", None),
        ("", None),
    ],
)
def test_colours_are_read_in_the_notations_of_mails(text: str, colour: tuple[int, int, int] | None) -> None:
    assert colour_of(text) == colour


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)
    assert inverted((255, 255, 255)) == (0, 0, 0)
