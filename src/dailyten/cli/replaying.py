"""The words of `dailyten edition replay`: what other means would have made of past mornings."""

from collections.abc import Iterator
from typing import Any

from dailyten.cli.saying import plural
from dailyten.model.edition import Edition
from dailyten.pipeline.replaying import Change, Replay, Replayed

SHOWN_REASONS = 2


def replay_in_words(replay: Replay) -> Iterator[str]:
    """Tell each day's difference, then all together."""
    for day in replay.days:
        yield from _day(day)
    for on in replay.without:
        yield f"{on}: no edition on this day."
    for feed in replay.silent:
        yield f"{feed.title or feed.address}: no entry of these days is in the store, so it brings nothing here."
    yield _together(replay)


def replay_told(replay: Replay) -> dict[str, Any]:
    """Give the same as data."""
    return {
        "days": [_day_told(day) for day in replay.days],
        "without": [on.isoformat() for on in replay.without],
        "silent": [feed.address for feed in replay.silent],
    }


def _day(day: Replayed) -> Iterator[str]:
    published, replayed = day.published, day.replayed
    minutes = f"{published.minutes} to {plural(replayed.minutes, 'minute')}"
    if published.minutes == replayed.minutes:
        minutes = plural(replayed.minutes, "minute")
    if not day.differs:
        yield f"{published.on}: the same {plural(day.same, 'story', 'stories')}, {minutes}."
        return
    stories = f"{len(published.places)} to {plural(len(replayed.places), 'story', 'stories')}"
    yield f"{published.on}: {stories}, {minutes}; {day.same} where they were."
    for change in day.changes:
        yield from _change(change)


def _change(change: Change) -> Iterator[str]:
    title = change.story.lead.title
    if change.was and change.now:
        yield f"  moved  {change.was:>2} to {change.now:<2}  {title}"
    elif change.now:
        yield f"  in        at {change.now:<2}  {title}"
        yield f"                   was out: {change.words}"
        yield f"                   now {change.story.score_points:.1f} points: {_reasons(change)}"
    else:
        yield f"  out       at {change.was:<2}  {title}"
        yield f"                   now out: {change.words}"


def _reasons(change: Change) -> str:
    return "; ".join(reason.words for reason in change.story.reasons[:SHOWN_REASONS])


def _together(replay: Replay) -> str:
    every = [change for day in replay.days for change in day.changes]
    came = sum(not change.was for change in every)
    went = sum(not change.now for change in every)
    moved = len(every) - came - went
    differ = sum(day.differs for day in replay.days)
    days = plural(len(replay.days), "day")
    return f"{days} replayed, {differ} with a difference: {came} in, {went} out, {moved} moved. Nothing was changed."


def _day_told(day: Replayed) -> dict[str, Any]:
    return {
        "on": day.published.on.isoformat(),
        "published": _edition_told(day.published),
        "replayed": _edition_told(day.replayed),
        "same": day.same,
        "changes": [
            {
                "title": change.story.lead.title,
                "url": change.story.lead.url,
                "story_id": change.story.story_id,
                "was": change.was or None,
                "now": change.now or None,
                "words": change.words,
                "points": change.story.score_points,
                "reasons": [{"name": each.name, "points": each.points} for each in change.story.reasons],
            }
            for change in day.changes
        ],
    }


def _edition_told(edition: Edition) -> dict[str, Any]:
    return {
        "edition_id": edition.edition_id,
        "stories": len(edition.places),
        "minutes": edition.minutes,
        "made_by": edition.made_by,
        "titles": [story.lead.title for story in edition.told()],
    }
