"""What stands in a document, before anything is cleaned, believed or completed. Every reader gives these."""

from dataclasses import dataclass, field
from enum import StrEnum


class Form(StrEnum):
    """What a publisher says a piece of text is; RSS does not say."""

    TEXT = "text"
    HTML = "html"
    UNSAID = "unsaid"


@dataclass(slots=True, kw_only=True)
class Markup:
    """A piece of text as published: its form and the address that relative links in it start from, if one is named."""

    text: str = ""
    form: Form = Form.UNSAID
    base: str = ""


@dataclass(slots=True, kw_only=True)
class RawLink:
    """A link element: RSS puts the address into the text, Atom into an attribute."""

    href: str
    rel: str = "alternate"
    kind: str = ""


@dataclass(slots=True, kw_only=True)
class RawEntry:
    """One item or entry. `published` and `updated` are dates as written, the best first; `base` is its xml:base.

    `guid_is_link` is what the publisher says of the guid (isPermaLink), None where nothing is said.
    """

    guid: str = ""
    guid_is_link: bool | None = None
    title: Markup = field(default_factory=Markup)
    links: list[RawLink] = field(default_factory=list)
    original_link: str = ""
    authors: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    content: Markup = field(default_factory=Markup)
    summary: Markup = field(default_factory=Markup)
    tags: list[str] = field(default_factory=list)
    language: str = ""
    base: str = ""


@dataclass(slots=True, kw_only=True)
class RawFeed:
    """One document. `quiet_hours` and `quiet_days` are skipHours and skipDays as written."""

    kind: str
    title: Markup = field(default_factory=Markup)
    links: list[RawLink] = field(default_factory=list)
    language: str = ""
    base: str = ""
    ttl: str = ""
    update_period: str = ""
    update_frequency: str = ""
    quiet_hours: list[str] = field(default_factory=list)
    quiet_days: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    entries: list[RawEntry] = field(default_factory=list)
    left_out: int = 0
    warnings: list[str] = field(default_factory=list)
