"""The text part of a mail: the digest itself, good to read by itself, on a watch, by a screen reader."""

import textwrap
from collections.abc import Iterable

from dailyten.render.detail import Told
from dailyten.render.harmless import line
from dailyten.render.heading import Heading
from dailyten.render.links import absolute, edition_path
from dailyten.render.settings import SiteSettings
from dailyten.render.sheet import Sheet, Shown
from dailyten.render.wording import plural

WIDTH = 72
"""Columns; RFC 5322 §2.1.1 asks for 78 at the most, replies need room for quoting."""


def opening(sheet: Sheet, heading: Heading, settings: SiteSettings) -> str:
    """Set what comes before the stories."""
    lines = _wrapped(f"{line(settings.name, 60)} \u00b7 {heading.date_words}")
    lines += _wrapped(f"{sheet.feeds_read} {heading.counts}")
    return _lines(lines)


def asked_text(heading: Heading) -> str:
    """Set what is the reader's own above the stories."""
    quiet = ["", *_wrapped(heading.quiet)] if heading.quiet else []
    return _lines([*_wrapped(heading.asked), *quiet, ""])


def story_text(told: Told) -> str:
    """Set a story from behind its rank, which takes two columns, up to its reasons."""
    story = told.story
    lines = [*_titled(f". {story.title}"), *_wrapped(_meta(story), indent=4)]
    for words in (told.summary, told.figure, told.figure_note):
        lines += _wrapped(words, indent=4)
    if story.url:
        lines.append(f"    {story.url}")
    if told.shows_elsewhere:
        for other in story.also_in[:3]:
            lines += _wrapped(f"Also in {other.source}" + (":" if other.url else ""), indent=4)
            lines += [f"    {other.url}"] if other.url else []
        if len(story.also_in) > 3:  # noqa: PLR2004 - as many as the HTML part names
            lines.append(f"    and in {len(story.also_in) - 3} more")
    return _lines(lines)


def why_text(why: str) -> str:
    """Set the reasons of a story."""
    return _lines(_wrapped(f"Why: {why}" if why else "", indent=4))


def vote_text(story: Shown) -> tuple[str, str]:
    """Set what stands before and behind the link to vote on a story."""
    return "    More or less like this, or wrong topic:\n    ", f"?story={story.story_id}\n\n"


def vote_by_mail_text(rank: int) -> tuple[str, str]:
    """Set what stands before and behind the address to which votes are written, once for all stories.

    At each story it would be read aloud each time, letter by letter.
    """
    words = f'Vote by mail with a subject such as "more {rank}", "less {rank}" or "wrong topic {rank}"; the number says'
    return _lines(_wrapped(f"{words} which story is meant:")), f"?subject=more%20{rank}\n\n"


def title_text(story: Shown) -> str:
    """Set a story that has room for its title only, from behind its rank."""
    lines = _titled(f". {story.title} ({story.source})")
    return _lines([*lines, f"    {story.url}"] if story.url else lines)


def rest(sheet: Sheet, left: int, heading: Heading, settings: SiteSettings) -> str:
    """Set what follows the stories: how many more there are, and where."""
    edition_url = absolute(settings, edition_path(sheet.edition.on))
    lines: list[str] = []
    if left:
        lines += [f"{plural(left, 'more story', 'more stories')} on the site:", edition_url, ""]
    if heading.cut_words:
        said = heading.cut_words.partition(" (")[0]
        lines += [*_wrapped(f"What you did not see: {said}, each with its reason:"), edition_url, ""]
    return _lines(lines)


def closing(settings: SiteSettings, heading: Heading) -> tuple[str, ...]:
    """Set the end, in pieces; a link is named where it stands."""
    name = line(settings.name, 60)
    words = f"You get this because you asked for {name}. Nothing in this mail watches whether you read it."
    view = "Read it in a browser:" if heading.view_words == "Read in a browser" else "The whole edition:"
    address = _wrapped(line(settings.address, 300)) if settings.address else []
    return (
        _lines(["-" * 3, *_wrapped(words), view]),
        "view",
        "\nChoose what to read, and when:\n",
        "preferences",
        "\nPause it:\n",
        "pause",
        "\nUnsubscribe:\n",
        "unsubscribe",
        _lines(["", *address]),
    )


def _meta(story: Shown) -> str:
    development = ("carries an earlier story on",) if story.development_of else ()
    reading = (f"{story.minutes} min",) if story.minutes else ()
    topic = (story.topic.name,) if story.topic else ()
    return " \u00b7 ".join((story.source, *reading, *topic, *(each.name for each in story.networks[:3]), *development))


def _titled(words: str) -> list[str]:
    """Wrap a title behind a rank of two columns, which is put in later."""
    first, *others = _wrapped(f"00{words}", indent=4, first="")
    return [first.removeprefix("00"), *others]


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{each}\n" for each in lines)


def _wrapped(words: str, *, indent: int = 0, first: str | None = None) -> list[str]:
    margin = " " * indent
    return textwrap.wrap(
        words,
        WIDTH,
        initial_indent=margin if first is None else first,
        subsequent_indent=margin,
        break_long_words=False,
        break_on_hyphens=False,
    )
