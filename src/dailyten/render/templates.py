"""Where templates come from: the package, or first a folder in which an editor has put some of their own."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from jinja2 import (
    BaseLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2 import TemplateError as JinjaError

from dailyten.errors import BadSetting
from dailyten.render.wording import hours_and_minutes, listing, opened, plural, short_date
from dailyten.text.shorten import shorten


@cache
def environment(own: Path | None = None) -> Environment:
    """Give the templates; those in the folder `own` come before ours, one by one. Everything shown is escaped."""
    ours = PackageLoader("dailyten.render", "templates")
    made = Environment(
        loader=_OwnFirst(own, ours) if own else ours,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        auto_reload=own is not None,
    )
    made.filters |= {
        "plural": plural,
        "short_date": short_date,
        "listing": listing,
        "opened": opened,
        "hours": hours_and_minutes,
        "shorten": shorten,
    }
    return made


class _OwnFirst(BaseLoader):
    """Looks into an editor's folder, then among ours; one that comes into the folder later is found too."""

    def __init__(self, own: Path, ours: BaseLoader) -> None:
        self.own = own
        self.theirs = FileSystemLoader(own)
        self.ours = ours

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        """Read a template. Raises TemplateNotFound."""
        try:
            return self.theirs.get_source(environment, template)
        except TemplateNotFound:
            text, file, _ = self.ours.get_source(environment, template)
            return text, file, lambda: not (self.own / template).exists()


def set_in(name: str, own: Path | None = None, /, **what: object) -> str:
    """Render one template. Raises BadSetting naming the file and line of a fault in it."""
    try:
        return environment(own).get_template(name).render(**what)
    except TemplateSyntaxError as error:
        raise _fault(error.filename or error.name or name, error.lineno, str(error.message)) from error
    except TemplateNotFound as error:
        raise _fault(*_place_of(error, name, own), f"there is no template {error.message}") from error
    except JinjaError as error:
        raise _fault(*_place_of(error, name, own), str(error)) from error
    except Exception as error:
        if own is None:
            raise
        # An editor's template may do anything: divide by zero, include itself, be no UTF-8.
        raise _fault(*_place_of(error, name, own), f"{type(error).__name__}: {error}") from error


def source(name: str, own: Path | None = None) -> str:
    """Give the text of a template that is no template, such as a stylesheet."""
    loader = environment(own).loader
    return loader.get_source(environment(own), name)[0] if loader else ""


def _fault(file: str, line_number: int | None, what: str) -> BadSetting:
    where = f"template {file}" + (f", line {line_number}" if line_number else "")
    return BadSetting("A template has a fault; what was published stays as it was.", came=what, where=where)


def _place_of(error: Exception, name: str, own: Path | None) -> tuple[str, int | None]:
    """Find the file and line of a fault while rendering: Jinja puts the templates' own frames into the traceback.

    The deepest place in an editor's template, for that is what can be mended; else the deepest in ours.
    """
    places: list[tuple[str, int | None]] = [(name, None)]
    trace = error.__traceback__
    while trace is not None:
        if "__jinja_exception__" in trace.tb_frame.f_globals:
            places.append((trace.tb_frame.f_code.co_filename, trace.tb_lineno))
        trace = trace.tb_next
    editors = [place for place in places if own is not None and Path(place[0]).is_relative_to(own)]
    return (editors or places)[-1]
