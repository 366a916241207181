"""Addresses inside the site: where each page lies, and how one page names another."""

from dataclasses import dataclass
from datetime import date

from dailyten.render.settings import SiteSettings


def edition_path(on: date, revision: int = 0) -> str:
    """Say where an edition lies; with a revision, where that older revision lies."""
    return f"editions/{on.isoformat()}/" + (f"{revision}/" if revision else "")


def month_path(on: date) -> str:
    """Say where the headlines of a month lie."""
    return f"archive/{on.year:04}-{on.month:02}/"


@dataclass(frozen=True, slots=True)
class Way:
    """How a page names others: relatively, so that a site works under any path and from disk.

    `here` is the page's own file, such as `topics/roi/index.html`. A page that is shown at unknown depth (404) names
    others from the host's root instead.
    """

    here: str
    settings: SiteSettings
    from_root: bool = False

    def to(self, path: str, anchor: str = "") -> str:
        """Name a page or file of the site: "" is the home page, a folder ends in a slash."""
        fragment = f"#{anchor}" if anchor else ""
        if self.settings.index_names and (not path or path.endswith("/")):
            path += "index.html"
        if self.from_root:
            return f"{self.settings.base_path}/{path}{fragment}"
        return ("../" * self.here.count("/") + path or "./") + fragment

    @property
    def canonical(self) -> str:
        """The page's own full address."""
        return absolute(self.settings, self.here.removesuffix("index.html"))


def absolute(settings: SiteSettings, path: str, anchor: str = "") -> str:
    """Give the full address of a page or file of the site."""
    return f"{settings.base_url}/{path}" + (f"#{anchor}" if anchor else "")
