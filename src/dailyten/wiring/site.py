"""The site and the pages of the web service."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dailyten.config import HERE
from dailyten.wiring.packs import names_of
from dailyten.wiring.polling import posting

if TYPE_CHECKING:
    from dailyten.classify.pack import Pack
    from dailyten.pipeline.links import Links
    from dailyten.pipeline.publishing import Press
    from dailyten.render.settings import SiteSettings
    from dailyten.render.web_pages import WebPages
    from dailyten.wiring.parts import Parts


def make_press(parts: "Parts", pack: "Pack") -> "Press":
    """Make what prints the site and puts it into its folder."""
    from dailyten.pipeline.publishing import Press
    from dailyten.pipeline.pushing import tell_hub
    from dailyten.render.disk import published_body, published_paths, turn

    folder = parts.settings.place(parts.settings.paths.site)
    return Press(
        settings=site_settings(parts),
        names=names_of(pack),
        zone=parts.settings.digest.zone,
        turn=partial(turn, folder),
        there=partial(published_paths, folder),
        body=partial(published_body, folder),
        tell_hub=partial(tell_hub, partial(posting, parts.settings.http, parts.clock)),
    )


def links(parts: "Parts") -> "Links | None":
    """Make what signs links to the web service; None where there is none."""
    if parts.settings.web is None:
        return None
    from dailyten.feedback.tokens import Tokens
    from dailyten.pipeline.links import Links

    return Links(base=parts.settings.web.base, tokens=Tokens(parts.keys()))


def web_pages(parts: "Parts", pack: "Pack") -> "WebPages":
    """Make what prints the pages of the web service in the look of the site."""
    from dailyten.render.web_pages import WebPages

    public = links(parts)
    return WebPages(settings=site_settings(parts), names=names_of(pack), base=public.base if public else "")


def site_settings(parts: "Parts") -> "SiteSettings":
    """Give the site's settings; a public web service is where one asks for the mail, and serves the site too."""
    site, web = parts.settings.site, parts.settings.web
    if web is None or not web.public_url:
        return site
    if site.base_url == HERE:
        site = replace(site, base_url=web.public_url, index_names=False)
    return replace(site, subscribe_url=site.subscribe_url or f"{web.public_url}/subscribe")


def site_files(folder: Path) -> tuple[tuple[str, ...], Callable[[str], bytes]]:
    """Give the files of a site that lies in a folder, and what reads one of them."""
    from dailyten.render.proof.disk import site_body, site_paths

    return site_paths(folder), lambda path: site_body(folder, path)
