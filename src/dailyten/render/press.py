"""What every page of a site is printed with."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from dailyten.render.harmless import line, slug
from dailyten.render.library import Library
from dailyten.render.links import Way, absolute
from dailyten.render.logo import logos
from dailyten.render.names import Names
from dailyten.render.settings import SiteSettings
from dailyten.render.sheet import Label, labels
from dailyten.render.templates import set_in
from dailyten.render.trends import Counting, Weeks, count_weeks


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A file of the site: its path with slashes, relative to the site's folder, and its bytes."""

    path: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """The editions and the settings of one building of the site. `stylesheet` is the path of its one stylesheet."""

    library: Library
    settings: SiteSettings
    names: Names
    stylesheet: str
    has_opml: bool

    def page(self, template: str, path: str, *, title: str, description: str, **what: object) -> Page:
        """Print a page from a template; `what` fills it and may replace what is the same on all pages."""
        context: dict[str, object] = {
            "way": Way(path, self.settings),
            "settings": self.settings,
            "stylesheet": self.stylesheet,
            "logos": logos(self.settings),
            "has_opml": self.has_opml,
            "title": line(title, 200),
            "description": line(description, 300),
            "here": path.removesuffix("index.html"),
            "words": self.names.words,
            "kind": "page",
            "hidden": False,
            "picture": "",
            "full": self.full,
            "feeds_out": self.links_to_feeds("", self.settings.name),
        }
        return Page(path=path, body=set_in(f"site/{template}", self.settings.templates, **(context | what)).encode())

    def titled(self, words: str) -> str:
        """Give the title of a page: its words and the digest's name."""
        return f"{words} \u00b7 {self.settings.name}"

    def full(self, path: str) -> str:
        """Give the full address of a page or file."""
        return absolute(self.settings, path)

    def links_to_feeds(self, folder: str, title: str) -> list[dict[str, str]]:
        """Name the two feeds of a folder, for the head of a page."""
        return [
            {"type": "application/atom+xml", "title": title, "path": f"{folder}feed.xml"},
            {"type": "application/feed+json", "title": title, "path": f"{folder}feed.json"},
        ]

    def topics(self) -> tuple[Label, ...]:
        """Name all topics: those of the pack in its order, then those that only older editions know."""
        return labels(_all_keys(self.names.topics, self.library.by_topic), self.names)

    def networks(self) -> tuple[Label, ...]:
        """Name all networks, in the same order."""
        return labels(_all_keys(self.names.networks, self.library.by_network), self.names, of_networks=True)

    def weeks(self, counting: Counting) -> Weeks:
        """Count something over the twelve weeks up to the newest edition."""
        newest = self.library.newest
        return count_weeks(self.library.editions, newest.edition.on if newest else date(1970, 1, 1), counting)


def feed_path(feed_id: str) -> str:
    """Say where the page of a feed lies."""
    return f"feeds/{slug(feed_id)}/"


def _all_keys(named: Mapping[str, str], met: Collection[str]) -> list[str]:
    return [*named, *sorted(set(met) - set(named))]
