"""What an outline says: whether it lists a feed, which one, and what about that is wrong.

dailyten's own attributes live in the namespace `https://dailyten.example/opml`: `weight` (0 to 5, 1 when missing),
`titleOnly` (true or false) and `id` (the feed_id that a feed keeps after a move).
"""

import difflib
import math
import re
from collections.abc import Iterator

from dailyten.feedlist.address import complain, is_web_address, plain_address, split
from dailyten.feedlist.fault import Finding, Severity
from dailyten.feedlist.habits import feeds_by_habit
from dailyten.feedlist.sheet import Attribute, Element, Sheet
from dailyten.model.feed import MOST_WEIGHT, Feed, feed_id_of

NAMESPACE = "https://dailyten.example/opml"
PREFIX = "dailyten"
OWN = ("weight", "titleOnly", "id")

_FEED_TYPES = frozenset(["rss", "atom", "feed", "rdf", "pie", "json"])
_FEED_WORD = re.compile(r"(?:^|[/._?=&-])(?:feeds?|rss|atom|xml|rdf|json)(?:[/._?=&-]|$)", re.IGNORECASE)
_ID = re.compile(r"[0-9a-f]{16}")
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def lists_a_feed(element: Element) -> bool:
    """Say whether an outline lists a feed: it has an xmlUrl, whatever its type says."""
    return element.local == "outline" and element.value("xmlUrl") != ""


def includes_a_list(element: Element) -> bool:
    """Say whether an outline stands for another list (OPML 2.0, "inclusion")."""
    kind, url = element.value("type").lower(), element.value("url")
    is_list = kind == "include" or (kind == "link" and url.lower().partition("?")[0].endswith(".opml"))
    return element.local == "outline" and is_list and not lists_a_feed(element)


def is_commented(sheet: Sheet, element: Element) -> bool:
    """Say whether an outline, or one around it, is marked as a comment (OPML 2.0, "isComment")."""
    return _says_comment(element) or any(map(_says_comment, sheet.ancestors(element)))


def _says_comment(element: Element) -> bool:
    return element.value("isComment").lower() == "true"


def own_attribute(element: Element, name: str) -> Attribute | None:
    """Find one of dailyten's own attributes, under whatever prefix the file binds to its namespace."""
    return next((attribute for local, attribute in _own_attributes(element) if local == name), None)


def address_of(element: Element) -> str:
    """Give the address of a listed feed."""
    found = element.attribute("xmlUrl")
    return plain_address(found.value) if found else ""


def feed_id_in(element: Element) -> str:
    """Give the id that the outline names, else the one computed from its address."""
    named = own_attribute(element, "id")
    return named.value.strip() if named else feed_id_of(address_of(element))


def name_of(element: Element) -> str:
    """Give the words by which an outline is shown: `text` (the spec's display text), else `title`."""
    return element.value("text") or element.value("title")


def category_of(sheet: Sheet, element: Element) -> str:
    """Give the outline's own first category, else the names of the outlines around it, joined by slashes."""
    own = element.value("category").partition(",")[0].strip().strip("/")
    return own or "/".join(group_path(sheet, element))


def group_path(sheet: Sheet, element: Element) -> tuple[str, ...]:
    """Give the names of the groups around an outline, the outermost first."""
    around = (outer for outer in sheet.ancestors(element) if outer.local == "outline" and not lists_a_feed(outer))
    return tuple(name for name in map(name_of, around) if name)


def feed_of(sheet: Sheet, element: Element) -> Feed:
    """Make the feed that an outline lists. It must be free of errors; raises ValueError otherwise."""
    address = address_of(element)
    parts = split(address)
    home = element.value("htmlUrl")
    weight = own_attribute(element, "weight")
    title_only = own_attribute(element, "titleOnly")
    return Feed(
        feed_id=feed_id_in(element),
        address=address,
        title=name_of(element) or (parts.hostname if parts else None) or address,
        home_url=home if is_web_address(home) else "",
        category=category_of(sheet, element),
        weight=float(weight.value) if weight else 1.0,
        title_only=_TRUTH[title_only.value.strip().lower()] if title_only else False,
    )


def findings_in(element: Element) -> Iterator[Finding]:
    """Find what is wrong with one outline by itself."""
    yield from _own_findings(element)
    if lists_a_feed(element):
        yield from _address_findings(element)
        yield from _page_findings(element)
        yield from _display_findings(element)
    elif element.value("type").lower() in _FEED_TYPES and not includes_a_list(element):
        yield _no_address(element)


def _own_attributes(element: Element) -> Iterator[tuple[str, Attribute]]:
    for attribute in element.attributes:
        prefix, _, local = attribute.name.partition(":")
        if local and element.prefixes.get(prefix) == NAMESPACE:
            yield local, attribute


def _own_findings(element: Element) -> Iterator[Finding]:
    for local, attribute in _own_attributes(element):
        wrong = _wrong_value(local, attribute)
        if wrong is not None:
            rule, words, mend = wrong
            yield Finding(offset=attribute.start, rule=rule, words=words, mend=mend)
    for attribute in element.attributes:
        prefix, _, local = attribute.name.partition(":")
        if local and prefix == PREFIX and PREFIX not in element.prefixes:
            yield Finding(
                offset=attribute.start,
                rule="undeclared-prefix",
                words=f"{attribute.name} is used, but the file does not say what {PREFIX}: means.",
                mend=f'Write <opml version="2.0" xmlns:{PREFIX}="{NAMESPACE}">.',
            )


def _wrong_value(local: str, attribute: Attribute) -> tuple[str, str, str] | None:
    value = attribute.value.strip()
    match local:
        case "weight" if not _is_weight(value):
            return (
                "bad-weight",
                f'The weight "{value}" is no number from 0 to {MOST_WEIGHT:g}.',
                f'Write a number with a point, such as {attribute.name}="{_nearest_weight(value)}".',
            )
        case "titleOnly" if value.lower() not in _TRUTH:
            return "bad-title-only", f'"{value}" is neither true nor false.', f'Write {attribute.name}="true".'
        case "id" if not _ID.fullmatch(value):
            return (
                "bad-id",
                f'The id "{value}" is not one of ours: 16 of the characters 0-9 and a-f.',
                "Take it as the plan showed it, or delete the attribute.",
            )
        case "weight" | "titleOnly" | "id":
            return None
        case _:
            close = difflib.get_close_matches(local.lower(), [name.lower() for name in OWN], n=1)
            meant = next((name for name in OWN if close and name.lower() == close[0]), "")
            mend = f"Did you mean {meant}?" if meant else f"There are {', '.join(OWN)}."
            return "unknown-attribute", f"{attribute.name} is unknown to dailyten and would do nothing.", mend


def _is_weight(value: str) -> bool:
    try:
        number = float(value)
    except ValueError:
        return False
    return math.isfinite(number) and 0.0 <= number <= MOST_WEIGHT


def _nearest_weight(value: str) -> str:
    with_point = value.replace(",", ".")
    return with_point if _is_weight(with_point) else "0.8"


def _address_findings(element: Element) -> Iterator[Finding]:
    attribute = element.attribute("xmlUrl")
    if attribute is None:
        return
    for complaint in complain(attribute.value):
        yield Finding(
            offset=attribute.value_start,
            severity=complaint.severity,
            rule=complaint.rule,
            words=complaint.words,
            mend=complaint.mend,
        )


def _page_findings(element: Element) -> Iterator[Finding]:
    """Tell a profile's or a project's page from its feed, where the site is known."""
    attribute, address = element.attribute("xmlUrl"), address_of(element)
    feeds = () if _FEED_WORD.search(address) else feeds_by_habit(address)
    if feeds and attribute is not None:
        yield Finding(
            offset=attribute.value_start,
            severity=Severity.WARNING,
            rule="page-address",
            words="This looks like the address of a page, not of its feed.",
            mend=f"Write {feeds[0]}",
        )


def _display_findings(element: Element) -> Iterator[Finding]:
    if not name_of(element):
        yield Finding(
            offset=element.start,
            severity=Severity.WARNING,
            rule="no-title",
            words="The feed has no title; readers will see its host.",
            mend='Add text="Its name".',
        )
    home = element.attribute("htmlUrl")
    if home is not None and home.value.strip() and not is_web_address(element.value("htmlUrl")):
        yield Finding(
            offset=home.value_start,
            severity=Severity.WARNING,
            rule="bad-home",
            words=f'The home page "{home.value.strip()[:60]}" is no web address and is left out.',
            mend="Write the whole address, with https://.",
        )


def _no_address(element: Element) -> Finding:
    url = element.value("url")
    mend = 'Add xmlUrl="the address of the feed", or delete the outline.'
    if is_web_address(url):
        mend = f'Write xmlUrl="{url}": dailyten reads the address there, not in url.'
    return Finding(
        offset=element.start,
        rule="no-address",
        words=f'The outline "{name_of(element)[:60]}" says that it is a feed but has no xmlUrl.',
        mend=mend,
    )
