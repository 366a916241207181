"""What is not well-formed XML, read by feedparser: slow, and the only one that keeps the text of every such document.

Body is always handed over as bytes in a file object, never as text: feedparser opens a string as a file or an address.
"""

import io
from typing import Any

import feedparser

from dailyten.parse.guards import MOST_ENTRIES
from dailyten.parse.raw import Form, Markup, RawEntry, RawFeed, RawLink

_KINDS = {
    "rss090": "rss 0.90",
    "rss091n": "rss 0.91",
    "rss091u": "rss 0.91",
    "rss092": "rss 0.92",
    "rss093": "rss 0.93",
    "rss094": "rss 0.94",
    "rss10": "rss 1.0",
    "rss20": "rss 2.0",
    "rss": "rss",
    "atom01": "atom 0.1",
    "atom02": "atom 0.2",
    "atom03": "atom 0.3",
    "atom10": "atom 1.0",
    "atom": "atom",
    "cdf": "cdf",
}
_HTML_TYPES = frozenset(["text/html", "application/xhtml+xml"])


def read_loosely(text: str, *, address: str = "") -> RawFeed:
    """Read decoded text through feedparser, unsanitised and unresolved. Whatever feedparser raises goes through."""
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": address}
    body = io.BytesIO(text.encode("utf-8", "replace"))
    found = feedparser.parse(body, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    feed, entries = found.feed, found.entries
    atom = found.version.startswith("atom")
    return RawFeed(
        kind=_KINDS.get(found.version, "rss"),
        title=_markup(feed, "title", atom=atom),
        links=_links(feed),
        language=_text(feed, "language"),
        ttl=_text(feed, "ttl"),
        update_period=_text(feed, "sy_updateperiod"),
        update_frequency=_text(feed, "sy_updatefrequency"),
        authors=_authors(feed) if atom else [],
        entries=[_entry(entry, atom=atom) for entry in entries[:MOST_ENTRIES]],
        left_out=max(0, len(entries) - MOST_ENTRIES),
    )


def _entry(entry: Any, *, atom: bool) -> RawEntry:  # noqa: ANN401 - feedparser has no types
    # "in" and dict.get look behind feedparser's habit of giving `updated` for a missing `published`.
    said = {name: value for name, value in dict.items(entry) if isinstance(value, str)}
    content = _content(entry)
    return RawEntry(
        guid=said.get("id", ""),
        guid_is_link=said.get("link") == said.get("id", "-") or entry.get("guidislink"),
        title=_markup(entry, "title", atom=atom),
        links=_links(entry),
        original_link=said.get("feedburner_origlink", ""),
        authors=_authors(entry),
        published=[said[name] for name in ("published", "created") if said.get(name)],
        updated=[said["updated"]] if said.get("updated") else [],
        content=content,
        summary=_markup(entry, "summary", atom=atom),
        tags=[str(tag.get("label") or tag.get("term") or "") for tag in entry.get("tags", [])],
        language=said.get("language", ""),
        base=content.base,
    )


def _text(part: Any, name: str) -> str:  # noqa: ANN401
    value = dict.get(part, name)
    return value if isinstance(value, str) else ""


def _markup(part: Any, name: str, *, atom: bool) -> Markup:  # noqa: ANN401
    detail = dict.get(part, f"{name}_detail") or {}
    kind = detail.get("type", "")
    form = Form.HTML if kind in _HTML_TYPES and atom else Form.TEXT if atom and kind == "text/plain" else Form.UNSAID
    return Markup(text=_text(part, name), form=form, base=detail.get("base") or "")


def _content(entry: Any) -> Markup:  # noqa: ANN401
    found = [each for each in dict.get(entry, "content") or [] if each.get("value", "").strip()]
    best = next((each for each in found if each.get("type") in _HTML_TYPES), found[0] if found else {})
    form = Form.TEXT if best.get("type") == "text/plain" else Form.UNSAID
    return Markup(text=best.get("value", ""), form=form, base=best.get("base") or "")


def _links(part: Any) -> list[RawLink]:  # noqa: ANN401
    found = [
        RawLink(href=link["href"], rel=link.get("rel") or "alternate", kind=link.get("type") or "")
        for link in part.get("links", [])
        if isinstance(link.get("href"), str)
    ]
    said = _text(part, "link")
    if said and all(link.href != said for link in found):
        found.insert(0, RawLink(href=said))
    return found


def _authors(part: Any) -> list[str]:  # noqa: ANN401
    names = [str(each.get("name") or each.get("email") or "") for each in part.get("authors", [])]
    return [name for name in names if name] or [_text(part, "author")]
