"""How a digest presents itself. Nothing in here changes from day to day."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

_HEX_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
ACCENT = "#0b5d57"
MOST_NAME_CHARACTERS = 60
MOST_ADDRESS_CHARACTERS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSettings:
    """The digest's name, place and look.

    `base_url` is where the site is (or will be) served, without a slash at its end. `address` is the postal
    address that bulk mail must show. `accent` is one colour, `#rrggbb`; shades that can be read on light and dark
    paper are computed from it. `hub` is the WebSub hub that is told when feeds change. With `index_names` links
    name `index.html`, so the site can be read from disk, without a server. `templates` is a folder with an
    editor's own templates, which come before ours one by one. `logo` is a picture beside the name, `logo_dark` the
    same for dark paper; with a `logo_alt` it stands in the place of the name. Raises ValueError.
    """

    name: str
    base_url: str
    tagline: str = "Ten feeds, read for you"
    audience: str = "the owner of a small business who has fifteen minutes a day"
    accent: str = ACCENT
    address: str = ""
    contact: str = ""
    subscribe_url: str = ""
    hub: str = ""
    index_names: bool = False
    templates: Path | None = None
    logo: Path | None = None
    logo_dark: Path | None = None
    logo_alt: str = ""

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
            raise ValueError(f"base_url must be an http(s) address without query, came {self.base_url!r}")
        if self.base_url.endswith("/"):
            raise ValueError(f"base_url must not end in a slash, came {self.base_url!r}")
        if self.hub and urlsplit(self.hub).scheme not in {"http", "https"}:
            raise ValueError(f"hub must be an http(s) address, came {self.hub!r}")
        if not _HEX_COLOUR.fullmatch(self.accent):
            raise ValueError(f"accent must look like #0b5d57, came {self.accent!r}")
        if not 0 < len(self.name) <= MOST_NAME_CHARACTERS:
            raise ValueError(f"name must have 1 to {MOST_NAME_CHARACTERS} characters, came {len(self.name)}")
        if len(self.address) > MOST_ADDRESS_CHARACTERS:
            raise ValueError(f"address must have at most {MOST_ADDRESS_CHARACTERS} characters")
        if self.logo is None and (self.logo_dark or self.logo_alt):
            raise ValueError("logo must be set where logo_dark or logo_alt is")

    @property
    def base_path(self) -> str:
        """The path part of `base_url`: empty, or `/digest` for a site in a folder of its host."""
        return urlsplit(self.base_url).path

    @property
    def is_public(self) -> bool:
        """Whether `base_url` leads here from another machine too, so that full addresses are worth giving."""
        return (urlsplit(self.base_url).hostname or "") not in {"localhost", "127.0.0.1", "::1"}
