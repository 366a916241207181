"""The pages of the web service in the look of the site: templates of `web/`, the site's stylesheet."""

from dataclasses import dataclass, replace
from functools import cache, cached_property
from zoneinfo import available_timezones

from dailyten.model.subscriber import LEAST_MINUTES, MOST_MINUTES, Days, QuietDays
from dailyten.render.harmless import line
from dailyten.render.links import Way
from dailyten.render.logo import logos
from dailyten.render.names import Names
from dailyten.render.press import Page
from dailyten.render.settings import SiteSettings
from dailyten.render.site import icon, logo_files, style
from dailyten.render.templates import set_in
from dailyten.render.wording import opened

DAYS = {Days.DAILY: "Every day", Days.WEEKDAYS: "Monday to Friday", Days.WEEKLY: "Once a week, the best of it"}
QUIET_DAYS = {QuietDays.TELL: "Tell me so, in one line", QuietDays.SKIP: "Send nothing"}
REGIONS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@dataclass(frozen=True, kw_only=True)
class WebPages:
    """Prints pages. `settings` are the site's; `base` is the public address of the web service."""

    settings: SiteSettings
    names: Names
    base: str

    def page(self, template: str, path: str, heading: str, **what: object) -> bytes:
        """Print a page of the web service; `what` fills its template."""
        settings = self._settings
        context: dict[str, object] = {
            "way": Way(path, settings, from_root=True),
            "settings": settings,
            "words": self.names.words,
            "stylesheet": style(settings).path,
            "logos": logos(settings),
            "has_opml": False,
            "title": line(f"{heading} \u00b7 {settings.name}", 200),
            "description": line(f"{heading}: {settings.name}", 300),
            "here": path,
            "kind": "page",
            "picture": "",
            "hidden": path != "subscribe",
            "feeds_out": [],
            "heading": heading,
            "deck": "",
            "done": "",
            "faults": {},
            "pick": self.picks,
        }
        return set_in(f"web/{template}", settings.templates, **(context | what)).encode()

    @cached_property
    def picks(self) -> dict[str, object]:
        """Give what there is to choose from, with its words."""
        return {
            "networks": list(self.names.networks.items()),
            "topics": list(self.names.topics.items()),
            "goals": [(key, opened(name)) for key, name in self.names.goals.items()],
            "words": self.names.words,
            "days": list(DAYS.items()),
            "quiet_days": list(QUIET_DAYS.items()),
            "zones": zones(),
            "least_minutes": LEAST_MINUTES,
            "most_minutes": MOST_MINUTES,
        }

    @property
    def files(self) -> tuple[Page, ...]:
        """Give what every page needs beside itself, whether or not a site is published yet."""
        return (style(self._settings), icon(self._settings), *logo_files(self._settings))

    @property
    def _settings(self) -> SiteSettings:
        return replace(self.settings, base_url=self.base, index_names=False)


@cache
def zones() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Group the world's time zones by region: the name of the tz database, and how people read it."""
    names = sorted(available_timezones())
    groups = tuple(
        (region, tuple((name, _city(name)) for name in names if name.startswith(f"{region}/"))) for region in REGIONS
    )
    return (*groups, ("Everywhere", (("UTC", "UTC"),)))


def _city(name: str) -> str:
    return name.partition("/")[2].replace("_", " ").replace("/", ", ")
