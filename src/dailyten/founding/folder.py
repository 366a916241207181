"""The files of a new digest's folder, as bytes, from its answers alone."""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from json import dumps

from jinja2 import Environment, PackageLoader, StrictUndefined

from dailyten.founding.answers import Answers, Place, Run
from dailyten.founding.hours import wake_ups

IMAGE_USER = 10001
"""Who runs the container where the folder's owner is root."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file to be: its path with slashes, relative to the folder. A `secret` one is never replaced.

    One that `runs` says how the digest is run, not what it is: it can be written anew without the others.
    """

    path: str
    body: bytes
    secret: bool = False
    runs: bool = False


def files_of(answers: Answers, place: Place, feeds: bytes, on: date) -> tuple[File, ...]:
    """Give every file of the folder; `feeds` is its feed list, `on` the day of its founding."""
    return tuple(_files(answers, place, feeds, on))


def list_of(addresses: Mapping[str, str], title: str) -> bytes:
    """Write a feed list of feeds by address, with the name of each."""
    return _set("feeds.opml", feeds=addresses, title=title)


def _files(answers: Answers, place: Place, feeds: bytes, on: date) -> Iterator[File]:
    about = {"answers": answers, "place": place}
    yield File(path="dailyten.toml", body=_set("dailyten.toml", **about))
    yield File(path="feeds.opml", body=feeds)
    yield File(path="templates/README.md", body=_set("templates.md", **about))
    yield File(path="templates/site/lost.html", body=_set("lost.html", **about))
    yield File(path=".gitignore", body=_set("gitignore", **about))
    if answers.mailing is not None:
        yield File(path=".env", body=_set("env", **about), secret=True)
    match answers.run:
        case Run.GITHUB:
            hours = wake_ups(answers.zone, answers.hour, on, answers.name)
            yield File(path=".github/workflows/digest.yml", body=_set("workflow.yml", **about, hours=hours), runs=True)
            yield _requirements(place)
        case Run.CRONTAB:
            yield File(path="crontab", body=_set("crontab", **about, command=_cron_command(answers, place)), runs=True)
        case Run.COMPOSE:
            user = f"{place.user_id}:{place.group_id}" if place.user_id else f"{IMAGE_USER}:{IMAGE_USER}"
            yield File(path="compose.yaml", body=_set("compose.yaml", **about, user=user), runs=True)
            yield File(path="Dockerfile", body=_set("Dockerfile", **about), runs=True)
            yield File(path=".dockerignore", body=b"*\n!requirements.txt\n", runs=True)
            yield _requirements(place)
        case Run.NONE:
            pass


def _requirements(place: Place) -> File:
    body = "".join(f"{line}\n" for line in place.requirements).encode()
    return File(path="requirements.txt", body=body, runs=True)


def _cron_command(answers: Answers, place: Place) -> str:
    """Write the command of the crontab; there `%` would end the line (crontab(5))."""
    secrets = "set -a && . ./.env && set +a && " if answers.mailing is not None else ""
    program = f"cd {shlex.quote(str(place.folder))} && {secrets}{shlex.quote(place.program)} serve --once"
    return f"{program} >last-run.log 2>&1".replace("%", r"\%")


def _set(name: str, **what: object) -> bytes:
    return _environment().get_template(name).render(**what).encode()


@cache
def _environment() -> Environment:
    """Read the templates. `{=` and `=}` hold a value: workflows and shells have other uses for double braces."""
    made = Environment(
        loader=PackageLoader("dailyten.founding", "templates"),
        autoescape=False,  # noqa: S701 - these are settings and scripts, quoted by the filters below
        undefined=StrictUndefined,
        variable_start_string="{=",
        variable_end_string="=}",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["toml"] = _toml
    return made


def _toml(value: str) -> str:
    """Quote a text for TOML: its basic strings are JSON's, but for DEL, which no answer may hold."""
    return dumps(value, ensure_ascii=False)
