"""Sanitising at the door: what a publisher's HTML may still do once it is ours, and nothing else.

One allow-list, applied by nh3 (Rust, a real HTML5 parser). Addresses are rewritten afterwards in what nh3 wrote, where
every tag has one known shape: made absolute, freed of trackers; pictures that only count readers are dropped.
"""

import html
import re
from dataclasses import dataclass

import nh3

from dailyten.parse.addresses import absolute, is_pixel_host
from dailyten.parse.formulas import formulas_as_words
from dailyten.parse.guards import too_many_words_in_a_tag
from dailyten.parse.tidy import encoded_once, on_one_line, without_control
from dailyten.text.plain import is_too_deep, plain_text
from dailyten.text.shorten import shorten

MOST_HTML = 300_000
"""Characters of an entry's HTML that are kept: sixty times the longest articles; a whole book is not a feed entry."""
MOST_SUMMARY = 2_000
"""Characters of a summary that are kept."""
MOST_TITLE = 1_000
_READ_FOR_SUMMARY = 12_000
"""Characters of HTML that are looked at for a summary; markup is rarely more than five sixths of a text."""

_MANY_CHARACTERS = 20_000
"""Characters below which no tag can hold enough attributes to matter."""
_JUDGED_BY = 4_000
"""Characters at the beginning by which text is judged to be HTML or not."""

_BLOCKS = frozenset(
    """
    address article aside blockquote br caption dd details div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header
    hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul
    """.split()
)
_INLINE = frozenset(
    """
    a abbr audio b bdi cite code col colgroup del dfn em i img ins kbd mark q rp rt ruby s samp small source span strike
    strong sub sup time u var video wbr
    """.split()
)
TAGS = _BLOCKS | _INLINE
_SHOWING = frozenset("audio hr img source video".split())
"""Tags that show something without a word inside."""
SILENT = frozenset(
    """
    applet button datalist iframe noembed noframes noscript option script select style svg template textarea title
    """.split()
)
"""Tags that go with everything inside."""
_UNWRAPPED = frozenset("acronym big blink center embed font form input label nobr object param tt".split())
"""Tags that go while what is inside stays, as with every tag not named here."""
ATTRIBUTES = {
    "*": {"dir", "lang"},
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height", "data-src", "data-lazy-src", "data-original"},
    "audio": {"src", "controls"},
    "video": {"src", "poster", "controls", "width", "height"},
    "source": {"src", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start", "reversed", "type"},
    "li": {"value"},
    "time": {"datetime"},
    "abbr": {"title"},
    "q": {"cite"},
    "blockquote": {"cite"},
    "del": {"cite", "datetime"},
    "ins": {"cite", "datetime"},
}
_REL = "noopener noreferrer nofollow"
_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags=set(SILENT),
    attributes=ATTRIBUTES,
    url_schemes={"http", "https", "mailto"},
    url_relative="pass_through",
    link_rel=_REL,
    strip_comments=True,
)
_READY = rf" href=\"https?://[A-Za-z0-9.-]+(?:/[\w.~/%-]*)?\" rel=\"{_REL}\">"
_ADDRESSED = re.compile(
    rf"<a(?!{_READY}|>)(?: href=\"([^\"&]*)\" rel=\"{_REL}\"|(?: [a-z-]+=\"[^\"]*\")+)>"
    r"|<(?:img|audio|video|source|q|blockquote|del|ins)(?: [a-z-]+=\"[^\"]*\")+>|<img>",
    re.ASCII,
)
"""Tags whose addresses have to be looked at; the first group is the address of a plain link."""
_ADDRESS = re.compile(r" (href|src|poster|cite)=\"([^\"]*)\"")
_LAZY = re.compile(r" data-(?:lazy-src|original|src)=\"([^\"]*)\"")
_SRC = re.compile(r" src=\"([^\"]*)\"")
_TINY = re.compile(r" (?:width|height)=\"\s*[01](?:px)?\s*\"")
_HIDDEN_PICTURE = re.compile(
    r"<img\b(?=[^<>]*\bstyle\s*=\s*(?:\"[^\"<>]*|'[^'<>]*)(?:display\s*:\s*none|visibility\s*:\s*hidden))[^<>]*>",
    re.IGNORECASE,
)
_EMPTY_LINK = re.compile(r"<a(?: [^<>]*)?></a>")
_INLINE_TAG = re.compile(rf"</?(?:{'|'.join(sorted(_INLINE - {'img', 'audio', 'video', 'source'}))})(?: [^<>]*)?>")
_ANY_TAG = re.compile(r"<[^<>]*>")
_KNOWN_TAG = re.compile(
    rf"<(?:/?(?:{'|'.join(sorted(TAGS | SILENT | _UNWRAPPED))})"
    r"(?=[\s/>])[^<>]*>|!--)",
    re.IGNORECASE,
)
_UNKNOWN_OPENING = re.compile(rf"<(?!/?(?:{'|'.join(sorted(TAGS | SILENT | _UNWRAPPED))})\b[^<>]*>)", re.IGNORECASE)
_CLOSED_TAG = re.compile(
    r"<(p|a|b|i|em|strong|div|span|ul|ol|li|code|pre|table|blockquote|h[1-6]|sup|sub|small|u|q|cite)\b[^<>]*>.*?</\1\s*>"
    r"|<br\s*/?>|<img\s[^<>]*>",
    re.IGNORECASE | re.DOTALL,
)
_ESCAPED_TAG = re.compile(
    r"&lt;(p|a|b|i|em|strong|div|span|ul|ol|li|table|blockquote|h[1-6])\b.*?&lt;/\1\s*&gt;|&lt;br\s*/?&gt;|&lt;img\s",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_BLANK = 500
"""Characters of HTML beyond which nobody asks whether there is anything to see in it."""
_LONG_TAG = re.compile(r"<[^<>]{2000,}>?")
_SWALLOWING = re.compile(
    r"<(?P<close>/?)(?P<name>iframe|noembed|noframes|noscript|script|style|textarea|title)\b(?P<rest>[^<>]*)>",
    re.IGNORECASE,
)
_SPECIAL = re.compile(r"<(?:[iI][fF]|[nN][oO]|[sS](?:[cC][rR]|[tT][yY])|[tT](?:[eE][xX]|[iI][tT])|[mM][aA][tT])")
"""May begin what swallows all that follows, or a formula; looked for in one go."""
_CODE = frozenset(["script", "style"])
_MARKED = re.compile(r"<!\[CDATA\[|\]\]>")
_NOTHING_TO_SEE = re.compile(rf"(?>\s|&nbsp;|</?(?:{'|'.join(sorted(TAGS - _SHOWING))})(?: [^<>]*)?>)*+\Z")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Sanitised HTML, and in plain words what was done beyond the ordinary, empty if nothing was."""

    html: str
    repair: str = ""


TOO_DEEP = "HTML nested beyond reason was taken down to its words"
TOO_LONG = "HTML longer than 300,000 characters was cut"
ESCAPED_TWICE = "HTML that was escaped twice was unescaped once"
ENCODED_TWICE = "text that was encoded twice (mojibake) was repaired"


def sanitise(markup: str, base: str, *, maybe_twice: bool = True) -> Cleaned:
    """Clean a publisher's HTML; relative addresses start from `base` and are dropped if that is empty.

    No script, style, form, frame, object, event handler, or address of another scheme than http, https and mailto
    comes through; every link carries `rel="noopener noreferrer nofollow"`. `maybe_twice` says that the document shows
    marks of a double encoding. Control characters are the caller's (`tidy.tidied`).
    """
    markup, repair = _prepared(markup, maybe_twice=maybe_twice)
    if _is_monstrous(markup):
        return Cleaned(f"<p>{html.escape(plain_text(_LONG_TAG.sub(' ', markup)))}</p>", TOO_DEEP)
    if "display" in markup or "visibility" in markup:
        markup = _HIDDEN_PICTURE.sub("", markup)
    clean = _ADDRESSED.sub(lambda tag: _readdressed(tag, base), _CLEANER.clean(markup))
    if '"></a>' in clean:
        clean = _EMPTY_LINK.sub("", clean)
    clean = clean.replace("<p></p>", "").strip()
    return Cleaned("" if len(clean) < _LONGEST_BLANK and _NOTHING_TO_SEE.match(clean) else clean, repair)


def _prepared(markup: str, *, maybe_twice: bool) -> tuple[str, str]:
    """Cut, and repair what was encoded or escaped once too often; says in words which."""
    repair = ""
    if len(markup) > MOST_HTML:
        markup, repair = markup[: markup.rfind(">", 0, MOST_HTML) + 1] or markup[:MOST_HTML], TOO_LONG
    if maybe_twice:
        once = encoded_once(markup)
        markup, repair = without_control(once), ENCODED_TWICE if once != markup else repair
    if "&lt;" in markup and not _KNOWN_TAG.search(markup) and _ESCAPED_TAG.search(markup, 0, _JUDGED_BY):
        markup, repair = without_control(html.unescape(markup)), ESCAPED_TWICE
    if "<![CDATA[" in markup:
        markup = _MARKED.sub("", markup)
    return _without_swallowers(formulas_as_words(markup)) if _SPECIAL.search(markup) else markup, repair


def _without_swallowers(markup: str) -> str:
    """Drop tags that would swallow all that follows: frames and their kin that are never closed, and empty scripts.

    XML writes `<iframe/>`, which HTML takes for a beginning. What stands in a script or style that is really open
    goes on being swallowed: it is code.
    """
    kept: list[str] = []
    end = len(markup)
    closed: set[str] = set()
    for tag in reversed(list(_SWALLOWING.finditer(markup))):
        name = tag["name"].lower()
        if tag["close"]:
            closed.add(name)
        elif name in closed:
            closed.remove(name)
        elif name not in _CODE or tag["rest"].rstrip().endswith("/"):
            kept.append(markup[tag.end() : end])
            end = tag.start()
    return "".join([markup[:end], *reversed(kept)]) if kept else markup


def _is_monstrous(markup: str) -> bool:
    """Say whether nh3 would take too long: its time grows with the square of nesting and of attributes."""
    return is_too_deep(markup) or (len(markup) > _MANY_CHARACTERS and too_many_words_in_a_tag(markup))


def text_as_html(text: str) -> str:
    """Write plain text as HTML: paragraphs and line breaks stay."""
    paragraphs = re.split(r"\n\s*\n", html.escape(without_control(text).strip(), quote=False))
    if len(paragraphs) == 1 and "\n" not in paragraphs[0]:
        return paragraphs[0]
    return "".join(
        f"<p>{'<br>'.join(line.strip() for line in each.splitlines())}</p>" for each in paragraphs if each.strip()
    )


def says_html(text: str) -> bool:
    """Say whether text that claims to be plain holds HTML all the same: a tag that is closed, a picture, a break."""
    return "<" in text and _CLOSED_TAG.search(text, 0, _JUDGED_BY) is not None


def words_of(clean: str) -> str:
    """Give the words of HTML that `sanitise` wrote, on one line."""
    if "<" in clean:
        clean = _ANY_TAG.sub(" ", _INLINE_TAG.sub("", clean))
    return on_one_line(html.unescape(clean) if "&" in clean else clean)


def summary_of(clean: str) -> str:
    """Give the first words of sanitised HTML, at most `MOST_SUMMARY` characters."""
    if len(clean) > _READ_FOR_SUMMARY:
        clean = clean[:_READ_FOR_SUMMARY]
        begun = clean.rfind("<")
        clean = clean[:begun] if begun > clean.rfind(">") else clean
    return shorten(words_of(clean), MOST_SUMMARY)


def summary_from(markup: str, *, maybe_twice: bool = True) -> str:
    """Give the first words of a publisher's HTML, at most `MOST_SUMMARY` characters, without keeping the HTML."""
    words = markup.removeprefix("<p>").removesuffix("</p>")
    if "<" not in words and "&" not in words and not maybe_twice:
        return shorten(on_one_line(words[:_READ_FOR_SUMMARY]), MOST_SUMMARY)
    markup, _ = _prepared(markup[: 2 * _READ_FOR_SUMMARY], maybe_twice=maybe_twice)
    return summary_of(plain_text(_LONG_TAG.sub(" ", markup)) if _is_monstrous(markup) else _CLEANER.clean(markup))


def plain_title(text: str, *, is_html: bool = False, is_text: bool = False) -> str:
    """Give a title as plain text on one line, at most `MOST_TITLE` characters.

    Tags that HTML knows are dropped, others are words ("List<String>") unless the publisher says it is HTML. Entities
    are resolved once more than XML did, for half of all publishers escape titles twice. A title that is declared plain
    text keeps a tag that is never closed: it writes about it.
    """
    title = encoded_once(text[: 20 * MOST_TITLE])
    if "<![CDATA[" in title and "]]>" in title:
        title = _MARKED.sub("", title)
    if "<" in title and (not is_text or says_html(title)):
        title = plain_text(title if is_html else _UNKNOWN_OPENING.sub("&lt;", title))
    elif "&" in title and _ENTITY.search(title):
        title = html.unescape(title)
    return shorten(on_one_line(title), MOST_TITLE)


def _readdressed(tag: re.Match[str], base: str) -> str:
    whole, plain_link = tag[0], tag[1]
    if plain_link and absolute(plain_link, base) == plain_link:
        return whole
    if not whole.startswith("<img"):
        return _ADDRESS.sub(lambda found: _attribute(found, base), whole)
    if _TINY.search(whole):
        return ""
    whole = _ADDRESS.sub(lambda found: _attribute(found, base), _eager(whole))
    return "" if _shows_nothing(whole) else whole


def _attribute(found: re.Match[str], base: str) -> str:
    said = html.unescape(found[2]) if "&" in found[2] else found[2]
    if said.startswith("mailto:") and found[1] == "href":
        return found[0]
    address = "" if said.startswith("#") else absolute(said, base)
    if address and address == said:
        return found[0]
    # An apostrophe stays as the sanitiser writes it, so that cleaning again changes nothing.
    safe = html.escape(address, quote=False).replace('"', "&quot;")
    return f' {found[1]}="{safe}"' if address else ""


def _eager(picture: str) -> str:
    """Give a picture that waits for a script to load it its real address."""
    lazy = _LAZY.search(picture) if " data-" in picture else None
    if not lazy:
        return picture
    return f'{_SRC.sub("", _LAZY.sub("", picture))[:-1]} src="{lazy[1]}">'


def _shows_nothing(picture: str) -> bool:
    """Say whether a picture has no address, or stands where only readers are counted."""
    address = _SRC.search(picture)
    return not address or is_pixel_host(address[1])
