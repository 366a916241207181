"""The text part of a mail: the digest itself, good to read by itself, on a watch, by a screen reader."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from dailyten.render.detail import Detail, Told
from dailyten.render.harmless import line
from dailyten.render.links import absolute, edition_path
from dailyten.render.settings import SiteSettings
from dailyten.render.sheet import Sheet, Shown
from dailyten.render.wording import plural

WIDTH = 72
"""Columns; RFC 5322 §2.1.1 asks for 78 at the most, replies need room for quoting."""


def mail_text(sheet: Sheet, told: Sequence[Told], settings: SiteSettings, links: Mapping[str, str]) -> str:
    """Set the text part. Addresses stand whole on lines of their own."""
    return "\n".join(
        [
            *_opening(sheet, settings),
            *(each for story in told if story.detail <= Detail.NO_ELSEWHERE for each in _story(story, links)),
            *_titles([each.story for each in told if each.detail is Detail.TITLE]),
            *_rest(sheet, sum(each.detail is Detail.ON_THE_SITE for each in told), settings),
            *_closing(settings, links),
            "",
        ]
    )


def _opening(sheet: Sheet, settings: SiteSettings) -> Iterator[str]:
    yield from _wrapped(f"{line(settings.name, 60)} \u00b7 {sheet.date_words}")
    yield from _wrapped(f"{sheet.feeds_read} {sheet.counts}")
    if sheet.quiet:
        yield ""
        yield from _wrapped(sheet.quiet)
    yield ""


def _story(told: Told, links: Mapping[str, str]) -> Iterator[str]:
    story = told.story
    yield from _wrapped(f"{story.rank:2}. {story.title}", indent=4, first="")
    yield from _wrapped(_meta(story), indent=4)
    for words in (told.summary, told.figure):
        if words:
            yield from _wrapped(words, indent=4)
    if story.url:
        yield f"    {story.url}"
    if told.shows_elsewhere:
        for other in story.also_in[:3]:
            yield from _wrapped(f"Also in {other.source}" + (":" if other.url else ""), indent=4)
            if other.url:
                yield f"    {other.url}"
        if len(story.also_in) > 3:  # noqa: PLR2004 - as many as the HTML part names
            yield f"    and in {len(story.also_in) - 3} more"
    if story.why:
        yield from _wrapped(f"Why: {story.why}", indent=4)
    if links["vote"]:
        yield "    More or less like this, or wrong topic:"
        yield f"    {links['vote']}?story={story.story_id}"
    yield ""


def _meta(story: Shown) -> str:
    development = ("carries an earlier story on",) if story.development_of else ()
    reading = (f"{story.minutes} min",) if story.minutes else ()
    topic = (story.topic.name,) if story.topic else ()
    return " \u00b7 ".join((story.source, *reading, *topic, *(each.name for each in story.networks[:3]), *development))


def _titles(stories: Sequence[Shown]) -> Iterator[str]:
    if stories:
        yield "In short:"
    for story in stories:
        yield from _wrapped(f"{story.rank:2}. {story.title} ({story.source})", indent=4, first="")
        if story.url:
            yield f"    {story.url}"
    if stories:
        yield ""


def _rest(sheet: Sheet, left: int, settings: SiteSettings) -> Iterator[str]:
    edition_url = absolute(settings, edition_path(sheet.edition.on))
    if left:
        yield f"{plural(left, 'more story', 'more stories')} on the site:"
        yield edition_url
        yield ""
    if sheet.cut_count:
        stories = plural(sheet.cut_count, "story", "stories")
        yield from _wrapped(f"What you did not see: {stories} left out, each with its reason:")
        yield edition_url
        yield ""


def _closing(settings: SiteSettings, links: Mapping[str, str]) -> Iterator[str]:
    yield "-" * 3
    yield from _wrapped(
        f"You get this because you asked for {line(settings.name, 60)}. "
        "Nothing in this mail watches whether you read it."
    )
    for words, name in (
        ("Read it in a browser:", "view"),
        ("Choose what to read, and when:", "preferences"),
        ("Pause it:", "pause"),
        ("Unsubscribe:", "unsubscribe"),
    ):
        yield words
        yield links[name]
    if settings.address:
        yield from _wrapped(line(settings.address, 300))


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
