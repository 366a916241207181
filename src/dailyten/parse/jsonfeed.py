"""JSON Feed 1.0 and 1.1, and the odd ones: numbers for ids, a missing version, a null where a list should be.

Source: https://www.jsonfeed.org/version/1.1/
"""

import json
from typing import Any

from dailyten.parse.guards import MOST_ENTRIES
from dailyten.parse.raw import Form, Markup, RawEntry, RawFeed, RawLink
from dailyten.parse.tidy import without_control

_OF_FEEDS = frozenset(["home_page_url", "feed_url", "next_url", "user_comment"])
_OF_ITEMS = frozenset(["content_html", "content_text", "date_published", "external_url"])


def read_json_feed(text: str) -> RawFeed | None:
    """Read a JSON Feed; None for JSON that is none. Raises ValueError or RecursionError for what is not JSON."""
    top = json.loads(text.lstrip("\ufeff \t\r\n"), strict=False)
    if not isinstance(top, dict) or not _is_feed(top):
        return None
    items = [item for item in _list(top.get("items")) if isinstance(item, dict)]
    version = _text(top, "version").rstrip("/").rpartition("/")[2]
    return RawFeed(
        kind=f"json feed {version}" if version[:1].isdigit() else "json feed",
        title=Markup(text=_text(top, "title"), form=Form.TEXT),
        links=[*_link(top, "home_page_url", "alternate"), *_link(top, "feed_url", "self"), *_hubs(top)],
        language=_text(top, "language"),
        authors=_authors(top),
        entries=[_entry(item) for item in items[:MOST_ENTRIES]],
        left_out=max(0, len(items) - MOST_ENTRIES),
    )


def _is_feed(top: dict[str, Any]) -> bool:
    if "jsonfeed.org" in _text(top, "version"):
        return True
    items = [item for item in _list(top.get("items")) if isinstance(item, dict)]
    return "items" in top and bool(top.keys() & _OF_FEEDS or any(item.keys() & _OF_ITEMS for item in items))


def _entry(item: dict[str, Any]) -> RawEntry:
    html_text, plain = _text(item, "content_html"), _text(item, "content_text")
    summary = _text(item, "summary")
    return RawEntry(
        guid=_text(item, "id"),
        title=Markup(text=_text(item, "title"), form=Form.TEXT),
        links=[*_link(item, "url", "alternate"), *_link(item, "external_url", "related"), *_attachments(item)],
        authors=_authors(item),
        published=[said] if (said := _text(item, "date_published")) else [],
        updated=[said] if (said := _text(item, "date_modified")) else [],
        content=Markup(text=html_text, form=Form.HTML) if html_text else Markup(text=plain, form=Form.TEXT),
        summary=Markup(text=summary, form=Form.TEXT),
        tags=[str(tag) for tag in _tags(item.get("tags")) if isinstance(tag, str | int | float)],
        language=_text(item, "language"),
    )


def _text(part: dict[str, Any], name: str) -> str:
    value = part.get(name)
    if isinstance(value, str):
        return without_control(value)
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _tags(value: object) -> list[Any]:
    return value.split(",") if isinstance(value, str) else _list(value)


def _link(part: dict[str, Any], name: str, rel: str) -> list[RawLink]:
    href = _text(part, name)
    return [RawLink(href=href, rel=rel)] if href else []


def _hubs(top: dict[str, Any]) -> list[RawLink]:
    hubs = [hub for hub in _list(top.get("hubs")) if isinstance(hub, dict)]
    return [link for hub in hubs if _text(hub, "type").lower() == "websub" for link in _link(hub, "url", "hub")]


def _attachments(item: dict[str, Any]) -> list[RawLink]:
    files = [each for each in _list(item.get("attachments")) if isinstance(each, dict)]
    return [link for each in files for link in _link(each, "url", "enclosure")]


def _authors(part: dict[str, Any]) -> list[str]:
    several = part.get("authors")
    given = [several] if isinstance(several, dict) else _list(several) or [part.get("author")]
    names = [each if isinstance(each, str) else _text(each, "name") if isinstance(each, dict) else "" for each in given]
    return [name for name in names if name]
