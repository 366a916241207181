"""The words of `dailyten edition why`: the reasons of a place, what would have been next, every cut."""

from collections.abc import Iterator
from typing import Any

from dailyten.cli.saying import plural
from dailyten.model.canonical import to_plain
from dailyten.render.sheet import Sheet, Shown


def place_in_words(story: Shown) -> Iterator[str]:
    """Explain a place: its reasons with their points, their sum, the words behind the topic."""
    yield f"{story.rank}. {story.title}  ({story.points} points)"
    yield from (f"  {share.points:>6}  {share.words}" for share in story.reasons)
    yield f"  {story.points:>6}  the sum"
    if story.variety:
        yield f"  {story.variety}"
    if story.words_behind and story.topic:
        yield f"  {story.topic.name}, for its words: {', '.join(story.words_behind)}"


def cuts_in_words(sheet: Sheet) -> Iterator[str]:
    """Say what would have been next, and list every cut by its reason."""
    if sheet.next_in_line:
        story, words = sheet.next_in_line
        yield f"Next would have been: {story.title} ({story.source}, {story.points} points)\n    {words}\n"
    for group in sheet.left_out:
        yield f"{len(group.cuts)} {group.words}:"
        yield from (
            f"  {story.title} ({story.source}, {story.points} points)\n    {words}" for story, words in group.cuts
        )
    yield f"{plural(sheet.cut_count, 'story', 'stories')} left out."


def place_told(story: Shown) -> dict[str, Any]:
    """Give the same of a place as data."""
    made = story.candidate
    return {
        "place": story.rank,
        "story_id": made.story_id,
        "title": made.lead.title,
        "points": made.score_points,
        "reasons": to_plain(made.reasons),
        "variety": story.variety,
        "because": to_plain(made.because),
    }


def cuts_told(sheet: Sheet) -> dict[str, Any]:
    """Give the same of the cuts as data."""
    points = {each.story_id: (each.lead.title, each.score_points) for each in sheet.edition.candidates}
    cuts = [
        {"story_id": cut.story_id, "title": points[cut.story_id][0], "points": points[cut.story_id][1]}
        | {"reason": cut.reason.value, "words": cut.words}
        for cut in sheet.edition.cuts
    ]
    following = sheet.edition.next_in_line()
    return {"next": following.story_id if following else None, "cuts": cuts}
