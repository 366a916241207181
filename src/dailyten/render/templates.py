"""Where templates come from: the package, or first a folder in which an editor has put some of their own."""

from functools import cache
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined, TemplateSyntaxError
from jinja2 import TemplateError as JinjaError

from dailyten.errors import BadSetting
from dailyten.render.wording import hours_and_minutes, listing, opened, plural, short_date
from dailyten.text.shorten import shorten


@cache
def environment(own: Path | None = None) -> Environment:
    """Give the templates; those in the folder `own` come before ours, one by one. Everything shown is escaped."""
    ours = PackageLoader("dailyten.render", "templates")
    made = Environment(
        loader=ChoiceLoader([FileSystemLoader(own), ours]) if own else ours,
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


def set_in(name: str, own: Path | None = None, /, **what: object) -> str:
    """Render one template. Raises BadSetting naming the file and line of a fault in it."""
    try:
        return environment(own).get_template(name).render(**what)
    except TemplateSyntaxError as error:
        raise _fault(name, str(error.message), error.lineno) from error
    except JinjaError as error:
        raise _fault(name, str(error), _line_of(error)) from error


def source(name: str, own: Path | None = None) -> str:
    """Give the text of a template that is no template, such as a stylesheet."""
    loader = environment(own).loader
    return loader.get_source(environment(own), name)[0] if loader else ""


def _fault(name: str, what: str, line_number: int | None) -> BadSetting:
    where = f"template {name}" + (f", line {line_number}" if line_number else "")
    return BadSetting("A template has a fault; what was published stays as it was.", came=what, where=where)


def _line_of(error: JinjaError) -> int | None:
    """Find the line of a fault while rendering: Jinja puts the template's own frames into the traceback."""
    number = None
    trace = error.__traceback__
    while trace is not None:
        if not trace.tb_frame.f_code.co_filename.endswith(".py"):
            number = trace.tb_lineno
        trace = trace.tb_next
    return number
